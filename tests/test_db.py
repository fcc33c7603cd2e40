"""What `assistant/db.py` promises: nothing acknowledged is lost, nothing refused is kept, on both databases."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases import actions
from assistant.cases.models import Case
from assistant.db import Database
from assistant.errors import Conflict, Unavailable
from assistant.knowledge.models import KnowledgeRecord, KnowledgeState, RecordVersion, VersionStatus
from assistant.notices import Notice
from tests.cases.conftest import a_request

JOBS = 40
NOW = datetime(2026, 4, 27, 1, 30, tzinfo=UTC)


def start_counter(database: Database) -> None:
    database.write(
        lambda session: session.add(KnowledgeState(id=1, revision=0, lookups={}, phrases={}))
    )


def counter(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(KnowledgeState.revision)).one()


def count_up(session: Session) -> int:
    """Read, then write what follows from it: the pattern that loses updates."""
    seen = session.scalars(select(KnowledgeState.revision)).one()
    done = session.execute(
        update(KnowledgeState).where(KnowledgeState.revision == seen).values(revision=seen + 1)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict
    return seen + 1


def insist(database: Database, work: Callable[[Session], int]) -> int:
    """Repeat what lost a race, as a caller of a compare-and-set does."""
    while True:
        try:
            return database.write(work)
        except Conflict:
            continue


def add_record(name: str) -> Callable[[Session], str]:
    def work(session: Session) -> str:
        session.add(KnowledgeRecord(id=name, kind="answer", file="x.yml", position=0))
        session.flush()
        return name

    return work


def records(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(KnowledgeRecord.id)))


def test_concurrent_read_then_write_jobs_lose_nothing(database: Database) -> None:
    start_counter(database)
    with ThreadPoolExecutor(JOBS) as pool:
        seen = list(pool.map(lambda _: insist(database, count_up), range(JOBS)))
    assert sorted(seen) == list(range(1, JOBS + 1))
    assert counter(database) == JOBS


def test_sqlite_writers_do_not_even_meet(database: Database) -> None:
    """With one writer a compare-and-set never loses, so no citizen waits for a repetition."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL 的写入者会相遇，由比较再写决出先后")
    start_counter(database)
    with ThreadPoolExecutor(JOBS) as pool:
        seen = list(pool.map(lambda _: database.write(count_up), range(JOBS)))
    assert sorted(seen) == list(range(1, JOBS + 1))


