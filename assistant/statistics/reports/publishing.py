"""A signed report goes out: numbered, dated, its files kept byte for byte.

In two steps, because making the files takes seconds in which nobody's writing may wait: `prepare` renders what would
be published now and only reads; `publish` stores exactly that, or refuses where something has moved meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases.models import Serial
from assistant.cases.opening import local_date
from assistant.errors import Conflict, Forbidden, NotFound
from assistant.letters.numbering import next_letter_number
from assistant.staff.roles import Actor, Role
from assistant.statistics.models import Report, ReportFile
from assistant.statistics.reports.faces import Edition, possible_formats, render
from assistant.statistics.reports.kinds import Format, ReportStatus, period_of
from assistant.statistics.reports.life import load_open, log_step, require_sound
from assistant.statistics.reports.tables import hash_of
from assistant.statistics.reports.template import load_template

PUBLISHERS = frozenset({Role.PUBLISHER})


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `publish` will store: the files of the edition that has this number and this instant."""

    report_id: int
    edition: Edition
    files: Mapping[Format, bytes]


def prepare(session: Session, actor: Actor, report_id: int, now: datetime) -> Prepared:
    """Render what publishing now would publish. Reads only; takes some seconds.

    On a machine that cannot make a PDF there will be none. `Conflict` unless the report is signed and its period over.
    """
    _require_publisher(actor)
    report = session.get(Report, report_id, populate_existing=True)
    if report is None:
        raise NotFound
    _require_ready(report, now)
    series, year = load_template(report.template).series, local_date(now).year
    last = session.scalar(select(Serial.last).where(Serial.series == series, Serial.year == year))
    edition = Edition(
        data=report.data,
        data_hash=report.data_hash,
        version=report.version,
        number=f"{series}〔{year}〕{(last or 0) + 1}号",
        note=report.note,
        published_at=now,
    )
    files = {format: render(edition, format) for format in possible_formats()}
    return Prepared(report_id, edition, files)


def publish(session: Session, actor: Actor, prepared: Prepared, now: datetime) -> Report:
    """Publish it as of the instant it was prepared for; from here on nothing can change it.

    `Conflict` where the report, its number or what it is compared with has changed since: prepare again.
    """
    _require_publisher(actor)
    report = load_open(session, prepared.report_id, prepared.edition.data_hash)
    _require_ready(report, now)
    require_sound(session, report)
    at = prepared.edition.published_at
    series, year = load_template(report.template).series, local_date(now).year
    number = next_letter_number(session, series, year)
    if at is None or at > now or number != prepared.edition.number:
        raise Conflict("准备好的文件已经过时，请重新准备后再公布。")
    for format, content in prepared.files.items():
        digest = hashlib.sha256(content).hexdigest()
        file = ReportFile(report_id=report.id, format=format.value, sha256=digest, content=content)
        session.add(file)
    # The files first: a published report takes no more.
    session.flush()
    report.status, report.number = ReportStatus.PUBLISHED.value, number
    report.published_at = at
    session.flush()
    said: dict[str, audit.Scalar] = {
        f"sha256_{format.value}": hashlib.sha256(content).hexdigest()
        for format, content in prepared.files.items()
    }
    log_step(session, report, "publish", actor, now, said)
    return report


def _require_publisher(actor: Actor) -> None:
    if actor.role not in PUBLISHERS:
        raise Forbidden("统计报告由公开发布人公布。")


def _require_ready(report: Report, now: datetime) -> None:
    if report.status != ReportStatus.SIGNED:
        raise Conflict("报告签发以后才能公布。")
    if report.signed_hash != report.data_hash or hash_of(report.data) != report.data_hash:
        raise Conflict("报告的内容与签发时不同，请重新签发。")
    period = period_of(report.period)
    if local_date(now) <= period.span.last:
        raise Conflict(f"{period.label}还没有结束，结束以后才能公布。")
