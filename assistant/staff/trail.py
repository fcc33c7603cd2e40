"""Reading the audit log for those who check it: the newest events first, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent


def latest_events(session: Session, limit: int, before: int | None = None) -> Sequence[AuditEvent]:
    """Up to `limit` events, the newest first; those older than number `before` where one is given."""
    query = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    return session.scalars(query).all()
