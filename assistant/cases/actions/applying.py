"""The verbs only an application for information has: supplement, consultation, fee, extension, lapse."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import events_of
from assistant.cases.actions.moving import count_events, load, move
from assistant.cases.clock import ClockAct, ClockEvent
from assistant.cases.deadlines import compute
from assistant.cases.intake import checked_line
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.rules import SHIPPED, Rules
from assistant.cases.states import (
    CaseAction,
    CaseStatus,
)
from assistant.disclosure.fees import Fee, fee_by_items, fee_by_pages
from assistant.disclosure.models import Consultation, FeeNotice
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.parties import Opinion, PartyKind
from assistant.errors import Conflict, Invalid
from assistant.staff.roles import Actor

PARTY_NAME_MAX = 100
# 合理的补正期限 is the bureau's to set (条例第三十条); longer than this is not reasonable to keep somebody waiting.
SUPPLEMENT_DAYS = range(5, 61)


def ask_supplement(
    session: Session,
    actor: Actor,
    case_id: int,
    what: str,
    until: date,
    now: datetime,
    rules: Rules = SHIPPED,
) -> Case:
    """Tell the applicant, once and within 7 working days, what is missing and by when to bring it (条例第三十条).

    The bureau's clock stops; it runs anew from the day the supplement comes.
    """
    case, today = load(session, case_id), local_date(now)
    if count_events(session, case, CaseAction.ASK_SUPPLEMENT):
        raise Conflict("补正只能一次性告知，这件已经告知过（条例第三十条）。")
    if case.status is CaseStatus.CLAIMED and case.clock_from_on:
        last = compute("disclosure.correction_notice", case.clock_from_on, rules.calendar).due_on
        if today > last:
            raise Conflict(
                f"告知补正应在收到申请之日起7个工作日内（{last:%Y-%m-%d}前）作出（条例第三十条），现在已经过了。"
            )
    if (until - today).days not in SUPPLEMENT_DAYS:
        raise Invalid("补正期限应在5日到60日之间，并且合理。", field="until")
    return move(
        session,
        case,
        CaseAction.ASK_SUPPLEMENT,
        actor,
        now,
        changes={"waiting_until": until},
        clock=[ClockEvent(ClockAct.STOP, today)],
        rules=rules,
        reason=what,
        for_citizen=True,
        evidence={"until": until.isoformat()},
    )


def receive_supplement(
    session: Session,
    actor: Actor,
    case_id: int,
    now: datetime,
    received_on: date | None = None,
    reason: str | None = None,
    rules: Rules = SHIPPED,
) -> Case:
    """The supplement is here; the whole period runs anew from that day (条例第三十条)."""
    case = load(session, case_id)
    on = past_day(received_on, now, "received_on")
    history = events_of(session, "case", case.id)
    asked = (local_date(one.at) for one in history if one.action == CaseAction.ASK_SUPPLEMENT)
    if on < max(asked, default=on):
        raise Invalid("补正不会早于告知补正之日。", field="received_on")
    return move(
        session,
        case,
        CaseAction.RECEIVE_SUPPLEMENT,
        actor,
        now,
        changes={"waiting_until": None},
        clock=[ClockEvent(ClockAct.START, on)],
        rules=rules,
        reason=reason,
        for_citizen=True,
    )


def consult(
    session: Session,
    actor: Actor,
    case_id: int,
    party: PartyKind,
    name: str,
    reason: str,
    now: datetime,
    rules: Rules = SHIPPED,
) -> Consultation:
    """Ask a third party or another body in writing (条例第三十二、三十四条); the clock stands still meanwhile.

    They have 15 working days. The clock pauses from the day after the letter left.
    """
    case, today = load(session, case_id), local_date(now)
    who = checked_line(name, PARTY_NAME_MAX, "name")
    until = compute("disclosure.third_party", today, rules.calendar).due_on
    move(
        session,
        case,
        CaseAction.CONSULT,
        actor,
        now,
        changes={"waiting_until": until},
        clock=[ClockEvent(ClockAct.PAUSE, today)],
        rules=rules,
        reason=reason,
        evidence={"party": party.value, "until": until.isoformat()},
    )
    asked = Consultation(case_id=case.id, party=party, name=who, sent_on=today, due_on=until)
    session.add(asked)
    session.flush()
    return asked


def receive_opinion(
    session: Session,
    actor: Actor,
    case_id: int,
    opinion: Opinion,
    now: datetime,
    answered_on: date | None = None,
    note: str | None = None,
    rules: Rules = SHIPPED,
) -> Case:
    """The opinion is here, or the period for it has passed; the clock goes on from the day after.

    `Opinion.SILENT` before the other side's last day is a `Conflict`.
    """
    case = load(session, case_id)
    asked = open_consultation(session, case)
    on = past_day(answered_on, now, "answered_on")
    if asked is not None and on < asked.sent_on:
        raise Invalid("意见不会早于征求意见之日。", field="answered_on")
    if opinion is Opinion.SILENT and asked is not None:
        if local_date(now) <= asked.due_on:
            raise Conflict(f"对方的期限到{asked.due_on:%Y-%m-%d}，还不能按逾期处理。")
        on = asked.due_on
    move(
        session,
        case,
        CaseAction.RECEIVE_OPINION,
        actor,
        now,
        changes={"waiting_until": None},
        clock=[ClockEvent(ClockAct.RESUME, on)],
        rules=rules,
        reason=note,
        evidence={"opinion": opinion.value},
    )
    if asked is not None:
        asked.answered_on, asked.opinion = on, opinion
        session.flush()
    return case


def charge_fee(
    session: Session,
    actor: Actor,
    case_id: int,
    by_pages: bool,
    units: int,
    reason: str,
    now: datetime,
    rules: Rules = SHIPPED,
) -> FeeNotice:
    """Ask for the processing fee (条例第四十二条, 国办函〔2020〕109号) within the period for the reply.

    The applicant has 20 working days; the clock stops, and runs anew from the day after the payment.
    """
    case, today = load(session, case_id), local_date(now)
    fee = fee_for(by_pages, units)
    if not fee.amount:
        raise Invalid("没有超过免费的数量，不收费。", field="units")
    if case.due_on is not None and today > case.due_on:
        raise Conflict("收费通知应在答复期限内发出，现在已经过了期限。")
    until = compute("disclosure.fee_pay", today, rules.calendar).due_on
    move(
        session,
        case,
        CaseAction.CHARGE_FEE,
        actor,
        now,
        changes={"waiting_until": until},
        clock=[ClockEvent(ClockAct.STOP, today)],
        rules=rules,
        reason=reason,
        for_citizen=True,
        evidence={"amount": fee.amount, "until": until.isoformat()},
    )
    notice = FeeNotice(
        case_id=case.id,
        by_pages=by_pages,
        units=units,
        amount=fee.amount,
        notified_on=today,
        due_on=until,
    )
    session.add(notice)
    session.flush()
    return notice


def receive_fee(
    session: Session,
    actor: Actor,
    case_id: int,
    now: datetime,
    paid_on: date | None = None,
    rules: Rules = SHIPPED,
) -> Case:
    """The fee is paid: the whole period runs anew, its first day being the day after."""
    case = load(session, case_id)
    on = past_day(paid_on, now, "paid_on")
    notice = open_fee(session, case)
    if notice is not None and on < notice.notified_on:
        raise Invalid("缴费不会早于发出收费通知之日。", field="paid_on")
    move(
        session,
        case,
        CaseAction.RECEIVE_FEE,
        actor,
        now,
        changes={"waiting_until": None},
        clock=[ClockEvent(ClockAct.START, on)],
        rules=rules,
    )
    if notice is not None:
        notice.paid_on = on
        session.flush()
    return case


def lapse(session: Session, actor: Actor, case_id: int, reason: str, now: datetime) -> Case:
    """No supplement, or no fee, came in time without good reason: the application ends (条例第三十、四十二条)."""
    case = load(session, case_id)
    if case.waiting_until is not None and local_date(now) <= case.waiting_until:
        raise Conflict(f"申请人的期限到{case.waiting_until:%Y-%m-%d}，还不能按逾期处理。")
    is_fee = case.status is CaseStatus.FEE_DUE
    outcome = Outcome.OTHER_FEE_LAPSED if is_fee else Outcome.OTHER_CORRECTION_LAPSED
    return move(
        session,
        case,
        CaseAction.LAPSE,
        actor,
        now,
        changes={"outcome": outcome, "closed_at": now, "waiting_until": None},
        reason=reason,
        for_citizen=True,
        evidence={"outcome": outcome.value},
    )


def extend(
    session: Session,
    actor: Actor,
    case_id: int,
    amount: int,
    reason: str,
    now: datetime,
    rules: Rules = SHIPPED,
) -> Case:
    """Extend the period, once, before it has run out, and tell the citizen (条例第三十三条第二款).

    The approver is whoever takes this step; `amount` is in the period's unit, at most what the period allows.
    """
    case = load(session, case_id)
    limit = rules.limits[case.kind.limit]
    if count_events(session, case, CaseAction.EXTEND):
        raise Conflict("期限只能延长一次，这件已经延长过。")
    if not 1 <= amount <= limit.extendable_by:
        raise Invalid(f"延长应在1至{limit.extendable_by}之间（{limit.basis}）。", field="amount")
    if case.due_on is not None and local_date(now) > case.due_on:
        raise Conflict("期限已过，不能再延长。")
    return move(
        session,
        case,
        CaseAction.EXTEND,
        actor,
        now,
        clock=[ClockEvent(ClockAct.EXTEND, local_date(now), amount)],
        rules=rules,
        reason=reason,
        for_citizen=True,
        evidence={"amount": amount},
    )


def open_consultation(session: Session, case: Case) -> Consultation | None:
    """The consultation an answer is awaited for."""
    return session.scalar(
        select(Consultation)
        .where(Consultation.case_id == case.id, Consultation.answered_on.is_(None))
        .order_by(Consultation.id.desc())
        .limit(1)
    )


def open_fee(session: Session, case: Case) -> FeeNotice | None:
    """The fee a payment is awaited for."""
    return session.scalar(
        select(FeeNotice)
        .where(FeeNotice.case_id == case.id, FeeNotice.paid_on.is_(None))
        .order_by(FeeNotice.id.desc())
        .limit(1)
    )


def fee_for(by_pages: bool, units: int) -> Fee:
    """The fee by the scale; `Invalid` for a number nobody can have meant."""
    try:
        return fee_by_pages(units) if by_pages else fee_by_items(units)
    except ValueError:
        raise Invalid("请填写1到10000之间的件数或者页数。", field="units") from None


def past_day(day: date | None, now: datetime, field: str) -> date:
    """The day something came or was done, today where none is given; `Invalid` for one still to come."""
    today = local_date(now)
    if day is not None and day > today:
        raise Invalid("日期不能晚于今天。", field=field)
    return day or today
