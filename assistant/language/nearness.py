"""How near a message's vector is to the nearest phrasings of each label.

Up to `EXACT_UP_TO` phrasings every cosine is taken. Beyond, reading every vector would cost more than everything
else in a turn; then all are compared along their `AXES` main directions, and the best labels again, exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from assistant.language.model import best_places

Floats = np.ndarray[Any, np.dtype[np.float32]]
Places = np.ndarray[Any, np.dtype[np.int64]]

# One phrasing may resemble a message by chance; three seldom do.
NEAREST = 3
# Cosines this close are of one and the same phrasing.
SAME = 1e-6
EXACT_UP_TO = 60_000
AXES = 96
# Labels that are compared exactly where there are very many phrasings.
REFINED = 96
# Vectors the main directions are found from; more change them no further.
SAMPLED = 8_192
# Messages compared at a time: bounds the memory, 4 bytes a phrasing and message.
AT_ONCE = 8
# What fits the cache is multiplied in 1 ms by one thread, and in 8 ms by two on a machine that has other work.
_one_thread = ThreadpoolController().limit


class Nearness:
    """The phrasings' vectors, one label's after another's. Immutable."""

    def __init__(
        self, vectors: Floats, starts: Places, sizes: Places, exact_up_to: int = EXACT_UP_TO
    ) -> None:
        """`starts` and `sizes` are the labels' slices of `vectors`, in order and without a gap."""
        self._vectors, self._starts, self._sizes = vectors, starts, sizes
        self._axes = _main_axes(vectors) if len(vectors) > exact_up_to else None
        # Axis by axis: half as long to multiply with as row by row.
        self._rough = None if self._axes is None else self._axes.T @ vectors.T

    def of(self, asked: Floats) -> Floats:
        """Mean cosine of each message with each label's nearest phrasings (`NEAREST` of them), within [0, 1].

        Shape (messages, labels). Beyond `EXACT_UP_TO` phrasings exact for the nearest `REFINED` labels only.
        """
        if self._axes is None or self._rough is None:
            return _mean_of_nearest(asked @ self._vectors.T, self._starts, self._sizes)
        along = asked @ self._axes
        found = np.empty((len(asked), len(self._sizes)), dtype=np.float32)
        with _one_thread(limits=1, user_api="blas"):
            for at in range(0, len(asked), AT_ONCE):
                some = slice(at, at + AT_ONCE)
                found[some] = _mean_of_nearest(along[some] @ self._rough, self._starts, self._sizes)
        for row, vector in zip(found, asked, strict=True):
            self._refine(row, vector)
        return found

    def _refine(self, row: Floats, vector: Floats) -> None:
        """Put the exact values of the labels that look best in place of the rough ones."""
        chosen = np.sort(np.array(best_places(row, REFINED), dtype=np.int64))
        starts, sizes = self._starts[chosen], self._sizes[chosen]
        slices = zip(starts.tolist(), (starts + sizes).tolist(), strict=True)
        cosines = np.concatenate([self._vectors[start:end] @ vector for start, end in slices])
        own_starts = np.cumsum(sizes) - sizes
        row[chosen] = _mean_of_nearest(cosines[np.newaxis], own_starts, sizes)[0]


def _mean_of_nearest(cosines: Floats, starts: Places, sizes: Places) -> Floats:
    """Shape (messages, labels); what is taken is struck out of `cosines`, equal ones together.

    Equal to within rounding: a batch is summed in another order than a single message.
    """
    total = np.zeros((len(cosines), len(sizes)), dtype=np.float32)
    for taken in range(NEAREST):
        nearest = np.maximum.reduceat(cosines, starts, axis=1)
        has_more = sizes > taken
        total[:, has_more] += np.clip(nearest[:, has_more], 0.0, 1.0)
        if taken + 1 < NEAREST:
            taken_up = np.repeat(nearest, sizes, axis=1) - SAME
            np.putmask(cosines, cosines >= taken_up, -1.0)
    total /= np.minimum(sizes, NEAREST)
    return np.minimum(total, 1.0, out=total)


def _main_axes(vectors: Floats) -> Floats:
    """The directions that tell most of the vectors' cosines, as columns; shape (dimensions, `AXES`)."""
    step = max(1, len(vectors) // SAMPLED)
    sample = vectors[::step]
    _, axes = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(axes[:, ::-1][:, :AXES])
