"""By when: due dates and the day-by-day working behind each. Pure.

Counting rules: the day of the event is not counted (民法典第二百零一条); a working-day period ends
on a working day; a calendar period whose last day is a rest day runs to the next working day
(第二百零三条); a period of months ends on the corresponding day, or on the month's last
(第二百零二条).
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.cases.limits import LIMITS, Limit, Unit, limit_of
from assistant.cases.workdays import ONE_DAY, Calendar, Day


@dataclass(frozen=True, slots=True)
class DayNote:
    """One day of the working; `counted` is its number, None when it does not count."""

    date: date
    counted: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due (Asia/Shanghai), and why.

    `days` holds every day from `received_on` to `due_on`. `provisional` when a day of it lies in a
    year whose holiday notice is not out yet.
    """

    kind: str
    received_on: date
    due_on: date
    provisional: bool
    days: tuple[DayNote, ...]


def compute(
    kind: str, received_on: date, calendar: Calendar, limits: Mapping[str, Limit] = LIMITS
) -> Deadline:
    """The due date of `kind` for an event on `received_on`, with the working of every day.

    Raises `Invalid` for an unknown kind or a date the calendar does not reach.
    """
    return compute_limit(limit_of(kind, limits), received_on, calendar)


def compute_limit(limit: Limit, received_on: date, calendar: Calendar) -> Deadline:
    """The same for a period given whole."""
    first = calendar.kind_of(received_on)
    nominal = _nominal_end(limit, received_on, calendar)
    # "每年1月31日前" names a day, not a period: it does not roll, and no notice can move it.
    is_fixed = limit.unit is Unit.DATE
    due_on = nominal if is_fixed else calendar.on_or_after(nominal)
    following = _days_after(received_on, due_on, calendar)
    by_workdays = limit.unit is Unit.WORKDAY
    notes = _notes_by_workday(following) if by_workdays else _notes_by_day(following, nominal)
    return Deadline(
        kind=limit.code,
        received_on=received_on,
        due_on=due_on,
        provisional=not is_fixed and any(day.provisional for day in (first, *following)),
        days=(DayNote(received_on, None, _first_note(limit, first)), *notes),
    )


def _nominal_end(limit: Limit, start: date, calendar: Calendar) -> date:
    """The last day before any roll over rest days."""
    match limit.unit:
        case Unit.WORKDAY:
            return calendar.add_workdays(start, limit.amount)
        case Unit.DAY:
            return start + timedelta(days=limit.amount)
        case Unit.MONTH:
            return add_months(start, limit.amount)
        case Unit.DATE:
            return date(start.year + 1, 1, limit.amount)


def add_months(start: date, months: int) -> date:
    """The corresponding day `months` later, or that month's last day (民法典第二百零二条)."""
    years, month_index = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month_index + 1
    return date(year, month, min(start.day, gregorian.monthrange(year, month)[1]))


def _days_after(start: date, end: date, calendar: Calendar) -> list[Day]:
    count = (end - start).days
    return [calendar.kind_of(start + offset * ONE_DAY) for offset in range(1, count + 1)]


def _first_note(limit: Limit, day: Day) -> str:
    event = "收到当日" if "收到" in limit.starts else "起算当日"
    return f"{event}不计入" if day.is_workday else f"{event}不计入（{day.name}）"


def _notes_by_workday(days: list[Day]) -> list[DayNote]:
    notes: list[DayNote] = []
    counted = 0
    for day in days:
        if not day.is_workday:
            notes.append(DayNote(day.date, None, day.name))
            continue
        counted += 1
        words = f"{day.name}，" if day.name else ""
        notes.append(DayNote(day.date, counted, f"{words}第{counted}个工作日"))
    return notes


def _notes_by_day(days: list[Day], nominal: date) -> list[DayNote]:
    return [_calendar_note(number, day, nominal) for number, day in enumerate(days, start=1)]


def _calendar_note(number: int, day: Day, nominal: date) -> DayNote:
    if day.date < nominal:
        return DayNote(day.date, number, f"第{number}日")
    if day.date == nominal:
        return DayNote(day.date, number, f"第{number}日，{_last_day_words(day)}")
    return DayNote(day.date, None, "顺延至此日，期限届满" if day.is_workday else day.name)


def _last_day_words(day: Day) -> str:
    return "期限届满" if day.is_workday else f"{day.name}，期限顺延"
