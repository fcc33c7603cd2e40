"""登记一件: staff write down what was said on the telephone, at the counter, in a letter, or sent by the hotline."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse

from api.cases.form import chosen, faults_of
from api.cases.handing import explain_due
from api.deps import service_of
from api.render import page
from api.staff.access import check_csrf, roles
from api.staff.case_page import UNITS
from api.staff.forms import day_or_none, office_of
from assistant.cases.finding import write_down
from assistant.cases.intake import TEXT_MAX, Channel, NewCase
from assistant.cases.kinds import CaseKind
from assistant.cases.opening import Receipt, local_date
from assistant.cases.reading import get_case_for_staff
from assistant.disclosure.form import INFORMATION_MAX, ApplicantClass, Delivery, DisclosureForm
from assistant.errors import Conflict, Invalid, Refused
from assistant.knowledge.shelf import Shelf
from assistant.service import utc_now
from assistant.staff.roles import Role
from assistant.staff.sessions import SignedIn

router = APIRouter()

# Whom the table lets open a case, apart from the public.
Writer = Annotated[
    SignedIn, Depends(roles(Role.OPERATOR, Role.HANDLER, Role.REVIEWER, Role.SUPERVISOR))
]
CHANNELS = (Channel.HOTLINE, Channel.COUNTER, Channel.POST)


class WrittenDown(BaseModel):
    """The form as typed, every value a string, so that all of it can be shown again."""

    csrf: str = ""
    form_key: str = ""
    kind: str = ""
    channel: str = ""
    external_no: str = ""
    external_due_on: str = ""
    text: str = ""
    information: str = ""
    delivery: str = ""
    applicant: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    office_id: str = ""


class Faulty(Invalid):
    """Everything that is to be put right, not the first only."""

    def __init__(self, faults: list[Invalid]) -> None:
        self.faults = faults
        super().__init__("有几处需要改一下，改好后再登记。您填写的内容都还在。")


@router.get("/staff/new")
def get_new(request: Request, member: Writer) -> HTMLResponse:
    """The empty form."""
    typed = WrittenDown(
        form_key=str(uuid4()), channel=Channel.HOTLINE, applicant=ApplicantClass.PERSON
    )
    return _form_page(request, member, typed)


@router.post("/staff/new")
def post_new(
    request: Request, member: Writer, typed: Annotated[WrittenDown, Form()]
) -> HTMLResponse:
    """Open the case and show what is to be read out; the same form again shows the same receipt."""
    service, now = service_of(request), utc_now()
    try:
        check_csrf(member, typed.csrf)
        wanted = wanted_case(typed, service.shelf)
        receipt = service.db.write(
            lambda session: write_down(session, wanted, now, service.rules, member.actor)
        )
    except Conflict as refusal:
        # Sent before with other words: these are another matter, which needs a key of its own.
        fresh = typed.model_copy(update={"form_key": str(uuid4())})
        return _form_page(request, member, fresh, refusal)
    except Refused as refusal:
        return _form_page(request, member, typed, refusal)
    return _receipt_page(request, member, receipt)


def wanted_case(typed: WrittenDown, shelf: Shelf) -> NewCase:
    """The submission in these words; `Faulty` with everything that is wrong."""
    faults: list[Invalid] = []
    kind, channel = chosen(CaseKind, typed.kind), chosen(Channel, typed.channel)
    if kind is None:
        faults.append(Invalid("请选一个类别。", field="kind"))
    if channel not in CHANNELS:
        faults.append(Invalid("请选是怎么来的。", field="channel"))
    form = _disclosure_form(typed, faults) if kind is CaseKind.DISCLOSURE else None
    due_on, office_id = _extras(typed, shelf, faults)
    request = NewCase(
        kind=kind or CaseKind.CONSULTATION,
        text=typed.text if typed.text.strip() or form is None else typed.information,
        form_key=typed.form_key,
        channel=channel or Channel.HOTLINE,
        contact_name=typed.contact_name,
        contact_phone=typed.contact_phone,
        contact_email=typed.contact_email,
        office_id=office_id,
        disclosure=form,
        external_no=typed.external_no,
        external_due_on=due_on,
    )
    faults += faults_of(request, may_lack_text=form is not None and not typed.text.strip())
    if faults:
        raise Faulty(faults)
    return request


def _disclosure_form(typed: WrittenDown, faults: list[Invalid]) -> DisclosureForm:
    delivery = chosen(Delivery, typed.delivery)
    applicant = chosen(ApplicantClass, typed.applicant)
    if delivery is None:
        faults.append(Invalid("请选一种获取方式。", field="delivery"))
    if applicant is None:
        faults.append(Invalid("请选申请人的类型。", field="applicant"))
    return DisclosureForm(
        typed.information, applicant or ApplicantClass.PERSON, delivery or Delivery.EMAIL
    )


def _extras(
    typed: WrittenDown, shelf: Shelf, faults: list[Invalid]
) -> tuple[date | None, str | None]:
    """The hotline's date and the office; what is wrong with either goes to `faults`."""
    due_on = office_id = None
    try:
        due_on = day_or_none(typed.external_due_on, "external_due_on")
    except Invalid as fault:
        faults.append(fault)
    try:
        office_id = office_of(shelf, typed.office_id)
    except Invalid as fault:
        faults.append(fault)
    return due_on, office_id


def _form_page(
    request: Request, member: SignedIn, typed: WrittenDown, refusal: Refused | None = None
) -> HTMLResponse:
    service = service_of(request)
    faults = refusal.faults if isinstance(refusal, Faulty) else []
    if isinstance(refusal, Conflict) and "field" in refusal.details:
        faults = [Invalid(refusal.message, field=refusal.details["field"])]
    context = {
        "signed_in": member,
        "typed": typed,
        "refusal": refusal,
        "faults": [(str(fault.details.get("field", "text")), fault.message) for fault in faults],
        "fault_of": {str(fault.details.get("field", "text")): fault.message for fault in faults},
        "kinds": [(kind, service.rules.limits[kind.limit]) for kind in CaseKind],
        "units": UNITS,
        "channels": CHANNELS,
        "deliveries": list(Delivery),
        "applicants": list(ApplicantClass),
        "offices": service.shelf.offices(),
        "text_max": TEXT_MAX,
        "information_max": INFORMATION_MAX,
    }
    return page(request, "staff_new.html", context, refusal.status if refusal else 200)


def _receipt_page(request: Request, member: SignedIn, receipt: Receipt) -> HTMLResponse:
    service = service_of(request)
    with service.db.reading() as session:
        view = get_case_for_staff(session, receipt.case_id, local_date(utc_now()), service.rules)
    context = {
        "signed_in": member,
        "receipt": receipt,
        "view": view,
        "due": explain_due(service.rules, receipt.kind, view.clock),
    }
    return page(request, "staff_receipt.html", context)
