"""A case by the number people say: the receipt's, or the hotline's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.actions.opening import open_case
from assistant.cases.intake import NewCase, checked_line
from assistant.cases.models import Case
from assistant.cases.opening import Receipt, find_submission, read_secret
from assistant.cases.receipts import read_receipt_no
from assistant.cases.rules import Rules
from assistant.errors import Conflict, Invalid
from assistant.staff.roles import Actor


def find_by_number(session: Session, number: str) -> Case | None:
    """The case with this very number, as people type it; None when there is none."""
    typed = number.strip()
    receipt_no = read_receipt_no(typed)
    if receipt_no is not None:
        return session.scalar(select(Case).where(Case.receipt_no == receipt_no))
    return session.scalar(select(Case).where(Case.external_no == typed)) if typed else None


def get_id_by_number(session: Session, number: str, field: str) -> int:
    """Its id; `Invalid`, naming `field`, when there is no such case."""
    found = find_by_number(session, number)
    if found is None:
        raise Invalid("没有这个编号的件，请核对受理编号。", field=field)
    return found.id


def write_down(
    session: Session, request: NewCase, now: datetime, rules: Rules, actor: Actor
) -> Receipt:
    """Open a case on somebody's behalf; an order of the hotline's is entered once, whoever types it in."""
    _require_new_number(session, request.external_no, request.form_key)
    return open_case(session, request, now, rules, actor=actor)


def _require_new_number(session: Session, number: str | None, form_key: str) -> None:
    """Raise `Conflict`, naming the receipt, when another form has already entered this order of the hotline's."""
    if not number or not number.strip():
        return
    known = find_by_number(session, checked_line(number, 64, "external_no"))
    if known is None or known == find_submission(session, read_secret(session) or b"", form_key):
        return
    raise Conflict(f"这个编号已经登记过，受理编号是 {known.receipt_no}。", field="external_no")
