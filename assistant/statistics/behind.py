"""The cases behind a cell of the figures: for the staff alone, never for the public."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.states import CaseStatus
from assistant.errors import Forbidden
from assistant.staff.roles import Actor, Role
from assistant.statistics.facts import Key, Measure, unpack
from assistant.statistics.models import CountedCase
from assistant.statistics.periods import FIRST_YEAR, Span

# Those whose reading is bound to no office.
READERS = frozenset({Role.REVIEWER, Role.SIGNER, Role.SUPERVISOR, Role.AUDITOR})
ANSWERED = (Measure.ON_TIME, Measure.LATE)
_AT_ONCE = 500
_BEGINNING = date(FIRST_YEAR, 1, 1)


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One case, when it was counted in the cell and what it adds; `values`: what was measured of it, e.g. days."""

    case_id: int
    receipt_no: str
    title: str
    kind: CaseKind
    status: CaseStatus
    office_id: str | None
    days: tuple[date, ...]
    count: int
    values: tuple[int, ...] = ()


class Cell(Protocol):
    """A number that cases stand behind: the sum of their `count` is the number."""

    def rows(self, session: Session, before_id: int | None) -> Iterator[BehindRow]:
        """The cases, the newest first, those before `before_id` where one is named."""


def cases_behind(
    session: Session, actor: Actor, cell: Cell, limit: int = 50, before_id: int | None = None
) -> Sequence[BehindRow]:
    """The first `limit` cases of `cell`. `Forbidden` for roles that do not read all cases."""
    require_reader(actor)
    return list(itertools.islice(cell.rows(session, before_id), limit))


@dataclass(frozen=True, slots=True)
class CellOf:
    """What was counted in some days, of which kind, office, channel and applicant class (None: of all).

    `minus`: what is taken off again; a balance is everything received less everything ended.
    """

    measures: Collection[Measure]
    span: Span
    kind: str | None = None
    office_id: str | None = None
    channel: str | None = None
    results: Collection[str] | None = None
    applicant: str | None = None
    minus: Collection[Measure] = ()

    def holds(self, key: Key) -> bool:
        """Whether one of the days' counts is of this cell."""
        return (
            (key.measure in self.measures or key.measure in self.minus)
            and key.day in self.span
            and (self.results is None or key.result in self.results)
            and self.kind in (None, key.kind)
            and self.office_id in (None, key.office_id)
            and self.channel in (None, key.channel)
            and self.applicant in (None, key.applicant)
        )

    def rows(self, session: Session, before_id: int | None) -> Iterator[BehindRow]:
        """Read from what each case was counted by, so the sum over all is the cell."""
        for case, counts in self._counted(session, before_id):
            keys = {key: n for key, n in unpack(counts).items() if self.holds(key)}
            count = sum(-n if key.measure in self.minus else n for key, n in keys.items())
            if count:
                values = itertools.chain.from_iterable([key.value] * n for key, n in keys.items())
                days = tuple(sorted({key.day for key in keys}))
                yield behind_row(case, days, count, tuple(values))

    def _looks_counted(self) -> Iterator[ColumnElement[bool]]:
        """Passes every case of the cell and few others, so that a rare thing is found among very many."""
        yield or_(*(_mentions(f'"{measure.value}"') for measure in self.measures))
        if self.span.first.year == self.span.last.year:
            yield _mentions(f'"{self.span.first.year}-')

    def _counted(
        self, session: Session, before_id: int | None
    ) -> Iterator[tuple[Case, dict[str, Any]]]:
        last = before_id
        while True:
            query = (
                select(Case, CountedCase.counts)
                .join(CountedCase, CountedCase.case_id == Case.id)
                .where(Case.counted_on <= self.span.last, *self._looks_counted())
                .order_by(Case.id.desc())
                .limit(_AT_ONCE)
            )
            if last is not None:
                query = query.where(Case.id < last)
            if self.kind is not None:
                query = query.where(Case.kind == CaseKind(self.kind))
            if set(self.measures) == {Measure.RECEIVED} and not self.minus:
                query = query.where(Case.counted_on >= self.span.first)
            rows = session.execute(query).all()
            yield from ((case, counts) for case, counts in rows)
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1][0].id


def _mentions(words: str) -> ColumnElement[bool]:
    """Whether a case's counts, which are JSON, have these words in them."""
    return cast(CountedCase.counts, Text).contains(words, autoescape=True)


def still_open(cell: CellOf) -> CellOf:
    """Of the same cases those without a result at the end of its days: all received less all ended."""
    return replace(
        cell,
        measures=(Measure.RECEIVED,),
        minus=(Measure.ENDED,),
        span=Span(_BEGINNING, cell.span.last),
    )


def behind_row(
    case: Case, days: tuple[date, ...], count: int, values: tuple[int, ...] = ()
) -> BehindRow:
    """A case as the list shows it."""
    return BehindRow(
        case_id=case.id,
        receipt_no=case.receipt_no,
        title=case.title,
        kind=case.kind,
        status=case.status,
        office_id=case.office_id,
        days=days,
        count=count,
        values=values,
    )


def require_reader(actor: Actor) -> None:
    """`Forbidden` for those who may not read every case."""
    if actor.role not in READERS:
        raise Forbidden("数字背后的件由审核人、签发人、督办和审计查看。")
