"""Choose the fusion's weights on phrasings the witnesses have not seen.

In each round a fifth of each label's phrasings is held out (questions that have an answer), and a quarter of all
matters is taken out of the knowledge base altogether (questions that have none): wrong answers come from the second
kind. The classifier is trained anew in every round, by the very code Rasa's process runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from assistant.conversation.asking import find_mention
from assistant.conversation.fusion import ANSWER, Verdict, kind_of, weigh
from assistant.knowledge.content import AnyRecord, text_of
from assistant.language.encoder import Encoder
from assistant.language.kernel import Recipe
from assistant.language.match import Index, Phrasing
from assistant.language.model import Model
from assistant.language.text import normalise
from assistant.language.understanding import Heard, understand
from assistant.settings import Fusion
from assistant.training.dataset import Examples
from assistant.training.pool import Asked, fit
from assistant.training.ridge import train

ROUNDS = 4
HELD_OUT_EVERY = 5
REMOVED_EVERY = 4
LEAST_EXAMPLES = 8
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))

# Intents that are no matter of the knowledge base and so are never taken out of it.
_KEPT = (
    "offtopic",
    "unknown",
    "aspect.",
    "handover.",
    "dialogue.",
    "smalltalk.",
    "emergency.",
    "discipline.",
    "elsewhere.",
    "document.",
)


@dataclass(frozen=True)
class Split:
    """What the witnesses learn from, and what they are then asked: (text, right label or None)."""

    learned: Examples
    asked: list[tuple[str, str | None]]


@dataclass(frozen=True)
class TradeOff:
    """At one threshold: how many answerable questions are answered, rightly, and how many others wrongly."""

    threshold: float
    answered: float
    right: float
    wrong_on_known: float
    wrong_on_unknown: float


@dataclass(frozen=True)
class Tuned:
    """The weights found, how well they tell apart, and what each threshold would mean with them."""

    fusion: Fusion
    top1: float
    answerable_auroc: float
    """Of the chance that there is an answer: those that have one against those that have none."""
    confidence_auroc: float
    """Of the chance of the first answer: right ones against wrong ones, where there is one."""
    curve: list[TradeOff]


def split(examples: Mapping[str, Sequence[str]], seed: int) -> Split:
    """Hold out phrasings and remove matters; the same seed gives the same split."""
    random = Random(seed)
    matters = sorted(label for label in examples if not label.startswith(_KEPT))
    removed = set(random.sample(matters, len(matters) // REMOVED_EVERY))
    learned: Examples = {}
    asked: list[tuple[str, str | None]] = []
    for label, texts in sorted(examples.items()):
        shuffled = random.sample(list(texts), len(texts))
        held = len(texts) // HELD_OUT_EVERY if len(texts) >= LEAST_EXAMPLES else 0
        if label in removed:
            asked += [(text, None) for text in shuffled[:held]]
            continue
        learned[label] = shuffled[held:]
        asked += [(text, label) for text in shuffled[:held]]
    return Split(learned, asked)


@dataclass(frozen=True)
class Ground:
    """What tuning stands on: the training set, the records behind it, names to be recognised, the encoder."""

    examples: Examples
    records: Mapping[str, AnyRecord]
    mentions: Mapping[str, str]
    encoder: Encoder
    recipe: Recipe


def hear_held_out(
    ground: Ground, describe: Callable[[str], None], rounds: int = ROUNDS
) -> tuple[Asked, Asked]:
    """Held-out questions as the witnesses hear them: with the classifier, and without."""
    vector_of = _vectors(ground)
    with_model: list[tuple[Heard, str | None, str | None]] = []
    without: list[tuple[Heard, str | None, str | None]] = []
    for turn in range(rounds):
        describe(f"第 {turn + 1} 轮，共 {rounds} 轮：训练、提问")
        parts = split(ground.examples, turn)
        index = _index(ground, parts.learned, vector_of)
        model = train_model(parts.learned, vector_of, ground.recipe)
        known = {name: label for name, label in ground.mentions.items() if label in parts.learned}
        texts = [text for text, _ in parts.asked]
        for heard, kept in (
            (understand(texts, index, model, ground.encoder), with_model),
            (understand(texts, index, None, ground.encoder), without),
        ):
            kept += [
                (one, label, find_mention(one.text, known))
                for one, (_, label) in zip(heard, parts.asked, strict=True)
            ]
    return with_model, without


def _vectors(ground: Ground) -> dict[str, Any]:
    """Every example's vector by its normalised text: encoded once for all rounds."""
    texts = sorted({normalise(text) for some in ground.examples.values() for text in some})
    return dict(zip(texts, ground.encoder.encode(texts), strict=True))


def _index(ground: Ground, learned: Examples, vector_of: Mapping[str, Any]) -> Index:
    phrasings = [Phrasing(label, text) for label, texts in learned.items() for text in texts]
    vectors = np.vstack([vector_of[normalise(phrasing.text)] for phrasing in phrasings])
    bodies = {
        label: normalise(text_of(ground.records[label]))
        for label in learned
        if label in ground.records
    }
    return Index(phrasings, vectors, tuple(ground.mentions), bodies)


def train_model(examples: Examples, vector_of: Mapping[str, Any], recipe: Recipe) -> Model:
    """The classifier as Rasa's process would train it, without that process."""
    labels = sorted(examples)
    texts = [normalise(text) for label in labels for text in examples[label]]
    places = [place for place, label in enumerate(labels) for _ in examples[label]]
    kernel = train(texts, places, np.vstack([vector_of[text] for text in texts]), recipe)
    return Model({"labels": labels, "trained_at": ""}, kernel, "")


def tune(asked: Asked) -> Tuned:
    """Fit the pool, and say how well its verdicts tell apart what they were fitted to."""
    fusion = fit(asked)
    verdicts = [weigh(heard, named, fusion) for heard, _, named in asked]
    labels = [label for _, label, _ in asked]
    known = np.array([label is not None and kind_of(label) == ANSWER for label in labels])
    right = np.array([_is_right(*pair) for pair in zip(verdicts, labels, strict=True)])
    answerable = np.array([verdict.answerable for verdict in verdicts])
    confidence = np.array([verdict.confidence for verdict in verdicts])
    return Tuned(
        fusion,
        float(right[known].mean()),
        _auroc(answerable, known),
        _auroc(confidence[known], right[known]),
        _curve(confidence, right, known),
    )


def _is_right(verdict: Verdict, label: str | None) -> bool:
    return bool(verdict.answers) and verdict.answers[0].id == label


def _auroc(chances: Any, right: Any) -> float:
    """The chance that a right decision is given more confidence than a wrong one."""
    order = np.argsort(chances)
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    positives = int(right.sum())
    negatives = len(right) - positives
    if not positives or not negatives:
        return 1.0
    return float((ranks[right].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _curve(chances: Any, right: Any, answerable: Any) -> list[TradeOff]:
    known, unknown = answerable.sum(), (~answerable).sum()
    curve = []
    for threshold in THRESHOLDS:
        given = chances >= threshold
        curve.append(
            TradeOff(
                threshold,
                float((given & answerable).sum() / known),
                float((given & right).sum() / known),
                float((given & answerable & ~right).sum() / known),
                float((given & ~answerable).sum() / max(1, unknown)),
            )
        )
    return curve
