"""Every number of the forms that is about cases leads to just the cases it counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from assistant.errors import Forbidden
from assistant.statistics.behind import cases_behind
from assistant.statistics.periods import Quarter, Span, Year
from assistant.statistics.reports.behind import entered_behind, form_cell
from assistant.statistics.reports.building import Publisher, build
from assistant.statistics.reports.kinds import ReportKind, ReportPeriod
from assistant.statistics.reports.tables import APPLICATIONS, CONTESTS, FIGURES, Cell, cells_of
from tests.statistics.playing import Stage

PUBLISHER = Publisher("测试局", sample=True)
ALL = 10_000
PERIODS: list[ReportPeriod] = [
    *(Year(year) for year in (2025, 2026)),
    *(Quarter(year, number) for year in (2025, 2026) for number in (1, 2, 3, 4)),
]


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period.key)
def test_what_stands_behind_a_number_adds_up_to_it(
    hand_worked: Stage, period: ReportPeriod
) -> None:
    proven = 0
    with hand_worked.database.reading() as session:
        for cell in _cells(session, period):
            assert _behind(session, hand_worked, cell, period.span) == cell.value, cell.key
            proven += bool(cell.value)
    assert proven > 20


def test_an_average_is_that_of_the_days_behind_it(hand_worked: Stage) -> None:
    span = Year(2026).span
    with hand_worked.database.reading() as session:
        cell = form_cell(FIGURES, "average_days", "value", span)
        assert cell is not None
        rows = cases_behind(session, hand_worked.people.auditor, cell, ALL)
        quarters = [_value(session, FIGURES, "replied", Quarter(2026, n)) for n in (1, 2, 3, 4)]
    days = [day for row in rows for day in row.values]
    assert len(days) == sum(quarters)
    assert min(days) < max(days)


def test_a_balance_holds_what_is_still_open(hand_worked: Stage) -> None:
    """Each case once, and the same ones at the end of a year as at the beginning of the next."""
    auditor = hand_worked.people.auditor
    out = form_cell(APPLICATIONS, "carried_out", "total", Year(2025).span)
    into = form_cell(APPLICATIONS, "carried_in", "total", Year(2026).span)
    assert out is not None
    assert into is not None
    with hand_worked.database.reading() as session:
        before = cases_behind(session, auditor, out, ALL)
        assert before == cases_behind(session, auditor, into, ALL)
        page = cases_behind(session, auditor, into, 2, before[0].case_id)
    assert len(before) > 2
    assert {row.count for row in before} == {1}
    assert page == before[1:3]


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        (APPLICATIONS, "received", "nobody"),
        (APPLICATIONS, "closer", "person"),
        (CONTESTS, "total", "reconsideration"),
        (CONTESTS, "upheld", "reconsideration.upheld"),
        (FIGURES, "fees_lost", "value"),
        (FIGURES, "fees_paid_twice", "value"),
        ("regulations", "total", "made"),
    ],
)
def test_there_is_nothing_behind_what_is_no_number_of_cases(
    table: str, row: str, column: str
) -> None:
    assert form_cell(table, row, column, Year(2026).span) is None


def test_handlers_see_no_cases_of_other_offices_through_a_number(hand_worked: Stage) -> None:
    cell = form_cell(APPLICATIONS, "received", "total", Year(2026).span)
    assert cell is not None
    with hand_worked.database.reading() as session, pytest.raises(Forbidden):
        cases_behind(session, hand_worked.people.handler, cell)


def _cells(session: Session, period: ReportPeriod) -> Iterator[Cell]:
    """The counted numbers; rates, medians and the like are of the same cases as 答复."""
    kind = ReportKind.QUARTERLY if isinstance(period, Quarter) else ReportKind.ANNUAL
    for cell in cells_of(build(session, kind, period, PUBLISHER)):
        is_counted = cell.table in (APPLICATIONS, CONTESTS) or (
            cell.table == FIGURES and not cell.row_key.endswith(("_rate", "_days"))
        )
        if is_counted:
            yield cell


def _behind(session: Session, stage: Stage, cell: Cell, span: Span) -> int:
    found = form_cell(*cell.key, span)
    assert found is not None, cell.key
    rows = cases_behind(session, stage.people.auditor, found, ALL)
    assert len({row.case_id for row in rows}) == len(rows)
    return sum(row.count for row in rows) + entered_behind(session, *cell.key, span)


def _value(session: Session, table: str, row: str, quarter: Quarter) -> int:
    data = build(session, ReportKind.QUARTERLY, quarter, PUBLISHER)
    return next(int(one.value or 0) for one in cells_of(data) if one.key == (table, row, "value"))
