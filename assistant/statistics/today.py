"""Today and this week for the staff: what came, what was answered, what is about to be late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.queue import QUEUED_STATUSES
from assistant.cases.states import CaseStatus
from assistant.cases.workdays import Calendar
from assistant.staff.models import Account
from assistant.statistics.facts import Measure
from assistant.statistics.measures import count_messages, sum_cases
from assistant.statistics.periods import Span

SOON_WORKDAYS = 3
MOST = 20


@dataclass(frozen=True, slots=True)
class Traffic:
    """What came in and went out in a run of days; `due`: whose period ends in them and who still wait."""

    received: int
    closed: int
    late: int
    questions: int
    due: int


@dataclass(frozen=True, slots=True)
class NearlyLate:
    """A case that will be late unless it is answered by `due_on`."""

    case_id: int
    receipt_no: str
    title: str
    kind: CaseKind
    status: CaseStatus
    office_id: str | None
    handler_name: str | None
    due_on: date


@dataclass(frozen=True, slots=True)
class Now:
    today: Traffic
    week: Traffic
    """Monday to Sunday."""
    nearly_late: Sequence[NearlyLate]


def how_it_stands(session: Session, today: date, calendar: Calendar) -> Now:
    """Reads the days' counts: gather first."""
    monday = today - timedelta(days=today.weekday())
    return Now(
        today=_traffic(session, Span(today, today)),
        week=_traffic(session, Span(monday, monday + timedelta(days=6))),
        nearly_late=_nearly_late(session, today, calendar.add_workdays(today, SOON_WORKDAYS)),
    )


def _traffic(session: Session, span: Span) -> Traffic:
    on_time, late, received = (
        sum_cases(session, measure, span)[()]
        for measure in (Measure.ON_TIME, Measure.LATE, Measure.RECEIVED)
    )
    due = session.scalar(
        select(func.count(Case.id)).where(
            Case.status.in_(QUEUED_STATUSES), Case.due_on.between(span.first, span.last)
        )
    )
    questions = count_messages(session, span)[()]
    return Traffic(received, on_time + late, late, questions, int(due or 0))


def _nearly_late(session: Session, today: date, until: date) -> list[NearlyLate]:
    rows = session.execute(
        select(Case, Account.display_name)
        .outerjoin(Account, Account.id == Case.handler_id)
        .where(Case.status.in_(QUEUED_STATUSES), Case.due_on.between(today, until))
        .order_by(Case.due_on, Case.id)
        .limit(MOST)
    )
    return [
        NearlyLate(
            case_id=case.id,
            receipt_no=case.receipt_no,
            title=case.title,
            kind=case.kind,
            status=case.status,
            office_id=case.office_id,
            handler_name=handler,
            due_on=case.due_on,
        )
        for case, handler in rows
        if case.due_on is not None
    ]
