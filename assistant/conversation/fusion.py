"""Three witnesses, one confidence. Pure; every weight stands in config.yml."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.language.text import bare
from assistant.language.understanding import Candidate, Heard
from assistant.settings import Fusion

SIGNALS = (
    "probability",
    "probability_lead",
    "lexical",
    "lexical_lead",
    "semantic",
    "semantic_lead",
    "coverage",
    "agreement",
    "mention",
)

# A long message is about something, even where it opens with a greeting or a “不对”.
SHORT_ONLY = ("smalltalk.", "dialogue.", "aspect.")
SHORT = 16


@dataclass(frozen=True)
class Choice:
    """One thing offered or considered, with the score it was given."""

    id: str
    score: float


def rank(heard: Heard, mention: str | None, fusion: Fusion) -> list[Choice]:
    """Candidates by fused score, best first."""
    is_short = len(bare(heard.text)) <= SHORT
    fused = [
        Choice(candidate.label, _score(candidate, mention, fusion))
        for candidate in heard.candidates
        if is_short or not candidate.label.startswith(SHORT_ONLY)
    ]
    return sorted(fused, key=lambda choice: (-choice.score, choice.id))


def _score(candidate: Candidate, mention: str | None, fusion: Fusion) -> float:
    return (
        fusion.probability * candidate.probability
        + fusion.lexical * candidate.lexical
        + fusion.semantic * candidate.semantic
        + (fusion.mention if candidate.label == mention else 0.0)
    )


def signals(heard: Heard, ranked: Sequence[Choice], mention: str | None) -> list[float]:
    """What the confidence in the best candidate is judged by, each about [0, 1], in the order of `SIGNALS`."""
    if not ranked:
        return [0.0] * len(SIGNALS)
    by_label = {candidate.label: candidate for candidate in heard.candidates}
    best = by_label[ranked[0].id]
    others = [candidate for candidate in heard.candidates if candidate.label != best.label]

    def lead(own: float, theirs: Sequence[float]) -> float:
        return own - max(theirs, default=0.0)

    return [
        best.probability,
        lead(best.probability, [c.probability for c in others]),
        best.lexical,
        lead(best.lexical, [c.lexical for c in others]),
        best.semantic,
        lead(best.semantic, [c.semantic for c in others]),
        heard.coverage,
        _agreement(best, heard.candidates),
        1.0 if mention == best.label else 0.0,
    ]


def _agreement(best: Candidate, candidates: Sequence[Candidate]) -> float:
    """The share of the three witnesses that put this candidate first."""
    firsts = (
        max(candidates, key=lambda c: c.probability),
        max(candidates, key=lambda c: c.lexical),
        max(candidates, key=lambda c: c.semantic),
    )
    return sum(first.label == best.label for first in firsts) / len(firsts)


def confidence(values: Sequence[float], fusion: Fusion) -> float:
    """The calibrated chance that the best candidate is right."""
    total = fusion.bias + sum(
        fusion.weights.get(name, 0.0) * value for name, value in zip(SIGNALS, values, strict=True)
    )
    return 1 / (1 + math.exp(-total))
