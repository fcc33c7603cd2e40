"""A case begins: by a citizen's form, or written down by staff."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.cases.actions.moving import move
from assistant.cases.clock import ClockAct, ClockEvent
from assistant.cases.intake import NewCase, checked
from assistant.cases.kinds import Family
from assistant.cases.opening import (
    Receipt,
    ensure_secret,
    find_submission,
    local_date,
    new_case,
    receipt_for,
)
from assistant.cases.rules import SHIPPED, Rules
from assistant.cases.states import (
    CaseAction,
)
from assistant.errors import Forbidden
from assistant.staff.roles import CITIZEN, Actor, Party


def open_case(
    session: Session,
    request: NewCase,
    now: datetime,
    rules: Rules = SHIPPED,
    *,
    actor: Actor = CITIZEN,
) -> Receipt:
    """Take a submission in; the same form again gives the same receipt.

    `actor` is the member of staff where one writes down what a caller says (条例第二十九条第一款) or enters what
    the hotline sent. The same form key with other content is a `Conflict`.
    """
    wanted = checked(request)
    if actor.role is Party.PUBLIC and not wanted.kind.rule.by_public:
        raise Forbidden(f"“{wanted.kind.label}”由工作人员登记，不能在网上提交。")
    secret = ensure_secret(session)
    case = find_submission(session, secret, wanted.form_key)
    if case is None:
        try:
            with session.begin_nested():
                case = new_case(session, wanted, secret, now)
                acts = _first_acts(wanted, now)
                move(session, case, CaseAction.OPEN, actor, now, clock=acts, rules=rules)
        except IntegrityError:  # the same form, sent twice at once
            case = find_submission(session, secret, wanted.form_key)
            if case is None:
                raise
    return receipt_for(case, wanted, secret)


def _first_acts(wanted: NewCase, now: datetime) -> list[ClockEvent]:
    """An inquiry's clock runs from today; an application's not before it is confirmed (条例第三十一条)."""
    if wanted.kind.family is Family.DISCLOSURE:
        return []
    acts = [ClockEvent(ClockAct.START, local_date(now))]
    if wanted.external_due_on is not None:
        acts.append(ClockEvent(ClockAct.CEILING, wanted.external_due_on))
    return acts
