"""The information-processing fee against domain.md §1.3, and against adding up unit by unit."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.disclosure.fees import MOST, Fee, fee_by_items, fee_by_pages

UNITS = st.integers(1, MOST)
SCALES = [fee_by_items, fee_by_pages]


def item_rate(number: int) -> int:
    """What the n-th application of a month costs: 31–40 200 yuan, 41–50 300 …"""
    if number <= 10:
        return 0
    return 100 if number <= 30 else 100 * ((number - 31) // 10 + 2)


def page_rate(number: int) -> int:
    """What the n-th page of one application costs."""
    if number <= 30:
        return 0
    return 10 if number <= 100 else 20 if number <= 200 else 40


@pytest.mark.parametrize(
    ("units", "yuan"),
    [
        *((1, 0), (10, 0), (11, 100), (12, 200), (30, 2000), (31, 2200), (35, 3000)),
        *((40, 4000), (41, 4300), (50, 7000), (51, 7400)),
    ],
)
def test_fee_by_applications(units: int, yuan: int) -> None:
    assert fee_by_items(units).amount == yuan


@pytest.mark.parametrize(
    ("units", "yuan"),
    [(1, 0), (30, 0), (31, 10), (100, 700), (101, 720), (120, 1100), (200, 2700), (201, 2740)],
)
def test_fee_by_pages(units: int, yuan: int) -> None:
    assert fee_by_pages(units).amount == yuan


@given(UNITS)
def test_fee_by_applications_equals_the_sum_of_all_single_ones(units: int) -> None:
    assert fee_by_items(units).amount == sum(map(item_rate, range(1, units + 1)))


@given(UNITS)
def test_fee_by_pages_equals_the_sum_of_all_single_ones(units: int) -> None:
    assert fee_by_pages(units).amount == sum(map(page_rate, range(1, units + 1)))


@pytest.mark.parametrize("scale", SCALES)
@given(units=st.integers(1, MOST - 1))
def test_more_never_costs_less(scale: Callable[[int], Fee], units: int) -> None:
    assert scale(units).amount <= scale(units + 1).amount


@pytest.mark.parametrize("scale", SCALES)
@given(units=UNITS)
def test_steps_follow_one_another_and_leave_nothing_out(
    scale: Callable[[int], Fee], units: int
) -> None:
    steps = scale(units).steps
    assert steps[0].first == 1
    assert steps[-1].last == units
    assert all(one.last + 1 == other.first for one, other in pairwise(steps))
    assert all(one.rate < other.rate for one, other in pairwise(steps))
    assert sum(step.units for step in steps) == units


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("units", [0, -1, MOST + 1])
def test_number_that_is_no_question_about_a_fee_is_refused(
    scale: Callable[[int], Fee], units: int
) -> None:
    with pytest.raises(ValueError, match="out of range"):
        scale(units)
