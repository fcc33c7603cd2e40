"""What the rows say of some cases: each one's counts, worked out from its record, its log and its chat."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent, Scalar
from assistant.cases.models import Case
from assistant.cases.workdays import Calendar
from assistant.conversation.models import Message, Outcome
from assistant.disclosure.form import ApplicantClass
from assistant.settings import SHANGHAI
from assistant.statistics.facts import Counts, Subject, counts_of

FOLLOWED_WITHIN = timedelta(hours=24)
# Rows asked for by name in one statement.
AT_ONCE = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a case's log, as far as the figures care."""

    action: str
    at: datetime
    data: Mapping[str, Scalar]


def counted(
    session: Session,
    ids: Sequence[int],
    calendar: Calendar,
    known_followed: Mapping[int, Mapping[str, int]],
) -> Iterator[tuple[int, Counts, Mapping[str, int]]]:
    """Each case with its counts and the answers of the chat before it by day, taken from `known_followed` if there."""
    cases = session.scalars(
        select(Case)
        .where(Case.id.in_(ids))
        .order_by(Case.id)
        .execution_options(populate_existing=True)
    ).all()
    histories = _histories(session, ids)
    followed = {
        **_followed(session, [case for case in cases if case.id not in known_followed]),
        **known_followed,
    }
    for case in cases:
        answers = followed.get(case.id, {})
        days = {date.fromisoformat(day): count for day, count in answers.items()}
        yield case.id, counts_of(_subject(case), histories[case.id], calendar, days), answers


def in_bits(items: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """`items` in lists of at most `size`."""
    left = iter(items)
    while bit := list(islice(left, size)):
        yield bit


def _subject(case: Case) -> Subject:
    applicant = (case.details or {}).get("applicant")
    return Subject(
        kind=case.kind,
        office_id=case.office_id,
        channel=case.channel.value,
        applicant=ApplicantClass(applicant).value if applicant else None,
        counted_on=case.counted_on,
    )


def _histories(session: Session, ids: Sequence[int]) -> dict[int, list[Entry]]:
    names = [str(id) for id in ids]
    rows = session.execute(
        select(AuditEvent.subject_id, AuditEvent.action, AuditEvent.at, AuditEvent.data)
        .where(AuditEvent.subject_kind == "case", AuditEvent.subject_id.in_(names))
        .order_by(AuditEvent.seq)
    )
    found: dict[int, list[Entry]] = defaultdict(list)
    for id, action, at, data in rows:
        found[int(id)].append(Entry(action, at, data))
    return found


def _followed(session: Session, cases: Sequence[Case]) -> dict[int, dict[str, int]]:
    """Answers in each case's conversation in the 24 hours before it, and after the case before it; by day."""
    wanted = {case.id for case in cases if case.conversation_id is not None}
    talks = {case.conversation_id for case in cases if case.conversation_id is not None}
    if not wanted:
        return {}
    answers: dict[int, list[datetime]] = defaultdict(list)
    said = select(Message.conversation_id, Message.asked_at).where(
        Message.conversation_id.in_(talks), Message.outcome == Outcome.ANSWERED.value
    )
    for talk, at in session.execute(said):
        answers[talk].append(at)
    filed = (
        select(Case.id, Case.conversation_id, Case.received_at)
        .where(Case.conversation_id.in_(talks))
        .order_by(Case.received_at, Case.id)
    )
    found: dict[int, dict[str, int]] = {}
    last_at: dict[int | None, datetime] = {}
    for id, talk_id, received_at in session.execute(filed):
        since = received_at - FOLLOWED_WITHIN
        since = max(since, last_at.get(talk_id, since))
        last_at[talk_id] = received_at
        if id in wanted:
            days = (_day(at) for at in answers[talk_id or 0] if since < at <= received_at)
            found[id] = dict(Counter(day.isoformat() for day in days))
    return found


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
