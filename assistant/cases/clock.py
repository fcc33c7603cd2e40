"""The clock of a case: what started, stopped, paused, restarted and extended it, and when it runs out. Pure.

`run` is a function of the events alone, so that a due date can always be worked out again. Counting follows
`deadlines`; what is added here is 政府信息公开条例's own: the period runs anew from the day a supplement came in
(第三十条), stands still while a third party or another body is asked (第三十三条第三款), may be extended once by
at most as much again (第三十三条第二款), and runs anew from the day after a fee was paid (信息处理费管理办法).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from assistant.cases.deadlines import DayNote, Deadline, compute_limit
from assistant.cases.limits import Limit, Unit
from assistant.cases.workdays import ONE_DAY, Calendar


class ClockAct(StrEnum):
    """What an event does to the clock."""

    START = "start"
    """The period begins, or begins anew: the day of the event is not counted."""
    STOP = "stop"
    """It ends without a due date, until a new start."""
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    CEILING = "ceiling"
    """Somebody else's earlier date binds: the hotline's own deadline."""


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One event, `on` a date in Asia/Shanghai. `amount` is in the limit's unit, for `EXTEND`."""

    act: ClockAct
    on: date
    amount: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the clock stands after its events.

    `due_on` is None before the start, and while the clock is paused or stopped (`is_waiting`). `days` explains
    every day from the start to the due date, or to the pause. Amber and red come at three quarters and nine tenths
    of the period: the 15th and 18th of 20 working days.
    """

    started_on: date | None
    due_on: date | None
    is_waiting: bool
    provisional: bool
    amber_on: date | None
    red_on: date | None
    days: tuple[DayNote, ...]


NOT_STARTED = Clock(None, None, False, False, None, None, ())


@dataclass(frozen=True, slots=True)
class _Pause:
    """Days after `after` up to and including `until` do not count; `until` None: still standing."""

    after: date
    until: date | None
    why: str

    def covers(self, day: date) -> bool:
        return day > self.after and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class _Course:
    """The last start, and what has happened to it since."""

    started_on: date | None = None
    stopped_on: date | None = None
    stopped_why: str = ""
    extended_by: int = 0
    pauses: tuple[_Pause, ...] = ()
    ceiling: date | None = None

    def after(self, event: ClockEvent) -> _Course:
        match event.act:
            case ClockAct.START:
                # An extension once granted stays granted; pauses belonged to the period that ended.
                return replace(self, started_on=event.on, stopped_on=None, pauses=())
            case ClockAct.STOP:
                return replace(self, stopped_on=event.on, stopped_why=event.why)
            case ClockAct.PAUSE:
                return replace(self, pauses=(*self.pauses, _Pause(event.on, None, event.why)))
            case ClockAct.RESUME:
                return replace(self, pauses=_ended(self.pauses, event.on))
            case ClockAct.EXTEND:
                return replace(self, extended_by=self.extended_by + event.amount)
            case ClockAct.CEILING:
                return replace(self, ceiling=event.on)

    @property
    def halt(self) -> tuple[date, str]:
        """Since when it stands, and why; only where it does."""
        if self.stopped_on is not None:
            return self.stopped_on, self.stopped_why
        return next((pause.after, pause.why) for pause in self.pauses if pause.until is None)

    @property
    def is_halted(self) -> bool:
        return self.stopped_on is not None or any(pause.until is None for pause in self.pauses)


def _ended(pauses: tuple[_Pause, ...], on: date) -> tuple[_Pause, ...]:
    return tuple(pause if pause.until else replace(pause, until=on) for pause in pauses)


def run(limit: Limit, events: Iterable[ClockEvent], calendar: Calendar) -> Clock:
    """The clock after `events`, given in the order they happened.

    Raises `ValueError` for a pause of a period that no law lets pause, `Invalid` beyond the calendar.
    """
    course = _Course()
    for event in events:
        if event.act is ClockAct.PAUSE and not limit.pausable:
            raise ValueError(f"{limit.code} cannot be paused")
        course = course.after(event)
    if course.started_on is None:
        return NOT_STARTED
    if course.is_halted:
        return _standing(limit, course, calendar)
    whole = replace(limit, amount=limit.amount + course.extended_by)
    if limit.unit is not Unit.WORKDAY or not course.pauses:
        return _clock(limit, course, compute_limit(whole, course.started_on, calendar), calendar)
    return _clock(limit, course, _with_pauses(whole, course, calendar), calendar)


def _clock(limit: Limit, course: _Course, deadline: Deadline, calendar: Calendar) -> Clock:
    due_on = min(deadline.due_on, course.ceiling) if course.ceiling else deadline.due_on
    days = tuple(_marked(day, limit, course) for day in deadline.days if day.date <= due_on)
    if due_on < deadline.due_on and days:
        days = (*days[:-1], replace(days[-1], note=f"{days[-1].note}；热线派单要求当日办结"))
    amber_on, red_on = _warnings(limit, days, due_on, calendar)
    return Clock(course.started_on, due_on, False, deadline.provisional, amber_on, red_on, days)


def _marked(day: DayNote, limit: Limit, course: _Course) -> DayNote:
    """The day, saying that it is counted only because of the extension where that is so."""
    if not course.extended_by or day.counted is None or day.counted <= limit.amount:
        return day
    return replace(day, note=f"{day.note}（延期期间）")


def _with_pauses(limit: Limit, course: _Course, calendar: Calendar) -> Deadline:
    """The working-day count that leaves out whole pauses."""
    start = course.started_on or date.min
    notes, counted, day = [compute_limit(limit, start, calendar).days[0]], 0, start
    provisional = calendar.kind_of(start).provisional
    while counted < limit.amount:
        day += ONE_DAY
        note, is_counted, is_provisional = _one_day(day, counted, course.pauses, calendar)
        counted += is_counted
        provisional |= is_provisional
        notes.append(note)
    return Deadline(limit.code, start, day, provisional, tuple(notes))


def _one_day(
    day: date, counted: int, pauses: Sequence[_Pause], calendar: Calendar
) -> tuple[DayNote, bool, bool]:
    kind = calendar.kind_of(day)
    for pause in pauses:
        if pause.covers(day):
            return DayNote(day, None, f"{pause.why}，不计入"), False, kind.provisional
    if not kind.is_workday:
        return DayNote(day, None, kind.name), False, kind.provisional
    words = f"{kind.name}，" if kind.name else ""
    number = counted + 1
    return DayNote(day, number, f"{words}第{number}个工作日"), True, kind.provisional


def _standing(limit: Limit, course: _Course, calendar: Calendar) -> Clock:
    """Explained up to the day the clock was halted; nobody can say yet when it will run out."""
    start = course.started_on or date.min
    halted_on, why = course.halt
    notes, counted, provisional = [compute_limit(limit, start, calendar).days[0]], 0, False
    day = start
    while day < halted_on:
        day += ONE_DAY
        note, is_counted, is_provisional = _one_day(day, counted, course.pauses, calendar)
        counted += is_counted
        provisional |= is_provisional
        notes.append(note)
    notes[-1] = replace(notes[-1], note=f"{notes[-1].note}；{why}，期限从次日起停止计算")
    return Clock(start, None, True, provisional, None, None, tuple(notes))


def _warnings(
    limit: Limit, days: Sequence[DayNote], due_on: date, calendar: Calendar
) -> tuple[date, date]:
    """When amber and red begin: a quarter, and a tenth, of the statutory amount before the due date."""
    if limit.unit is Unit.WORKDAY:
        return (
            _workdays_before(due_on, max(1, limit.amount // 4), calendar),
            _workdays_before(due_on, limit.amount // 10, calendar),
        )
    span = max(1, (due_on - days[0].date).days) if days else 1
    return due_on - span // 4 * ONE_DAY, due_on - span // 10 * ONE_DAY


def _workdays_before(day: date, count: int, calendar: Calendar) -> date:
    while count:
        day -= ONE_DAY
        count -= calendar.is_workday(day)
    return day
