"""Handing something in and following it: pages for everyone, and the same as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse

from api.limits import address
from api.render import outcome_words, page, with_retry_after
from api.sessions import (
    check_form_token,
    check_same_origin,
    conversation_token,
    form_token,
    remember,
)
from assistant.cases.actions import open_case
from assistant.cases.deadlines import Deadline, compute
from assistant.cases.intake import TEXT_MAX, Channel, NewCase, checked
from assistant.cases.limits import LIMITS, Limit
from assistant.cases.opening import Receipt, local_date
from assistant.cases.queue import CitizenView, find_case_for_citizen
from assistant.cases.states import CaseKind, CaseStatus
from assistant.cases.workdays import OFFICIAL
from assistant.conversation import chat
from assistant.disclosure.form import INFORMATION_MAX, ApplicantClass, Delivery, DisclosureForm
from assistant.disclosure.outcomes import remedy_text
from assistant.errors import Conflict, Invalid, Refused
from assistant.service import Service, utc_now

router = APIRouter()

# In the order of the page, which is the order of the error summary.
_FIELDS = (
    "kind",
    "information",
    "delivery",
    "applicant",
    "text",
    "contact_name",
    "contact_phone",
    "contact_email",
    "form_key",
)
# A value of each field that is never refused: put in to see what else is wrong.
_FITTING: dict[str, Callable[[NewCase], NewCase]] = {
    "text": lambda request: replace(request, text="——"),
    "information": lambda request: replace(
        request, disclosure=replace(_form_of(request), information="——")
    ),
    "contact_name": lambda request: replace(request, contact_name="某"),
    "contact_phone": lambda request: replace(request, contact_phone="88888888"),
    "contact_email": lambda request: replace(request, contact_email="a@b.cn"),
}


def _form_of(request: NewCase) -> DisclosureForm:
    return request.disclosure or DisclosureForm("", ApplicantClass.PERSON, Delivery.EMAIL)


E = TypeVar("E", bound=StrEnum)


def chosen(members: type[E], value: str) -> E | None:
    """The member a form's value names, or None: what a browser sends need not be one of ours."""
    try:
        return members(value)
    except ValueError:
        return None


