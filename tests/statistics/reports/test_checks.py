"""What must add up, and that whatever does not is named by its cell."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.disclosure.outcomes import Outcome
from assistant.statistics.applications import ApplicationTable
from assistant.statistics.reports.checks import Violation, check
from assistant.statistics.reports.tables import APPLICATIONS, CONTESTS, make_table, table_of
from assistant.statistics.reports.template import load_template
from tests.statistics.reports.fill import RESULTS, fill, fill_applications

FORM = load_template("annual-2021-30")


def a_report(seed: int = 1) -> dict[str, Any]:
    """A whole report whose numbers are drawn and add up, and whose texts are written."""
    applications, contests = FORM.applications, FORM.contests
    columns = [(column.key, column.label) for column in applications.columns]
    names = [
        (f"{kind.key}.{result.key}", f"{kind.label}—{result.label}")
        for kind in contests.kinds
        for result in contests.results
    ]
    data: dict[str, Any] = {
        "tables": [
            make_table(
                APPLICATIONS,
                applications.title,
                columns,
                [(row.key, row.label, [0] * 7) for row in applications.rows],
            ),
            make_table(CONTESTS, contests.title, names, [("total", "件数", [0] * 15)]),
            make_table("item_5", "第二十条第（五）项", [("n", "数量")], [("a", "行政许可", [0])]),
        ],
        "sections": [
            {
                "heading": "一、总体情况",
                "parts": [{"key": "a", "heading": "（一）", "text": "好。"}],
            }
        ],
    }
    return fill(data, seed)


def put(data: dict[str, Any], row: str, column: str, value: int | None) -> dict[str, Any]:
    """The report with one cell of Table 3 changed."""
    changed = deepcopy(data)
    table = table_of(changed, APPLICATIONS)
    assert table is not None
    place = [one["key"] for one in table["columns"]].index(column)
    next(one for one in table["rows"] if one["key"] == row)["values"][place] = value
    return changed


def get(data: dict[str, Any], row: str, column: str) -> int:
    table = table_of(data, APPLICATIONS)
    assert table is not None
    place = [one["key"] for one in table["columns"]].index(column)
    return int(next(one for one in table["rows"] if one["key"] == row)["values"][place])


def test_sound_report_has_nothing_wrong() -> None:
    assert check(a_report()) == []


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), row=st.sampled_from(FORM.applications.rows), by=st.data())
def test_any_single_cell_out_of_place_is_found_and_its_column_named(
    seed: int, row: Any, by: st.DataObject
) -> None:
    data = a_report(seed)
    column = by.draw(st.sampled_from(FORM.applications.columns))
    change = by.draw(st.integers(-40, 40).filter(bool))
    wrong = check(put(data, row.key, column.key, get(data, row.key, column.key) + change))
    assert any(one.column == column.label for one in wrong)


def test_violation_names_cell_expected_and_found() -> None:
    data = a_report()
    left = get(data, "carried_out", "company")
    (first, second) = check(put(data, "carried_out", "company", left + 1))
    assert first == Violation(
        "收到和处理政府信息公开申请情况",
        "四、结转下年度继续办理",
        "商业企业",
        "第一项加第二项之和应等于第三项加第四项之和",
        left,
        left + 1,
    )
    assert (
        first.sentence == "收到和处理政府信息公开申请情况，四、结转下年度继续办理，商业企业："
        f"第一项加第二项之和应等于第三项加第四项之和，应为{left}，现为{left + 1}。"
    )
    assert second.column == "总计"


@pytest.mark.parametrize("kind", ["reconsideration", "litigation_direct", "litigation_after"])
def test_table_4_totals(kind: str) -> None:
    data = a_report()
    table = table_of(data, CONTESTS)
    assert table is not None
    place = [one["key"] for one in table["columns"]].index(f"{kind}.total")
    table["rows"][0]["values"][place] += 1
    (wrong,) = check(data)
    assert wrong.column.endswith("总计")
    assert "四种结果之和" in wrong.rule


def test_carry_over_is_what_was_published_the_year_before() -> None:
    data, before = a_report(1), a_report(2)
    for column in [column.key for column in FORM.applications.columns]:
        before = put(before, "carried_out", column, get(data, "carried_in", column))
    assert check(data, before) == []
    was = get(before, "carried_out", "research")
    (wrong,) = check(data, put(before, "carried_out", "research", was + 2))
    assert (wrong.row, wrong.column) == ("二、上年结转政府信息公开申请数量", "科研机构")
    assert (wrong.expected, wrong.found) == (was + 2, was)


def quarters_and_year() -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Four quarters that follow each other, and the year they are."""
    draw = random.Random(7)
    quarters, open_at_start = [], [3, 0, 1, 0, 0, 2]
    for number in range(4):
        data = a_report(number)
        results = [[draw.randint(0, 5) for _ in range(6)] for _ in RESULTS]
        fill_applications(data, results, draw)
        for column, before in zip(FORM.applications.columns[:-1], open_at_start, strict=True):
            moved = before - get(data, "carried_in", column.key)
            for row, by in (("carried_in", moved), ("carried_out", moved)):
                data = put(data, row, column.key, get(data, row, column.key) + by)
        for row in ("carried_in", "carried_out"):
            classes = [get(data, row, column.key) for column in FORM.applications.columns[:-1]]
            data = put(data, row, "total", sum(classes))
        open_at_start = [
            get(data, "carried_out", column.key) for column in FORM.applications.columns[:-1]
        ]
        quarters.append(data)
    year = deepcopy(quarters[0])
    for column in FORM.applications.columns:
        for row in ("received", *RESULTS, "closed"):
            year = put(year, row, column.key, sum(get(one, row, column.key) for one in quarters))
        year = put(year, "carried_out", column.key, get(quarters[3], "carried_out", column.key))
    tables = [table_of(one, CONTESTS) for one in (*quarters, year)]
    rows = [table["rows"][0]["values"] for table in tables if table]
    for place in range(15):
        is_state = place % 5 == 3
        rows[4][place] = rows[3][place] if is_state else sum(row[place] for row in rows[:4])
    for total in (4, 9, 14):
        rows[4][total] = sum(rows[4][total - 4 : total])
    return quarters, year


