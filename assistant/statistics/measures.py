"""Sums over the days' counts: the only way figures read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.conversation.models import Conversation, Message
from assistant.settings import SHANGHAI
from assistant.statistics.facts import Measure
from assistant.statistics.gathering_messages import RECORD
from assistant.statistics.models import CaseDay, Gathered, MessageDay
from assistant.statistics.periods import Month, Span

Row = tuple[Any, ...]


def sum_cases(
    session: Session,
    measure: Measure,
    span: Span,
    by: Sequence[str] = (),
    **only: str | int | Sequence[str],
) -> Counter[Row]:
    """How often `measure` happened in `span`, by the named columns of `CaseDay` (month, kind, office_id, …).

    `only` restricts columns to a value or to one of several. Keys are tuples in the order of `by`; `()` without.
    """
    columns = [getattr(CaseDay, name) for name in by]
    query = (
        select(*columns, func.sum(CaseDay.count))
        .where(CaseDay.measure == measure.value, CaseDay.day.between(span.first, span.last))
        .group_by(*columns)
    )
    for name, wanted in only.items():
        column = getattr(CaseDay, name)
        is_one = isinstance(wanted, str | int)
        query = query.where(column == wanted if is_one else column.in_(wanted))
    return Counter({tuple(row[:-1]): int(row[-1] or 0) for row in session.execute(query)})


def count_messages(session: Session, span: Span, by: Sequence[str] = ()) -> Counter[Row]:
    """Questions asked in `span`, by the named columns of `MessageDay` (month, outcome, channel, record_id)."""
    columns = [getattr(MessageDay, name) for name in by]
    query = (
        select(*columns, func.sum(MessageDay.count))
        .where(MessageDay.day.between(span.first, span.last))
        .group_by(*columns)
    )
    found = Counter({tuple(row[:-1]): int(row[-1] or 0) for row in session.execute(query)})
    found.update(_young_messages(session, span, by))
    return found


def _young_messages(session: Session, span: Span, by: Sequence[str]) -> Counter[Row]:
    """Those of the last minutes, which the days' counts do not hold yet."""
    counted = session.scalar(select(Gathered.message_id)) or 0
    query = (
        select(Message.asked_at, Message.outcome, Conversation.channel, RECORD)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id > counted)
    )
    found: Counter[Row] = Counter()
    for asked_at, outcome, channel, record_id in session.execute(query):
        day = asked_at.astimezone(SHANGHAI).date()
        if (
            day not in span
        ):  # here, not in the query: by its dates the database would read the whole year
            continue
        parts: Mapping[str, Any] = {
            "day": day,
            "month": Month.of(day).code,
            "outcome": outcome,
            "channel": channel,
            "record_id": record_id,
        }
        found[tuple(parts[name] for name in by)] += 1
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, over `count` cases: working days; None where nothing was counted."""

    count: int
    average: float | None
    median: float | None
    p90: int | None


def spread_of(histogram: Mapping[int, int]) -> Spread:
    """Average, median (the mean of the middle two) and 90th percentile (nearest rank) of value → count."""
    count = sum(histogram.values())
    if not count:
        return Spread(0, None, None, None)
    total = sum(value * number for value, number in histogram.items())
    low, high = _at_rank(histogram, (count + 1) // 2), _at_rank(histogram, count // 2 + 1)
    return Spread(count, total / count, (low + high) / 2, _at_rank(histogram, -(-count * 9 // 10)))


def _at_rank(histogram: Mapping[int, int], rank: int) -> int:
    """The `rank`-th smallest value, counted from 1."""
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= rank:
            return value
    raise ValueError("rank beyond the count")


def share(part: int, whole: int) -> float | None:
    """`part` of `whole`; None where there is nothing to have a share of."""
    return part / whole if whole else None


def first_day(session: Session) -> date | None:
    """The first day anything was counted on."""
    cases, asked = (session.scalar(select(func.min(table.day))) for table in (CaseDay, MessageDay))
    return min((day for day in (cases, asked) if day), default=None)
