"""Bring the days' counts up to date, and prove them against the rows they came from.

The log is one line in which nothing is ever inserted before what is there, so "every case with an event after the
last one counted" misses none. A case counted before is taken out and counted again. Messages have no such line: they
are counted when they are old enough that no transaction still holds an earlier one; what is younger is counted from
its rows (`measures.count_messages`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent, AuditHead
from assistant.cases.models import Case
from assistant.cases.workdays import OFFICIAL, Calendar
from assistant.conversation.models import Message, Outcome
from assistant.disclosure.form import ApplicantClass
from assistant.settings import SHANGHAI
from assistant.statistics.facts import Counts, Key, Subject, counts_of, pack, unpack
from assistant.statistics.gathering_messages import (
    MessageKey,
    gather_messages,
    message_counts,
    stored_messages,
)
from assistant.statistics.models import CaseDay, CountedCase, Gathered, MessageDay
from assistant.statistics.periods import Month

FOLLOWED_WITHIN = timedelta(hours=24)
_MARK = 1
_AT_ONCE = 500


def gather(
    session: Session, now: datetime, calendar: Calendar = OFFICIAL, limit: int | None = None
) -> int:
    """Count what has happened since the last time, at most about `limit` cases; returns how many cases it was.

    One at a time: whoever comes second waits, and then finds little left.
    """
    mark = session.scalar(
        select(Gathered)
        .where(Gathered.id == _MARK)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if mark is None:
        mark = Gathered(id=_MARK, event_seq=0, message_id=0)
        session.add(mark)
    moved, last = _moved_cases(session, mark.event_seq, limit)
    for some in _in_bits(sorted(moved)):
        _recount(session, some, calendar)
    gather_messages(session, mark, now)
    mark.event_seq, mark.at = last, now
    session.flush()
    return len(moved)


def is_current(session: Session) -> bool:
    """Whether every event of the log has been looked at."""
    head = session.scalar(select(AuditHead.seq)) or 0
    return head == (session.scalar(select(Gathered.event_seq)) or 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is not what its rows say."""

    what: str
    stored: int
    true: int


def verify(session: Session, now: datetime, calendar: Calendar = OFFICIAL) -> list[Difference]:
    """Gather, then work everything out again from cases, log and messages; what differs, worst first."""
    gather(session, now, calendar)
    mark = session.get_one(Gathered, _MARK)
    true: Counts = Counter()
    wanted = select(CountedCase.case_id, CountedCase.followed).order_by(CountedCase.case_id)
    followed = {id: _as_days(days) for id, days in session.execute(wanted)}
    for some in _in_bits(list(followed)):
        histories = _histories(session, some)
        for case in _cases(session, some):
            true += counts_of(_subject(case), histories[case.id], calendar, followed[case.id])
    found = _differences(_stored_counts(session), true)
    found += _differences(stored_messages(session), message_counts(session, 0, mark.message_id))
    return sorted(found, key=lambda one: -abs(one.stored - one.true))


def rebuild(session: Session, now: datetime, calendar: Calendar = OFFICIAL) -> int:
    """Throw the counts away and gather all of it again."""
    for table in (CaseDay, CountedCase, MessageDay, Gathered):
        session.execute(delete(table))
    session.expire_all()
    return gather(session, now, calendar)


def _moved_cases(session: Session, after: int, limit: int | None) -> tuple[set[int], int]:
    """The cases with events after `after`, and the last event this covers."""
    query = (
        select(AuditEvent.seq, AuditEvent.subject_id)
        .where(AuditEvent.seq > after, AuditEvent.subject_kind == "case")
        .order_by(AuditEvent.seq)
    )
    rows = session.execute(query.limit(limit) if limit else query).all()
    if limit and len(rows) == limit:
        return {int(id) for _, id in rows}, rows[-1].seq
    head = session.scalar(select(AuditHead.seq)) or 0
    return {int(id) for _, id in rows}, head


