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

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent, AuditHead
from assistant.cases.workdays import OFFICIAL, Calendar
from assistant.db import Database
from assistant.statistics.facts import Counts, Key, pack, unpack
from assistant.statistics.gathering_messages import gather_messages, last_settled
from assistant.statistics.histories import counted, in_bits
from assistant.statistics.models import CaseDay, CountedCase, Gathered, MessageDay
from assistant.statistics.periods import Month

MARK = 1
# Events of the log looked at in one transaction: well under a second of work, for SQLite has one writer, and on
# PostgreSQL whoever waits for the mark gives up after two (`db.make_engine`).
SLICE = 2_000


def gather(
    session: Session, now: datetime, calendar: Calendar = OFFICIAL, limit: int | None = None
) -> int:
    """Count what has happened since the last time; returns how many cases it was.

    At most `limit` events of the log are looked at, and as many questions. One at a time: whoever comes second waits,
    and then finds little left.
    """
    mark = _held_mark(session)
    last = _last_event(session, mark.event_seq, limit)
    moved = _moved_cases(session, mark.event_seq, last)
    for some in in_bits(moved):
        _recount(session, some, calendar)
    gather_messages(session, mark, now, limit)
    mark.event_seq, mark.at = last, now
    session.flush()
    return len(moved)


def gather_all(database: Database, now: datetime, calendar: Calendar = OFFICIAL) -> int:
    """`gather` until nothing is left, in transactions short enough for others to write between them.

    Returns how many cases it was, those counted again in another transaction once more.
    """
    with database.reading() as session:
        head, asked = _head(session), last_settled(session, now)
    moved, events, messages = 0, -1, -1
    while events < head or messages < asked:
        moved += database.write(lambda session: gather(session, now, calendar, SLICE))
        with database.reading() as session:
            events, messages = session.execute(
                select(Gathered.event_seq, Gathered.message_id)
            ).one()
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
        stored = _stored(session, some)
        fresh, moved, gone = [], [], []
        for key in some:
            id, count = stored.get(key, (None, 0))
            if id is None:
                fresh.append(_as_row(key, change[key]))
            elif count + change[key]:
                moved.append({"id": id, "count": count + change[key]})
            else:
                gone.append(id)
        if fresh:
            session.execute(insert(CaseDay), fresh)
        if moved:
            session.execute(update(CaseDay), moved)
        if gone:
            session.execute(delete(CaseDay).where(CaseDay.id.in_(gone)))


def _stored(session: Session, keys: Sequence[Key]) -> dict[Key, tuple[int, int]]:
    """Id and count of the rows there are for some of `keys`, and of others of their days."""
    # By the index's first two columns: naming 500 whole cells costs PostgreSQL a third of a second of planning.
    rows = session.execute(
        select(
            CaseDay.id, CaseDay.count, *(getattr(CaseDay, name) for name in Key.__slots__)
        ).where(
            CaseDay.measure.in_({key.measure for key in keys}),
            CaseDay.day.in_({key.day for key in keys}),
        )
    )
    return {Key(*cell): (id, count) for id, count, *cell in rows}


def _as_row(key: Key, count: int) -> dict[str, Any]:
    return {
        **{name: getattr(key, name) for name in Key.__slots__},
        "month": Month.of(key.day).code,
        "count": count,
    }
