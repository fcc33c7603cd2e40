"""The tables of the form as grids: cells that span rows and columns, as they stand on paper. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.statistics.reports.tables import Table, Value, table_of
from assistant.statistics.reports.template import ApplicationsForm, EnteredForm, Template


@dataclass(frozen=True, slots=True)
class GridCell:
    """A text or a number. `scope` as in HTML: col, row, colgroup, rowgroup for a heading, None for a value.

    `key`: row and column of a number that is the report's own, not entered.
    """

    content: str | Value
    rows: int = 1
    columns: int = 1
    scope: str | None = None
    key: tuple[str, str] | None = None

    @property
    def is_number(self) -> bool:
        return not isinstance(self.content, str)


Row = tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; a cell covered by one that spans is left out of its row. `heads`: how many rows are the header.

    `widths`: of the columns, in parts of the whole. `is_headed`: the heading above says what the caption would.
    """

    key: str
    caption: str
    rows: tuple[Row, ...]
    heads: int
    widths: tuple[int, ...]
    is_headed: bool = False

    @property
    def body(self) -> tuple[Row, ...]:
        return self.rows[self.heads :]

    @property
    def head(self) -> tuple[Row, ...]:
        return self.rows[: self.heads]

    def placed(self) -> Iterator[tuple[int, int, GridCell]]:
        """Every cell with the row and the column of its upper left corner."""
        taken: set[tuple[int, int]] = set()
        for y, row in enumerate(self.rows):
            x = 0
            for cell in row:
                while (y, x) in taken:
                    x += 1
                yield y, x, cell
                taken |= {
                    (y + down, x + right)
                    for down in range(cell.rows)
                    for right in range(cell.columns)
                }
                x += cell.columns


def applications_grid(table: Table, form: ApplicationsForm) -> Grid:
    """Table 3: three columns of labels, six of applicants, one of totals."""
    depth = 1 + max(len(row.groups) for row in form.rows)
    labels = [column.label for column in form.columns]
    head = (
        (
            GridCell(form.corner, rows=3, columns=depth),
            GridCell(form.applicants, columns=len(labels), scope="colgroup"),
        ),
        (
            GridCell(labels[0], rows=2, scope="col"),
            GridCell(form.organisations, columns=len(labels) - 2, scope="colgroup"),
            GridCell(labels[-1], rows=2, scope="col"),
        ),
        tuple(GridCell(label, scope="col") for label in labels[1:-1]),
    )
    body: list[Row] = []
    open_groups: tuple[str, ...] = ()
    groups = [row.groups for row in form.rows]
    for place, (row, said) in enumerate(zip(table["rows"], form.rows, strict=True)):
        cells = [
            GridCell(name, rows=_run(groups, place, level), scope="rowgroup")
            for level, name in enumerate(said.groups)
            if said.groups[: level + 1] != open_groups[: level + 1]
        ]
        open_groups = said.groups
        label = GridCell(said.label, columns=depth - len(said.groups), scope="row")
        body.append((*cells, label, *_numbers(table, row)))
    widths = (*(5, 9, 32)[:depth], *[8] * (len(labels) - 1), 10)
    return Grid(table["key"], form.title, (*head, *body), len(head), widths)


def contests_grid(table: Table, template: Template) -> Grid:
    """Table 4: one row of fifteen numbers under three rows of headings."""
    form = template.contests
    first, *suits = form.kinds
    results = [result.label for result in form.results]
    each = len(results)
    head = (
        (
            GridCell(first.label, columns=each, scope="colgroup"),
            GridCell(form.litigation, columns=each * len(suits), scope="colgroup"),
        ),
        (
            *(GridCell(label, rows=2, scope="col") for label in results),
            *(GridCell(kind.label, columns=each, scope="colgroup") for kind in suits),
        ),
        tuple(GridCell(label, scope="col") for _ in suits for label in results),
    )
    values = tuple(_numbers(table, table["rows"][0]))
    return Grid(table["key"], form.title, (*head, values), len(head), (1,) * len(values))


def entered_grid(tables: Sequence[Table], forms: Sequence[EnteredForm], caption: str) -> Grid:
    """One or several tables of entered numbers, below one another in one frame."""
    width = 1 + max(len(form.columns) for form in forms)
    rows: list[Row] = []
    for table, form in zip(tables, forms, strict=True):
        if len(forms) > 1:
            rows.append((GridCell(form.title, columns=width, scope="colgroup"),))
        heads = [GridCell(column.label, scope="col") for column in form.columns]
        rows.append((GridCell(form.corner, scope="col"), *_stretched(heads, width - 1)))
        for row in table["rows"]:
            values = _stretched([GridCell(value) for value in row["values"]], width - 1)
            rows.append((GridCell(row["label"], scope="row"), *values))
    # Headings stand all over a frame of several tables; repeating the first on every page would be wrong.
    heads_count = 1 if len(forms) == 1 else 0
    return Grid(tables[0]["key"], caption, tuple(rows), heads_count, (4, *[3] * (width - 1)))


def figures_grid(table: Table, template: Template) -> Grid:
    """Figures one below the other, each with its unit and its definition."""
    form = template.figures
    assert form is not None
    names = (form.corner, form.column, "单位", "口径说明")
    head = tuple(GridCell(name, scope="col") for name in names)
    body = tuple(
        (
            GridCell(row["label"], scope="row"),
            *_numbers(table, row),
            GridCell(row["unit"]),
            GridCell(row["definition"]),
        )
        for row in table["rows"]
    )
    return Grid(table["key"], form.title, (head, *body), 1, (5, 3, 3, 14))


def entered_tables(
    data: dict[str, Any], template: Template, keys: Iterable[str]
) -> tuple[list[Table], list[EnteredForm]]:
    """Those of `keys` that people enter, with their forms."""
    forms = {form.key: form for form in template.entered}
    found = [(table_of(data, key), forms[key]) for key in keys if key in forms]
    return [table for table, _ in found if table], [form for table, form in found if table]


def _numbers(table: Table, row: dict[str, Any]) -> list[GridCell]:
    return [
        GridCell(value, key=(row["key"], column["key"]))
        for column, value in zip(table["columns"], row["values"], strict=True)
    ]


def _stretched(cells: list[GridCell], width: int) -> list[GridCell]:
    """The last one widened so that the row is full."""
    return [*cells[:-1], replace(cells[-1], columns=width - len(cells) + 1)]


def _run(groups: Sequence[tuple[str, ...]], start: int, level: int) -> int:
    """How many rows from `start` on stand under the same headings down to `level`."""
    wanted = groups[start][: level + 1]
    count = 0
    for own in groups[start:]:
        if own[: level + 1] != wanted:
            break
        count += 1
    return count
