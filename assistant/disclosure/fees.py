"""The information-processing fee (信息处理费), worked out step by step. Pure.

《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）: by applications *or* by pages, never both for one
application; each step's rate applies only to what lies within the step (超额累进).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

# Applications of one applicant in one calendar month, and pages of one application.
FREE_ITEMS, FREE_PAGES = 10, 30
# More than this is no question about a fee, and its working would fill a page.
MOST = 10_000


@dataclass(frozen=True)
class Step:
    """One step of the scale: units `first` to `last` (inclusive) that fell into it, at `rate` yuan each."""

    first: int
    last: int
    rate: int

    @property
    def units(self) -> int:
        return self.last - self.first + 1

    @property
    def amount(self) -> int:
        """Yuan."""
        return self.units * self.rate


@dataclass(frozen=True)
class Fee:
    """What `units` applications or pages cost, and how it adds up."""

    units: int
    steps: tuple[Step, ...]

    @property
    def amount(self) -> int:
        """Yuan."""
        return sum(step.amount for step in self.steps)


def fee_by_items(units: int) -> Fee:
    """按件: to 10 free, 11–30 at 100 yuan, then 100 yuan more for every further ten."""
    bounds = [FREE_ITEMS, 30]
    rates = [0, 100]
    for step in count(1):
        if bounds[-1] >= units:
            break
        bounds.append(30 + 10 * step)
        rates.append(100 + 100 * step)
    return _fee(units, bounds, rates)


def fee_by_pages(units: int) -> Fee:
    """按量: to 30 pages free, 31–100 at 10 yuan, 101–200 at 20, from 201 at 40."""
    return _fee(units, [FREE_PAGES, 100, 200, max(units, 201)], [0, 10, 20, 40])


def _fee(units: int, bounds: list[int], rates: list[int]) -> Fee:
    """`ValueError` unless 1 ≤ units ≤ MOST."""
    if not 1 <= units <= MOST:
        raise ValueError(f"units out of range: {units}")
    steps, done = [], 0
    for bound, rate in zip(bounds, rates, strict=True):
        if done >= units:
            break
        last = min(bound, units)
        steps.append(Step(done + 1, last, rate))
        done = last
    return Fee(units, tuple(steps))
