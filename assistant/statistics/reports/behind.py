"""The cases behind the numbers of the statutory forms and of what stands beside them. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.form import ApplicantClass
from assistant.disclosure.models import Contest, FeeNotice
from assistant.disclosure.outcomes import Outcome
from assistant.statistics.applications import CARRIED_IN, RECEIVED, entered_table
from assistant.statistics.behind import ANSWERED, BehindRow, Cell, CellOf, behind_row, still_open
from assistant.statistics.contests import entered_contests
from assistant.statistics.facts import Measure
from assistant.statistics.periods import Span
from assistant.statistics.reports.building import applications_rows
from assistant.statistics.reports.tables import (
    APPLICATIONS,
    CARRIED_OUT,
    CLOSED,
    CONTESTS,
    FIGURES,
    TOTAL,
)

_DAYS = (Measure.REPLY_DAYS,)
_MEASURES: Mapping[str, Collection[Measure]] = {
    "replied": ANSWERED,
    "on_time": (Measure.ON_TIME,),
    "late": (Measure.LATE,),
    "on_time_rate": ANSWERED,
    "extended": (Measure.EXTENDED,),
    "overdue": (Measure.OVERDUE,),
    "average_days": _DAYS,
    "median_days": _DAYS,
    "p90_days": _DAYS,
}


@dataclass(frozen=True, slots=True)
class Fees:
    """Fee notices by the day they were sent, or paid; counted, or summed up in yuan."""

    span: Span
    paid: bool
    in_yuan: bool

    def rows(self, session: Session, before_id: int | None) -> Iterator[BehindRow]:
        """The cases with such a notice."""
        day = FeeNotice.paid_on if self.paid else FeeNotice.notified_on
        query = (
            select(Case, day, FeeNotice.amount)
            .join(FeeNotice, FeeNotice.case_id == Case.id)
            .where(day.between(self.span.first, self.span.last))
        )
        return _by_case(session, query, before_id, lambda amount: amount if self.in_yuan else 1)


@dataclass(frozen=True, slots=True)
class Contests:
    """Contests of a kind decided in a period, or undecided at its end."""

    span: Span
    kind: ContestKind
    result: ContestResult | None
    """None: all results together, 尚未审结 among them."""

    def rows(self, session: Session, before_id: int | None) -> Iterator[BehindRow]:
        """The cases contested."""
        decided = Contest.decided_on.between(self.span.first, self.span.last)
        waiting = (Contest.filed_on <= self.span.last) & or_(
            Contest.decided_on.is_(None), Contest.decided_on > self.span.last
        )
        if self.result is None:
            wanted = decided | waiting
        elif self.result is ContestResult.PENDING:
            wanted = waiting
        else:
            wanted = decided & (Contest.result == self.result)
        query = (
            select(Case, Contest.filed_on, Contest.id)
            .join(Contest, Contest.case_id == Case.id)
            .where(Contest.kind == self.kind, wanted)
        )
        return _by_case(session, query, before_id, lambda _: 1)


def form_cell(table: str, row: str, column: str, span: Span) -> Cell | None:
    """What stands behind a number of a report on `span`; None where it is not of cases, or not there at all."""
    if table == APPLICATIONS:
        return _application_cell(row, column, span)
    if table == CONTESTS and row == TOTAL:
        return _contest_cell(column, span)
    if table != FIGURES:
        return None
    if row in _MEASURES:
        return CellOf(_MEASURES[row], span, kind=CaseKind.DISCLOSURE.value)
    what, _, unit = row.removeprefix("fees_").partition("_")
    if row.startswith("fees_") and what in ("asked", "paid") and unit in ("", "amount"):
        return Fees(span, paid=what == "paid", in_yuan=unit == "amount")
    return None


def entered_behind(session: Session, table: str, row: str, column: str, span: Span) -> int:
    """How much of a number that has a `form_cell` was entered by hand, so that no case stands behind it."""
    if table == APPLICATIONS:
        columns = [*ApplicantClass, TOTAL]
        return applications_rows(entered_table(session, span))[row][columns.index(column)]
    if table == CONTESTS:
        kind, _, result = column.partition(".")
        return sum(
            count
            for (of, ended), count in entered_contests(session, span).items()
            if of == kind and result in (TOTAL, ended)
        )
    return 0


def _application_cell(row: str, column: str, span: Span) -> Cell | None:
    if column not in (TOTAL, *ApplicantClass):
        return None
    whole = CellOf(
        (), span, kind=CaseKind.DISCLOSURE.value, applicant=None if column == TOTAL else column
    )
    if row == CARRIED_OUT:
        return still_open(whole)
    if row == CARRIED_IN:
        eve = span.first - timedelta(days=1)
        return still_open(replace(whole, span=Span(eve, eve)))
    if row == RECEIVED:
        return replace(whole, measures=(Measure.RECEIVED,))
    if row == CLOSED or row in set(Outcome):
        return replace(whole, measures=(Measure.ENDED,), results=None if row == CLOSED else (row,))
    return None


def _contest_cell(column: str, span: Span) -> Cell | None:
    kind, _, result = column.partition(".")
    if kind not in set(ContestKind) or result not in (TOTAL, *ContestResult):
        return None
    return Contests(span, ContestKind(kind), None if result == TOTAL else ContestResult(result))


def _by_case(
    session: Session, query: Any, before_id: int | None, weight: Callable[[int], int]
) -> Iterator[BehindRow]:
    """Rows of (case, day, something to weigh), put together by case, the newest first."""
    query = query.order_by(Case.id.desc())
    if before_id is not None:
        query = query.where(Case.id < before_id)
    for case, group in groupby(session.execute(query), key=lambda row: row[0]):
        found = list(group)
        days = tuple(sorted({day for _, day, _ in found}))
        yield behind_row(case, days, sum(weight(value) for *_, value in found))