def test_sqlite_writers_of_two_processes_lose_nothing(database: Database) -> None:
    """Two `Database` objects have two writer threads, as the service and `xunda` on one file do."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL 没有自己的写线程")
    start_counter(database)
    other = Database(database.url)
    try:
        with ThreadPoolExecutor(JOBS) as pool:
            list(pool.map(lambda n: insist((database, other)[n % 2], count_up), range(JOBS)))
    finally:
        other.close()
    assert counter(database) == JOBS


def test_failing_jobs_take_nobody_elses_work_along(database: Database) -> None:
    def fail_after_writing(session: Session) -> str:
        add_record("answer.lost")(session)
        raise Conflict("没有成")

    def break_a_rule(session: Session) -> str:
        session.execute(
            insert(KnowledgeRecord).values(id="answer.first", kind="x", file="x", position=0)
        )
        return "never"

    database.write(add_record("answer.first"))
    holding, go = hold_the_writer(database)
    futures: list[Future[str]] = []
    with ThreadPoolExecutor(30) as pool:
        for number in range(10):
            jobs = (add_record(f"answer.kept{number}"), fail_after_writing, break_a_rule)
            futures += [pool.submit(database.write, job) for job in jobs]
        go.set()
    holding.result()
    for future in futures[0::3]:
        assert future.result().startswith("answer.kept")
    for future in futures[1::3]:
        with pytest.raises(Conflict, match="没有成"):
            future.result()
    for future in futures[2::3]:
        with pytest.raises(IntegrityError):
            future.result()
    kept = {f"answer.kept{number}" for number in range(10)}
    assert records(database) == kept | {"answer.first"}


def hold_the_writer(database: Database) -> tuple[Future[None], threading.Event]:
    """Keep the writer busy, so that what comes meanwhile is committed as one batch."""
    go, started = threading.Event(), threading.Event()

    def wait(_session: Session) -> None:
        started.set()
        go.wait(10)

    if not database.is_sqlite:
        done: Future[None] = Future()
        done.set_result(None)
        return done, go
    holding = database.submit(wait)
    started.wait(10)
    return holding, go


def refuse_commits(database: Database, of_file: str = "bad") -> None:
    """A database that notices only at the commit that it cannot keep a record of `of_file`."""
    if database.is_sqlite:
        steps = [
            "CREATE TABLE proof (name TEXT PRIMARY KEY)",
            "CREATE TABLE claim (name TEXT REFERENCES proof (name) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER unproven AFTER INSERT ON knowledge_record "
            f"WHEN NEW.file = '{of_file}' BEGIN INSERT INTO claim VALUES (NEW.id); END",
        ]
    else:
        steps = [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'not kept' USING ERRCODE = 'disk_full'; END $$",
            "CREATE CONSTRAINT TRIGGER unproven AFTER INSERT ON knowledge_record DEFERRABLE "
            f"INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.file = '{of_file}') "
            "EXECUTE FUNCTION refuse()",
        ]
    with database.migrating() as connection:
        for step in steps:
            connection.execute(text(step))


def bad_record(session: Session) -> str:
    session.add(KnowledgeRecord(id="answer.bad", kind="answer", file="bad", position=0))
    session.flush()
    return "a receipt"


def test_failed_commit_gives_an_error_and_stores_nothing(database: Database) -> None:
    refuse_commits(database)
    future = database.submit(bad_record)
    with pytest.raises((Unavailable, DBAPIError)):
        future.result(10)
    assert records(database) == set()


def test_failed_commit_is_told_as_unavailable(database: Database) -> None:
    """Whatever the database's word for it, the citizen is told that nothing was saved."""
    refuse_commits(database)
    with pytest.raises(Unavailable) as refusal:
        database.write(bad_record)
    assert "不能保存" in refusal.value.message


def test_writes_go_on_after_a_failed_commit(database: Database) -> None:
    refuse_commits(database)
    with pytest.raises((Unavailable, DBAPIError)):
        database.write(bad_record)
    assert database.write(add_record("answer.after")) == "answer.after"
    assert records(database) == {"answer.after"}


