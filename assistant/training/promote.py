"""Keep a trained model, and let it serve unless it answers worse than the one that serves now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.knowledge.models import TrainedModel

# One golden question of a few hundred may go either way; more than that is worse.
TOLERATED_LOSS = 0.005


@dataclass(frozen=True)
class Kept:
    """What became of a trained model."""

    model_id: int
    promoted: bool
    reason: str


def find_trained(session: Session, training_hash: str) -> TrainedModel | None:
    """The newest model trained on exactly this set, if there is one."""
    return session.scalar(
        select(TrainedModel)
        .where(TrainedModel.training_hash == training_hash)
        .order_by(TrainedModel.id.desc())
        .limit(1)
    )


def keep(
    session: Session,
    artifact: bytes,
    training_hash: str,
    metrics: dict[str, Any],
    serving_metrics: dict[str, Any],
    now: datetime,
) -> Kept:
    """Store the artifact; promote it unless `metrics` are worse than `serving_metrics` on the same questions."""
    worse = _worse(metrics, serving_metrics)
    digest = hashlib.sha256(artifact).hexdigest()
    row = session.scalar(select(TrainedModel).where(TrainedModel.sha256 == digest))
    if row is None:
        row = TrainedModel(sha256=digest, artifact=artifact, created_at=now)
        session.add(row)
    row.training_hash, row.metrics, row.promoted = training_hash, metrics, worse is None
    session.flush()
    return Kept(row.id, row.promoted, worse or "不比现有模型差，已启用")


def _worse(metrics: dict[str, Any], serving: dict[str, Any]) -> str | None:
    """The first figure that got worse, in words, or None."""
    if not metrics.get("count") or not serving.get("count"):
        return None
    for name, label in (("outcome", "结果正确率"), ("answer", "答案正确率")):
        if metrics[name] < serving[name] - TOLERATED_LOSS:
            return f"{label}从 {serving[name]:.1%} 降到 {metrics[name]:.1%}，没有启用"
    if metrics["confident_error"] > serving["confident_error"] + TOLERATED_LOSS:
        return (
            f"自信答错率从 {serving['confident_error']:.1%} 升到 "
            f"{metrics['confident_error']:.1%}，没有启用"
        )
    return None