def _no_negative(data: dict[str, Any]) -> list[Violation]:
    return [one for one in check(data) if "负数" not in one.rule]


def test_quarters_sum_to_the_year() -> None:
    quarters, year = quarters_and_year()
    for one in quarters:
        assert _no_negative(one) == []
    assert [one for one in check(year, None, quarters) if "负数" not in one.rule] == []


@pytest.mark.parametrize(
    ("quarter", "row", "named"),
    [
        (1, "granted", "（一）予以公开"),
        (2, "received", "一、本年新收政府信息公开申请数量"),
        (0, "carried_in", "二、上年结转政府信息公开申请数量"),
        (3, "carried_out", "四、结转下年度继续办理"),
    ],
)
def test_quarter_that_does_not_sum_up_is_named(quarter: int, row: str, named: str) -> None:
    quarters, year = quarters_and_year()
    other = put(quarters[quarter], row, "charity", get(quarters[quarter], row, "charity") + 5)
    quarters[quarter] = other
    wrong = [one for one in check(year, None, quarters) if "负数" not in one.rule]
    assert [(one.row, one.column) for one in wrong] == [(named, "社会公益组织")]
    assert "季度" in wrong[0].rule


def test_three_published_quarters_are_not_compared() -> None:
    quarters, year = quarters_and_year()
    assert [one for one in check(year, None, quarters[:3]) if "负数" not in one.rule] == []


def test_negative_missing_and_unwritten_are_found() -> None:
    data = put(a_report(), "granted", "person", -1)
    assert "不能是负数" in check(data)[0].rule
    data = a_report()
    data["tables"][2]["rows"][0]["values"] = [None]
    assert check(data)[0].sentence == "第二十条第（五）项，行政许可，数量：还没有填写。"
    data = a_report()
    data["sections"][0]["parts"][0]["text"] = "好，【请写明情况】。"
    assert check(data)[0].sentence == "一、总体情况，（一）：还有没写完的地方。"


def test_published_totals_of_another_year_cross_foot() -> None:
    """domain.md §2.3: a published report of 2025 (新收14069, 结转560, 办结13810, 结转下年819)."""
    data = a_report()
    table = table_of(data, APPLICATIONS)
    assert table is not None
    for row in table["rows"]:
        row["values"] = [0] * 7
    given = {"received": 14069, "carried_in": 560, "granted": 13810, "closed": 13810}
    for row_key, count in {**given, "carried_out": 819}.items():
        for column in ("person", "total"):
            data = put(data, row_key, column, count)
    assert check(data) == []
    for row_key in ("received", "carried_in", "closed", "carried_out"):
        now = get(data, row_key, "total")
        off = check(put(data, row_key, "total", now + 1))
        assert off
        assert {one.column for one in off} == {"总计"}


def test_rows_are_the_outcomes() -> None:
    assert tuple(outcome.value for outcome in Outcome) == RESULTS
    assert ApplicationTable.__dataclass_fields__.keys() >= {"received", "carried_in", "results"}
