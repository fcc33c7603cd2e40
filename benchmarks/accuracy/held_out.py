"""Matters taken away: who notices that there is no answer any more? And phrasings nobody has learned.

For each of forty draws a third of the matters (services and answers) is taken out of the knowledge base. Golden
questions all of whose acceptable answers are gone have none any more, the others have one. Xunda's index, names and
bodies are built anew and its classifier is trained anew in every draw. Rasa's would take many minutes each time: their
columns of the removed labels are taken out instead, which flatters them (what they learned of the removed still pushes
the others away). Held-out phrasings are what the peers' thresholds are tuned on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from random import Random
from typing import Any, cast

import numpy as np

from assistant.conversation.asking import find_mention
from assistant.conversation.fusion import weigh
from assistant.knowledge.content import text_of
from assistant.knowledge.shelf import Shelf
from assistant.language.encoder import Encoder
from assistant.language.kernel import Recipe
from assistant.language.match import Index, Phrasing
from assistant.language.model import Model
from assistant.language.text import normalise
from assistant.language.understanding import Candidate, Heard, understand
from assistant.settings import Fusion
from benchmarks.accuracy import peers
from benchmarks.accuracy.peers import Examples, Floats, Scores
from benchmarks.accuracy.retrained import Narrowing, Retrainer

SEED = 20261122
DRAWS = 40
REMOVED_SHARE = 1 / 3
HELD_OUT_EVERY = 5
LEAST_EXAMPLES = 8
MOST_ASKED = 1000
Truths = np.ndarray[Any, np.dtype[np.bool_]]

MATTERS = ("service", "answer")
XUNDA = "xunda"
# The confidence in the one answer; XUNDA itself is judged by what decides whether to answer at all.
CONFIDENCE = "xunda:confidence"
# The same with the classifier treated as the peers are.
NARROWED, NARROWED_CONFIDENCE = "xunda:narrowed", "xunda:narrowed:confidence"
WITNESSES = tuple(one.name for one in fields(Candidate) if one.name != "label")


@dataclass(frozen=True)
class HeldOut:
    """What is learned, what is asked with all its right labels, and which labels may be taken away."""

    learned: Examples
    asked: list[tuple[str, tuple[str, ...]]]
    matters: tuple[str, ...]

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.asked]

    def stayed(self, removed: frozenset[str]) -> Truths:
        """Which questions still have an answer."""
        return np.array([not removed.issuperset(labels) for _, labels in self.asked])

    def right(self, firsts: Sequence[str]) -> Truths:
        """Which of the labels named are right."""
        pairs = zip(firsts, self.asked, strict=True)
        return np.array([first in labels for first, (_, labels) in pairs])


@dataclass(frozen=True)
class Draw:
    """One choice of matters to take away, and the questions it is judged by."""

    removed: frozenset[str]
    stayed: Truths


@dataclass(frozen=True)
class Threshold:
    """When a peer answers: its best score, and its lead over the second, must reach these."""

    score: float
    lead: float = 0.0

    def passes(self, scores: Scores) -> Any:
        return (scores.best() >= self.score) & (scores.leads() >= self.lead)


def hold_out(examples: Examples, shelf: Shelf) -> HeldOut:
    """The same knowledge gives the same split; at most `MOST_ASKED` questions are kept of it."""
    random = Random(SEED)
    matters = matters_of(examples, shelf)
    learned: dict[str, list[str]] = {}
    asked: list[tuple[str, tuple[str, ...]]] = []
    for label in sorted(examples):
        shuffled = random.sample(list(examples[label]), len(examples[label]))
        has_enough = label in matters and len(shuffled) >= LEAST_EXAMPLES
        held = len(shuffled) // HELD_OUT_EVERY if has_enough else 0
        learned[label] = shuffled[held:]
        asked += [(text, (label,)) for text in shuffled[:held]]
    random.shuffle(asked)
    return HeldOut(learned, asked[:MOST_ASKED], matters)


def matters_of(examples: Examples, shelf: Shelf) -> tuple[str, ...]:
    """The labels that are a matter of the bureau's own."""
    return tuple(
        label
        for label in sorted(examples)
        if label in shelf.records and shelf.records[label].kind in MATTERS
    )


def draws(parts: HeldOut, count: int = DRAWS) -> Iterator[Draw]:
    """Repeatable choices of a third of the matters."""
    random = Random(SEED + 1)
    for _ in range(count):
        removed = random.sample(parts.matters, round(len(parts.matters) * REMOVED_SHARE))
        yield Draw(frozenset(removed), parts.stayed(frozenset(removed)))


def auroc(scores: Floats, positive: Truths) -> float:
    """The chance that a positive is given a higher score than a negative; ties count half."""
    order = np.sort(scores[~positive])
    below = np.searchsorted(order, scores[positive], side="left")
    not_above = np.searchsorted(order, scores[positive], side="right")
    if not len(order) or not len(below):
        return 1.0
    return float(np.mean((below + not_above) / 2) / len(order))


