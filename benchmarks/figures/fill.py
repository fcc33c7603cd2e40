"""Rows into a database as fast as it takes them: COPY on PostgreSQL, one prepared INSERT on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from assistant.db import Database
from benchmarks.figures import rows
from benchmarks.prepare import Progress


@dataclass(frozen=True)
class Size:
    """How much is put in."""

    messages: int = 1_000_000
    cases: int = 200_000
    days: int = 1060


def fill(
    database: Database,
    size: Size,
    offices: Sequence[str],
    answers: Sequence[str],
    progress: Progress,
) -> None:
    """Put everything into an empty, migrated database, and have it look at what it got."""
    filed = list(rows.cases(size.cases, size.days, offices))
    progress(f"{database.engine.dialect.name}：写入 {size.cases:,} 件和它们的经过")
    _insert(database, "case_file", rows.CASE, (one.row for one in filed))
    events = [event for one in filed for event in one.events]
    del filed
    last: list[rows.Row] = []
    _insert(database, "audit_event", rows.EVENT, _keeping_last(rows.chained(events), last))
    progress(f"{database.engine.dialect.name}：写入 {size.messages:,} 条提问")
    talks = rows.conversations(size.messages, size.days)
    _insert(database, "conversation", rows.CONVERSATION, talks)
    asked = rows.messages(size.messages, size.days, answers)
    _insert(database, "message", rows.MESSAGE, asked)
    head = {"seq": last[0][0], "hash": last[0][-1]}
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE audit_head SET seq = :seq, hash = :hash"), head)
    _look_around(database)


def _insert(database: Database, table: str, columns: str, found: Iterable[rows.Row]) -> None:
    names = columns.split()
    into = f"{table} ({', '.join(names)})"
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        if database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
            marks = ", ".join("?" * len(names))
            statement = f"INSERT INTO {into} VALUES ({marks})"
            cursor.executemany(statement, found)  # type: ignore[arg-type]
            cursor.execute("COMMIT")
        else:
            cursor.execute("SET statement_timeout = 0")
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in found:
                    copy.write_row(row)
            raw.commit()
    finally:
        raw.close()


def _look_around(database: Database) -> None:
    """What autovacuum does within the minute on PostgreSQL: without it the planner knows nothing of the tables."""
    if database.is_sqlite:
        return
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))


def _keeping_last(found: Iterable[rows.Row], last: list[rows.Row]) -> Iterable[rows.Row]:
    for row in found:
        last[:] = [row]
        yield row
