"""The days a clock ran, against the plainest way to count them: one day after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from assistant.cases.clock import ClockAct, ClockEvent
from assistant.cases.workdays import OFFICIAL
from assistant.statistics.facts import running_workdays

FIRST = date(2025, 1, 1)
ACTS = st.sampled_from(ClockAct)


@st.composite
def courses(draw: st.DrawFn) -> tuple[list[ClockEvent], date]:
    """A start, anything after it, each on or after the one before (no verb takes an earlier date), and a last day."""
    day = FIRST + timedelta(days=draw(st.integers(0, 500)))
    acts = [ClockEvent(ClockAct.START, day)]
    for act, forward in draw(st.lists(st.tuples(ACTS, st.integers(0, 25)), max_size=8)):
        day += timedelta(days=forward)
        acts.append(ClockEvent(act, day, 5))
    return acts, day + timedelta(days=draw(st.integers(0, 40)))


def counted_plainly(acts: Sequence[ClockEvent], until: date) -> int:
    """Working days on which, at midnight before them, the clock was running."""
    day, count = min(act.on for act in acts), 0
    while day < until:
        day += timedelta(days=1)
        runs = False
        for act in acts:
            if act.on < day:
                runs = act.act in (ClockAct.START, ClockAct.RESUME) or (
                    runs and act.act not in (ClockAct.STOP, ClockAct.PAUSE)
                )
        count += runs and OFFICIAL.is_workday(day)
    return count


@given(courses())
@example(
    # A supplement entered with a day before it was asked for: no day is counted twice.
    (
        [
            ClockEvent(ClockAct.START, date(2025, 3, 3)),
            ClockEvent(ClockAct.STOP, date(2025, 3, 7)),
            ClockEvent(ClockAct.START, date(2025, 3, 4)),
        ],
        date(2025, 3, 14),
    )
)
def test_days_run_are_days_counted_one_by_one(course: tuple[list[ClockEvent], date]) -> None:
    acts, until = course
    found = running_workdays(acts, until, OFFICIAL)
    assert found == counted_plainly(acts, until)
    assert 0 <= found <= OFFICIAL.workdays_between(min(act.on for act in acts), until)


@given(st.integers(0, 600), st.integers(0, 90), st.integers(0, 60), st.integers(0, 60))
def test_a_pause_takes_out_exactly_its_working_days(
    start: int, ran: int, paused: int, rest: int
) -> None:
    """Also one that begins or ends on days of rest."""
    began = FIRST + timedelta(days=start)
    halted = began + timedelta(days=ran)
    resumed = halted + timedelta(days=paused)
    until = resumed + timedelta(days=rest)
    acts = [
        ClockEvent(ClockAct.START, began),
        ClockEvent(ClockAct.PAUSE, halted),
        ClockEvent(ClockAct.RESUME, resumed),
    ]
    whole = OFFICIAL.workdays_between(began, until)
    out = OFFICIAL.workdays_between(halted, resumed)
    assert running_workdays(acts, until, OFFICIAL) == whole - out