def test_failed_batch_answers_everybody_with_the_error(database: Database) -> None:
    """Jobs of one SQLite batch share its fate at the commit: none may be told that it was saved."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL 一件一个事务")
    refuse_commits(database)
    holding, go = hold_the_writer(database)
    good = [database.submit(add_record(f"answer.good{number}")) for number in range(5)]
    bad = database.submit(bad_record)
    go.set()
    holding.result(10)
    with pytest.raises(Unavailable):
        bad.result(10)
    told = {future.result() for future in good if future.exception(10) is None}
    assert records(database) == told


def fill_the_disk(database: Database) -> None:
    """Not one page more, in every connection made from now on and in the writer's."""
    from sqlalchemy import event

    def limit(connection: object, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    event.listen(database.engine, "checkout", limit)


def test_full_disk_gives_unavailable_and_stores_nothing(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("SQLite 的 max_page_count 才能模拟磁盘满")
    fill_the_disk(database)

    def large(session: Session) -> str:
        phrases = {str(number): "长" * 1000 for number in range(500)}
        session.add(KnowledgeState(id=1, revision=1, lookups={}, phrases=phrases))
        session.flush()
        return "a receipt"

    with pytest.raises(Unavailable):
        database.write(large)
    with database.reading() as session:
        assert session.get(KnowledgeState, 1) is None


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def fail_case_commits(database: Database) -> None:
    """Submitting a case goes well up to the commit, which fails."""
    if database.is_sqlite:
        steps = [
            "CREATE TABLE proof (name TEXT PRIMARY KEY)",
            "CREATE TABLE claim (name TEXT REFERENCES proof (name) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER unproven AFTER INSERT ON case_file "
            "BEGIN INSERT INTO claim VALUES (NEW.receipt_no); END",
        ]
    else:
        steps = [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'not kept' USING ERRCODE = 'disk_full'; END $$",
            "CREATE CONSTRAINT TRIGGER unproven AFTER INSERT ON case_file DEFERRABLE "
            "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()",
        ]
    with database.migrating() as connection:
        for step in steps:
            connection.execute(text(step))


def test_case_whose_commit_fails_gives_no_receipt(database: Database) -> None:
    fail_case_commits(database)
    shown: list[object] = []

    def submit() -> None:
        request = a_request()
        receipt = database.write(lambda s: actions.open_case(s, request, NOW))
        shown.append(receipt)

    with pytest.raises((Unavailable, DBAPIError)):
        submit()
    assert shown == []
    assert (count(database, Case), count(database, Notice)) == (0, 0)
    assert count(database, audit.AuditEvent) == 0
    with database.reading() as session:
        assert audit.verify(session) is None


def test_case_can_be_handed_in_again_once_the_database_is_well(database: Database) -> None:
    fail_case_commits(database)
    request = a_request()
    with pytest.raises((Unavailable, DBAPIError)):
        database.write(lambda s: actions.open_case(s, request, NOW))
    with database.migrating() as connection:
        on = "" if database.is_sqlite else " ON case_file"
        connection.execute(text(f"DROP TRIGGER unproven{on}"))
    receipt = database.write(lambda s: actions.open_case(s, request, NOW))
    assert receipt.receipt_no.startswith("XD20260427-0001-")
    assert count(database, Case) == 1


def test_result_is_durable_when_it_is_given(database: Database) -> None:
    """Whoever holds a result can be shown it from another connection at once."""
    other = Database(database.url)
    try:
        for number in range(20):
            name = database.write(add_record(f"answer.n{number}"))
            assert name in records(other)
    finally:
        other.close()


def test_sqlite_is_configured_for_durability(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'plain.db'}")
    try:
        with database.engine.connect() as connection:
            found = {
                name: connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
    finally:
        database.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_reading_session_refuses_to_write(database: Database) -> None:
    with pytest.raises(RuntimeError, match="reading"), database.reading() as session:
        session.add(KnowledgeRecord(id="answer.x", kind="answer", file="x", position=0))
    assert records(database) == set()


def test_reading_session_saves_nothing_even_when_flushed(database: Database) -> None:
    """A statement that slips through by `execute` or `flush` is rolled back at the end."""
    start_counter(database)
    with database.reading() as session:
        session.execute(update(KnowledgeState).values(revision=99))
    with database.reading() as session:
        session.add(KnowledgeRecord(id="answer.x", kind="answer", file="x", position=0))
        session.flush()
    assert counter(database) == 0
    assert records(database) == set()


def test_reading_session_sees_one_moment(database: Database) -> None:
    start_counter(database)
    with database.reading() as session:
        before = session.scalars(select(KnowledgeState.revision)).one()
        database.write(count_up)
        after = session.scalars(select(KnowledgeState.revision)).one()
    assert (before, after) == (0, 0)


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    start_counter(database)
    inside, go = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        session.execute(update(KnowledgeState).values(revision=7))
        inside.set()
        assert go.wait(10)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(database.write, slow)
        assert inside.wait(10)
        assert counter(database) == 0  # returns at once, and sees nothing half done
        go.set()
        writing.result()
    assert counter(database) == 7


def test_check_names_the_version(database: Database) -> None:
    found = database.check()
    product, version = found.split(" ", 1)
    assert product == ("SQLite" if database.is_sqlite else "PostgreSQL")
    least = (3, 51, 3) if database.is_sqlite else (14,)
    assert tuple(int(part) for part in version.split()[0].split(".")) >= least


def test_check_refuses_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"this is no database, whatever its name says" * 100)
    database = Database(f"sqlite:///{tmp_path / 'bad.db'}")
    try:
        with pytest.raises(DBAPIError, match="not a database"):
            database.check()
    finally:
        database.close()


def test_close_drains_what_was_accepted(tmp_path: Path) -> None:
    from assistant.tables import metadata

    url = f"sqlite:///{tmp_path / 'drained.db'}"
    database = Database(url)
    with database.engine.execution_options(writes=True).begin() as connection:
        metadata.create_all(connection)
    futures = [database.submit(add_record(f"answer.n{number}")) for number in range(200)]
    database.close()
    assert all(future.done() for future in futures)
    assert len({future.result(0) for future in futures}) == 200
    again = Database(url)
    try:
        assert len(records(again)) == 200
    finally:
        again.close()


def test_closed_database_refuses_writes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'closed.db'}")
    database.close()
    with pytest.raises(Unavailable):
        database.write(add_record("answer.x"))


@pytest.fixture
def busy_threads() -> Iterator[None]:
    """Threads change places as often as they can, so that a race is met."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("busy_threads")
def test_write_racing_with_close_is_answered(tmp_path: Path) -> None:
    """Nobody waits for ever: each job is either done or refused, whenever the close comes."""
    from assistant.tables import metadata

    for attempt in range(30):
        database = Database(f"sqlite:///{tmp_path / f'race{attempt}.db'}")
        with database.engine.execution_options(writes=True).begin() as connection:
            metadata.create_all(connection)
        gate = threading.Barrier(9)

        def submit(number: int, database: Database = database, gate: threading.Barrier = gate):
            gate.wait()
            made = []
            for step in range(50):
                try:
                    made.append(database.submit(add_record(f"answer.n{number}_{step}")))
                except Unavailable:
                    break
            return made

        with ThreadPoolExecutor(8) as pool:
            submitting = [pool.submit(submit, number) for number in range(8)]
            gate.wait()
            database.close()
            made = [future for one in submitting for future in one.result()]
        left = [future for future in made if not future.done()]
        assert left == [], f"{len(left)} of {len(made)} callers would wait for ever"


def test_instant_without_a_zone_is_refused(database: Database) -> None:
    def work(session: Session) -> None:
        add_version(session, datetime(2026, 4, 27, 1, 30))  # noqa: DTZ001

    with pytest.raises((ValueError, StatementError), match="time zone"):
        database.write(work)


def test_instant_comes_back_as_the_same_utc_instant(database: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    database.write(lambda s: add_version(s, datetime(2026, 4, 27, 9, 30, tzinfo=shanghai)))
    with database.reading() as session:
        found = session.scalars(select(RecordVersion.created_at)).one()
    assert found == NOW
    assert found.utcoffset() == timedelta(0)


def add_version(session: Session, at: datetime, status: str = VersionStatus.PUBLISHED) -> None:
    if session.get(KnowledgeRecord, "answer.x") is None:
        add_record("answer.x")(session)
    number = 1 + (session.scalar(select(func.max(RecordVersion.number))) or 0)
    session.add(
        RecordVersion(
            record_id="answer.x",
            number=number,
            status=status,
            body={},
            body_hash="0" * 64,
            created_at=at,
        )
    )
    session.flush()


def test_two_published_versions_of_one_record_are_refused(database: Database) -> None:
    database.write(lambda s: add_version(s, NOW))
    database.write(lambda s: add_version(s, NOW, VersionStatus.WITHDRAWN))
    with pytest.raises(IntegrityError):
        database.write(lambda s: add_version(s, NOW))


def test_unknown_parent_is_refused(database: Database) -> None:
    """Foreign keys hold on SQLite too, where they are off unless asked for."""

    def orphan(session: Session) -> None:
        session.execute(
            insert(RecordVersion).values(
                record_id="answer.none",
                number=1,
                status="draft",
                body={},
                body_hash="0" * 64,
                created_at=NOW,
            )
        )

    with pytest.raises(IntegrityError):
        database.write(orphan)


def test_cancelled_caller_does_not_stop_the_writer(database: Database) -> None:
    """A request given up while it waits cancels its future; everybody else must go on being served."""
    holding, go = hold_the_writer(database)
    given_up = database.submit(add_record("answer.given_up"))
    waiting = database.submit(add_record("answer.waiting"))
    given_up.cancel()
    go.set()
    holding.result(10)
    assert waiting.result(10) == "answer.waiting"
    assert database.submit(add_record("answer.later")).result(10) == "answer.later"
    assert {"answer.waiting", "answer.later"} <= records(database)


def test_failed_statement_does_not_repeat_citizens_words(database: Database) -> None:
    def twice(session: Session) -> None:
        for _ in range(2):
            session.execute(
                text("insert into conversation (token_hash) values (:words)"),
                {"words": "家住柳浪社区的老周"},
            )

    with pytest.raises(Exception) as failed:
        database.write(twice)
    assert "柳浪" not in str(failed.value)
    assert "柳浪" not in str(failed.value.__cause__)
