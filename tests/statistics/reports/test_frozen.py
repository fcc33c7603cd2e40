"""The databases themselves keep what is published, whichever way somebody comes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from assistant.statistics.models import ReportFile
from assistant.statistics.reports.kinds import ReportKind
from tests.statistics.reports.conftest import NOW, QUARTERS, Desk

pytestmark = pytest.mark.usefixtures("without_pdf")


def refused(desk: Desk, statement: str) -> None:
    with pytest.raises(DBAPIError, match="never change"), desk.database.migrating() as connection:
        connection.execute(text(statement))


def test_published_report_and_its_files_never_change(desk: Desk) -> None:
    report = desk.published(ReportKind.QUARTERLY, QUARTERS[0])
    for statement in (
        "UPDATE report SET note = 'x'",
        "UPDATE report SET published_at = NULL, status = 'draft'",
        "DELETE FROM report",
        "UPDATE report_file SET content = content",
        "DELETE FROM report_file",
        f"INSERT INTO report_file SELECT {report.id}, 'odt', sha256, content FROM report_file",
    ):
        refused(desk, statement)
    with pytest.raises(DBAPIError):
        desk.do(
            lambda s: s.add(
                ReportFile(report_id=report.id, format="pdf", sha256="x", content=b"later")
            )
        )
    if not desk.database.is_sqlite:
        refused(desk, "TRUNCATE report_file")
        refused(desk, "TRUNCATE report CASCADE")


def test_draft_beside_it_may_be_changed_and_thrown_away(desk: Desk) -> None:
    desk.published(ReportKind.QUARTERLY, QUARTERS[0])
    draft = desk.draft(ReportKind.QUARTERLY, QUARTERS[1])
    with desk.database.migrating() as connection:
        connection.execute(text(f"UPDATE report SET note = 'x' WHERE id = {draft.id}"))
        connection.execute(text(f"DELETE FROM report WHERE id = {draft.id}"))


def test_entered_figures_never_change(desk: Desk) -> None:
    desk.enter("received", 1, date(2026, 1, 5))
    refused(desk, "UPDATE opening_figure SET count = 2")
    refused(desk, "DELETE FROM opening_figure")


def test_database_refuses_one_person_for_both(desk: Desk) -> None:
    report = desk.draft(ReportKind.QUARTERLY, QUARTERS[0])
    with pytest.raises(DBAPIError), desk.database.migrating() as connection:
        connection.execute(text("UPDATE report SET signed_by = drafted_by"))
    assert report.drafted_at == NOW
