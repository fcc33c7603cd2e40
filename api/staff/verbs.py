"""The forms of a case's page: which action each takes, by which verb, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.staff.forms import StepForm, day_of, day_or_none, member_of, number_of, office_of
from assistant.cases import actions
from assistant.cases.finding import get_id_by_number
from assistant.cases.rules import Rules
from assistant.cases.states import CaseAction
from assistant.db import Work
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.parties import Opinion, PartyKind
from assistant.errors import Invalid
from assistant.knowledge.shelf import Shelf
from assistant.letters.of_case import draft_fit_reply, send_with_letters
from assistant.letters.templates import Templates
from assistant.staff.roles import Actor


@dataclass(frozen=True, slots=True)
class Taking:
    """One person about to take one step: everything a verb may ask for, except the session."""

    actor: Actor
    case_id: int
    form: StepForm
    now: datetime
    rules: Rules
    shelf: Shelf
    templates: Templates

    @property
    def outcome(self) -> Outcome | None:
        return member_of(Outcome, self.form.outcome, "outcome") if self.form.outcome else None

    @property
    def agrees(self) -> bool:
        if self.form.agrees not in ("yes", "no"):
            raise Invalid("请选择同意或者不同意。", field="agrees")
        return self.form.agrees == "yes"

    @property
    def by_pages(self) -> bool:
        if self.form.by not in ("pages", "items"):
            raise Invalid("请选择按件还是按量收费。", field="by")
        return self.form.by == "pages"

    def office(self) -> str | None:
        return office_of(self.shelf, self.form.office_id)


Verb = Callable[[Taking], Work[object]]


@dataclass(frozen=True, slots=True)
class StepPage:
    """`action` decides who sees the form; `done` is said when it has been taken."""

    action: CaseAction
    verb: Verb
    done: str


def _reviewing(kind: CaseAction) -> Verb:
    return lambda t: (
        lambda s: actions.review(
            s, t.actor, t.case_id, kind, t.form.seen_hash, t.agrees, t.now, t.form.note
        )
    )


_A = CaseAction

STEPS: Mapping[str, StepPage] = {
    "confirm": StepPage(
        _A.CONFIRM,
        lambda t: lambda s: actions.confirm(s, t.actor, t.case_id, t.now, t.rules),
        "已确认收到，答复期限从今天起算。",
    ),
    "register": StepPage(
        _A.REGISTER,
        lambda t: (
            lambda s: actions.register(
                s, t.actor, t.case_id, day_of(t.form.received_on, "received_on"), t.now, t.rules
            )
        ),
        "已登记收到，答复期限从收到之日起算。",
    ),
    "accept": StepPage(
        _A.ACCEPT,
        lambda t: lambda s: actions.accept(s, t.actor, t.case_id, t.now, t.office()),
        "已受理。",
    ),
    "assign": StepPage(
        _A.ASSIGN,
        lambda t: lambda s: actions.assign(s, t.actor, t.case_id, t.office() or "", t.now),
        "已派办。",
    ),
    "reassign": StepPage(
        _A.REASSIGN,
        lambda t: (
            lambda s: actions.reassign(s, t.actor, t.case_id, t.office() or "", t.form.note, t.now)
        ),
        "已改派。",
    ),
    "return": StepPage(
        _A.RETURN,
        lambda t: lambda s: actions.return_case(s, t.actor, t.case_id, t.form.note, t.now),
        "已退单，等待重新派办。",
    ),
    "decline": StepPage(
        _A.DECLINE,
        lambda t: lambda s: actions.decline(s, t.actor, t.case_id, t.form.note, t.now),
        "已告知不予受理。",
    ),
    "transfer": StepPage(
        _A.TRANSFER,
        lambda t: lambda s: actions.transfer(s, t.actor, t.case_id, t.form.note, t.now),
        "已转送，并告知诉求人。",
    ),
    "claim": StepPage(
        _A.CLAIM,
        lambda t: lambda s: actions.claim(s, t.actor, t.case_id, t.now),
        "已认领，请拟写答复。",
    ),
    "release": StepPage(
        _A.RELEASE,
        lambda t: lambda s: actions.release(s, t.actor, t.case_id, t.now),
        "已退回待认领。",
    ),
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
    "draft": StepPage(
        _A.DRAFT,
        lambda t: (
            lambda s: actions.draft_reply(s, t.actor, t.case_id, t.form.text, t.now, t.outcome)
        ),
        "答复稿已送审，请另一位同事审核。",
    ),
    "countersign": StepPage(_A.COUNTERSIGN, _reviewing(_A.COUNTERSIGN), "会签意见已记下。"),
    "secrecy_review": StepPage(
        _A.SECRECY_REVIEW, _reviewing(_A.SECRECY_REVIEW), "保密审查意见已记下。"
    ),
    "legality_review": StepPage(
        _A.LEGALITY_REVIEW, _reviewing(_A.LEGALITY_REVIEW), "合法性审查意见已记下。"
    ),
    "approve": StepPage(
        _A.APPROVE,
        lambda t: lambda s: actions.approve(s, t.actor, t.case_id, t.form.seen_hash, t.now),
        "审核通过，请签发人签发。",
    ),
    "return_draft": StepPage(
        _A.RETURN_DRAFT,
        lambda t: lambda s: actions.return_draft(s, t.actor, t.case_id, t.form.note, t.now),
        "已退回修改。",
    ),
    "sign": StepPage(
        _A.SIGN,
        lambda t: lambda s: actions.sign(s, t.actor, t.case_id, t.form.seen_hash, t.now),
        "已签发，可以发出。",
    ),
    "send": StepPage(
        _A.SEND,
        lambda t: lambda s: send_with_letters(
            s, t.actor, t.case_id, t.shelf, t.templates, t.rules, t.now
        ),
        "答复已发出，申请人现在可以查看。",
    ),
    "deliver": StepPage(
        _A.DELIVER,
        lambda t: (
            lambda s: actions.deliver(
                s, t.actor, t.case_id, day_of(t.form.delivered_on, "delivered_on"), t.now
            )
        ),
        "已登记送达。",
    ),
    "close": StepPage(
        _A.CLOSE, lambda t: lambda s: actions.close(s, t.actor, t.case_id, t.now), "已办结。"
    ),
    "archive": StepPage(
        _A.ARCHIVE, lambda t: lambda s: actions.archive(s, t.actor, t.case_id, t.now), "已归档。"
    ),
    "withdraw": StepPage(
        _A.WITHDRAW,
        lambda t: lambda s: actions.withdraw(s, t.actor, t.case_id, t.now, t.form.note),
        "已登记撤回，这件办结。",
    ),
    "merge": StepPage(
        _A.MERGE,
        lambda t: (
            lambda s: actions.merge(
                s, t.actor, t.case_id, get_id_by_number(s, t.form.into_id, "into_id"), t.now
            )
        ),
        "已并案，随主件一并答复。",
    ),
    # The other way round: what looks like the same matter is merged into the case on the page.
    "absorb": StepPage(
        _A.MERGE,
        lambda t: lambda s: actions.merge(
            s, t.actor, get_id_by_number(s, t.form.into_id, "into_id"), t.case_id, t.now
        ),
        "已并入这一件，一份答复回给每一个人。",
    ),
    "unmerge": StepPage(
        _A.UNMERGE,
        lambda t: lambda s: actions.unmerge(s, t.actor, t.case_id, t.now),
        "已取消并案，这件单独办理。",
    ),
    "remind": StepPage(
        _A.REMIND,
        lambda t: lambda s: actions.remind(s, t.actor, t.case_id, t.now, t.form.note),
        "已催办。",
    ),
    "supervise": StepPage(
        _A.SUPERVISE,
        lambda t: lambda s: actions.supervise(s, t.actor, t.case_id, t.form.note, t.now),
        "已列入督办。",
    ),
    "reopen": StepPage(
        _A.REOPEN,
        lambda t: lambda s: actions.reopen(s, t.actor, t.case_id, t.form.note, t.now, t.rules),
        "已重办，期限重新起算。",
    ),
    "rate": StepPage(
        _A.RATE,
        lambda t: (
            lambda s: actions.rate(
                s, t.actor, t.case_id, number_of(t.form.score, "score"), t.now, t.form.note, t.rules
            )
        ),
        "评价已记下。",
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
    "recompute": StepPage(
        _A.RECOMPUTE,
        lambda t: lambda s: actions.recompute(s, t.actor, t.case_id, t.now, t.rules),
        "已按现行规则重新计算期限。",
    ),
}