def peer_auroc(scores: Scores, parts: HeldOut) -> float:
    """The mean over all draws of a peer's AUROC: the best remaining label's score, stayed against removed."""
    return float(
        np.mean([auroc(scores.without(one.removed).best(), one.stayed) for one in draws(parts)])
    )


def first_right(scores: Scores, parts: HeldOut) -> float:
    """The share of held-out questions whose right label is first while nothing is taken away."""
    return float(np.mean(parts.right(scores.firsts())))


def tune_threshold(scores: Scores, parts: HeldOut, with_lead: bool) -> Threshold:
    """The threshold most often right: the right label answered, or nothing where the matter was removed."""
    found = [_outcomes(scores.without(one.removed), parts, one) for one in draws(parts)]
    best, lead, right, stayed = (np.concatenate(column) for column in zip(*found, strict=True))
    scale = np.unique(np.quantile(best, np.linspace(0, 1, 201)))
    leads = np.quantile(lead, np.linspace(0, 0.9, 31)) if with_lead else np.zeros(1)
    choices = [Threshold(float(score), float(ahead)) for score in scale for ahead in leads]

    def share_right(choice: Threshold) -> float:
        given = (best >= choice.score) & (lead >= choice.lead)
        return float(np.mean(np.where(given, right, ~stayed)))

    return max(choices, key=share_right)


def _outcomes(scores: Scores, parts: HeldOut, draw: Draw) -> tuple[Any, ...]:
    right = parts.right(scores.firsts()) & draw.stayed
    return scores.best(), scores.leads(), right, draw.stayed


def retraining(parts: HeldOut, encoder: Encoder, recipe: Recipe) -> Retrainer:
    """The classifier, ready to be trained without any of its labels."""
    texts = sorted({normalise(text) for group in parts.learned.values() for text in group})
    vector_of = dict(zip(texts, peers.encode(encoder, texts), strict=True))
    return Retrainer(parts.learned, vector_of, recipe)


class Remembering:
    """An encoder that encodes nothing twice: forty draws ask the same questions."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self._encoder = encoder
        self._vector_of: dict[str, Any] = {}

    def encode(self, texts: Sequence[str]) -> Any:
        new = [text for text in dict.fromkeys(texts) if text not in self._vector_of]
        if new:
            self._vector_of |= dict(zip(new, peers.encode(self._encoder, new), strict=True))
        return np.array([self._vector_of[text] for text in texts], dtype=np.float32)


class Witnesses:
    """Xunda's witnesses; index, names, bodies and classifier are made anew for every draw."""

    def __init__(
        self,
        parts: HeldOut,
        shelf: Shelf,
        encoder: Encoder,
        fusion: Fusion,
        retrainer: Retrainer | Narrowing,
    ) -> None:
        self._parts, self._encoder, self._fusion = parts, encoder, fusion
        self._retrainer = retrainer
        self._mentions = shelf.mentions
        self._bodies = {id: normalise(text_of(record)) for id, record in shelf.records.items()}

    def aurocs(self, count: int = DRAWS) -> dict[str, float]:
        """The mean AUROC over the first draws, of the verdict and of each witness alone."""
        found = []
        for one in draws(self._parts, count):
            found.append([auroc(column, one.stayed) for column in self._score(one).T])
        names = (XUNDA, CONFIDENCE, *(f"witness:{name}" for name in WITNESSES))
        return dict(zip(names, np.mean(found, axis=0).tolist(), strict=True))

    def _score(self, draw: Draw) -> Floats:
        """One row a question: that it has an answer, that the first is it, then each witness's best score."""
        mentions = {name: id for name, id in self._mentions.items() if id not in draw.removed}
        rows = []
        for heard in self._hear(draw, mentions):
            verdict = weigh(heard, find_mention(heard.text, mentions), self._fusion)
            chances = [verdict.answerable, verdict.confidence]
            rows.append([*chances, *(_best(heard, name) for name in WITNESSES)])
        return np.array(rows)

    def _hear(self, draw: Draw, mentions: Mapping[str, str]) -> list[Heard]:
        phrasings = [
            Phrasing(label, text)
            for label, texts in self._parts.learned.items()
            if label not in draw.removed
            for text in texts
        ]
        vectors = self._encoder.encode([normalise(one.text) for one in phrasings])
        bodies = {id: text for id, text in self._bodies.items() if id not in draw.removed}
        index = Index(phrasings, vectors, tuple(mentions), bodies)
        model = cast("Model", self._retrainer.without(draw.removed))
        return understand(self._parts.texts, index, model, self._encoder)


def _best(heard: Heard, witness: str) -> float:
    return max((getattr(one, witness) for one in heard.candidates), default=0.0)
