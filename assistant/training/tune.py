"""Choose the fusion's weights on phrasings the witnesses have not seen.

In each round a fifth of each label's phrasings is held out (questions that have an answer), and a sixth of all
matters is taken out of the knowledge base altogether (questions that have none): wrong answers come from the second
kind. The classifier is trained anew in every round, by the very code Rasa's process runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from random import Random
from typing import Any

import numpy as np
from scipy.optimize import minimize

from assistant.conversation.asking import find_mention
from assistant.conversation.fusion import (
    ANSWERABLE,
    NOT_ANSWERS,
    SURE,
    Verdict,
    chance,
    term,
    weigh,
)
from assistant.knowledge.content import AnyRecord, text_of
from assistant.language.encoder import Encoder
from assistant.language.kernel import Recipe, train
from assistant.language.match import Index, Phrasing
from assistant.language.model import Model
from assistant.language.text import normalise
from assistant.language.understanding import Heard, understand
from assistant.settings import Fusion, Judge
from assistant.training.dataset import Examples

ROUNDS = 3
HELD_OUT_EVERY = 5
REMOVED_EVERY = 6
LEAST_EXAMPLES = 8
PENALTY = 0.001
EVEN = 0.5
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
STEPS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5)
# Signals whose products are judged by too: how far one may be trusted depends on the others.
SURE_CORE = ("belief", "margin", "lexical", "semantic", "coverage", "coverage_lead", "agreement")
ANSWERABLE_CORE = (
    "answer_belief",
    "other_belief",
    "answer_semantic",
    "answer_coverage",
    "known_words",
    "doubt",
)


# Intents that are no matter of the knowledge base and so are never taken out of it.
_KEPT = (
    "offtopic",
    "unknown",
    "aspect.",
    "handover.",
    "dialogue.",
    "smalltalk.",
    "emergency.",
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
    sure_auroc: float
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


Asked = Sequence[tuple[Heard, str | None, str | None]]


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


def tune(asked: Asked, start: Fusion) -> Tuned:
    """Find ranking weights by search, then the weights of both judges by logistic regression."""
    fusion, top1 = _best_ranking(asked, start)
    verdicts = [weigh(heard, named, fusion) for heard, _, named in asked]
    answerable = np.array([_is_answer(label) for _, label, _ in asked])
    right = np.array(
        [_is_right(v, label) for v, (_, label, _) in zip(verdicts, asked, strict=True)]
    )
    holds, holds_chance = _judge(
        [v.for_answerable for v in verdicts], answerable, ANSWERABLE, ANSWERABLE_CORE
    )
    known = [v.for_sure for v, has in zip(verdicts, answerable, strict=True) if has]
    sure, _ = _judge(known, right[answerable], SURE, SURE_CORE)
    sure_chance = np.array([chance(v.for_sure, sure) for v in verdicts])
    return Tuned(
        fusion.model_copy(update={"answerable": holds, "sure": sure}),
        top1,
        _auroc(holds_chance, answerable),
        _auroc(sure_chance[answerable], right[answerable]),
        _curve(np.where(holds_chance >= EVEN, sure_chance, 0.0), right, answerable),
    )


def _is_answer(label: str | None) -> bool:
    return label is not None and not label.startswith(NOT_ANSWERS)


def _is_right(verdict: Verdict, label: str | None) -> bool:
    return bool(verdict.answers) and verdict.answers[0].id == label


def _judge(
    values: Sequence[Mapping[str, float]], target: Any, names: Sequence[str], core: Sequence[str]
) -> tuple[Judge, Any]:
    """A judge fitted to `target` on the named signals and the products of the `core` ones; and its chances."""
    pairs = (f"{one}*{other}" for one, other in combinations_with_replacement(core, 2))
    terms = (*names, *pairs)
    x = np.array([[term(name, one) for name in terms] for one in values])
    weights, bias = _fit(x, target)
    told = {name: round(float(weight), 3) for name, weight in zip(terms, weights, strict=True)}
    judge = Judge(bias=round(float(bias), 3), weights=told)
    return judge, 1 / (1 + np.exp(-(x @ weights + bias)))


def _best_ranking(asked: Asked, start: Fusion) -> tuple[Fusion, float]:
    """The ranking weights that put the right answer first most often: one after the other, twice."""
    answerable = [one for one in asked if _is_answer(one[1])]
    best, best_share = start, _share_right(answerable, start)
    for name in ("lexical", "semantic", "coverage", "mention") * 2:
        for step in STEPS:
            fusion = best.model_copy(update={name: step})
            share = _share_right(answerable, fusion)
            if share > best_share:
                best, best_share = fusion, share
    return best, best_share


def _share_right(answerable: Asked, fusion: Fusion) -> float:
    return float(
        np.mean(
            [_is_right(weigh(heard, named, fusion), label) for heard, label, named in answerable]
        )
    )


def _fit(x: Any, y: Any) -> tuple[Any, float]:
    """Logistic regression with a small ridge on standardised terms; weights and bias for the terms as they are."""
    middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    weights = _fit_standard((x - middle) / spread, y)
    scaled = weights[:-1] / spread
    return scaled, float(weights[-1] - middle @ scaled)


def _fit_standard(x: Any, y: Any) -> Any:
    """The last weight is the bias."""
    design = np.column_stack([x, np.ones(len(x))])
    signs = np.where(y, 1.0, -1.0)

    def loss(weights: Any) -> tuple[float, Any]:
        margins = signs * (design @ weights)
        ridge = PENALTY * weights[:-1]
        value = np.logaddexp(0, -margins).mean() + 0.5 * float(ridge @ weights[:-1])
        pulls = -signs / (1 + np.exp(margins))
        gradient = design.T @ pulls / len(y)
        gradient[:-1] += ridge
        return float(value), gradient

    return minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B").x


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
