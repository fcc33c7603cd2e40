"""The cases behind a cell of the figures: for the staff alone, never for the public."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.states import CaseStatus
from assistant.errors import Forbidden
from assistant.staff.roles import Actor, Role
from assistant.statistics.facts import Key, Measure, unpack
from assistant.statistics.models import CountedCase
from assistant.statistics.periods import Span

# Those whose reading is bound to no office.
READERS = frozenset({Role.REVIEWER, Role.SIGNER, Role.SUPERVISOR, Role.AUDITOR})
ANSWERED = (Measure.ON_TIME, Measure.LATE)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CellOf:
    """A cell: what was counted, in which days, of which kind, office and channel (None: of all)."""

    measures: Collection[Measure]
    span: Span
    kind: str | None = None
    office_id: str | None = None
    channel: str | None = None
    result: str | None = None

    def holds(self, key: Key) -> bool:
        """Whether one of the days' counts is of this cell."""
        return (
            key.measure in self.measures
            and key.day in self.span
            and self.result in (None, key.result)
            and self.kind in (None, key.kind)
            and self.office_id in (None, key.office_id)
            and self.channel in (None, key.channel)
        )


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One case, when it was counted in the cell and how often."""

    case_id: int
    receipt_no: str
    title: str
    kind: CaseKind
    status: CaseStatus
    office_id: str | None
    days: tuple[date, ...]
    count: int


def cases_behind(
    session: Session, actor: Actor, cell: CellOf, limit: int = 50, before_id: int | None = None
) -> Sequence[BehindRow]:
    """The cases counted in `cell`, the newest first, those before `before_id` where one is named.

    What each case adds is read from what it was counted by, so the sum of `count` over all is the cell. `Forbidden`
    for roles that do not read all cases.
    """
    require_reader(actor)
    found: list[BehindRow] = []
    for row in _all(session, cell, before_id):
        found.append(row)
        if len(found) == limit:
            break
    return found


def require_reader(actor: Actor) -> None:
    """`Forbidden` for those who may not read every case."""
    if actor.role not in READERS:
        raise Forbidden("数字背后的件由审核人、签发人、督办和审计查看。")


def _all(session: Session, cell: CellOf, before_id: int | None) -> Iterator[BehindRow]:
    last = before_id
    while True:
        query = (
            select(Case, CountedCase.counts)
            .join(CountedCase, CountedCase.case_id == Case.id)
            .where(Case.counted_on <= cell.span.last)
            .order_by(Case.id.desc())
            .limit(_AT_ONCE)
        )
        if last is not None:
            query = query.where(Case.id < last)
        if cell.kind is not None:
            query = query.where(Case.kind == CaseKind(cell.kind))
        if set(cell.measures) == {Measure.RECEIVED}:
            query = query.where(Case.counted_on >= cell.span.first)
        rows = session.execute(query).all()
        for case, counts in rows:
            keys = {key: n for key, n in unpack(counts).items() if cell.holds(key)}
            if keys:
                yield BehindRow(
                    case_id=case.id,
                    receipt_no=case.receipt_no,
                    title=case.title,
                    kind=case.kind,
                    status=case.status,
                    office_id=case.office_id,
                    days=tuple(sorted({key.day for key in keys})),
                    count=sum(keys.values()),
                )
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1][0].id
