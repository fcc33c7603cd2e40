"""Who may add a file to a case, and who may look at one."""

from __future__ import annotations

from assistant.attachments.models import AttachmentPurpose
from assistant.cases.actions.moving import is_own_office
from assistant.cases.kinds import Family
from assistant.cases.models import Case
from assistant.cases.states import CASEWORKERS, DESK, ENDED_STATUSES, CaseStatus
from assistant.errors import Conflict, Forbidden, Invalid
from assistant.staff.roles import Actor, Party, Role

# Material for the reply is gathered before it goes to review: what was approved is then what is sent.
GATHERING = frozenset(
    {CaseStatus.CLAIMED, CaseStatus.SUPPLEMENTING, CaseStatus.CONSULTING, CaseStatus.FEE_DUE}
)
# Who reads a case; publisher and administrator have no business with its papers.
READERS = frozenset(
    {Role.OPERATOR, Role.HANDLER, Role.REVIEWER, Role.SIGNER, Role.SUPERVISOR, Role.AUDITOR}
)
_DECIDERS = frozenset({Role.REVIEWER, Role.SIGNER})


def require_may_attach(case: Case, purpose: AttachmentPurpose, actor: Actor) -> None:
    """`Forbidden`, `Conflict` or `Invalid` unless `actor` may add such a file to the case as it stands."""
    if case.status in ENDED_STATUSES:
        raise Conflict("这件已经办结，不能再增加文件。")
    if purpose is AttachmentPurpose.IDENTITY and case.kind.family is not Family.DISCLOSURE:
        raise Invalid("只有政府信息公开申请才需要身份证明，请不要上传。", field="file")
    if purpose is AttachmentPurpose.REPLY:
        _require_may_add_to_reply(case, actor)
    elif actor.role is not Party.PUBLIC and not (actor.role in DESK and _is_near(case, actor)):
        raise Forbidden


def require_may_fetch(case: Case, purpose: AttachmentPurpose, actor: Actor) -> None:
    """`Forbidden` unless `actor` is of the staff whose work it is to look at such a file."""
    is_identity = purpose is AttachmentPurpose.IDENTITY
    allowed = _may_see_identity(case, actor) if is_identity else actor.role in READERS
    if not (allowed and _is_near(case, actor)):
        raise Forbidden("您没有查看这份文件的权限。")


def _may_see_identity(case: Case, actor: Actor) -> bool:
    """Who handles the case: its holder, those who review and sign, and the desk until both sides have confirmed."""
    if actor.role is Role.OPERATOR:
        return case.status is CaseStatus.SUBMITTED
    return actor.role in _DECIDERS or _is_holder(case, actor)


def _require_may_add_to_reply(case: Case, actor: Actor) -> None:
    if not _is_holder(case, actor):
        raise Forbidden("随答复提供的信息由承办人添加。")
    if case.status not in GATHERING:
        raise Conflict("答复已经送审，不能再增加随附的信息；请先退回修改。")


def _is_holder(case: Case, actor: Actor) -> bool:
    return actor.role in CASEWORKERS and actor.id is not None and case.handler_id == actor.id


def _is_near(case: Case, actor: Actor) -> bool:
    """Operators, supervisors and auditors serve all offices; the others their own."""
    serves_all = actor.role in (Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR)
    return serves_all or is_own_office(actor, case.office_id)