class CaseForm(BaseModel):
    """The form as typed, every value a string, so that all of it can be shown again."""

    csrf: str = ""
    form_key: str = ""
    from_turn: str = ""
    kind: str = ""
    text: str = ""
    information: str = ""
    delivery: str = ""
    applicant: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A due date with the rule it follows and the working of every day."""

    limit: Limit
    deadline: Deadline


def explain_due(kind: CaseKind, clock_from_on: date | None) -> Explained | None:
    """How a due date came about; None while the clock has not begun."""
    if clock_from_on is None:
        return None
    return Explained(LIMITS[kind.limit], compute(kind.limit, clock_from_on, OFFICIAL))


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
    service: Service = request.app.state.service
    with service.db.reading() as session:
        asked = [one.asked for one in chat.history(session, token) if one.turn == turn]
    return asked[0] if asked else ""


@router.post("/cases", include_in_schema=False)
def post_case(request: Request, typed: Annotated[CaseForm, Form()]) -> HTMLResponse:
    """Take it in and show the receipt; the same form again shows the same receipt."""
    try:
        check_form_token(request, typed.csrf)
        receipt, view = _submit(request, _wanted(typed), conversation_token(request))
    except Conflict as refusal:
        # Sent before with other words: these are another matter, which needs a key of its own.
        return _form_page(request, typed.model_copy(update={"form_key": str(uuid4())}), refusal)
    except Refused as refusal:
        return _form_page(request, typed, refusal)
    context = {
        "receipt": receipt,
        "view": view,
        "due": explain_due(view.kind, view.clock_from_on),
        "is_disclosure": view.kind is CaseKind.DISCLOSURE,
    }
    return page(request, "case_receipt.html", context)


class Faulty(Invalid):
    """More than one thing to put right: `faults` in the order of the page."""

    def __init__(self, faults: Sequence[Invalid]) -> None:
        self.faults = sorted(faults, key=lambda fault: _FIELDS.index(field_of(fault)))
        super().__init__("有几处需要改一下，改好后再提交。您填写的内容都还在。")


def field_of(fault: Invalid) -> str:
    """The form field a refusal is about."""
    field = fault.details.get("field")
    return field if isinstance(field, str) and field in _FIELDS else "form_key"


def _wanted(typed: CaseForm) -> NewCase:
    """The submission in these words; `Faulty` with everything that is wrong, not the first only."""
    faults: list[Invalid] = []
    kind = chosen(CaseKind, typed.kind)
    if kind is None:
        faults.append(Invalid("请选一个类别。", field="kind"))
    form = None
    if kind is CaseKind.DISCLOSURE:
        delivery = chosen(Delivery, typed.delivery)
        applicant = chosen(ApplicantClass, typed.applicant)
        if delivery is None:
            faults.append(Invalid("请选一种获取方式。", field="delivery"))
        if applicant is None:
            faults.append(Invalid("请选申请人的类型。", field="applicant"))
        form = DisclosureForm(
            typed.information, applicant or ApplicantClass.PERSON, delivery or Delivery.EMAIL
        )
    request = NewCase(
        kind=kind or CaseKind.CONSULTATION,
        # The application is the description itself; more words are welcome, not required.
        text=typed.text if typed.text.strip() or form is None else typed.information,
        form_key=typed.form_key,
        channel=Channel.CHAT if typed.from_turn else Channel.WEB,
        contact_name=typed.contact_name,
        contact_phone=typed.contact_phone,
        contact_email=typed.contact_email,
        disclosure=form,
    )
    faults += _faults_of(request, may_lack_text=form is not None and not typed.text.strip())
    if faults:
        raise Faulty(faults)
    return request


def _faults_of(request: NewCase, may_lack_text: bool) -> list[Invalid]:
    """Everything `checked` has against a submission, found by mending one field at a time."""
    faults: list[Invalid] = []
    if may_lack_text:
        request = _FITTING["text"](request)
    while True:
        try:
            checked(request)
        except Invalid as fault:
            faults.append(fault)
            field = field_of(fault)
            if field not in _FITTING:
                return faults
            request = _FITTING[field](request)
        else:
            return faults


def _submit(request: Request, wanted: NewCase, token: str | None) -> tuple[Receipt, CitizenView]:
    """Count it against the limits and store it. What is refused for its content is not counted."""
    service: Service = request.app.state.service
    limits = request.app.state.limits
    if token is not None:
        limits.check("case_session", token)
    limits.check("case_address", address(request))
    now = utc_now()

    if token is not None and wanted.channel is Channel.CHAT:
        with service.db.reading() as session:
            conversation_id = chat.conversation_id_of(session, token)
        wanted = replace(wanted, conversation_id=conversation_id)
    receipt = service.db.write(lambda session: open_case(session, wanted, now, OFFICIAL))
    with service.db.reading() as session:
        view = find_case_for_citizen(session, receipt.receipt_no, receipt.lookup_code)
    return receipt, view


def _form_page(request: Request, typed: CaseForm, refusal: Refused | None = None) -> HTMLResponse:
    faults = refusal.faults if isinstance(refusal, Faulty) else []
    if any(field_of(fault) == "form_key" for fault in faults):
        typed = typed.model_copy(update={"form_key": str(uuid4())})
    context = {
        "typed": typed,
        "refusal": refusal,
        "faults": [(field_of(fault), fault.message) for fault in faults],
        "fault_of": {field_of(fault): fault.message for fault in faults},
        "csrf": form_token(request),
        "kinds": [(kind, LIMITS[kind.limit].amount) for kind in CaseKind],
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
        view = _look_up(request, number, code)
    except Refused as refusal:
        return _track_page(request, refusal, number)
    service: Service = request.app.state.service
    today = local_date(utc_now())
    context = {
        "view": view,
        "due": explain_due(view.kind, view.clock_from_on),
        "today": today,
        "is_late": view.status is not CaseStatus.SENT
        and view.due_on is not None
        and view.due_on < today,
        "is_disclosure": view.kind is CaseKind.DISCLOSURE,
        "remedy": _remedy(service, view),
    }
    return page(request, "track_status.html", context)


def _look_up(request: Request, number: str, code: str) -> CitizenView:
    request.app.state.limits.check("lookup_address", address(request))
    service: Service = request.app.state.service
    with service.db.reading() as session:
        return find_case_for_citizen(session, number, code)


def _remedy(service: Service, view: CitizenView) -> str | None:
    if view.outcome is None:
        return None
    bureau = service.shelf.bureau
    return remedy_text(view.outcome, bureau.government, bureau.court)


def _track_page(request: Request, refusal: Refused | None = None, number: str = "") -> HTMLResponse:
    status = refusal.status if refusal else 200
    response = page(request, "track.html", {"refusal": refusal, "number": number[:40]}, status)
    return with_retry_after(response, refusal)


class DisclosureIn(BaseModel):
    """条例第二十九条: what information, and in what form. The purpose is not asked."""

    information: str
    applicant: ApplicantClass = ApplicantClass.PERSON
    delivery: Delivery = Delivery.EMAIL


class CaseIn(BaseModel):
    """`form_key` is the client's own UUID: the same key and content again give the same receipt."""

    kind: CaseKind
    text: str
    form_key: str
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    disclosure: DisclosureIn | None = None


