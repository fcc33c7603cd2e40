"""Which days the nation rests: published notices, and festivals of years without one. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# Earlier dates are refused rather than guessed; later ones are typing errors.
FIRST_YEAR = 2024
LAST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Break:
    """One holiday as announced: every day from `first` to `last` is off, weekends included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class YearNotice:
    """What 国务院办公厅 announced for one year; `working` are weekend days worked in exchange."""

    source: str
    breaks: tuple[Break, ...]
    working: frozenset[date]


@dataclass(frozen=True, slots=True)
class Festivals:
    """The days of one year that follow the moon or the sun: 正月初一、清明、端午、中秋."""

    spring: date
    qingming: date
    dragon_boat: date
    mid_autumn: date


def _break(name: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> Break:
    return Break(name, date(*first), date(*last))


ANNOUNCED: dict[int, YearNotice] = {
    2024: YearNotice(
        source="国务院办公厅关于2024年部分节假日安排的通知（2023年10月25日）",
        breaks=(
            _break("元旦", (2024, 1, 1), (2024, 1, 1)),
            _break("春节", (2024, 2, 10), (2024, 2, 17)),
            _break("清明节", (2024, 4, 4), (2024, 4, 6)),
            _break("劳动节", (2024, 5, 1), (2024, 5, 5)),
            _break("端午节", (2024, 6, 10), (2024, 6, 10)),
            _break("中秋节", (2024, 9, 15), (2024, 9, 17)),
            _break("国庆节", (2024, 10, 1), (2024, 10, 7)),
        ),
        working=frozenset(
            {
                date(2024, 2, 4),
                date(2024, 2, 18),
                date(2024, 4, 7),
                date(2024, 4, 28),
                date(2024, 5, 11),
                date(2024, 9, 14),
                date(2024, 9, 29),
                date(2024, 10, 12),
            }
        ),
    ),
    2025: YearNotice(
        source="国务院办公厅关于2025年部分节假日安排的通知（2024年11月12日）",
        breaks=(
            _break("元旦", (2025, 1, 1), (2025, 1, 1)),
            _break("春节", (2025, 1, 28), (2025, 2, 4)),
            _break("清明节", (2025, 4, 4), (2025, 4, 6)),
            _break("劳动节", (2025, 5, 1), (2025, 5, 5)),
            _break("端午节", (2025, 5, 31), (2025, 6, 2)),
            _break("国庆节、中秋节", (2025, 10, 1), (2025, 10, 8)),
        ),
        working=frozenset(
            {
                date(2025, 1, 26),
                date(2025, 2, 8),
                date(2025, 4, 27),
                date(2025, 9, 28),
                date(2025, 10, 11),
            }
        ),
    ),
    2026: YearNotice(
        source="国务院办公厅关于2026年部分节假日安排的通知（2025年11月4日）",
        breaks=(
            _break("元旦", (2026, 1, 1), (2026, 1, 3)),
            _break("春节", (2026, 2, 15), (2026, 2, 23)),
            _break("清明节", (2026, 4, 4), (2026, 4, 6)),
            _break("劳动节", (2026, 5, 1), (2026, 5, 5)),
            _break("端午节", (2026, 6, 19), (2026, 6, 21)),
            _break("中秋节", (2026, 9, 25), (2026, 9, 27)),
            _break("国庆节", (2026, 10, 1), (2026, 10, 7)),
        ),
        working=frozenset(
            {
                date(2026, 1, 4),
                date(2026, 2, 14),
                date(2026, 2, 28),
                date(2026, 5, 9),
                date(2026, 9, 20),
                date(2026, 10, 10),
            }
        ),
    ),
}

#  Computed from the new moons and the sun's longitude in Beijing time, the rule of GB/T 33661; the
# same sums give the festivals of 2024–2026. The closest call, the new moon of 2027-02-06, is four
# minutes before midnight.
FESTIVALS: dict[int, Festivals] = {
    2027: Festivals(date(2027, 2, 6), date(2027, 4, 5), date(2027, 6, 9), date(2027, 9, 15)),
    2028: Festivals(date(2028, 1, 26), date(2028, 4, 4), date(2028, 5, 28), date(2028, 10, 3)),
    2029: Festivals(date(2029, 2, 13), date(2029, 4, 4), date(2029, 6, 16), date(2029, 9, 22)),
    2030: Festivals(date(2030, 2, 3), date(2030, 4, 5), date(2030, 6, 5), date(2030, 9, 12)),
}
