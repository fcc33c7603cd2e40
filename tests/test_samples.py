"""The queue to practise on: invented, mixed, and never in a database that holds anything real."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.rules import SHIPPED
from assistant.cases.states import CaseStatus
from assistant.cases.urgency import Urgency, urgency_of
from assistant.db import Database
from assistant.errors import Conflict
from assistant.language.privacy import mask
from assistant.samples.queue import load_samples, read_samples
from assistant.settings import PROJECT_DIR
from tests.cases.conftest import a_request

NOW = datetime(2026, 11, 27, 1, 30, tzinfo=UTC)
SAMPLES = read_samples(PROJECT_DIR)


def load(database: Database) -> int:
    return database.write(lambda s: load_samples(s, SAMPLES, NOW, SHIPPED))


def test_thirty_cases_of_every_kind_and_colour(database: Database) -> None:
    assert load(database) == 30
    with database.reading() as session:
        cases = session.scalars(select(Case)).all()
    assert {case.kind for case in cases} == set(CaseKind)
    today = NOW.date()
    colours = Counter(
        urgency_of(case.status, case.due_on, today, case.amber_on, case.red_on) for case in cases
    )
    assert set(colours) >= {Urgency.NO_CLOCK, Urgency.ON_TIME, Urgency.OVERDUE}
    assert {case.status for case in cases} == {
        CaseStatus.SUBMITTED,
        CaseStatus.ACCEPTED,
        CaseStatus.RECEIVED,
    }
    assert sum(case.external_no is not None for case in cases) == 3


def test_loading_again_adds_nothing(database: Database) -> None:
    load(database)
    assert load(database) == 0


def test_database_with_cases_of_its_own_is_left_alone(database: Database) -> None:
    from assistant.cases.actions import open_case

    request = a_request()
    database.write(lambda s: open_case(s, request, NOW))
    with pytest.raises(Conflict, match="别的件"):
        load(database)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.text[:12])
def test_sample_names_nobody(sample: object) -> None:
    """No text carries personal data; names say that they are made up."""
    text, name = sample.text, sample.name  # type: ignore[attr-defined]
    assert not mask(text).found
    marks = ("示例", "样本", "范例", "演示", "虚拟")
    assert name is None or any(mark in name for mark in marks)
