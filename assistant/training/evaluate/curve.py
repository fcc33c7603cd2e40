"""What another threshold would have meant: everything decided anew, over messages already heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.knowledge.shelf import Shelf
from assistant.language.understanding import Heard
from assistant.settings import Tuning
from assistant.training.evaluate.judging import decide
from assistant.training.evaluate.questions import Question
from assistant.training.evaluate.score import share

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))


@dataclass(frozen=True)
class Point:
    """At one `answer_at`: of the questions that may be answered, how many are and how many rightly;
    of those that may not, how many are; and of all, how many are answered wrongly."""

    threshold: float
    answered: float
    right: float
    must_not_answered: float
    confident_error: float


def threshold_curve(
    questions: Sequence[Question],
    heard: Sequence[Heard],
    shelf: Shelf,
    tuning: Tuning,
    now: datetime,
) -> list[Point]:
    points = []
    for threshold in THRESHOLDS:
        tried = tuning.model_copy(update={"answer_at": threshold})
        judged = decide(questions, heard, shelf, tried, now)
        known = [one for one in judged if one.question.may_answer]
        points.append(
            Point(
                threshold,
                share(one.answered for one in known),
                share(one.answered and one.right for one in known),
                share(one.answered for one in judged if not one.question.may_answer),
                share(one.confident_error for one in judged),
            )
        )
    return points
