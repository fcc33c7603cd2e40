"""The shapes of the JSON twins of these pages (design §7)."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from api.cases.handing import Followed, Remedy
from api.render import outcome_words
from assistant.cases.deadlines import DayNote
from assistant.cases.following import Situation
from assistant.cases.kinds import CaseKind
from assistant.cases.states import CaseAction, CaseStatus
from assistant.disclosure.form import ApplicantClass, Delivery


class DisclosureIn(BaseModel):
    """条例第二十九条: what information, and in what form. The purpose is not asked.

    `help_needed` is what somebody who reads, sees or hears with difficulty asks for (第四十三条).
    """

    information: str
    applicant: ApplicantClass = ApplicantClass.PERSON
    delivery: Delivery = Delivery.EMAIL
    help_needed: str | None = None


class CaseIn(BaseModel):
    """`form_key` is the client's own UUID: the same key and content again give the same receipt.

    `consent_publication` says whether the reply to an inquiry may be put on the website.
    """

    kind: CaseKind
    text: str
    form_key: str
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    consent_publication: bool | None = None
    disclosure: DisclosureIn | None = None


class DayOut(BaseModel):
    date: date
    counted: int | None
    note: str


class ReceiptOut(BaseModel):
    """`lookup_code` is given nowhere else; `due_on` is null until a disclosure is confirmed.

    `advice` says what an application looks like instead (条例第三十九条). It has been filed all the same.
    """

    receipt_no: str
    lookup_code: str
    kind: CaseKind
    due_on: date | None
    due_provisional: bool
    days: list[DayOut]
    advice: str | None


class LookupIn(BaseModel):
    receipt_no: str
    lookup_code: str


class WithdrawIn(LookupIn):
    reason: str | None = None


class RateIn(LookupIn):
    """`score` from 5 (very satisfied) to 1; for 2 and 1 a reason is wanted, and the case is handled again, once."""

    score: int = Field(ge=1, le=5)
    reason: str | None = None


class SupplementIn(LookupIn):
    text: str


class StepOut(BaseModel):
    at: str
    words: str
    note: str | None


class PeriodOut(BaseModel):
    """A date that is not the case's own due date, with its article and its working."""

    label: str
    basis: str
    due_on: date
    provisional: bool
    days: list[DayOut]


class FeeOut(BaseModel):
    """`amount` in yuan."""

    amount: int
    by_pages: bool
    units: int
    notified_on: date
    due_on: date


class ConsultationOut(BaseModel):
    """Who is asked, by kind only: a third party's name is not the applicant's to know."""

    party: str
    sent_on: date
    due_on: date


class MayOut(BaseModel):
    withdraw: bool
    remind: bool
    supplement: bool
    rate: bool


class CaseOut(BaseModel):
    """What a citizen sees of their case.

    `told` holds the words written for the citizen at each step that has some; `remedy_dates` are counted from the
    delivery and empty while it is not recorded.
    """

    receipt_no: str
    kind: CaseKind
    kind_label: str
    status: CaseStatus
    status_label: str
    situation: Situation
    situation_label: str
    is_late: bool
    text: str
    received_on: date
    clock_from_on: date | None
    due_on: date | None
    due_provisional: bool
    days: list[DayOut]
    told: dict[CaseAction, str]
    waiting_until: date | None
    consultation: ConsultationOut | None
    fee: FeeOut | None
    extended_by: int | None
    replied_at: str | None
    delivered_on: date | None
    reply: str | None
    outcome: str | None
    outcome_label: str | None
    resolution: str | None
    remedy: str | None
    remedy_dates: list[PeriodOut]
    remind_from: date | None
    reminded_on: date | None
    score: int | None
    may: MayOut
    steps: list[StepOut]


class ActOut(BaseModel):
    """`done` is false where the very step had been taken before; `message` says so."""

    done: bool
    message: str
    case: CaseOut


def days_out(days: tuple[DayNote, ...]) -> list[DayOut]:
    """The working as data."""
    return [DayOut(date=day.date, counted=day.counted, note=day.note) for day in days]


def case_out(followed: Followed, remedy: Remedy | None) -> CaseOut:
    """A followed case as data."""
    view, following = followed.view, followed.following
    return CaseOut(
        receipt_no=view.receipt_no,
        kind=view.kind,
        kind_label=view.kind.label,
        status=view.status,
        status_label=view.status.label,
        situation=following.situation,
        situation_label=following.words,
        is_late=following.is_late,
        text=view.text,
        received_on=view.received_on,
        clock_from_on=view.clock.started_on,
        due_on=view.due_on,
        due_provisional=view.due_provisional,
        days=days_out(view.clock.days),
        told=dict(following.told),
        waiting_until=view.waiting_until,
        consultation=_consultation_out(followed),
        fee=_fee_out(followed),
        extended_by=following.extension.amount if following.extension else None,
        replied_at=view.replied_at.isoformat() if view.replied_at else None,
        delivered_on=following.delivered_on,
        reply=view.reply_text,
        outcome=view.outcome.value if view.outcome else None,
        outcome_label=outcome_words(view.outcome) if view.outcome else None,
        resolution=view.resolution.value if view.resolution else None,
        remedy=remedy.words if remedy else None,
        remedy_dates=_periods_out(remedy),
        remind_from=following.press_from,
        reminded_on=following.pressed_on,
        score=following.score,
        may=_may_out(followed),
        steps=[
            StepOut(at=step.at.isoformat(), words=step.words, note=step.note) for step in view.steps
        ],
    )


def _may_out(followed: Followed) -> MayOut:
    following = followed.following
    return MayOut(
        withdraw=following.may_withdraw,
        remind=following.may_press,
        supplement=following.may_supplement,
        rate=following.may_rate,
    )


def _consultation_out(followed: Followed) -> ConsultationOut | None:
    asked = followed.following.consultation
    if asked is None:
        return None
    return ConsultationOut(party=asked.party.label, sent_on=asked.sent_on, due_on=asked.due_on)


def _fee_out(followed: Followed) -> FeeOut | None:
    fee = followed.following.fee
    if fee is None:
        return None
    return FeeOut(
        amount=fee.amount,
        by_pages=fee.by_pages,
        units=fee.units,
        notified_on=fee.notified_on,
        due_on=fee.due_on,
    )


def _periods_out(remedy: Remedy | None) -> list[PeriodOut]:
    return [
        PeriodOut(
            label=one.limit.label,
            basis=one.limit.basis,
            due_on=one.deadline.due_on,
            provisional=one.deadline.provisional,
            days=days_out(one.deadline.days),
        )
        for one in (remedy.dates if remedy else ())
    ]
