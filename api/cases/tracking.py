"""Following a case, and what its citizen does there. Number and code come with every POST, never in an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, UploadFile
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse

from api.cases.handing import (
    Followed,
    act,
    explain_deadline,
    explain_due,
    look_up,
    read,
    remedy_of,
    today,
)
from api.cases.uploads import ACCEPT, Uploads, vault_of
from api.deps import service_of
from api.render import page, with_retry_after
from api.sessions import check_same_origin
from assistant.attachments.checks import MAX_BYTES, MAX_FILES
from assistant.attachments.handing_in import add_identity, supplement_with_files
from assistant.attachments.models import AttachmentPurpose
from assistant.cases.actions.citizen import AlreadyDone, rate_reply, take_back, urge
from assistant.cases.deadlines import compute
from assistant.cases.following import SCORES
from assistant.cases.intake import NOTE_MAX
from assistant.cases.kinds import CaseKind
from assistant.cases.rules import Rules
from assistant.disclosure.fees import Fee, fee_by_items, fee_by_pages
from assistant.errors import Invalid, Refused
from assistant.letters.render import pdf_is_possible

router = APIRouter()

Verb = Callable[..., object]


class Key(BaseModel):
    """What opens a case, sent along with every step."""

    number: str = ""
    code: str = ""


class WithdrawForm(Key):
    sure: str = ""
    reason: str = ""


class RatingForm(Key):
    score: str = ""
    reason: str = ""


class FilesForm(Key):
    text: str = ""
    files: list[UploadFile] = []


@dataclass(frozen=True, slots=True)
class Said:
    """What the status page says about the step just tried, and what was typed where it did not succeed."""

    done: str | None = None
    refusal: Refused | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@router.get("/track", include_in_schema=False)
def get_track(request: Request) -> HTMLResponse:
    """Where the receipt number and the code are asked for."""
    return track_page(request)


@router.get("/track/{step}", include_in_schema=False)
def get_track_step(_step: Annotated[str, Path(alias="step")]) -> RedirectResponse:
    """A step's address opened by hand or from the history: it needs number and code again."""
    return RedirectResponse("/track", 303)


@router.post("/track", include_in_schema=False)
def post_track(request: Request, key: Annotated[Key, Form()]) -> HTMLResponse:
    """How a case stands. By POST, so that no secret is in an address, a history or a log."""
    try:
        check_same_origin(request)
        followed = look_up(request, key.number, key.code)
    except Refused as refusal:
        return track_page(request, refusal, key.number)
    return _status_page(request, followed, key)


@router.post("/track/withdraw", include_in_schema=False)
def post_withdraw(request: Request, given: Annotated[WithdrawForm, Form()]) -> HTMLResponse:
    """Ask whether it is meant; when it is, withdraw the case."""
    if given.sure != "1":
        return _confirm_page(request, given)
    return _step(
        request,
        given,
        lambda session, case_id, now, _rules: take_back(session, case_id, now, given.reason),
        "已经撤回，我们不再办理这件事。",
    )


@router.post("/track/remind", include_in_schema=False)
def post_remind(request: Request, key: Annotated[Key, Form()]) -> HTMLResponse:
    """Urge whoever has it."""
    return _step(request, key, urge, "已经替您催办，承办人会看到。")


@router.post("/track/supplement", include_in_schema=False)
def post_supplement(request: Request, given: Annotated[FilesForm, Form()]) -> HTMLResponse:
    """Take in what was missing, in words, in files, or both."""
    uploads = Uploads()
    uploads.read("files", given.files, AttachmentPurpose.SUPPLEMENT)
    vault = vault_of(request)

    def bring(session: Any, case_id: int, now: Any, rules: Rules) -> None:
        _require_whole(uploads)
        supplement_with_files(session, vault, case_id, given.text, uploads.files, now, rules)

    return _step(request, given, bring, "补正已经收到。", {"text": given.text}, uploads)


@router.post("/track/identity", include_in_schema=False)
def post_identity(request: Request, given: Annotated[FilesForm, Form()]) -> HTMLResponse:
    """Take in the proof of identity of an application that is waiting to be confirmed."""
    uploads = Uploads()
    uploads.read("files", given.files, AttachmentPurpose.IDENTITY)
    vault = vault_of(request)

    def add(session: Any, case_id: int, now: Any, _rules: Rules) -> None:
        _require_whole(uploads)
        if not uploads.files:
            raise Invalid("请选择文件。", field="files")
        add_identity(session, vault, case_id, uploads.files, now)

    return _step(request, given, add, "身份证明已经收到。", {}, uploads)


@router.post("/track/rate", include_in_schema=False)
def post_rate(request: Request, given: Annotated[RatingForm, Form()]) -> HTMLResponse:
    """Take the rating; the dissatisfied are answered again, once."""
    score = int(given.score) if given.score in ("1", "2", "3", "4", "5") else 0
    return _step(
        request,
        given,
        lambda session, case_id, now, rules: rate_reply(
            session, case_id, score, given.reason, now, rules
        ),
        "谢谢您的评价。",
        {"score": given.score, "rate_reason": given.reason},
    )


