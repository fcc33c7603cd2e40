"""How near a message's vector is to the nearest phrasings of each label.

Up to `EXACT_UP_TO` phrasings every cosine is taken. Beyond, reading every vector would cost more than everything
else in a turn; then all are compared along their `AXES` main directions, and the labels that look best, with those
other witnesses have named, again by all directions, kept in bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from assistant.language.model import best_places

Floats = np.ndarray[Any, np.dtype[np.float32]]
Places = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.int8]]

# One phrasing may resemble a message by chance; three seldom do.
NEAREST = 3
# Cosines this close are of one and the same phrasing.
SAME = 1e-6
EXACT_UP_TO = 8_000
AXES = 96
# Labels looked at again where there are very many phrasings: of the truly nearest eight, 98 in 100 are among them.
REFINED = 24
# Vectors the main directions are found from; more change them no further.
SAMPLED = 8_192
# Messages compared at a time: bounds the memory, 4 bytes a phrasing and message.
AT_ONCE = 8
LARGEST_BYTE = 127
# What fits the cache is multiplied in 1 ms by one thread, and in 8 ms by two on a machine that has other work.
_one_thread = ThreadpoolController().limit


class Nearness:
    """The phrasings' vectors, one label's after another's. Immutable."""

    def __init__(
        self, vectors: Floats, starts: Places, sizes: Places, exact_up_to: int = EXACT_UP_TO
    ) -> None:
        """`starts` and `sizes` are the labels' slices of `vectors`, in order and without a gap."""
        self._starts, self._sizes = starts, sizes
        self._exact = vectors if len(vectors) <= exact_up_to else None
        if self._exact is None:
            self._axes = _main_axes(vectors)
            # Axis by axis: half as long to multiply with as row by row.
            self._rough = self._axes.T @ vectors.T
            self._bytes, self._scales = _as_bytes(vectors)

    def of(self, asked: Floats, named: Sequence[Collection[int]] = ()) -> Floats:
        """Mean cosine of each message with each label's nearest phrasings (`NEAREST` of them), within [0, 1].

        Shape (messages, labels). Beyond `EXACT_UP_TO` phrasings within 0.002, and told of the nearest `REFINED` labels
        and of those `named` for each message only; the others count 0.
        """
        if self._exact is not None:
            return _mean_of_nearest(asked @ self._exact.T, self._starts, self._sizes)
        found = np.zeros((len(asked), len(self._sizes)), dtype=np.float32)
        with _one_thread(limits=1, user_api="blas"):
            for place, rows in self._wanted(asked, named).items():
                found[rows, place] = self._finely(asked[rows], place)
        return found

    def _wanted(self, asked: Floats, named: Sequence[Collection[int]]) -> dict[int, list[int]]:
        """The labels to look at again, each with the messages it is wanted for.

        Label by label, so that what is widened from bytes serves all of them.
        """
        wanted: dict[int, list[int]] = {}
        for at, looks in enumerate(self._roughly(asked)):
            for place in {*best_places(looks, REFINED), *(named[at] if named else ())}:
                wanted.setdefault(place, []).append(at)
        return wanted

    def _roughly(self, asked: Floats) -> Floats:
        """Each label's nearest phrasing along the main directions, shape (messages, labels)."""
        looks = np.empty((len(asked), len(self._sizes)), dtype=np.float32)
        along = asked @ self._axes
        for at in range(0, len(asked), AT_ONCE):
            some = slice(at, at + AT_ONCE)
            np.maximum.reduceat(along[some] @ self._rough, self._starts, axis=1, out=looks[some])
        return looks

    def _finely(self, vectors: Floats, place: int) -> Floats:
        """One label's value for each vector, by all directions."""
        start = self._starts[place]
        own = slice(start, start + self._sizes[place])
        cosines = self._bytes[own].astype(np.float32) @ vectors.T
        cosines *= self._scales[own, np.newaxis]
        return _nearest_of_one(cosines)


def _nearest_of_one(cosines: Floats) -> Floats:
    """Mean of one label's nearest, shape (messages,), from cosines of shape (phrasings, messages)."""
    taken = min(NEAREST, len(cosines))
    total = np.zeros(cosines.shape[1], dtype=np.float32)
    for turn in range(taken):
        nearest = cosines.max(axis=0)
        total += np.clip(nearest, 0.0, 1.0)
        if turn + 1 < taken:
            cosines[cosines >= nearest - SAME] = -1.0
    return np.minimum(total / taken, 1.0)


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


def _as_bytes(vectors: Floats) -> tuple[Bytes, Floats]:
    """Each vector in steps of its own size, a byte a direction, and the steps."""
    scales = np.abs(vectors).max(axis=1) / LARGEST_BYTE
    scales[scales == 0] = 1.0
    stepped = np.empty(vectors.shape, dtype=np.int8)
    for at in range(0, len(vectors), SAMPLED):
        some = slice(at, at + SAMPLED)
        stepped[some] = np.rint(vectors[some] / scales[some, np.newaxis])
    return stepped, scales


def _main_axes(vectors: Floats) -> Floats:
    """The directions that tell most of the vectors' cosines, as columns; shape (dimensions, `AXES`)."""
    step = max(1, len(vectors) // SAMPLED)
    sample = vectors[::step]
    _, axes = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(axes[:, ::-1][:, :AXES])
