"""A bureau, its staff, and the steps of a report taken in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import pytest
from sqlalchemy.orm import Session

from assistant.db import Database
from assistant.disclosure.form import ApplicantClass
from assistant.statistics.models import Report
from assistant.statistics.periods import Quarter, Year
from assistant.statistics.reports import life, publishing
from assistant.statistics.reports.building import Publisher
from assistant.statistics.reports.kinds import ReportKind, ReportPeriod
from assistant.statistics.reports.opening import enter_opening
from assistant.statistics.reports.tables import cells_of
from assistant.statistics.reports.template import load_template
from tests.cases.conftest import Staff, staff

__all__ = ["staff"]

# A Tuesday in January 2027, 10:00 in Shanghai: 2026 and all its quarters are over.
NOW = datetime(2027, 1, 12, 2, 0, tzinfo=UTC)
BUREAU = Publisher("示例市林业水利局", sample=True)
PERSON, COMPANY = ApplicantClass.PERSON, ApplicantClass.COMPANY

T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """Does one step after the other in the database of the test."""

    database: Database
    staff: Staff

    def do(self, work: Callable[[Session], T]) -> T:
        return self.database.write(work)

    def enter(
        self, row: str, count: int, on: date, applicant: ApplicantClass | None = PERSON
    ) -> None:
        """An opening figure."""
        by, source = self.staff.publisher, "2026年前台账"
        self.do(lambda s: enter_opening(s, by, on, row, applicant, count, source, NOW))

    def draft(self, kind: ReportKind, period: ReportPeriod) -> Report:
        by = self.staff.publisher
        return self.do(lambda s: life.draft(s, by, kind, period, BUREAU, NOW))

    def complete(self, report: Report) -> Report:
        """Every text written and every count entered."""
        by = self.staff.publisher
        template = load_template(report.template)
        if template.counts:
            counts = {key: place for place, key in enumerate(template.counts)}
            seen = report.data_hash
            report = self.do(
                lambda s: life.enter_counts(s, by, report.id, counts, seen, BUREAU, NOW)
            )
        for key in template.parts:
            report = self.edit(report, key, f"这一段（{key}）已经写好。")
        return report

    def edit(self, report: Report, part: str, text: str) -> Report:
        by, seen = self.staff.publisher, report.data_hash
        return self.do(lambda s: life.edit_text(s, by, report.id, part, text, seen, BUREAU, NOW))

    def sign(self, report: Report) -> Report:
        by, seen = self.staff.signer, report.data_hash
        return self.do(lambda s: life.sign_off(s, by, report.id, seen, NOW))

    def publish(self, report: Report, at: datetime = NOW) -> Report:
        by = self.staff.publisher
        with self.database.reading() as session:
            prepared = publishing.prepare(session, by, report.id, at)
        return self.do(lambda s: publishing.publish(s, by, prepared, at))

    def correct(self, report: Report, note: str = "补录漏统计的一件。") -> Report:
        by = self.staff.publisher
        return self.do(lambda s: life.correct(s, by, report.id, note, BUREAU, NOW))

    def signed(self, kind: ReportKind, period: ReportPeriod) -> Report:
        return self.sign(self.complete(self.draft(kind, period)))

    def published(self, kind: ReportKind, period: ReportPeriod) -> Report:
        return self.publish(self.signed(kind, period))


@pytest.fixture
def desk(database: Database, staff: Staff) -> Desk:
    return Desk(database, staff)


@pytest.fixture
def without_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that cannot make PDFs: the files take seconds otherwise."""
    reason = "这台机器没有安装 Pango"
    monkeypatch.setattr("assistant.statistics.reports.faces.pdf_is_possible", lambda: reason)


def values(data: dict[str, Any]) -> dict[tuple[str, str, str], Any]:
    """Every number of a report by its keys."""
    return {cell.key: cell.value for cell in cells_of(data)}


def a_year(desk: Desk) -> None:
    """Six applications of 2026 over three quarters, two left open."""
    desk.enter("carried_in", 1, date(2026, 1, 1))
    desk.enter("received", 3, date(2026, 2, 10))
    desk.enter("granted", 2, date(2026, 3, 3))
    desk.enter("received", 2, date(2026, 5, 6), COMPANY)
    desk.enter("partial", 1, date(2026, 6, 30), COMPANY)
    desk.enter("unable_not_held", 1, date(2026, 10, 9))
    desk.enter("reconsideration.upheld", 1, date(2026, 8, 1), None)
    desk.enter("litigation_direct.pending", 1, date(2026, 12, 31), None)


QUARTERS = tuple(Quarter(2026, number) for number in (1, 2, 3, 4))
YEAR = Year(2026)
