"""The monthly table over the list of replies: how much was asked, answered and published. Sums only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.cases.kinds import CaseKind, Resolution
from assistant.cases.models import Case
from assistant.publication.models import Publication, PublicationStatus
from assistant.statistics.periods import Month

PUBLISHABLE = tuple(kind for kind in CaseKind if kind.rule.may_be_published)


@dataclass(frozen=True, slots=True)
class Counts:
    """留言数, 答复数 and 公开数."""

    received: int = 0
    replied: int = 0
    published: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.received + other.received,
            self.replied + other.replied,
            self.published + other.published,
        )


@dataclass(frozen=True, slots=True)
class MonthlyCounts:
    """The counts of months by kind; nothing but sums, of kinds whose replies may be published.

    A matter counts in the month it was received, a reply in the month it was sent, a publication in the month it
    went on the website; so the three of one month need not be of the same matters. What was withdrawn no longer counts.
    """

    months: tuple[Month, ...]
    cells: Mapping[tuple[Month, CaseKind], Counts]

    def of(self, month: Month | None = None, kind: CaseKind | None = None) -> Counts:
        """The sum over all months, all kinds, or both where none is named."""
        found = (
            counts
            for (own_month, own_kind), counts in self.cells.items()
            if month in (None, own_month) and kind in (None, own_kind)
        )
        return sum(found, Counts())


def monthly_counts(session: Session, months: Sequence[Month]) -> MonthlyCounts:
    """The sums of `months`, in the order given, in three queries."""
    is_publishable = Case.kind.in_(PUBLISHABLE)
    is_answered = Case.resolution == Resolution.ANSWERED
    is_published = Publication.status == PublicationStatus.PUBLISHED
    received = _by_month(session, months, Case.kind, Case.received_at, is_publishable)
    replied = _by_month(session, months, Case.kind, Case.replied_at, is_publishable & is_answered)
    published = _by_month(session, months, Publication.kind, Publication.published_at, is_published)
    cells = {
        (month, kind): Counts(received[month, kind], replied[month, kind], published[month, kind])
        for month in months
        for kind in PUBLISHABLE
    }
    return MonthlyCounts(tuple(months), cells)


def _by_month(
    session: Session,
    months: Sequence[Month],
    kind: InstrumentedAttribute[Any],
    moment: InstrumentedAttribute[Any],
    condition: ColumnElement[bool],
) -> Counter[tuple[Month, CaseKind]]:
    """Rows counted by month in one query; the bounds are ours, so that no dialect's dates have a say."""
    sums = [
        func.sum(
            case(((moment >= month.starts_at) & (moment < month.shifted(1).starts_at), 1), else_=0)
        )
        for month in months
    ]
    first, last = min(months).starts_at, max(months).shifted(1).starts_at
    within = (moment >= first) & (moment < last)
    rows = session.execute(select(kind, *sums).where(condition, within).group_by(kind))
    return Counter(
        {
            (month, CaseKind(row[0])): int(count)
            for row in rows
            for month, count in zip(months, row[1:], strict=True)
        }
    )
