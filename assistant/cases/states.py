"""Whose turn it is: the states of a case, the steps between them, and who may take each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.cases.kinds import CaseKind, Family
from assistant.errors import Conflict
from assistant.labels import Labelled
from assistant.staff.roles import Party, Role


class CaseStatus(Labelled):
    """Whose turn it is. How a case ended is its outcome or resolution; lateness follows from its dates."""

    # Only an application for information waits here, until both sides confirm (条例第三十一条).
    SUBMITTED = "submitted", "已提交待确认"
    RECEIVED = "received", "已收到待受理"
    ACCEPTED = "accepted", "已受理待认领"
    CLAIMED = "claimed", "办理中"
    SUPPLEMENTING = "supplementing", "待申请人补正"
    CONSULTING = "consulting", "征求意见中"
    FEE_DUE = "fee_due", "待申请人缴费"
    DRAFTED = "drafted", "待审核"
    APPROVED = "approved", "已审核待签发"
    SIGNED = "signed", "已签发待发出"
    MERGED = "merged", "已并案"
    SENT = "sent", "已答复"
    DELIVERED = "delivered", "已送达"
    CLOSED = "closed", "已办结"
    ARCHIVED = "archived", "已归档"


ENDED_STATUSES = frozenset(
    {CaseStatus.SENT, CaseStatus.DELIVERED, CaseStatus.CLOSED, CaseStatus.ARCHIVED}
)
OPEN_STATUSES = frozenset(CaseStatus) - ENDED_STATUSES
# It is the applicant's or somebody else's turn, and the bureau's clock stands still.
WAITING_STATUSES = frozenset({CaseStatus.SUPPLEMENTING, CaseStatus.CONSULTING, CaseStatus.FEE_DUE})


class CaseAction(Labelled):
    """A step somebody takes; `label` is how the history names it."""

    OPEN = "open", "提交"
    CONFIRM = "confirm", "双方确认收到"
    REGISTER = "register", "登记收到"
    ACCEPT = "accept", "受理"
    DECLINE = "decline", "不予受理"
    ASSIGN = "assign", "派办"
    REASSIGN = "reassign", "改派"
    RETURN = "return", "退单"
    TRANSFER = "transfer", "转送其他机关"
    CLAIM = "claim", "认领"
    RELEASE = "release", "退回待认领"
    ASK_SUPPLEMENT = "ask_supplement", "告知补正"
    RECEIVE_SUPPLEMENT = "receive_supplement", "收到补正"
    CONSULT = "consult", "征求意见"
    RECEIVE_OPINION = "receive_opinion", "收到意见"
    CHARGE_FEE = "charge_fee", "发出收费通知"
    RECEIVE_FEE = "receive_fee", "收到缴费"
    LAPSE = "lapse", "逾期不再处理"
    EXTEND = "extend", "延期"
    DRAFT = "draft", "拟写答复"
    COUNTERSIGN = "countersign", "会签"
    SECRECY_REVIEW = "secrecy_review", "保密审查"
    LEGALITY_REVIEW = "legality_review", "合法性审查"
    APPROVE = "approve", "审核通过"
    RETURN_DRAFT = "return_draft", "退回修改"
    SIGN = "sign", "签发"
    SEND = "send", "发出答复"
    DELIVER = "deliver", "送达"
    CLOSE = "close", "办结"
    REOPEN = "reopen", "重办"
    WITHDRAW = "withdraw", "撤回"
    ARCHIVE = "archive", "归档"
    MERGE = "merge", "并案"
    UNMERGE = "unmerge", "取消并案"
    REMIND = "remind", "催办"
    SUPERVISE = "supervise", "督办"
    RATE = "rate", "评价"
    CONTEST = "contest", "登记复议诉讼"
    OVERDUE = "overdue", "超过期限"
    RECOMPUTE = "recompute", "重算期限"


Actors = frozenset[Role | Party]


@dataclass(frozen=True, slots=True)
class Step:
    """Where an action leads and who may take it.

    `by_other_than_drafter` asks for a second person. `by_holder` reserves the step for whoever claimed the case;
    a supervisor, where listed, may take it on anybody's behalf. `needs_reason`: nobody is refused, sent away or
    asked to wait without being told why.
    """

    status: CaseStatus
    roles: Actors
    by_other_than_drafter: bool = False
    by_holder: bool = False
    needs_reason: bool = False


Table = Mapping[tuple[CaseStatus | None, CaseAction], Step]

_R, _P = Role, Party
CASEWORKERS: Actors = frozenset({_R.HANDLER, _R.REVIEWER})
DESK: Actors = CASEWORKERS | {_R.OPERATOR}
DISPATCHERS: Actors = frozenset({_R.OPERATOR, _R.REVIEWER, _R.SUPERVISOR})
REVIEWERS: Actors = frozenset({_R.REVIEWER})
SIGNERS: Actors = frozenset({_R.SIGNER})
SUPERVISORS: Actors = frozenset({_R.SUPERVISOR})
CLOCKWORK: Actors = frozenset({_P.SYSTEM})
PUBLIC: Actors = frozenset({_P.PUBLIC})
ANYBODY: Actors = PUBLIC | DESK | SUPERVISORS

_S, _A = CaseStatus, CaseAction


def _from(statuses: Iterable[CaseStatus], action: CaseAction, step: Step) -> Table:
    return dict.fromkeys(((status, action) for status in statuses), step)


def _staying(
    statuses: Iterable[CaseStatus], action: CaseAction, roles: Actors, **rules: bool
) -> Table:
    """A step that changes nothing of whose turn it is."""
    return {(status, action): Step(status, roles, **rules) for status in statuses}


_BEFORE_REPLY = (_S.ACCEPTED, _S.CLAIMED, _S.DRAFTED, _S.APPROVED, _S.SIGNED)
_WITH_DRAFT = (_S.DRAFTED, _S.APPROVED, _S.SIGNED)

# A new draft after approval or signature leads back to review: what was approved is not what would be sent.
_HANDLING: Table = {
    (_S.ACCEPTED, _A.ASSIGN): Step(_S.ACCEPTED, DISPATCHERS),
    (_S.ACCEPTED, _A.CLAIM): Step(_S.CLAIMED, CASEWORKERS),
    (_S.CLAIMED, _A.RELEASE): Step(
        _S.ACCEPTED, CASEWORKERS | SUPERVISORS | CLOCKWORK, by_holder=True
    ),
    **_from(
        (_S.CLAIMED, _S.DRAFTED, _S.APPROVED, _S.SIGNED),
        _A.REASSIGN,
        Step(_S.ACCEPTED, frozenset({_R.REVIEWER, _R.SUPERVISOR}), needs_reason=True),
    ),
    (_S.CLAIMED, _A.DRAFT): Step(_S.DRAFTED, CASEWORKERS, by_holder=True),
    **_from(_WITH_DRAFT, _A.DRAFT, Step(_S.DRAFTED, CASEWORKERS, by_holder=True)),
    (_S.DRAFTED, _A.COUNTERSIGN): Step(_S.DRAFTED, CASEWORKERS, by_other_than_drafter=True),
    (_S.DRAFTED, _A.SECRECY_REVIEW): Step(_S.DRAFTED, REVIEWERS, by_other_than_drafter=True),
    (_S.DRAFTED, _A.LEGALITY_REVIEW): Step(_S.DRAFTED, REVIEWERS, by_other_than_drafter=True),
    (_S.DRAFTED, _A.APPROVE): Step(_S.APPROVED, REVIEWERS, by_other_than_drafter=True),
    (_S.DRAFTED, _A.RETURN_DRAFT): Step(_S.CLAIMED, REVIEWERS, needs_reason=True),
    (_S.APPROVED, _A.SIGN): Step(_S.SIGNED, SIGNERS, by_other_than_drafter=True),
    # The signer sends back what they will not sign; nobody takes a signature back but by a new draft.
    (_S.APPROVED, _A.RETURN_DRAFT): Step(_S.CLAIMED, REVIEWERS | SIGNERS, needs_reason=True),
    (_S.SIGNED, _A.SEND): Step(_S.SENT, CASEWORKERS),
    (_S.SENT, _A.DELIVER): Step(_S.DELIVERED, DESK),
    (_S.DELIVERED, _A.CLOSE): Step(_S.CLOSED, CASEWORKERS | SUPERVISORS | CLOCKWORK),
    (_S.CLOSED, _A.ARCHIVE): Step(_S.ARCHIVED, CASEWORKERS | SUPERVISORS | CLOCKWORK),
    **_staying(_BEFORE_REPLY, _A.EXTEND, SIGNERS, needs_reason=True),
}


def _whenever_open(statuses: frozenset[CaseStatus]) -> Table:
    """What can happen at any time before the end."""
    running = statuses - {_S.SUBMITTED}
    return {
        **_staying(statuses, _A.REMIND, SUPERVISORS | {_R.OPERATOR} | CLOCKWORK | PUBLIC),
        **_staying(statuses, _A.SUPERVISE, SUPERVISORS, needs_reason=True),
        **_from(statuses, _A.WITHDRAW, Step(_S.CLOSED, PUBLIC | DESK)),
        **_staying(running, _A.OVERDUE, CLOCKWORK),
        **_staying(running, _A.RECOMPUTE, CLOCKWORK | {_R.ADMINISTRATOR}),
    }


_INQUIRY_OPEN = OPEN_STATUSES - WAITING_STATUSES - {_S.SUBMITTED}
_DISCLOSURE_OPEN = OPEN_STATUSES - {_S.RECEIVED, _S.MERGED}

_INQUIRY: Table = {
    (None, _A.OPEN): Step(_S.RECEIVED, ANYBODY),
    (_S.RECEIVED, _A.ACCEPT): Step(_S.ACCEPTED, DESK | SUPERVISORS),
    (_S.RECEIVED, _A.ASSIGN): Step(_S.ACCEPTED, DISPATCHERS),
    # Whoever takes a matter on has thereby accepted it.
    (_S.RECEIVED, _A.CLAIM): Step(_S.CLAIMED, CASEWORKERS),
    **_from(
        (_S.RECEIVED, _S.ACCEPTED, _S.CLAIMED),
        _A.DECLINE,
        Step(_S.CLOSED, frozenset({_R.REVIEWER, _R.SUPERVISOR}), needs_reason=True),
    ),
    **_from(
        (_S.RECEIVED, _S.ACCEPTED, _S.CLAIMED),
        _A.TRANSFER,
        Step(_S.CLOSED, DISPATCHERS, needs_reason=True),
    ),
    (_S.ACCEPTED, _A.RETURN): Step(_S.RECEIVED, CASEWORKERS, needs_reason=True),
    (_S.CLAIMED, _A.RETURN): Step(_S.RECEIVED, CASEWORKERS, by_holder=True, needs_reason=True),
    **_from(
        (_S.RECEIVED, _S.ACCEPTED, _S.CLAIMED),
        _A.MERGE,
        Step(_S.MERGED, CASEWORKERS | SUPERVISORS),
    ),
    (_S.MERGED, _A.UNMERGE): Step(_S.ACCEPTED, CASEWORKERS | SUPERVISORS | CLOCKWORK),
    # Merged cases are answered by the reply to the one they were merged into.
    (_S.MERGED, _A.SEND): Step(_S.SENT, CASEWORKERS),
    (_S.SENT, _A.CLOSE): Step(_S.CLOSED, CASEWORKERS | SUPERVISORS | CLOCKWORK),
    **_from(
        (_S.SENT, _S.DELIVERED, _S.CLOSED),
        _A.REOPEN,
        Step(_S.ACCEPTED, PUBLIC | SUPERVISORS | REVIEWERS, needs_reason=True),
    ),
    **_staying((_S.SENT, _S.DELIVERED, _S.CLOSED), _A.RATE, PUBLIC | {_R.OPERATOR}),
}

_DISCLOSURE: Table = {
    (None, _A.OPEN): Step(_S.SUBMITTED, ANYBODY),
    (_S.SUBMITTED, _A.CONFIRM): Step(_S.ACCEPTED, DESK),
    (_S.SUBMITTED, _A.REGISTER): Step(_S.ACCEPTED, DESK),
    (_S.ACCEPTED, _A.RETURN): Step(_S.ACCEPTED, CASEWORKERS, needs_reason=True),
    (_S.CLAIMED, _A.RETURN): Step(_S.ACCEPTED, CASEWORKERS, by_holder=True, needs_reason=True),
    (_S.CLAIMED, _A.ASK_SUPPLEMENT): Step(
        _S.SUPPLEMENTING, CASEWORKERS, by_holder=True, needs_reason=True
    ),
    (_S.SUPPLEMENTING, _A.RECEIVE_SUPPLEMENT): Step(_S.CLAIMED, DESK | PUBLIC),
    (_S.SUPPLEMENTING, _A.LAPSE): Step(_S.CLOSED, REVIEWERS, needs_reason=True),
    (_S.CLAIMED, _A.CONSULT): Step(_S.CONSULTING, CASEWORKERS, by_holder=True, needs_reason=True),
    (_S.CONSULTING, _A.RECEIVE_OPINION): Step(_S.CLAIMED, CASEWORKERS | CLOCKWORK),
    (_S.CLAIMED, _A.CHARGE_FEE): Step(_S.FEE_DUE, CASEWORKERS, by_holder=True, needs_reason=True),
    (_S.FEE_DUE, _A.RECEIVE_FEE): Step(_S.CLAIMED, DESK),
    (_S.FEE_DUE, _A.LAPSE): Step(_S.CLOSED, REVIEWERS, needs_reason=True),
    **_staying(ENDED_STATUSES, _A.CONTEST, CASEWORKERS | SIGNERS),
}

TRANSITIONS: Mapping[Family, Table] = {
    Family.INQUIRY: {**_HANDLING, **_whenever_open(_INQUIRY_OPEN), **_INQUIRY},
    Family.DISCLOSURE: {**_HANDLING, **_whenever_open(_DISCLOSURE_OPEN), **_DISCLOSURE},
}


def next_step(kind: CaseKind, status: CaseStatus | None, action: CaseAction) -> Step:
    """The step `action` takes from `status`, None before there is a case; else `Conflict`."""
    step = TRANSITIONS[kind.family].get((status, action))
    if step is None:
        present = status.label if status else "尚未提交"
        raise Conflict(f"这件现在是“{present}”，不能{action.label}。")
    return step


def may(
    role: Role | Party,
    is_drafter: bool,
    step: Step,
    *,
    is_holder: bool = True,
    is_own_office: bool = True,
) -> bool:
    """Whether this person may take `step`: drafter of the reply in hand, holder of the case.

    A handler works for one office; of another's cases they may only countersign, which `is_own_office` then says.
    """
    if role not in step.roles or (step.by_other_than_drafter and is_drafter):
        return False
    if role is Role.HANDLER and not is_own_office:
        return False
    return is_holder or not step.by_holder or role in (Role.SUPERVISOR, Party.SYSTEM)


def steps_from(kind: CaseKind, status: CaseStatus) -> dict[CaseAction, Step]:
    """What can follow `status`: the buttons of a page, before `may` removes some."""
    table = TRANSITIONS[kind.family]
    return {action: step for (before, action), step in table.items() if before is status}
