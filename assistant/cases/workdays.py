"""Working days: by the published notice of a year, by the statute alone where none is out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assistant.cases.calendar import (
    ANNOUNCED,
    FESTIVALS,
    FIRST_YEAR,
    LAST_YEAR,
    Festivals,
    YearNotice,
)
from assistant.errors import Invalid

ONE_DAY = timedelta(days=1)
_WEEKEND_NAMES = {5: "周六", 6: "周日"}


class DayKind(StrEnum):
    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Day:
    """What one date is. `name` says why in Chinese and is empty on an ordinary working day.

    `provisional` means the year's holiday notice is not out, so 调休 may still change the day.
    """

    date: date
    kind: DayKind
    name: str
    provisional: bool

    @property
    def is_workday(self) -> bool:
        return self.kind is DayKind.WORK


def statutory_rest_days(year: int, festivals: Festivals | None) -> dict[date, str]:
    """The 13 days of 全国年节及纪念日放假办法 (2024) 第二条 in `year`, with the holiday's name.

    Only the fixed ones without `festivals`. Fewer dates where two holidays meet (中秋 in 国庆).
    Days in lieu (第六条) are left out: only the yearly notice says where they fall.
    """
    days = {date(year, 1, 1): "元旦"}
    if festivals is not None:
        eve = festivals.spring - ONE_DAY
        days |= {eve + timedelta(days=offset): "春节" for offset in range(4)}
        days[festivals.qingming] = "清明节"
    days |= {date(year, 5, day): "劳动节" for day in (1, 2)}
    if festivals is not None:
        days[festivals.dragon_boat] = "端午节"
        days[festivals.mid_autumn] = "中秋节"
    days |= {date(year, 10, day): "国庆节" for day in (1, 2, 3)}
    return days


class Calendar:
    """Working and rest days from `FIRST_YEAR` on; immutable, so one may be shared by all threads.

    A newly published notice is a new calendar: `Calendar({**ANNOUNCED, 2027: notice})`.
    """

    def __init__(
        self,
        announced: Mapping[int, YearNotice] = ANNOUNCED,
        festivals: Mapping[int, Festivals] = FESTIVALS,
    ) -> None:
        self._festivals = dict(festivals)
        self._announced_years = frozenset(announced)
        self._off = {
            day: holiday.name
            for notice in announced.values()
            for holiday in notice.breaks
            for day in _days_of(holiday.first, holiday.last)
        }
        self._working = frozenset(day for notice in announced.values() for day in notice.working)

    def is_announced(self, year: int) -> bool:
        """Whether the holiday notice of `year` is known, so that its days are final."""
        return year in self._announced_years

    def kind_of(self, day: date) -> Day:
        """What `day` is. Raises `Invalid` outside `FIRST_YEAR`–`LAST_YEAR`."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Invalid(f"日期应在{FIRST_YEAR}年至{LAST_YEAR}年之间。", field="date")
        provisional = not self.is_announced(day.year)
        if day in self._working:
            return Day(day, DayKind.WORK, "调休上班", provisional)
        if holiday := self._holiday(day):
            return Day(day, DayKind.OFF, f"{holiday}放假", provisional)
        if weekend := _WEEKEND_NAMES.get(day.weekday()):
            return Day(day, DayKind.OFF, f"{weekend}，休息日", provisional)
        return Day(day, DayKind.WORK, "", provisional)

    def is_workday(self, day: date) -> bool:
        return self.kind_of(day).is_workday

    def next_workday(self, day: date) -> date:
        """The first working day after `day`."""
        return self.add_workdays(day, 1)

    def on_or_after(self, day: date) -> date:
        """`day` itself when it is worked, else the next working day."""
        return day if self.is_workday(day) else self.next_workday(day)

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which is itself not counted; `count` ≥ 1."""
        if count < 1:
            raise ValueError("count at least one working day")
        while count:
            day += ONE_DAY
            count -= self.is_workday(day)
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(day) for day in _days_of(start + ONE_DAY, end))

    def _holiday(self, day: date) -> str | None:
        #  Looked up first in every year: the notice for 2019 also gave away the last two days of
        # 2018.
        announced = self._off.get(day)
        if announced or self.is_announced(day.year):
            return announced
        return statutory_rest_days(day.year, self._festivals.get(day.year)).get(day)


def _days_of(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += ONE_DAY


# The calendar this release was published with.
OFFICIAL = Calendar()
