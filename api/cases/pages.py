"""The pages: the form, the receipt, and following a case."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse

from api.cases.form import CaseForm, Faulty, field_of, wanted_case
from api.cases.handing import explain_due, look_up, submit
from api.deps import service_of
from api.render import page, with_retry_after
from api.sessions import (
    check_form_token,
    check_same_origin,
    conversation_token,
    form_token,
    remember,
)
from assistant.cases.intake import TEXT_MAX
from assistant.cases.kinds import CaseKind
from assistant.cases.opening import local_date
from assistant.cases.reading import CitizenView
from assistant.cases.states import (
    OPEN_STATUSES,
)
from assistant.conversation import chat
from assistant.disclosure.form import INFORMATION_MAX, ApplicantClass, Delivery
from assistant.disclosure.outcomes import remedy_text
from assistant.errors import Conflict, Refused
from assistant.service import Service, utc_now

router = APIRouter()


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
    token = conversation_token(request)
    service = service_of(request)
    with service.db.reading() as session:
        asked = [one.asked for one in chat.history(session, token) if one.turn == turn]
    return asked[0] if asked else ""


@router.post("/cases", include_in_schema=False)
def post_case(request: Request, typed: Annotated[CaseForm, Form()]) -> HTMLResponse:
    """Take it in and show the receipt; the same form again shows the same receipt."""
    try:
        check_form_token(request, typed.csrf)
        receipt, view = submit(request, wanted_case(typed), conversation_token(request))
    except Conflict as refusal:
        # Sent before with other words: these are another matter, which needs a key of its own.
        return _form_page(request, typed.model_copy(update={"form_key": str(uuid4())}), refusal)
    except Refused as refusal:
        return _form_page(request, typed, refusal)
    context = {
        "receipt": receipt,
        "view": view,
        "due": explain_due(service_of(request).rules, view.kind, view.clock),
        "is_disclosure": view.kind is CaseKind.DISCLOSURE,
    }
    return page(request, "case_receipt.html", context)


def _form_page(request: Request, typed: CaseForm, refusal: Refused | None = None) -> HTMLResponse:
    faults = refusal.faults if isinstance(refusal, Faulty) else []
    if any(field_of(fault) == "form_key" for fault in faults):
        typed = typed.model_copy(update={"form_key": str(uuid4())})
    rules = service_of(request).rules
    context = {
        "typed": typed,
        "refusal": refusal,
        "faults": [(field_of(fault), fault.message) for fault in faults],
        "fault_of": {field_of(fault): fault.message for fault in faults},
        "csrf": form_token(request),
        "kinds": [
            (kind, rules.limits[kind.limit].amount) for kind in CaseKind if kind.rule.by_public
        ],
        "deliveries": list(Delivery),
        "applicants": list(ApplicantClass),
        "text_max": TEXT_MAX,
        "information_max": INFORMATION_MAX,
    }
    response = page(request, "case_new.html", context, status=refusal.status if refusal else 200)
    remember(request, response)
    return with_retry_after(response, refusal)


@router.get("/track", include_in_schema=False)
def get_track(request: Request) -> HTMLResponse:
    """Where the receipt number and the code are asked for."""
    return _track_page(request)


@router.post("/track", include_in_schema=False)
def post_track(
    request: Request,
    number: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """How a case stands. By POST, so that no secret is in an address, a history or a log."""
    try:
        check_same_origin(request)
        view = look_up(request, number, code)
    except Refused as refusal:
        return _track_page(request, refusal, number)
    service = service_of(request)
    today = local_date(utc_now())
    context = {
        "view": view,
        "due": explain_due(service_of(request).rules, view.kind, view.clock),
        "today": today,
        "is_late": view.status in OPEN_STATUSES and view.due_on is not None and view.due_on < today,
        "is_disclosure": view.kind is CaseKind.DISCLOSURE,
        "remedy": _remedy(service, view),
    }
    return page(request, "track_status.html", context)


def _remedy(service: Service, view: CitizenView) -> str | None:
    if view.outcome is None:
        return None
    bureau = service.shelf.bureau
    return remedy_text(view.outcome, bureau.government, bureau.court)


def _track_page(request: Request, refusal: Refused | None = None, number: str = "") -> HTMLResponse:
    status = refusal.status if refusal else 200
    response = page(request, "track.html", {"refusal": refusal, "number": number[:40]}, status)
    return with_retry_after(response, refusal)
