"""Months, quarters and years of Asia/Shanghai, and the runs of days they are. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assistant.errors import Invalid
from assistant.settings import SHANGHAI

FIRST_YEAR, LAST_YEAR = 2008, 2100


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, `first` to `last`, both in it."""

    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        """The instant it begins, in UTC."""
        return _midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The instant the first day after it begins, in UTC."""
        return _midnight(self.last + timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def label(self) -> str:
        return f"{self.year}年{self.number}月"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def span(self) -> Span:
        return Span(self.first, self.shifted(1).first - timedelta(days=1))

    @property
    def starts_at(self) -> datetime:
        """The instant it begins."""
        return self.span.starts_at

    @property
    def code(self) -> int:
        """202611 for November 2026: how the aggregates keep it."""
        return self.year * 100 + self.number

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def of_code(cls, code: int) -> Month:
        return cls(*divmod(code, 100))

    def shifted(self, months: int) -> Month:
        years, index = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, index + 1)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter; `number` 1 to 4. `Invalid` for one that cannot have figures."""

    year: int
    number: int

    def __post_init__(self) -> None:
        _checked_year(self.year)
        if self.number not in (1, 2, 3, 4):
            raise Invalid("季度应为1至4。", field="quarter")

    @property
    def key(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def label(self) -> str:
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(Month(self.year, self.number * 3 - back) for back in (2, 1, 0))

    @property
    def span(self) -> Span:
        return Span(self.months[0].first, self.months[-1].span.last)

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)


@dataclass(frozen=True, slots=True, order=True)
class Year:
    """A calendar year; `Invalid` for one that cannot have figures."""

    number: int

    def __post_init__(self) -> None:
        _checked_year(self.number)

    @property
    def key(self) -> str:
        return str(self.number)

    @property
    def label(self) -> str:
        return f"{self.number}年"

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(Month(self.number, number) for number in range(1, 13))

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(Quarter(self.number, number) for number in range(1, 5))

    @property
    def span(self) -> Span:
        return Span(date(self.number, 1, 1), date(self.number, 12, 31))


Period = Month | Quarter | Year


def last_months(today: date, count: int = 12) -> tuple[Month, ...]:
    """The month of `today` and those before it, oldest first."""
    present = Month.of(today)
    return tuple(present.shifted(offset) for offset in range(1 - count, 1))


def months_of(year: int) -> tuple[Month, ...]:
    """The twelve months of a calendar year; `Invalid` for one that cannot have figures."""
    return Year(year).months


def span_of(months: tuple[Month, ...]) -> Span:
    """From the first day of the first to the last day of the last of consecutive months."""
    return Span(months[0].first, months[-1].span.last)


def _checked_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间。", field="year")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
