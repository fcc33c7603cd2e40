"""The staff's queue: which cases wait, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.cases.masking import mask_email, mask_name, mask_phone
from assistant.cases.models import Case
from assistant.cases.receipts import read_receipt_no
from assistant.cases.states import OPEN_STATUSES, CaseStatus
from assistant.cases.turns import HAVING_TURNS, awaiting
from assistant.cases.urgency import Urgency, urgency_of
from assistant.staff.models import Account
from assistant.staff.roles import Actor

# Not a case of its own: its answer comes with the one it was merged into.
QUEUED_STATUSES = OPEN_STATUSES - {CaseStatus.MERGED}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases to list; every field narrows. Without `statuses`, whatever is still open.

    `office_id` with `or_unassigned` is what a handler may reach: their own office's, and nobody's. `turn_of` leaves
    what waits for this person, whatever the statuses, a delivery to be registered among it.
    """

    statuses: frozenset[CaseStatus] = QUEUED_STATUSES
    kind: CaseKind | None = None
    handler_id: int | None = None
    office_id: str | None = None
    or_unassigned: bool = False
    overdue_only: bool = False
    supervised_only: bool = False
    turn_of: Actor | None = None
    words: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue. `contact` is masked; the full one is on the case's own page."""

    case_id: int
    receipt_no: str
    external_no: str | None
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
    waiting_until: date | None
    supervised: bool
    urgency: Urgency


def list_queue(session: Session, today: date, filters: QueueFilter | None = None) -> list[QueueRow]:
    """The queue, most urgent first, in one query.

    Unconfirmed applications come before all: the law wants them confirmed on the day (条例第三十一条); what waits
    for somebody else comes last.
    """
    wanted = filters or QueueFilter()
    return [_queue_row(row, today) for row in session.execute(_query(today, wanted)).all()]


def count_queue(session: Session, today: date, filters: QueueFilter) -> int:
    """How many cases the filter lets through."""
    return int(session.scalar(select(func.count(Case.id)).where(*_conditions(today, filters))) or 0)


def count_turn(session: Session, today: date, actor: Actor) -> int:
    """How many cases wait for this person."""
    if actor.role not in HAVING_TURNS:
        return 0
    return count_queue(session, today, QueueFilter(turn_of=actor))


def next_turn(session: Session, today: date, actor: Actor, case_id: int) -> QueueRow | None:
    """The case this person takes up after `case_id`: the most urgent, or the one after it where it waits too."""
    if actor.role not in HAVING_TURNS:
        return None
    rows = list_queue(session, today, QueueFilter(turn_of=actor))
    place = next((n for n, row in enumerate(rows) if row.case_id == case_id), -1)
    others = [*rows[place + 1 :], *rows[: max(place, 0)]]
    return others[0] if others else None


def _query(today: date, wanted: QueueFilter) -> Select[Case, str | None]:
    return (
        select(Case, Account.display_name)
        .outerjoin(Account, Account.id == Case.handler_id)
        .where(*_conditions(today, wanted))
        .order_by(
            (Case.status != CaseStatus.SUBMITTED).asc(),
            Case.due_on.asc().nulls_last(),
            Case.id,
        )
        .limit(wanted.limit)
        .offset(wanted.offset)
    )


def _conditions(today: date, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    whose = awaiting(wanted.turn_of) if wanted.turn_of else Case.status.in_(wanted.statuses)
    conditions: list[ColumnElement[bool]] = [whose]
    if wanted.kind is not None:
        conditions.append(Case.kind == wanted.kind)
    if wanted.handler_id is not None:
        conditions.append(Case.handler_id == wanted.handler_id)
    if wanted.office_id is not None:
        own = Case.office_id == wanted.office_id
        conditions.append(own | Case.office_id.is_(None) if wanted.or_unassigned else own)
    if wanted.overdue_only:
        conditions.append((Case.due_on < today) & Case.status.in_(OPEN_STATUSES))
    if wanted.supervised_only:
        conditions.append(Case.supervised.is_(True))
    if wanted.words.strip():
        conditions.append(_found_by(wanted.words.strip()))
    return conditions


def _found_by(words: str) -> ColumnElement[bool]:
    """By either number in full, or by what the title says."""
    number = read_receipt_no(words)
    if number is not None:
        return Case.receipt_no == number
    return (Case.external_no == words) | Case.title.contains(words, autoescape=True)


def _queue_row(row: Row[Case, str | None], today: date) -> QueueRow:
    case, handler_name = row
    return QueueRow(
        case_id=case.id,
        receipt_no=case.receipt_no,
        external_no=case.external_no,
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
        waiting_until=case.waiting_until,
        supervised=case.supervised,
        urgency=urgency_of(case.status, case.due_on, today, case.amber_on, case.red_on),
    )


def _masked_contact(case: Case) -> str:
    parts = (
        mask_name(case.contact_name) if case.contact_name else None,
        mask_phone(case.contact_phone) if case.contact_phone else None,
        mask_email(case.contact_email) if case.contact_email else None,
    )
    return " ".join(part for part in parts if part)
