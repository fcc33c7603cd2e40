"""The clock against the vectors of domain.md §3.3, an independent oracle, and its own promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.clock import NOT_STARTED, ClockAct, ClockEvent, run
from assistant.cases.limits import LIMITS, Unit
from assistant.cases.workdays import OFFICIAL

REPLY = LIMITS["disclosure.reply"]
ONE_DAY = timedelta(days=1)

# Receipt and the 5th, 7th, 15th, 20th and 40th working day after it.
VECTORS = [
    ("2026-02-12", "2026-02-26", "2026-02-28", "2026-03-11", "2026-03-18", "2026-04-16"),
    ("2026-02-14", "2026-02-28", "2026-03-03", "2026-03-13", "2026-03-20", "2026-04-20"),
    ("2026-04-27", "2026-05-07", "2026-05-09", "2026-05-20", "2026-05-27", "2026-06-25"),
    ("2026-09-19", "2026-09-24", "2026-09-29", "2026-10-15", "2026-10-22", "2026-11-19"),
    ("2026-09-28", "2026-10-10", "2026-10-13", "2026-10-23", "2026-10-30", "2026-11-27"),
]
AMOUNTS = (5, 7, 15, 20, 40)


def day(text: str) -> date:
    return date.fromisoformat(text)


def start(on: date) -> ClockEvent:
    return ClockEvent(ClockAct.START, on)


@pytest.mark.parametrize(
    ("received", "amount", "due"),
    [
        (row[0], amount, due)
        for row in VECTORS
        for amount, due in zip(AMOUNTS, row[1:], strict=True)
    ],
)
def test_vectors_of_the_domain(received: str, amount: int, due: str) -> None:
    clock = run(replace(REPLY, amount=amount), [start(day(received))], OFFICIAL)
    assert clock.due_on == day(due)


def test_year_without_a_notice_is_provisional() -> None:
    assert run(REPLY, [start(day("2026-12-03"))], OFFICIAL).due_on == day("2026-12-31")
    assert not run(REPLY, [start(day("2026-12-03"))], OFFICIAL).provisional
    assert run(REPLY, [start(day("2026-12-04"))], OFFICIAL).provisional


def test_amber_and_red_are_the_15th_and_18th_working_day() -> None:
    clock = run(REPLY, [start(day("2026-04-27"))], OFFICIAL)
    by_number = {one.counted: one.date for one in clock.days}
    assert (clock.amber_on, clock.red_on) == (by_number[15], by_number[18])


def test_nothing_has_happened_yet() -> None:
    assert run(REPLY, [], OFFICIAL) == NOT_STARTED


def test_supplement_restarts_and_does_not_resume() -> None:
    events = [start(day("2026-04-27")), ClockEvent(ClockAct.STOP, day("2026-05-06"), why="等补正")]
    stopped = run(REPLY, events, OFFICIAL)
    assert (stopped.due_on, stopped.is_waiting, stopped.days[-1].date) == (
        None,
        True,
        day("2026-05-06"),
    )
    assert "等补正" in stopped.days[-1].note
    again = run(REPLY, [*events, start(day("2026-06-01"))], OFFICIAL)
    assert again.due_on == run(REPLY, [start(day("2026-06-01"))], OFFICIAL).due_on
    assert again.days[0].date == day("2026-06-01")


def test_consultation_leaves_out_its_days_and_says_so() -> None:
    events = [
        start(day("2026-03-02")),
        ClockEvent(ClockAct.PAUSE, day("2026-03-04"), why="征求第三方意见"),
    ]
    assert run(REPLY, events, OFFICIAL).due_on is None
    clock = run(REPLY, [*events, ClockEvent(ClockAct.RESUME, day("2026-03-18"))], OFFICIAL)
    # 3 and 4 March are the first two days; 19 March is the third; Qingming (4–6 April) does not count.
    assert clock.due_on == day("2026-04-14")
    paused = [one.date for one in clock.days if "征求第三方意见" in one.note]
    assert paused == [day("2026-03-05") + offset * ONE_DAY for offset in range(14)]
    assert {one.date: one.counted for one in clock.days}[day("2026-03-19")] == 3


def test_hotline_deadline_binds_when_it_is_earlier() -> None:
    limit = LIMITS["case.complaint"]
    ceiling = ClockEvent(ClockAct.CEILING, day("2026-05-06"))
    clock = run(limit, [start(day("2026-04-27")), ceiling], OFFICIAL)
    assert clock.due_on == day("2026-05-06")
    assert "热线" in clock.days[-1].note
    late = ClockEvent(ClockAct.CEILING, day("2026-12-31"))
    alone = run(limit, [start(day("2026-04-27"))], OFFICIAL)
    assert run(limit, [start(day("2026-04-27")), late], OFFICIAL).due_on == alone.due_on


def test_months_are_extended_by_months() -> None:
    limit = LIMITS["case.proposal"]
    assert limit.unit is Unit.MONTH
    events = [start(day("2026-01-31"))]
    assert run(limit, events, OFFICIAL).due_on == day("2026-04-30")
    extended = [*events, ClockEvent(ClockAct.EXTEND, day("2026-04-01"), 3)]
    assert run(limit, extended, OFFICIAL).due_on == day("2026-07-31")


def test_pause_of_a_period_that_knows_none_is_an_error() -> None:
    events = [start(day("2026-04-27")), ClockEvent(ClockAct.PAUSE, day("2026-04-28"))]
    with pytest.raises(ValueError, match="cannot be paused"):
        run(LIMITS["case.help"], events, OFFICIAL)


starts = st.dates(day("2024-01-01"), day("2026-06-30"))
gaps = st.integers(0, 25)


@st.composite
def courses(draw: st.DrawFn) -> list[ClockEvent]:
    """A lawful life of an application: starts, pauses that end, one extension, restarts."""
    on = draw(starts)
    events = [start(on)]
    is_extended = False
    for _ in range(draw(st.integers(0, 4))):
        on += draw(st.integers(0, 12)) * ONE_DAY
        match draw(st.sampled_from(["pause", "extend", "restart"])):
            case "pause":
                events.append(ClockEvent(ClockAct.PAUSE, on, why="征求意见"))
                on += draw(gaps) * ONE_DAY
                events.append(ClockEvent(ClockAct.RESUME, on))
            case "extend" if not is_extended:
                is_extended = True
                events.append(ClockEvent(ClockAct.EXTEND, on, draw(st.integers(1, 20))))
            case "restart":
                events.append(ClockEvent(ClockAct.STOP, on, why="等补正"))
                on += draw(gaps) * ONE_DAY
                events.append(start(on))
            case _:
                pass
    return events


def naive_due(events: list[ClockEvent]) -> date:
    """Counted with somebody else's calendar, one day at a time, every rule spelt out."""
    begun = max(place for place, one in enumerate(events) if one.act is ClockAct.START)
    amount = 20 + sum(one.amount for one in events)
    paused: set[date] = set()
    since: date | None = None
    for one in events[begun:]:
        if one.act is ClockAct.PAUSE:
            since = one.on
        elif one.act is ClockAct.RESUME and since is not None:
            paused |= {since + n * ONE_DAY for n in range(1, (one.on - since).days + 1)}
    now = events[begun].on
    while amount:
        now += ONE_DAY
        amount -= chinese_calendar.is_workday(now) and now not in paused
    return now


