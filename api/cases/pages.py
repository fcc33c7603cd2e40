"""The pages of handing something in: the form and the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse

from api.cases.form import CaseForm, Faulty, SentForm, as_inquiry, chosen, field_of, wanted_case
from api.cases.handing import explain_due, submit
from api.cases.uploads import ACCEPT, Uploads
from api.deps import service_of
from api.render import page, with_retry_after
from api.sessions import check_form_token, conversation_token, form_token, remember
from assistant.attachments.checks import MAX_BYTES, MAX_FILES
from assistant.attachments.models import AttachmentPurpose
from assistant.cases.intake import TEXT_MAX
from assistant.cases.kinds import CaseKind
from assistant.conversation import chat
from assistant.disclosure.form import HELP_MAX, INFORMATION_MAX, ApplicantClass, Delivery
from assistant.disclosure.screening import Screening, ScreeningKind, screen
from assistant.errors import Conflict, Invalid, Refused

router = APIRouter()

_NOT_KEPT = "刚才选的文件没有保留，请重新选择。"


@router.get("/cases/new", include_in_schema=False)
def get_new_case(
    request: Request,
    kind: Annotated[str, Query(max_length=32)] = "",
    turn: Annotated[int | None, Query(alias="from", ge=1, le=1_000_000)] = None,
) -> HTMLResponse:
    """The form, with the citizen's own question in it when they come from their conversation."""
    asked = _own_question(request, turn) if turn is not None else ""
    is_disclosure = kind == CaseKind.DISCLOSURE
    typed = CaseForm(
        form_key=str(uuid4()),
        kind=kind,
        from_turn=str(turn) if asked else "",
        text="" if is_disclosure else asked,
        information=asked if is_disclosure else "",
        applicant=ApplicantClass.PERSON,
    )
    return _form_page(request, typed)


def _own_question(request: Request, turn: int) -> str:
    """What was asked in `turn`, or in the last one before it that asked for more than a person to talk to."""
    token = conversation_token(request)
    with service_of(request).db.reading() as session:
        said = chat.history(session, token)
    asked = [one.asked for one in said if one.turn <= turn and not _is_about_talking(one)]
    return asked[-1] if asked and any(one.turn == turn for one in said) else ""


def _is_about_talking(turn: chat.Turn) -> bool:
    return turn.outcome == "smalltalk" or turn.reason == "asked_for_human"


@router.post("/cases", include_in_schema=False)
def post_case(request: Request, sent: Annotated[SentForm, Form()]) -> HTMLResponse:
    """Take it in and show the receipt; the same form again shows the same receipt."""
    typed, uploads = sent.typed(), Uploads()
    chose = _read_files(sent, uploads)
    other = _other_kind(typed)
    if other is not None:
        return _form_page(request, as_inquiry(typed, other), chose=chose, moved=other)
    try:
        check_form_token(request, typed.csrf)
        wanted = wanted_case(typed, uploads.faults)
        if advice := _advice(typed):
            return _form_page(request, typed, chose=chose, advice=advice)
        receipt, view = submit(request, wanted, conversation_token(request), uploads.files)
    except Conflict as refusal:
        # Sent before with other words: these are another matter, which needs a key of its own.
        fresh = typed.model_copy(update={"form_key": str(uuid4())})
        return _form_page(request, fresh, refusal, chose)
    except Refused as refusal:
        return _form_page(request, typed, refusal, chose)
    context = {
        "receipt": receipt,
        "view": view,
        "due": explain_due(service_of(request).rules, view.kind, view.clock),
        "is_disclosure": view.kind is CaseKind.DISCLOSURE,
        "has_identity": any(one.purpose is AttachmentPurpose.IDENTITY for one in uploads.files),
        "file_count": len(uploads.files),
        "information": wanted.disclosure.information if wanted.disclosure else None,
    }
    return page(request, "case_receipt.html", context)


def _other_kind(typed: CaseForm) -> CaseKind | None:
    """As what else the citizen would rather hand it in, where they pressed that button."""
    other = chosen(CaseKind, typed.go)
    is_other = other is not None and other is not CaseKind.DISCLOSURE and other.rule.by_public
    return other if is_other else None


def _advice(typed: CaseForm) -> Screening | None:
    """What an application looks like instead, told once before it is filed (条例第三十九条); never a bar."""
    if typed.kind != CaseKind.DISCLOSURE or typed.advised or typed.go:
        return None
    found = screen(typed.information, typed.text)
    return None if found.kind is ScreeningKind.NONE else found


def _read_files(sent: SentForm, uploads: Uploads) -> list[str]:
    """Read what was chosen; the names of the fields that brought something.

    Identity proof belongs to an application alone: with anything else it is left unread.
    """
    fields = [("evidence", sent.evidence, AttachmentPurpose.EVIDENCE)]
    if sent.kind == CaseKind.DISCLOSURE:
        fields.insert(0, ("identity", sent.identity, AttachmentPurpose.IDENTITY))
    return [name for name, files, purpose in fields if uploads.read(name, files, purpose)]


def _form_page(
    request: Request,
    typed: CaseForm,
    refusal: Refused | None = None,
    chose: Sequence[str] = (),
    advice: Screening | None = None,
    moved: CaseKind | None = None,
) -> HTMLResponse:
    faults: Sequence[Invalid] = refusal.faults if isinstance(refusal, Faulty) else []
    if any(field_of(fault) == "form_key" for fault in faults):
        typed = typed.model_copy(update={"form_key": str(uuid4())})
    fault_of = {field_of(fault): fault.message for fault in reversed(faults)}
    rules = service_of(request).rules
    context = {
        "typed": typed,
        "advice": advice,
        "moved": moved,
        "refusal": refusal,
        "faults": [(field_of(fault), fault.message) for fault in faults],
        "fault_of": dict.fromkeys(chose, _NOT_KEPT) | fault_of,
        "csrf": form_token(request),
        "kinds": [
            (kind, rules.limits[kind.limit].amount) for kind in CaseKind if kind.rule.by_public
        ],
        "deliveries": list(Delivery),
        "applicants": list(ApplicantClass),
        "text_max": TEXT_MAX,
        "information_max": INFORMATION_MAX,
        "help_max": HELP_MAX,
        "accept": ACCEPT,
        "most_files": MAX_FILES,
        "most_megabytes": MAX_BYTES // 1024 // 1024,
    }
    response = page(request, "case_new.html", context, status=refusal.status if refusal else 200)
    remember(request, response)
    return with_retry_after(response, refusal)
