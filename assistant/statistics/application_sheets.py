"""Applications for information among the published figures: sums alone; by applicant class they stand in the reports.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.outcomes import Outcome
from assistant.statistics.applications import ApplicationFigures, ApplicationTable
from assistant.statistics.contests import Cell
from assistant.statistics.definitions import DEFINITIONS
from assistant.statistics.rates import Rate
from assistant.statistics.sheets import Column, Line, Sheet, Single, single, spread

APPLICATIONS = "applications"


def application_singles(found: ApplicationFigures) -> list[Single]:
    """The numbers that stand alone."""
    numbers = {
        "application_on_time_rate": Rate(found.on_time, found.replied).value,
        "application_extended": found.extended,
        "application_overdue": found.overdue,
        "fees_asked": found.fees.asked,
        "fees_asked_amount": found.fees.asked_amount,
        "fees_paid": found.fees.paid,
        "fees_paid_amount": found.fees.paid_amount,
    }
    return [
        *(single(APPLICATIONS, key, value) for key, value in numbers.items()),
        *spread(APPLICATIONS, "application_days", found.reply_days),
    ]


def application_sheets(
    found: ApplicationFigures, contests: Mapping[Cell, int]
) -> tuple[Sheet, Sheet]:
    """Table 3 without its columns, and Table 4."""
    return _sums(found.table), _contests(contests)


def _sums(table: ApplicationTable) -> Sheet:
    definition = DEFINITIONS["applications"]
    lines = [
        Line("received", "新收", (sum(table.received.values()),)),
        Line("carried_in", "上期结转", (sum(table.carried_in.values()),)),
        *(Line(one.value, _name_of(one), (sum(table.results[one].values()),)) for one in Outcome),
        Line("application_closed", "办理结果总计", (table.closed,)),
        Line("carried_out", "结转下期", (sum(table.carried_out.values()),)),
    ]
    columns = (Column("count", "件数", "件"),)
    return Sheet(
        APPLICATIONS, "applications", definition.label, "项目", columns, tuple(lines), definition
    )


def _contests(counts: Mapping[Cell, int]) -> Sheet:
    definition = DEFINITIONS["contests"]
    columns = (
        *(Column(one.value, one.label, "件") for one in ContestResult),
        Column("total", "总计", "件"),
    )
    lines = []
    for kind in ContestKind:
        row = [counts[kind, result] for result in ContestResult]
        lines.append(Line(kind.value, kind.label, (*row, sum(row))))
    return Sheet(
        APPLICATIONS, "contests", definition.label, "类型", columns, tuple(lines), definition
    )


def _name_of(outcome: Outcome) -> str:
    """The form's own heading, and the row under it where there are several."""
    heading = outcome.group.label.partition("（区分")[0]
    return f"{heading}：{outcome.label}" if outcome.group in _DIVIDED else heading


_DIVIDED = frozenset(
    group for group, rows in groupby(Outcome, key=lambda one: one.group) if len(list(rows)) > 1
)
