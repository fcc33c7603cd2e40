"""Fit the log-linear pool of `assistant.conversation.fusion` to questions whose right label is known.

Conditional logistic regression: of the labels a question's witnesses name, and of “nothing”, the right one is made
as likely as it can be, with a small ridge on standardised signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from assistant.conversation.fusion import (
    ANSWER,
    NOTHING,
    TESTIMONY,
    kind_of,
    nothing_signals,
    possible,
    said_of,
)
from assistant.language.understanding import Heard
from assistant.settings import Fusion

PENALTY = 3e-4
MOST_STEPS = 300
# A strength no exponential of which counts: the place of a candidate a shorter list does not have.
NOWHERE = -1e9

Asked = Sequence[tuple[Heard, str | None, str | None]]
"""What was heard, the right label (None: nothing fits), and the record named in the text."""


@dataclass(frozen=True)
class _Examples:
    """`signals`: (questions, candidates, testimony and kinds); `nothing`: (questions, signals of nothing)."""

    signals: Any
    missing: Any
    nothing: Any
    right: Any
    """The right candidate's place; the last place is nothing's."""


def fit(asked: Asked) -> Fusion:
    """The weights under which what was right is likeliest."""
    kinds = sorted({kind_of(c.label) for heard, _, _ in asked for c in heard.candidates} - {ANSWER})
    examples = _examples(asked, kinds)
    spread = _spread(examples)
    scaled = _Examples(
        examples.signals / spread[0],
        examples.missing,
        examples.nothing / spread[1],
        examples.right,
    )
    found = _minimise(scaled)
    split = scaled.signals.shape[2]
    own, none = found[:split] / spread[0], found[split:] / spread[1]
    count = len(TESTIMONY)
    return Fusion(
        witnesses=_named(TESTIMONY, own[:count]),
        kinds=_named(kinds, own[count:]),
        nothing=_named(NOTHING, none),
    )


def _named(names: Sequence[str], weights: Any) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def _examples(asked: Asked, kinds: Sequence[str]) -> _Examples:
    """A question whose right label no witness names teaches nothing and is left out."""
    rows, nothing, right = [], [], []
    for heard, label, mention in asked:
        candidates = possible(heard)
        labels = [one.label for one in candidates]
        if label is not None and label not in labels:
            continue
        said = [list(said_of(one, mention).values()) for one in candidates]
        own = [[float(kind_of(one) == name) for name in kinds] for one in labels]
        rows.append([values + kind for values, kind in zip(said, own, strict=True)])
        nothing.append(list(nothing_signals(heard, candidates).values()))
        right.append(-1 if label is None else labels.index(label))
    most = max((len(row) for row in rows), default=0)
    signals = np.zeros((len(rows), most, len(TESTIMONY) + len(kinds)), dtype=np.float32)
    missing = np.full((len(rows), most), NOWHERE)
    for place, row in enumerate(rows):
        if row:
            signals[place, : len(row)], missing[place, : len(row)] = row, 0.0
    places = np.array([most if place < 0 else place for place in right])
    return _Examples(signals, missing, np.array(nothing), places)


def _spread(examples: _Examples) -> tuple[Any, Any]:
    """The signals' standard deviations: a ridge bears alike on all. What never varies is left as it is."""
    there = examples.signals[examples.missing == 0.0].astype(np.float64)
    spreads = there.std(axis=0), examples.nothing.std(axis=0)
    return tuple(np.where(one > 1e-6, one, 1.0) for one in spreads)  # type: ignore[return-value]


def _minimise(examples: _Examples) -> Any:
    count, most, own = examples.signals.shape
    every = np.arange(count)

    def loss(weights: Any) -> tuple[float, Any]:
        strengths = examples.signals @ weights[:own].astype(np.float32) + examples.missing
        none = examples.nothing @ weights[own:]
        shares = np.column_stack([strengths, none]).astype(np.float64)
        shares -= shares.max(axis=1, keepdims=True)
        np.exp(shares, out=shares)
        shares /= shares.sum(axis=1, keepdims=True)
        value = -np.log(shares[every, examples.right] + 1e-12).mean() + PENALTY * weights @ weights
        shares[every, examples.right] -= 1.0
        pulls = [
            np.einsum("ij,ijk->k", shares[:, :most].astype(np.float32), examples.signals),
            shares[:, most] @ examples.nothing,
        ]
        return float(value), np.concatenate(pulls) / count + 2 * PENALTY * weights

    start = np.zeros(own + examples.nothing.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}).x
