"""The chain: one order, no edits, no personal data, and every break found where it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assistant import audit
from assistant.audit import DROP_APPEND_ONLY, Broken
from assistant.db import Database
from assistant.staff.roles import SYSTEM, Actor, Role

AT = datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC)
ACTOR = Actor(7, "示例承办人", Role.HANDLER)


def write_events(database: Database, count: int = 4) -> None:
    for number in range(count):
        data: dict[str, audit.Scalar] = {"from": "accepted", "n": number, "none": None}
        database.write(partial(_append_claim, case_id=number % 2, data=data))


def _append_claim(session: Session, case_id: int, data: dict[str, audit.Scalar]) -> None:
    audit.append(session, "case", case_id, "claim", ACTOR, AT, data)


def verified(database: Database) -> Broken | None:
    with database.reading() as session:
        return audit.verify(session)


def tamper(database: Database, statement: str) -> None:
    """Change the table as somebody with the database's own password could."""

    def force(session: Session) -> None:
        for drop in DROP_APPEND_ONLY[database.engine.dialect.name]:
            session.execute(text(drop))
        session.execute(text(statement))

    database.write(force)


def test_first_of_several_breaks_is_named(database: Database) -> None:
    write_events(database, 6)
    tamper(database, "UPDATE audit_event SET action = 'x' WHERE seq IN (5, 3, 6)")
    assert verified(database) == Broken(3, "记录内容被改动过")


def test_empty_chain_holds(database: Database) -> None:
    assert verified(database) is None


def test_events_link_up_and_belong_to_their_subject(database: Database) -> None:
    write_events(database)
    with database.reading() as session:
        events = audit.events_of(session, "case", 1)
        everything = [*audit.events_of(session, "case", 0), *events]
    assert [event.seq for event in events] == [2, 4]
    assert events[0].at == AT
    assert events[0].data == {"from": "accepted", "n": 1, "none": None}
    by_seq = sorted(everything, key=lambda event: event.seq)
    assert [event.prev_hash for event in by_seq[1:]] == [event.hash for event in by_seq[:-1]]
    assert verified(database) is None


def test_many_writers_make_one_line(database: Database) -> None:
    def append_one(number: int) -> None:
        database.write(lambda s: audit.append(s, "case", number, "open", SYSTEM, AT))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(append_one, range(64)))
    assert verified(database) is None
    with database.reading() as session:
        assert session.scalar(text("SELECT max(seq) FROM audit_event")) == 64


def test_refused_work_leaves_no_event(database: Database) -> None:
    def fail(session: Session) -> None:
        audit.append(session, "case", 1, "open", SYSTEM, AT)
        raise LookupError

    with pytest.raises(LookupError):
        database.write(fail)
    write_events(database, 2)
    assert verified(database) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'x'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE seq = 4",
    ],
)
def test_database_refuses_to_change_the_log(database: Database, statement: str) -> None:
    write_events(database)
    with pytest.raises(DBAPIError, match="append-only"):
        database.write(lambda s: s.execute(text(statement)))
    assert verified(database) is None


_OVER = (
    "INTO audit_event (seq, subject_kind, subject_id, action, actor_name, at, data, prev_hash, hash) "
    "VALUES (2, 'case', '1', 'x', 'x', '2026-11-22', '{}', 'x', 'x')"
)
_UPSERT = f"INSERT {_OVER} ON CONFLICT (seq) DO UPDATE SET action = 'x'"
# How each engine writes over a row without saying UPDATE or DELETE.
AROUND = {
    "sqlite": (f"INSERT OR REPLACE {_OVER}", f"REPLACE {_OVER}", _UPSERT),
    "postgresql": ("TRUNCATE audit_event", _UPSERT),
}


def test_database_refuses_every_way_around(database: Database) -> None:
    write_events(database)
    for statement in AROUND[database.engine.dialect.name]:
        with pytest.raises(DBAPIError, match="append-only"):
            database.write(lambda s, one=statement: s.execute(text(one)))
        assert verified(database) is None, statement


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE audit_event SET actor_name = '别人' WHERE seq = 2", 2),
        ("UPDATE audit_event SET data = '{}' WHERE seq = 3", 3),
        ("DELETE FROM audit_event WHERE seq = 1", 1),
        ("DELETE FROM audit_event WHERE seq = 2", 2),
        ("DELETE FROM audit_event WHERE seq = 4", 4),
        ("UPDATE audit_event SET prev_hash = 'x' WHERE seq = 3", 3),
        ("UPDATE audit_head SET hash = 'x'", 4),
        ("DELETE FROM audit_head", 0),
    ],
)
def test_break_is_found_where_it_is(database: Database, statement: str, seq: int) -> None:
    write_events(database)
    tamper(database, statement)
    broken = verified(database)
    assert broken is not None
    assert broken.seq == seq
    assert broken.why


@pytest.mark.parametrize(
    "value",
    [
        "王小明",
        "a sentence",
        "13800001234",
        13800001234,
        "0571-87654321",
        "a@example.org",
        "3" * 18,
    ],
)
def test_personal_data_is_kept_out(database: Database, value: str | int) -> None:
    with pytest.raises(ValueError, match="must be an id"):
        database.write(lambda s: audit.append(s, "case", 1, "x", SYSTEM, AT, {"k": value}))


def test_ids_states_dates_and_hashes_go_in() -> None:
    audit.require_impersonal(
        {
            "receipt": "XD20261122-0001-5",
            "on": "2026-11-22",
            "status": "accepted",
            "hash": "1" * 11 + "a" * 53,
            "id": 12,
            "flag": True,
            "none": None,
        }
    )
