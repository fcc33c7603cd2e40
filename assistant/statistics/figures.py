"""The published figures and the queue's tally. Reads only; the definitions stand beside the numbers.

Months are those of Asia/Shanghai. Their bounds are computed here and handed to the database, so
that no dialect's date functions have a say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.states import (
    OPEN_STATUSES,
    CaseStatus,
)
from assistant.cases.workdays import OFFICIAL, Calendar
from assistant.conversation.models import Message, Outcome
from assistant.disclosure.outcomes import Outcome as DisclosureOutcome
from assistant.errors import Invalid
from assistant.settings import SHANGHAI

FIRST_YEAR, LAST_YEAR = 2024, 2100

DEFINITIONS: dict[str, str] = {
    "questions": "统计期内在线提问的条数，每问一句算一条。",
    "by_outcome": "每条提问只归入一种结果，各项相加等于提问总数。",
    "satisfaction": "评价“有帮助”的条数 ÷ 作出评价的条数；没有人评价时不计算。",
    "received": (
        "统计期内收到、开始计算答复期限的件数。"
        "依申请公开以双方确认之日为收到之日（政府信息公开条例第三十一条）。"
    ),
    "closed": "统计期内已经发出答复的件数，不论哪一天收到。",
    "on_time_rate": (
        "按期答复的件数 ÷ 已答复的件数。答复日期不晚于到期日即为按期；没有已答复的件时不计算。"
    ),
    "average_workdays": "从收到的次日数到答复当日的工作日，取已答复各件的平均数。",
    "open": "统计时已经收到、还没有答复的件数。",
    "overdue": "统计时还没有答复、并且已经过了到期日的件数，包含在“正在办理”里。",
    "waiting": "统计时已经提交、双方还没有确认的依申请公开件数，不算收到。",
    "by_kind": "统计期内提交的件，按类别和现在的状态分。尚未确认的依申请公开也在内。",
    "by_disclosure_outcome": "统计期内答复的依申请公开，按法定结果分（与年度报告同一口径）。",
}


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month in Asia/Shanghai."""

    year: int
    number: int

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def label(self) -> str:
        return f"{self.year}年{self.number}月"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def starts_at(self) -> datetime:
        """The instant it begins."""
        return datetime.combine(self.first, time(), SHANGHAI).astimezone(UTC)

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    def shifted(self, months: int) -> Month:
        years, index = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, index + 1)


def last_months(today: date, count: int = 12) -> tuple[Month, ...]:
    """The month of `today` and those before it, oldest first."""
    present = Month.of(today)
    return tuple(present.shifted(offset) for offset in range(1 - count, 1))


def months_of(year: int) -> tuple[Month, ...]:
    """The twelve months of a calendar year; `Invalid` for one that cannot have figures."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间。", field="year")
    return tuple(Month(year, number) for number in range(1, 13))


@dataclass(frozen=True, slots=True)
class Count:
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month: questions asked, cases received, cases closed."""

    month: Month
    questions: int
    received: int
    closed: int


