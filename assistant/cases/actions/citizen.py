"""What a citizen does with a case of theirs: take it back, urge, bring what is missing, rate the reply.

Each checks what the public verb behind it leaves to a clerk's judgement, and tells a second click from a refusal:
`AlreadyDone` says that nothing is left to do.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from assistant.audit import events_of
from assistant.cases.actions.applying import receive_supplement
from assistant.cases.actions.desk import remind
from assistant.cases.actions.ending import DISSATISFIED, rate, withdraw
from assistant.cases.actions.moving import count_events, load
from assistant.cases.following import (
    is_ratable,
    is_same_workday,
    is_withdrawn,
    last_pressed_on,
    press_from,
)
from assistant.cases.intake import NOTE_MAX, checked_text
from assistant.cases.models import Case, Rating
from assistant.cases.opening import local_date
from assistant.cases.rules import Rules
from assistant.cases.states import WAITING_STATUSES, CaseAction, CaseStatus
from assistant.errors import Conflict, Invalid
from assistant.staff.roles import CITIZEN


class AlreadyDone(Conflict):
    """The very step was taken before: a form sent twice, no fault of anybody's."""

    message = "这一步已经办过了，不用再做。"


def take_back(session: Session, case_id: int, now: datetime, reason: str | None = None) -> Case:
    """Withdraw the case; `Conflict` once it has been answered or ended otherwise."""
    if is_withdrawn(session, load(session, case_id)):
        raise AlreadyDone("这件已经撤回了，不用再做什么。")
    return withdraw(session, CITIZEN, case_id, now, reason)


def urge(session: Session, case_id: int, now: datetime, rules: Rules) -> Case:
    """Urge whoever has it (催办): when the due date is near or past, and once a working day."""
    case, today = load(session, case_id), local_date(now)
    begins = press_from(case)
    if begins is None:
        raise Conflict(_why_not_urged(case))
    if today < begins:
        raise Conflict(f"还在正常办理期限内，{begins.month}月{begins.day}日起可以催办。")
    urged_on = last_pressed_on(events_of(session, "case", case.id))
    if urged_on is not None and is_same_workday(urged_on, today, rules):
        raise AlreadyDone("催办已经转给承办人，下一个工作日还可以再催。")
    return remind(session, CITIZEN, case_id, now)


def bring_supplement(
    session: Session,
    case_id: int,
    text: str,
    now: datetime,
    rules: Rules,
    *,
    with_files: bool = False,
) -> Case:
    """Hand in what was asked for; the period for the reply runs anew from today (条例第三十条).

    Words may be missing only where files come with them.
    """
    case = load(session, case_id)
    if case.status is not CaseStatus.SUPPLEMENTING:
        if count_events(session, case, CaseAction.RECEIVE_SUPPLEMENT):
            raise AlreadyDone("您的补正已经收到，不用再交。")
        raise Conflict("这件现在不需要补正。")
    is_wordless = with_files and not text.strip()
    words = None if is_wordless else checked_text(text, NOTE_MAX, "text")
    return receive_supplement(session, CITIZEN, case_id, now, reason=words, rules=rules)


def rate_reply(
    session: Session, case_id: int, score: int, reason: str | None, now: datetime, rules: Rules
) -> Case:
    """Rate the reply once (好差评); whoever is dissatisfied says why, and is then answered again, once."""
    case = load(session, case_id)
    if session.get(Rating, case.id) is not None:
        raise AlreadyDone("您已经评价过这件，谢谢。")
    if not is_ratable(case):
        raise Conflict("这件现在不能评价，答复以后才可以。")
    if 1 <= score <= DISSATISFIED and not (reason and reason.strip()):
        raise Invalid("请写明哪里不满意，我们好重新办理。", field="reason")
    return rate(session, CITIZEN, case_id, score, now, reason, rules)


def _why_not_urged(case: Case) -> str:
    if case.status in WAITING_STATUSES:
        return "现在答复期限停止计算，不能催办。"
    if case.status is CaseStatus.SUBMITTED:
        return "双方确认以后才开始计算答复期限，现在还不能催办。"
    return "这件已经有结果，不用再催办。"