class DayOut(BaseModel):
    date: date
    counted: int | None
    note: str


class ReceiptOut(BaseModel):
    """`lookup_code` is given nowhere else; `due_on` is null until a disclosure is confirmed."""

    receipt_no: str
    lookup_code: str
    kind: CaseKind
    due_on: date | None
    due_provisional: bool
    days: list[DayOut]


class LookupIn(BaseModel):
    receipt_no: str
    lookup_code: str


class StepOut(BaseModel):
    at: str
    words: str


class CaseOut(BaseModel):
    """What a citizen sees of their case."""

    receipt_no: str
    kind: CaseKind
    kind_label: str
    status: CaseStatus
    status_label: str
    text: str
    received_on: date
    clock_from_on: date | None
    due_on: date | None
    due_provisional: bool
    days: list[DayOut]
    replied_at: str | None
    reply: str | None
    outcome: str | None
    outcome_label: str | None
    remedy: str | None
    steps: list[StepOut]


@router.post("/api/cases", status_code=201)
def post_case_json(request: Request, body: CaseIn) -> ReceiptOut:
    """Hand something in; stored before it is answered."""
    check_same_origin(request)
    form = body.disclosure
    wanted = NewCase(
        kind=body.kind,
        text=body.text,
        form_key=body.form_key,
        contact_name=body.contact_name,
        contact_phone=body.contact_phone,
        contact_email=body.contact_email,
        disclosure=DisclosureForm(form.information, form.applicant, form.delivery)
        if form
        else None,
    )
    receipt, view = _submit(request, checked(wanted), None)
    return ReceiptOut(
        receipt_no=receipt.receipt_no,
        lookup_code=receipt.lookup_code,
        kind=receipt.kind,
        due_on=receipt.due_on,
        due_provisional=receipt.due_provisional,
        days=_days_out(view),
    )


@router.post("/api/cases/lookup")
def post_lookup_json(request: Request, body: LookupIn) -> CaseOut:
    """How a case stands; a wrong number and a wrong code are one and the same 404."""
    check_same_origin(request)
    view = _look_up(request, body.receipt_no, body.lookup_code)
    return CaseOut(
        receipt_no=view.receipt_no,
        kind=view.kind,
        kind_label=view.kind.label,
        status=view.status,
        status_label=view.status.label,
        text=view.text,
        received_on=view.received_on,
        clock_from_on=view.clock_from_on,
        due_on=view.due_on,
        due_provisional=view.due_provisional,
        days=_days_out(view),
        replied_at=view.replied_at.isoformat() if view.replied_at else None,
        reply=view.reply_text,
        outcome=view.outcome.value if view.outcome else None,
        outcome_label=outcome_words(view.outcome) if view.outcome else None,
        remedy=_remedy(request.app.state.service, view),
        steps=[StepOut(at=step.at.isoformat(), words=step.words) for step in view.steps],
    )


def _days_out(view: CitizenView) -> list[DayOut]:
    due = explain_due(view.kind, view.clock_from_on)
    days = due.deadline.days if due else ()
    return [DayOut(date=day.date, counted=day.counted, note=day.note) for day in days]
