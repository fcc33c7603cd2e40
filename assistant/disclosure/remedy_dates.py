"""Until when a reply can be contested, counted from the day it was delivered. Pure.

The periods run from the day the applicant knew of the decision: 60 days for reconsideration (行政复议法第二十条),
6 months for a suit (行政诉讼法第四十六条). Where reconsideration must come first (行政复议法第二十三条第一款第四项)
the suit's 15 days (行政诉讼法第四十五条) run from a decision that does not exist yet, so there is no date for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.cases.deadlines import Deadline, compute
from assistant.cases.limits import Limit
from assistant.cases.rules import Rules
from assistant.disclosure.outcomes import Outcome, RemedyClass


@dataclass(frozen=True, slots=True)
class RemedyDate:
    """One way to contest, with its last day and the working of every day."""

    limit: Limit
    deadline: Deadline


def remedy_dates(outcome: Outcome, delivered_on: date | None, rules: Rules) -> Sequence[RemedyDate]:
    """The ways open at once against a reply with this outcome; none while the delivery is not recorded."""
    if delivered_on is None:
        return ()
    codes = ["reconsideration.apply"]
    if outcome.remedy_class is RemedyClass.A:
        codes.append("litigation.direct")
    return [
        RemedyDate(rules.limits[code], compute(code, delivered_on, rules.calendar, rules.limits))
        for code in codes
    ]
