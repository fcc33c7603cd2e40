"""Judge a model on the golden questions against the knowledge that is published now."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assistant.knowledge.shelf import load_shelf
from assistant.language.encoder import default_encoder
from assistant.language.model import Model
from assistant.service import load_model
from assistant.settings import Settings, load_tuning
from assistant.training.evaluate import BadGolden, Score, decide, hear, judge, read_golden
from assistant.training.evaluate.curve import threshold_curve
from assistant.training.evaluate.report import Evaluation
from assistant.training.evaluate.score import score


def golden_folder(configuration: Settings) -> Path:
    return configuration.project_dir / "tests" / "golden"


def judge_model(session: Session, model: Model | None, configuration: Settings) -> Score | None:
    """The score of a model on `tests/golden/`; None where there are no golden questions."""
    questions = read_golden(golden_folder(configuration))
    if not questions:
        return None
    encoder = default_encoder(configuration.encoder_cache)
    tuning = load_tuning(configuration.project_dir / "config.yml")
    shelf = load_shelf(session, encoder)
    return judge(questions, shelf, model, encoder, tuning, datetime.now(UTC))


def judge_artifact(session: Session, artifact: bytes, configuration: Settings) -> dict[str, Any]:
    """Metrics of a freshly exported artifact."""
    score = judge_model(session, Model.load(artifact), configuration)
    return score.as_metrics() if score else {}


def judge_serving(session: Session, configuration: Settings) -> dict[str, Any]:
    """Metrics of the model that serves now; empty when none does."""
    _, model = load_model(session)
    score = judge_model(session, model, configuration) if model else None
    return score.as_metrics() if score else {}


def evaluate_serving(session: Session, configuration: Settings, folder: Path) -> Evaluation:
    """The model that serves now, or matching alone, on the questions in `folder`, with its threshold curve."""
    questions = read_golden(folder)
    if not questions:
        raise BadGolden(f"{folder} 里没有评测题（*.jsonl）")
    now = datetime.now(UTC)
    encoder = default_encoder(configuration.encoder_cache)
    tuning = load_tuning(configuration.project_dir / "config.yml")
    shelf = load_shelf(session, encoder)
    model_id, model = load_model(session)
    heard = hear(questions, shelf, model, encoder)
    return Evaluation(
        score(decide(questions, heard, shelf, tuning, now)),
        tuple(threshold_curve(questions, heard, shelf, tuning, now)),
        str(folder),
        model_id if model is not None else None,
        tuning.answer_at,
        now,
    )
