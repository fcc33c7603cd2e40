"""Reading cases: the staff's queue, one case in full, and what a citizen sees of theirs."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent, events_of
from assistant.cases.models import Case, ReplyDraft
from assistant.cases.opening import read_secret
from assistant.cases.receipts import hash_code, read_code, read_receipt_no
from assistant.cases.states import OPEN_STATUSES, CaseAction, CaseKind, CaseStatus
from assistant.cases.workdays import OFFICIAL, Calendar
from assistant.disclosure.outcomes import Outcome
from assistant.errors import NotFound
from assistant.staff.models import Account

# Amber when this many working days are left, or fewer.
DUE_SOON_WORKDAYS = 2

# What a citizen may follow of the history; who drafts and who reviews is the bureau's own affair.
_CITIZEN_STEPS = {
    CaseAction.OPEN: "已提交",
    CaseAction.CONFIRM: "已确认收到，开始计算答复期限",
    CaseAction.CLAIM: "承办人已开始办理",
    CaseAction.SEND: "已答复",
}


class Urgency(StrEnum):
    """How the due date stands to today; computed, never stored."""

    NO_CLOCK = "no_clock"
    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases to list; every field narrows. Without `statuses`, whatever is still open."""

    statuses: frozenset[CaseStatus] = OPEN_STATUSES
    kind: CaseKind | None = None
    handler_id: int | None = None
    office_id: str | None = None
    overdue_only: bool = False
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue. `contact` is masked; the full one is on the case's own page."""

    case_id: int
    receipt_no: str
    kind: CaseKind
    status: CaseStatus
    title: str
    office_id: str | None
    handler_id: int | None
    handler_name: str | None
    contact: str
    received_on: date
    due_on: date | None
    due_provisional: bool
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step of a case as its audit event tells it."""

    at: datetime
    action: CaseAction
    actor_name: str


@dataclass(frozen=True, slots=True)
class StaffView:
    """A case in full, with its drafts (newest first) and its history (oldest first)."""

    case: Case
    handler_name: str | None
    urgency: Urgency
    drafts: Sequence[ReplyDraft]
    history: Sequence[HistoryEntry]


@dataclass(frozen=True, slots=True)
class CitizenStep:
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class CitizenView:
    """What receipt number and code open; no contact data, should the code have been overheard."""

    case_id: int
    receipt_no: str
    kind: CaseKind
    status: CaseStatus
    text: str
    received_on: date
    clock_from_on: date | None
    due_on: date | None
    due_provisional: bool
    replied_at: datetime | None
    reply_text: str | None
    outcome: Outcome | None
    steps: Sequence[CitizenStep]


def list_queue(
    session: Session,
    today: date,
    filters: QueueFilter | None = None,
    calendar: Calendar = OFFICIAL,
) -> list[QueueRow]:
    """The queue, most urgent first, in one query.

    Unconfirmed applications come before all: the law wants them confirmed on the day
    (条例第三十一条).
    """
    wanted = filters or QueueFilter()
    soon_on = calendar.add_workdays(today, DUE_SOON_WORKDAYS)
    rows = session.execute(_queue_query(today, wanted)).all()
    return [_queue_row(row, today, soon_on) for row in rows]


def get_case_for_staff(
    session: Session, case_id: int, today: date, calendar: Calendar = OFFICIAL
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
    soon_on = calendar.add_workdays(today, DUE_SOON_WORKDAYS)
    drafts = session.scalars(
        select(ReplyDraft).where(ReplyDraft.case_id == case_id).order_by(ReplyDraft.id.desc())
    ).all()
    return StaffView(
        case=case,
        handler_name=handler_name,
        urgency=urgency_of(case.status, case.due_on, today, soon_on),
        drafts=drafts,
        history=[_history_entry(event) for event in events_of(session, "case", case_id)],
    )


def find_case_for_citizen(session: Session, receipt_no: str, code: str) -> CitizenView:
    """The case behind a receipt number and its lookup code.

    A wrong number, a wrong code and no such case are one and the same `NotFound`, after the same
    work.
    """
    secret = read_secret(session) or b""
    number = read_receipt_no(receipt_no)
    case = session.scalar(select(Case).where(Case.receipt_no == (number or "")))
    offered = hash_code(secret, read_code(code))
    stored = case.lookup_hash if case is not None else hash_code(secret, "")
    fits = hmac.compare_digest(offered, stored)
    if case is None or not fits:
        raise NotFound("没有找到这件，请核对受理编号和查询码。")
    return _citizen_view(session, case)


def urgency_of(status: CaseStatus, due_on: date | None, today: date, soon_on: date) -> Urgency:
    """Red after the due date, amber when it falls on `soon_on` or before; pure."""
    if status not in OPEN_STATUSES:
        return Urgency.CLOSED
    if due_on is None:
        return Urgency.NO_CLOCK
    if due_on < today:
        return Urgency.OVERDUE
    return Urgency.DUE_SOON if due_on <= soon_on else Urgency.ON_TIME


def mask_name(name: str) -> str:
    """The family name and one asterisk for each further character, two at most."""
    return name[:1] + "*" * min(len(name) - 1, 2)


def mask_phone(phone: str) -> str:
    """First three and last four digits of a long number, else the last two."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}"


