"""The calendar against an independent one, and the statute's days where no notice is out."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.calendar import ANNOUNCED, FESTIVALS, Break, YearNotice
from assistant.cases.workdays import OFFICIAL, Calendar, DayKind, statutory_rest_days
from assistant.errors import Invalid

announced_days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def days_of_year(year: int) -> list[date]:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    return [first + timedelta(days=offset) for offset in range(length)]


@pytest.mark.parametrize("year", sorted(ANNOUNCED))
def test_every_announced_day_agrees_with_chinesecalendar(year: int) -> None:
    ours = {day: OFFICIAL.is_workday(day) for day in days_of_year(year)}
    theirs = {day: chinese_calendar.is_workday(day) for day in days_of_year(year)}
    assert ours == theirs


@pytest.mark.parametrize("year", sorted(ANNOUNCED))
def test_make_up_workdays_fall_on_weekends_only(year: int) -> None:
    assert all(day.weekday() >= 5 for day in ANNOUNCED[year].working)


def test_2026_has_248_workdays() -> None:
    assert sum(OFFICIAL.is_workday(day) for day in days_of_year(2026)) == 248


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2026, 10, 8), DayKind.WORK, ""),
        (date(2026, 10, 10), DayKind.WORK, "调休上班"),
        (date(2026, 10, 3), DayKind.OFF, "国庆节放假"),
        (date(2026, 10, 11), DayKind.OFF, "周日，休息日"),
        (date(2025, 10, 6), DayKind.OFF, "国庆节、中秋节放假"),
    ],
)
def test_announced_day_is_named_and_final(day: date, kind: DayKind, name: str) -> None:
    found = OFFICIAL.kind_of(day)
    assert (found.kind, found.name, found.provisional) == (kind, name, False)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 1, 1), "元旦放假"),
        (date(2027, 2, 5), "春节放假"),
        (date(2027, 2, 8), "春节放假"),
        (date(2027, 4, 5), "清明节放假"),
        (date(2027, 6, 9), "端午节放假"),
        (date(2027, 9, 15), "中秋节放假"),
        (date(2027, 10, 1), "国庆节放假"),
        (date(2040, 10, 1), "国庆节放假"),
    ],
)
def test_unannounced_statutory_day_is_off_but_provisional(day: date, name: str) -> None:
    found = OFFICIAL.kind_of(day)
    assert (found.kind, found.name, found.provisional) == (DayKind.OFF, name, True)


def test_statutory_rest_days_are_thirteen_a_year() -> None:
    assert len(statutory_rest_days(2027, FESTIVALS[2027])) == 13
    # 中秋 2028 is 3 October: two holidays, one date.
    assert len(statutory_rest_days(2028, FESTIVALS[2028])) == 12


@pytest.mark.parametrize("year", sorted(FESTIVALS))
def test_festivals_keep_the_distances_of_the_lunar_year(year: int) -> None:
    festivals = FESTIVALS[year]
    to_dragon_boat = (festivals.dragon_boat - festivals.spring).days
    to_mid_autumn = (festivals.mid_autumn - festivals.dragon_boat).days
    # Four lunar months and four days, or five with a leap month; then three and ten days.
    assert to_dragon_boat in range(121, 125) or to_dragon_boat in range(150, 154)
    assert to_mid_autumn in range(97, 101) or to_mid_autumn in range(127, 130)
    assert date(year, 1, 21) <= festivals.spring <= date(year, 2, 20)
    assert festivals.qingming in (date(year, 4, 4), date(year, 4, 5))


def test_new_notice_makes_its_year_final() -> None:
    notice = YearNotice(
        source="测试",
        breaks=(Break("元旦", date(2027, 1, 1), date(2027, 1, 3)),),
        working=frozenset({date(2027, 1, 9)}),
    )
    calendar = Calendar({**ANNOUNCED, 2027: notice})
    assert calendar.is_workday(date(2027, 1, 9))
    assert not calendar.kind_of(date(2027, 1, 9)).provisional
    assert calendar.is_workday(date(2027, 6, 9))


def test_notice_may_reach_back_into_the_year_before() -> None:
    notice = YearNotice("测试", (Break("元旦", date(2027, 12, 31), date(2028, 1, 2)),), frozenset())
    calendar = Calendar({**ANNOUNCED, 2028: notice})
    assert not calendar.is_workday(date(2027, 12, 31))


@given(announced_days, st.integers(1, 60))
def test_add_workdays_agrees_with_brute_force(day: date, count: int) -> None:
    expected, left = day, count
    while left:
        expected += timedelta(days=1)
        if expected.year > 2026:
            return
        left -= chinese_calendar.is_workday(expected)
    assert OFFICIAL.add_workdays(day, count) == expected
    assert OFFICIAL.workdays_between(day, expected) == count
    assert OFFICIAL.workdays_between(expected, day) == -count


def test_on_or_after_keeps_a_workday_and_moves_a_rest_day() -> None:
    assert OFFICIAL.on_or_after(date(2026, 10, 8)) == date(2026, 10, 8)
    assert OFFICIAL.on_or_after(date(2026, 10, 1)) == date(2026, 10, 8)
    assert OFFICIAL.next_workday(date(2026, 10, 9)) == date(2026, 10, 10)


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2101, 1, 1)])
def test_day_outside_the_calendar_is_refused(day: date) -> None:
    with pytest.raises(Invalid, match="2024年至2100年"):
        OFFICIAL.kind_of(day)


def test_counting_no_days_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        OFFICIAL.add_workdays(date(2026, 1, 5), 0)
