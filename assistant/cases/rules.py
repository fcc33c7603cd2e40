"""By which calendar and which periods a case is counted: handed to every verb that touches a clock. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.cases.limits import LIMITS, Limit
from assistant.cases.workdays import OFFICIAL, Calendar


@dataclass(frozen=True, slots=True)
class Rules:
    """The calendar in force, and the periods with the bureau's own promises in them."""

    calendar: Calendar = OFFICIAL
    limits: Mapping[str, Limit] = field(default_factory=lambda: LIMITS)


SHIPPED = Rules()
