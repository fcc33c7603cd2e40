"""Phrasings nobody has learned, and matters taken away: who notices that there is no answer?

A fifth of the phrasings of every matter (service or answer) is held out and never learned. For each draw a third
of the matters is taken away; held-out questions about them have no answer any more, those about the rest have one.
Xunda's index, names and bodies are built anew for every draw. Trained classifiers are judged in two ways:

- alike for all: trained once on all matters, the removed labels' columns taken out and the rest made to sum to one.
  That flatters them (0.846 for 0.745 and 0.869 for 0.793 on two draws): what was learned of the removed still
  pushes the others away.
- strictly, Xunda's only: trained anew for each of the first draws, without the removed matters. Rasa's would take
  minutes for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from assistant.language.model import Model, Ranked, best_places
from assistant.language.text import normalise
from assistant.language.understanding import Candidate, Heard, understand
from assistant.settings import Fusion
from assistant.training.tune import train_model
from benchmarks.accuracy import peers
from benchmarks.accuracy.peers import Examples, Floats, Scores

SEED = 20261122
DRAWS = 40
REMOVED_SHARE = 1 / 3
HELD_OUT_EVERY = 5
LEAST_EXAMPLES = 8
MOST_ASKED = 1000
# A training of the bureau's classifier takes most of a minute; fewer marks would cost it 0.05.
STRICT_DRAWS = 10
Truths = np.ndarray[Any, np.dtype[np.bool_]]

MATTERS = ("service", "answer")
XUNDA = "xunda"
# The confidence in the one answer; XUNDA itself is judged by what decides whether to answer at all.
CONFIDENCE = "xunda:confidence"
WITNESSES = tuple(one.name for one in fields(Candidate) if one.name != "label")


@dataclass(frozen=True)
class HeldOut:
    """What is learned, what is asked with its right label, and which labels may be taken away."""

    learned: dict[str, list[str]]
    asked: list[tuple[str, str]]
    matters: tuple[str, ...]

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.asked]


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
    matters = tuple(
        label
        for label in sorted(examples)
        if label in shelf.records and shelf.records[label].kind in MATTERS
    )
    learned: dict[str, list[str]] = {}
    asked: list[tuple[str, str]] = []
    for label in sorted(examples):
        shuffled = random.sample(list(examples[label]), len(examples[label]))
        has_enough = label in matters and len(shuffled) >= LEAST_EXAMPLES
        held = len(shuffled) // HELD_OUT_EVERY if has_enough else 0
        learned[label] = shuffled[held:]
        asked += [(text, label) for text in shuffled[:held]]
    random.shuffle(asked)
    return HeldOut(learned, asked[:MOST_ASKED], matters)


def draws(parts: HeldOut, count: int = DRAWS) -> Iterator[Draw]:
    """Repeatable choices of a third of the matters."""
    random = Random(SEED + 1)
    for _ in range(count):
        removed = random.sample(parts.matters, round(len(parts.matters) * REMOVED_SHARE))
        stayed = np.array([label not in removed for _, label in parts.asked])
        yield Draw(frozenset(removed), stayed)


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
    pairs = zip(scores.firsts(), parts.asked, strict=True)
    return float(np.mean([first == label for first, (_, label) in pairs]))


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
    pairs = zip(scores.firsts(), parts.asked, strict=True)
    right = np.array([first == label for first, (_, label) in pairs])
    return scores.best(), scores.leads(), right & draw.stayed, draw.stayed


ModelWithout = Callable[[frozenset[str]], Model]


def restricting(model: Model) -> ModelWithout:
    """A trained classifier with columns taken out, as Rasa's are: what it learned of them still shapes the rest."""
    return lambda removed: cast("Model", _Restricted(model, removed))


def retraining(parts: HeldOut, encoder: Encoder, recipe: Recipe) -> ModelWithout:
    """A classifier that has never heard of the removed matters, by Xunda's own code without Rasa's process."""
    texts = sorted({normalise(text) for group in parts.learned.values() for text in group})
    vector_of = dict(zip(texts, encoder.encode(texts), strict=True))

    def train_without(removed: frozenset[str]) -> Model:
        left = {label: group for label, group in parts.learned.items() if label not in removed}
        return train_model(left, vector_of, recipe)

    return train_without


class _Restricted:
    """A classifier with some labels taken out, the rest made to sum to one: as much of `Model` as is asked."""

    def __init__(self, model: Model, removed: frozenset[str]) -> None:
        self._model, self._removed = model, removed
        self.labels = [label for label in model.labels if label not in removed]
        self._place_of = {label: place for place, label in enumerate(self.labels)}

    def probabilities(self, texts: Sequence[str], vectors: Floats) -> Floats:
        rows = self._model.probabilities(texts, vectors)
        scores = Scores(tuple(self._model.labels), rows, sums_to_one=True)
        return scores.without(self._removed).rows

    def ranking(self, row: Floats, most: int = 10) -> list[Ranked]:
        return [Ranked(self.labels[place], float(row[place])) for place in best_places(row, most)]

    def probability_of(self, label: str, row: Floats) -> float:
        place = self._place_of.get(label)
        return 0.0 if place is None else float(row[place])


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
    """Xunda's witnesses on held-out questions; index, names and bodies are made anew for every draw."""

    def __init__(
        self,
        parts: HeldOut,
        shelf: Shelf,
        encoder: Encoder,
        fusion: Fusion,
        model_without: ModelWithout,
    ) -> None:
        self._parts, self._encoder, self._fusion = parts, encoder, fusion
        self._model_without = model_without
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
            chances = [verdict.answerable, verdict.answerable * verdict.sure]
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
        model = self._model_without(draw.removed)
        return understand(self._parts.texts, index, model, self._encoder)


def _best(heard: Heard, witness: str) -> float:
    return max((getattr(one, witness) for one in heard.candidates), default=0.0)
