"""The database: the only file that names a dialect, and the only one that commits.

SQLite (the default) has one writer thread. Requests hand it functions; it runs those that are waiting inside
one `BEGIN IMMEDIATE` transaction, each in its own savepoint, commits once to the disk (`synchronous=FULL`)
and only then answers them. PostgreSQL runs each function in a transaction of its own.
Either way `write` returns after the commit: whoever holds a result holds something durable.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    MetaData,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.exc import DBAPIError as DatabaseFailure
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from assistant.batching import Batcher, Job
from assistant.errors import Unavailable

__all__ = ["Base", "Database", "DatabaseFailure", "UtcInstant"]

T = TypeVar("T")
Work = Callable[[Session], T]

# More jobs than this in one transaction lengthen the wait of the first without making the disk any cheaper.
MAX_BATCH = 64
BUSY_TIMEOUT_MS = 10_000

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant on both databases (SQLite stores no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcInstant}


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for a server's."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(str(parsed.database)) if is_file else None


def reason_of(failure: DatabaseFailure) -> str:
    """What the driver itself said, in one line, without the statement and its values."""
    return str(failure.orig).strip().splitlines()[0] if str(failure.orig).strip() else "没有说明"


def without_password(url: str) -> str:
    """A database URL fit to be shown."""
    return make_url(url).render_as_string(hide_password=True)


def make_engine(url: str) -> Engine:
    """An engine for `url`, set up the way this service needs its database to behave."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=5,
        max_overflow=5,
        pool_pre_ping=True,
        hide_parameters=True,  # an error's text may reach a log; citizens' words may not
        connect_args={"options": "-c statement_timeout=5000 -c lock_timeout=2000 -c timezone=UTC"},
    )

    @event.listens_for(engine, "handle_error")
    def _first_line_only(context: ExceptionContext) -> None:
        # PostgreSQL repeats the failing row in the lines that follow.
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None and error.args:
                error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])

    return engine


def _sqlite_engine(url: str) -> Engine:
    # The interpreters' own SQLite (3.40) has the WAL-reset corruption bug; the wheel carries a mended one.
    import pysqlite3

    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        module=pysqlite3,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_size_limit=67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A plain BEGIN that writes later fails at once when somebody wrote meanwhile: 9 of 40 got through.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Database:
    """Reads and durable writes. One per process; `close` drains the writer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite's transactions are snapshots by nature; PostgreSQL has to be asked for one.
        snapshot = self.engine.execution_options(
            **{} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        )
        self._read = sessionmaker(snapshot, expire_on_commit=False, autoflush=False)
        self._write = sessionmaker(
            self.engine.execution_options(writes=True), expire_on_commit=False
        )
        self._writer = _Writer(self._write) if self.is_sqlite else None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent moment and never writes."""
        with self._read() as session:
            yield session
            if session.new or session.dirty or session.deleted:
                raise RuntimeError("a reading session was asked to write")

    def submit(self, work: Work[T]) -> Future[T]:
        """Queue `work`; the future is set after the commit, or with what went wrong."""
        if self._writer is not None:
            return self._writer.submit(work)
        future: Future[T] = Future()
        try:
            future.set_result(self._transact(work))
        except Exception as error:
            future.set_exception(error)
        return future

    def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction and return its result after the commit.

        Raises what `work` raised (then nothing of it is saved), or `Unavailable` when the database refused.
        """
        return self.submit(work).result()

    def _transact(self, work: Work[T]) -> T:
        try:
            with self._write.begin() as session:
                return work(session)
        except OperationalError as error:
            raise Unavailable from error

    @contextlib.contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection for schema changes, committed at the end; one process at a time."""
        with self.engine.execution_options(writes=True).begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("select pg_advisory_xact_lock(7365746)"))
            yield connection

    def check(self) -> str:
        """The database's own version; raises when it cannot be trusted with citizens' messages."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                version = str(connection.scalar(text("select sqlite_version()")))
                if tuple(map(int, version.split("."))) < (3, 51, 3):
                    raise RuntimeError(f"SQLite {version} 有 WAL 损坏缺陷，需要 3.51.3 以上")
                return f"SQLite {version}"
            locale = str(
                connection.scalar(
                    text("select datctype from pg_database where datname = current_database()")
                )
            )
            encoding = str(connection.scalar(text("show server_encoding")))
            if encoding != "UTF8" or locale in ("C", "POSIX"):
                raise RuntimeError(f"PostgreSQL 需要 UTF-8 区域设置，现在是 {encoding}/{locale}")
            return f"PostgreSQL {connection.scalar(text('show server_version'))}"

    def copy_to(self, file: Path) -> None:
        """Write a consistent copy of a SQLite database while it is in use; `RuntimeError` on PostgreSQL."""
        if not self.is_sqlite:
            raise RuntimeError("PostgreSQL 请用 pg_dump 备份")
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(file),))
        finally:
            raw.close()

    def is_whole(self) -> bool:
        """Whether SQLite itself finds its file undamaged."""
        with self.engine.connect() as connection:
            return bool(connection.scalar(text("pragma integrity_check")) == "ok")

    def close(self) -> None:
        """Finish the writes already accepted, then let go of the database."""
        if self._writer is not None:
            self._writer.close()
        self.engine.dispose()


class _Writer:
    """Writes to SQLite: one thread, one transaction for all that wait."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._batcher: Batcher[Work[Any], Any] = Batcher("xunda-writer", MAX_BATCH, self._commit)

    def submit(self, work: Work[T]) -> Future[T]:
        return self._batcher.submit(work)

    def close(self) -> None:
        self._batcher.close()

    def _commit(self, batch: list[Job[Work[Any], Any]]) -> None:
        results: list[tuple[Future[Any], Any]] = []
        try:
            with self._sessions.begin() as session:
                for job in batch:
                    self._attempt(session, job, results)
        except DatabaseFailure as error:
            raise Unavailable from error
        for future, result in results:
            future.set_result(result)

    @staticmethod
    def _attempt(
        session: Session, job: Job[Work[Any], Any], results: list[tuple[Future[Any], Any]]
    ) -> None:
        """Run one job in its own savepoint, so that its failure takes nobody else's work along."""
        try:
            with session.begin_nested():
                results.append((job.future, job.given(session)))
        except OperationalError:
            raise  # disk full, lock, I/O: the whole transaction is in doubt
        except Exception as error:
            if results and results[-1][0] is job.future:
                results.pop()  # the work was done, its savepoint was not
            job.future.set_exception(error)
