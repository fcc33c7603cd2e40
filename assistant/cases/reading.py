"""Reading one case: everything of it for staff, and what a citizen sees of theirs."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent, events_of
from assistant.cases.clock import Clock, run
from assistant.cases.clock_log import read_acts
from assistant.cases.kinds import CaseKind, Resolution
from assistant.cases.models import Case, CaseNote, DraftReview, Rating, ReplyDraft
from assistant.cases.opening import read_secret
from assistant.cases.receipts import hash_code, read_code, read_receipt_no
from assistant.cases.rules import SHIPPED, Rules
from assistant.cases.states import CaseAction, CaseStatus
from assistant.cases.urgency import Urgency, urgency_of
from assistant.disclosure.models import Consultation, Contest, FeeNotice
from assistant.disclosure.outcomes import Outcome
from assistant.errors import NotFound
from assistant.staff.models import Account

Kept = TypeVar("Kept", Consultation, FeeNotice, Contest)

# What a citizen may follow of the history; who drafts and who reviews is the bureau's own affair.
_CITIZEN_STEPS = {
    CaseAction.OPEN: "已提交",
    CaseAction.CONFIRM: "已确认收到，开始计算答复期限",
    CaseAction.REGISTER: "已登记收到，开始计算答复期限",
    CaseAction.ACCEPT: "已受理",
    CaseAction.ASSIGN: "已交承办处室",
    CaseAction.DECLINE: "不予受理",
    CaseAction.TRANSFER: "已转送有权处理的机关",
    CaseAction.CLAIM: "承办人已开始办理",
    CaseAction.ASK_SUPPLEMENT: "需要您补正，答复期限停止计算",
    CaseAction.RECEIVE_SUPPLEMENT: "已收到补正，答复期限重新起算",
    CaseAction.CONSULT: "正在征求意见，所需时间不计入答复期限",
    CaseAction.RECEIVE_OPINION: "征求意见结束，答复期限继续计算",
    CaseAction.CHARGE_FEE: "已发出收费通知，等待您缴费",
    CaseAction.RECEIVE_FEE: "已收到缴费，答复期限重新起算",
    CaseAction.EXTEND: "答复期限已延长",
    CaseAction.LAPSE: "逾期未补正或未缴费，不再处理",
    CaseAction.MERGE: "与相同的诉求一并办理",
    CaseAction.SEND: "已答复",
    CaseAction.DELIVER: "答复已送达",
    CaseAction.REOPEN: "已重新办理",
    CaseAction.WITHDRAW: "已撤回",
    CaseAction.CLOSE: "已办结",
}
# Drafting, review and signature are one thing to the outside: being worked on.
_PUBLIC_STATUS = dict.fromkeys(
    (CaseStatus.DRAFTED, CaseStatus.APPROVED, CaseStatus.SIGNED, CaseStatus.MERGED),
    CaseStatus.CLAIMED,
) | {CaseStatus.ARCHIVED: CaseStatus.CLOSED}


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step of a case as its audit event tells it, with the words written for it."""

    at: datetime
    action: CaseAction
    actor_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class StaffView:
    """A case in full, with its drafts (newest first), its history (oldest first) and its clock."""

    case: Case
    handler_name: str | None
    urgency: Urgency
    clock: Clock
    drafts: Sequence[ReplyDraft]
    reviews: Sequence[tuple[DraftReview, str]]
    history: Sequence[HistoryEntry]
    consultations: Sequence[Consultation]
    fees: Sequence[FeeNotice]
    contests: Sequence[Contest]
    merged: Sequence[Case]
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class CitizenStep:
    at: datetime
    words: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CitizenView:
    """What receipt number and code open; no contact data, should the code have been overheard."""

    case_id: int
    receipt_no: str
    kind: CaseKind
    status: CaseStatus
    text: str
    received_on: date
    clock: Clock
    due_on: date | None
    due_provisional: bool
    waiting_until: date | None
    replied_at: datetime | None
    reply_text: str | None
    outcome: Outcome | None
    resolution: Resolution | None
    steps: Sequence[CitizenStep]
    is_rated: bool
    may_reopen: bool


