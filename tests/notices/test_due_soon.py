"""Warnings: once for each person, case, colour and due date."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.actions.clockwork import LOG_OVERDUE
from assistant.cases.models import Case
from assistant.cases.opening import Receipt
from assistant.cases.rules import SHIPPED
from assistant.db import Database
from assistant.notices import Notice, NoticeKind
from assistant.notices.due_soon import warn_due_soon
from assistant.settings import SHANGHAI
from assistant.staff.models import Account
from assistant.staff.roles import Actor, Role
from tests.cases.conftest import NOW, Open, Staff

ONE_DAY = timedelta(days=1)


def warn(database: Database, on: date) -> int:
    now = datetime.combine(on, time(10), SHANGHAI)
    return database.write(lambda s: warn_due_soon(s, now, SHIPPED))


def warnings(database: Database) -> list[tuple[int | None, str, object]]:
    with database.reading() as session:
        rows = session.scalars(select(Notice).order_by(Notice.id)).all()
        return [(row.account_id, row.kind, row.payload["colour"]) for row in rows]


def case_of(database: Database, receipt: Receipt) -> Case:
    with database.reading() as session:
        return session.get_one(Case, receipt.case_id)


def dates_of(database: Database, receipt: Receipt) -> tuple[date, date, date]:
    case = case_of(database, receipt)
    assert case.amber_on is not None
    assert case.red_on is not None
    assert case.due_on is not None
    assert case.amber_on < case.red_on <= case.due_on
    return case.amber_on, case.red_on, case.due_on


def change(database: Database, case_id: int, **values: object) -> None:
    database.write(
        lambda s: s.execute(update(Case).where(Case.id == case_id).values(**values)).close()
    )


def hire(
    database: Database, name: str, role: Role, office_id: str | None, active: bool = True
) -> int:
    def add(session: Session) -> int:
        account = Account(
            username=name,
            display_name=name,
            role=role,
            office_id=office_id,
            password_hash="-",
            must_change_password=False,
            active=active,
            created_at=NOW,
        )
        session.add(account)
        session.flush()
        return account.id

    return database.write(add)


def claim(database: Database, actor: Actor, receipt: Receipt) -> None:
    database.write(lambda s: actions.claim(s, actor, receipt.case_id, NOW))


def test_holder_is_warned_at_amber_and_at_red_and_once_each(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    amber, red, due = dates_of(database, receipt)
    assert warn(database, amber - ONE_DAY) == 0
    for day in (amber, amber, red, red, due):
        warn(database, day)
    holder = staff.handler.id
    assert warnings(database) == [(holder, "due_soon", "amber"), (holder, "due_soon", "red")]
    with database.reading() as session:
        notice = session.scalars(select(Notice).order_by(Notice.id)).first()
    assert notice is not None
    assert notice.payload == {
        "receipt_no": receipt.receipt_no,
        "colour": "amber",
        "due_on": due.isoformat(),
        "workdays_left": SHIPPED.calendar.workdays_between(amber, due),
    }


def test_new_due_date_is_warned_of_anew(database: Database, open_one: Open, staff: Staff) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    amber, _, due = dates_of(database, receipt)
    warn(database, amber)
    change(database, receipt.case_id, due_on=due + 7 * ONE_DAY)
    assert warn(database, amber) == 1


def test_case_nobody_has_warns_the_heads_of_its_office(database: Database, open_one: Open) -> None:
    receipt = open_one(office_id="office.water")
    own = {
        hire(database, "reviewer", Role.REVIEWER, "office.water"),
        hire(database, "supervisor", Role.SUPERVISOR, "office.water"),
        hire(database, "all-offices", Role.SUPERVISOR, None),
    }
    hire(database, "elsewhere", Role.REVIEWER, "office.forest")
    hire(database, "gone", Role.REVIEWER, "office.water", active=False)
    hire(database, "handler", Role.HANDLER, "office.water")
    amber, _, due = dates_of(database, receipt)
    assert warn(database, amber) == 3
    assert warn(database, amber) == 0
    assert {account for account, _, _ in warnings(database)} == own
    assert warn(database, due + ONE_DAY) == 3
    assert warn(database, due + 2 * ONE_DAY) == 0
    assert [kind for _, kind, _ in warnings(database)][3:] == [NoticeKind.OVERDUE] * 3


def test_office_without_heads_is_the_supervisors_affair(database: Database, open_one: Open) -> None:
    receipt = open_one(office_id="office.water")
    supervisor = hire(database, "supervisor", Role.SUPERVISOR, "office.forest")
    hire(database, "reviewer", Role.REVIEWER, "office.forest")
    warn(database, dates_of(database, receipt)[0])
    assert [account for account, _, _ in warnings(database)] == [supervisor]


def test_case_of_somebody_who_left_warns_the_office(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    leaver = staff.handler.id
    database.write(
        lambda s: s.execute(
            update(Account).where(Account.id == leaver).values(active=False)
        ).close()
    )
    warn(database, dates_of(database, receipt)[0])
    told = {account for account, _, _ in warnings(database)}
    assert told == {staff.reviewer.id, staff.supervisor.id}


def test_merged_case_warns_the_holder_of_the_main_one(
    database: Database, open_one: Open, staff: Staff
) -> None:
    main, other = open_one(), open_one()
    database.write(lambda s: actions.merge(s, staff.reviewer, other.case_id, main.case_id, NOW))
    claim(database, staff.handler, main)
    warn(database, dates_of(database, other)[0])
    assert [account for account, _, _ in warnings(database)] == [staff.handler.id] * 2


def test_held_case_that_is_late_is_told_by_its_own_event(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    _, _, due = dates_of(database, receipt)
    assert warn(database, due + ONE_DAY) == 0
    later = datetime.combine(due + ONE_DAY, time(10), SHANGHAI)
    database.write(lambda s: actions.run_chore(LOG_OVERDUE, s, later, SHIPPED))
    with database.reading() as session:
        (notice,) = session.scalars(select(Notice)).all()
    assert (notice.account_id, notice.kind) == (staff.handler.id, NoticeKind.OVERDUE)


@pytest.mark.parametrize("values", [{"due_on": None}, {"status": "closed"}])
def test_case_whose_clock_stands_or_that_is_over_warns_nobody(
    database: Database, open_one: Open, staff: Staff, values: dict[str, object]
) -> None:
    receipt = open_one()
    amber, _, _ = dates_of(database, receipt)
    change(database, receipt.case_id, **values)
    assert warn(database, amber) == 0


def test_case_of_the_first_release_is_warned_of_on_its_last_day(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    claim(database, staff.handler, receipt)
    _, _, due = dates_of(database, receipt)
    change(database, receipt.case_id, amber_on=None, red_on=None)
    assert warn(database, due - ONE_DAY) == 0
    assert warn(database, due) == 1
