"""The rules of handling as anybody on the staff may read them: every step of TRANSITIONS, in words and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api.render import page
from api.staff.access import Member
from api.staff.diagram import Edge, Node, transition_diagram
from assistant.cases.kinds import CaseKind, Family
from assistant.cases.states import TRANSITIONS, CaseAction, CaseStatus, Step, Table
from assistant.staff.roles import Party, Role

router = APIRouter()

_S = CaseStatus
FAMILY_WORDS = {Family.INQUIRY: "诉求", Family.DISCLOSURE: "依申请公开"}
_PARTY_WORDS = {Party.PUBLIC: "本人", Party.SYSTEM: "系统"}
# What branches off the main way is drawn beside it, below the state it branches from.
_BRANCHES: Mapping[Family, Mapping[CaseStatus, Sequence[CaseStatus]]] = {
    Family.INQUIRY: {_S.CLAIMED: (_S.MERGED,)},
    Family.DISCLOSURE: {_S.CLAIMED: (_S.SUPPLEMENTING, _S.CONSULTING, _S.FEE_DUE)},
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: from where, by what, to where, by whom, on what conditions."""

    before: str
    action: str
    after: str
    who: str
    conditions: str


@router.get("/staff/rules")
def get_rules(request: Request, member: Member) -> HTMLResponse:
    """Both families: which kinds follow it, its diagram, and every step."""
    families = [
        (
            FAMILY_WORDS[family],
            family.value,
            [kind.label for kind in CaseKind if kind.family is family],
            diagram_of(family),
            rules_of(table),
            staying_of(table),
        )
        for family, table in TRANSITIONS.items()
    ]
    return page(request, "staff_rules.html", {"signed_in": member, "families": families})


def rules_of(table: Table) -> list[Rule]:
    """Every step that hands the case on, in the order of the states."""
    return [
        _rule(before, action, step)
        for (before, action), step in _ordered(table)
        if before != step.status
    ]


def staying_of(table: Table) -> list[Rule]:
    """The steps that leave the state as it is, once each, with every state they can be taken in."""
    gathered: dict[tuple[CaseAction, Step], list[CaseStatus]] = {}
    for (before, action), step in _ordered(table):
        if before is not None and before is step.status:
            # The same rule in another state is the same rule.
            gathered.setdefault((action, replace(step, status=_S.ACCEPTED)), []).append(before)
    return [
        Rule(
            "、".join(status.label for status in statuses),
            action.label,
            "不变",
            _who(step.roles),
            _conditions(step),
        )
        for (action, step), statuses in gathered.items()
    ]


def diagram_of(family: Family) -> Markup:
    """The family's states as they follow each other."""
    table = TRANSITIONS[family]
    edges = [
        Edge(before, step.status, action.label)
        for (before, action), step in _ordered(table)
        if before is not None and before is not step.status
    ]
    title = f"{FAMILY_WORDS[family]}的办理流程"
    start = CaseAction.OPEN.label
    return transition_diagram(f"states-{family.value}", title, _nodes(family), edges, start)


def _nodes(family: Family) -> list[Node]:
    """The states this family knows, in the order of `CaseStatus`, each in its place."""
    known = {
        status
        for (before, _), step in TRANSITIONS[family].items()
        for status in (before, step.status)
    }
    branches = _BRANCHES[family]
    aside = {status for group in branches.values() for status in group}
    nodes, row = [], 0
    for status in CaseStatus:
        if status not in known or status in aside:
            continue
        nodes.append(Node(status, status.label, 0, row))
        row += 1
        for branch in branches.get(status, ()):
            nodes.append(Node(branch, branch.label, 1, row))
            row += 1
    return nodes


def _ordered(table: Table) -> Iterable[tuple[tuple[CaseStatus | None, CaseAction], Step]]:
    places: dict[CaseStatus | None, int] = {one: at for at, one in enumerate(CaseStatus)}
    actions = {action: place for place, action in enumerate(CaseAction)}
    return sorted(table.items(), key=lambda item: (places.get(item[0][0], -1), actions[item[0][1]]))


def _rule(before: CaseStatus | None, action: CaseAction, step: Step) -> Rule:
    return Rule(
        before.label if before else "（还没有）",
        action.label,
        step.status.label,
        _who(step.roles),
        _conditions(step),
    )


def _who(actors: Iterable[Role | Party]) -> str:
    found = set(actors)
    staff = [role.label for role in Role if role in found]
    return "、".join(staff + [words for party, words in _PARTY_WORDS.items() if party in found])


def _conditions(step: Step) -> str:
    words = []
    if step.by_holder:
        words.append("由认领的人办")
    if step.by_other_than_drafter:
        words.append("不能是起草人")
    if step.needs_reason:
        words.append("写明理由")
    return "，".join(words) or "—"
