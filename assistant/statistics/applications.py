"""Applications for information in a period: Table 3 of the annual report, and what the quarter adds to it.

《政府信息公开工作年度报告格式》(国办公开办函〔2021〕30号): an application is received in the period its clock began in,
and has its result in the period of the reply. The balance carried over is worked out from all that came before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.disclosure.form import ApplicantClass
from assistant.disclosure.models import FeeNotice
from assistant.disclosure.outcomes import Outcome
from assistant.statistics.facts import Measure
from assistant.statistics.measures import Spread, share, spread_of, sum_cases
from assistant.statistics.models import OpeningFigure
from assistant.statistics.periods import FIRST_YEAR, Span

RECEIVED, CARRIED_IN = "received", "carried_in"
_LONG_AGO = date(FIRST_YEAR, 1, 1)

ByClass = Mapping[ApplicantClass, int]


@dataclass(frozen=True, slots=True)
class ApplicationTable:
    """Counts by applicant class: received, carried in, each of the 21 results, carried out."""

    received: ByClass
    carried_in: ByClass
    results: Mapping[Outcome, ByClass]
    carried_out: ByClass

    def of_class(self, applicant: ApplicantClass) -> int:
        """（七）总计 of one column."""
        return sum(row[applicant] for row in self.results.values())

    @property
    def closed(self) -> int:
        return sum(self.of_class(applicant) for applicant in ApplicantClass)


@dataclass(frozen=True, slots=True)
class FeeFigures:
    """Processing fees (条例第四十二条), in yuan: asked for and paid in the period."""

    asked: int
    asked_amount: int
    paid: int
    paid_amount: int


@dataclass(frozen=True, slots=True)
class ApplicationFigures:
    """What a quarter publishes on applications beside the table."""

    table: ApplicationTable
    on_time: int
    late: int
    extended: int
    overdue: int
    reply_days: Spread
    fees: FeeFigures

    @property
    def replied(self) -> int:
        return self.on_time + self.late

    @property
    def on_time_rate(self) -> float | None:
        return share(self.on_time, self.replied)


def application_figures(session: Session, span: Span) -> ApplicationFigures:
    """Everything about applications in `span`."""
    histogram = _sums(session, Measure.REPLY_DAYS, span, "value")
    return ApplicationFigures(
        table=application_table(session, span),
        on_time=_total(session, Measure.ON_TIME, span),
        late=_total(session, Measure.LATE, span),
        extended=_total(session, Measure.EXTENDED, span),
        overdue=_total(session, Measure.OVERDUE, span),
        reply_days=spread_of({int(value): count for (value,), count in histogram.items()}),
        fees=fee_figures(session, span),
    )


def application_table(session: Session, span: Span) -> ApplicationTable:
    """Table 3 for any run of days."""
    received = _received(session, span)
    ended = _ended(session, span)
    before = Span(_LONG_AGO, span.first - timedelta(days=1))
    # Not `+`, which would hide a column that has gone below nothing.
    carried = _balance_after(session, before)
    carried.update(_opening(session, span)[CARRIED_IN])
    out = Counter(carried)
    out.update(received)
    for row in ended.values():
        out.subtract(row)
    return ApplicationTable(
        received=_by_class(received),
        carried_in=_by_class(carried),
        results={outcome: _by_class(ended[outcome]) for outcome in Outcome},
        carried_out=_by_class(out),
    )


def fee_figures(session: Session, span: Span) -> FeeFigures:
    """Fees by the day they were asked for and the day they were paid."""

    def counted(day: object) -> tuple[int, int]:
        query = select(func.count(), func.coalesce(func.sum(FeeNotice.amount), 0))
        number, amount = session.execute(
            query.where(day.between(span.first, span.last))  # type: ignore[attr-defined]
        ).one()
        return int(number), int(amount)

    return FeeFigures(*counted(FeeNotice.notified_on), *counted(FeeNotice.paid_on))


def _received(session: Session, span: Span) -> Counter[str]:
    sums = _sums(session, Measure.RECEIVED, span, "applicant")
    found = Counter({applicant: count for (applicant,), count in sums.items()})
    found.update(_opening(session, span)[RECEIVED])
    return found


def _ended(session: Session, span: Span) -> dict[Outcome, Counter[str]]:
    found: dict[Outcome, Counter[str]] = {outcome: Counter() for outcome in Outcome}
    sums = _sums(session, Measure.ENDED, span, "result", "applicant")
    for (result, applicant), count in sums.items():
        found[Outcome(result)][applicant] += count
    opening = _opening(session, span)
    for outcome in Outcome:
        found[outcome].update(opening[outcome.value])
    return found


def _balance_after(session: Session, span: Span) -> Counter[str]:
    """What is left open at the end of `span`, which began before there was anything."""
    left = Counter(_opening(session, span)[CARRIED_IN])
    left.update(_received(session, span))
    for row in _ended(session, span).values():
        left.subtract(row)
    return left


def _opening(session: Session, span: Span) -> dict[str, Counter[str]]:
    """Entered figures by row and applicant class; every row is there."""
    names = (RECEIVED, CARRIED_IN, *(outcome.value for outcome in Outcome))
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    rows = session.execute(
        select(OpeningFigure.row, OpeningFigure.applicant, func.sum(OpeningFigure.count))
        .where(OpeningFigure.on.between(span.first, span.last), OpeningFigure.row.in_(names))
        .group_by(OpeningFigure.row, OpeningFigure.applicant)
    )
    for row, applicant, count in rows:
        found[row][applicant] += int(count)
    return found


def _sums(session: Session, measure: Measure, span: Span, *by: str) -> Counter[tuple[str, ...]]:
    return sum_cases(session, measure, span, by, kind=CaseKind.DISCLOSURE.value)


def _total(session: Session, measure: Measure, span: Span) -> int:
    return _sums(session, measure, span)[()]


def _by_class(counts: Counter[str]) -> dict[ApplicantClass, int]:
    return {applicant: counts[applicant.value] for applicant in ApplicantClass}
