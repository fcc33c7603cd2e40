"""Which years' holidays are known, and from which notice: what an administrator sees before importing the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.calendar import ANNOUNCED, FIRST_YEAR
from assistant.cases.local import HolidayNotice
from assistant.cases.workdays import ONE_DAY, Calendar, Day


@dataclass(frozen=True, slots=True)
class KnownYear:
    """One year: `source` None while its notice is not out; `days` are those a weekday alone would not tell."""

    year: int
    source: str | None
    imported_at: datetime | None
    workdays: int
    days: tuple[Day, ...]

    @property
    def is_provisional(self) -> bool:
        return self.source is None


def known_years(session: Session, calendar: Calendar, through: int) -> list[KnownYear]:
    """Every year from the first the calendar knows to `through`, the newest first."""
    imported = {notice.year: notice for notice in session.scalars(select(HolidayNotice))}
    return [
        _known_year(year, calendar, imported.get(year))
        for year in range(through, FIRST_YEAR - 1, -1)
    ]


def _known_year(year: int, calendar: Calendar, notice: HolidayNotice | None) -> KnownYear:
    shipped = ANNOUNCED.get(year)
    days = [calendar.kind_of(day) for day in _days_of(year)]
    return KnownYear(
        year=year,
        source=notice.source if notice else shipped.source if shipped else None,
        imported_at=notice.imported_at if notice else None,
        workdays=sum(day.is_workday for day in days),
        days=tuple(day for day in days if _is_special(day)),
    )


def _is_special(day: Day) -> bool:
    """A holiday, or a weekend day worked in exchange: not what its weekday alone would say."""
    return bool(day.name) if day.is_workday else day.name.endswith("放假")


def _days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE_DAY
