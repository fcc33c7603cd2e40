"""The same as JSON, for programs."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.cases.handing import look_up, submit
from api.cases.pages import _remedy
from api.render import outcome_words
from api.sessions import (
    check_same_origin,
)
from assistant.cases.intake import NewCase, checked
from assistant.cases.kinds import CaseKind
from assistant.cases.reading import CitizenView
from assistant.cases.states import (
    CaseStatus,
)
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm

router = APIRouter()


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
    note: str | None


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
    resolution: str | None
    waiting_until: date | None
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
    receipt, view = submit(request, checked(wanted), None)
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
    view = look_up(request, body.receipt_no, body.lookup_code)
    return CaseOut(
        receipt_no=view.receipt_no,
        kind=view.kind,
        kind_label=view.kind.label,
        status=view.status,
        status_label=view.status.label,
        text=view.text,
        received_on=view.received_on,
        clock_from_on=view.clock.started_on,
        due_on=view.due_on,
        due_provisional=view.due_provisional,
        days=_days_out(view),
        replied_at=view.replied_at.isoformat() if view.replied_at else None,
        reply=view.reply_text,
        outcome=view.outcome.value if view.outcome else None,
        outcome_label=outcome_words(view.outcome) if view.outcome else None,
        resolution=view.resolution.value if view.resolution else None,
        waiting_until=view.waiting_until,
        remedy=_remedy(request.app.state.service, view),
        steps=[
            StepOut(at=step.at.isoformat(), words=step.words, note=step.note) for step in view.steps
        ],
    )


def _days_out(view: CitizenView) -> list[DayOut]:
    return [DayOut(date=day.date, counted=day.counted, note=day.note) for day in view.clock.days]
