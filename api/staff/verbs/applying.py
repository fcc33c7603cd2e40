"""What only an application for information has: supplement, consultation, fee, lapse, contest; and the extension."""

from __future__ import annotations

from collections.abc import Mapping

from api.staff.forms import day_of, day_or_none, member_of, number_of
from api.staff.verbs.taking import StepPage
from assistant.cases import actions
from assistant.cases.states import CaseAction
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.parties import Opinion, PartyKind

_A = CaseAction

STEPS: Mapping[str, StepPage] = {
    "ask_supplement": StepPage(
        _A.ASK_SUPPLEMENT,
        lambda t: (
            lambda s: actions.ask_supplement(
                s, t.actor, t.case_id, t.form.note, day_of(t.form.until, "until"), t.now, t.rules
            )
        ),
        "已告知补正，期限停止计算。",
    ),
    "receive_supplement": StepPage(
        _A.RECEIVE_SUPPLEMENT,
        lambda t: (
            lambda s: actions.receive_supplement(
                s,
                t.actor,
                t.case_id,
                t.now,
                day_or_none(t.form.received_on, "received_on"),
                t.form.note,
                t.rules,
            )
        ),
        "已登记收到补正，期限重新起算。",
    ),
    "consult": StepPage(
        _A.CONSULT,
        lambda t: (
            lambda s: actions.consult(
                s,
                t.actor,
                t.case_id,
                member_of(PartyKind, t.form.party, "party"),
                t.form.name,
                t.form.note,
                t.now,
                t.rules,
            )
        ),
        "已登记征求意见，期限从明天起停止计算。",
    ),
    "receive_opinion": StepPage(
        _A.RECEIVE_OPINION,
        lambda t: (
            lambda s: actions.receive_opinion(
                s,
                t.actor,
                t.case_id,
                member_of(Opinion, t.form.opinion, "opinion"),
                t.now,
                day_or_none(t.form.answered_on, "answered_on"),
                t.form.note,
                t.rules,
            )
        ),
        "已登记意见，期限继续计算。",
    ),
    "charge_fee": StepPage(
        _A.CHARGE_FEE,
        lambda t: (
            lambda s: actions.charge_fee(
                s,
                t.actor,
                t.case_id,
                t.by_pages,
                number_of(t.form.units, "units"),
                t.form.note,
                t.now,
                t.rules,
            )
        ),
        "已发出收费通知，期限停止计算。",
    ),
    "receive_fee": StepPage(
        _A.RECEIVE_FEE,
        lambda t: (
            lambda s: actions.receive_fee(
                s, t.actor, t.case_id, t.now, day_or_none(t.form.paid_on, "paid_on"), t.rules
            )
        ),
        "已登记缴费，期限重新起算。",
    ),
    "lapse": StepPage(
        _A.LAPSE,
        lambda t: lambda s: actions.lapse(s, t.actor, t.case_id, t.form.note, t.now),
        "已按逾期不再处理办结。",
    ),
    "extend": StepPage(
        _A.EXTEND,
        lambda t: (
            lambda s: actions.extend(
                s,
                t.actor,
                t.case_id,
                number_of(t.form.amount, "amount"),
                t.form.note,
                t.now,
                t.rules,
            )
        ),
        "已批准延期，并告知诉求人。",
    ),
    "contest": StepPage(
        _A.CONTEST,
        lambda t: (
            lambda s: actions.record_contest(
                s,
                t.actor,
                t.case_id,
                member_of(ContestKind, t.form.kind, "kind"),
                day_of(t.form.filed_on, "filed_on"),
                t.now,
                t.form.reference,
            )
        ),
        "已登记。",
    ),
    "decide": StepPage(
        _A.CONTEST,
        lambda t: (
            lambda s: actions.decide_contest(
                s,
                t.actor,
                number_of(t.form.contest_id, "contest_id"),
                member_of(ContestResult, t.form.result, "result"),
                day_of(t.form.decided_on, "decided_on"),
                t.now,
            )
        ),
        "审理结果已登记。",
    ),
}