def get_case_for_staff(
    session: Session, case_id: int, today: date, rules: Rules = SHIPPED
) -> StaffView:
    """One case with everything staff may see; raises `NotFound`."""
    row = session.execute(
        select(Case, Account.display_name)
        .outerjoin(Account, Account.id == Case.handler_id)
        .where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    case, handler_name = row
    events = events_of(session, "case", case_id)
    drafts = session.scalars(
        select(ReplyDraft).where(ReplyDraft.case_id == case_id).order_by(ReplyDraft.id.desc())
    ).all()
    return StaffView(
        case=case,
        handler_name=handler_name,
        urgency=urgency_of(case.status, case.due_on, today, case.amber_on, case.red_on),
        clock=_clock(case, events, rules),
        drafts=drafts,
        reviews=_reviews(session, drafts[0].id) if drafts else (),
        history=_history(session, case_id, events),
        consultations=_all(session, Consultation, case_id),
        fees=_all(session, FeeNotice, case_id),
        contests=_all(session, Contest, case_id),
        merged=session.scalars(select(Case).where(Case.merged_into_id == case_id)).all(),
        rating=session.get(Rating, case_id),
    )


def find_case_for_citizen(
    session: Session, receipt_no: str, code: str, rules: Rules = SHIPPED
) -> CitizenView:
    """The case behind a receipt number and its lookup code.

    A wrong number, a wrong code and no such case are one and the same `NotFound`, after the same work.
    """
    secret = read_secret(session) or b""
    number = read_receipt_no(receipt_no)
    case = session.scalar(select(Case).where(Case.receipt_no == (number or "")))
    offered = hash_code(secret, read_code(code))
    stored = case.lookup_hash if case is not None else hash_code(secret, "")
    fits = hmac.compare_digest(offered, stored)
    if case is None or not fits:
        raise NotFound("没有找到这件，请核对受理编号和查询码。")
    return _citizen_view(session, case, rules)


def _citizen_view(session: Session, case: Case, rules: Rules) -> CitizenView:
    reply = session.scalar(
        select(ReplyDraft.text)
        .where(ReplyDraft.case_id == case.id, ReplyDraft.sent_at.is_not(None))
        .order_by(ReplyDraft.id.desc())
        .limit(1)
    )
    events = events_of(session, "case", case.id)
    is_rated = session.get(Rating, case.id) is not None
    return CitizenView(
        case_id=case.id,
        receipt_no=case.receipt_no,
        kind=case.kind,
        status=_PUBLIC_STATUS.get(case.status, case.status),
        text=case.text,
        received_on=case.received_on,
        clock=_clock(case, events, rules),
        due_on=case.due_on,
        due_provisional=case.due_provisional,
        waiting_until=case.waiting_until,
        replied_at=case.replied_at,
        reply_text=reply,
        outcome=case.outcome,
        resolution=case.resolution,
        steps=_citizen_steps(session, case.id, events),
        is_rated=is_rated,
        may_reopen=case.resolution is Resolution.ANSWERED and not case.reopened and not is_rated,
    )


def _citizen_steps(
    session: Session, case_id: int, events: Sequence[AuditEvent]
) -> list[CitizenStep]:
    notes = _notes(session, case_id)
    steps = []
    for event in events:
        words = _CITIZEN_STEPS.get(CaseAction(event.action))
        if words:
            note = notes.get(int(event.data.get("note") or 0))
            steps.append(
                CitizenStep(event.at, words, note.text if note and note.for_citizen else None)
            )
    return steps


def _history(session: Session, case_id: int, events: Sequence[AuditEvent]) -> list[HistoryEntry]:
    notes = _notes(session, case_id)
    return [
        HistoryEntry(
            event.at,
            CaseAction(event.action),
            event.actor_name,
            note.text if (note := notes.get(int(event.data.get("note") or 0))) else None,
        )
        for event in events
    ]


def _notes(session: Session, case_id: int) -> dict[int, CaseNote]:
    found = session.scalars(select(CaseNote).where(CaseNote.case_id == case_id))
    return {note.id: note for note in found}


def _reviews(session: Session, draft_id: int) -> list[tuple[DraftReview, str]]:
    rows = session.execute(
        select(DraftReview, Account.display_name)
        .join(Account, Account.id == DraftReview.reviewer_id)
        .where(DraftReview.draft_id == draft_id)
        .order_by(DraftReview.id)
    )
    return [(review, name) for review, name in rows]


def _all(session: Session, model: type[Kept], case_id: int) -> Sequence[Kept]:
    return session.scalars(select(model).where(model.case_id == case_id).order_by(model.id)).all()


def _clock(case: Case, events: Sequence[AuditEvent], rules: Rules) -> Clock:
    return run(rules.limits[case.kind.limit], read_acts(events), rules.calendar)
