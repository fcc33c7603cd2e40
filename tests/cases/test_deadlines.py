"""Due dates: the vectors of the domain reference, brute force, and the law's counting rules."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.deadlines import Deadline, add_months, compute
from assistant.cases.limits import LIMITS, Unit, with_local_limits
from assistant.cases.workdays import OFFICIAL
from assistant.errors import Invalid

D = date.fromisoformat

WORKDAY_KINDS = sorted(code for code, limit in LIMITS.items() if limit.unit is Unit.WORKDAY)
CALENDAR_KINDS = sorted(
    code for code, limit in LIMITS.items() if limit.unit in (Unit.DAY, Unit.MONTH)
)
received_days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


def due(kind: str, received_on: date) -> Deadline:
    return compute(kind, received_on, OFFICIAL)


# received, then the ends of 5, 7, 15, 20 and 40 working days (domain §3.3).
VECTORS = [
    ("2026-02-12", "2026-02-26", "2026-02-28", "2026-03-11", "2026-03-18", "2026-04-16"),
    ("2026-02-14", "2026-02-28", "2026-03-03", "2026-03-13", "2026-03-20", "2026-04-20"),
    ("2026-04-27", "2026-05-07", "2026-05-09", "2026-05-20", "2026-05-27", "2026-06-25"),
    ("2026-09-19", "2026-09-24", "2026-09-29", "2026-10-15", "2026-10-22", "2026-11-19"),
    ("2026-09-28", "2026-10-10", "2026-10-13", "2026-10-23", "2026-10-30", "2026-11-27"),
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector[0])
def test_due_date_matches_the_reference_vector(vector: tuple[str, ...]) -> None:
    received, *expected = map(D, vector)
    kinds = ("licence.correction", "disclosure.correction_notice", "case.complaint")
    found = [due(kind, received).due_on for kind in (*kinds, "disclosure.reply")]
    extended = due("disclosure.extension", found[-1])
    assert [*found, extended.due_on] == expected
    assert not extended.provisional


def test_sum_within_the_announced_year_is_final() -> None:
    deadline = due("disclosure.reply", D("2026-12-03"))
    assert (deadline.due_on, deadline.provisional) == (D("2026-12-31"), False)


def test_sum_across_an_unannounced_new_year_is_provisional() -> None:
    deadline = due("disclosure.reply", D("2026-12-04"))
    assert (deadline.due_on, deadline.provisional) == (D("2027-01-04"), True)


def test_working_explains_every_day() -> None:
    notes = {day.date.isoformat()[5:]: day.note for day in due("case.help", D("2026-09-30")).days}
    assert notes == {
        "09-30": "收到当日不计入",
        "10-01": "国庆节放假",
        "10-02": "国庆节放假",
        "10-03": "国庆节放假",
        "10-04": "国庆节放假",
        "10-05": "国庆节放假",
        "10-06": "国庆节放假",
        "10-07": "国庆节放假",
        "10-08": "第1个工作日",
        "10-09": "第2个工作日",
        "10-10": "调休上班，第3个工作日",
        "10-11": "周日，休息日",
        "10-12": "第4个工作日",
        "10-13": "第5个工作日",
    }


def test_receipt_on_a_rest_day_is_said_so() -> None:
    assert due("case.help", D("2026-11-21")).days[0].note == "收到当日不计入（周六，休息日）"


def test_calendar_period_ending_on_a_rest_day_runs_on() -> None:
    deadline = due("reconsideration.apply", D("2026-08-05"))
    assert deadline.due_on == D("2026-10-08")
    tail = [(day.date, day.counted, day.note) for day in deadline.days[-6:]]
    assert tail[0] == (D("2026-10-03"), 59, "第59日")
    assert tail[1] == (D("2026-10-04"), 60, "第60日，国庆节放假，期限顺延")
    assert tail[2] == (D("2026-10-05"), None, "国庆节放假")
    assert tail[-1] == (D("2026-10-08"), None, "顺延至此日，期限届满")


def test_calendar_period_ending_on_a_make_up_workday_ends_there() -> None:
    deadline = due("litigation.after_reconsideration", D("2026-09-25"))
    assert deadline.due_on == D("2026-10-10")
    assert deadline.days[-1].note == "第15日，期限届满"


@pytest.mark.parametrize(
    ("start", "end"),
    [("2025-08-31", "2026-02-28"), ("2026-03-15", "2026-09-15"), ("2027-08-31", "2028-02-29")],
)
def test_months_end_on_the_corresponding_day(start: str, end: str) -> None:
    assert add_months(D(start), 6) == D(end)


def test_six_months_roll_over_a_rest_day() -> None:
    assert due("litigation.direct", D("2026-04-01")).due_on == D("2026-10-08")


def test_annual_report_is_due_on_31_january_and_does_not_roll() -> None:
    deadline = due("disclosure.annual_report", D("2026-12-31"))
    assert (deadline.due_on, deadline.provisional) == (D("2027-01-31"), False)
    assert deadline.due_on.weekday() == 6


@given(st.sampled_from(WORKDAY_KINDS), st.dates(date(2024, 1, 1), date(2026, 9, 30)))
def test_workday_period_agrees_with_brute_force(kind: str, received_on: date) -> None:
    deadline = due(kind, received_on)
    assert not deadline.provisional
    following = [day for day in deadline.days if day.date > received_on]
    worked = [day.date for day in following if chinese_calendar.is_workday(day.date)]
    assert len(worked) == LIMITS[kind].amount
    assert worked[-1] == deadline.due_on
    assert [day.date for day in following if day.counted] == worked


@given(st.sampled_from(WORKDAY_KINDS + CALENDAR_KINDS), received_days)
def test_period_never_ends_on_a_rest_day(kind: str, received_on: date) -> None:
    assert OFFICIAL.is_workday(due(kind, received_on).due_on)


@given(st.sampled_from(sorted(LIMITS)), received_days)
def test_working_covers_each_day_once_in_order(kind: str, received_on: date) -> None:
    deadline = due(kind, received_on)
    length = (deadline.due_on - received_on).days
    expected = [received_on + timedelta(days=offset) for offset in range(length + 1)]
    assert [day.date for day in deadline.days] == expected
    assert deadline.days[0].counted is None
    assert all(day.note for day in deadline.days)


@given(st.sampled_from(WORKDAY_KINDS + CALENDAR_KINDS), received_days)
def test_later_receipt_is_never_due_earlier(kind: str, received_on: date) -> None:
    next_day = received_on + timedelta(days=1)
    assert due(kind, received_on).due_on <= due(kind, next_day).due_on


@given(st.sampled_from(WORKDAY_KINDS + CALENDAR_KINDS), received_days)
def test_provisional_exactly_when_an_unannounced_year_is_touched(
    kind: str, received_on: date
) -> None:
    deadline = due(kind, received_on)
    assert deadline.provisional == (deadline.due_on.year > 2026)


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(Invalid, match="没有名为“nonsense”的期限"):
        due("nonsense", D("2026-01-05"))


@pytest.mark.parametrize("received", ["2023-06-01", "2100-12-20", "9999-12-31"])
def test_date_outside_the_calendar_is_refused(received: str) -> None:
    with pytest.raises(Invalid, match="日期应在"):
        due("disclosure.reply", D(received))


def test_local_limit_can_be_edited() -> None:
    limits = with_local_limits({"case.complaint": 7})
    assert compute("case.complaint", D("2026-09-28"), OFFICIAL, limits).due_on == D("2026-10-13")
    assert LIMITS["case.complaint"].amount == 15


@pytest.mark.parametrize(
    ("code", "days", "words"),
    [
        ("disclosure.reply", 30, "第三十三条规定，不能修改"),
        ("case.help", 0, "1至60"),
        ("case.none", 5, "没有名为"),
    ],
)
def test_legal_limit_cannot_be_edited(code: str, days: int, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        with_local_limits({code: days})


def test_register_names_its_authority() -> None:
    assert all(limit.label and limit.basis and limit.starts for limit in LIMITS.values())
    assert {limit.basis for limit in LIMITS.values() if limit.is_local} == {"本局设定"}
