"""Bring the days' counts up to date, and prove them against the rows they came from.

The log is one line in which nothing is ever inserted before what is there, so "every case with an event after the
last one counted" misses none. A case counted before is taken out and counted again. Messages have no such line: they
are counted when they are old enough that no transaction still holds an earlier one; what is younger is counted from
its rows (`measures.count_messages`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent, AuditHead
from assistant.cases.workdays import OFFICIAL, Calendar
from assistant.db import Database
from assistant.statistics.facts import Counts, Key, pack, unpack
from assistant.statistics.gathering_messages import gather_messages
from assistant.statistics.histories import counted, in_bits
from assistant.statistics.models import CaseDay, CountedCase, Gathered, MessageDay
from assistant.statistics.periods import Month

MARK = 1
# Events of the log looked at in one transaction: about a second of work, for SQLite has one writer.
SLICE = 5_000


def gather(
    session: Session, now: datetime, calendar: Calendar = OFFICIAL, limit: int | None = None
) -> int:
    """Count what has happened since the last time, at most `limit` events of the log; returns how many cases it was.

    One at a time: whoever comes second waits, and then finds little left.
    """
    mark = _held_mark(session)
    last = _last_event(session, mark.event_seq, limit)
    moved = _moved_cases(session, mark.event_seq, last)
    for some in in_bits(moved):
        _recount(session, some, calendar)
    gather_messages(session, mark, now)
    mark.event_seq, mark.at = last, now
    session.flush()
    return len(moved)


def gather_all(database: Database, now: datetime, calendar: Calendar = OFFICIAL) -> int:
    """`gather` until nothing is left, in transactions short enough for others to write between them."""
    moved = 0
    while True:
        moved += database.write(lambda session: gather(session, now, calendar, SLICE))
        with database.reading() as session:
            if is_current(session):
                return moved


def is_current(session: Session) -> bool:
    """Whether every event of the log has been looked at."""
    return _head(session) == (session.scalar(select(Gathered.event_seq)) or 0)


def forget(session: Session) -> None:
    """Throw the counts away; what is gathered next is all there is."""
    for table in (CaseDay, CountedCase, MessageDay, Gathered):
        session.execute(delete(table))
    session.expire_all()


def rebuild(session: Session, now: datetime, calendar: Calendar = OFFICIAL) -> int:
    """Throw the counts away and gather all of it again, in one step."""
    forget(session)
    return gather(session, now, calendar)


def _held_mark(session: Session) -> Gathered:
    """The mark, locked until the end of the transaction; made by whoever gathers first."""
    wanted = (
        select(Gathered)
        .where(Gathered.id == MARK)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    mark = session.scalar(wanted)
    if mark is not None:
        return mark
    try:
        with session.begin_nested():
            session.execute(insert(Gathered).values(id=MARK, event_seq=0, message_id=0))
    except IntegrityError:  # another process gathered first
        pass
    return session.scalars(wanted).one()


def _head(session: Session) -> int:
    return session.scalar(select(AuditHead.seq)) or 0


def _last_event(session: Session, after: int, limit: int | None) -> int:
    """Up to which event to look; fixed before any is read, so that none committed meanwhile is passed over."""
    head = _head(session)
    return head if limit is None else min(head, after + limit)


def _moved_cases(session: Session, after: int, upto: int) -> list[int]:
    ids = session.scalars(
        select(AuditEvent.subject_id)
        .distinct()
        .where(AuditEvent.seq > after, AuditEvent.seq <= upto, AuditEvent.subject_kind == "case")
    )
    return sorted(int(id) for id in ids)


def _recount(session: Session, ids: Sequence[int], calendar: Calendar) -> None:
    known = {
        row.case_id: row
        for row in session.scalars(
            select(CountedCase)
            .where(CountedCase.case_id.in_(ids))
            .execution_options(populate_existing=True)
        )
    }
    followed = {id: row.followed for id, row in known.items()}
    change: Counts = Counter()
    for id, counts, answers in counted(session, ids, calendar, followed):
        change.update(counts)
        row = known.get(id)
        if row is None:
            session.add(CountedCase(case_id=id, counts=pack(counts), followed=dict(answers)))
        else:
            change.subtract(unpack(row.counts))
            row.counts = pack(counts)
    session.flush()
    _apply(session, {key: by for key, by in change.items() if by})


def _apply(session: Session, change: dict[Key, int]) -> None:
    """Add `change` to the stored days; a cell that comes to nothing is removed."""
    for some in in_bits(sorted(change)):
        columns = tuple_(*(getattr(CaseDay, name) for name in Key.__slots__))
        wanted = [tuple(getattr(key, name) for name in Key.__slots__) for key in some]
        stored = {
            key_of(row): row
            for row in session.scalars(
                select(CaseDay).where(columns.in_(wanted)).execution_options(populate_existing=True)
            )
        }
        fresh = []
        for key in some:
            row = stored.get(key)
            if row is None:
                fresh.append(_as_row(key, change[key]))
            elif row.count + change[key]:
                row.count += change[key]
            else:
                session.delete(row)
        session.flush()
        if fresh:
            session.execute(insert(CaseDay), fresh)


def _as_row(key: Key, count: int) -> dict[str, Any]:
    return {
        **{name: getattr(key, name) for name in Key.__slots__},
        "month": Month.of(key.day).code,
        "count": count,
    }


def key_of(row: CaseDay) -> Key:
    """The cell a row holds."""
    return Key(*(getattr(row, name) for name in Key.__slots__))
