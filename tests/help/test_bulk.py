"""Many at once: each for itself, refusals in words, and one reply for those that were merged."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case, ReplyDraft
from assistant.cases.opening import Receipt
from assistant.cases.states import CaseAction, CaseStatus
from assistant.db import Database
from assistant.errors import Invalid
from assistant.help.bulk import MOST_AT_ONCE, Done, Refusal, Result, bulk_assign, bulk_merge
from assistant.staff.roles import Actor
from tests.cases.conftest import NOW, Open, Staff
from tests.help.conftest import Reply

NOBODY = 987_654


def assign(
    database: Database, actor: Actor, ids: list[int], office: str = "office.rivers"
) -> list[Result]:
    return database.write(lambda s: bulk_assign(s, actor, ids, office, NOW))


def merge(database: Database, actor: Actor, ids: list[int], into_id: int) -> list[Result]:
    return database.write(lambda s: bulk_merge(s, actor, ids, into_id, NOW))


def case_of(database: Database, receipt: Receipt) -> Case:
    with database.reading() as session:
        return session.get_one(Case, receipt.case_id)


def steps_of(database: Database, receipt: Receipt) -> list[str]:
    with database.reading() as session:
        return [one.action for one in audit.events_of(session, "case", receipt.case_id)]


def test_assigned_one_by_one_with_mixed_refusals(
    database: Database, staff: Staff, open_one: Open
) -> None:
    first, claimed, application, last = (
        open_one(),
        open_one(),
        open_one(kind=CaseKind.DISCLOSURE),
        open_one(),
    )
    database.write(lambda s: actions.claim(s, staff.handler, claimed.case_id, NOW))
    ids = [last.case_id, NOBODY, claimed.case_id, first.case_id, application.case_id]
    results = assign(database, staff.operator, [*ids, last.case_id])
    assert [one.case_id for one in results] == ids
    assert results[0] == Done(last.case_id, last.receipt_no)
    assert results[3] == Done(first.case_id, first.receipt_no)
    missing, held, unconfirmed = results[1], results[2], results[4]
    assert isinstance(missing, Refusal)
    assert missing.receipt_no is None
    assert isinstance(held, Refusal)
    assert (held.receipt_no, held.message) == (
        claimed.receipt_no,
        "这件现在是“办理中”，不能派办。",
    )
    assert isinstance(unconfirmed, Refusal)
    assert "待确认" in unconfirmed.message
    for receipt in (first, last):
        case = case_of(database, receipt)
        assert (case.status, case.office_id) == (CaseStatus.ACCEPTED, "office.rivers")
        assert steps_of(database, receipt) == [CaseAction.OPEN, CaseAction.ASSIGN]
    assert case_of(database, claimed).office_id is None
    assert steps_of(database, application) == [CaseAction.OPEN]


def test_those_who_may_not_are_refused_for_each(
    database: Database, staff: Staff, open_one: Open
) -> None:
    one, two = open_one(), open_one()
    results = assign(database, staff.auditor, [one.case_id, two.case_id])
    assert [type(result) for result in results] == [Refusal, Refusal]
    assert case_of(database, one).status is CaseStatus.RECEIVED


def test_limits(database: Database, staff: Staff, open_one: Open) -> None:
    case_id = open_one().case_id
    for ids in ([], list(range(1, MOST_AT_ONCE + 2))):
        with pytest.raises(Invalid):
            assign(database, staff.operator, ids)
        with pytest.raises(Invalid):
            merge(database, staff.handler, ids, case_id)
    for office in ("", "不是编号！"):
        with pytest.raises(Invalid):
            assign(database, staff.operator, [case_id], office)
    many = assign(database, staff.operator, [case_id] * 300)
    assert [type(result) for result in many] == [Done]


def test_merged_are_answered_by_one_reply(
    database: Database, staff: Staff, open_one: Open, reply: Reply
) -> None:
    main, one, two = open_one(), open_one(), open_one()
    application = open_one(kind=CaseKind.DISCLOSURE)
    ids = [one.case_id, main.case_id, application.case_id, two.case_id, NOBODY]
    results = merge(database, staff.handler, ids, main.case_id)
    kinds = [type(result) for result in results]
    assert kinds == [Done, Refusal, Refusal, Done, Refusal]
    refused = [result.message for result in results if isinstance(result, Refusal)]
    assert refused[0] == "不能并入自己。"
    assert "逐件答复" in refused[1]
    reply(main, "一并答复如下。")

    def sent(session: Session) -> dict[int, str]:
        rows = session.execute(
            select(ReplyDraft.case_id, ReplyDraft.text).where(ReplyDraft.sent_at.is_not(None))
        )
        return dict(rows.all())

    with database.reading() as session:
        assert sent(session) == dict.fromkeys(
            (main.case_id, one.case_id, two.case_id), "一并答复如下。"
        )


def test_case_others_were_merged_into_is_not_merged_away(
    database: Database, staff: Staff, open_one: Open
) -> None:
    """Else those others would hang on a case that is itself answered by another."""
    main, middle, leaf = open_one(), open_one(), open_one()
    merge(database, staff.handler, [leaf.case_id], middle.case_id)
    [refusal] = merge(database, staff.handler, [middle.case_id], main.case_id)
    assert isinstance(refusal, Refusal)
    assert refusal.message == "已有其他件并入这一件，请先取消那些并案。"
    assert case_of(database, middle).merged_into_id is None
    assert case_of(database, leaf).merged_into_id == middle.case_id


def test_merging_into_a_case_that_is_gone_is_refused_for_each(
    database: Database, staff: Staff, open_one: Open, reply: Reply
) -> None:
    answered, one = open_one(), open_one()
    reply(answered)
    [late] = merge(database, staff.handler, [one.case_id], answered.case_id)
    [nowhere] = merge(database, staff.handler, [one.case_id], NOBODY)
    assert isinstance(late, Refusal)
    assert "已答复" in late.message
    assert isinstance(nowhere, Refusal)
    assert case_of(database, one).status is CaseStatus.RECEIVED