def fits_the_oracle(events: list[ClockEvent]) -> bool:
    return events[-1].on < day("2026-08-01")


@given(courses().filter(fits_the_oracle))
def test_due_date_agrees_with_an_independent_calendar(events: list[ClockEvent]) -> None:
    assert run(REPLY, events, OFFICIAL).due_on == naive_due(events)


@given(courses())
def test_due_date_is_a_working_day_and_every_day_before_is_explained(
    events: list[ClockEvent],
) -> None:
    clock = run(REPLY, events, OFFICIAL)
    assert clock.due_on is not None
    assert OFFICIAL.is_workday(clock.due_on)
    dates = [one.date for one in clock.days]
    assert dates == [clock.days[0].date + n * ONE_DAY for n in range(len(dates))]
    assert (dates[0], dates[-1]) == (clock.started_on, clock.due_on)
    assert all(one.note for one in clock.days)
    counted = [one.counted for one in clock.days if one.counted]
    assert counted == list(range(1, len(counted) + 1))
    assert clock.amber_on is not None
    assert clock.red_on is not None
    assert clock.amber_on <= clock.red_on <= clock.due_on


@given(courses(), st.integers(0, 12), gaps)
def test_pause_and_extension_never_bring_the_date_nearer(
    events: list[ClockEvent], wait: int, length: int
) -> None:
    before = run(REPLY, events, OFFICIAL).due_on
    on = events[-1].on + wait * ONE_DAY
    paused = [
        *events,
        ClockEvent(ClockAct.PAUSE, on, why="征求意见"),
        ClockEvent(ClockAct.RESUME, on + length * ONE_DAY),
    ]
    extended = [*events, ClockEvent(ClockAct.EXTEND, on, 5)]
    assert before is not None
    for later in (paused, extended):
        after = run(REPLY, later, OFFICIAL).due_on
        assert after is not None
        assert after >= before
