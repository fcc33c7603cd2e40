"""What a citizen following their case needs beside `CitizenView`: where it stands, and what they may do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent, events_of
from assistant.cases.actions.applying import open_consultation, open_fee
from assistant.cases.actions.moving import count_events, load
from assistant.cases.kinds import Family, Resolution
from assistant.cases.models import Case, CaseNote, Rating
from assistant.cases.opening import local_date
from assistant.cases.rules import Rules
from assistant.cases.states import (
    ENDED_STATUSES,
    OPEN_STATUSES,
    WAITING_STATUSES,
    CaseAction,
    CaseStatus,
)
from assistant.disclosure.form import DisclosureForm
from assistant.disclosure.models import Consultation, FeeNotice
from assistant.disclosure.outcomes import Outcome
from assistant.labels import Labelled
from assistant.staff.roles import CITIZEN


class Situation(Labelled):
    """Where a case stands, in the citizen's words; several states of the bureau's are one to them."""

    SUBMITTED = "submitted", "已提交，等待双方确认"
    RECEIVED = "received", "已收到，等待受理"
    ACCEPTED = "accepted", "已受理，正在安排承办人"
    CLAIMED = "claimed", "正在办理"
    MERGED = "merged", "已经和相同的诉求并在一起办理"
    SUPPLEMENTING = "supplementing", "需要您补正"
    CONSULTING = "consulting", "正在征求意见"
    FEE_DUE = "fee_due", "需要您缴费"
    SENT = "sent", "已答复"
    DELIVERED = "delivered", "已答复，已送达"
    CLOSED = "closed", "已办结"
    DECLINED = "declined", "不予受理"
    TRANSFERRED = "transferred", "已转送有权处理的机关"
    WITHDRAWN = "withdrawn", "您已撤回"
    LAPSED = "lapsed", "逾期，不再处理"


_ALIKE = {status.value for status in CaseStatus} & {situation.value for situation in Situation}
_BY_STATUS = {CaseStatus(value): Situation(value) for value in _ALIKE} | {
    CaseStatus.DRAFTED: Situation.CLAIMED,
    CaseStatus.APPROVED: Situation.CLAIMED,
    CaseStatus.SIGNED: Situation.CLAIMED,
    CaseStatus.ARCHIVED: Situation.CLOSED,
}
_BY_RESOLUTION = {
    Resolution.DECLINED: Situation.DECLINED,
    Resolution.TRANSFERRED: Situation.TRANSFERRED,
    Resolution.WITHDRAWN: Situation.WITHDRAWN,
}
# 好差评: five steps, the two lowest are 差评.
SCORES: Mapping[int, str] = {
    5: "非常满意",
    4: "满意",
    3: "基本满意",
    2: "不满意",
    1: "非常不满意",
}
LAPSES = frozenset({Outcome.OTHER_CORRECTION_LAPSED, Outcome.OTHER_FEE_LAPSED})


@dataclass(frozen=True, slots=True)
class Extension:
    """The period was made longer by `amount` of its unit; `due_before` is the day it would have ended."""

    granted_on: date
    amount: int
    due_before: date | None


@dataclass(frozen=True, slots=True)
class Following:
    """One case as its citizen may follow it and act on it.

    `words` says the situation as this kind of case calls it; `form` is an application's.
    `told` holds the last words written for the citizen at each step. `press_from` is the first day on which
    urging makes sense, None where the bureau's clock is not running.
    """

    case_id: int
    situation: Situation
    words: str
    form: DisclosureForm | None
    is_late: bool
    is_again: bool
    delivered_on: date | None
    told: Mapping[CaseAction, str]
    extension: Extension | None
    consultation: Consultation | None
    fee: FeeNotice | None
    press_from: date | None
    pressed_on: date | None
    score: int | None
    is_earlier_score: bool
    """The score was given to a reply before the one that stands now."""
    may_withdraw: bool
    may_press: bool
    may_supplement: bool
    may_rate: bool


def follow(session: Session, case_id: int, today: date, rules: Rules) -> Following:
    """The case `find_case_for_citizen` has opened, as it stands on `today`; raises `NotFound`."""
    case = load(session, case_id)
    events = events_of(session, "case", case_id)
    rating = session.get(Rating, case_id)
    is_open = case.status in OPEN_STATUSES
    pressed_on = last_pressed_on(events)
    situation = _situation(session, case)
    is_application = case.kind.family is Family.DISCLOSURE
    return Following(
        case_id=case.id,
        situation=situation,
        words=_words(case, situation),
        form=DisclosureForm.from_details(case.details) if is_application and case.details else None,
        is_late=is_open and case.due_on is not None and case.due_on < today,
        is_again=is_open and case.reopened > 0,
        delivered_on=case.delivered_on,
        told=_told(session, case_id),
        extension=_extension(events) if is_open else None,
        consultation=open_consultation(session, case),
        fee=open_fee(session, case) if case.status is CaseStatus.FEE_DUE else None,
        press_from=press_from(case),
        pressed_on=pressed_on,
        score=rating.score if rating else None,
        is_earlier_score=rating is not None
        and (case.replied_at is None or rating.rated_at < case.replied_at),
        may_withdraw=is_open,
        may_press=may_press(case, pressed_on, today, rules),
        may_supplement=case.status is CaseStatus.SUPPLEMENTING,
        may_rate=is_ratable(case) and rating is None,
    )


def press_from(case: Case) -> date | None:
    """From what day on the citizen may urge: when three quarters of the period are gone (amber)."""
    if case.status not in OPEN_STATUSES - WAITING_STATUSES or case.due_on is None:
        return None
    return min(case.amber_on or case.due_on, case.due_on)


def may_press(case: Case, pressed_on: date | None, today: date, rules: Rules) -> bool:
    """Whether urging is open: late enough, and not yet done on this working day."""
    begins = press_from(case)
    if begins is None or today < begins:
        return False
    return pressed_on is None or not is_same_workday(pressed_on, today, rules)


def is_same_workday(earlier: date, today: date, rules: Rules) -> bool:
    """Whether both dates are one working day to the bureau: a rest day belongs to the next working day."""
    return rules.calendar.on_or_after(earlier) >= rules.calendar.on_or_after(today)


def is_ratable(case: Case) -> bool:
    """Only a reply is rated, and only an inquiry's: an application has its legal remedies."""
    return (
        case.kind.family is Family.INQUIRY
        and case.status in ENDED_STATUSES - {CaseStatus.ARCHIVED}
        and case.resolution is Resolution.ANSWERED
    )


