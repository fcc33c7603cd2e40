"""The outbox: what a citizen is to be told, written with the deed and delivered later.

The case's own page is the only channel so far, so delivering means that the page may show it.
Payloads carry receipt numbers and states, never what a citizen wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.audit import Scalar, require_impersonal
from assistant.db import Base
from assistant.labels import Labelled


class NoticeKind(Labelled):
    CLOCK_STARTED = "clock_started", "申请已确认收到，开始计算答复期限"
    REPLIED = "replied", "已经答复，请查看"


class Notice(Base):
    """One thing to tell, at most once per `dedup_key`."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_delivered_at", "delivered_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Scalar]] = mapped_column(JSON)
    dedup_key: Mapped[str] = mapped_column(String(96), unique=True)
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


def enqueue(
    session: Session,
    case_id: int,
    kind: NoticeKind,
    dedup_key: str,
    now: datetime,
    payload: Mapping[str, Scalar] | None = None,
) -> Notice:
    """Put a notice into the outbox, or return the one already there under `dedup_key`.

    Raises `ValueError` when the payload could hold personal data.
    """
    require_impersonal(payload or {})
    known = session.scalar(select(Notice).where(Notice.dedup_key == dedup_key))
    if known is not None:
        return known
    notice = Notice(
        case_id=case_id,
        kind=kind.value,
        payload=dict(payload or {}),
        dedup_key=dedup_key,
        created_at=now,
    )
    session.add(notice)
    session.flush()
    return notice


def deliver_due(session: Session, now: datetime, limit: int = 100) -> int:
    """Deliver up to `limit` waiting notices, oldest first; returns how many.

    Two workers at once deliver each notice once: a row counts only while it is still undelivered.
    """
    waiting = session.scalars(
        select(Notice.id).where(Notice.delivered_at.is_(None)).order_by(Notice.id).limit(limit)
    ).all()
    delivered = session.scalars(
        update(Notice)
        .where(Notice.id.in_(waiting), Notice.delivered_at.is_(None))
        .values(delivered_at=now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(delivered)
