"""The figures' benchmark measures the product: rows the product accepts, counts it gathers, readings that see them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from assistant import audit
from assistant.cases.models import Case
from assistant.conversation.models import Message
from assistant.db import Database
from assistant.knowledge.shelf import Shelf
from assistant.statistics.facts import Measure
from assistant.statistics.gathering import gather_all, is_current
from assistant.statistics.measures import count_messages, sum_cases
from assistant.statistics.periods import Span
from assistant.statistics.verifying import verify
from benchmarks.figures.fill import Size, fill
from benchmarks.figures.rows import FIRST
from benchmarks.figures.run import counted_at, readings
from benchmarks.figures.tables import MOST_MS, verdict

SMALL = Size(messages=300, cases=120, days=200)
OFFICES = ("office.rivers", "office.fire")


def test_rows_are_what_the_product_would_have_written(database: Database) -> None:
    fill(database, SMALL, OFFICES, ("case.progress", "service.felling"), lambda _step: None)
    gather_all(database, counted_at(SMALL))
    span = Span(FIRST, FIRST + timedelta(days=SMALL.days + 60))
    with database.reading() as session:
        assert audit.verify(session) is None
        assert is_current(session)
        assert verify(session) == []
        assert session.scalar(select(func.count(Case.id))) == SMALL.cases
        assert session.scalar(select(func.count(Message.id))) == SMALL.messages
        assert sum_cases(session, Measure.RECEIVED, span)[()] == SMALL.cases
        assert sum_cases(session, Measure.ENDED, span)[()] == SMALL.cases
        assert count_messages(session, span)[()] == SMALL.messages


def test_every_reading_can_be_read(database: Database, shelf: Shelf) -> None:
    fill(database, SMALL, OFFICES, ("case.progress",), lambda _step: None)
    gather_all(database, counted_at(SMALL))
    with database.reading() as session:
        for what, reading in readings(SMALL, shelf).items():
            assert reading(session) is not None, what


def test_slowest_reading_decides() -> None:
    rows = [{"database": "SQLite", "what": "一年", "p50_ms": 1.0, "p95_ms": MOST_MS - 1}]
    assert verdict([], rows)["holds"]
    rows.append({"database": "PostgreSQL", "what": "一年", "p50_ms": 1.0, "p95_ms": MOST_MS})
    assert not verdict([], rows)["holds"]
    assert not verdict([], [])["holds"]