def _recount(session: Session, ids: Sequence[int], calendar: Calendar) -> None:
    before = {
        row.case_id: row
        for row in session.scalars(
            select(CountedCase)
            .where(CountedCase.case_id.in_(ids))
            .execution_options(populate_existing=True)
        )
    }
    histories = _histories(session, ids)
    change: Counts = Counter()
    for case in _cases(session, ids):
        known = before.get(case.id)
        followed = known.followed if known else _followed(session, case)
        counts = counts_of(_subject(case), histories[case.id], calendar, _as_days(followed))
        change.update(counts)
        if known is None:
            row = CountedCase(case_id=case.id, counts=pack(counts), followed=followed)
            session.add(row)
        else:
            change.subtract(unpack(known.counts))
            known.counts = pack(counts)
    session.flush()
    _apply(session, {key: by for key, by in change.items() if by})


def _apply(session: Session, change: dict[Key, int]) -> None:
    """Add `change` to the stored days; a cell that comes to nothing is removed."""
    for some in _in_bits(sorted(change)):
        columns = tuple_(*(getattr(CaseDay, name) for name in Key.__slots__))
        wanted = [tuple(getattr(key, name) for name in Key.__slots__) for key in some]
        stored = {
            _key_of(row): row
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


def _key_of(row: CaseDay) -> Key:
    return Key(*(getattr(row, name) for name in Key.__slots__))


def _cases(session: Session, ids: Sequence[int]) -> Sequence[Case]:
    return session.scalars(
        select(Case)
        .where(Case.id.in_(ids))
        .order_by(Case.id)
        .execution_options(populate_existing=True)
    ).all()


def _subject(case: Case) -> Subject:
    applicant = (case.details or {}).get("applicant")
    return Subject(
        kind=case.kind,
        office_id=case.office_id,
        channel=case.channel.value,
        applicant=ApplicantClass(applicant).value if applicant else None,
        counted_on=case.counted_on,
    )


def _histories(session: Session, ids: Sequence[int]) -> dict[int, list[AuditEvent]]:
    query = (
        select(AuditEvent)
        .where(
            AuditEvent.subject_kind == "case", AuditEvent.subject_id.in_([str(id) for id in ids])
        )
        .order_by(AuditEvent.seq)
    )
    found: dict[int, list[AuditEvent]] = defaultdict(list)
    for entry in session.scalars(query):
        found[int(entry.subject_id)].append(entry)
    return found


def _followed(session: Session, case: Case) -> dict[str, int]:
    """Answers in the case's conversation in the 24 hours before it, and after the case before it; by day."""
    if case.conversation_id is None:
        return {}
    earlier = session.scalar(
        select(func.max(Case.received_at)).where(
            Case.conversation_id == case.conversation_id,
            Case.received_at < case.received_at,
        )
    )
    since = case.received_at - FOLLOWED_WITHIN
    asked = session.scalars(
        select(Message.asked_at).where(
            Message.conversation_id == case.conversation_id,
            Message.outcome == Outcome.ANSWERED.value,
            Message.asked_at > max(since, earlier or since),
            Message.asked_at <= case.received_at,
        )
    )
    return dict(Counter(at.astimezone(SHANGHAI).date().isoformat() for at in asked))


def _stored_counts(session: Session) -> Counts:
    return Counter({_key_of(row): row.count for row in session.scalars(select(CaseDay))})


def _differences(stored: Counter[Any], true: Counter[Any]) -> list[Difference]:
    return [
        Difference(_named(key), stored[key], true[key])
        for key in sorted(stored.keys() | true.keys())
        if stored[key] != true[key]
    ]


def _named(key: Key | MessageKey) -> str:
    parts = (getattr(key, name) for name in Key.__slots__) if isinstance(key, Key) else key
    return " ".join(str(part) for part in parts if part not in ("", 0))


def _as_days(days: dict[str, int]) -> dict[date, int]:
    return {date.fromisoformat(day): count for day, count in days.items()}


def _in_bits(items: Iterable[Any]) -> Iterable[list[Any]]:
    numbered = enumerate(items)
    for _, bit in groupby(numbered, key=lambda one: one[0] // _AT_ONCE):
        yield [item for _, item in bit]
