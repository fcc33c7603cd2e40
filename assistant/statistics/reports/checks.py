"""What must add up in a report before anybody may sign it (勾稽关系). Pure.

国办公开办函〔2021〕30号: in every column 一+二 = 三(七)+四, and what was carried over last year is what this year began
with. Every fault names its cell, so that the official finds it in the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.outcomes import Outcome
from assistant.statistics.reports.tables import (
    APPLICATIONS,
    CARRIED_IN,
    CARRIED_OUT,
    CLOSED,
    CONTESTS,
    RECEIVED,
    TOTAL,
    Cell,
    Value,
    cells_of,
    table_of,
)
from assistant.statistics.reports.wording import has_blank, number_text

_RESULTS = tuple(outcome.value for outcome in Outcome)
_DECIDED = tuple(one.value for one in ContestResult if one is not ContestResult.PENDING)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that does not hold; `sentence` is fit to be shown. Texts have no numbers and no column."""

    table: str
    row: str
    column: str
    rule: str
    expected: Value = None
    found: Value = None

    @property
    def sentence(self) -> str:
        place = "，".join(part for part in (self.table, self.row, self.column) if part)
        if self.expected is None:
            return f"{place}：{self.rule}。"
        expected, found = number_text(self.expected), number_text(self.found)
        return f"{place}：{self.rule}，应为{expected}，现为{found}。"


def check(
    data: Mapping[str, Any],
    previous: Mapping[str, Any] | None = None,
    quarters: Sequence[Mapping[str, Any]] = (),
) -> list[Violation]:
    """All that is wrong with `data`, in the order of the report.

    `previous`: the published report of the period before; `quarters`: the four published ones of the year. What is
    not given is not compared.
    """
    grid = _Grid(data)
    found = [*_entries(data), *_columns(grid), *_rows(grid), *_contest_totals(grid)]
    if previous is not None:
        found += _carried(grid, _Grid(previous))
    if len(quarters) == 4:
        found += _quarters(grid, [_Grid(one) for one in quarters])
    return [*found, *_texts(data)]


class _Grid:
    """A report's cells by (table, row, column)."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.cells = {cell.key: cell for cell in cells_of(data)}
        table = table_of(data, APPLICATIONS)
        self.columns = [column["key"] for column in table["columns"]] if table else []

    def __call__(self, row: str, column: str, table: str = APPLICATIONS) -> int:
        value = self.cells[table, row, column].value
        return int(value) if value is not None else 0

    def fault(
        self, row: str, column: str, rule: str, expected: int, table: str = APPLICATIONS
    ) -> Iterator[Violation]:
        """The cell, unless it is what it should be."""
        found = self(row, column, table)
        if found != expected:
            yield _at(self.cells[table, row, column], rule, expected, found)


def _at(cell: Cell, rule: str, expected: Value = None, found: Value = None) -> Violation:
    row = "" if cell.table == CONTESTS else cell.row_label
    return Violation(cell.table_title, row, cell.column_label, rule, expected, found)


def _entries(data: Mapping[str, Any]) -> Iterator[Violation]:
    counted = {APPLICATIONS, CONTESTS, "figures"}
    for cell in cells_of(data):
        if cell.value is None and cell.table not in counted:
            yield _at(cell, "还没有填写")
        elif cell.value is not None and cell.value < 0:
            yield _at(cell, "不能是负数")


def _columns(grid: _Grid) -> Iterator[Violation]:
    for column in grid.columns:
        results = sum(grid(row, column) for row in _RESULTS)
        yield from grid.fault(CLOSED, column, "（七）总计应等于各项办理结果之和", results)
        left = grid(RECEIVED, column) + grid(CARRIED_IN, column) - grid(CLOSED, column)
        rule = "第一项加第二项之和应等于第三项加第四项之和"
        yield from grid.fault(CARRIED_OUT, column, rule, left)


def _rows(grid: _Grid) -> Iterator[Violation]:
    for row in (RECEIVED, CARRIED_IN, *_RESULTS, CLOSED, CARRIED_OUT):
        classes = sum(grid(row, column) for column in grid.columns if column != TOTAL)
        yield from grid.fault(row, TOTAL, "总计应等于六类申请人之和", classes)


def _contest_totals(grid: _Grid) -> Iterator[Violation]:
    for kind in ContestKind:
        results = sum(grid(TOTAL, f"{kind}.{result}", CONTESTS) for result in ContestResult)
        column = f"{kind}.{TOTAL}"
        yield from grid.fault(TOTAL, column, "总计应等于四种结果之和", results, CONTESTS)


def _carried(grid: _Grid, previous: _Grid) -> Iterator[Violation]:
    for column in grid.columns:
        before = previous(CARRIED_OUT, column)
        yield from grid.fault(CARRIED_IN, column, "应等于上期公布的结转数", before)


def _quarters(grid: _Grid, quarters: Sequence[_Grid]) -> Iterator[Violation]:
    rule = "应等于已公布的四个季度之和"
    for column in grid.columns:
        for row in (RECEIVED, *_RESULTS):
            yield from grid.fault(row, column, rule, sum(one(row, column) for one in quarters))
        first, last = quarters[0](CARRIED_IN, column), quarters[-1](CARRIED_OUT, column)
        yield from grid.fault(CARRIED_IN, column, "应等于第一季度公布的上季度结转数", first)
        yield from grid.fault(CARRIED_OUT, column, "应等于第四季度公布的结转数", last)
    for kind in ContestKind:
        for result in _DECIDED:
            column = f"{kind}.{result}"
            decided = sum(one(TOTAL, column, CONTESTS) for one in quarters)
            yield from grid.fault(TOTAL, column, rule, decided, CONTESTS)
        column = f"{kind}.{ContestResult.PENDING}"
        last = quarters[-1](TOTAL, column, CONTESTS)
        yield from grid.fault(TOTAL, column, "应等于第四季度公布的尚未审结数", last, CONTESTS)


def _texts(data: Mapping[str, Any]) -> Iterator[Violation]:
    for section in data["sections"]:
        for part in section["parts"]:
            if not part["text"].strip() or has_blank(part["text"]):
                heading = section["heading"]
                yield Violation(heading, part["heading"], "", "还有没写完的地方")
