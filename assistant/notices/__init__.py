"""The outbox: what a citizen or a colleague is to be told, written with the deed and told after its commit.

    kinds       what is told
    models      the notices, and one delivery for each other way of telling one
    messages    a notice as it leaves the house: its words and its data
    channels/   e-mail, text message, webhook
    outbox      planning deliveries, claiming them, recording how they went
    sending     the way of one delivery: claim, network, record
    due_soon    warnings before a case is late
    digest      everybody's working day in four numbers
    reading     what the pages show

The page needs no delivery: a notice is on it from `delivered_at` on. Payloads carry receipt numbers and states,
never what a citizen wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.audit import Scalar, require_impersonal
from assistant.notices.kinds import NoticeKind
from assistant.notices.models import Notice

__all__ = ["Notice", "NoticeKind", "deliver_due", "enqueue"]


def enqueue(
    session: Session,
    case_id: int | None,
    kind: NoticeKind,
    dedup_key: str,
    now: datetime,
    payload: Mapping[str, Scalar] | None = None,
    *,
    account_id: int | None = None,
) -> Notice:
    """Put a notice into the outbox, or return the one already there under `dedup_key`.

    For the citizen of the case, or for the member of staff with `account_id`.

    Raises `ValueError` when the payload could hold personal data.
    """
    require_impersonal(payload or {})
    known = _find(session, dedup_key)
    if known is not None:
        return known
    notice = Notice(
        case_id=case_id,
        account_id=account_id,
        kind=kind.value,
        payload=dict(payload or {}),
        dedup_key=dedup_key,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(notice)
    except IntegrityError:  # another process was first, or the case does not exist
        known = _find(session, dedup_key)
        if known is None:
            raise
        return known
    return notice


def deliver_due(session: Session, now: datetime, limit: int = 100) -> int:
    """Let up to `limit` waiting notices appear on their pages, oldest first; returns how many.

    Two workers at once deliver each notice once: a row counts only while it is still undelivered.
    """
    waiting = session.scalars(
        select(Notice.id)
        .where(Notice.delivered_at.is_(None))
        .order_by(Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    delivered = session.scalars(
        update(Notice)
        .where(Notice.id.in_(waiting), Notice.delivered_at.is_(None))
        .values(delivered_at=now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(delivered)


def _find(session: Session, dedup_key: str) -> Notice | None:
    return session.scalar(select(Notice).where(Notice.dedup_key == dedup_key))
