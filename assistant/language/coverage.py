"""How much of what a message says a label has anything to do with.

The other witnesses compare whole sentences. This one asks whether the words of the message occur at all in what
citizens ask under a label and in what its record says: a matter that is not in the knowledge base shares a
sentence's build with its neighbours, and not its words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assistant.language.postings import Ints, Uses, bounds_of, count_pairs

Floats = np.ndarray[Any, np.dtype[np.float32]]


class Coverage:
    """Features by the labels that use them. Immutable."""

    def __init__(self, labels: Sequence[str], features: Mapping[str, set[str]]) -> None:
        """`features` maps a label to everything its phrasings and its record use."""
        uses = Uses()
        for label in labels:
            uses.add(features.get(label, ()))
        self._build(uses, np.arange(len(labels), dtype=np.int32), len(labels))

    @classmethod
    def of_uses(cls, uses: Uses, label_of: Ints, count: int) -> Coverage:
        """From what was collected already: `label_of` is the place of each user's label, of `count` in all."""
        made = cls.__new__(cls)
        made._build(uses, label_of, count)
        return made

    def _build(self, uses: Uses, label_of: Ints, count: int) -> None:
        self._count = count
        self._row_of = uses.row_of
        rows = np.array(uses.rows, dtype=np.int32)
        found, self._labels, _ = count_pairs(rows, label_of[uses.users], count)
        self._bounds = bounds_of(found, len(uses.row_of))

    def knows(self, feature: str) -> bool:
        """Whether any label uses it."""
        return feature in self._row_of

    def of(self, asked: Sequence[str]) -> Floats:
        """Each label's share of the asked features, weighed by rarity among the labels; shape (labels,), in [0, 1]."""
        shares = np.zeros(self._count, dtype=np.float32)
        total = 0.0
        for feature in dict.fromkeys(asked):
            row = self._row_of.get(feature)
            users = 0 if row is None else self._bounds[row + 1] - self._bounds[row]
            weight = math.log(1 + self._count / (1 + users))
            total += weight
            if row is not None:
                shares[self._labels[self._bounds[row] : self._bounds[row + 1]]] += weight
        # Summed in float32, a whole may come out a little above one.
        return np.minimum(shares / np.float32(total), 1.0) if total else shares
