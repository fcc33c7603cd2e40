"""The log nobody can quietly change: append-only, hash-chained, one order.

Each event carries the hash of the one before; a single head row, locked while appending, makes the chain one line
also where many writers meet. Triggers refuse UPDATE and DELETE, and on SQLite the INSERT OR REPLACE that would get
past them. Personal data never enters: it could not be erased again. What citizens and staff wrote is present only as
a hash or an id.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import JSON, Connection, Index, Select, String, event, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.db import Base
from assistant.staff.roles import Actor

Scalar = str | int | bool | None

GENESIS = "genesis"
_HEAD_ID = 1


class AuditEvent(Base):
    """One thing that was done. The rows are the only history there is."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject_kind", "subject_id", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    data: Mapped[dict[str, Scalar]] = mapped_column(JSON)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The chain's last link: one row, created with the table."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


_HEAD = select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == _HEAD_ID)


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain no longer holds, and why, in Chinese."""

    seq: int
    why: str


def hold(session: Session) -> None:
    """Take the chain's end before anything else of a step: steps that touch several rows then never wait in a ring."""
    session.execute(_HEAD.with_for_update())


def append(
    session: Session,
    subject_kind: str,
    subject_id: int | str,
    action: str,
    actor: Actor,
    at: datetime,
    data: Mapping[str, Scalar] | None = None,
) -> AuditEvent:
    """Add one event to the chain; raises `ValueError` for `data` that could be personal."""
    require_impersonal(data or {})
    head = session.execute(_HEAD.with_for_update()).one()
    entry = AuditEvent(
        seq=head.seq + 1,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        action=action,
        actor_id=actor.id,
        actor_name=actor.name,
        at=at.astimezone(UTC),
        data=dict(data or {}),
        prev_hash=head.hash,
    )
    entry.hash = _hash_of(entry)
    session.add(entry)
    session.flush()
    session.execute(
        update(AuditHead)
        .where(AuditHead.id == _HEAD_ID)
        .values(seq=entry.seq, hash=entry.hash)
        .execution_options(synchronize_session=False)
    )
    return entry


def events_of(session: Session, subject_kind: str, subject_id: int | str) -> Sequence[AuditEvent]:
    """The history of one subject, oldest first."""
    return session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_kind == subject_kind, AuditEvent.subject_id == str(subject_id))
        .order_by(AuditEvent.seq)
    ).all()


def verify(session: Session) -> Broken | None:
    """Walk the whole chain; the first link that does not hold, or None when all do."""
    # The head first: what others append while this walks is not missing, only younger.
    head = session.execute(_HEAD).one_or_none()
    if head is None:
        return Broken(0, "链尾标记丢失")
    seq, previous = 0, GENESIS
    with closing(session.scalars(_events_up_to(head.seq))) as entries:
        for entry in entries:
            if entry.seq != seq + 1:
                return Broken(seq + 1, "缺少这一条记录")
            if entry.prev_hash != previous:
                return Broken(entry.seq, "与前一条记录接不上")
            if entry.hash != _hash_of(entry):
                return Broken(entry.seq, "记录内容被改动过")
            seq, previous = entry.seq, entry.hash
    if seq < head.seq:
        return Broken(seq + 1, "缺少这一条记录")
    return None if previous == head.hash else Broken(seq, "与链尾标记不一致")


def _events_up_to(seq: int) -> Select[AuditEvent]:
    return (
        select(AuditEvent)
        .where(AuditEvent.seq <= seq)
        .order_by(AuditEvent.seq)
        .execution_options(yield_per=1000, populate_existing=True)
    )


def _hash_of(entry: AuditEvent) -> str:
    fields = {
        "seq": entry.seq,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "action": entry.action,
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "data": entry.data,
        "prev_hash": entry.prev_hash,
    }
    canonical = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


# Ids, states, dates and hashes fit; names, sentences, telephone and identity numbers do not.
_PLAIN = re.compile(r"(?!\d{11,}[Xx]?$)(?!0\d{2,3}-\d{7,8}$)[A-Za-z0-9_.:+-]{0,128}")


def require_impersonal(data: Mapping[str, Scalar]) -> None:
    """Raise `ValueError` unless every value is an id, a state, a date, a number or a hash."""
    for key, value in data.items():
        if isinstance(value, str | int) and not _PLAIN.fullmatch(str(value)):
            raise ValueError(f"audit data {key!r} must be an id, a state or a hash")


# The migrations execute these too.
CREATE_HEAD = "INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, 'genesis')"

APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_event_no_{verb} BEFORE {verb.upper()} ON audit_event "
        "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        """CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'audit_event is append-only'; END $$""",
        """CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
    ),
}

# SQLite's INSERT OR REPLACE deletes a row without asking the trigger on DELETE.
NO_REPLACE: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event "
        "WHEN EXISTS (SELECT 1 FROM audit_event WHERE seq = NEW.seq) "
        "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END",
    ),
    "postgresql": (),
}
DROP_NO_REPLACE: dict[str, tuple[str, ...]] = {
    "sqlite": ("DROP TRIGGER audit_event_no_replace",),
    "postgresql": (),
}

DROP_APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(f"DROP TRIGGER audit_event_no_{verb}" for verb in ("update", "delete")),
    "postgresql": (
        "DROP TRIGGER audit_event_append_only ON audit_event",
        "DROP FUNCTION audit_event_refuse()",
    ),
}


@event.listens_for(AuditHead.__table__, "after_create")
def _start_chain(_table: object, connection: Connection, **_: object) -> None:
    connection.exec_driver_sql(CREATE_HEAD)


@event.listens_for(AuditEvent.__table__, "after_create")
def _refuse_changes(_table: object, connection: Connection, **_: object) -> None:
    dialect = connection.dialect.name
    for statement in (*APPEND_ONLY[dialect], *NO_REPLACE[dialect]):
        connection.exec_driver_sql(statement)
