"""The letters of a case: written from a template, issued with a number, and downloaded as page, Word file or PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.cases.form import chosen
from api.deps import service_of
from api.render import page
from api.staff.access import Member, check_csrf
from api.staff.forms import StepForm, member_of
from assistant.cases.actions.moving import is_own_office
from assistant.cases.opening import local_date
from assistant.cases.reading import StaffView, get_case_for_staff
from assistant.db import Work
from assistant.errors import Forbidden, NotFound, Refused
from assistant.letters.case_facts import facts_of
from assistant.letters.compose import compose
from assistant.letters.kinds import LetterKind
from assistant.letters.numbering import get_letter, printed
from assistant.letters.of_case import BY_HAND, ISSUERS, issue_letter
from assistant.letters.render import PrintedLetter, pdf_is_possible, to_docx, to_html, to_pdf
from assistant.letters.templates import Templates, load_templates
from assistant.service import utc_now
from assistant.staff.roles import Role
from assistant.staff.sessions import SignedIn

router = APIRouter()

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FORMATS: Mapping[str, tuple[str, Callable[[PrintedLetter], bytes]]] = {
    "html": ("text/html; charset=utf-8", lambda letter: to_html(letter).encode()),
    "docx": (_WORD, to_docx),
    "pdf": ("application/pdf", to_pdf),
}


def templates_of(request: Request) -> Templates:
    """The letters' wording, read once a process."""
    return _templates(service_of(request).settings.project_dir / "responses" / "letters")


@lru_cache(maxsize=4)
def _templates(folder: Path) -> Templates:
    return load_templates(folder)


def may_issue(member: SignedIn, view: StaffView) -> bool:
    """Whether this person writes letters in this case."""
    return member.role in ISSUERS and is_own_office(member.actor, view.case.office_id)


def may_read(member: SignedIn, view: StaffView) -> bool:
    """A letter names its addressee: it is read by those who work on the case, or watch over it."""
    return may_issue(member, view) or member.role in (Role.SUPERVISOR, Role.AUDITOR)


@router.get("/staff/cases/{case_id}/letters/new")
def get_new_letter(
    request: Request,
    member: Member,
    case_id: int,
    kind: Annotated[str, Query(max_length=32)] = "",
) -> HTMLResponse:
    """A letter of this kind, put together from what is known of the case, to be finished by hand."""
    view = _view(request, case_id)
    if not may_issue(member, view):
        raise Forbidden
    wanted = chosen(LetterKind, kind)
    return _letter_page(request, member, view, wanted if wanted in BY_HAND else None)


@router.post("/staff/cases/{case_id}/letters")
def post_letter(
    request: Request, member: Member, case_id: int, form: Annotated[StepForm, Form()]
) -> Response:
    """Issue it. What was typed survives a refusal."""
    view = _view(request, case_id)
    try:
        check_csrf(member, form.csrf)
        if not may_issue(member, view):
            raise Forbidden
        kind = member_of(LetterKind, form.kind, "kind")
        service_of(request).db.write(_issuing(request, member, case_id, kind, form.text))
    except NotFound:
        raise
    except Refused as refusal:
        wanted = chosen(LetterKind, form.kind)
        return _letter_page(request, member, view, wanted, refusal, form.text)
    return RedirectResponse(f"/staff/cases/{case_id}?done=letter#letters", status_code=303)


def _issuing(
    request: Request, member: SignedIn, case_id: int, kind: LetterKind, text: str
) -> Work[object]:
    service, templates, now = service_of(request), templates_of(request), utc_now()
    today = local_date(now)
    return lambda session: issue_letter(
        session,
        member.actor,
        (view := get_case_for_staff(session, case_id, today, service.rules)),
        kind,
        text,
        facts_of(session, view, service.shelf, service.rules, today, kind),
        templates,
        now,
        sample=service.shelf.bureau.sample,
    )


@router.get("/staff/cases/{case_id}/letters/{letter_id}.{form}")
def get_letter_file(
    request: Request, member: Member, case_id: int, letter_id: int, form: str
) -> Response:
    """The letter as it was issued, to be kept or printed. `Unavailable` says why there is no PDF here."""
    if form not in _FORMATS:
        raise NotFound
    if not may_read(member, _view(request, case_id)):
        raise Forbidden
    with service_of(request).db.reading() as session:
        letter = get_letter(session, letter_id)
    if letter.case_id != case_id:
        raise NotFound
    media_type, render = _FORMATS[form]
    name = quote(f"{letter.number or LetterKind(letter.kind).label}.{form}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(render(printed(letter)), media_type=media_type, headers=headers)


def why_no_pdf() -> str | None:
    """What is missing on this machine for a PDF, in words; None when nothing is."""
    return pdf_is_possible()


def _view(request: Request, case_id: int) -> StaffView:
    service = service_of(request)
    with service.db.reading() as session:
        return get_case_for_staff(session, case_id, local_date(utc_now()), service.rules)


def _letter_page(
    request: Request,
    member: SignedIn,
    view: StaffView,
    kind: LetterKind | None,
    refusal: Refused | None = None,
    typed: str = "",
) -> HTMLResponse:
    service = service_of(request)
    composed = None
    if kind in BY_HAND:
        with service.db.reading() as session:
            facts = facts_of(
                session, view, service.shelf, service.rules, local_date(utc_now()), kind
            )
        composed = compose(kind, facts, templates_of(request))
    context = {
        "signed_in": member,
        "case": view.case,
        "kinds": BY_HAND,
        "kind": kind,
        "composed": composed,
        "text": typed or (composed.text if composed else ""),
        "refusal": refusal,
    }
    return page(request, "staff_letter.html", context, refusal.status if refusal else 200)