def last_pressed_on(events: Sequence[AuditEvent]) -> date | None:
    """The day the citizen last urged; what staff and the worker did does not count."""
    own = [
        event.at
        for event in events
        if event.action == CaseAction.REMIND and (event.actor_id, event.actor_name) == _OWN
    ]
    return local_date(own[-1]) if own else None


def is_withdrawn(session: Session, case: Case) -> bool:
    """Whether the citizen took it back; an application then has no resolution to say so."""
    if case.kind.family is Family.INQUIRY:
        return case.resolution is Resolution.WITHDRAWN
    return case.outcome is Outcome.OTHER_OTHER and bool(
        count_events(session, case, CaseAction.WITHDRAW)
    )


_OWN = (CITIZEN.id, CITIZEN.name)


def _situation(session: Session, case: Case) -> Situation:
    if case.status in OPEN_STATUSES:
        return _BY_STATUS[case.status]
    if is_withdrawn(session, case):
        return Situation.WITHDRAWN
    if case.outcome in LAPSES and case.replied_at is None:
        return Situation.LAPSED
    ended = _BY_RESOLUTION.get(case.resolution) if case.resolution else None
    return ended or _BY_STATUS[case.status]


def _words(case: Case, situation: Situation) -> str:
    if case.reopened and situation in (Situation.ACCEPTED, Situation.CLAIMED):
        return "正在重新办理"
    # An application is received and registered, not 受理: nobody decides whether to take it on.
    if case.kind.family is Family.DISCLOSURE and situation is Situation.ACCEPTED:
        return "已收到，正在安排承办人"
    return situation.label


def _told(session: Session, case_id: int) -> dict[CaseAction, str]:
    notes = session.scalars(
        select(CaseNote)
        .where(CaseNote.case_id == case_id, CaseNote.for_citizen)
        .order_by(CaseNote.id)
    )
    return {note.action: note.text for note in notes}


def _extension(events: Sequence[AuditEvent]) -> Extension | None:
    before: date | None = None
    found = None
    for event in events:
        if event.action == CaseAction.EXTEND:
            amount = event.data.get("amount")
            found = Extension(local_date(event.at), int(amount or 0), before)
        due = event.data.get("due_on")
        before = date.fromisoformat(due) if isinstance(due, str) else None
    return found
