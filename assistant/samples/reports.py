"""Published reports of the sample years: the last whole year, its last quarter, and a correction of that quarter.

By the verbs and in the steps of everybody else; the figures must have been gathered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.opening import local_date
from assistant.cases.workdays import Calendar
from assistant.db import Database
from assistant.samples.texts import ReportTexts
from assistant.staff.models import Account
from assistant.staff.roles import Actor
from assistant.statistics.models import Report
from assistant.statistics.periods import Year
from assistant.statistics.reports import life, publishing
from assistant.statistics.reports.building import Publisher
from assistant.statistics.reports.kinds import ReportKind, ReportPeriod

_CORRECTED_PART = "overall.on_request"


@dataclass(frozen=True, slots=True)
class Press:
    """What publishing needs: where, for whom, by whom."""

    database: Database
    publisher: Publisher
    calendar: Calendar
    now: datetime
    drafter: Actor
    signer: Actor

    @classmethod
    def of(
        cls, database: Database, publisher: Publisher, calendar: Calendar, now: datetime
    ) -> Press:
        """With the people of the sample years."""
        with database.reading() as session:
            drafter, signer = (_person(session, name) for name in ("publisher", "signer"))
        return cls(database, publisher, calendar, now, drafter, signer)


def publish_reports(press: Press, texts: ReportTexts) -> int:
    """Publish them; how many there are."""
    year = Year(local_date(press.now).year - 1)
    quarter = year.quarters[-1]
    first = press.database.write(lambda s: _drafted(s, press, ReportKind.QUARTERLY, quarter, None))
    _publish(press, first)
    _publish(press, press.database.write(lambda s: _corrected(s, press, first, texts)))
    _publish(
        press, press.database.write(lambda s: _drafted(s, press, ReportKind.ANNUAL, year, texts))
    )
    return 3


def _drafted(
    session: Session,
    press: Press,
    kind: ReportKind,
    period: ReportPeriod,
    texts: ReportTexts | None,
) -> int:
    """A signed first version; `texts` fills in what only a bureau knows."""
    report = life.draft(
        session, press.drafter, kind, period, press.publisher, press.now, press.calendar
    )
    if texts is not None:
        for part, words in texts.parts.items():
            _reword(session, press, report, part, words)
        life.enter_counts(
            session,
            press.drafter,
            report.id,
            texts.counts,
            report.data_hash,
            press.publisher,
            press.now,
            press.calendar,
        )
    return _signed(session, press, report)


def _corrected(session: Session, press: Press, report_id: int, texts: ReportTexts) -> int:
    report = life.correct(
        session,
        press.drafter,
        report_id,
        texts.correction,
        press.publisher,
        press.now,
        press.calendar,
    )
    _reword(session, press, report, _CORRECTED_PART, texts.corrected)
    return _signed(session, press, report)


def _reword(session: Session, press: Press, report: Report, part: str, words: str) -> None:
    life.edit_text(
        session,
        press.drafter,
        report.id,
        part,
        words,
        report.data_hash,
        press.publisher,
        press.now,
        press.calendar,
    )


def _signed(session: Session, press: Press, report: Report) -> int:
    return life.sign_off(session, press.signer, report.id, report.data_hash, press.now).id


def _publish(press: Press, report_id: int) -> None:
    with press.database.reading() as session:
        prepared = publishing.prepare(session, press.drafter, report_id, press.now)
    press.database.write(lambda s: publishing.publish(s, press.drafter, prepared, press.now))


def _person(session: Session, name: str) -> Actor:
    return session.scalars(select(Account).where(Account.username == f"sample.{name}")).one().actor
