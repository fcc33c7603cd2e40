"""The reply contested: a reconsideration or a suit is noted, and how it was decided."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from assistant.cases.actions.applying import PARTY_NAME_MAX, past_day
from assistant.cases.actions.moving import load, move, staff_id
from assistant.cases.intake import checked_line
from assistant.cases.states import CaseAction
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.models import Contest
from assistant.errors import Conflict, Invalid
from assistant.staff.roles import Actor


def record_contest(
    session: Session,
    actor: Actor,
    case_id: int,
    kind: ContestKind,
    filed_on: date,
    now: datetime,
    reference: str | None = None,
) -> Contest:
    """Note that the reply is contested; its result is `PENDING` until `decide_contest`."""
    case = load(session, case_id)
    on = past_day(filed_on, now, "filed_on")
    known = checked_line(reference, PARTY_NAME_MAX, "reference") if reference else None
    move(session, case, CaseAction.CONTEST, actor, now, evidence={"contest": kind.value})
    contest = Contest(
        case_id=case.id,
        kind=kind,
        filed_on=on,
        reference=known,
        result=ContestResult.PENDING,
        recorded_by=staff_id(actor),
        recorded_at=now,
    )
    session.add(contest)
    session.flush()
    return contest


def decide_contest(
    session: Session,
    actor: Actor,
    contest_id: int,
    result: ContestResult,
    decided_on: date,
    now: datetime,
) -> Contest:
    """Note how it was decided; a decision once noted is not noted again."""
    contest = session.get(Contest, contest_id, populate_existing=True)
    if contest is None:
        raise Invalid("没有这件复议或者诉讼。", field="contest_id")
    if contest.result is not ContestResult.PENDING:
        raise Conflict(f"这件已经登记为“{contest.result.label}”。")
    if result is ContestResult.PENDING:
        raise Invalid("请选择审理结果。", field="result")
    on = past_day(decided_on, now, "decided_on")
    case = load(session, contest.case_id)
    evidence = {"contest": contest.kind.value, "result": result.value}
    move(session, case, CaseAction.CONTEST, actor, now, evidence=evidence)
    contest.result, contest.decided_on = result, on
    session.flush()
    return contest
