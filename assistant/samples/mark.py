"""The mark of a database with sample years in it: an entry of the log, which nobody can take out again.

Once marked, its figures are called samples for good: a bureau begins its real work in a database of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.audit import AuditEvent
from assistant.cases.models import Case
from assistant.cases.opening import read_secret
from assistant.cases.receipts import hash_form_key
from assistant.errors import Conflict
from assistant.staff.roles import SYSTEM

_SUBJECT = "installation", "sample_years"


def holds_samples(session: Session) -> bool:
    """Whether the figures of this database count invented cases."""
    kind, name = _SUBJECT
    found = select(AuditEvent.seq).where(
        AuditEvent.subject_kind == kind, AuditEvent.subject_id == name
    )
    return session.scalar(found.limit(1)) is not None


def mark_as_sample(session: Session, seed: int, now: datetime) -> None:
    """Say that everything in this database is invented."""
    audit.append(session, *_SUBJECT, "load", SYSTEM, now, {"seed": seed})


def require_no_real_cases(session: Session, sample_keys: Collection[str]) -> None:
    """`Conflict` where there is a case whose form key is none of the samples' own."""
    secret = read_secret(session)
    if secret is None:
        return  # no case has ever been opened
    samples = [hash_form_key(secret, key) for key in sample_keys]
    real = select(func.count(Case.id)).where(Case.form_key_hash.not_in(samples))
    if session.scalar(real):
        raise Conflict("这个数据库里已经有别的件，不能装入示例件。")