@dataclass(frozen=True, slots=True)
class KindLine:
    """One kind of case, by the state its cases are in now (in the order of `CaseStatus`)."""

    kind: CaseKind
    states: tuple[Count, ...]

    @property
    def total(self) -> int:
        return sum(state.count for state in self.states)


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    total: int
    by_outcome: tuple[Count, ...]
    rated: int
    helpful: int

    @property
    def satisfaction(self) -> float | None:
        return self.helpful / self.rated if self.rated else None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """`received` and `closed` count within the period; `open`, `overdue`, `waiting` count now."""

    received: int
    closed: int
    on_time: int
    average_workdays: float | None
    open: int
    overdue: int
    waiting: int
    by_kind: tuple[KindLine, ...]
    by_disclosure_outcome: tuple[Count, ...]

    @property
    def on_time_rate(self) -> float | None:
        return self.on_time / self.closed if self.closed else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is published, as of one moment."""

    months: tuple[Month, ...]
    counted_at: datetime
    questions: QuestionFigures
    cases: CaseFigures
    by_month: tuple[MonthLine, ...]


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
    session: Session, months: Sequence[Month], now: datetime, calendar: Calendar = OFFICIAL
) -> Figures:
    """The figures of consecutive `months`, read in one consistent view."""
    asked = _asked(session, months)
    received = _received(session, months)
    closed = _closed(session, months)
    standing = tally(session, local_date(now), local_date(now))
    closed_in = _by_month(months, (Month.of(one.replied_on) for one in closed))
    return Figures(
        months=tuple(months),
        counted_at=now,
        questions=_question_figures(session, months, asked),
        cases=CaseFigures(
            received=sum(received.values()),
            closed=len(closed),
            on_time=sum(one.on_time for one in closed),
            average_workdays=_average_workdays(closed, calendar),
            open=standing.open - standing.unconfirmed,
            overdue=standing.overdue,
            waiting=standing.unconfirmed,
            by_kind=_by_kind(session, months),
            by_disclosure_outcome=_by_disclosure_outcome(closed),
        ),
        by_month=tuple(
            MonthLine(
                month,
                sum(count for (found, _), count in asked.items() if found == month),
                received.get(month, 0),
                closed_in[month],
            )
            for month in months
        ),
    )


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


@dataclass(frozen=True, slots=True)
class _Closed:
    """What the figures need of a case that was answered."""

    kind: CaseKind
    started_on: date | None
    due_on: date | None
    replied_on: date
    outcome: DisclosureOutcome | None

    @property
    def on_time(self) -> bool:
        return self.due_on is not None and self.replied_on <= self.due_on


class _Bounds:
    """Where a run of months begins and ends, as dates and as instants."""

    def __init__(self, months: Sequence[Month]) -> None:
        after = months[-1].shifted(1)
        self.first_day, self.end_day = months[0].first, after.first
        self.first_at, self.end_at = months[0].starts_at, after.starts_at


def _by_month(months: Sequence[Month], found: Iterable[Month]) -> dict[Month, int]:
    counts = dict.fromkeys(months, 0)
    for month in found:
        counts[month] += 1
    return counts


def _asked(session: Session, months: Sequence[Month]) -> dict[tuple[Month, str], int]:
    """Questions by month and outcome."""
    bounds = _Bounds(months)
    ends = [(Message.asked_at < month.shifted(1).starts_at, i) for i, month in enumerate(months)]
    # A subquery, so that PostgreSQL need not recognise the same expression with other parameters.
    inner = (
        select(case(*ends).label("bucket"), Message.outcome)
        .where(Message.asked_at >= bounds.first_at, Message.asked_at < bounds.end_at)
        .subquery()
    )
    columns = (inner.c.bucket, inner.c.outcome)
    rows = session.execute(select(*columns, func.count()).group_by(*columns))
    return {(months[bucket], outcome): count for bucket, outcome, count in rows}


def _question_figures(
    session: Session, months: Sequence[Month], asked: dict[tuple[Month, str], int]
) -> QuestionFigures:
    by_outcome = tuple(
        Count(
            outcome.value,
            outcome.label,
            sum(count for (_, found), count in asked.items() if found == outcome),
        )
        for outcome in Outcome
    )
    bounds = _Bounds(months)
    rows = session.execute(
        select(Message.helpful, func.count())
        .where(
            Message.asked_at >= bounds.first_at,
            Message.asked_at < bounds.end_at,
            Message.helpful.is_not(None),
        )
        .group_by(Message.helpful)
    )
    rated = {bool(helpful): count for helpful, count in rows}
    helpful = rated.get(True, 0)
    return QuestionFigures(sum(asked.values()), by_outcome, helpful + rated.get(False, 0), helpful)


def _received(session: Session, months: Sequence[Month]) -> dict[Month, int]:
    """Cases whose clock began, by month; at most one row a day is read."""
    bounds = _Bounds(months)
    rows = session.execute(
        select(Case.counted_on, func.count())
        .where(Case.counted_on >= bounds.first_day, Case.counted_on < bounds.end_day)
        .group_by(Case.counted_on)
    )
    received: dict[Month, int] = {}
    for day, count in rows:
        if day is not None:
            month = Month.of(day)
            received[month] = received.get(month, 0) + count
    return received


def _closed(session: Session, months: Sequence[Month]) -> list[_Closed]:
    # Row by row: whether an instant falls on or before a date of Shanghai is not portable SQL.
    bounds = _Bounds(months)
    rows = session.execute(
        select(Case.kind, Case.clock_from_on, Case.due_on, Case.replied_at, Case.outcome).where(
            Case.replied_at >= bounds.first_at, Case.replied_at < bounds.end_at
        )
    )
    return [
        _Closed(kind, started_on, due_on, local_date(replied_at), outcome)
        for kind, started_on, due_on, replied_at, outcome in rows
        if replied_at is not None
    ]


def _average_workdays(closed: Sequence[_Closed], calendar: Calendar) -> float | None:
    between = lru_cache(maxsize=4096)(calendar.workdays_between)
    days = [between(one.started_on, one.replied_on) for one in closed if one.started_on]
    return sum(days) / len(days) if days else None


def _by_kind(session: Session, months: Sequence[Month]) -> tuple[KindLine, ...]:
    bounds = _Bounds(months)
    rows = session.execute(
        select(Case.kind, Case.status, func.count())
        .where(Case.received_on >= bounds.first_day, Case.received_on < bounds.end_day)
        .group_by(Case.kind, Case.status)
    )
    counts = {(kind, status): count for kind, status, count in rows}
    return tuple(
        KindLine(
            kind,
            tuple(
                Count(status.value, status.label, counts.get((kind, status), 0))
                for status in CaseStatus
            ),
        )
        for kind in CaseKind
    )


def _by_disclosure_outcome(closed: Sequence[_Closed]) -> tuple[Count, ...]:
    found = [one.outcome for one in closed if one.kind is CaseKind.DISCLOSURE]
    return tuple(
        Count(outcome.value, outcome.label, found.count(outcome)) for outcome in DisclosureOutcome
    )
