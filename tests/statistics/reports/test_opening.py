"""Figures from before: who may enter them, what is refused, and that they count where they belong."""

from __future__ import annotations

from datetime import date

import pytest

from assistant import audit
from assistant.disclosure.form import ApplicantClass
from assistant.errors import Forbidden, Invalid
from assistant.statistics.contests import contest_table
from assistant.statistics.periods import Quarter, Year
from assistant.statistics.reports.opening import TABLE_3, TABLE_4, enter_opening, opening_figures
from tests.statistics.reports.conftest import NOW, PERSON, Desk

JANUARY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("row", "applicant", "on", "count", "source", "field"),
    [
        ("carried_in", PERSON, date(2026, 1, 2), 1, "台账", "on"),
        ("received", PERSON, date(2027, 2, 1), 1, "台账", "on"),
        ("received", PERSON, date(1999, 2, 1), 1, "台账", "on"),
        ("reconsideration.pending", None, date(2026, 5, 6), 1, "台账", "on"),
        ("received", None, JANUARY, 1, "台账", "applicant"),
        ("reconsideration.upheld", PERSON, JANUARY, 1, "台账", "applicant"),
        ("closed", PERSON, JANUARY, 1, "台账", "row"),
        ("reconsideration.total", None, JANUARY, 1, "台账", "row"),
        ("received", PERSON, JANUARY, 0, "台账", "count"),
        ("received", PERSON, JANUARY, -1, "台账", "count"),
        ("received", PERSON, JANUARY, 1, " ", "source"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    desk: Desk,
    row: str,
    applicant: ApplicantClass | None,
    on: date,
    count: int,
    source: str,
    field: str,
) -> None:
    by = desk.staff.publisher
    with pytest.raises(Invalid) as refused:
        desk.do(lambda s: enter_opening(s, by, on, row, applicant, count, source, NOW))
    assert refused.value.details["field"] == field


def test_correction_takes_back_no_more_than_was_entered(desk: Desk) -> None:
    desk.enter("received", 3, JANUARY)
    desk.enter("received", -2, JANUARY)
    with pytest.raises(Invalid, match="一共补录了1件"):
        desk.enter("received", -2, JANUARY)
    with pytest.raises(Invalid):  # another class was never entered
        desk.enter("received", -1, JANUARY, ApplicantClass.COMPANY)
    desk.enter("received", -1, JANUARY)
    with desk.database.reading() as session:
        entries = opening_figures(session, desk.staff.auditor)
    assert sorted(entry.count for entry in entries) == [-2, -1, 3]


@pytest.mark.parametrize(
    "role", ["handler", "reviewer", "operator", "signer", "auditor", "administrator"]
)
def test_others_may_not_enter(desk: Desk, role: str) -> None:
    by = getattr(desk.staff, role)
    with pytest.raises(Forbidden):
        desk.do(lambda s: enter_opening(s, by, JANUARY, "received", PERSON, 1, "台账", NOW))


@pytest.mark.parametrize("role", ["handler", "operator"])
def test_others_may_not_read_entries(desk: Desk, role: str) -> None:
    with desk.database.reading() as session, pytest.raises(Forbidden):
        opening_figures(session, getattr(desk.staff, role))


def test_entry_is_in_the_log_without_its_words(desk: Desk) -> None:
    desk.enter("granted", 2, date(2026, 3, 3))
    with desk.database.reading() as session:
        (entry,) = opening_figures(session, desk.staff.publisher)
        (logged,) = audit.events_of(session, "opening_figure", entry.id)
        assert audit.verify(session) is None
    assert logged.action == "enter"
    assert (logged.data["row"], logged.data["count"]) == ("granted", 2)
    assert "台账" not in str(logged.data)


def test_pending_is_a_state_at_the_end_of_the_period(desk: Desk) -> None:
    """An entry at the end of March is no part of what is undecided at the end of the year."""
    desk.enter("litigation_after.pending", 2, date(2026, 3, 31), None)
    desk.enter("litigation_after.pending", 1, date(2026, 12, 31), None)
    with desk.database.reading() as session:
        found = [
            sum(contest_table(session, period.span).values())
            for period in (Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 4), Year(2026))
        ]
    assert found == [2, 0, 1, 1]


def test_there_are_as_many_rows_as_the_form_has() -> None:
    assert len(TABLE_3) == 23
    assert len(TABLE_4) == 12
