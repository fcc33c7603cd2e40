"""The figures of `make bench`: what is divided by what, and what is said when something was not measured."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from benchmarks import report
from benchmarks.report import DIET, MANY, PARSE, RASA, TURN, UNDERSTANDING, XUNDA, Footprint, Row

KEYS = {
    "understanding_vs_rasa",
    "single_vs_rasa",
    "turns_vs_rasa",
    "ready_seconds",
    "resident_mb",
    "vs_diet",
    "rows",
    "servers",
    "machine",
}
RASA_ROWS = [
    Row(RASA, PARSE, 1, 80.0, 12.0, 20.0, 0),
    Row(RASA, PARSE, MANY, 100.0, 320.0, 400.0, 0),
    Row(DIET, PARSE, 1, 50.0, 20.0, 30.0, 0),
    Row(DIET, PARSE, MANY, 50.0, 640.0, 800.0, 0),
]
XUNDA_ROWS = [
    Row(XUNDA, UNDERSTANDING, 1, 400.0, 2.5, 4.0, 0),
    Row(XUNDA, UNDERSTANDING, MANY, 1100.0, 29.0, 40.0, 0),
    Row(XUNDA, TURN, MANY, 600.0, 53.0, 80.0, 2),
]
FOOTPRINTS = [Footprint(RASA, 25.0, 900.0), Footprint(XUNDA, 2.5, 340.0)]


def printed(latest: dict[str, Any]) -> str:
    out = io.StringIO()
    Console(width=120, file=out).print(report.tables(latest))
    return out.getvalue()


def test_promised_ratios_are_against_the_same_model_with_diet_beside_them() -> None:
    latest = report.figures([*RASA_ROWS, *XUNDA_ROWS], FOOTPRINTS, {})
    assert latest["understanding_vs_rasa"] == 11.0
    assert latest["single_vs_rasa"] == 4.8
    assert latest["turns_vs_rasa"] == 6.0
    assert latest["vs_diet"] == {"understanding": 22.0, "single": 8.0, "turns": 12.0}
    assert (latest["ready_seconds"], latest["resident_mb"]) == (2.5, 340.0)


@pytest.mark.parametrize("rows", [[], XUNDA_ROWS, RASA_ROWS])
def test_ratio_with_one_side_missing_is_none(rows: list[Row]) -> None:
    latest = report.figures(rows, [], {})
    assert latest["understanding_vs_rasa"] is latest["single_vs_rasa"] is None
    assert latest["turns_vs_rasa"] is latest["ready_seconds"] is None
    assert "没有测" in printed(latest)


def test_ratio_to_a_peer_that_answered_nothing_is_none() -> None:
    dead = Row(RASA, PARSE, MANY, 0.0, 0.0, 0.0, 200)
    assert report.figures([dead, *XUNDA_ROWS], [], {})["understanding_vs_rasa"] is None


@pytest.mark.parametrize("rows", [[], [*RASA_ROWS, *XUNDA_ROWS]])
def test_keys_are_the_same_whatever_was_measured(rows: list[Row]) -> None:
    latest = report.figures(rows, FOOTPRINTS, {"cores": 2})
    assert set(latest) == KEYS
    assert json.loads(json.dumps(latest)) == latest


def test_errors_are_counted_over_all_rows() -> None:
    assert report.count_errors(report.figures([*RASA_ROWS, *XUNDA_ROWS], [], {})) == 2


def test_tables_show_every_row_and_each_promise_kept_or_not() -> None:
    slow = [Footprint(XUNDA, 3.0, 350.0)]
    text = printed(report.figures([*RASA_ROWS, *XUNDA_ROWS], slow, {}))
    assert text.count("POST /model/parse") == len(RASA_ROWS)
    # 3 seconds are not "under 3 s"; 350 MB are "at most 350 MB".
    assert text.count("✗") == 1
    assert text.count("✓") == len(report.TARGETS) - 1


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, 0.0),
        ([7.0], 0.95, 7.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([float(n) for n in range(1, 101)], 0.95, 95.0),
        ([float(n) for n in range(1, 101)], 1.0, 100.0),
    ],
)
def test_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    assert report.percentile(values, share) == expected


def test_row_counts_right_answers_per_second_of_the_whole_measurement() -> None:
    row = report.row_of(XUNDA, TURN, 4, [0.010, 0.020, 0.030, 0.040], elapsed=0.5, errors=1)
    assert row == Row(XUNDA, TURN, 4, 8.0, 20.0, 40.0, 1)
    assert report.row_of(XUNDA, TURN, 4, [], elapsed=0.0, errors=1).per_second == 0.0
