"""The verbs, on both databases: receipts, races, the second person, and what is told to whom."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases import actions
from assistant.cases.actions.moving import move
from assistant.cases.kinds import CaseKind, Resolution
from assistant.cases.models import Case, ReplyDraft
from assistant.cases.opening import Receipt
from assistant.cases.reading import find_case_for_citizen
from assistant.cases.receipts import read_receipt_no
from assistant.cases.states import (
    CaseAction,
    CaseStatus,
)
from assistant.db import Database
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Conflict, Forbidden, Invalid, NotFound
from assistant.notices import NoticeKind
from assistant.notices.models import Notice
from assistant.staff.roles import CITIZEN, Actor, Role
from tests.cases.conftest import NOW, Open, Staff, a_request

Verb = Callable[[Session], object]
# What the linter wants of a reply is its own test's affair; here it only has to pass.
PARTIAL_REPLY = "部分公开的答复。"


def case_of(database: Database, receipt: Receipt) -> Case:
    with database.reading() as session:
        case = session.get(Case, receipt.case_id)
        assert case is not None
        return case


def draft_of(database: Database, receipt: Receipt) -> ReplyDraft:
    with database.reading() as session:
        return session.scalars(
            select(ReplyDraft)
            .where(ReplyDraft.case_id == receipt.case_id)
            .order_by(ReplyDraft.id.desc())
        ).first()  # type: ignore[return-value]


def claim(database: Database, actor: Actor, receipt: Receipt) -> None:
    database.write(lambda s: actions.claim(s, actor, receipt.case_id, NOW))


def draft(
    database: Database,
    actor: Actor,
    receipt: Receipt,
    text: str = "您好，答复如下。",
    outcome: Outcome | None = None,
) -> str:
    written = database.write(
        lambda s: actions.draft_reply(s, actor, receipt.case_id, text, NOW, outcome)
    )
    return written.text_hash


def approve(database: Database, actor: Actor, receipt: Receipt, seen: str) -> None:
    database.write(lambda s: actions.approve(s, actor, receipt.case_id, seen, NOW))


def approved(database: Database, staff: Staff, receipt: Receipt) -> None:
    claim(database, staff.handler, receipt)
    seen = draft(database, staff.handler, receipt)
    approve(database, staff.reviewer, receipt, seen)


def signed(database: Database, staff: Staff, receipt: Receipt) -> None:
    approved(database, staff, receipt)
    seen = draft_of(database, receipt).text_hash
    database.write(lambda s: actions.sign(s, staff.signer, receipt.case_id, seen, NOW))


def send(database: Database, actor: Actor, receipt: Receipt) -> None:
    database.write(lambda s: actions.send(s, actor, receipt.case_id, NOW))


def review(database: Database, actor: Actor, receipt: Receipt, kind: CaseAction, seen: str) -> None:
    database.write(lambda s: actions.review(s, actor, receipt.case_id, kind, seen, True, NOW))


def test_open_case_gives_number_code_and_due_date(database: Database, open_one: Open) -> None:
    receipt = open_one()
    case = case_of(database, receipt)
    assert read_receipt_no(receipt.receipt_no) == receipt.receipt_no
    assert receipt.receipt_no.startswith("XD20260427-0001-")
    assert (receipt.due_on, receipt.due_provisional) == (date(2026, 4, 30), False)
    assert (case.status, case.due_on, case.version) == (CaseStatus.RECEIVED, receipt.due_on, 1)
    assert receipt.lookup_code not in (case.lookup_hash, case.form_key_hash)


def test_serial_numbers_count_up_within_the_shanghai_day(open_one: Open) -> None:
    late = NOW.replace(hour=15, minute=59)
    receipts = [open_one(), open_one(late), open_one(late + timedelta(minutes=1))]
    numbers = [receipt.receipt_no[:15] for receipt in receipts]
    assert numbers == ["XD20260427-0001", "XD20260427-0002", "XD20260428-0001"]


def test_same_form_twice_is_one_case_and_one_receipt(database: Database) -> None:
    request = a_request()
    receipts = [database.write(lambda s: actions.open_case(s, request, NOW)) for _ in range(3)]
    assert receipts[0] == receipts[1] == receipts[2]
    with database.reading() as session:
        assert session.scalar(select(func.count(Case.id))) == 1


def test_same_form_with_other_content_is_refused(database: Database) -> None:
    request = a_request()
    database.write(lambda s: actions.open_case(s, request, NOW))
    for changed in (
        replace(request, text="别的内容"),
        replace(request, contact_phone="13900001234"),
        replace(request, kind=CaseKind.HELP),
    ):
        again = partial(actions.open_case, request=changed, now=NOW)
        with pytest.raises(Conflict, match="不同的内容"):
            database.write(again)


def test_same_form_at_once_is_one_case(database: Database, open_one: Open) -> None:
    open_one()  # the day's first number is out: what is left to race for is the form itself
    request = a_request()
    start = threading.Barrier(8)

    def submit(_: int) -> Receipt:
        start.wait()
        return database.write(lambda s: actions.open_case(s, request, NOW))

    with ThreadPoolExecutor(8) as pool:
        receipts = set(pool.map(submit, range(8)))
    assert len(receipts) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count(Case.id))) == 2


def test_first_cases_at_once_share_one_secret(database: Database, open_one: Open) -> None:
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: open_one(), range(8)))
    for receipt in receipts:
        with database.reading() as session:
            find_case_for_citizen(session, receipt.receipt_no, receipt.lookup_code)


def test_many_cases_at_once_get_numbers_of_their_own(database: Database, open_one: Open) -> None:
    open_one(NOW - timedelta(days=1))  # the secret is drawn: what is left is the day's first number
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: open_one(), range(24)))
    serials = sorted(int(receipt.receipt_no[11:15]) for receipt in receipts)
    assert serials == list(range(1, 25))
    with database.reading() as session:
        assert audit.verify(session) is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "嗯"}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"text": "\x00\u202e \n"}, "text"),
        ({"form_key": "not-a-uuid"}, "form_key"),
        ({"contact_phone": "12345"}, "contact_phone"),
        ({"contact_email": "a@b"}, "contact_email"),
        ({"contact_name": "王" * 51}, "contact_name"),
        ({"office_id": "x" * 65}, "office_id"),
        ({"kind": CaseKind.COMPLAINT, "contact_phone": None}, "contact_phone"),
        ({"kind": CaseKind.DISCLOSURE, "contact_name": " "}, "contact_name"),
        ({"kind": CaseKind.DISCLOSURE, "disclosure": None}, "information"),
    ],
)
def test_open_case_names_the_field_that_is_wrong(
    open_one: Open, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        open_one(**fields)
    assert refusal.value.details["field"] == field
    assert refusal.value.message


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("138 0000 1234", "13800001234"),
        ("+86 13800001234", "13800001234"),
        ("０５７１－８７６５４３２１", "0571-87654321"),
        ("87654321", "87654321"),
        ("", None),
    ],
)
def test_phone_is_taken_as_people_write_it(
    database: Database, open_one: Open, typed: str, stored: str | None
) -> None:
    assert case_of(database, open_one(contact_phone=typed)).contact_phone == stored


def test_awkward_text_is_stored_harmless(database: Database, open_one: Open) -> None:
    case = case_of(database, open_one(text="一\x00二\ud800三\r\n𠮷👨‍👩‍👧" + "字" * 60))
    assert case.text.startswith("一二三\n𠮷👨‍👩‍👧")
    assert len(case.title) == 40
    assert "\n" not in case.title


def test_disclosure_clock_starts_with_the_confirmation(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one(kind=CaseKind.DISCLOSURE)
    assert receipt.due_on is None
    assert case_of(database, receipt).status is CaseStatus.SUBMITTED
    with pytest.raises(Conflict, match="已提交待确认"):
        claim(database, staff.handler, receipt)
    # 23:30 UTC is already the next day in Shanghai.
    confirmed_at = NOW.replace(month=9, day=27, hour=23, minute=30)
    database.write(lambda s: actions.confirm(s, staff.operator, receipt.case_id, confirmed_at))
    case = case_of(database, receipt)
    assert case.clock_from_on == date(2026, 9, 28)
    assert (case.due_on, case.due_provisional) == (date(2026, 10, 30), False)
    assert case.details == {
        "information": "2025年水资源公报",
        "applicant": "person",
        "delivery": "email",
    }


def test_of_fifty_claims_one_wins_and_the_rest_learn_who(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    start = threading.Barrier(50)

    def try_to_claim(number: int) -> str:
        actor = staff.handler if number % 2 else staff.colleague
        start.wait()
        try:
            claim(database, actor, receipt)
        except Conflict as conflict:
            return conflict.message
        return "won"

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(try_to_claim, range(50)))
    case = case_of(database, receipt)
    holder = staff.handler if case.handler_id == staff.handler.id else staff.colleague
    assert results.count("won") == 1
    assert set(results) == {"won", f"这件已由{holder.name}认领。"}
    with database.reading() as session:
        assert len(audit.events_of(session, "case", case.id)) == 2
        assert audit.verify(session) is None


def test_write_against_an_older_version_loses(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()

    def race(session: Session) -> None:
        case = session.get(Case, receipt.case_id)
        assert case is not None
        session.connection().exec_driver_sql("UPDATE case_file SET version = 2")
        move(session, case, CaseAction.CLAIM, staff.handler, NOW)

    with pytest.raises(Conflict):
        database.write(race)


def test_failed_verb_leaves_nothing_to_the_next_in_the_batch(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()

    def claim_and_fail(session: Session) -> None:
        actions.claim(session, staff.handler, receipt.case_id, NOW)
        raise Conflict

    hold = threading.Event()
    blocker = threading.Thread(target=lambda: database.write(lambda _: hold.wait(5)))
    blocker.start()
    with ThreadPoolExecutor(2) as pool:
        failing = pool.submit(database.write, claim_and_fail)
        following = pool.submit(claim, database, staff.colleague, receipt)
        hold.set()
        assert isinstance(failing.exception(), Conflict)
        blocker.join()
        if following.exception() is not None:
            # On PostgreSQL the two overlap: who came second was told so, and may try again.
            claim(database, staff.colleague, receipt)
    assert case_of(database, receipt).handler_id == staff.colleague.id


def test_released_case_can_be_claimed_by_another(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    with pytest.raises(Forbidden, match="别的同事"):
        database.write(lambda s: actions.release(s, staff.colleague, receipt.case_id, NOW))
    database.write(lambda s: actions.release(s, staff.supervisor, receipt.case_id, NOW))
    claim(database, staff.colleague, receipt)
    assert case_of(database, receipt).handler_id == staff.colleague.id


def test_only_the_holder_drafts(database: Database, open_one: Open, staff: Staff) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    with pytest.raises(Forbidden, match="别的同事"):
        draft(database, staff.colleague, receipt)


@pytest.mark.parametrize("who", ["operator", "supervisor", "administrator"])
def test_role_without_the_right_is_refused(
    database: Database, open_one: Open, staff: Staff, who: str
) -> None:
    receipt = open_one()
    with pytest.raises(Forbidden):
        claim(database, getattr(staff, who), receipt)


def test_drafter_cannot_approve_their_own(database: Database, open_one: Open, staff: Staff) -> None:
    receipt = open_one()
    claim(database, staff.reviewer, receipt)
    seen = draft(database, staff.reviewer, receipt)
    with pytest.raises(Forbidden, match="起草人不能审核"):
        approve(database, staff.reviewer, receipt, seen)


def test_database_itself_demands_the_second_person(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    draft(database, staff.handler, receipt)

    def cheat(session: Session) -> None:
        session.connection().exec_driver_sql("UPDATE reply_draft SET approved_by = drafter_id")

    with pytest.raises(IntegrityError):
        database.write(cheat)


def test_approval_is_of_the_text_that_was_read(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    seen = draft(database, staff.handler, receipt)
    draft(database, staff.handler, receipt, "改过的答复。")
    with pytest.raises(Conflict, match="已经改过"):
        approve(database, staff.reviewer, receipt, seen)


def test_later_edit_voids_the_approval(database: Database, open_one: Open, staff: Staff) -> None:
    receipt = open_one()
    approved(database, staff, receipt)
    draft(database, staff.handler, receipt, "审核以后又改了一句。")
    assert case_of(database, receipt).status is CaseStatus.DRAFTED
    assert draft_of(database, receipt).approved_hash is None
    with pytest.raises(Conflict, match="待审核"):
        send(database, staff.handler, receipt)


def test_text_changed_behind_the_approval_is_not_sent(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    signed(database, staff, receipt)

    def tamper(session: Session) -> None:
        session.connection().exec_driver_sql("UPDATE reply_draft SET text = 'x'")

    database.write(tamper)
    with pytest.raises(Conflict, match="又有改动"):
        send(database, staff.handler, receipt)


def test_returned_draft_keeps_the_reason_out_of_the_log(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    approved(database, staff, receipt)
    database.write(
        lambda s: actions.return_draft(s, staff.reviewer, receipt.case_id, "依据写错了", NOW)
    )
    returned = draft_of(database, receipt)
    assert (returned.return_note, returned.approved_by) == ("依据写错了", None)
    assert case_of(database, receipt).status is CaseStatus.CLAIMED
    with database.reading() as session:
        last = audit.events_of(session, "case", receipt.case_id)[-1]
    assert "依据" not in str(last.data)


def test_sent_reply_is_dated_logged_and_told_once(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    signed(database, staff, receipt)
    send(database, staff.handler, receipt)
    case = case_of(database, receipt)
    assert (case.status, case.replied_at) == (CaseStatus.SENT, NOW)
    assert (case.resolution, case.outcome) == (Resolution.ANSWERED, None)
    assert draft_of(database, receipt).sent_at == NOW
    with pytest.raises(Conflict, match="已答复"):
        send(database, staff.handler, receipt)
    with database.reading() as session:
        notices = session.scalars(select(Notice).where(Notice.account_id.is_(None))).all()
        actions_logged = [e.action for e in audit.events_of(session, "case", case.id)]
    assert [notice.kind for notice in notices] == [NoticeKind.REPLIED]
    assert actions_logged == ["open", "claim", "draft", "approve", "sign", "send"]


def test_disclosure_reply_is_drafted_with_an_outcome_and_reviewed_twice(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one(kind=CaseKind.DISCLOSURE)
    database.write(lambda s: actions.confirm(s, staff.handler, receipt.case_id, NOW))
    claim(database, staff.handler, receipt)
    with pytest.raises(Invalid, match="办理结果"):
        draft(database, staff.handler, receipt)
    seen = draft(database, staff.handler, receipt, PARTIAL_REPLY, Outcome.PARTIAL)
    with pytest.raises(Conflict, match="保密审查、合法性审查"):
        approve(database, staff.reviewer, receipt, seen)
    for kind in (CaseAction.SECRECY_REVIEW, CaseAction.LEGALITY_REVIEW):
        review(database, staff.reviewer, receipt, kind, seen)
    approve(database, staff.reviewer, receipt, seen)
    database.write(lambda s: actions.sign(s, staff.signer, receipt.case_id, seen, NOW))
    send(database, staff.handler, receipt)
    assert case_of(database, receipt).outcome is Outcome.PARTIAL


def test_standing_objection_stops_the_approval(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    seen = draft(database, staff.handler, receipt)
    database.write(
        lambda s: actions.review(
            s, staff.outsider, receipt.case_id, CaseAction.COUNTERSIGN, seen, False, NOW, "数字不对"
        )
    )
    with pytest.raises(Conflict, match="不同意见"):
        approve(database, staff.reviewer, receipt, seen)
    review(database, staff.outsider, receipt, CaseAction.COUNTERSIGN, seen)
    approve(database, staff.reviewer, receipt, seen)


def test_changed_outcome_voids_the_approval(
    database: Database, open_one: Open, staff: Staff
) -> None:
    """The hash covers the outcome: the same words under another outcome are another reply."""
    receipt = open_one()
    signed(database, staff, receipt)

    def tamper(session: Session) -> None:
        session.connection().exec_driver_sql("UPDATE reply_draft SET outcome = 'granted'")

    database.write(tamper)
    with pytest.raises(Conflict, match="又有改动"):
        send(database, staff.handler, receipt)


def test_inquiry_reply_takes_no_outcome(database: Database, open_one: Open, staff: Staff) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    with pytest.raises(Invalid, match="才填写办理结果"):
        draft(database, staff.handler, receipt, outcome=Outcome.GRANTED)


def test_log_holds_nothing_a_citizen_wrote(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    signed(database, staff, receipt)
    send(database, staff.handler, receipt)
    with database.reading() as session:
        logged = str([vars(event) for event in audit.events_of(session, "case", receipt.case_id)])
        told = str([notice.payload for notice in session.scalars(select(Notice))])
    for private in ("取水许可", "王小明", "13800001234", receipt.lookup_code):
        assert private not in logged
        assert private not in told


def test_case_that_does_not_exist_is_not_found(database: Database, staff: Staff) -> None:
    with pytest.raises(NotFound):
        database.write(lambda s: actions.claim(s, staff.handler, 999, NOW))


def test_draftless_case_cannot_be_approved(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    with pytest.raises(Conflict, match="还没有拟好"):
        approve(database, staff.reviewer, receipt, "")


def test_actor_without_account_cannot_act_as_staff(database: Database, open_one: Open) -> None:
    receipt = open_one()
    with pytest.raises(Forbidden):
        claim(database, CITIZEN, receipt)
    with pytest.raises(Forbidden):
        claim(database, Actor(None, "无账号", Role.HANDLER), receipt)
