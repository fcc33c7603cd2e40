"""An evaluation as a whole, and as the plain data `xunda evaluate --json` prints."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from assistant.training.evaluate.curve import Point
from assistant.training.evaluate.groups import GROUPINGS, confusions, group, histogram
from assistant.training.evaluate.judged import Judged
from assistant.training.evaluate.score import BARS, Score


@dataclass(frozen=True)
class Evaluation:
    """A score, and what it was taken with."""

    score: Score
    curve: tuple[Point, ...]
    golden: str
    model_id: int | None
    """None when only matching answered, without a classifier."""
    answer_at: float
    """As config.yml has it, before anything is added for a missing witness."""
    at: datetime

    @property
    def failures(self) -> list[Judged]:
        """Every question that went wrong, the most dangerous errors first."""
        wrong = [one for one in self.score.judged if not one.right]
        return sorted(wrong, key=lambda one: (not one.emergency_missed, not one.confident_error))


def as_data(evaluation: Evaluation) -> dict[str, Any]:
    """Stable keys; shares are in [0, 1] and rounded to four places.

    at, golden, model, answer_at: when, which folder, which model (null: matching alone), which threshold
    passed:      whether every bar is met
    overall:     count and every measure of `BARS`
    bars:        measure → {limit, at_least, met}
    by_set, by_outcome, by_register, by_topic:
                 [{name, count, right, outcome, answer, facts, confident_error}], worst first; answer and facts
                 are null where no question of the group can be asked for them
    confusions:  [{expected, given, count, questions}], most frequent first
    curve:       [{threshold, answered, right, must_not_answered, confident_error}]
    confidence:  [{low, high, right, wrong}]
    failures:    [{id, set, register, topic, text, expected, outcome, reason, answer_id, confidence, wrong,
                 missing_facts, leaked}], `expected` being {outcomes, answers, not}, `wrong` keys of `FAULTS`
    """
    score = evaluation.score
    return {
        "at": evaluation.at.isoformat(timespec="seconds"),
        "golden": evaluation.golden,
        "model": evaluation.model_id,
        "answer_at": evaluation.answer_at,
        "passed": score.passed,
        "overall": score.as_metrics(),
        "bars": {
            bar.name: {
                "limit": bar.limit,
                "at_least": bar.at_least,
                "met": bar.is_met(getattr(score, bar.name)),
            }
            for bar in BARS
        },
        **{
            f"by_{name}": [_rounded(asdict(one)) for one in group(score.judged, name)]
            for name in GROUPINGS
        },
        "confusions": [
            {
                "expected": one.expected,
                "given": one.given,
                "count": len(one.questions),
                "questions": list(one.questions),
            }
            for one in confusions(score.judged)
        ],
        "curve": [_rounded(asdict(point)) for point in evaluation.curve],
        "confidence": [asdict(one) for one in histogram(score.judged)],
        "failures": [_failure(one) for one in evaluation.failures],
    }


FAULTS = {
    "emergency": "漏掉险情",
    "must_not": "不该答而答",
    "outcome": "结果不对",
    "twin": "答成近似事项",
    "answer": "答案不对",
    "facts": "缺少要点",
    "leaked": "个人信息漏遮",
}


def faults(one: Judged) -> list[str]:
    """What is wrong with a reply, as keys of `FAULTS`."""
    twin = one.answer_judged and one.twin
    found = {
        "emergency": one.emergency_missed,
        "must_not": one.must_not_answered,
        "outcome": not (one.outcome_right or one.emergency_missed or one.must_not_answered),
        "twin": twin,
        "answer": one.answer_judged and not one.answer_right and not twin,
        "facts": one.facts_judged and not one.facts_present,
        "leaked": bool(one.leaked),
    }
    return [name for name, is_so in found.items() if is_so]


def _failure(one: Judged) -> dict[str, Any]:
    question = one.question
    return {
        "id": question.id,
        "set": question.set,
        "register": question.register,
        "topic": question.topic,
        "text": question.text,
        "expected": {
            "outcomes": list(question.outcomes),
            "answers": list(question.answers),
            "not": list(question.not_answers),
        },
        "outcome": one.outcome,
        "reason": one.reason,
        "answer_id": one.answer_id,
        "confidence": round(one.confidence, 4),
        "wrong": faults(one),
        "missing_facts": [list(group) for group in one.missing_facts] if one.facts_judged else [],
        "leaked": list(one.leaked),
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in values.items()
    }
