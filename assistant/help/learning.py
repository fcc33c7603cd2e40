"""The learned part of routing: softmax regression over hashed features, beside what the listed words say. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from assistant.help.runs import BUCKETS, Read

Floats = np.ndarray[Any, np.dtype[np.float64]]

# So many features, those most texts use, are learned; what one text alone uses teaches nothing of others.
MOST_FEATURES, LEAST_TEXTS = 10_000, 2
# How strongly weights are held near nothing, and how many steps the learning may take.
HOLD, MOST_STEPS = 0.08, 30


@dataclass(frozen=True)
class Learned:
    """Weights of shape (columns, labels); `column_of` gives a bucket's column, -1 for none."""

    column_of: np.ndarray[Any, np.dtype[np.int32]]
    rarity: Floats
    weights: Floats

    def odds(self, done: Read) -> Floats:
        """What was learned of a text's features, for each label."""
        columns, values = self.weigh(done)
        return np.asarray(values @ self.weights[columns])

    def weigh(self, done: Read) -> tuple[Any, Floats]:
        """The columns of the features that are known, and their values; a text's values are of length one."""
        columns = self.column_of[np.unique(done.buckets)]
        columns = columns[columns >= 0]
        values = self.rarity[columns]
        return columns, values / max(float(np.linalg.norm(values)), 1e-12)

    def by_word(self, done: Read, place: int) -> dict[str, float]:
        """How much each word adds to one label over the mean of all; a run's part is shared by its characters."""
        columns, values = self.weigh(done)
        gain = np.zeros(len(self.rarity) + 1)
        gain[columns] = values * (self.weights[columns, place] - self.weights[columns].mean(axis=1))
        column_of_run = self.column_of[done.buckets]  # the last of `gain`, 0, for those not known
        uses = np.bincount(done.buckets)[done.buckets]
        sizes = done.ends - done.begins
        share = np.where(sizes > 0, gain[column_of_run] / uses / np.maximum(sizes, 1), 0.0)
        # Added where a run begins and taken away where it ends, then summed up.
        steps = np.zeros(done.length + 1)
        np.add.at(steps, done.begins, share)
        np.add.at(steps, done.ends, -share)
        characters = np.cumsum(steps)
        found: defaultdict[str, float] = defaultdict(float)
        for word, start in zip(done.words, done.starts, strict=True):
            found[word] += float(characters[start : start + len(word)].sum())
        return {word: more for word, more in found.items() if len(word) > 1 and not word.isdigit()}


def fit(
    done: Sequence[Read], wanted: Sequence[int], listed: Floats, counts: Sequence[float]
) -> Learned:
    """Learn from texts, each one's label and how much it counts; `listed` are the log-odds it starts from.

    Shape of `listed`: (texts, labels). Labels without a text are left at what is listed.
    """
    column_of, rarity = _columns(done)
    untrained = Learned(column_of, rarity, np.zeros((len(rarity), listed.shape[1])))
    uses = _matrix([untrained.weigh(one) for one in done], len(rarity))
    weights = _minimise(uses, np.array(wanted), listed, np.array(counts))
    return replace(untrained, weights=weights)


def _columns(done: Sequence[Read]) -> tuple[Any, Floats]:
    """The column of each bucket that is learned, and each column's rarity."""
    using = np.zeros(BUCKETS, dtype=np.int64)
    for one in done:
        using[np.unique(one.buckets)] += 1
    chosen = np.flatnonzero(using >= LEAST_TEXTS)
    if len(chosen) > MOST_FEATURES:
        order = np.lexsort((chosen, -using[chosen]))
        chosen = np.sort(chosen[order[:MOST_FEATURES]])
    column_of = np.full(BUCKETS, -1, dtype=np.int32)
    column_of[chosen] = np.arange(len(chosen), dtype=np.int32)
    return column_of, np.log((1 + len(done)) / (1 + using[chosen])) + 1


def _matrix(rows: Sequence[tuple[Any, Floats]], width: int) -> csr_array:
    bounds = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_array((values, columns, bounds), shape=(len(rows), width))


def _minimise(uses: csr_array, wanted: Any, listed: Floats, counts: Floats) -> Floats:
    """The weights under which the wanted labels are likeliest, held near nothing; labels without examples have none."""
    rows, shape = np.arange(len(wanted)), (uses.shape[1], listed.shape[1])
    target = np.zeros(listed.shape)
    target[rows, wanted] = 1.0
    unknown = ~target.any(axis=0)
    turned = uses.T.tocsr()

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        odds = listed + uses @ weights
        odds -= odds.max(axis=1, keepdims=True)
        shares = np.exp(odds)
        sums = shares.sum(axis=1)
        value = float(counts @ (np.log(sums) - odds[rows, wanted]))
        shares /= sums[:, np.newaxis]
        gradient = turned @ (counts[:, np.newaxis] * (shares - target)) + HOLD * weights
        gradient[:, unknown] = 0.0
        return value + HOLD / 2 * float((weights**2).sum()), gradient.ravel()

    # Loaded when first wanted: no start of the service should wait half a second for it.
    from scipy.optimize import minimize

    found = minimize(
        loss,
        np.zeros(shape[0] * shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MOST_STEPS, "maxcor": 5},
    )
    return np.asarray(found.x.reshape(shape))
