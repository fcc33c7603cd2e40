"""All witnesses, one verdict: is this ours to answer, what is the answer, and how sure is that. Pure.

A log-linear pool: every label the witnesses name has a strength, the weighed sum of their testimony and of what its
kind of label starts from; “nothing here fits” has one too. The strengths' softmax are calibrated chances, and every
question put to the verdict is a sum of them. Every weight stands in config.yml and comes from `xunda tune`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.language.text import bare
from assistant.language.understanding import Candidate, Heard
from assistant.settings import Fusion

# What each witness says of a label.
TESTIMONY = ("belief", "lexical", "semantic", "coverage", "mention")
# What speaks for there being nothing that fits.
NOTHING = (
    "always",
    "doubt",
    "known_words",
    "length",
    "top_belief",
    "top_semantic",
    "top_coverage",
)
# A belief of one in ten thousand is as good as none.
FLOOR = 1e-4
# Entropy over hundreds of labels ends about here, in nats; and a message of so many characters is a story.
FULL_DOUBT, FULL_LENGTH = 6.0, 60

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
ANSWER, DANGER = "answer", "emergency."
# Labels that come to the same: another body's matter is not ours, whichever body's it is.
_SAME = {"offtopic": "elsewhere"}

# A long message is about something, even where it opens with a greeting or a “不对”.
SHORT_ONLY = ("smalltalk.", "dialogue.", "aspect.")
SHORT = 16
# A story that names no matter may be as long as it likes.
VAGUE = "dialogue.vague"


@dataclass(frozen=True)
class Choice:
    """One thing offered or considered, with the chance that it is meant."""

    id: str
    score: float


@dataclass(frozen=True)
class Verdict:
    """What the witnesses come to. Every chance is calibrated and in [0, 1]."""

    answers: tuple[Choice, ...]
    """Records that can answer, best first."""
    other: str | None
    """The best label that is neither answer nor danger, out of the kind most believed in."""
    other_belief: float
    danger: str | None
    danger_belief: float
    nothing: float
    """That nothing the witnesses know fits."""

    @property
    def answerable(self) -> float:
        """That the knowledge base holds the answer."""
        return min(1.0, sum(choice.score for choice in self.answers))

    @property
    def confidence(self) -> float:
        """That the first of `answers` is what is asked for."""
        return self.answers[0].score if self.answers else 0.0

    @property
    def lead(self) -> float:
        """How far the first answer stands before the second: a half where they are equal, one where it is alone."""
        two = sum(choice.score for choice in self.answers[:2])
        return self.confidence / two if two else 0.0

    @property
    def between_two(self) -> float:
        """That the answer, if there is one, is one of the first two."""
        total = sum(choice.score for choice in self.answers)
        return sum(choice.score for choice in self.answers[:2]) / total if total else 0.0


def weigh(
    heard: Heard,
    mention: str | None,
    fusion: Fusion,
    stands: Callable[[str], bool] = lambda label: True,
) -> Verdict:
    """Bring the witnesses together. `stands` says whether a label can still be acted on."""
    candidates = [one for one in possible(heard) if stands(one.label)]
    strengths = {one.label: _strength(one, mention, fusion) for one in candidates}
    nothing = _weighed(nothing_signals(heard, candidates), fusion.nothing)
    chances, none = _shares(strengths, nothing)
    ranked = sorted(chances, key=lambda label: (-chances[label], label))
    others = [label for label in ranked if label.startswith(NOT_ANSWERS)]
    dangers = [label for label in others if label.startswith(DANGER)]
    other, other_belief = _most_believed((one for one in others if one not in dangers), chances)
    return Verdict(
        answers=tuple(
            Choice(label, chances[label]) for label in ranked if not label.startswith(NOT_ANSWERS)
        ),
        other=other,
        other_belief=other_belief,
        danger=dangers[0] if dangers else None,
        danger_belief=sum(chances[label] for label in dangers),
        nothing=none,
    )


def possible(heard: Heard) -> list[Candidate]:
    """The labels a message of this length can have."""
    is_short = len(bare(heard.text)) <= SHORT
    return [
        one
        for one in heard.candidates
        if is_short or one.label == VAGUE or not one.label.startswith(SHORT_ONLY)
    ]


def said_of(candidate: Candidate, mention: str | None) -> dict[str, float]:
    """What each witness says of one label, by the names in `TESTIMONY`; belief is a logarithm."""
    return {
        "belief": math.log(candidate.probability + FLOOR),
        "lexical": candidate.lexical,
        "semantic": candidate.semantic,
        "coverage": candidate.coverage,
        "mention": 1.0 if candidate.label == mention else 0.0,
    }


def nothing_signals(heard: Heard, candidates: Sequence[Candidate]) -> dict[str, float]:
    """What speaks for or against there being nothing that fits, by the names in `NOTHING`, each in [0, 1]."""

    def top(witness: Callable[[Candidate], float]) -> float:
        return max(map(witness, candidates), default=0.0)

    return {
        "always": 1.0,
        "doubt": min(1.0, heard.doubt / FULL_DOUBT),
        "known_words": heard.coverage,
        "length": min(1.0, len(bare(heard.text)) / FULL_LENGTH),
        "top_belief": top(lambda one: one.probability),
        "top_semantic": top(lambda one: one.semantic),
        "top_coverage": top(lambda one: one.coverage),
    }


def kind_of(label: str) -> str:
    """What kind of label it is: `answer`, or the head of one that leads to none."""
    return label.partition(".")[0] if label.startswith(NOT_ANSWERS) else ANSWER


def _strength(candidate: Candidate, mention: str | None, fusion: Fusion) -> float:
    start = fusion.kinds.get(kind_of(candidate.label), 0.0)
    return start + _weighed(said_of(candidate, mention), fusion.witnesses)


def _weighed(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weight * values[name] for name, weight in weights.items())


def _shares(strengths: Mapping[str, float], nothing: float) -> tuple[dict[str, float], float]:
    """Each label's share of the exponentials of all strengths, and that of nothing."""
    top = max([nothing, *strengths.values()])
    weights = {label: math.exp(strength - top) for label, strength in strengths.items()}
    none = math.exp(nothing - top)
    total = sum(weights.values()) + none
    return {label: weight / total for label, weight in weights.items()}, none / total


def _most_believed(others: Iterable[str], chances: Mapping[str, float]) -> tuple[str | None, float]:
    """The best label of the kind that has most belief in all, and that belief. `others` stand best first."""
    kinds: defaultdict[str, float] = defaultdict(float)
    first: dict[str, str] = {}
    for label in others:
        kind = _SAME.get(kind_of(label), kind_of(label))
        kinds[kind] += chances[label]
        first.setdefault(kind, label)
    if not kinds:
        return None, 0.0
    kind = max(kinds, key=lambda name: (kinds[name], name))
    return first[kind], kinds[kind]
