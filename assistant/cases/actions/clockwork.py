"""What nobody does: the worker's verbs. Each may run as often as it likes and acts once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.actions.applying import receive_opinion
from assistant.cases.actions.ending import close
from assistant.cases.actions.moving import clock_columns, clock_of, load, move, require_allowed
from assistant.cases.kinds import CaseKind, Family
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.rules import Rules
from assistant.cases.states import (
    OPEN_STATUSES,
    CaseAction,
    CaseStatus,
    next_step,
)
from assistant.disclosure.parties import Opinion
from assistant.staff.roles import SYSTEM, Actor

# A claimed case nobody has touched for so many working days goes back to its office.
IDLE_WORKDAYS = 3
# A reply nobody has objected to for so long is done.
CLOSE_AFTER = timedelta(days=15)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing the worker sees to: which cases are due for it, and what is done to one of them.

    `act` looks again and returns whether anything was left to do: two workers may have found the same case.
    """

    name: str
    find: Callable[[Session, datetime, Rules], Sequence[int]]
    act: Callable[[Session, int, datetime, Rules], bool]


def run_chore(chore: Chore, session: Session, now: datetime, rules: Rules) -> int:
    """All of it in one transaction; the worker takes one for each case."""
    return sum(
        chore.act(session, case_id, now, rules) for case_id in chore.find(session, now, rules)
    )


def _late(session: Session, now: datetime, _rules: Rules) -> Sequence[int]:
    return session.scalars(
        select(Case.id)
        .where(
            Case.status.in_(OPEN_STATUSES),
            Case.due_on < local_date(now),
            Case.overdue_for.is_distinct_from(Case.due_on),
        )
        .order_by(Case.id)
        .limit(_AT_ONCE)
    ).all()


def _log_overdue(session: Session, case_id: int, now: datetime, _rules: Rules) -> bool:
    case = load(session, case_id)
    is_open = case.status in OPEN_STATUSES
    if not is_open or case.due_on is None or case.overdue_for == case.due_on:
        return False
    since = case.due_on + timedelta(days=1)
    move(
        session,
        case,
        CaseAction.OVERDUE,
        SYSTEM,
        now,
        changes={"overdue_for": case.due_on, "touched_at": case.touched_at},
        evidence={"since": since.isoformat()},
    )
    return True


def _unanswered(session: Session, now: datetime, _rules: Rules) -> Sequence[int]:
    return session.scalars(
        select(Case.id)
        .where(Case.status == CaseStatus.CONSULTING, Case.waiting_until < local_date(now))
        .order_by(Case.id)
        .limit(_AT_ONCE)
    ).all()


def _resume(session: Session, case_id: int, now: datetime, rules: Rules) -> bool:
    if load(session, case_id).status is not CaseStatus.CONSULTING:
        return False
    receive_opinion(session, SYSTEM, case_id, Opinion.SILENT, now, rules=rules)
    return True


def _idle(session: Session, now: datetime, rules: Rules) -> Sequence[int]:
    held = session.execute(
        select(Case.id, Case.touched_at)
        .where(Case.status == CaseStatus.CLAIMED, Case.touched_at.is_not(None))
        .order_by(Case.id)
    ).all()
    last_day = _workdays_ago(local_date(now), IDLE_WORKDAYS, rules)
    return [case_id for case_id, at in held if at is not None and local_date(at) < last_day]


def _release(session: Session, case_id: int, now: datetime, rules: Rules) -> bool:
    case = load(session, case_id)
    last_day = _workdays_ago(local_date(now), IDLE_WORKDAYS, rules)
    is_idle = case.touched_at is not None and local_date(case.touched_at) < last_day
    if case.status is not CaseStatus.CLAIMED or not is_idle:
        return False
    move(session, case, CaseAction.RELEASE, SYSTEM, now, changes={"handler_id": None})
    return True


def _settled(session: Session, now: datetime, _rules: Rules) -> Sequence[int]:
    # An application is closed only after its delivery has been recorded.
    is_inquiry = Case.kind.in_([kind for kind in CaseKind if kind.family is Family.INQUIRY])
    is_over = (Case.status == CaseStatus.DELIVERED) | (
        is_inquiry & (Case.status == CaseStatus.SENT)
    )
    return session.scalars(
        select(Case.id)
        .where(is_over, Case.touched_at < now - CLOSE_AFTER)
        .order_by(Case.id)
        .limit(_AT_ONCE)
    ).all()


def _close(session: Session, case_id: int, now: datetime, _rules: Rules) -> bool:
    if load(session, case_id).status not in (CaseStatus.SENT, CaseStatus.DELIVERED):
        return False
    close(session, SYSTEM, case_id, now)
    return True


# Silence first: a clock that goes on may be late at once.
RESUME_SILENT = Chore("resume_silent", _unanswered, _resume)
LOG_OVERDUE = Chore("log_overdue", _late, _log_overdue)
RELEASE_IDLE = Chore("release_idle", _idle, _release)
CLOSE_SETTLED = Chore("close_settled", _settled, _close)
CHORES = (RESUME_SILENT, LOG_OVERDUE, RELEASE_IDLE, CLOSE_SETTLED)


def recompute(session: Session, actor: Actor, case_id: int, now: datetime, rules: Rules) -> bool:
    """Work the case's dates out again; an event says so where the due date changed."""
    case = load(session, case_id)
    if case.status not in OPEN_STATUSES or case.clock_from_on is None:
        return False
    fresh = clock_columns(clock_of(session, case, rules))
    if all(getattr(case, name) == value for name, value in fresh.items()):
        return False
    before = case.due_on.isoformat() if case.due_on else None
    fresh |= {"touched_at": case.touched_at}
    move(
        session,
        case,
        CaseAction.RECOMPUTE,
        actor,
        now,
        changes=fresh,
        evidence={"due_before": before},
    )
    return True


def ask_recompute(
    session: Session, actor: Actor, case_id: int, now: datetime, rules: Rules
) -> bool:
    """`recompute` for somebody who asks: they must be allowed to even where nothing is left to change."""
    case = load(session, case_id)
    step = next_step(case.kind, case.status, CaseAction.RECOMPUTE)
    require_allowed(actor, case, CaseAction.RECOMPUTE, step)
    return recompute(session, actor, case_id, now, rules)


def recompute_all(session: Session, actor: Actor, now: datetime, rules: Rules) -> int:
    """Every open case, after a holiday notice or a promise has changed; how many dates moved."""
    ids = session.scalars(
        select(Case.id)
        .where(Case.status.in_(OPEN_STATUSES), Case.clock_from_on.is_not(None))
        .order_by(Case.id)
    ).all()
    return sum(recompute(session, actor, case_id, now, rules) for case_id in ids)


def _workdays_ago(today: date, count: int, rules: Rules) -> date:
    day = today
    while count:
        day -= timedelta(days=1)
        count -= rules.calendar.is_workday(day)
    return day
