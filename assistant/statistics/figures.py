"""What is published of all inquiries in a year or a quarter, and the queue's tally for the staff. Reads only.

Everything is a sum over the days' counts (`gathering`); what each figure means stands in `definitions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.states import OPEN_STATUSES, CaseStatus
from assistant.knowledge.content import Document
from assistant.knowledge.shelf import Shelf
from assistant.statistics.applications import ApplicationFigures, application_figures
from assistant.statistics.case_figures import (
    CaseFigures,
    CaseLine,
    Crossing,
    case_figures,
    crossings,
)
from assistant.statistics.contests import Cell, contest_table
from assistant.statistics.periods import Month, Quarter, Span, Year
from assistant.statistics.question_figures import QuestionFigures, question_figures
from assistant.statistics.rates import Rate

NORMATIVE = "行政规范性文件"
"""The catalogue's topic for what has to be interpreted (国办发〔2016〕80号)."""


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One month or quarter: questions asked, cases received and answered."""

    key: str
    label: str
    questions: int
    cases: CaseLine


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Normative documents of the period, and how many of them have their interpretation."""

    documents: int
    interpreted: int

    @property
    def value(self) -> float | None:
        """No minimum sample: documents are no people."""
        return self.interpreted / self.documents if self.documents else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is published of one period, as of one moment."""

    period: Year | Quarter
    counted_at: datetime
    is_over: bool
    """The period has passed; only what comes in late can still change it."""
    questions: QuestionFigures
    cases: CaseFigures
    applications: ApplicationFigures
    contests: Mapping[Cell, int]
    by_month: tuple[TimeLine, ...]
    by_quarter: tuple[TimeLine, ...]
    crossed: tuple[Crossing, ...]
    interpretation: Interpretation


@dataclass(frozen=True, slots=True)
class Tally:
    """Open cases by how near their due date is."""

    unconfirmed: int
    waiting: int
    """Somebody else's turn, and the clock stands still."""
    overdue: int
    due_soon: int
    on_time: int

    @property
    def open(self) -> int:
        return self.unconfirmed + self.waiting + self.overdue + self.due_soon + self.on_time


def published_figures(
    session: Session, period: Year | Quarter, shelf: Shelf, now: datetime
) -> Figures:
    """The figures of `period`, read in one consistent view. Gather first: only what is counted is seen."""
    is_over = local_date(now) > period.span.last
    offices = {office.id: office.title for office in shelf.offices()}
    cases = case_figures(session, period.months, offices)
    questions = question_figures(session, period.months, shelf)
    by_month = {
        month: TimeLine(month.key, month.label, questions.by_month[month], cases.by_month[month])
        for month in period.months
    }
    is_whole_year = isinstance(period, Year) and is_over
    return Figures(
        period=period,
        counted_at=now,
        is_over=is_over,
        questions=questions,
        cases=cases,
        applications=application_figures(session, period.span),
        contests=contest_table(session, period.span),
        by_month=tuple(by_month.values()),
        by_quarter=_quarters(period, by_month),
        crossed=crossings(cases.received_by, offices) if is_whole_year else (),
        interpretation=interpretation_of(shelf, period.span),
    )


def interpretation_of(shelf: Shelf, span: Span) -> Interpretation:
    """Normative documents made in `span`, and those of them that another document interprets."""
    interpreted = {one.interprets for one in shelf.documents() if one.interprets}
    made = [one for one in shelf.documents() if _is_normative(one) and one.created_on in span]
    return Interpretation(len(made), sum(one.id in interpreted for one in made))


def tally(session: Session, today: date, soon_on: date) -> Tally:
    """How many open cases are unconfirmed, overdue, due by `soon_on`, and later."""
    urgency = case(
        (Case.status == CaseStatus.SUBMITTED, 0),
        (Case.due_on.is_(None), 1),
        (Case.due_on < today, 2),
        (Case.due_on <= soon_on, 3),
        else_=4,
    )
    inner = select(urgency.label("urgency")).where(Case.status.in_(OPEN_STATUSES)).subquery()
    rows = session.execute(select(inner.c.urgency, func.count()).group_by(inner.c.urgency))
    found = {int(level): int(count) for level, count in rows}
    return Tally(*(found.get(level, 0) for level in range(5)))


def _is_normative(document: Document) -> bool:
    return document.topic == NORMATIVE


def _quarters(period: Year | Quarter, by_month: dict[Month, TimeLine]) -> tuple[TimeLine, ...]:
    """Sums of months, so that quarters make the year by themselves."""
    quarters = period.quarters if isinstance(period, Year) else (period,)
    return tuple(
        TimeLine(
            quarter.key,
            quarter.label,
            sum(by_month[month].questions for month in quarter.months),
            reduce(_added, (by_month[month].cases for month in quarter.months)),
        )
        for quarter in quarters
    )


def _added(one: CaseLine, other: CaseLine) -> CaseLine:
    return CaseLine(
        one.key,
        one.label,
        one.received + other.received,
        one.closed + other.closed,
        Rate(one.on_time.part + other.on_time.part, one.on_time.whole + other.on_time.whole),
    )