def mask_email(email: str) -> str:
    """The first letter and the domain."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}***@{domain}"


def _queue_query(today: date, wanted: QueueFilter) -> Select[Case, str | None]:
    return (
        select(Case, Account.display_name)
        .outerjoin(Account, Account.id == Case.handler_id)
        .where(*_conditions(today, wanted))
        .order_by(Case.due_on.asc().nulls_first(), Case.id)
        .limit(wanted.limit)
        .offset(wanted.offset)
    )


def _conditions(today: date, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Case.status.in_(wanted.statuses)]
    if wanted.kind is not None:
        conditions.append(Case.kind == wanted.kind)
    if wanted.handler_id is not None:
        conditions.append(Case.handler_id == wanted.handler_id)
    if wanted.office_id is not None:
        conditions.append(Case.office_id == wanted.office_id)
    if wanted.overdue_only:
        conditions.append((Case.due_on < today) & Case.status.in_(OPEN_STATUSES))
    return conditions


def _queue_row(row: Row[Case, str | None], today: date, soon_on: date) -> QueueRow:
    case, handler_name = row
    return QueueRow(
        case_id=case.id,
        receipt_no=case.receipt_no,
        kind=case.kind,
        status=case.status,
        title=case.title,
        office_id=case.office_id,
        handler_id=case.handler_id,
        handler_name=handler_name,
        contact=_masked_contact(case),
        received_on=case.received_on,
        due_on=case.due_on,
        due_provisional=case.due_provisional,
        urgency=urgency_of(case.status, case.due_on, today, soon_on),
    )


def _masked_contact(case: Case) -> str:
    parts = (
        mask_name(case.contact_name) if case.contact_name else None,
        mask_phone(case.contact_phone) if case.contact_phone else None,
        mask_email(case.contact_email) if case.contact_email else None,
    )
    return " ".join(part for part in parts if part)


def _history_entry(event: AuditEvent) -> HistoryEntry:
    return HistoryEntry(event.at, CaseAction(event.action), event.actor_name)


def _citizen_view(session: Session, case: Case) -> CitizenView:
    reply = session.scalar(
        select(ReplyDraft.text).where(
            ReplyDraft.case_id == case.id, ReplyDraft.sent_at.is_not(None)
        )
    )
    history = [_history_entry(event) for event in events_of(session, "case", case.id)]
    return CitizenView(
        case_id=case.id,
        receipt_no=case.receipt_no,
        kind=case.kind,
        status=_public_status(case.status),
        text=case.text,
        received_on=case.received_on,
        clock_from_on=case.clock_from_on,
        due_on=case.due_on,
        due_provisional=case.due_provisional,
        replied_at=case.replied_at,
        reply_text=reply,
        outcome=case.outcome,
        steps=[
            CitizenStep(entry.at, _CITIZEN_STEPS[entry.action])
            for entry in history
            if entry.action in _CITIZEN_STEPS
        ],
    )


def _public_status(status: CaseStatus) -> CaseStatus:
    """Drafting and review are one thing to the outside: being worked on."""
    return CaseStatus.CLAIMED if status in (CaseStatus.DRAFTED, CaseStatus.APPROVED) else status
