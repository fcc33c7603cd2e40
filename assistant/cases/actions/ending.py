"""What follows a reply, or takes its place: delivered, closed, filed away, withdrawn, rated, handled again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from assistant.cases.actions.moving import let_go, load, move
from assistant.cases.clock import ClockAct, ClockEvent
from assistant.cases.intake import NOTE_MAX, checked_text
from assistant.cases.kinds import Family, Resolution
from assistant.cases.models import Case, Rating
from assistant.cases.opening import local_date
from assistant.cases.rules import SHIPPED, Rules
from assistant.cases.states import CaseAction
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Conflict, Invalid
from assistant.staff.roles import Actor, Party

# A score of 2 or less says dissatisfied, of five (好差评: 非常不满意、不满意).
DISSATISFIED = 2


def deliver(
    session: Session, actor: Actor, case_id: int, delivered_on: date, now: datetime
) -> Case:
    """Record the day the reply reached the applicant: their periods for a remedy count from it."""
    case = load(session, case_id)
    sent_on = local_date(case.replied_at) if case.replied_at else delivered_on
    if not sent_on <= delivered_on <= local_date(now):
        raise Invalid("送达日期应在答复日期和今天之间。", field="delivered_on")
    changes = {"delivered_on": delivered_on}
    evidence = {"delivered_on": delivered_on.isoformat()}
    return move(session, case, CaseAction.DELIVER, actor, now, changes=changes, evidence=evidence)


def close(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
    """Nothing more is to be done."""
    changes = {"closed_at": now}
    return move(session, load(session, case_id), CaseAction.CLOSE, actor, now, changes=changes)


def archive(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
    """File it away (归档); it is read from then on, never changed."""
    return move(session, load(session, case_id), CaseAction.ARCHIVE, actor, now)


def withdraw(
    session: Session, actor: Actor, case_id: int, now: datetime, reason: str | None = None
) -> Case:
    """The citizen takes it back; an application then counts under 其他处理—其他."""
    case = load(session, case_id)
    is_application = case.kind.family is Family.DISCLOSURE
    changes = {
        "closed_at": now,
        "merged_into_id": None,
        "outcome": Outcome.OTHER_OTHER if is_application else None,
        "resolution": None if is_application else Resolution.WITHDRAWN,
    }
    move(session, case, CaseAction.WITHDRAW, actor, now, changes=changes, reason=reason)
    let_go(session, case, now)
    return case


def rate(
    session: Session,
    actor: Actor,
    case_id: int,
    score: int,
    now: datetime,
    reason: str | None = None,
    rules: Rules = SHIPPED,
) -> Case:
    """Take the citizen's rating, once (好差评); dissatisfaction with a reason reopens the case, once."""
    if not 1 <= score <= 5:
        raise Invalid("请选择一个评价。", field="score")
    case = load(session, case_id)
    if session.get(Rating, case.id) is not None:
        raise Conflict("您已经评价过这件，谢谢。")
    words = checked_text(reason, NOTE_MAX, "reason") if reason and reason.strip() else None
    move(session, case, CaseAction.RATE, actor, now, evidence={"score": score})
    session.add(Rating(case_id=case.id, score=score, reason=words, rated_at=now))
    session.flush()
    if score <= DISSATISFIED and words and not case.reopened:
        return reopen(session, actor, case_id, words, now, rules)
    return case


def reopen(
    session: Session,
    actor: Actor,
    case_id: int,
    reason: str,
    now: datetime,
    rules: Rules = SHIPPED,
) -> Case:
    """Handle it again (重办): back to its office, with a new period. A citizen's dissatisfaction can do so once."""
    case = load(session, case_id)
    if actor.role is Party.PUBLIC and case.reopened:
        raise Conflict("这件已经重办过一次。对处理仍不满意的，可以拨打 12345。")
    if case.resolution is not Resolution.ANSWERED:
        raise Conflict(
            f"这件是“{case.resolution.label if case.resolution else '未答复'}”，不能重办。"
        )
    changes = {
        "handler_id": None,
        "resolution": None,
        "replied_at": None,
        "closed_at": None,
        "delivered_on": None,
        "reopened": case.reopened + 1,
    }
    acts = [ClockEvent(ClockAct.START, local_date(now))]
    return move(
        session,
        case,
        CaseAction.REOPEN,
        actor,
        now,
        changes=changes,
        clock=acts,
        rules=rules,
        reason=reason,
    )
