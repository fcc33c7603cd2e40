"""Killed at random moments, again and again: no step anybody was told of is lost, and no notice is a second one.

What is guaranteed of notices: each is committed before it is told, and each has one id for ever (`webhook-id`,
`Message-ID`). Whoever dies between telling and recording leaves one delivery a channel whose fate nobody knows. A
receiver that drops repeats by their id is told again under it; a mailbox is not, and the staff are shown the letter.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant import audit
from assistant.audit import AuditEvent
from assistant.cases.models import Case, ReplyDraft
from assistant.db import Database
from assistant.notices.kinds import NoticeKind
from assistant.notices.messages import message_id
from assistant.notices.models import Delivery, Notice
from assistant.settings import PROJECT_DIR, inherited_environment
from tests.cases.busy import EMAIL, REPLY
from tests.cases.conftest import NOW, Staff
from tests.notices.servers import MailSink, Receiver, receiving, taking_mail, wait_until

KILLS = 8
# Longer than a lease: what the dead had in hand is free again when the next one starts.
BETWEEN = timedelta(minutes=10)

Acknowledged = set[tuple[int, str]]


@contextmanager
def _at_work(
    database: Database, hook: Receiver, sink: MailSink, now: datetime, out: Path, *words: str
) -> Iterator[subprocess.Popen[bytes]]:
    given = [database.url, hook.url, str(sink.port), now.isoformat(), *words]
    with out.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.cases.busy", *given],
            cwd=PROJECT_DIR,
            env=inherited_environment(),
            stdout=told,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def _read(out: Path) -> Acknowledged:
    """Whole lines alone: half a line was not said."""
    lines = out.read_bytes().split(b"\n")[:-1]
    return {(int(case), step) for case, step in (line.decode().split() for line in lines)}


@pytest.fixture
def aftermath(
    database: Database, staff: Staff, tmp_path: Path
) -> Iterator[tuple[Acknowledged, Receiver, MailSink]]:
    """What was acknowledged and what was received, after the last of many has told what was left."""
    acknowledged: Acknowledged = set()
    with receiving() as hook, taking_mail() as sink:
        for turn in range(KILLS):
            out, now = tmp_path / f"told{turn}", NOW + turn * BETWEEN
            with _at_work(database, hook, sink, now, out) as process:
                wait_until(lambda o=out: o.stat().st_size > 0, seconds=60)
                time.sleep(random.uniform(0, 1.5))
                assert process.poll() is None, "it ended by itself"
            acknowledged |= _read(out)
        last = NOW + KILLS * BETWEEN
        with _at_work(database, hook, sink, last, tmp_path / "rest", "drain") as process:
            assert process.wait(timeout=180) == 0
        yield acknowledged, hook, sink


def test_nothing_acknowledged_is_lost_and_nothing_is_told_as_two(
    database: Database, aftermath: tuple[Acknowledged, Receiver, MailSink]
) -> None:
    acknowledged, hook, sink = aftermath
    assert {"open", "accept", "claim"} <= {step for _, step in acknowledged}
    _check_steps(database, acknowledged)
    _check_notices(database, hook, sink)


def _check_steps(database: Database, acknowledged: Acknowledged) -> None:
    with database.reading() as session:
        assert audit.verify(session) is None
        events = session.execute(
            select(AuditEvent.subject_id, AuditEvent.action, AuditEvent.data)
            .where(AuditEvent.subject_kind == "case")
            .order_by(AuditEvent.seq)
        ).all()
        cases = {case.id: case for case in session.scalars(select(Case))}
        drafts = {one.case_id: one for one in session.scalars(select(ReplyDraft))}
    taken = Counter((int(case_id), action) for case_id, action, _ in events)
    assert acknowledged <= taken.keys(), "a step somebody was told of is gone"
    assert set(taken.values()) == {1}, "a step was taken twice"
    # Each case stands where its log says, whole: its reply is there when, and as, the log says so.
    stands = {int(case_id): data["to"] for case_id, _, data in events}
    assert {number: case.status.value for number, case in cases.items()} == stands
    for case_id, action in taken:
        draft = drafts.get(case_id)
        if action == "draft":
            assert draft is not None
            assert draft.text == REPLY
        if action == "send":
            assert draft is not None
            assert draft.sent_at is not None
            assert draft.signed_hash == draft.approved_hash == draft.text_hash


def _check_notices(database: Database, hook: Receiver, sink: MailSink) -> None:
    with database.reading() as session:
        notices = session.scalars(select(Notice).where(Notice.account_id.is_(None))).all()
        deliveries = session.scalars(select(Delivery)).all()
        sent = session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "send"))
        answered = sorted(map(int, sent))
    # A letter whose fate nobody knows is not sent again by itself; the staff are shown it.
    unknown = [one for one in deliveries if one.done_at is None]
    assert all(one.dead_at is not None and one.channel == "email" for one in unknown)
    assert len(unknown) <= KILLS
    assert all(one.delivered_at is not None for one in notices)
    told = sorted(one.case_id for one in notices if one.kind == NoticeKind.REPLIED)  # type: ignore[type-var]
    assert told == answered, "every answer is told of once"
    mailed = [one.letter["Message-ID"] for one in sink.mails]
    _check_channel(notices, "webhook", hook.ids, [(one.id, one.body) for one in hook.received])
    letters = [one[1:].partition("@")[0] for one in mailed]
    assert len(set(letters)) == len(letters), "a letter was sent twice"
    committed = {one.id: message_id(one.dedup_key, one.created_at, "email") for one in notices}
    perhaps = {committed[one.notice_id] for one in unknown}
    assert set(letters) <= set(committed.values()) <= set(letters) | perhaps
    assert {box for one in sink.mails for box in one.recipients} == {EMAIL}


def _check_channel(
    notices: Sequence[Notice], channel: str, received: list[str], said: list[tuple[str, object]]
) -> None:
    """All that was committed arrived, nothing else did, and a repeat says the very same under the same id."""
    committed = {message_id(one.dedup_key, one.created_at, channel) for one in notices}
    copies = Counter(received)
    assert copies.keys() == committed
    repeats = sum(copies.values()) - len(copies)
    assert repeats <= KILLS, f"{repeats} repeats after {KILLS} kills"
    assert len(set(said)) == len(copies), "one id, two different things said"
