"""The worker: whatever it does, it does once, and one task failing stops no other."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.opening import Receipt
from assistant.cases.rules import SHIPPED, Rules
from assistant.cases.states import CaseStatus
from assistant.db import Database
from assistant.notices import Notice, NoticeKind, enqueue
from assistant.notices.channels import NotConfigured
from assistant.notices.models import Delivery
from assistant.settings import SHANGHAI, Settings
from assistant.worker import Report, Worker, run_once
from tests.cases.conftest import NOW, Open, Staff, open_one, staff
from tests.notices.servers import WHSEC, receiving, wait_until
from tests.test_cli import sentence_of, xunda

__all__ = ["open_one", "staff"]

ONE_DAY = timedelta(days=1)


def shipped(_: Session) -> Rules:
    return SHIPPED


def work(database: Database, now: datetime) -> Report:
    return run_once(database, [], shipped, now)


def ten_o_clock(day: object) -> datetime:
    return datetime.combine(day, time(10), SHANGHAI).astimezone(UTC)  # type: ignore[arg-type]


def case_of(database: Database, receipt: Receipt) -> Case:
    with database.reading() as session:
        return session.get_one(Case, receipt.case_id)


def everything(database: Database) -> list[tuple[object, ...]]:
    """All the worker can have written, without the numbers the database gave."""
    with database.reading() as session:
        cases = session.execute(
            select(Case.id, Case.status, Case.handler_id, Case.overdue_for, Case.version)
        )
        events = session.execute(
            select(audit.AuditEvent.subject_id, audit.AuditEvent.action).order_by(
                audit.AuditEvent.seq
            )
        )
        told = session.execute(select(Notice.dedup_key, Notice.delivered_at.is_not(None)))
        return (
            sorted(("case", *map(str, row)) for row in cases)
            + sorted(("event", *row) for row in events)
            + sorted(("notice", *row) for row in told)
        )


@contextmanager
def as_another_process(database: Database) -> Iterator[Database]:
    other = Database(database.url)
    try:
        yield other
    finally:
        other.close()


@pytest.fixture
def late(database: Database, open_one: Open, staff: Staff) -> datetime:
    """A morning with something for every task: two cases late, one of them held; another held and left lying."""
    held, _, idle = open_one(), open_one(), open_one(kind=CaseKind.SUGGESTION)
    due_on = case_of(database, held).due_on
    assert due_on is not None
    on_the_day = ten_o_clock(due_on)
    database.write(lambda s: actions.claim(s, staff.handler, held.case_id, on_the_day))
    database.write(lambda s: actions.claim(s, staff.colleague, idle.case_id, NOW))
    return ten_o_clock(SHIPPED.calendar.next_workday(due_on))


def test_round_run_again_changes_nothing(database: Database, late: datetime) -> None:
    first = work(database, late)
    assert first.failed == []
    for task in ("log_overdue", "release_idle", "due_soon", "digest", "page"):
        assert first.done[task] > 0, task
    before = everything(database)
    for minutes in (1, 60, 300):
        again = work(database, late + timedelta(minutes=minutes))
        assert again.failed == []
        assert not any(again.done.values())
    assert everything(database) == before


def test_two_workers_at_once_write_what_one_would(database: Database, late: datetime) -> None:
    with as_another_process(database) as other, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda which: work(which, late), (database, other)))
        # Who lost a race left its task for the next round.
        assert work(database, late + timedelta(minutes=5)).failed == []
    rows = everything(database)
    assert len(rows) == len(set(rows)), "something was done twice"
    events = [row[2] for row in rows if row[0] == "event"]
    assert events.count("overdue") == 2
    assert events.count("release") == 1
    told = [row for row in rows if row[0] == "notice"]
    assert all(appeared for *_, appeared in told)


def test_overdue_is_logged_once_and_dated_the_day_it_became_so(
    database: Database, open_one: Open
) -> None:
    receipt = open_one()
    due_on = case_of(database, receipt).due_on
    assert due_on is not None
    work(database, ten_o_clock(due_on))
    assert case_of(database, receipt).overdue_for is None
    for days in (4, 4, 5, 9):  # the worker was away on the first day
        work(database, ten_o_clock(due_on + days * ONE_DAY))
    with database.reading() as session:
        events = audit.events_of(session, "case", receipt.case_id)
    logged = [event for event in events if event.action == "overdue"]
    assert [event.data["since"] for event in logged] == [(due_on + ONE_DAY).isoformat()]
    assert case_of(database, receipt).overdue_for == due_on


def test_idle_claim_returns_and_a_touched_one_stays(
    database: Database, open_one: Open, staff: Staff
) -> None:
    idle, busy = (open_one(kind=CaseKind.SUGGESTION) for _ in range(2))
    later = NOW + 4 * ONE_DAY
    database.write(lambda s: actions.claim(s, staff.handler, idle.case_id, NOW))
    database.write(lambda s: actions.claim(s, staff.handler, busy.case_id, later))
    assert work(database, NOW + ONE_DAY).done["release_idle"] == 0
    # Monday was 27 April, 1 to 5 May are holidays: 6 May is the fourth working day after it.
    now = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
    assert work(database, now).done["release_idle"] == 1
    assert (case_of(database, idle).status, case_of(database, idle).handler_id) == (
        CaseStatus.ACCEPTED,
        None,
    )
    assert case_of(database, busy).handler_id == staff.handler.id


def test_failing_task_stops_no_other_and_logs_nobodys_words(
    database: Database, late: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Session) -> Rules:
        raise ValueError("王小明 13800001234")

    with caplog.at_level(logging.DEBUG):
        report = run_once(database, [], broken, late)
    tasks = ["due_soon", "digest", "figures"]
    assert report.failed == [*(chore.name for chore in actions.CHORES), *tasks]
    assert {"page", "plan", "sent"} <= set(report.done)
    assert "王小明" not in caplog.text
    assert "13800001234" not in caplog.text
    assert "ValueError" in caplog.text
    assert "test_worker.py" in caplog.text
    assert work(database, late).failed == []


def hooked(url: str) -> Settings:
    return Settings(webhook_url=url, webhook_secret=SecretStr(WHSEC), internal_hosts=["127.0.0.1"])


def test_thread_tells_what_is_committed_while_it_runs(
    database: Database, open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.worker.OUTBOX_SECONDS", 0.05)
    case_id = open_one().case_id
    with receiving() as receiver:
        worker = Worker(database, hooked(receiver.url), shipped, lambda: datetime.now(UTC))
        worker.start()
        try:
            for key in ("first", "second"):
                now = datetime.now(UTC)
                database.write(
                    lambda s, k=key, at=now: enqueue(s, case_id, NoticeKind.REPLIED, k, at)
                )
                wait_until(lambda k=key: len(receiver.received) == ("first", "second").index(k) + 1)
        finally:
            worker.stop()
        database.write(
            lambda s: enqueue(s, case_id, NoticeKind.REPLIED, "after", datetime.now(UTC))
        )
        assert len(set(receiver.ids)) == 2
    with database.reading() as session:
        assert len(session.scalars(select(Delivery)).all()) == 2


def test_settings_that_do_not_fit_keep_the_worker_from_starting(database: Database) -> None:
    with pytest.raises(NotConfigured, match="XUNDA_WEBHOOK_SECRET"):
        Worker(database, Settings(webhook_url="https://a.cn/"), shipped, lambda: NOW)


def test_one_round_from_the_command_line(tmp_path: Path) -> None:
    assert xunda("migrate", data_dir=tmp_path).returncode == 0
    done = xunda("worker", "--once", data_dir=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "没有要做的事" in done.stderr


def test_unfit_setting_is_one_sentence(tmp_path: Path) -> None:
    assert xunda("migrate", data_dir=tmp_path).returncode == 0
    given = {"XUNDA_WEBHOOK_URL": "https://a.cn/", "XUNDA_WEBHOOK_SECRET": "hunter2"}
    said = sentence_of(xunda("worker", "--once", data_dir=tmp_path, **given))
    assert "XUNDA_WEBHOOK_SECRET" in said
    assert "hunter2" not in said


def test_worker_before_the_first_migration_is_one_sentence(tmp_path: Path) -> None:
    assert "migrate" in sentence_of(xunda("worker", "--once", data_dir=tmp_path))


def test_secrets_are_not_shown_with_the_settings(tmp_path: Path) -> None:
    given = {
        "XUNDA_SMTP_PASSWORD": "hunter1",
        "XUNDA_SMS_URL": "https://user:hunter2@sms.example.cn/send?token=hunter3",
        "XUNDA_SMS_SECRET": "whsec_hunter4",
        "XUNDA_WEBHOOK_URL": "https://hooks.example.cn/hunter5",
        "XUNDA_WEBHOOK_SECRET": "whsec_hunter6",
        "XUNDA_ATTACHMENT_KEY": "hunter7",
    }
    done = xunda("settings", data_dir=tmp_path, **given)
    assert done.returncode == 0
    assert "hunter" not in done.stdout
    shown = json.loads(done.stdout)
    assert shown["sms_url"] == "https://sms.example.cn/…"
    assert shown["webhook_url"] == "https://hooks.example.cn/…"
