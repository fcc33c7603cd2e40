"""All witnesses, one verdict: is this ours to answer, what is the answer, and how sure is that. Pure.

Every weight stands in config.yml and comes from `xunda tune`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.language.text import bare
from assistant.language.understanding import Candidate, Heard
from assistant.settings import Fusion, Judge

# What the confidence in the best answer is judged by.
SURE = (
    "belief",
    "belief_lead",
    "margin",
    "lexical",
    "lexical_lead",
    "semantic",
    "semantic_lead",
    "coverage",
    "coverage_lead",
    "agreement",
    "mention",
)
# What is judged by whether the knowledge base holds an answer at all.
ANSWERABLE = (
    "answer_belief",
    "other_belief",
    "answer_semantic",
    "other_semantic",
    "answer_coverage",
    "other_coverage",
    "answer_lexical",
    "other_lexical",
    "known_words",
    "doubt",
    "mention",
)
# A belief of one in ten thousand is as good as none; entropy over hundreds of labels ends about here.
FLOOR = 1e-4
FULL_MARGIN, FULL_DOUBT = -math.log(FLOOR), 5.0
# The logarithm of odds no judge needs to go below; the exponential of much less would overflow.
LEAST_ODDS = -500.0
# How sharply fused scores are told apart where there is no classifier to say what it believes.
SHARPNESS = 12.0

# Labels that lead to something other than a curated answer.
NOT_ANSWERS = (
    "offtopic",
    "unknown",
    "elsewhere.",
    "emergency.",
    "discipline.",
    "smalltalk.",
    "handover.",
    "dialogue.",
    "aspect.",
)
# Labels that come to the same: another body's matter is not ours, whichever body's it is.
_SAME = {"offtopic": "elsewhere"}

# A long message is about something, even where it opens with a greeting or a “不对”.
SHORT_ONLY = ("smalltalk.", "dialogue.", "aspect.")
SHORT = 16
# A story that names no matter may be as long as it likes.
VAGUE = "dialogue.vague"


@dataclass(frozen=True)
class Choice:
    """One thing offered or considered, with the score it was given."""

    id: str
    score: float


@dataclass(frozen=True)
class Verdict:
    """What the witnesses come to. The chances are calibrated, each in [0, 1]."""

    answers: tuple[Choice, ...]
    """Records that can answer, best first."""
    other: str | None
    """The best label that is no answer, out of the kind most believed in."""
    other_belief: float
    danger: str | None
    danger_belief: float
    answerable: float
    """That the knowledge base holds the answer."""
    sure: float
    """That the first of `answers` is it, if it does."""
    for_answerable: Mapping[str, float]
    for_sure: Mapping[str, float]


def weigh(
    heard: Heard,
    mention: str | None,
    fusion: Fusion,
    stands: Callable[[str], bool] = lambda label: True,
) -> Verdict:
    """Bring the witnesses together. `stands` says whether a label can still be acted on."""
    scores = {
        candidate.label: _score(candidate, mention, fusion)
        for candidate in _possible(heard)
        if stands(candidate.label)
    }
    ranked = sorted(scores, key=lambda label: (-scores[label], label))
    beliefs = _beliefs(heard, scores)
    answers = [label for label in ranked if not label.startswith(NOT_ANSWERS)]
    others = [label for label in ranked if label.startswith(NOT_ANSWERS)]
    other, other_belief = _most_believed(others, beliefs)
    dangers = [label for label in others if label.startswith("emergency.")]
    candidates = {candidate.label: candidate for candidate in heard.candidates}
    for_answerable = answerable_signals(heard, candidates, beliefs, answers, others, mention)
    for_sure = sure_signals(candidates, beliefs, answers, mention)
    return Verdict(
        answers=tuple(Choice(label, scores[label]) for label in answers),
        other=other,
        other_belief=other_belief,
        danger=dangers[0] if dangers else None,
        danger_belief=sum(beliefs[label] for label in dangers),
        answerable=chance(for_answerable, fusion.answerable),
        sure=chance(for_sure, fusion.sure),
        for_answerable=for_answerable,
        for_sure=for_sure,
    )


def _possible(heard: Heard) -> list[Candidate]:
    is_short = len(bare(heard.text)) <= SHORT
    return [
        c
        for c in heard.candidates
        if is_short or c.label == VAGUE or not c.label.startswith(SHORT_ONLY)
    ]


def _score(candidate: Candidate, mention: str | None, fusion: Fusion) -> float:
    return (
        fusion.probability * candidate.probability
        + fusion.lexical * candidate.lexical
        + fusion.semantic * candidate.semantic
        + fusion.coverage * candidate.coverage
        + (fusion.mention if candidate.label == mention else 0.0)
    )


def _beliefs(heard: Heard, scores: Mapping[str, float]) -> dict[str, float]:
    """How far each label is believed in: the classifier's probability, else shares of the fused scores."""
    if heard.has_model:
        return {c.label: c.probability for c in heard.candidates}
    top = max(scores.values(), default=0.0)
    weights = {label: math.exp(SHARPNESS * (score - top)) for label, score in scores.items()}
    total = sum(weights.values())
    shares = {label: weight / total for label, weight in weights.items()}
    return {c.label: shares.get(c.label, 0.0) for c in heard.candidates}


