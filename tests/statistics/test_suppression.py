"""No small cell can be worked out from what is published: proved against a solver that knows all the totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from assistant.statistics.suppression import (
    SMALLEST_SHOWN,
    Cell,
    CrossTable,
    cross,
    hidden_cells,
)

Values = list[list[int]]


def tables(most: int) -> st.SearchStrategy[Values]:
    sizes = st.tuples(st.integers(1, 4), st.integers(1, 5))
    value = st.one_of(st.integers(0, 4), st.integers(0, most), st.just(0))
    return sizes.flatmap(
        lambda size: st.lists(
            st.lists(value, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
        )
    )


def published(values: Values) -> CrossTable[int, int]:
    counts = {(i, j): value for i, row in enumerate(values) for j, value in enumerate(row)}
    return cross(range(len(values)), range(len(values[0])), counts)


def possible(table: CrossTable[int, int]) -> dict[Cell, tuple[int, int]]:
    """Least and greatest value of every cell left out, given all that is published.

    The totals' equations are those of a transport problem: their solver's extremes are whole numbers.
    """
    missing = [
        (i, j) for i, row in enumerate(table.cells) for j, cell in enumerate(row) if cell is None
    ]
    if not missing:
        return {}
    equations, sums = [], []
    for place, total in enumerate(table.row_totals):
        equations.append([float(i == place) for i, _ in missing])
        sums.append(total - sum(cell or 0 for cell in table.cells[place]))
    for place, total in enumerate(table.column_totals):
        equations.append([float(j == place) for _, j in missing])
        sums.append(total - sum(row[place] or 0 for row in table.cells))
    found = {}
    for number, cell in enumerate(missing):
        aim = np.zeros(len(missing))
        aim[number] = 1
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * aim, A_eq=equations, b_eq=sums, bounds=(0, None))
            assert answer.status == 0
            ends.append(round(sign * answer.fun))
        found[cell] = (ends[0], ends[1])
    return found


def withheld(table: CrossTable[int, int]) -> CrossTable[int, int]:
    """The totals and nothing else."""
    nothing = tuple(tuple(None for _ in row) for row in table.cells)
    return CrossTable(table.rows, table.columns, nothing, table.row_totals, table.column_totals)


def told_by_totals(table: CrossTable[int, int]) -> set[Cell]:
    return {cell for cell, (least, most) in possible(withheld(table)).items() if least == most}


@settings(max_examples=40, deadline=None)
@given(tables(40))
def test_every_cell_left_out_has_at_least_two_possible_values(values: Values) -> None:
    table = published(values)
    for (i, j), (least, most) in possible(table).items():
        assert least < most, (i, j)
        assert least <= values[i][j] <= most


@settings(max_examples=40, deadline=None)
@given(tables(40))
def test_what_is_shown_is_true_and_small_only_where_the_totals_say_it_already(
    values: Values,
) -> None:
    table = published(values)
    told = told_by_totals(table)
    for i, row in enumerate(table.cells):
        assert table.row_totals[i] == sum(values[i])
        for j, cell in enumerate(row):
            if cell is not None:
                assert cell == values[i][j]
                is_small = 0 < cell < SMALLEST_SHOWN
                assert not is_small or (i, j) in told


@settings(max_examples=40, deadline=None)
@given(tables(3))
def test_tables_of_small_cells_alone(values: Values) -> None:
    table = published(values)
    assert all(least < most for least, most in possible(table).values())


def test_one_small_cell_takes_the_cheapest_three_along() -> None:
    values = [[2, 50, 60], [70, 9, 80], [90, 8, 100]]
    assert hidden_cells(values) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_nothing_is_left_out_where_nothing_is_small() -> None:
    assert hidden_cells([[5, 0], [0, 17]]) == set()


def test_ones_alone_would_give_themselves_away() -> None:
    """If zeros were always shown, all four left out could only be 1."""
    assert hidden_cells([[1, 1], [1, 1]]) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert hidden_cells([[2, 0], [0, 2]]) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_zero_is_left_out_before_anything_larger() -> None:
    assert hidden_cells([[3, 0, 50], [40, 0, 60], [9, 30, 70]]) == {(0, 0), (0, 1), (2, 0), (2, 1)}


def test_what_the_totals_say_is_no_secret() -> None:
    assert hidden_cells([[3, 0], [0, 0]]) == set()
    assert hidden_cells([[3, 4, 60]]) == set()


@pytest.mark.parametrize("values", [[], [[]], [[0]]])
def test_a_table_of_nothing(values: Values) -> None:
    assert hidden_cells(values) == set()
