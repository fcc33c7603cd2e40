"""What nobody does: the worker's verbs. Each may run as often as it likes and acts once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.actions.applying import receive_opinion
from assistant.cases.actions.handling import close
from assistant.cases.actions.moving import clock_columns, clock_of, load, move
from assistant.cases.kinds import Family
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.rules import Rules
from assistant.cases.states import (
    OPEN_STATUSES,
    CaseAction,
    CaseStatus,
)
from assistant.disclosure.parties import Opinion
from assistant.staff.roles import SYSTEM, Actor

# A claimed case nobody has touched for so many working days goes back to its office.
IDLE_WORKDAYS = 3
# A reply nobody has objected to for so long is done.
CLOSE_AFTER = timedelta(days=15)
_AT_ONCE = 200


def log_overdue(session: Session, now: datetime) -> int:
    """Log every case whose due date has passed, once, dated the first day after it."""
    today = local_date(now)
    late = session.scalars(
        select(Case.id)
        .where(
            Case.status.in_(OPEN_STATUSES),
            Case.due_on < today,
            Case.overdue_for.is_distinct_from(Case.due_on),
        )
        .order_by(Case.id)
        .limit(_AT_ONCE)
    ).all()
    for case_id in late:
        case = load(session, case_id)
        if case.due_on is None or case.overdue_for == case.due_on:
            continue
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
    return len(late)


def resume_silent(session: Session, now: datetime, rules: Rules) -> int:
    """End consultations whose period has passed without an answer: the clock goes on."""
    today = local_date(now)
    waiting = session.scalars(
        select(Case.id)
        .where(Case.status == CaseStatus.CONSULTING, Case.waiting_until < today)
        .limit(_AT_ONCE)
    ).all()
    for case_id in waiting:
        receive_opinion(session, SYSTEM, case_id, Opinion.SILENT, now, rules=rules)
    return len(waiting)


def release_idle(session: Session, now: datetime, rules: Rules) -> int:
    """Put back claimed cases that nobody has touched for `IDLE_WORKDAYS`."""
    last_day = _workdays_ago(local_date(now), IDLE_WORKDAYS, rules)
    held = session.scalars(
        select(Case.id)
        .where(Case.status == CaseStatus.CLAIMED, Case.touched_at.is_not(None))
        .order_by(Case.id)
    ).all()
    idle = [case for case_id in held if _is_idle(case := load(session, case_id), last_day)]
    for case in idle:
        move(session, case, CaseAction.RELEASE, SYSTEM, now, changes={"handler_id": None})
    return len(idle)


def close_settled(session: Session, now: datetime) -> int:
    """Close what was answered `CLOSE_AFTER` ago and nobody has come back about."""
    settled = session.scalars(
        select(Case.id)
        .where(
            Case.status.in_((CaseStatus.SENT, CaseStatus.DELIVERED)),
            Case.touched_at < now - CLOSE_AFTER,
        )
        .limit(_AT_ONCE)
    ).all()
    closable = [case for case_id in settled if _is_closable(case := load(session, case_id))]
    for case in closable:
        close(session, SYSTEM, case.id, now)
    return len(closable)


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


def recompute_all(session: Session, actor: Actor, now: datetime, rules: Rules) -> int:
    """Every open case, after a holiday notice or a promise has changed; how many dates moved."""
    ids = session.scalars(
        select(Case.id)
        .where(Case.status.in_(OPEN_STATUSES), Case.clock_from_on.is_not(None))
        .order_by(Case.id)
    ).all()
    return sum(recompute(session, actor, case_id, now, rules) for case_id in ids)


def _is_idle(case: Case, last_day: date) -> bool:
    return case.touched_at is not None and local_date(case.touched_at) < last_day


def _is_closable(case: Case) -> bool:
    # An application is closed only after its delivery has been recorded.
    return case.kind.family is Family.INQUIRY or case.status is CaseStatus.DELIVERED


def _workdays_ago(today: date, count: int, rules: Rules) -> date:
    day = today
    while count:
        day -= timedelta(days=1)
        count -= rules.calendar.is_workday(day)
    return day