def _most_believed(others: Sequence[str], beliefs: Mapping[str, float]) -> tuple[str | None, float]:
    """The best label of the kind that has most belief in all, and that belief."""
    kinds: defaultdict[str, float] = defaultdict(float)
    for label in others:
        kinds[_kind(label)] += beliefs[label]
    if not kinds:
        return None, 0.0
    kind = max(kinds, key=lambda name: (kinds[name], name))
    return next(label for label in others if _kind(label) == kind), kinds[kind]


def _kind(label: str) -> str:
    head = label.partition(".")[0]
    return _SAME.get(head, head)


def sure_signals(
    candidates: Mapping[str, Candidate],
    beliefs: Mapping[str, float],
    answers: Sequence[str],
    mention: str | None,
) -> dict[str, float]:
    """What speaks for the first of `answers` against the others, each about [-1, 1]."""
    if not answers:
        return dict.fromkeys(SURE, 0.0)
    best, *rivals = (candidates[label] for label in answers)

    def lead(witness: Callable[[Candidate], float]) -> float:
        return witness(best) - max(map(witness, rivals), default=0.0)

    total = sum(beliefs[label] for label in answers) + FLOOR
    belief, rival = (beliefs[label] / total for label in (*answers[:2], answers[0])[:2])
    rival = 0.0 if len(answers) == 1 else rival
    margin = math.log((belief + FLOOR) / (rival + FLOOR)) / FULL_MARGIN
    return {
        "belief": belief,
        "belief_lead": belief - rival,
        "margin": max(-1.0, min(1.0, margin)),
        "lexical": best.lexical,
        "lexical_lead": lead(lambda c: c.lexical),
        "semantic": best.semantic,
        "semantic_lead": lead(lambda c: c.semantic),
        "coverage": best.coverage,
        "coverage_lead": lead(lambda c: c.coverage),
        "agreement": _agreement(best, [best, *rivals]),
        "mention": 1.0 if mention == best.label else 0.0,
    }


def _agreement(best: Candidate, candidates: Sequence[Candidate]) -> float:
    """The share of the four witnesses that put this candidate first."""
    firsts = (
        max(candidates, key=lambda c: c.probability),
        max(candidates, key=lambda c: c.lexical),
        max(candidates, key=lambda c: c.semantic),
        max(candidates, key=lambda c: c.coverage),
    )
    return sum(first.label == best.label for first in firsts) / len(firsts)


def answerable_signals(
    heard: Heard,
    candidates: Mapping[str, Candidate],
    beliefs: Mapping[str, float],
    answers: Sequence[str],
    others: Sequence[str],
    mention: str | None,
) -> dict[str, float]:
    """What speaks for the knowledge base holding the answer, each in [0, 1]."""

    def best(labels: Sequence[str], witness: Callable[[Candidate], float]) -> float:
        return max((witness(candidates[label]) for label in labels), default=0.0)

    return {
        "answer_belief": sum(beliefs[label] for label in answers),
        "other_belief": sum(beliefs[label] for label in others),
        "answer_semantic": best(answers, lambda c: c.semantic),
        "other_semantic": best(others, lambda c: c.semantic),
        "answer_coverage": best(answers, lambda c: c.coverage),
        "other_coverage": best(others, lambda c: c.coverage),
        "answer_lexical": best(answers, lambda c: c.lexical),
        "other_lexical": best(others, lambda c: c.lexical),
        "known_words": heard.coverage,
        "doubt": min(1.0, heard.doubt / FULL_DOUBT),
        "mention": 1.0 if mention in answers else 0.0,
    }


def chance(values: Mapping[str, float], judge: Judge) -> float:
    """A calibrated chance. A weight's name is a signal's, or two joined by `*` for their product."""
    total = judge.bias + sum(weight * term(name, values) for name, weight in judge.weights.items())
    return 1 / (1 + math.exp(-max(total, LEAST_ODDS)))


def term(name: str, values: Mapping[str, float]) -> float:
    """One signal, or the product of two."""
    first, _, second = name.partition("*")
    return values[first] * (values[second] if second else 1.0)
