"""The forms of a case's page: which action each takes, by which verb, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from api.staff.verbs import applying, desk, replying
from api.staff.verbs.taking import StepPage, Taking

__all__ = ["STEPS", "StepPage", "Taking"]

STEPS: Mapping[str, StepPage] = {**desk.STEPS, **applying.STEPS, **replying.STEPS}