def _require_whole(uploads: Uploads) -> None:
    if uploads.faults:
        raise uploads.faults[0]


def _step(
    request: Request,
    key: Key,
    verb: Verb,
    done: str,
    typed: Mapping[str, str] | None = None,
    uploads: Uploads | None = None,
) -> HTMLResponse:
    """Do one step and show how the case stands then; a step taken twice is told so, not refused."""
    said = Said(done=done)
    try:
        check_same_origin(request)
        act(request, key.number, key.code, verb)
    except AlreadyDone as again:
        said = Said(done=again.message)
    except Refused as refusal:
        if refusal.status in (404, 429) or refusal.code == "expired_form":
            return track_page(request, refusal, key.number)
        said = _unsaid(refusal, typed or {}, bool(uploads and (uploads.files or uploads.faults)))
    followed = read(service_of(request), key.number, key.code)
    return _status_page(request, followed, key, said)


def _unsaid(refusal: Refused, typed: Mapping[str, str], had_files: bool) -> Said:
    name = refusal.details.get("field")
    faults = {name: refusal.message} if isinstance(name, str) else {}
    if had_files:
        faults.setdefault("files", "刚才选的文件没有保留，请重新选择。")
    return Said(refusal=refusal, faults=faults, typed=typed)


def _status_page(
    request: Request, followed: Followed, key: Key, said: Said | None = None
) -> HTMLResponse:
    service = service_of(request)
    said = said or Said()
    view, following, rules = followed.view, followed.following, service.rules
    remedy = remedy_of(service, followed)
    context = {
        "view": view,
        "following": following,
        "followed": followed,
        "key": key,
        "said": said,
        "due": explain_due(rules, view.kind, view.clock),
        "today": today(),
        "told": {action.value: words for action, words in following.told.items()},
        "is_disclosure": view.kind is CaseKind.DISCLOSURE,
        "unit": {"workday": "个工作日", "month": "个月"}.get(
            rules.limits[view.kind.limit].unit.value, "天"
        ),
        "remedy": remedy,
        "remedies": [
            explain_deadline(one.limit, one.deadline) for one in (remedy.dates if remedy else ())
        ],
        "scores": SCORES,
        "sizes": {file.id: size_words(file.size) for file in followed.files},
        "letter_forms": _letter_forms() if followed.letters else [],
        "note_max": NOTE_MAX,
        **_files_context(),
        **_waiting_context(followed, rules),
    }
    status = said.refusal.status if said.refusal else 200
    response = page(request, "track_status.html", context, status)
    return with_retry_after(response, said.refusal)


def _waiting_context(followed: Followed, rules: Rules) -> dict[str, object]:
    """What the fee is made of, and how the others' periods are counted."""
    fee, asked = followed.following.fee, followed.following.consultation
    context: dict[str, object] = {"fee": None, "fee_due": None, "opinion_due": None}
    if fee is not None:
        count = compute("disclosure.fee_pay", fee.notified_on, rules.calendar, rules.limits)
        context["fee"] = fee_of(fee.by_pages, fee.units)
        context["fee_due"] = explain_deadline(rules.limits["disclosure.fee_pay"], count)
    if asked is not None:
        count = compute("disclosure.third_party", asked.sent_on, rules.calendar, rules.limits)
        context["opinion_due"] = explain_deadline(rules.limits["disclosure.third_party"], count)
    return context


def fee_of(by_pages: bool, units: int) -> Fee:
    """How a fee already asked for adds up."""
    return fee_by_pages(units) if by_pages else fee_by_items(units)


def _letter_forms() -> list[tuple[str, str]]:
    """In what a letter can be had; without Pango on the machine there is no PDF."""
    word = [("docx", "下载 Word")]
    return [("pdf", "下载 PDF"), *word] if pdf_is_possible() is None else word


def size_words(size: int) -> str:
    """How big a file is, in the words people use."""
    if size < 1024:
        return f"{size}字节"
    return f"{size / 1024:.0f}KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f}MB"


def _files_context() -> dict[str, object]:
    return {"accept": ACCEPT, "most_files": MAX_FILES, "most_megabytes": MAX_BYTES // 1024 // 1024}


def _confirm_page(request: Request, given: WithdrawForm) -> HTMLResponse:
    try:
        check_same_origin(request)
        followed = look_up(request, given.number, given.code)
    except Refused as refusal:
        return track_page(request, refusal, given.number)
    if not followed.following.may_withdraw:
        words = (
            "这件已经撤回了，不用再做什么。"
            if followed.following.situation.value == "withdrawn"
            else "这件已经有结果，不能撤回。"
        )
        return _status_page(request, followed, given, Said(done=words))
    context = {
        "view": followed.view,
        "following": followed.following,
        "key": given,
        "is_disclosure": followed.view.kind is CaseKind.DISCLOSURE,
        "note_max": NOTE_MAX,
    }
    return page(request, "track_withdraw.html", context)


def track_page(request: Request, refusal: Refused | None = None, number: str = "") -> HTMLResponse:
    """The lookup form, with why nothing was found or done."""
    status = refusal.status if refusal else 200
    response = page(request, "track.html", {"refusal": refusal, "number": number[:40]}, status)
    return with_retry_after(response, refusal)
