"""Many cases at once: assign them, or merge them so that one reply answers all.

Each case is a verb of its own in a savepoint of its own: what is refused for one leaves the others done. Merged cases
are answered by `actions.send` of the one they were merged into; there is no other reply to many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.intake import checked_office
from assistant.cases.models import Case
from assistant.cases.states import CaseStatus
from assistant.errors import Conflict, Invalid, Refused
from assistant.staff.roles import Actor

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Done:
    """A case the step was taken for."""

    case_id: int
    receipt_no: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A case it was not taken for, and why, in words for the page. `receipt_no` None: there is no such case."""

    case_id: int
    receipt_no: str | None
    message: str


Result = Done | Refusal


def bulk_assign(
    session: Session, actor: Actor, case_ids: Iterable[int], office_id: str, now: datetime
) -> list[Result]:
    """Send each case to one office; one result a case, in the order given.

    `Invalid` for no cases, more than `MOST_AT_ONCE`, or what cannot be an office.
    """
    wanted = _checked(case_ids)
    if checked_office(office_id) is None:
        raise Invalid("请选择承办处室。", field="office_id")
    return _each(
        session, wanted, lambda case_id: actions.assign(session, actor, case_id, office_id, now)
    )


def bulk_merge(
    session: Session, actor: Actor, case_ids: Iterable[int], into_id: int, now: datetime
) -> list[Result]:
    """Merge each case into one, whose reply will answer all; one result a case, in the order given.

    `Invalid` for no cases or more than `MOST_AT_ONCE`. A case others were merged into is refused: they would be
    answered by nobody.
    """
    wanted = _checked(case_ids)
    mains = set(
        session.scalars(
            select(Case.merged_into_id).where(
                Case.merged_into_id.in_(wanted), Case.status == CaseStatus.MERGED
            )
        )
    )

    def merge_one(case_id: int) -> Case:
        if case_id in mains and case_id != into_id:
            raise Conflict("已有其他件并入这一件，请先取消那些并案。")
        return actions.merge(session, actor, case_id, into_id, now)

    return _each(session, wanted, merge_one)


def _checked(case_ids: Iterable[int]) -> list[int]:
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        raise Invalid("请至少选择一件。", field="case_ids")
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(f"一次最多处理{MOST_AT_ONCE}件，请分几次办理。", field="case_ids")
    return wanted


def _each(session: Session, wanted: Sequence[int], act: Callable[[int], Case]) -> list[Result]:
    """Always in the order of the ids, so that two who work on the same cases cannot wait for each other."""
    numbers = dict(
        session.execute(select(Case.id, Case.receipt_no).where(Case.id.in_(wanted))).all()
    )
    results: dict[int, Result] = {}
    for case_id in sorted(wanted):
        try:
            with session.begin_nested():
                case = act(case_id)
            results[case_id] = Done(case_id, case.receipt_no)
        except Refused as refusal:
            results[case_id] = Refusal(case_id, numbers.get(case_id), refusal.message)
    return [results[case_id] for case_id in wanted]
