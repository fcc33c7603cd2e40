"""What staff and citizens read: order, colour, masks, and one answer to every wrong guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.masking import mask_email, mask_name, mask_phone
from assistant.cases.queue import QueueFilter, list_queue
from assistant.cases.reading import CitizenView, find_case_for_citizen, get_case_for_staff
from assistant.cases.states import (
    CaseAction,
    CaseStatus,
)
from assistant.cases.urgency import Urgency, urgency_of
from assistant.db import Database
from assistant.errors import NotFound
from tests.cases.conftest import NOW, Open, Staff

TODAY = date(2026, 4, 27)


@contextmanager
def counting_statements(database: Database) -> Iterator[Callable[[], int]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        # How a transaction begins is the engine's affair; only SQLite says it aloud.
        if statement != "BEGIN":
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield lambda: len(statements)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def reply_to(database: Database, staff: Staff, case_id: int) -> None:
    database.write(lambda s: actions.claim(s, staff.handler, case_id, NOW))
    seen = database.write(lambda s: actions.draft_reply(s, staff.handler, case_id, "答复。", NOW))
    database.write(lambda s: actions.approve(s, staff.reviewer, case_id, seen.text_hash, NOW))
    database.write(lambda s: actions.sign(s, staff.signer, case_id, seen.text_hash, NOW))
    database.write(lambda s: actions.send(s, staff.handler, case_id, NOW))


def test_queue_runs_from_unconfirmed_over_overdue_to_distant(
    database: Database, open_one: Open
) -> None:
    later = open_one(kind=CaseKind.COMPLAINT)
    soon = open_one(NOW - timedelta(days=4))
    late = open_one(NOW - timedelta(days=17))
    unconfirmed = open_one(kind=CaseKind.DISCLOSURE)
    with database.reading() as session:
        rows = list_queue(session, TODAY)
    assert [(row.receipt_no, row.urgency) for row in rows] == [
        (unconfirmed.receipt_no, Urgency.NO_CLOCK),
        (late.receipt_no, Urgency.OVERDUE),
        (soon.receipt_no, Urgency.DUE_SOON),
        (later.receipt_no, Urgency.ON_TIME),
    ]


def test_queue_masks_contact_and_names_the_handler(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one(contact_email="wang@example.org")
    database.write(lambda s: actions.claim(s, staff.handler, receipt.case_id, NOW))
    with database.reading() as session:
        (row,) = list_queue(session, TODAY)
    assert row.contact == "王** 138****1234 w***@example.org"
    assert row.handler_name == staff.handler.name


def test_queue_takes_one_query_for_three_rows_as_for_one(
    database: Database, open_one: Open
) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            open_one()
        with database.reading() as session, counting_statements(database) as count:
            list_queue(session, TODAY)
            counts.append(count())
    assert counts == [1, 1]


def test_queue_filters_and_pages(database: Database, open_one: Open, staff: Staff) -> None:
    late = open_one(NOW - timedelta(days=17), office_id="water")
    help_ = open_one(kind=CaseKind.HELP)
    done = open_one()
    reply_to(database, staff, done.case_id)
    for wanted, expected in (
        (QueueFilter(), [late, help_]),
        (QueueFilter(kind=CaseKind.HELP), [help_]),
        (QueueFilter(office_id="water"), [late]),
        (QueueFilter(overdue_only=True), [late]),
        (QueueFilter(handler_id=staff.handler.id), []),
        (QueueFilter(statuses=frozenset({CaseStatus.SENT})), [done]),
        (QueueFilter(limit=1, offset=1), [help_]),
    ):
        with database.reading() as session:
            rows = list_queue(session, TODAY, wanted)
        assert [row.case_id for row in rows] == [receipt.case_id for receipt in expected]


@pytest.mark.parametrize(
    ("today", "urgency"),
    [
        (date(2026, 10, 8), Urgency.ON_TIME),
        (date(2026, 10, 9), Urgency.DUE_SOON),
        (date(2026, 10, 12), Urgency.URGENT),
        (date(2026, 10, 14), Urgency.URGENT),
        (date(2026, 10, 15), Urgency.OVERDUE),
    ],
)
def test_urgency_turns_amber_red_and_overdue(today: date, urgency: Urgency) -> None:
    dates = (date(2026, 10, 14), today, date(2026, 10, 9), date(2026, 10, 12))
    assert urgency_of(CaseStatus.CLAIMED, *dates) is urgency
    assert urgency_of(CaseStatus.SENT, *dates) is Urgency.CLOSED


def test_urgency_without_a_due_date_is_none() -> None:
    assert urgency_of(CaseStatus.SUBMITTED, None, TODAY) is Urgency.NO_CLOCK


def test_masks_leave_little() -> None:
    assert [mask_name(name) for name in ("王", "王明", "王小明", "欧阳小明")] == [
        "王",
        "王*",
        "王**",
        "欧**",
    ]
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("87654321") == "****21"
    assert mask_email("wang@example.org") == "w***@example.org"


def test_staff_view_has_drafts_and_history(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    reply_to(database, staff, receipt.case_id)
    with database.reading() as session:
        view = get_case_for_staff(session, receipt.case_id, TODAY)
    assert view.case.contact_phone == "13800001234"
    assert view.handler_name == staff.handler.name
    assert [draft.text for draft in view.drafts] == ["答复。"]
    assert [(entry.action, entry.actor_name) for entry in view.history] == [
        (CaseAction.OPEN, "申请人"),
        (CaseAction.CLAIM, staff.handler.name),
        (CaseAction.DRAFT, staff.handler.name),
        (CaseAction.APPROVE, staff.reviewer.name),
        (CaseAction.SIGN, staff.signer.name),
        (CaseAction.SEND, staff.handler.name),
    ]


def test_staff_view_of_no_case_is_not_found(database: Database) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        get_case_for_staff(session, 1, TODAY)


def find(database: Database, receipt_no: str, code: str) -> CitizenView:
    with database.reading() as session:
        return find_case_for_citizen(session, receipt_no, code)


def test_citizen_finds_their_case_however_they_type(database: Database, open_one: Open) -> None:
    receipt = open_one()
    code = receipt.lookup_code
    view = find(database, receipt.receipt_no.lower(), f" {code[:6].lower()} {code[6:]} ")
    assert view.case_id == receipt.case_id
    assert view.due_on == receipt.due_on
    assert [step.words for step in view.steps] == ["已提交"]


def test_citizen_sees_the_reply_only_once_sent(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    case_id = receipt.case_id
    database.write(lambda s: actions.claim(s, staff.handler, case_id, NOW))
    database.write(lambda s: actions.draft_reply(s, staff.handler, case_id, "草稿。", NOW))
    view = find(database, receipt.receipt_no, receipt.lookup_code)
    assert (view.status, view.reply_text) == (CaseStatus.CLAIMED, None)
    seen = database.write(lambda s: actions.draft_reply(s, staff.handler, case_id, "定稿。", NOW))
    database.write(lambda s: actions.approve(s, staff.reviewer, case_id, seen.text_hash, NOW))
    database.write(lambda s: actions.sign(s, staff.signer, case_id, seen.text_hash, NOW))
    database.write(lambda s: actions.send(s, staff.handler, case_id, NOW))
    view = find(database, receipt.receipt_no, receipt.lookup_code)
    assert (view.status, view.reply_text) == (CaseStatus.SENT, "定稿。")
    assert [step.words for step in view.steps] == ["已提交", "承办人已开始办理", "已答复"]
    assert "王小明" not in str(view)
    assert "13800001234" not in str(view)


def test_every_wrong_guess_gets_the_same_answer(database: Database, open_one: Open) -> None:
    receipt, other = open_one(), open_one()
    guesses = [
        (receipt.receipt_no, other.lookup_code),
        (receipt.receipt_no, ""),
        ("XD20260427-0099-0", receipt.lookup_code),
        ("", receipt.lookup_code),
        ("\x00' OR 1=1 --", "\ud800"),
    ]
    messages = set()
    for number, code in guesses:
        with pytest.raises(NotFound) as refusal:
            find(database, number, code)
        messages.add((refusal.value.message, str(refusal.value.details)))
    assert len(messages) == 1


def test_no_case_at_all_is_not_found_either(database: Database) -> None:
    with pytest.raises(NotFound):
        find(database, "XD20260427-0001-1", "")
