"""The digest: once a person and working day, counts only."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select, update

from assistant.cases import actions
from assistant.cases.models import Case
from assistant.cases.opening import Receipt
from assistant.cases.rules import SHIPPED
from assistant.db import Database
from assistant.notices import Notice, NoticeKind
from assistant.notices.digest import write_digests
from assistant.settings import SHANGHAI
from assistant.staff.roles import Actor, Role
from tests.cases.conftest import NOW, Open, Staff
from tests.notices.test_due_soon import change, hire

MONDAY = date(2026, 4, 27)


def digest(database: Database, on: date = MONDAY, at: time = time(8, 30)) -> int:
    now = datetime.combine(on, at, SHANGHAI).astimezone(UTC)
    return database.write(lambda s: write_digests(s, now, SHIPPED))


def counts(database: Database, account_id: int | None) -> dict[str, object]:
    with database.reading() as session:
        (notice,) = session.scalars(select(Notice).where(Notice.account_id == account_id)).all()
        assert (notice.case_id, notice.kind) == (None, NoticeKind.DIGEST)
        return dict(notice.payload)


def readers(staff: Staff) -> list[int]:
    """Those who have cases to see to."""
    people = [getattr(staff, each.name) for each in fields(staff)]
    return [
        one.id
        for one in people
        if one.role not in (Role.ADMINISTRATOR, Role.AUDITOR, Role.PUBLISHER)
    ]


def drafted(database: Database, actor: Actor, receipt: Receipt) -> None:
    database.write(lambda s: actions.claim(s, actor, receipt.case_id, NOW))
    database.write(lambda s: actions.draft_reply(s, actor, receipt.case_id, "答复如下。", NOW))


def test_each_person_with_cases_to_see_to_gets_one_a_day(
    database: Database, open_one: Open, staff: Staff
) -> None:
    open_one()
    people = readers(staff)
    assert digest(database) == len(people)
    assert digest(database, at=time(17)) == 0
    assert digest(database, date(2026, 4, 28)) == len(people)
    with database.reading() as session:
        told = session.scalars(select(Notice.account_id)).all()
    assert sorted(told) == sorted(people * 2)
    assert staff.administrator.id not in told


@pytest.mark.parametrize(
    ("on", "at", "is_time"),
    [
        (MONDAY, time(8, 29, 59), False),
        (MONDAY, time(8, 30), True),
        (MONDAY, time(23, 59), True),
        (date(2026, 4, 26), time(9), False),  # a Sunday
        (date(2026, 5, 1), time(9), False),  # a Friday, and a holiday
        (date(2026, 5, 9), time(9), True),  # a Saturday worked in exchange
    ],
)
def test_digest_comes_on_working_days_from_half_past_eight(
    database: Database, staff: Staff, on: date, at: time, is_time: bool
) -> None:
    assert digest(database, on, at) == (len(readers(staff)) if is_time else 0)


def test_digest_counts_what_is_late_due_and_near(
    database: Database, open_one: Open, staff: Staff
) -> None:
    due_dates = [
        date(2026, 4, 24),
        date(2026, 4, 26),
        MONDAY,
        date(2026, 4, 28),
        date(2026, 4, 29),
        date(2026, 4, 30),
        None,
    ]
    for due_on in due_dates:
        change(database, open_one().case_id, due_on=due_on)
    change(database, open_one().case_id, due_on=date(2026, 4, 24), status="closed")
    digest(database)
    assert counts(database, staff.handler.id) == {
        "on": "2026-04-27",
        "overdue": 2,
        "due_today": 1,
        "due_soon": 2,
        "waiting": 0,
    }


def test_digest_is_of_ones_own_office(database: Database, open_one: Open) -> None:
    for office_id in ("office.water", "office.water", "office.forest", None):
        change(database, open_one(office_id=office_id).case_id, due_on=MONDAY)
    water = hire(database, "water", Role.HANDLER, "office.water")
    forest = hire(database, "forest", Role.HANDLER, "office.forest")
    everybody = hire(database, "all-offices", Role.SUPERVISOR, None)
    hire(database, "gone", Role.HANDLER, "office.water", active=False)
    assert digest(database) == 3
    # What no office has yet is everybody's.
    found = [counts(database, one)["due_today"] for one in (water, forest, everybody)]
    assert found == [3, 2, 4]


def test_digest_counts_what_waits_for_this_person(
    database: Database, open_one: Open, staff: Staff
) -> None:
    drafted(database, staff.handler, open_one())
    drafted(database, staff.reviewer, open_one())
    approved = open_one()
    drafted(database, staff.handler, approved)
    database.write(
        lambda s: s.execute(
            update(Case).where(Case.id == approved.case_id).values(status="approved")
        ).close()
    )
    signer = hire(database, "signs", Role.SIGNER, None)
    digest(database)
    # The reviewer drafted one of the two themselves: somebody else has to approve that.
    assert counts(database, staff.reviewer.id)["waiting"] == 1
    assert counts(database, signer)["waiting"] == 1
    assert counts(database, staff.handler.id)["waiting"] == 0


def test_digest_counts_by_the_wording_in_force(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    drafted(database, staff.reviewer, receipt)
    database.write(
        lambda s: s.execute(
            update(Case).where(Case.id == receipt.case_id).values(handler_id=staff.handler.id)
        ).close()
    )
    database.write(
        lambda s: actions.draft_reply(s, staff.handler, receipt.case_id, "另拟一稿。", NOW)
    )
    digest(database)
    assert counts(database, staff.reviewer.id)["waiting"] == 1
