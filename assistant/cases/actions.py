"""The verbs of a case. Each takes `session`, `actor` and `now`, ends in `_move`, and never commits.

They raise `NotFound`, `Invalid`, `Forbidden` (not this person) and `Conflict` (not from this state,
or somebody was faster); after any of these nothing of the verb is to be kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assistant import audit, notices
from assistant.audit import Scalar
from assistant.cases.deadlines import compute
from assistant.cases.intake import (
    NOTE_MAX,
    REPLY_MAX,
    NewCase,
    checked,
    checked_text,
    text_hash,
)
from assistant.cases.limits import LIMITS, Limit
from assistant.cases.models import Case, ReplyDraft
from assistant.cases.opening import (
    Receipt,
    ensure_secret,
    find_submission,
    local_date,
    new_case,
    receipt_for,
)
from assistant.cases.states import CaseAction, CaseKind, Step, may, next_step
from assistant.cases.workdays import Calendar
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Conflict, Forbidden, Invalid, NotFound
from assistant.notices import NoticeKind
from assistant.staff.models import Account
from assistant.staff.roles import CITIZEN, Actor

_NOTICES: Mapping[CaseAction, NoticeKind] = {
    CaseAction.CONFIRM: NoticeKind.CLOCK_STARTED,
    CaseAction.SEND: NoticeKind.REPLIED,
}


def open_case(
    session: Session,
    request: NewCase,
    now: datetime,
    calendar: Calendar,
    *,
    actor: Actor = CITIZEN,
    limits: Mapping[str, Limit] = LIMITS,
) -> Receipt:
    """Take a submission in; the same form again gives the same receipt.

    `actor` is the operator where one writes down what a caller says. The same form key with other
    content is a `Conflict`.
    """
    wanted = checked(request)
    secret = ensure_secret(session)
    case = find_submission(session, secret, wanted.form_key)
    if case is None:
        try:
            with session.begin_nested():
                case = new_case(session, wanted, secret, now, calendar, limits)
                _move(session, case, CaseAction.OPEN, actor, now)
        except IntegrityError:  # the same form, sent twice at once
            case = find_submission(session, secret, wanted.form_key)
            if case is None:
                raise
    return receipt_for(case, wanted, secret)


def confirm(
    session: Session, actor: Actor, case_id: int, now: datetime, calendar: Calendar
) -> Case:
    """Both sides have confirmed the application: its clock starts today.

    政府信息公开条例第三十一条第三、四项: the day of receipt is the day of that confirmation.
    """
    case = _load(session, case_id)
    started_on = local_date(now)
    deadline = compute(case.kind.limit, started_on, calendar)
    changes = {
        "clock_from_on": started_on,
        "due_on": deadline.due_on,
        "due_provisional": deadline.provisional,
    }
    return _move(session, case, CaseAction.CONFIRM, actor, now, changes=changes)


def claim(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
    """Take the case on; of several at once one succeeds, the `Conflict` tells the others who."""
    holder_id = _staff_id(actor)
    case = _load(session, case_id)
    try:
        return _move(session, case, CaseAction.CLAIM, actor, now, changes={"handler_id": holder_id})
    except Conflict as conflict:
        holder = session.get(Account, case.handler_id) if case.handler_id else None
        if holder is None:
            raise
        raise Conflict(f"这件已由{holder.display_name}认领。") from conflict


def release(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
    """Put the case back for others to claim."""
    case = _load(session, case_id)
    return _move(session, case, CaseAction.RELEASE, actor, now, changes={"handler_id": None})


def draft_reply(
    session: Session, actor: Actor, case_id: int, text: str, now: datetime
) -> ReplyDraft:
    """Submit a wording for review; a new one voids whatever was approved before."""
    clean = checked_text(text, REPLY_MAX)
    case = _load(session, case_id)
    digest = text_hash(clean)
    _move(session, case, CaseAction.DRAFT, actor, now, evidence={"text_hash": digest})
    draft = ReplyDraft(
        case_id=case.id,
        text=clean,
        text_hash=digest,
        drafter_id=_staff_id(actor),
        drafted_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def approve(
    session: Session, actor: Actor, case_id: int, seen_hash: str, now: datetime
) -> ReplyDraft:
    """Approve the wording the reviewer has read, known by `seen_hash`; never one's own."""
    case, draft = _load_with_draft(session, case_id)
    if draft.text_hash != seen_hash:
        raise Conflict("您看到的稿子已经改过，请刷新后重新审核。")
    evidence = {"text_hash": draft.text_hash}
    _move(session, case, CaseAction.APPROVE, actor, now, draft=draft, evidence=evidence)
    draft.approved_by, draft.approved_at = _staff_id(actor), now
    draft.approved_hash = text_hash(draft.text)
    session.flush()
    return draft


