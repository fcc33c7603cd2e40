"""Choose the fusion's weights and thresholds on phrasings the witnesses have not seen.

A fifth of each label's phrasings is held out (questions that have an answer), and a sixth of all matters is taken
out of the knowledge base altogether (questions that have none): wrong answers come from the second kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

import numpy as np
from scipy.optimize import minimize

from assistant.conversation.asking import find_mention
from assistant.conversation.fusion import SIGNALS, rank, signals
from assistant.language.encoder import Encoder
from assistant.language.match import Index, Phrasing
from assistant.language.model import Model
from assistant.language.text import normalise
from assistant.language.understanding import Heard, understand
from assistant.settings import Fusion
from assistant.training.dataset import Examples

HELD_OUT_EVERY = 5
REMOVED_EVERY = 6
LEAST_EXAMPLES = 8
PENALTY = 0.0005
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
# Intents that are no matter of the knowledge base and so are never taken out of it.
_KEPT = ("offtopic", "aspect.", "handover.", "dialogue.", "smalltalk.", "emergency.", "document.")


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
    """The weights found, and what each threshold would mean with them."""

    fusion: Fusion
    top1: float
    auroc: float
    curve: list[TradeOff]


def split(examples: Mapping[str, Sequence[str]], seed: int = 20260522) -> Split:
    """Hold out phrasings and remove matters; the same seed gives the same split."""
    random = Random(seed)
    matters = sorted(label for label in examples if not label.startswith(_KEPT))
    removed = set(random.sample(matters, len(matters) // REMOVED_EVERY))
    learned: Examples = {}
    asked: list[tuple[str, str | None]] = []
    for label, texts in sorted(examples.items()):
        if label in removed:
            asked += [(text, None) for text in texts]
            continue
        shuffled = random.sample(list(texts), len(texts))
        held = len(texts) // HELD_OUT_EVERY if len(texts) >= LEAST_EXAMPLES else 0
        learned[label] = shuffled[held:]
        asked += [(text, label) for text in shuffled[:held]]
    return Split(learned, asked)


def tune(
    parts: Split, model: Model | None, encoder: Encoder, mentions: Mapping[str, str], start: Fusion
) -> Tuned:
    """Find ranking weights by search and confidence weights by logistic regression."""
    phrasings = [Phrasing(label, text) for label, texts in parts.learned.items() for text in texts]
    vectors = encoder.encode([normalise(phrasing.text) for phrasing in phrasings])
    index = Index(phrasings, vectors)
    heard = understand([text for text, _ in parts.asked], index, model, encoder)
    known = {name: label for name, label in mentions.items() if label in parts.learned}
    asked = [
        (one, label, find_mention(one.text, known))
        for one, (_, label) in zip(heard, parts.asked, strict=True)
    ]
    fusion, top1 = _best_ranking(asked, start)
    x, y, answerable = _samples(asked, fusion)
    weights = _fit(x, y)
    fusion = fusion.model_copy(
        update={
            "bias": round(float(weights[-1]), 3),
            "weights": {n: round(float(w), 3) for n, w in zip(SIGNALS, weights[:-1], strict=True)},
        }
    )
    chances = 1 / (1 + np.exp(-(np.column_stack([x, np.ones(len(x))]) @ weights)))
    return Tuned(fusion, top1, _auroc(chances, y), _curve(chances, y, answerable))


Asked = Sequence[tuple[Heard, str | None, str | None]]


def _best_ranking(asked: Asked, start: Fusion) -> tuple[Fusion, float]:
    """The ranking weights that put the right label first most often, over a small grid."""
    answerable = [one for one in asked if one[1] is not None]
    best, best_share = start, -1.0
    for lexical, semantic, mention in product((0.2, 0.4, 0.6, 0.8, 1.0), repeat=3):
        fusion = start.model_copy(
            update={"lexical": lexical, "semantic": semantic, "mention": mention / 2}
        )
        ranked = (rank(heard, named, fusion) for heard, _, named in answerable)
        firsts = [found[0].id if found else None for found in ranked]
        share = float(np.mean([f == one[1] for f, one in zip(firsts, answerable, strict=True)]))
        if share > best_share:
            best, best_share = fusion, share
    return best, best_share


def _samples(asked: Asked, fusion: Fusion) -> tuple[Any, Any, Any]:
    rows, right, answerable = [], [], []
    for heard, label, named in asked:
        ranked = rank(heard, named, fusion)
        rows.append(signals(heard, ranked, named))
        right.append(bool(ranked) and ranked[0].id == label)
        answerable.append(label is not None)
    return np.array(rows), np.array(right), np.array(answerable)


def _fit(x: Any, y: Any) -> Any:
    """Logistic regression with a small ridge; the last weight is the bias."""
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
