"""Prove the days' counts: everything worked out again from cases, log and messages, and laid beside what is stored.

It only reads, so it may take its time while others write: the session sees one moment. What was logged after the last
gathering is not expected to be counted yet, and is left as it was counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent
from assistant.cases.models import Case
from assistant.cases.workdays import OFFICIAL, Calendar
from assistant.statistics.facts import Counts, Key, unpack
from assistant.statistics.gathering import MARK
from assistant.statistics.gathering_messages import MESSAGE_KEY, MessageKey, message_counts
from assistant.statistics.histories import counted, in_bits
from assistant.statistics.models import CaseDay, CountedCase, Gathered, MessageDay
from assistant.statistics.periods import Month

_STREAMED = {"yield_per": 5_000}


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is not what its rows say."""

    what: str
    stored: int
    true: int


def verify(session: Session, calendar: Calendar = OFFICIAL) -> list[Difference]:
    """Every stored count that differs from its rows, worst first; empty when all is well."""
    mark = session.get(Gathered, MARK)
    event_seq, message_id = (mark.event_seq, mark.message_id) if mark else (0, 0)
    true: Counts = Counter()
    found = list(_wrong_cases(session, event_seq, calendar, true))
    stored_days: Counter[Any] = Counter()
    stored_messages: Counter[Any] = Counter()
    found += _wrong_months(session, CaseDay, Key.__slots__, stored_days)
    found += _wrong_months(session, MessageDay, MESSAGE_KEY, stored_messages)
    found += _differences(stored_days, Counter({_as_tuple(key): true[key] for key in true}))
    found += _differences(stored_messages, message_counts(session, 0, message_id))
    return sorted(found, key=lambda one: -abs(one.stored - one.true))


def _wrong_cases(
    session: Session, event_seq: int, calendar: Calendar, true: Counts
) -> Iterator[Difference]:
    """Cases whose own record of what they added is wrong; the right counts are added to `true`."""
    younger = set(
        session.scalars(
            select(AuditEvent.subject_id)
            .distinct()
            .where(AuditEvent.seq > event_seq, AuditEvent.subject_kind == "case")
        )
    )
    for some in in_bits(session.scalars(select(Case.id).order_by(Case.id)).all()):
        rows = select(CountedCase.case_id, CountedCase.counts).where(CountedCase.case_id.in_(some))
        recorded = {id: unpack(counts) for id, counts in session.execute(rows)}
        for id, counts, _ in counted(session, some, calendar, {}):
            added = recorded.get(id, Counter())
            if str(id) in younger:
                true.update(added)
                continue
            true.update(counts)
            for one in _differences(_by_tuple(added), _by_tuple(counts)):
                yield Difference(f"第{id}件 {one.what}", one.stored, one.true)


def _wrong_months(
    session: Session, table: Any, names: tuple[str, ...], stored: Counter[Any]
) -> Iterator[Difference]:
    """Rows that stand in a month their day is not of; every row is added to `stored`."""
    columns = [getattr(table, name) for name in (*names, "month", "count")]
    for *key, month, count in session.execute(select(*columns), execution_options=_STREAMED):
        stored[tuple(key)] += count
        right = Month.of(key[0]).code
        if month != right:
            yield Difference(f"{_named(tuple(key))} 所在月份", month, right)


def _differences(stored: Counter[Any], true: Counter[Any]) -> list[Difference]:
    return [
        Difference(_named(key), stored[key], true[key])
        for key in sorted(stored.keys() | true.keys())
        if stored[key] != true[key]
    ]


def _as_tuple(key: Key) -> tuple[Any, ...]:
    return tuple(getattr(key, name) for name in Key.__slots__)


def _by_tuple(counts: Counts) -> Counter[Any]:
    return Counter({_as_tuple(key): count for key, count in counts.items()})


def _named(key: tuple[Any, ...] | MessageKey) -> str:
    return " ".join(str(part) for part in key if part not in ("", 0))
