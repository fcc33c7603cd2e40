"""A case's first moment: number, lookup code, and one receipt for the same form sent twice."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.cases.intake import NewCase, title_of
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case, InstallationSecret, ReceiptSerial, Serial
from assistant.cases.receipts import derive_code, format_receipt_no, hash_code, hash_form_key
from assistant.errors import Conflict
from assistant.settings import SHANGHAI

_SECRET_ID = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the citizen takes away. `lookup_code` is shown here and stored nowhere.

    `due_on` is None until an application for information has been confirmed (条例第三十一条).
    """

    receipt_no: str
    lookup_code: str
    due_on: date | None
    due_provisional: bool
    case_id: int
    kind: CaseKind


def local_date(instant: datetime) -> date:
    """The date of `instant` in Asia/Shanghai, whatever the machine's own zone."""
    return instant.astimezone(SHANGHAI).date()


def new_case(
    session: Session,
    request: NewCase,
    secret: bytes,
    now: datetime,
) -> Case:
    """The row for a checked request, numbered and dated, still without a status."""
    today = local_date(now)
    return Case(
        receipt_no=format_receipt_no(today, _next_serial(session, today)),
        lookup_hash=hash_code(secret, derive_code(secret, request.form_key)),
        form_key_hash=hash_form_key(secret, request.form_key),
        kind=request.kind,
        title=title_of(request.text),
        channel=request.channel,
        conversation_id=request.conversation_id,
        received_at=now,
        received_on=today,
        due_provisional=False,
        **_content(request),
    )


def receipt_for(case: Case, request: NewCase, secret: bytes) -> Receipt:
    """The receipt of `case` for whoever sent `request`.

    Raises `Conflict` when the form key was used for other content, so that a replay reveals only
    what it brought.
    """
    content = _content(request)
    stored = {name: getattr(case, name) for name in content}
    if case.kind is not request.kind or stored != content:
        raise Conflict("这份表单已经提交过不同的内容，请刷新页面后重新填写。", field="form_key")
    return Receipt(
        receipt_no=case.receipt_no,
        lookup_code=derive_code(secret, request.form_key),
        due_on=case.due_on,
        due_provisional=case.due_provisional,
        case_id=case.id,
        kind=case.kind,
    )


def find_submission(session: Session, secret: bytes, form_key: str) -> Case | None:
    """The case this form has already made, if any."""
    key_hash = hash_form_key(secret, form_key)
    return session.scalar(
        select(Case).where(Case.form_key_hash == key_hash).execution_options(populate_existing=True)
    )


def read_secret(session: Session) -> bytes | None:
    """The installation's secret, or None while no case has ever been opened."""
    value = session.scalar(
        select(InstallationSecret.value).where(InstallationSecret.id == _SECRET_ID)
    )
    return bytes.fromhex(value) if value is not None else None


def ensure_secret(session: Session) -> bytes:
    """The installation's secret, drawn at the first use."""
    known = read_secret(session)
    if known is not None:
        return known
    drawn = secrets.token_bytes(32)
    try:
        with session.begin_nested():
            session.execute(insert(InstallationSecret).values(id=_SECRET_ID, value=drawn.hex()))
    except IntegrityError:  # another process drew first
        return ensure_secret(session)
    return drawn


def next_number(session: Session, series: str, year: int) -> str:
    """The series' next number in a year, `2026-0012`; the row's lock keeps it from being given twice."""
    taken = session.scalar(
        update(Serial)
        .where(Serial.series == series, Serial.year == year)
        .values(last=Serial.last + 1)
        .returning(Serial.last)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        try:
            with session.begin_nested():
                session.execute(insert(Serial).values(series=series, year=year, last=1))
        except IntegrityError:  # another process was the first of the year
            return next_number(session, series, year)
        taken = 1
    return f"{year}-{taken:04d}"


def _next_serial(session: Session, day: date) -> int:
    """The day's next number; the row's lock keeps two openers from getting the same one."""
    taken = session.scalar(
        update(ReceiptSerial)
        .where(ReceiptSerial.day == day)
        .values(last=ReceiptSerial.last + 1)
        .returning(ReceiptSerial.last)
        .execution_options(synchronize_session=False)
    )
    if taken is not None:
        return taken
    try:
        with session.begin_nested():
            session.execute(insert(ReceiptSerial).values(day=day, last=1))
    except IntegrityError:  # another process was the first of the day
        return _next_serial(session, day)
    return 1


def _content(request: NewCase) -> dict[str, object]:
    """What makes two submissions the same, under the names of the columns it is stored in."""
    return {
        "text": request.text,
        "contact_name": request.contact_name,
        "contact_phone": request.contact_phone,
        "contact_email": request.contact_email,
        "office_id": request.office_id,
        "external_no": request.external_no,
        "external_due_on": request.external_due_on,
        "details": request.disclosure.to_details() if request.disclosure else request.details,
    }
