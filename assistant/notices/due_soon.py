"""Warnings before a case is late: to whoever has it, or to those of its office who can give it to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from assistant.audit import Scalar
from assistant.cases.actions.moving import is_own_office
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.rules import Rules
from assistant.cases.states import OPEN_STATUSES
from assistant.notices import Notice, NoticeKind, enqueue
from assistant.staff.models import Account
from assistant.staff.roles import Role

# Who can give a case of their office to somebody.
_HEADS = (Role.REVIEWER, Role.SUPERVISOR)
_AT_ONCE = 500


class Colour(StrEnum):
    """How near the due date is: from three quarters of the period on, from nine tenths on, past it."""

    AMBER = "amber"
    RED = "red"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class _Nearing:
    """A case whose due date is near. `holder_id` has it, or the one it was merged into; None: nobody at work."""

    case_id: int
    receipt_no: str
    office_id: str | None
    due_on: date
    colour: Colour
    holder_id: int | None


def warn_due_soon(session: Session, now: datetime, rules: Rules) -> int:
    """Warn each person once for each case, colour and due date; returns the new warnings.

    That a case is late its holder is told with the event itself (`log_overdue`); here the office of one nobody has.
    """
    today = local_date(now)
    staff = session.scalars(select(Account).where(Account.active).order_by(Account.id)).all()
    wanted = {
        _key(case, account_id): (case, account_id)
        for case in _nearing(session, today, {one.id for one in staff})
        for account_id in _told(case, staff)
    }
    known = _known(session, list(wanted))
    fresh = [key for key in wanted if key not in known]
    for key in fresh:
        case, account_id = wanted[key]
        kind = NoticeKind.OVERDUE if case.colour is Colour.LATE else NoticeKind.DUE_SOON
        payload = _payload(case, today, rules)
        enqueue(session, case.case_id, kind, key, now, payload, account_id=account_id)
    return len(fresh)


def _nearing(session: Session, today: date, at_work: set[int]) -> Iterator[_Nearing]:
    main = aliased(Case)
    rows = session.execute(
        select(
            Case.id,
            Case.receipt_no,
            Case.office_id,
            Case.due_on,
            Case.red_on,
            func.coalesce(Case.handler_id, main.handler_id),
        )
        .outerjoin(main, main.id == Case.merged_into_id)
        .where(
            Case.status.in_(OPEN_STATUSES),
            Case.due_on.is_not(None),
            # Cases of the first release have no colours until their dates are worked out again.
            func.coalesce(Case.amber_on, Case.due_on) <= today,
        )
        .order_by(Case.id)
    ).all()
    for case_id, receipt_no, office_id, due_on, red_on, holder_id in rows:
        assert due_on is not None  # so the query says
        colour = _colour(today, red_on, due_on)
        holder = holder_id if holder_id in at_work else None
        yield _Nearing(case_id, receipt_no, office_id, due_on, colour, holder)


def _colour(today: date, red_on: date | None, due_on: date) -> Colour:
    if today > due_on:
        return Colour.LATE
    return Colour.RED if today >= (red_on or due_on) else Colour.AMBER


def _told(case: _Nearing, staff: Sequence[Account]) -> list[int]:
    if case.holder_id is not None:
        return [] if case.colour is Colour.LATE else [case.holder_id]
    own = [one for one in staff if one.role in _HEADS and is_own_office(one.actor, case.office_id)]
    # An office without anybody of the kind is the supervisors' affair, wherever they sit.
    told = own or [one for one in staff if one.role is Role.SUPERVISOR]
    return [one.id for one in told]


def _key(case: _Nearing, account_id: int) -> str:
    return f"due:{case.case_id}:{case.colour.value}:{case.due_on.isoformat()}:{account_id}"


def _payload(case: _Nearing, today: date, rules: Rules) -> dict[str, Scalar]:
    return {
        "receipt_no": case.receipt_no,
        "colour": case.colour.value,
        "due_on": case.due_on.isoformat(),
        "workdays_left": rules.calendar.workdays_between(today, case.due_on),
    }


def _known(session: Session, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        found.update(session.scalars(select(Notice.dedup_key).where(Notice.dedup_key.in_(some))))
    return found
