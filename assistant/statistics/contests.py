"""Table 4 of the annual report: reconsideration and litigation in a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.models import Contest
from assistant.statistics.models import OpeningFigure
from assistant.statistics.periods import Span

Cell = tuple[ContestKind, ContestResult]


def cell_key(kind: ContestKind, result: ContestResult) -> str:
    """The name of a cell where it is entered by hand."""
    return f"{kind.value}.{result.value}"


_KEYS = {cell_key(kind, result): (kind, result) for kind in ContestKind for result in ContestResult}


def contest_table(session: Session, span: Span) -> Mapping[Cell, int]:
    """Decisions of the period by result, and what was still undecided at its end (尚未审结)."""
    found: Counter[Cell] = Counter()
    decided = session.execute(
        select(Contest.kind, Contest.result, func.count())
        .where(Contest.decided_on.between(span.first, span.last))
        .group_by(Contest.kind, Contest.result)
    )
    for kind, result, count in decided:
        found[kind, result] += count
    pending = session.execute(
        select(Contest.kind, func.count())
        .where(
            Contest.filed_on <= span.last,
            or_(Contest.decided_on.is_(None), Contest.decided_on > span.last),
        )
        .group_by(Contest.kind)
    )
    for kind, count in pending:
        found[kind, ContestResult.PENDING] += count
    found.update(entered_contests(session, span))
    return {cell: found[cell] for cell in _KEYS.values()}


def entered_contests(session: Session, span: Span) -> Counter[Cell]:
    """What of the table was entered by hand: no case of ours stands behind it."""
    # 尚未审结 is a state at the period's end, so an entry counts only where the period ends with its day.
    waiting = [key for key, (_, result) in _KEYS.items() if result is ContestResult.PENDING]
    entered = session.execute(
        select(OpeningFigure.row, func.sum(OpeningFigure.count))
        .where(
            OpeningFigure.on.between(span.first, span.last),
            OpeningFigure.row.in_(list(_KEYS)),
            or_(OpeningFigure.row.not_in(waiting), OpeningFigure.on == span.last),
        )
        .group_by(OpeningFigure.row)
    )
    return Counter({_KEYS[row]: int(count) for row, count in entered})
