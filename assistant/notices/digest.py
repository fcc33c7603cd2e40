"""Everybody's working day in four numbers, once, in the morning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.audit import Scalar
from assistant.cases.actions.moving import is_own_office
from assistant.cases.models import Case, ReplyDraft
from assistant.cases.rules import Rules
from assistant.cases.states import OPEN_STATUSES, CaseStatus
from assistant.notices import Notice, NoticeKind, enqueue
from assistant.settings import SHANGHAI
from assistant.staff.models import Account
from assistant.staff.roles import Role

SENT_FROM = time(8, 30)
# As near as the queue's own amber.
SOON_WORKDAYS = 2
# Those with cases to see to; an auditor changes nothing, a publisher has no clock.
READERS = (Role.OPERATOR, Role.HANDLER, Role.REVIEWER, Role.SIGNER, Role.SUPERVISOR)
# Whose turn it is while a reply waits for a second person.
_WAITS_FOR = {Role.REVIEWER: CaseStatus.DRAFTED, Role.SIGNER: CaseStatus.APPROVED}


@dataclass(frozen=True, slots=True)
class _Open:
    """An open case, as far as a digest counts it. `drafter_id` wrote the reply in hand."""

    office_id: str | None
    status: CaseStatus
    due_on: date | None
    drafter_id: int | None


def write_digests(session: Session, now: datetime, rules: Rules) -> int:
    """Give each person the digest of today, a working day from half past eight on; returns the new ones."""
    local = now.astimezone(SHANGHAI)
    today = local.date()
    if local.time() < SENT_FROM or not rules.calendar.is_workday(today):
        return 0
    readers = _without_digest(session, today)
    if not readers:
        return 0
    cases = list(_open_cases(session))
    soon_on = rules.calendar.add_workdays(today, SOON_WORKDAYS)
    for account in readers:
        payload: dict[str, Scalar] = {
            "on": today.isoformat(),
            **_counts(account, cases, today, soon_on),
        }
        key = _key(account.id, today)
        enqueue(session, None, NoticeKind.DIGEST, key, now, payload, account_id=account.id)
    return len(readers)


def _without_digest(session: Session, today: date) -> Sequence[Account]:
    accounts = session.scalars(
        select(Account).where(Account.active, Account.role.in_(READERS)).order_by(Account.id)
    ).all()
    keys = [_key(account.id, today) for account in accounts]
    known = set(session.scalars(select(Notice.dedup_key).where(Notice.dedup_key.in_(keys))))
    return [account for account in accounts if _key(account.id, today) not in known]


def _key(account_id: int, today: date) -> str:
    return f"digest:{account_id}:{today.isoformat()}"


def _open_cases(session: Session) -> Iterator[_Open]:
    newest = (
        select(ReplyDraft.case_id, func.max(ReplyDraft.id).label("id"))
        .group_by(ReplyDraft.case_id)
        .subquery()
    )
    rows = session.execute(
        select(Case.office_id, Case.status, Case.due_on, ReplyDraft.drafter_id)
        .outerjoin(newest, newest.c.case_id == Case.id)
        .outerjoin(ReplyDraft, ReplyDraft.id == newest.c.id)
        .where(Case.status.in_(OPEN_STATUSES))
    ).all()
    return (_Open(*row) for row in rows)


def _counts(account: Account, cases: Sequence[_Open], today: date, soon_on: date) -> dict[str, int]:
    own = [case for case in cases if is_own_office(account.actor, case.office_id)]
    dates = [case.due_on for case in own if case.due_on is not None]
    return {
        "overdue": sum(due_on < today for due_on in dates),
        "due_today": sum(due_on == today for due_on in dates),
        "due_soon": sum(today < due_on <= soon_on for due_on in dates),
        "waiting": sum(_waits_for(account, case) for case in own),
    }


def _waits_for(account: Account, case: _Open) -> bool:
    turn = _WAITS_FOR.get(account.role)
    return turn is not None and case.status is turn and case.drafter_id != account.id
