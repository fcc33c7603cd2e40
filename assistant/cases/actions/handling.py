"""The handler's verbs and those of the people after them: claim, draft, review, approve, sign, send.

Whoever knows what a reply must say gives drafting, approving, signing and sending a `fit`: called once the person and
the step are in order, it raises `Invalid` for a wording that may not go out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import Scalar
from assistant.cases.actions.moving import (
    load,
    load_with_draft,
    merged_into,
    move,
    require_allowed,
    staff_id,
)
from assistant.cases.intake import NOTE_MAX, REPLY_MAX, checked_text, reply_hash
from assistant.cases.kinds import CaseKind, Family, Resolution
from assistant.cases.models import Case, DraftReview, ReplyDraft
from assistant.cases.states import (
    CaseAction,
    next_step,
)
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Conflict, Invalid
from assistant.staff.models import Account
from assistant.staff.roles import Actor

# Raises `Invalid` for a wording the case may not be answered with.
Fit = Callable[[Case, str, Outcome | None], None]

# What an application's reply has been through before it can be approved (条例第十七条; domain.md §1.6).
REQUIRED_REVIEWS = (CaseAction.SECRECY_REVIEW, CaseAction.LEGALITY_REVIEW)
REVIEW_KINDS = frozenset({*REQUIRED_REVIEWS, CaseAction.COUNTERSIGN})
_COPIED = (
    "text",
    "text_hash",
    "outcome",
    "drafter_id",
    "drafted_at",
    "approved_by",
    "approved_at",
    "approved_hash",
    "signed_by",
    "signed_at",
    "signed_hash",
)


def claim(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
    """Take the case on; of several at once one succeeds, the `Conflict` tells the others who."""
    holder_id = staff_id(actor)
    case = load(session, case_id)
    changes = {"handler_id": holder_id, "office_id": case.office_id or actor.office_id}
    try:
        return move(session, case, CaseAction.CLAIM, actor, now, changes=changes)
    except Conflict as conflict:
        holder = session.get(Account, case.handler_id) if case.handler_id else None
        if holder is None:
            raise
        raise Conflict(f"这件已由{holder.display_name}认领。") from conflict


def release(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
    """Put the case back for others to claim."""
    case = load(session, case_id)
    return move(session, case, CaseAction.RELEASE, actor, now, changes={"handler_id": None})


def draft_reply(
    session: Session,
    actor: Actor,
    case_id: int,
    text: str,
    now: datetime,
    outcome: Outcome | None = None,
    fit: Fit | None = None,
) -> ReplyDraft:
    """Submit a wording for review, an application's with its outcome; whatever was approved before is void."""
    clean = checked_text(text, REPLY_MAX)
    case = load(session, case_id)
    step = next_step(case.kind, case.status, CaseAction.DRAFT)
    require_allowed(actor, case, CaseAction.DRAFT, step)
    _require_outcome(case.kind, outcome)
    if fit is not None:
        fit(case, clean, outcome)
    digest = reply_hash(clean, outcome)
    evidence = {"text_hash": digest, "outcome": outcome and outcome.value}
    move(session, case, CaseAction.DRAFT, actor, now, evidence=evidence)
    draft = ReplyDraft(
        case_id=case.id,
        text=clean,
        text_hash=digest,
        outcome=outcome,
        drafter_id=staff_id(actor),
        drafted_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def review(
    session: Session,
    actor: Actor,
    case_id: int,
    kind: CaseAction,
    seen_hash: str,
    agrees: bool,
    now: datetime,
    note: str | None = None,
) -> DraftReview:
    """Record a countersignature, a secrecy or a legality review of the wording that was read."""
    if kind not in REVIEW_KINDS:
        raise Invalid("没有这种审查。", field="kind")
    case, draft = load_with_draft(session, case_id)
    _require_seen(draft, seen_hash)
    words = checked_text(note, NOTE_MAX, "note") if note and note.strip() else None
    if not agrees and words is None:
        raise Invalid("不同意时请写明意见。", field="note")
    seen: dict[str, Scalar] = {"text_hash": draft.text_hash, "agrees": agrees}
    move(session, case, kind, actor, now, draft=draft, evidence=seen)
    opinion = DraftReview(
        draft_id=draft.id,
        kind=kind,
        reviewer_id=staff_id(actor),
        reviewed_at=now,
        agrees=agrees,
        note=words,
        text_hash=draft.text_hash,
    )
    session.add(opinion)
    session.flush()
    return opinion


def approve(
    session: Session,
    actor: Actor,
    case_id: int,
    seen_hash: str,
    now: datetime,
    fit: Fit | None = None,
) -> ReplyDraft:
    """Approve the wording the reviewer has read, known by `seen_hash`; never one's own."""
    case, draft = load_with_draft(session, case_id)
    _require_seen(draft, seen_hash)
    step = next_step(case.kind, case.status, CaseAction.APPROVE)
    require_allowed(actor, case, CaseAction.APPROVE, step, draft)
    _require_reviews(session, case, draft)
    _require_fit(case, draft, fit)
    evidence = {"text_hash": draft.text_hash}
    move(session, case, CaseAction.APPROVE, actor, now, draft=draft, evidence=evidence)
    draft.approved_by, draft.approved_at = staff_id(actor), now
    draft.approved_hash = reply_hash(draft.text, draft.outcome)
    session.flush()
    return draft


def return_draft(
    session: Session, actor: Actor, case_id: int, note: str, now: datetime
) -> ReplyDraft:
    """Send the wording back with a reason; an approval it had is void."""
    reason = checked_text(note, NOTE_MAX, "note")
    case, draft = load_with_draft(session, case_id)
    move(session, case, CaseAction.RETURN_DRAFT, actor, now, draft=draft, reason=reason)
    draft.return_note = reason
    draft.approved_by = draft.approved_at = draft.approved_hash = None
    session.flush()
    return draft


def sign(
    session: Session,
    actor: Actor,
    case_id: int,
    seen_hash: str,
    now: datetime,
    fit: Fit | None = None,
) -> ReplyDraft:
    """Sign the approved wording (签发); never one's own draft."""
    case, draft = load_with_draft(session, case_id)
    _require_seen(draft, seen_hash)
    step = next_step(case.kind, case.status, CaseAction.SIGN)
    require_allowed(actor, case, CaseAction.SIGN, step, draft)
    _require_unchanged(draft, draft.approved_hash)
    _require_fit(case, draft, fit)
    evidence = {"text_hash": draft.text_hash}
    move(session, case, CaseAction.SIGN, actor, now, draft=draft, evidence=evidence)
    draft.signed_by, draft.signed_at = staff_id(actor), now
    draft.signed_hash = reply_hash(draft.text, draft.outcome)
    session.flush()
    return draft


def send(
    session: Session, actor: Actor, case_id: int, now: datetime, fit: Fit | None = None
) -> Case:
    """Let the signed wording leave, to the citizen and to those whose cases were merged into this one.

    Only a text whose hash is the approved and the signed one goes out.
    """
    case, draft = load_with_draft(session, case_id)
    step = next_step(case.kind, case.status, CaseAction.SEND)
    require_allowed(actor, case, CaseAction.SEND, step, draft)
    if draft.approved_by is None or draft.signed_by is None:
        raise Conflict("这份答复还没有审核、签发。")
    _require_unchanged(draft, draft.approved_hash)
    _require_unchanged(draft, draft.signed_hash)
    _require_fit(case, draft, fit)
    _send_one(session, actor, case, draft, now)
    for merged in merged_into(session, case):
        _send_one(session, actor, merged, _copied(session, merged, draft), now)
    return case


def _send_one(session: Session, actor: Actor, case: Case, draft: ReplyDraft, now: datetime) -> None:
    is_application = case.kind.family is Family.DISCLOSURE
    changes = {
        "outcome": draft.outcome,
        "resolution": None if is_application else Resolution.ANSWERED,
        "replied_at": now,
        "supervised": False,
    }
    evidence = {
        "text_hash": draft.approved_hash,
        "outcome": draft.outcome and draft.outcome.value,
    }
    move(
        session, case, CaseAction.SEND, actor, now, draft=draft, changes=changes, evidence=evidence
    )
    draft.sent_at = now
    session.flush()


def _copied(session: Session, case: Case, draft: ReplyDraft) -> ReplyDraft:
    """The same wording, with the same approval and signature, as the merged case's own reply."""
    copy = ReplyDraft(case_id=case.id, **{name: getattr(draft, name) for name in _COPIED})
    session.add(copy)
    session.flush()
    return copy


def _require_outcome(kind: CaseKind, outcome: Outcome | None) -> None:
    if kind.family is Family.DISCLOSURE and outcome is None:
        raise Invalid("答复政府信息公开申请必须选择办理结果。", field="outcome")
    if kind.family is not Family.DISCLOSURE and outcome is not None:
        raise Invalid("只有政府信息公开申请才填写办理结果。", field="outcome")


def _require_fit(case: Case, draft: ReplyDraft, fit: Fit | None) -> None:
    if fit is not None:
        fit(case, draft.text, draft.outcome)


def _require_seen(draft: ReplyDraft, seen_hash: str) -> None:
    if draft.text_hash != seen_hash:
        raise Conflict("您看到的稿子已经改过，请刷新后重新审阅。")


def _require_unchanged(draft: ReplyDraft, known: str | None) -> None:
    if known != reply_hash(draft.text, draft.outcome):
        raise Conflict("这份答复审核后又有改动，请重新送审。")


def _require_reviews(session: Session, case: Case, draft: ReplyDraft) -> None:
    """An application's reply needs both reviews, of this very wording, and no objection left standing."""
    opinions = session.scalars(
        select(DraftReview).where(DraftReview.draft_id == draft.id).order_by(DraftReview.id)
    ).all()
    last = {
        (one.kind, one.reviewer_id): one for one in opinions if one.text_hash == draft.text_hash
    }
    objections = [one for one in last.values() if not one.agrees]
    if objections:
        raise Conflict(f"{objections[0].kind.label}还有不同意见，请先退回修改。")
    done = {kind for kind, _ in last}
    missing = [kind.label for kind in REQUIRED_REVIEWS if kind not in done]
    if case.kind.family is Family.DISCLOSURE and missing:
        raise Conflict(f"还没有{'、'.join(missing)}，不能审核通过。")
