"""The published figures, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from assistant.cases import actions
from assistant.cases.intake import NewCase
from assistant.cases.kinds import CaseKind
from assistant.cases.workdays import OFFICIAL
from assistant.conversation.models import Conversation, Message
from assistant.db import Database
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.staff.accounts import create_account
from assistant.staff.passwords import PasswordHash
from assistant.staff.roles import SYSTEM, Actor, Role
from assistant.statistics.figures import (
    Figures,
    Month,
    last_months,
    months_of,
    published_figures,
    tally,
)

# 31 March 2026, 23:30 in Shanghai: still March there, and in UTC.
LATE_MARCH = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
# An hour later it is April in Shanghai and still March in UTC.
EARLY_APRIL = LATE_MARCH + timedelta(hours=1)
NOW = datetime(2026, 5, 22, 2, 0, tzinfo=UTC)


def figures(database: Database, now: datetime = NOW) -> Figures:
    with database.reading() as session:
        return published_figures(session, months_of(2026), now)


def member(database: Database, name: str, role: Role) -> Actor:
    account = database.write(
        lambda session: create_account(session, SYSTEM, name, name, role, PasswordHash("x"), NOW)
    )
    return account.actor


def ask(database: Database, moments: list[tuple[datetime, str, bool | None]]) -> None:
    def work(session: object) -> None:
        conversation = Conversation(
            token_hash=uuid4().hex * 2, channel="web", created_at=NOW, last_at=NOW,
            turn_count=len(moments), miss_count=0, subject=None, aspects=[],
        )  # fmt: skip
        session.add(conversation)  # type: ignore[attr-defined]
        session.flush()  # type: ignore[attr-defined]
        for turn, (at, outcome, helpful) in enumerate(moments, start=1):
            message = Message(
                conversation_id=conversation.id, turn=turn, message_key=None, asked_at=at,
                question="?", outcome=outcome, reason=None, answer_id=None, version_ids=[],
                reply={}, scores={}, helpful=helpful,
            )  # fmt: skip
            session.add(message)  # type: ignore[attr-defined]

    database.write(work)


def open_case(database: Database, at: datetime, kind: CaseKind = CaseKind.CONSULTATION) -> int:
    form = DisclosureForm("批复", ApplicantClass.PERSON, Delivery.EMAIL)
    request = NewCase(
        kind, "请问找谁？", str(uuid4()), contact_name="某", contact_phone="13800000000",
        disclosure=form if kind is CaseKind.DISCLOSURE else None,
    )  # fmt: skip
    return database.write(lambda session: actions.open_case(session, request, at, OFFICIAL)).case_id


def answer(database: Database, handler: Actor, reviewer: Actor, case_id: int, at: datetime) -> None:
    database.write(lambda session: actions.claim(session, handler, case_id, at))
    draft = database.write(
        lambda session: actions.draft_reply(session, handler, case_id, "好的。", at)
    )
    database.write(lambda session: actions.approve(session, reviewer, case_id, draft.text_hash, at))
    database.write(lambda session: actions.send(session, handler, case_id, at))


def test_nothing_has_happened_yet(database: Database) -> None:
    found = figures(database)
    assert found.questions.total == 0
    assert found.questions.satisfaction is None
    assert found.cases.on_time_rate is None
    assert found.cases.average_workdays is None
    assert len(found.by_month) == 12


def test_month_ends_at_midnight_in_shanghai(database: Database) -> None:
    ask(database, [(LATE_MARCH, "answered", None), (EARLY_APRIL, "answered", None)])
    open_case(database, LATE_MARCH)
    open_case(database, EARLY_APRIL)
    by_month = {line.month: line for line in figures(database).by_month}
    for month in (Month(2026, 3), Month(2026, 4)):
        assert (by_month[month].questions, by_month[month].received) == (1, 1)


def test_questions_by_outcome_add_up(database: Database) -> None:
    outside = datetime(2025, 12, 31, 15, 59, tzinfo=UTC)
    ask(
        database,
        [
            (NOW, "answered", True),
            (NOW, "answered", False),
            (NOW, "answered", True),
            (NOW, "handover", None),
            (outside, "answered", True),
        ],
    )
    found = figures(database).questions
    assert found.total == 4
    counted = {one.key: one.count for one in found.by_outcome if one.count}
    assert counted == {"answered": 3, "handover": 1}
    assert (found.rated, found.helpful) == (3, 2)


def test_on_time_is_by_the_date_of_shanghai(database: Database) -> None:
    handler = member(database, "handler", Role.HANDLER)
    reviewer = member(database, "reviewer", Role.REVIEWER)
    # Received on Monday 18 May; due after three working days, on Thursday 21 May.
    received = datetime(2026, 5, 18, 2, 0, tzinfo=UTC)
    last_minute = datetime(2026, 5, 21, 15, 59, tzinfo=UTC)
    for replied in (last_minute, last_minute + timedelta(minutes=2)):
        answer(database, handler, reviewer, open_case(database, received), replied)
    found = figures(database).cases
    assert (found.closed, found.on_time) == (2, 1)
    assert found.on_time_rate == 0.5
    assert found.average_workdays == 3.5


def test_open_overdue_and_waiting_are_apart(database: Database) -> None:
    open_case(database, datetime(2026, 5, 4, 2, 0, tzinfo=UTC))
    open_case(database, NOW)
    open_case(database, NOW, CaseKind.DISCLOSURE)
    found = figures(database).cases
    assert (found.received, found.open, found.overdue, found.waiting) == (2, 2, 1, 1)
    by_kind = {line.kind: line.total for line in found.by_kind}
    assert by_kind[CaseKind.CONSULTATION] == 2
    assert by_kind[CaseKind.DISCLOSURE] == 1
    with database.reading() as session:
        assert tally(session, date(2026, 5, 22), date(2026, 5, 26)).open == 3


def test_last_months_cross_the_year() -> None:
    months = last_months(date(2026, 2, 28), 3)
    assert [month.key for month in months] == ["2025-12", "2026-01", "2026-02"]
    assert months[0].starts_at == datetime(2025, 11, 30, 16, 0, tzinfo=UTC)
