"""Telling for real: to servers on this machine, by several workers, through every mishap."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from sqlalchemy import select, update

from assistant.cases.models import Case
from assistant.db import Database
from assistant.notices import outbox
from assistant.notices.channels import (
    Channel,
    MailChannel,
    MailServer,
    SmsChannel,
    WebhookChannel,
)
from assistant.notices.messages import Addressed, Message
from assistant.notices.models import Delivery
from assistant.notices.outbox import LEASE, PAUSES
from assistant.notices.sending import Sent, send_due
from assistant.settings import PROJECT_DIR, inherited_environment
from tests.cases.conftest import NOW, Open, Staff
from tests.notices.conftest import KEY, LOOPBACK, tell
from tests.notices.servers import (
    WHSEC,
    MailSink,
    Receiver,
    answer,
    hang,
    receiving,
    taking_mail,
    wait_until,
)

PLACE = "https://xunda.example.gov.cn/track"


def hook(receiver: Receiver) -> WebhookChannel:
    return WebhookChannel(receiver.url, KEY, LOOPBACK)


def mail(sink: MailSink) -> MailChannel:
    return MailChannel(MailServer("127.0.0.1", sink.port, "notice@example.gov.cn"), PLACE)


def plan(database: Database, channels: Sequence[Channel], now: datetime = NOW) -> int:
    return database.write(lambda s: outbox.plan_deliveries(s, now, channels))


def rows(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


@contextmanager
def as_another_process(database: Database) -> Iterator[Database]:
    other = Database(database.url)
    try:
        yield other
    finally:
        other.close()


def test_every_way_is_told_once(database: Database, open_one: Open) -> None:
    case_id = open_one(contact_email="wang@example.com").case_id
    tell(database, case_id)
    with receiving() as hooked, receiving() as gateway, taking_mail() as sink:
        sms = SmsChannel(gateway.url, KEY, PLACE, LOOPBACK)
        channels = [hook(hooked), sms, mail(sink)]
        plan(database, channels)
        assert send_due(database, channels, NOW) == Sent(told=3)
        assert send_due(database, channels, NOW + timedelta(days=2)) == Sent()
        assert (len(hooked.received), len(gateway.received), len(sink.mails)) == (1, 1, 1)
    assert all(row.done_at is not None and row.leased_until is None for row in rows(database))


def test_two_workers_racing_tell_each_once(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    for number in range(40):
        tell(database, case_id, f"told:{number}")
    with receiving() as receiver, as_another_process(database) as other:
        channel = hook(receiver)

        def work(which: Database) -> Sent:
            plan(which, [channel])
            return send_due(which, [channel], NOW)

        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(work, (database, other)))
        assert len(receiver.received) == 40
        assert set(Counter(receiver.ids).values()) == {1}
    assert sum(both, Sent()) == Sent(told=40)


def test_who_dies_between_telling_and_recording_is_repeated_under_the_same_id(
    database: Database, open_one: Open
) -> None:
    tell(database, open_one().case_id)
    with receiving() as receiver:
        channel = hook(receiver)
        plan(database, [channel])
        (claim,) = database.write(lambda s: outbox.claim_due(s, NOW, 1))
        channel.send(claim.message)  # and nothing is recorded
        assert send_due(database, [channel], NOW + LEASE / 2) == Sent()
        assert send_due(database, [channel], NOW + LEASE) == Sent(told=1)
        assert len(receiver.received) == 2
        assert len(set(receiver.ids)) == 1
    assert rows(database)[0].done_at is not None


_WORKER = """
import sys
from datetime import datetime
from assistant.cases.rules import SHIPPED
from assistant.db import Database
from assistant.settings import Settings
from assistant.worker import Worker
url, hook, secret, now = sys.argv[1:]
settings = Settings(webhook_url=hook, webhook_secret=secret, internal_hosts=["127.0.0.1"])
Worker(Database(url), settings, lambda s: SHIPPED, lambda: datetime.fromisoformat(now)).run_once()
"""


def test_killed_worker_leaves_a_lease_and_another_finishes(
    database: Database, open_one: Open
) -> None:
    tell(database, open_one().case_id)
    with receiving(hang) as receiver:
        process = subprocess.Popen(
            [sys.executable, "-c", _WORKER, database.url, receiver.url, WHSEC, NOW.isoformat()],
            cwd=PROJECT_DIR,
            env=inherited_environment(),
        )
        try:
            wait_until(lambda: bool(receiver.received))
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        (row,) = rows(database)
        assert row.done_at is None
        assert row.leased_until is not None
        receiver.behaviour = answer(204)
        channel = hook(receiver)
        assert send_due(database, [channel], row.leased_until - timedelta(seconds=30)) == Sent()
        assert send_due(database, [channel], row.leased_until) == Sent(told=1)
        assert len(receiver.received) == 2
        assert len(set(receiver.ids)) == 1
    assert rows(database)[0].done_at is not None


def test_failure_is_told_again_when_its_pause_is_over(database: Database, open_one: Open) -> None:
    tell(database, open_one().case_id)
    with receiving(answer(500)) as receiver:
        channel = hook(receiver)
        plan(database, [channel])
        assert send_due(database, [channel], NOW) == Sent(failed=1)
        (row,) = rows(database)
        assert row.last_error == "对方答复 HTTP 500"
        receiver.behaviour = answer(204)
        assert send_due(database, [channel], NOW + PAUSES[0] / 2) == Sent()
        assert send_due(database, [channel], NOW + PAUSES[0] * 2) == Sent(told=1)
        assert len(set(receiver.ids)) == 1


def test_poison_does_not_hold_up_the_others(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    for number in range(3):
        tell(database, case_id, f"told:{number}")

    def refuse_the_first(receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
        answer(500 if receiver.ids[-1] == receiver.ids[0] else 204)(receiver, handler)

    with receiving(refuse_the_first) as receiver:
        channel = hook(receiver)
        plan(database, [channel])
        assert send_due(database, [channel], NOW) == Sent(told=2, failed=1)


def test_nothing_is_held_open_while_the_network_is_waited_for(
    database: Database, open_one: Open
) -> None:
    tell(database, open_one().case_id)
    seen: list[datetime | None] = []

    def write_meanwhile(receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
        # The writer is free, and the lease is already committed.
        seen.append(database.write(lambda s: s.scalar(select(Delivery.leased_until))))
        answer(204)(receiver, handler)

    with receiving(write_meanwhile) as receiver:
        channel = hook(receiver)
        plan(database, [channel])
        assert send_due(database, [channel], NOW) == Sent(told=1)
    (leased_until,) = seen
    assert leased_until is not None
    assert abs(leased_until - NOW - LEASE) < timedelta(seconds=1)


def test_hanging_receiver_does_not_keep_the_mail_waiting(
    database: Database, open_one: Open
) -> None:
    tell(database, open_one(contact_email="wang@example.com").case_id)
    with receiving(hang) as receiver, taking_mail() as sink:
        channels = [hook(receiver), mail(sink)]
        plan(database, channels)
        sending = threading.Thread(target=send_due, args=(database, channels, NOW))
        started = time.monotonic()
        sending.start()
        wait_until(lambda: bool(sink.mails), seconds=4)
        assert time.monotonic() - started < 4
        receiver.over.set()
        sending.join()


def test_mail_that_may_have_arrived_is_told_again_only_when_staff_say_so(
    database: Database, open_one: Open, staff: Staff
) -> None:
    tell(database, open_one(contact_email="wang@example.com").case_id)
    with taking_mail() as sink:
        channel = mail(sink)
        plan(database, [channel])
        (claim,) = database.write(lambda s: outbox.claim_due(s, NOW, 1))
        channel.send(claim.message)  # and nothing is recorded
        assert send_due(database, [channel], NOW + LEASE) == Sent()
        assert len(sink.mails) == 1
        (row,) = rows(database)
        assert row.dead_at is not None
        assert "不知道是否送到" in (row.last_error or "")
        database.write(lambda s: outbox.retry_dead(s, row.id, staff.administrator, NOW + LEASE))
        assert send_due(database, [channel], NOW + LEASE) == Sent(told=1)
        first, second = (one.letter["Message-ID"] for one in sink.mails)
    assert first == second


def test_address_taken_out_of_the_case_is_told_no_more(database: Database, open_one: Open) -> None:
    case_id = open_one(contact_email="wang@example.com").case_id
    tell(database, case_id)
    with taking_mail() as sink:
        channel = mail(sink)
        plan(database, [channel])
        database.write(
            lambda s: s.execute(
                update(Case).where(Case.id == case_id).values(contact_email=None)
            ).close()
        )
        assert send_due(database, [channel], NOW) == Sent()
        assert sink.mails == []
    (row,) = rows(database)
    assert row.done_at is not None
    assert "没有联系方式" in (row.last_error or "")


class _Careless:
    """A channel whose errors repeat the address."""

    name = "careless"
    drops_repeats = True

    def accepts(self, addressed: Addressed) -> bool:
        return True

    def send(self, message: Message) -> None:
        raise ValueError(f"cannot reach {message.to.email}")


def test_careless_channel_puts_no_address_into_row_or_log(
    database: Database, open_one: Open, caplog: pytest.LogCaptureFixture
) -> None:
    tell(database, open_one(contact_email="wang@example.com").case_id)
    plan(database, [_Careless()])
    with caplog.at_level(logging.DEBUG):
        assert send_due(database, [_Careless()], NOW) == Sent(failed=1)
    (row,) = rows(database)
    assert row.last_error == "没有发出（ValueError）"
    assert "wang@example.com" not in caplog.text
    assert "careless" in caplog.text


def test_stopping_worker_claims_nothing_more(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    for number in range(3):
        tell(database, case_id, f"told:{number}")
    with receiving() as receiver:
        channel = hook(receiver)
        plan(database, [channel])
        sent = send_due(database, [channel], NOW, lambda: bool(receiver.received))
        assert sent == Sent(told=1)
    assert sum(row.attempts for row in rows(database)) == 1
