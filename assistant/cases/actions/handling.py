"""The handler's verbs and those of the people after them: claim, draft, review, sign, send, and what follows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import Scalar
from assistant.cases.actions.moving import (
    let_go,
    load,
    load_with_draft,
    merged_into,
    move,
    require_allowed,
    staff_id,
)
from assistant.cases.clock import ClockAct, ClockEvent
from assistant.cases.intake import NOTE_MAX, REPLY_MAX, checked_text, reply_hash
from assistant.cases.kinds import CaseKind, Family, Resolution
from assistant.cases.models import Case, DraftReview, Rating, ReplyDraft
from assistant.cases.opening import local_date
from assistant.cases.rules import SHIPPED, Rules
from assistant.cases.states import (
    CaseAction,
    next_step,
)
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Conflict, Invalid
from assistant.staff.models import Account
from assistant.staff.roles import Actor, Party

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
# A score of 2 or less says dissatisfied, of five (好差评: 非常不满意、不满意).
DISSATISFIED = 2


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
) -> ReplyDraft:
    """Submit a wording for review, an application's with its outcome; whatever was approved before is void."""
    clean = checked_text(text, REPLY_MAX)
    case = load(session, case_id)
    _require_outcome(case.kind, outcome)
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
    session: Session, actor: Actor, case_id: int, seen_hash: str, now: datetime
) -> ReplyDraft:
    """Approve the wording the reviewer has read, known by `seen_hash`; never one's own."""
    case, draft = load_with_draft(session, case_id)
    _require_seen(draft, seen_hash)
    step = next_step(case.kind, case.status, CaseAction.APPROVE)
    require_allowed(actor, case, CaseAction.APPROVE, step, draft)
    _require_reviews(session, case, draft)
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


def sign(session: Session, actor: Actor, case_id: int, seen_hash: str, now: datetime) -> ReplyDraft:
    """Sign the approved wording (签发); never one's own draft."""
    case, draft = load_with_draft(session, case_id)
    _require_seen(draft, seen_hash)
    next_step(case.kind, case.status, CaseAction.SIGN)
    _require_unchanged(draft, draft.approved_hash)
    evidence = {"text_hash": draft.text_hash}
    move(session, case, CaseAction.SIGN, actor, now, draft=draft, evidence=evidence)
    draft.signed_by, draft.signed_at = staff_id(actor), now
    draft.signed_hash = reply_hash(draft.text, draft.outcome)
    session.flush()
    return draft


def send(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
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
    _send_one(session, actor, case, draft, now)
    for merged in merged_into(session, case):
        _send_one(session, actor, merged, _copied(session, merged, draft), now)
    return case


def deliver(
    session: Session, actor: Actor, case_id: int, delivered_on: date, now: datetime
) -> Case:
    """Record the day the reply reached the applicant: their periods for a remedy count from it."""
    case = load(session, case_id)
    sent_on = local_date(case.replied_at) if case.replied_at else delivered_on
    if not sent_on <= delivered_on <= local_date(now):
        raise Invalid("送达日期应在答复日期和今天之间。", field="delivered_on")
    changes = {"delivered_on": delivered_on}
    evidence = {"delivered_on": delivered_on.isoformat()}
    return move(session, case, CaseAction.DELIVER, actor, now, changes=changes, evidence=evidence)


def close(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
    """Nothing more is to be done."""
    changes = {"closed_at": now}
    return move(session, load(session, case_id), CaseAction.CLOSE, actor, now, changes=changes)


def archive(session: Session, actor: Actor, case_id: int, now: datetime) -> Case:
    """File it away (归档); it is read from then on, never changed."""
    return move(session, load(session, case_id), CaseAction.ARCHIVE, actor, now)


def withdraw(
    session: Session, actor: Actor, case_id: int, now: datetime, reason: str | None = None
) -> Case:
    """The citizen takes it back; an application then counts under 其他处理—其他."""
    case = load(session, case_id)
    is_application = case.kind.family is Family.DISCLOSURE
    changes = {
        "closed_at": now,
        "merged_into_id": None,
        "outcome": Outcome.OTHER_OTHER if is_application else None,
        "resolution": None if is_application else Resolution.WITHDRAWN,
    }
    move(session, case, CaseAction.WITHDRAW, actor, now, changes=changes, reason=reason)
    let_go(session, case, now)
    return case


def rate(
    session: Session,
    actor: Actor,
    case_id: int,
    score: int,
    now: datetime,
    reason: str | None = None,
    rules: Rules = SHIPPED,
) -> Case:
    """Take the citizen's rating, once (好差评); dissatisfaction with a reason reopens the case, once."""
    if not 1 <= score <= 5:
        raise Invalid("请选择一个评价。", field="score")
    case = load(session, case_id)
    if session.get(Rating, case.id) is not None:
        raise Conflict("您已经评价过这件，谢谢。")
    words = checked_text(reason, NOTE_MAX, "reason") if reason and reason.strip() else None
    move(session, case, CaseAction.RATE, actor, now, evidence={"score": score})
    session.add(Rating(case_id=case.id, score=score, reason=words, rated_at=now))
    session.flush()
    if score <= DISSATISFIED and words and not case.reopened:
        return reopen(session, actor, case_id, words, now, rules)
    return case


def reopen(
    session: Session,
    actor: Actor,
    case_id: int,
    reason: str,
    now: datetime,
    rules: Rules = SHIPPED,
) -> Case:
    """Handle it again (重办): back to its office, with a new period. A citizen's dissatisfaction can do so once."""
    case = load(session, case_id)
    if actor.role is Party.PUBLIC and case.reopened:
        raise Conflict("这件已经重办过一次。对处理仍不满意的，可以拨打 12345。")
    if case.resolution is not Resolution.ANSWERED:
        raise Conflict(
            f"这件是“{case.resolution.label if case.resolution else '未答复'}”，不能重办。"
        )
    changes = {
        "handler_id": None,
        "resolution": None,
        "replied_at": None,
        "closed_at": None,
        "delivered_on": None,
        "reopened": case.reopened + 1,
    }
    acts = [ClockEvent(ClockAct.START, local_date(now))]
    return move(
        session,
        case,
        CaseAction.REOPEN,
        actor,
        now,
        changes=changes,
        clock=acts,
        rules=rules,
        reason=reason,
    )


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
