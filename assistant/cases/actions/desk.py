"""The desk's verbs: confirm, accept, send to an office, send back, send on, put together, press."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from assistant.cases.actions.moving import let_go, load, merged_into, move
from assistant.cases.clock import ClockAct, ClockEvent
from assistant.cases.intake import checked_office
from assistant.cases.kinds import Resolution
from assistant.cases.models import Case
from assistant.cases.opening import local_date, next_number
from assistant.cases.rules import SHIPPED, Rules
from assistant.cases.states import (
    CaseAction,
    CaseStatus,
)
from assistant.errors import Conflict, Invalid
from assistant.staff.roles import Actor

REGISTER_SERIES = "disclosure.register"


def confirm(
    session: Session, actor: Actor, case_id: int, now: datetime, rules: Rules = SHIPPED
) -> Case:
    """Both sides have confirmed the application: its clock starts today.

    政府信息公开条例第三十一条第二、三项: what came by plain letter, web or fax counts from that confirmation.
    """
    case = load(session, case_id)
    return _start(session, case, CaseAction.CONFIRM, actor, now, local_date(now), rules)


def register(
    session: Session,
    actor: Actor,
    case_id: int,
    received_on: date,
    now: datetime,
    rules: Rules = SHIPPED,
) -> Case:
    """Enter an application that needs no confirmation: handed over in person, or signed for (第三十一条第一、二项)."""
    case = load(session, case_id)
    if received_on > local_date(now):
        raise Invalid("收到日期不能晚于今天。", field="received_on")
    return _start(session, case, CaseAction.REGISTER, actor, now, received_on, rules)


def accept(
    session: Session, actor: Actor, case_id: int, now: datetime, office_id: str | None = None
) -> Case:
    """Take the matter on as the bureau's own, for an office where one is named."""
    case = load(session, case_id)
    changes = {"office_id": checked_office(office_id)} if office_id else None
    return move(session, case, CaseAction.ACCEPT, actor, now, changes=changes)


def assign(session: Session, actor: Actor, case_id: int, office_id: str, now: datetime) -> Case:
    """Send it to the office whose matter it is."""
    case = load(session, case_id)
    changes = {"office_id": _office(office_id), "handler_id": None}
    return move(session, case, CaseAction.ASSIGN, actor, now, changes=changes)


def reassign(
    session: Session, actor: Actor, case_id: int, office_id: str, reason: str, now: datetime
) -> Case:
    """Take it from whoever has it and give it to another office; a draft in hand needs a new review."""
    case = load(session, case_id)
    changes = {"office_id": _office(office_id), "handler_id": None}
    return move(session, case, CaseAction.REASSIGN, actor, now, changes=changes, reason=reason)


def return_case(session: Session, actor: Actor, case_id: int, reason: str, now: datetime) -> Case:
    """An office gives back what is not its matter (退单), saying whose it is."""
    case = load(session, case_id)
    changes = {"office_id": None, "handler_id": None}
    return move(session, case, CaseAction.RETURN, actor, now, changes=changes, reason=reason)


def decline(session: Session, actor: Actor, case_id: int, reason: str, now: datetime) -> Case:
    """Not taken on; the citizen is told why and where to turn."""
    return _end(session, actor, case_id, CaseAction.DECLINE, Resolution.DECLINED, reason, now)


def transfer(session: Session, actor: Actor, case_id: int, reason: str, now: datetime) -> Case:
    """Sent on to the body whose matter it is; `reason` names it and how to reach it."""
    return _end(session, actor, case_id, CaseAction.TRANSFER, Resolution.TRANSFERRED, reason, now)


def merge(session: Session, actor: Actor, case_id: int, into_id: int, now: datetime) -> Case:
    """Answer this one by the reply to another; both stay in the figures, both citizens are answered."""
    case, main = load(session, case_id), load(session, into_id)
    if main.id == case.id:
        raise Invalid("不能并入自己。", field="into_id")
    if main.kind.family is not case.kind.family:
        raise Invalid("依申请公开要逐件答复，不能与其他诉求并案。", field="into_id")
    if main.status not in (CaseStatus.RECEIVED, CaseStatus.ACCEPTED, CaseStatus.CLAIMED):
        raise Conflict(f"主件现在是“{main.status.label}”，不能再并入。")
    if merged_into(session, case):
        raise Conflict("这件已有别的件并入，请先取消那些并案，或者反过来并。")
    changes = {"merged_into_id": main.id, "office_id": main.office_id, "handler_id": None}
    return move(
        session, case, CaseAction.MERGE, actor, now, changes=changes, evidence={"into": main.id}
    )


def unmerge(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
    """Handle it on its own again."""
    case = load(session, case_id)
    return move(session, case, CaseAction.UNMERGE, actor, now, changes={"merged_into_id": None})


def remind(
    session: Session, actor: Actor, case_id: int, now: datetime, reason: str | None = None
) -> Case:
    """Press whoever has it (催办)."""
    return move(session, load(session, case_id), CaseAction.REMIND, actor, now, reason=reason)


def supervise(session: Session, actor: Actor, case_id: int, reason: str, now: datetime) -> Case:
    """Put it under supervision (督办): it stands on the supervisor's list until it is answered."""
    case = load(session, case_id)
    changes = {"supervised": True}
    return move(session, case, CaseAction.SUPERVISE, actor, now, changes=changes, reason=reason)


def _start(
    session: Session,
    case: Case,
    action: CaseAction,
    actor: Actor,
    now: datetime,
    on: date,
    rules: Rules,
) -> Case:
    number = case.register_no or next_number(session, REGISTER_SERIES, on.year)
    return move(
        session,
        case,
        action,
        actor,
        now,
        changes={"register_no": number},
        clock=[ClockEvent(ClockAct.START, on)],
        rules=rules,
    )


def _end(
    session: Session,
    actor: Actor,
    case_id: int,
    action: CaseAction,
    resolution: Resolution,
    reason: str,
    now: datetime,
) -> Case:
    case = load(session, case_id)
    changes = {"resolution": resolution, "closed_at": now}
    move(session, case, action, actor, now, changes=changes, reason=reason, for_citizen=True)
    let_go(session, case, now)
    return case


def _office(office_id: str) -> str:
    checked = checked_office(office_id)
    if checked is None:
        raise Invalid("请选择承办处室。", field="office_id")
    return checked
