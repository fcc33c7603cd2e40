"""The reply and what follows it: claimed, drafted, reviewed, approved, signed, sent, and ended."""

from __future__ import annotations

from collections.abc import Mapping

from api.staff.forms import day_of, number_of
from api.staff.verbs.taking import StepPage, Verb
from assistant.cases import actions
from assistant.cases.states import CaseAction
from assistant.letters.of_case import fit_for, send_with_letters

_A = CaseAction


def _reviewing(kind: CaseAction) -> Verb:
    return lambda t: (
        lambda s: actions.review(
            s, t.actor, t.case_id, kind, t.form.seen_hash, t.agrees, t.now, t.form.note
        )
    )


STEPS: Mapping[str, StepPage] = {
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
    "draft": StepPage(
        _A.DRAFT,
        lambda t: (
            lambda s: actions.draft_reply(
                s, t.actor, t.case_id, t.form.text, t.now, t.outcome, fit_for(t.shelf.bureau)
            )
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
        lambda t: (
            lambda s: actions.approve(
                s, t.actor, t.case_id, t.form.seen_hash, t.now, fit_for(t.shelf.bureau)
            )
        ),
        "审核通过，请签发人签发。",
    ),
    "return_draft": StepPage(
        _A.RETURN_DRAFT,
        lambda t: lambda s: actions.return_draft(s, t.actor, t.case_id, t.form.note, t.now),
        "已退回修改。",
    ),
    "sign": StepPage(
        _A.SIGN,
        lambda t: (
            lambda s: actions.sign(
                s, t.actor, t.case_id, t.form.seen_hash, t.now, fit_for(t.shelf.bureau)
            )
        ),
        "已签发，可以发出。",
    ),
    "send": StepPage(
        _A.SEND,
        lambda t: (
            lambda s: send_with_letters(s, t.actor, t.case_id, t.shelf, t.templates, t.rules, t.now)
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
}
