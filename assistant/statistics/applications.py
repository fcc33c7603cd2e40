"""Applications for information in a period: Table 3 of the annual report, and what the quarter adds to it.

《政府信息公开工作年度报告格式》(国办公开办函〔2021〕30号): an application is received in the period its clock began in,
and has its result in the period of the reply. The balance carried over is worked out from all that came before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.disclosure.form import ApplicantClass
from assistant.disclosure.models import FeeNotice
from assistant.disclosure.outcomes import Outcome
from assistant.statistics.facts import Measure
from assistant.statistics.measures import Spread, share, spread_of, sum_cases
from assistant.statistics.models import CaseDay, OpeningFigure
from assistant.statistics.periods import Span

RECEIVED, CARRIED_IN = "received", "carried_in"
_ROWS = (RECEIVED, CARRIED_IN, *(outcome.value for outcome in Outcome))

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
    return _tabulate(_counted(session, span) + _entered(session, span))


def entered_table(session: Session, span: Span) -> ApplicationTable:
    """What of Table 3 was entered by hand: no case of ours stands behind it."""
    return _tabulate(_entered(session, span))


def fee_figures(session: Session, span: Span) -> FeeFigures:
    """Fees by the day they were asked for and the day they were paid."""

    def counted(day: object) -> tuple[int, int]:
        query = select(func.count(), func.coalesce(func.sum(FeeNotice.amount), 0))
        number, amount = session.execute(
            query.where(day.between(span.first, span.last))  # type: ignore[attr-defined]
        ).one()
        return int(number), int(amount)

    return FeeFigures(*counted(FeeNotice.notified_on), *counted(FeeNotice.paid_on))


Flow = tuple[str, str, bool]
"""A row of the table, an applicant class, and whether it was before the period."""


class Flows(Counter[Flow]):
    """Counts by flow. Adding keeps what is below nothing: an entered correction may be negative."""

    def __add__(self, other: Counter[Flow]) -> Flows:  # type: ignore[override]
        both = Flows(self)
        both.update(other)
        return both


def _counted(session: Session, span: Span) -> Flows:
    """What cases did up to the end of `span`, from the beginning: the balance is of all that came before."""
    is_before = CaseDay.day < span.first
    query = (
        select(
            CaseDay.measure, CaseDay.result, CaseDay.applicant, is_before, func.sum(CaseDay.count)
        )
        .where(
            CaseDay.measure.in_((Measure.RECEIVED.value, Measure.ENDED.value)),
            CaseDay.day <= span.last,
            CaseDay.kind == CaseKind.DISCLOSURE.value,
        )
        .group_by(CaseDay.measure, CaseDay.result, CaseDay.applicant, is_before)
    )
    found = Flows()
    for measure, result, applicant, before, count in session.execute(query):
        row = RECEIVED if measure == Measure.RECEIVED else result
        found[row, applicant, bool(before)] += int(count)
    return found


def _entered(session: Session, span: Span) -> Flows:
    is_before = OpeningFigure.on < span.first
    query = (
        select(OpeningFigure.row, OpeningFigure.applicant, is_before, func.sum(OpeningFigure.count))
        .where(OpeningFigure.on <= span.last, OpeningFigure.row.in_(_ROWS))
        .group_by(OpeningFigure.row, OpeningFigure.applicant, is_before)
    )
    found = Flows()
    for row, applicant, before, count in session.execute(query):
        found[row, applicant, bool(before)] += int(count)
    return found


def _tabulate(flows: Flows) -> ApplicationTable:
    def row(name: str, *, before: bool = False) -> Counter[str]:
        return Counter({one.value: flows[name, one.value, before] for one in ApplicantClass})

    # `update` and `subtract`, not `+` and `-`, which would hide a column that has gone below nothing.
    carried = row(CARRIED_IN)
    for name in (CARRIED_IN, RECEIVED):
        carried.update(row(name, before=True))
    out = Counter(carried)
    out.update(row(RECEIVED))
    for outcome in Outcome:
        carried.subtract(row(outcome.value, before=True))
        out.subtract(row(outcome.value, before=True))
        out.subtract(row(outcome.value))
    return ApplicationTable(
        received=_by_class(row(RECEIVED)),
        carried_in=_by_class(carried),
        results={outcome: _by_class(row(outcome.value)) for outcome in Outcome},
        carried_out=_by_class(out),
    )


def _sums(session: Session, measure: Measure, span: Span, *by: str) -> Counter[tuple[str, ...]]:
    return sum_cases(session, measure, span, by, kind=CaseKind.DISCLOSURE.value)


def _total(session: Session, measure: Measure, span: Span) -> int:
    return _sums(session, measure, span)[()]


def _by_class(counts: Counter[str]) -> dict[ApplicantClass, int]:
    return {applicant: counts[applicant.value] for applicant in ApplicantClass}
