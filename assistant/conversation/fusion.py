"""All witnesses, one confidence. Pure; every weight stands in config.yml."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.language.text import bare
from assistant.language.understanding import Candidate, Heard
from assistant.settings import Fusion

SIGNALS = (
    "probability",
    "probability_lead",
    "margin",
    "doubt",
    "lexical",
    "lexical_lead",
    "semantic",
    "semantic_lead",
    "coverage",
    "coverage_lead",
    "known_words",
    "agreement",
    "mention",
)
# A probability of one in ten thousand is as good as none; entropy over hundreds of labels ends about here.
FLOOR = 1e-4
FULL_MARGIN, FULL_DOUBT = -math.log(FLOOR), 5.0

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
        + fusion.coverage * candidate.coverage
        + (fusion.mention if candidate.label == mention else 0.0)
    )


def signals(heard: Heard, ranked: Sequence[Choice], mention: str | None) -> dict[str, float]:
    """What the confidence in the best candidate is judged by, each about [0, 1]."""
    if not ranked:
        return dict.fromkeys(SIGNALS, 0.0)
    by_label = {candidate.label: candidate for candidate in heard.candidates}
    best = by_label[ranked[0].id]
    others = [candidate for candidate in heard.candidates if candidate.label != best.label]

    def lead(witness: Callable[[Candidate], float]) -> float:
        return witness(best) - max(map(witness, others), default=0.0)

    rival = max((c.probability for c in others), default=0.0)
    margin = math.log((best.probability + FLOOR) / (rival + FLOOR)) / FULL_MARGIN
    return {
        "probability": best.probability,
        "probability_lead": lead(lambda c: c.probability),
        "margin": max(-1.0, min(1.0, margin)),
        "doubt": min(1.0, heard.doubt / FULL_DOUBT),
        "lexical": best.lexical,
        "lexical_lead": lead(lambda c: c.lexical),
        "semantic": best.semantic,
        "semantic_lead": lead(lambda c: c.semantic),
        "coverage": best.coverage,
        "coverage_lead": lead(lambda c: c.coverage),
        "known_words": heard.coverage,
        "agreement": _agreement(best, heard.candidates),
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


def confidence(values: Mapping[str, float], fusion: Fusion) -> float:
    """The calibrated chance that the best candidate is right.

    A weight's name is a signal's, or two joined by `*` for their product.
    """
    total = fusion.bias
    for name, weight in fusion.weights.items():
        first, _, second = name.partition("*")
        total += weight * values[first] * (values[second] if second else 1.0)
    return 1 / (1 + math.exp(-total))
