"""Whose turn it is: kinds and states of a case, and who may do what next. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.errors import Conflict
from assistant.labels import Labelled
from assistant.staff.roles import Role


class Family(StrEnum):
    """Kinds that share one table of transitions."""

    INQUIRY = "inquiry"
    DISCLOSURE = "disclosure"


class CaseKind(Labelled):
    """What the citizen hands in; `limit` is the code of its period in `limits.LIMITS`."""

    CONSULTATION = "consultation", "咨询"
    HELP = "help", "求助"
    SUGGESTION = "suggestion", "建议"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    LEADER_MAILBOX = "leader_mailbox", "领导信箱"
    DISCLOSURE = "disclosure", "依申请公开"

    @property
    def family(self) -> Family:
        return Family.DISCLOSURE if self is CaseKind.DISCLOSURE else Family.INQUIRY

    @property
    def limit(self) -> str:
        return "disclosure.reply" if self is CaseKind.DISCLOSURE else f"case.{self.value}"


class CaseStatus(Labelled):
    """Whose turn it is. How a case ended is its outcome; lateness follows from its dates."""

    # Only an application for information waits here, until both sides confirm (条例第三十一条).
    SUBMITTED = "submitted", "已提交待确认"
    ACCEPTED = "accepted", "已受理待认领"
    CLAIMED = "claimed", "办理中"
    DRAFTED = "drafted", "待审核"
    APPROVED = "approved", "已审核待发出"
    SENT = "sent", "已答复"


OPEN_STATUSES = frozenset(CaseStatus) - {CaseStatus.SENT}


class CaseAction(Labelled):
    """A step somebody takes; `label` is how the history names it."""

    OPEN = "open", "提交"
    CONFIRM = "confirm", "确认收到"
    CLAIM = "claim", "认领"
    RELEASE = "release", "退回待认领"
    DRAFT = "draft", "拟写答复"
    APPROVE = "approve", "审核通过"
    RETURN_DRAFT = "return_draft", "退回修改"
    SEND = "send", "发出答复"


@dataclass(frozen=True, slots=True)
class Step:
    """Where an action leads and who may take it.

    `by_other_than_drafter` asks for a second person. `by_holder` reserves the step for whoever
    claimed the case; a supervisor, where listed, may take it on anybody's behalf. `None` among
    `roles` is the public.
    """

    status: CaseStatus
    roles: frozenset[Role | None]
    by_other_than_drafter: bool = False
    by_holder: bool = False


Table = Mapping[tuple[CaseStatus | None, CaseAction], Step]

ANYBODY: frozenset[Role | None] = frozenset({None, *Role})
CASEWORKERS: frozenset[Role | None] = frozenset({Role.HANDLER, Role.REVIEWER})
DESK: frozenset[Role | None] = CASEWORKERS | {Role.OPERATOR}
REVIEWERS: frozenset[Role | None] = frozenset({Role.REVIEWER})
SUPERVISED: frozenset[Role | None] = CASEWORKERS | {Role.SUPERVISOR}

_S, _A = CaseStatus, CaseAction

# A new draft after approval leads back to review: what was approved is not what would be sent.
_HANDLING: Table = {
    (_S.ACCEPTED, _A.CLAIM): Step(_S.CLAIMED, CASEWORKERS),
    (_S.CLAIMED, _A.RELEASE): Step(_S.ACCEPTED, SUPERVISED, by_holder=True),
    (_S.CLAIMED, _A.DRAFT): Step(_S.DRAFTED, CASEWORKERS, by_holder=True),
    (_S.DRAFTED, _A.DRAFT): Step(_S.DRAFTED, CASEWORKERS, by_holder=True),
    (_S.APPROVED, _A.DRAFT): Step(_S.DRAFTED, CASEWORKERS, by_holder=True),
    (_S.DRAFTED, _A.APPROVE): Step(_S.APPROVED, REVIEWERS, by_other_than_drafter=True),
    (_S.DRAFTED, _A.RETURN_DRAFT): Step(_S.CLAIMED, REVIEWERS),
    (_S.APPROVED, _A.RETURN_DRAFT): Step(_S.CLAIMED, REVIEWERS),
    (_S.APPROVED, _A.SEND): Step(_S.SENT, CASEWORKERS),
}

TRANSITIONS: Mapping[Family, Table] = {
    Family.INQUIRY: {(None, _A.OPEN): Step(_S.ACCEPTED, ANYBODY), **_HANDLING},
    Family.DISCLOSURE: {
        (None, _A.OPEN): Step(_S.SUBMITTED, ANYBODY),
        (_S.SUBMITTED, _A.CONFIRM): Step(_S.ACCEPTED, DESK),
        **_HANDLING,
    },
}


def next_step(kind: CaseKind, status: CaseStatus | None, action: CaseAction) -> Step:
    """The step `action` takes from `status`, None before there is a case; else `Conflict`."""
    step = TRANSITIONS[kind.family].get((status, action))
    if step is None:
        present = status.label if status else "尚未提交"
        raise Conflict(f"这件现在是“{present}”，不能{action.label}。")
    return step


def may(role: Role | None, is_drafter: bool, step: Step, *, is_holder: bool = True) -> bool:
    """Whether this person may take `step`: drafter of the reply in hand, holder of the case."""
    if role not in step.roles or (step.by_other_than_drafter and is_drafter):
        return False
    return is_holder or not step.by_holder or role is Role.SUPERVISOR


def steps_from(kind: CaseKind, status: CaseStatus) -> dict[CaseAction, Step]:
    """What can follow `status`: the buttons of a page, before `may` removes some."""
    table = TRANSITIONS[kind.family]
    return {action: step for (before, action), step in table.items() if before is status}
