"""Which cells of a crossed table are left out, so that nobody can work out a small one from the totals. Pure.

A small cell may be one citizen's matter. Leaving it out alone is no protection: totals are published, and what is
missing is their difference. So for every small cell further cells are left out along a closed way through rows and
columns on which one unit can be moved about without touching any total: then each cell left out has at least two
possible values (complementary suppression by network flow; Cox, "Suppression Methodology and Statistical Disclosure
Control", JASA 75, 1980). The cheapest way is taken, by how many matters it leaves out.

A reader is granted all this: the totals, and that every figure is a whole number. What is left out may be a zero, too.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Generic, TypeVar

SMALLEST_SHOWN = 5
"""Fewer than five of a kind could be recognised by those who know them."""

R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)
Cell = tuple[int, int]
Node = tuple[str, int]


@dataclass(frozen=True, slots=True)
class CrossTable(Generic[R, C]):
    """Counts by two things; None is left out. Totals are always there, and true."""

    rows: tuple[R, ...]
    columns: tuple[C, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.row_totals)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return all(cell is not None for row in self.cells for cell in row)


def cross(
    rows: Sequence[R],
    columns: Sequence[C],
    counts: Mapping[tuple[R, C], int],
    smallest: int = SMALLEST_SHOWN,
) -> CrossTable[R, C]:
    """The table as it may be published; a combination that is not in `counts` is 0."""
    values = [[counts.get((row, column), 0) for column in columns] for row in rows]
    hidden = hidden_cells(values, smallest)
    return CrossTable(
        rows=tuple(rows),
        columns=tuple(columns),
        cells=tuple(
            tuple(None if (i, j) in hidden else value for j, value in enumerate(row))
            for i, row in enumerate(values)
        ),
        row_totals=tuple(map(sum, values)),
        column_totals=tuple(map(sum, zip(*values, strict=True))) if values else (),
    )


def hidden_cells(values: Sequence[Sequence[int]], smallest: int = SMALLEST_SHOWN) -> set[Cell]:
    """The cells to leave out of a table of counts whose row and column totals are published.

    What the totals say by themselves is not left out: it would be no secret. For everything else there is a closed way.
    """
    told = _told_by_totals(values)
    small = [
        (i, j)
        for i, row in enumerate(values)
        for j, value in enumerate(row)
        if 0 < value < smallest and (i, j) not in told
    ]
    hidden = set(small)
    for cell in small:
        hidden.update(_closed_way(values, cell, hidden))
    return hidden


def _told_by_totals(values: Sequence[Sequence[int]]) -> set[Cell]:
    """The cells that have one possible value once all totals are known (Fréchet's bounds meet)."""
    rows = [sum(row) for row in values]
    columns = [sum(column) for column in zip(*values, strict=True)]
    total = sum(rows)
    return {
        (i, j)
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
        if min(row, column) == max(0, row + column - total)
    }


def _closed_way(values: Sequence[Sequence[int]], cell: Cell, hidden: set[Cell]) -> list[Cell]:
    """The cells through which one unit more, or one less, in `cell` is made good."""
    i, j = cell
    row, column = ("row", i), ("column", j)
    ways = (
        _cheapest(values, cell, hidden, column, row),
        _cheapest(values, cell, hidden, row, column),
    )
    return min(way for way in ways if way is not None)[1]


def _cheapest(
    values: Sequence[Sequence[int]], avoided: Cell, hidden: set[Cell], start: Node, end: Node
) -> tuple[int, list[Cell]] | None:
    """Cost and cells of the cheapest way; from a row a cell grows by one, from a column one shrinks."""
    waiting: list[tuple[int, Node, list[Cell]]] = [(0, start, [])]
    done: set[Node] = set()
    while waiting:
        cost, node, way = heappop(waiting)
        if node == end:
            return cost, way
        if node in done:
            continue
        done.add(node)
        for cell, following in _steps(values, node):
            if cell != avoided and following not in done:
                # Costs count matters; one more a cell, so that of equal ways the shorter is taken.
                price = 0 if cell in hidden else values[cell[0]][cell[1]] + 1
                heappush(waiting, (cost + price, following, [*way, cell]))
    return None


def _steps(values: Sequence[Sequence[int]], node: Node) -> Iterator[tuple[Cell, Node]]:
    """Where a unit can go from here: any cell may hold one more, one that holds something one less."""
    kind, place = node
    if kind == "row":
        for j in range(len(values[place])):
            yield (place, j), ("column", j)
    else:
        for i, row in enumerate(values):
            if row[place] > 0:
                yield (i, place), ("row", i)
