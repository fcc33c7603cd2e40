"""How a due date stands to today, as a colour and a word. Pure; computed, never stored."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from assistant.cases.states import OPEN_STATUSES, CaseStatus


class Urgency(StrEnum):
    """From nothing to do to too late."""

    NO_CLOCK = "no_clock"
    """Not confirmed yet, or somebody else's turn."""
    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    """Amber: three quarters of the period are gone."""
    URGENT = "urgent"
    """Red: nine tenths are gone."""
    OVERDUE = "overdue"
    CLOSED = "closed"


def urgency_of(
    status: CaseStatus,
    due_on: date | None,
    today: date,
    amber_on: date | None = None,
    red_on: date | None = None,
) -> Urgency:
    """Where today lies between the start and the due date."""
    if status not in OPEN_STATUSES:
        return Urgency.CLOSED
    if due_on is None:
        return Urgency.NO_CLOCK
    if due_on < today:
        return Urgency.OVERDUE
    if today >= (red_on or due_on):
        return Urgency.URGENT
    return Urgency.DUE_SOON if amber_on and today >= amber_on else Urgency.ON_TIME
