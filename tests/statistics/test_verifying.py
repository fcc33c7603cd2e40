"""Nothing can be changed among the stored counts without being named."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from assistant.db import Database
from assistant.statistics.gathering import gather, rebuild
from assistant.statistics.models import CaseDay, CountedCase
from assistant.statistics.verifying import Difference, verify
from tests.statistics.conftest import AFTER, hire
from tests.statistics.playing import play

TOLD = ("A01", "A03", "A10", "I01", "I10", "I15")
# A statement, the cell it must be found by, what is stored then and what is true.
TAMPERED = {
    "a count": (
        "UPDATE case_day SET count = count + 2 WHERE measure = 'late'",
        "2025-02-19 late disclosure web person",
        (3, 1),
    ),
    "a row gone": (
        "DELETE FROM case_day WHERE measure = 'ended' AND result = 'granted'",
        "2025-01-20 ended disclosure web person granted",
        (0, 1),
    ),
    "a day": (
        "UPDATE case_day SET day = '2025-02-20' WHERE measure = 'late'",
        "2025-02-20 late disclosure web person",
        (1, 0),
    ),
    "a month": (
        "UPDATE case_day SET month = 202503 WHERE measure = 'late'",
        "2025-02-19 late disclosure web person 所在月份",
        (202503, 202502),
    ),
    "an outcome": (
        "UPDATE case_day SET result = 'partial' WHERE result = 'granted'",
        "2025-01-20 ended disclosure web person partial",
        (1, 0),
    ),
    "a question": (
        "UPDATE message_day SET count = 9 WHERE outcome = 'handover'",
        "2026-03-02 handover web",
        (9, 1),
    ),
    "a question's month": (
        "UPDATE message_day SET month = 202601 WHERE outcome = 'handover'",
        "2026-03-02 handover web 所在月份",
        (202601, 202603),
    ),
    "a case's own record": (
        "DELETE FROM counted_case WHERE case_id = (SELECT min(case_id) FROM counted_case)",
        "第1件 2025-01-06 received disclosure web person",
        (0, 1),
    ),
}


@pytest.fixture
def counted(database: Database) -> Database:
    """A few cases and conversations, gathered."""
    play(database, hire(database), only=TOLD)
    database.write(lambda session: gather(session, AFTER))
    return database


def differences(database: Database) -> list[Difference]:
    with database.reading() as session:
        return verify(session)


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_named(counted: Database, what: str) -> None:
    statement, cell, (stored, true) = TAMPERED[what]
    assert differences(counted) == []
    done = counted.write(lambda session: session.execute(text(statement)).rowcount)  # type: ignore[attr-defined]
    assert done > 0
    assert Difference(cell, stored, true) in differences(counted)
    counted.write(lambda session: rebuild(session, AFTER))
    assert differences(counted) == []


def test_a_row_twice_is_named(counted: Database) -> None:
    """Each alone would look right."""

    def double(session: Session) -> None:
        row = session.query(CaseDay).filter_by(measure="late").one()
        names = [column.name for column in CaseDay.__table__.columns if column.name != "id"]
        session.execute(insert(CaseDay), [{name: getattr(row, name) for name in names}])

    counted.write(double)
    assert differences(counted) == [Difference("2025-02-19 late disclosure web person", 2, 1)]


def test_a_case_taken_out_everywhere_is_named(counted: Database) -> None:
    """Its record and its counts: the case itself still knows."""

    def take_out(session: Session) -> None:
        session.execute(text("DELETE FROM counted_case WHERE case_id = 1"))
        session.execute(text("DELETE FROM case_day WHERE day IN ('2025-01-06', '2025-01-20')"))

    counted.write(take_out)
    named = {one.what for one in differences(counted)}
    assert "2025-01-06 received disclosure web person" in named
    assert "第1件 2025-01-06 received disclosure web person" in named


def test_answers_before_a_case_are_worked_out_again(counted: Database) -> None:
    """They are kept with the case, and not believed, however well the rest agrees with them."""

    def tamper(session: Session) -> None:
        session.execute(text("DELETE FROM case_day WHERE measure = 'followed'"))
        for row in session.scalars(select(CountedCase)):
            if not row.followed:
                continue
            entries = [one for one in row.counts["entries"] if one[1] != "followed"]
            row.followed, row.counts = {}, {**row.counts, "entries": entries}

    counted.write(tamper)
    named = [one for one in differences(counted) if not one.what.startswith("第")]
    assert [(one.what, one.stored, one.true) for one in named] == [
        ("2026-03-01 followed consultation web", 0, 1),
        ("2026-03-02 followed consultation web", 0, 1),
        ("2026-03-02 followed help web", 0, 1),
    ]


def test_the_worst_comes_first(counted: Database) -> None:
    statements = (
        "UPDATE case_day SET count = 3 WHERE measure = 'late'",
        "UPDATE case_day SET count = 90 WHERE measure = 'rated'",
    )
    for statement in statements:
        counted.write(lambda session, statement=statement: session.execute(text(statement)))  # type: ignore[misc]
    assert [one.stored for one in differences(counted)] == [90, 3]
