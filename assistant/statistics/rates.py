"""Shares of counts, and how many it takes to speak of one. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MINIMUM_SAMPLE = 10
"""With fewer, a single matter moves the share by more than ten points, and may show what one person said."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole`. What is published of it is `value`; the counts are for the staff."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None while there are too few to speak of a share."""
        return self.part / self.whole if self.whole >= MINIMUM_SAMPLE else None
