"""Reports as they are read: by everybody once published, by the staff from the first draft on. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from assistant.errors import Forbidden, NotFound
from assistant.staff.roles import Actor, Role
from assistant.statistics.models import Report, ReportFile
from assistant.statistics.reports.differences import Difference, difference
from assistant.statistics.reports.kinds import (
    Format,
    ReportKind,
    ReportPeriod,
    ReportStatus,
    period_of,
)

READERS = frozenset(
    {Role.PUBLISHER, Role.SUPERVISOR, Role.SIGNER, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR}
)


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """One line of the list of reports. `is_newest`: no later version of the same period is published."""

    id: int
    kind: ReportKind
    period: ReportPeriod
    version: int
    number: str
    title: str
    published_at: datetime
    note: str | None
    data_hash: str
    is_newest: bool


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a published report; `size` in bytes."""

    format: Format
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """A published report with all it says. `data` as `building.build` made it."""

    entry: PublishedReport
    data: Mapping[str, Any]
    files: tuple[FileEntry, ...]
    versions: tuple[PublishedReport, ...]
    """Every published version of the same period, newest first; this one too."""


def published_reports(
    session: Session, kind: ReportKind | None = None, year: int | None = None
) -> list[PublishedReport]:
    """What is published, newest first; of one kind or of one year's periods where named."""
    query = _entries()
    if kind is not None:
        query = query.where(Report.kind == kind.value)
    if year is not None:
        query = query.where(Report.period.startswith(str(year)))
    rows = session.execute(query.order_by(Report.published_at.desc(), Report.id.desc()))
    return [_entry(row) for row in rows]


def get_published(session: Session, report_id: int) -> ReportView:
    """One published report; `NotFound` for a draft and for what is not there."""
    row = session.execute(_entries().where(Report.id == report_id)).one_or_none()
    if row is None:
        raise NotFound
    entry = _entry(row)
    same = _entries().where(Report.kind == entry.kind.value, Report.period == entry.period.key)
    return ReportView(
        entry=entry,
        data=session.scalars(select(Report.data).where(Report.id == report_id)).one(),
        files=_files(session, report_id),
        versions=tuple(
            _entry(row) for row in session.execute(same.order_by(Report.version.desc()))
        ),
    )


def newest_published(
    session: Session, kind: ReportKind, period: ReportPeriod
) -> PublishedReport | None:
    """The version in force of a period's report; None while none is published."""
    found = published_reports(session, kind, _year_of(period))
    return next((one for one in found if one.period == period and one.is_newest), None)


def newest_data(session: Session, kind: ReportKind, period: ReportPeriod) -> dict[str, Any] | None:
    """The data of the version in force; None while none is published."""
    entry = newest_published(session, kind, period)
    if entry is None:
        return None
    return dict(session.scalars(select(Report.data).where(Report.id == entry.id)).one())


def read_file(session: Session, report_id: int, format: Format) -> bytes:
    """A file of a published report as it was published; `NotFound` where there is none."""
    content = session.scalar(
        select(ReportFile.content)
        .join(Report, Report.id == ReportFile.report_id)
        .where(
            ReportFile.report_id == report_id,
            ReportFile.format == format.value,
            Report.published_at.is_not(None),
        )
    )
    if content is None:
        raise NotFound
    return content


def changes_in(session: Session, report_id: int) -> Difference | None:
    """What a published version says otherwise than the published one before it; None for the first."""
    entry = get_published(session, report_id).entry
    before = session.scalar(
        select(Report.data)
        .where(
            Report.kind == entry.kind.value,
            Report.period == entry.period.key,
            Report.version < entry.version,
            Report.published_at.is_not(None),
        )
        .order_by(Report.version.desc())
        .limit(1)
    )
    data = session.scalars(select(Report.data).where(Report.id == report_id)).one()
    return None if before is None else difference(before, data)


def all_reports(session: Session, actor: Actor) -> Sequence[Report]:
    """Every report whatever its state, newest first; `Forbidden` for those who have no part in them."""
    require_reader(actor)
    return session.scalars(select(Report).order_by(Report.id.desc())).all()


def get_report(session: Session, actor: Actor, report_id: int) -> Report:
    """One report whatever its state; `NotFound`, and `Forbidden` for those who have no part in it."""
    require_reader(actor)
    report = session.get(Report, report_id, populate_existing=True)
    if report is None:
        raise NotFound
    return report


def require_reader(actor: Actor) -> None:
    """Raise `Forbidden` for roles that have no part in reports."""
    if actor.role not in READERS:
        raise Forbidden("统计报告的草稿由公开发布人、督办、签发人和审计查看。")


def _entries() -> Select[Any]:
    newest = (
        select(Report.kind, Report.period, func.max(Report.version).label("version"))
        .where(Report.published_at.is_not(None))
        .group_by(Report.kind, Report.period)
        .subquery()
    )
    return (
        select(
            Report.id,
            Report.kind,
            Report.period,
            Report.version,
            Report.number,
            Report.data["title"].as_string().label("title"),
            Report.published_at,
            Report.note,
            Report.data_hash,
            (Report.version == newest.c.version).label("is_newest"),
        )
        .join(newest, (newest.c.kind == Report.kind) & (newest.c.period == Report.period))
        .where(Report.status == ReportStatus.PUBLISHED.value)
    )


def _entry(row: Row[Any]) -> PublishedReport:
    return PublishedReport(
        id=row.id,
        kind=ReportKind(row.kind),
        period=period_of(row.period),
        version=row.version,
        number=row.number,
        title=row.title,
        published_at=row.published_at,
        note=row.note,
        data_hash=row.data_hash,
        is_newest=bool(row.is_newest),
    )


def _files(session: Session, report_id: int) -> tuple[FileEntry, ...]:
    rows = session.execute(
        select(ReportFile.format, ReportFile.sha256, func.length(ReportFile.content)).where(
            ReportFile.report_id == report_id
        )
    )
    found = {Format(name): FileEntry(Format(name), sha256, size) for name, sha256, size in rows}
    return tuple(found[format] for format in Format if format in found)


def _year_of(period: ReportPeriod) -> int:
    return int(period.key[:4])