def return_draft(
    session: Session, actor: Actor, case_id: int, note: str, now: datetime
) -> ReplyDraft:
    """Send the wording back with a reason; an approval it had is void."""
    reason = checked_text(note, NOTE_MAX, "note")
    case, draft = _load_with_draft(session, case_id)
    _move(session, case, CaseAction.RETURN_DRAFT, actor, now, draft=draft)
    draft.return_note = reason
    draft.approved_by = draft.approved_at = draft.approved_hash = None
    session.flush()
    return draft


def send(
    session: Session, actor: Actor, case_id: int, now: datetime, outcome: Outcome | None = None
) -> Case:
    """Let the approved wording leave; an application for information needs its `outcome`.

    Only a text whose hash is the approved one goes out.
    """
    case, draft = _load_with_draft(session, case_id)
    step = next_step(case.kind, case.status, CaseAction.SEND)
    _require_allowed(actor, case, step, draft)
    _require_outcome(case.kind, outcome)
    if draft.approved_by is None or draft.approved_hash != text_hash(draft.text):
        raise Conflict("这份答复审核后又有改动，请重新送审。")
    _move(
        session,
        case,
        CaseAction.SEND,
        actor,
        now,
        draft=draft,
        changes={"outcome": outcome, "replied_at": now},
        evidence={"text_hash": draft.approved_hash, "outcome": outcome and outcome.value},
    )
    draft.sent_at = now
    session.flush()
    return case


def _move(
    session: Session,
    case: Case,
    action: CaseAction,
    actor: Actor,
    now: datetime,
    *,
    draft: ReplyDraft | None = None,
    changes: Mapping[str, object] | None = None,
    evidence: Mapping[str, Scalar] | None = None,
) -> Case:
    """Take one step of TRANSITIONS: check it, write it, log it, tell of it."""
    before = case.status
    step = next_step(case.kind, before, action)
    _require_allowed(actor, case, step, draft)
    _save(session, case, {**(changes or {}), "status": step.status})
    data: dict[str, Scalar] = {
        "from": before and before.value,
        "to": step.status.value,
        "due_on": case.due_on.isoformat() if case.due_on else None,
        **(evidence or {}),
    }
    audit.append(session, "case", case.id, action.value, actor, now, data)
    if action in _NOTICES:
        key = f"case:{case.id}:{action.value}:{case.version}"
        payload = {"receipt_no": case.receipt_no, "status": step.status.value}
        notices.enqueue(session, case.id, _NOTICES[action], key, now, payload)
    return case


def _save(session: Session, case: Case, changes: Mapping[str, object]) -> None:
    """Compare-and-set: the UPDATE asks for the version that was read, so a race has one winner."""
    try:
        with session.begin_nested():
            session.add(case)
            for name, value in changes.items():
                setattr(case, name, value)
    except StaleDataError:
        session.refresh(case)
        raise Conflict from None


def _require_allowed(actor: Actor, case: Case, step: Step, draft: ReplyDraft | None) -> None:
    is_drafter = draft is not None and draft.drafter_id == actor.id
    is_holder = case.handler_id is not None and case.handler_id == actor.id
    if may(actor.role, is_drafter, step, is_holder=is_holder):
        return
    if step.by_other_than_drafter and is_drafter:
        raise Forbidden("起草人不能审核自己的稿件，请由另一位同事审核。")
    if step.by_holder and actor.role in step.roles:
        raise Forbidden("这件由别的同事承办，您不能代为处理。")
    raise Forbidden


def _require_outcome(kind: CaseKind, outcome: Outcome | None) -> None:
    if kind is CaseKind.DISCLOSURE and outcome is None:
        raise Invalid("答复政府信息公开申请必须选择办理结果。", field="outcome")
    if kind is not CaseKind.DISCLOSURE and outcome is not None:
        raise Invalid("只有政府信息公开申请才填写办理结果。", field="outcome")


def _load(session: Session, case_id: int) -> Case:
    # Read afresh: the writer's session outlives the request that filled it.
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotFound
    return case


def _load_with_draft(session: Session, case_id: int) -> tuple[Case, ReplyDraft]:
    case = _load(session, case_id)
    draft = session.scalar(
        select(ReplyDraft)
        .where(ReplyDraft.case_id == case.id)
        .order_by(ReplyDraft.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if draft is None:
        raise Conflict("这件还没有拟好的答复。")
    return case, draft


def _staff_id(actor: Actor) -> int:
    if actor.id is None:
        raise Forbidden
    return actor.id
