"""What the desk does: take in, send to an office, send back, send on, put together, press."""

from __future__ import annotations

from collections.abc import Mapping

from api.staff.forms import day_of
from api.staff.verbs.taking import StepPage
from assistant.cases import actions
from assistant.cases.finding import get_id_by_number
from assistant.cases.states import CaseAction

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
        lambda t: (
            lambda s: actions.merge(
                s, t.actor, get_id_by_number(s, t.form.into_id, "into_id"), t.case_id, t.now
            )
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
    "recompute": StepPage(
        _A.RECOMPUTE,
        lambda t: lambda s: actions.ask_recompute(s, t.actor, t.case_id, t.now, t.rules),
        "已按现行规则重新计算期限。",
    ),
}
