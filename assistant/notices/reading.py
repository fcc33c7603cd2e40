"""What the pages show of the notices: a member of staff's own, and those of a case to its citizen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from assistant.audit import Scalar
from assistant.notices.kinds import NoticeKind
from assistant.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as a page shows it. `case_id` is None for a digest; `payload` holds numbers, dates and states."""

    notice_id: int
    case_id: int | None
    kind: NoticeKind
    payload: Mapping[str, Scalar]
    at: datetime
    read_at: datetime | None


def unread_for(session: Session, account_id: int, limit: int = 50) -> list[Told]:
    """What this person has not read yet, the newest first."""
    query = select(Notice).where(*_unread(account_id)).order_by(Notice.id.desc()).limit(limit)
    return _read(session, query)


def mark_read(session: Session, account_id: int, up_to_id: int, now: datetime) -> int:
    """Mark this person's notices as read, up to the newest they were shown; returns how many.

    What came after the page was made stays unread.
    """
    marked = session.scalars(
        update(Notice)
        .where(*_unread(account_id), Notice.id <= up_to_id)
        .values(read_at=now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(marked)


def of_case(session: Session, case_id: int) -> list[Told]:
    """What the citizen of a case has been told, the oldest first."""
    query = (
        select(Notice)
        .where(
            Notice.case_id == case_id,
            Notice.account_id.is_(None),
            Notice.delivered_at.is_not(None),
        )
        .order_by(Notice.id)
    )
    return _read(session, query)


def _unread(account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Notice.account_id == account_id,
        Notice.read_at.is_(None),
        Notice.delivered_at.is_not(None),
    )


def _read(session: Session, query: Select[Notice]) -> list[Told]:
    return [
        Told(
            notice_id=notice.id,
            case_id=notice.case_id,
            kind=NoticeKind(notice.kind),
            payload=notice.payload,
            at=notice.created_at,
            read_at=notice.read_at,
        )
        for notice in session.scalars(query)
    ]
