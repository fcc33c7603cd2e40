"""A trained model serves only if it answers no worse; what it replaces and what it is stay on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assistant.db import Database
from assistant.knowledge.models import TrainedModel
from assistant.service import load_model, newest_model_id
from assistant.training.promote import TOLERATED_LOSS, Kept, find_trained, keep
from assistant.training.ridge import train
from tests.fixtures_service import NOW
from tests.language.test_model import LABELS, TEXTS, VECTORS, artifact_of

GOOD = {"count": 268, "outcome": 0.90, "answer": 0.92, "facts": 0.88, "confident_error": 0.03}


def artifact(number: int) -> bytes:
    """Artifacts that differ, and load."""
    return artifact_of(train(TEXTS, LABELS, VECTORS), trained_at=f"第 {number} 次")


def kept(
    database: Database,
    number: int,
    metrics: dict[str, Any],
    serving: dict[str, Any],
    training_hash: str = "h",
) -> Kept:
    now = NOW + timedelta(minutes=number)
    return database.write(lambda s: keep(s, artifact(number), training_hash, metrics, serving, now))


def serving_id(database: Database) -> int | None:
    with database.reading() as session:
        return newest_model_id(session)


def test_first_model_is_promoted(database: Database) -> None:
    first = kept(database, 1, GOOD, {})
    assert first.promoted
    assert serving_id(database) == first.model_id


def test_equal_model_is_promoted(database: Database) -> None:
    kept(database, 1, GOOD, {})
    second = kept(database, 2, GOOD, GOOD)
    assert second.promoted
    assert serving_id(database) == second.model_id


def test_better_model_is_promoted(database: Database) -> None:
    kept(database, 1, GOOD, {})
    better = kept(database, 2, GOOD | {"outcome": 0.95, "confident_error": 0.01}, GOOD)
    assert better.promoted
    assert serving_id(database) == better.model_id


@pytest.mark.parametrize(
    ("figure", "worse", "named"),
    [
        ("outcome", 0.90 - TOLERATED_LOSS - 0.001, "结果正确率"),
        ("answer", 0.80, "答案正确率"),
        ("confident_error", 0.03 + TOLERATED_LOSS + 0.001, "自信答错率"),
    ],
)
def test_worse_model_is_kept_and_not_promoted(
    database: Database, figure: str, worse: float, named: str
) -> None:
    first = kept(database, 1, GOOD, {})
    second = kept(database, 2, GOOD | {figure: worse}, GOOD)
    assert not second.promoted
    assert named in second.reason
    assert serving_id(database) == first.model_id
    with database.reading() as session:
        row = session.get_one(TrainedModel, second.model_id)
        assert row.artifact == artifact(2)
        assert row.metrics[figure] == worse


def test_loss_within_what_is_tolerated_is_promoted(database: Database) -> None:
    slightly = GOOD | {"outcome": 0.90 - TOLERATED_LOSS + 0.001}
    assert kept(database, 1, slightly, GOOD).promoted


def test_without_golden_questions_a_model_is_promoted(database: Database) -> None:
    assert kept(database, 1, {}, {}).promoted
    assert kept(database, 2, {}, GOOD).promoted


def test_same_artifact_trained_again_is_one_row(database: Database) -> None:
    first = kept(database, 1, GOOD, {})
    again = kept(database, 1, GOOD, GOOD)
    assert again.model_id == first.model_id
    assert again.promoted


def test_trained_set_is_found_by_its_mark(database: Database) -> None:
    kept(database, 1, GOOD, {}, "one")
    second = kept(database, 2, GOOD, GOOD, "two")
    with database.reading() as session:
        found = find_trained(session, "two")
        assert found is not None
        assert found.id == second.model_id
        assert find_trained(session, "three") is None


def test_newest_promoted_model_is_served(database: Database) -> None:
    kept(database, 1, GOOD, {})
    second = kept(database, 2, GOOD, GOOD)
    kept(database, 3, GOOD | {"outcome": 0.1}, GOOD)
    with database.reading() as session:
        model_id, model = load_model(session)
    assert model_id == second.model_id
    assert model is not None
    assert model.labels == ["a", "b"]


def test_no_model_is_no_failure(database: Database) -> None:
    with database.reading() as session:
        assert load_model(session) == (None, None)


def test_torn_model_is_left_aside(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    first = kept(database, 1, GOOD, {})

    def tear(session):  # type: ignore[no-untyped-def]
        session.get_one(TrainedModel, first.model_id).artifact = artifact(1)[:-30]

    database.write(tear)
    with database.reading() as session:
        assert load_model(session) == (first.model_id, None)
    assert "cannot be served" in caplog.text
