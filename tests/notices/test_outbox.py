"""The outbox: planned after the commit, claimed by one, tried with pauses, given up, begun anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant import audit, notices
from assistant.cases.models import Case
from assistant.db import Database
from assistant.errors import Conflict, Forbidden, NotFound
from assistant.notices import Notice, NoticeKind, outbox
from assistant.notices.models import Delivery
from assistant.notices.outbox import Claim
from tests.cases.conftest import NOW, Open, Staff
from tests.notices.conftest import MAIL, SMS, WEBHOOK, tell

LEASE = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)


def plan(database: Database, *channels: object, now: datetime = NOW) -> int:
    return database.write(lambda s: outbox.plan_deliveries(s, now, channels or (WEBHOOK,)))  # type: ignore[arg-type]


def claim(database: Database, now: datetime = NOW, limit: int = 10) -> list[Claim]:
    return database.write(lambda s: outbox.claim_due(s, now, limit, LEASE))


def fail(database: Database, taken: Claim, now: datetime, error: str = "HTTP 500") -> None:
    database.write(lambda s: outbox.record_failure(s, taken, now, error))


def succeed(database: Database, taken: Claim, now: datetime = NOW) -> None:
    database.write(lambda s: outbox.record_success(s, taken, now))


def deliveries(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


@contextmanager
def two_processes(database: Database) -> Iterator[tuple[Database, Database]]:
    """The same database as two processes see it."""
    other = Database(database.url)
    try:
        yield database, other
    finally:
        other.close()


def at_once(first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(2) as pool:
        return [one.result() for one in (pool.submit(first), pool.submit(second))]


def kill(database: Database, taken: Claim) -> datetime:
    """Fail it until it is given up; returns when that was."""
    now = NOW
    while True:
        fail(database, taken, now)
        if deliveries(database)[0].dead_at is not None:
            return now
        now = deliveries(database)[0].next_at
        (taken,) = claim(database, now)


def test_work_that_fails_after_telling_has_told_nobody(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id

    def tell_and_fail(session: Session) -> None:
        notices.enqueue(session, case_id, NoticeKind.REPLIED, "told", NOW)
        raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError, match="the deed failed"):
        database.write(tell_and_fail)
    assert plan(database) == 0
    assert claim(database) == []
    with database.reading() as session:
        assert session.scalars(select(Notice)).all() == []


def test_same_key_told_by_two_processes_at_once_is_one_notice(
    database: Database, open_one: Open
) -> None:
    case_id = open_one().case_id
    with two_processes(database) as (one, other):
        for number in range(5):
            key = f"told:{number}"
            first, second = at_once(
                partial(tell, one, case_id, key), partial(tell, other, case_id, key)
            )
            assert first == second
    with database.reading() as session:
        assert len(session.scalars(select(Notice)).all()) == 5


def test_each_way_has_one_delivery_where_the_citizen_left_an_address(
    database: Database, open_one: Open
) -> None:
    both = open_one(contact_email="wang@example.com").case_id
    only_phone = open_one().case_id
    landline = open_one(contact_phone="0571-88001234").case_id
    for case_id in (both, only_phone, landline):
        tell(database, case_id, f"told:{case_id}")
    assert plan(database, MAIL, SMS, WEBHOOK) == 1 + 2 + 3
    assert plan(database, MAIL, SMS, WEBHOOK) == 0
    with database.reading() as session:
        found = session.execute(
            select(Notice.case_id, Delivery.channel).join(Delivery, Delivery.notice_id == Notice.id)
        ).all()
    assert sorted(found) == [
        (both, "email"),
        (both, "sms"),
        (both, "webhook"),
        (only_phone, "sms"),
        (only_phone, "webhook"),
        (landline, "webhook"),
    ]


def test_staff_read_theirs_on_the_page_alone(
    database: Database, open_one: Open, staff: Staff
) -> None:
    tell(database, open_one(contact_email="a@b.cn").case_id, account_id=staff.handler.id)
    assert plan(database, MAIL, SMS, WEBHOOK) == 0


def test_planning_may_come_before_or_after_the_page(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    tell(database, case_id, "a")
    assert plan(database) == 1
    database.write(lambda s: notices.deliver_due(s, NOW))
    tell(database, case_id, "b")
    database.write(lambda s: notices.deliver_due(s, NOW))
    assert plan(database) == 1


def test_news_missed_while_the_worker_was_away_is_still_told(
    database: Database, open_one: Open
) -> None:
    tell(database, open_one().case_id)
    assert plan(database, now=NOW + timedelta(days=30)) == 1


def test_new_channel_does_not_tell_old_news(database: Database, open_one: Open) -> None:
    tell(database, open_one().case_id)
    database.write(lambda s: notices.deliver_due(s, NOW))
    assert plan(database, now=NOW + outbox.NEWS_FOR + MINUTE) == 0


def test_two_planners_at_once_plan_each_once(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    for number in range(20):
        tell(database, case_id, f"told:{number}")
    with two_processes(database) as (one, other):
        planned = at_once(lambda: plan(one), lambda: plan(other))
    assert sum(planned) == 20  # type: ignore[arg-type]
    assert len(deliveries(database)) == 20


def test_claimed_delivery_is_nobody_elses_until_its_lease_ends(
    database: Database, open_one: Open
) -> None:
    tell(database, open_one().case_id)
    plan(database)
    (first,) = claim(database)
    assert claim(database, NOW + LEASE - MINUTE) == []
    (again,) = claim(database, NOW + LEASE)
    assert (first.attempt, again.attempt) == (1, 2)
    assert first.message.id == again.message.id


def test_of_two_claimers_at_once_each_gets_others(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    for number in range(40):
        tell(database, case_id, f"told:{number}")
    plan(database)

    def take_all(which: Database) -> list[int]:
        taken: list[int] = []
        while claims := claim(which, limit=3):
            taken += [one.delivery_id for one in claims]
        return taken

    with two_processes(database) as (one, other):
        first, second = at_once(lambda: take_all(one), lambda: take_all(other))
    assert sorted([*first, *second]) == sorted(row.id for row in deliveries(database))  # type: ignore[misc]


def test_claim_says_what_happened_and_where_it_stands(database: Database, open_one: Open) -> None:
    receipt = open_one(contact_email="wang@example.com")
    tell(database, receipt.case_id)
    plan(database, MAIL)
    (taken,) = claim(database, NOW + MINUTE)
    message = taken.message
    assert (message.kind, message.receipt_no) == (NoticeKind.REPLIED, receipt.receipt_no)
    assert (message.status, message.at, message.sent_at) == ("sent", NOW, NOW + MINUTE)


def test_claim_is_of_the_named_channels_alone(database: Database, open_one: Open) -> None:
    tell(database, open_one(contact_email="a@b.cn").case_id)
    plan(database, MAIL, WEBHOOK)
    claims = database.write(lambda s: outbox.claim_due(s, NOW, 10, LEASE, ["email"]))
    assert [one.channel for one in claims] == ["email"]


def test_ids_differ_by_notice_and_channel(database: Database, open_one: Open) -> None:
    case_id = open_one(contact_email="a@b.cn").case_id
    tell(database, case_id, "a")
    tell(database, case_id, "b")
    plan(database, MAIL, WEBHOOK)
    assert len({one.message.id for one in claim(database)}) == 4


def test_address_is_the_one_the_case_has_when_sending(database: Database, open_one: Open) -> None:
    case_id = open_one(contact_email="old@example.com").case_id
    tell(database, case_id)
    plan(database, MAIL)
    database.write(
        lambda s: s.execute(
            update(Case).where(Case.id == case_id).values(contact_email="new@example.com")
        ).close()
    )
    (taken,) = claim(database)
    assert taken.message.to.email == "new@example.com"


def test_no_address_is_kept_or_printed(database: Database, open_one: Open) -> None:
    tell(database, open_one(contact_email="wang@example.com").case_id)
    plan(database, MAIL, SMS)
    taken = claim(database)
    kept = str([vars(row) for row in deliveries(database)])
    for address in ("wang@example.com", "13800001234"):
        assert address not in kept
        assert address not in str(taken)


def test_failures_are_tried_again_after_growing_pauses_and_then_given_up(
    database: Database, open_one: Open
) -> None:
    tell(database, open_one().case_id)
    plan(database)
    now, waited = NOW, []
    for _ in range(6):
        (taken,) = claim(database, now)
        fail(database, taken, now)
        (row,) = deliveries(database)
        waited.append(row.next_at - now)
        assert claim(database, row.next_at - MINUTE / 2) == []
        now = row.next_at
    hour = 60 * MINUTE
    assert waited == [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * hour, 6 * hour, 24 * hour]
    (taken,) = claim(database, now)
    fail(database, taken, now)
    (row,) = deliveries(database)
    assert (row.dead_at, row.last_error) == (now, "HTTP 500")
    assert claim(database, now + timedelta(days=365)) == []


def test_failing_row_does_not_hold_up_the_others(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    tell(database, case_id, "poison")
    tell(database, case_id, "other")
    plan(database)
    (poison,) = claim(database, limit=1)
    fail(database, poison, NOW)
    (other,) = claim(database, limit=1)
    assert other.delivery_id != poison.delivery_id


def test_told_delivery_is_never_claimed_again(database: Database, open_one: Open) -> None:
    tell(database, open_one().case_id)
    plan(database)
    (taken,) = claim(database)
    succeed(database, taken)
    assert deliveries(database)[0].done_at == NOW
    assert claim(database, NOW + timedelta(days=365)) == []


def test_late_failure_does_not_touch_who_claimed_it_since(
    database: Database, open_one: Open
) -> None:
    tell(database, open_one().case_id)
    plan(database)
    (late,) = claim(database)
    claim(database, NOW + LEASE)
    fail(database, late, NOW + LEASE)
    (row,) = deliveries(database)
    assert (row.leased_until, row.last_error) == (NOW + 2 * LEASE, None)


def test_late_success_counts(database: Database, open_one: Open) -> None:
    tell(database, open_one().case_id)
    plan(database)
    (late,) = claim(database)
    (again,) = claim(database, NOW + LEASE)
    succeed(database, late, NOW + LEASE)
    fail(database, again, NOW + LEASE)
    (row,) = deliveries(database)
    assert (row.done_at, row.dead_at, row.last_error) == (NOW + LEASE, None, None)


def test_what_takes_its_worker_along_every_time_is_given_up(
    database: Database, open_one: Open
) -> None:
    tell(database, open_one().case_id)
    plan(database)
    now = NOW
    while claim(database, now):
        now += LEASE
    (row,) = deliveries(database)
    assert (row.attempts, row.dead_at) == (outbox.MOST_ATTEMPTS, now)
    assert "中断" in (row.last_error or "")


def test_dead_are_listed_and_an_administrator_may_begin_anew(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    tell(database, receipt.case_id)
    plan(database)
    (taken,) = claim(database)
    died_at = kill(database, taken)
    with database.reading() as session:
        (dead,) = outbox.list_dead(session)
    assert (dead.receipt_no, dead.channel, dead.kind) == (
        receipt.receipt_no,
        "webhook",
        NoticeKind.REPLIED,
    )
    assert (dead.dead_at, dead.attempts, dead.last_error) == (died_at, 7, "HTTP 500")

    later = died_at + timedelta(days=1)
    for actor in (staff.handler, staff.supervisor):
        with pytest.raises(Forbidden):
            database.write(lambda s, who=actor: outbox.retry_dead(s, dead.delivery_id, who, later))
    database.write(lambda s: outbox.retry_dead(s, dead.delivery_id, staff.administrator, later))
    (again,) = claim(database, later)
    assert (again.attempt, again.message.id) == (1, taken.message.id)
    with database.reading() as session:
        assert outbox.list_dead(session) == []
        (logged,) = audit.events_of(session, "delivery", dead.delivery_id)
    assert (logged.action, logged.actor_id) == ("retry_delivery", staff.administrator.id)


def test_only_the_dead_are_begun_anew(database: Database, open_one: Open, staff: Staff) -> None:
    tell(database, open_one().case_id)
    plan(database)
    number = deliveries(database)[0].id
    with pytest.raises(Conflict, match="没有停发"):
        database.write(lambda s: outbox.retry_dead(s, number, staff.administrator, NOW))
    with pytest.raises(NotFound):
        database.write(lambda s: outbox.retry_dead(s, number + 1, staff.administrator, NOW))
