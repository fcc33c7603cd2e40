"""How much of what a message says a label has anything to do with.

The other witnesses compare whole sentences. This one asks whether the words of the message occur at all in what
citizens ask under a label and in what its record says: a matter that is not in the knowledge base shares a
sentence's build with its neighbours, and not its words.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float32]]


class Coverage:
    """Features by the labels that use them. Immutable."""

    def __init__(self, labels: Sequence[str], features: Mapping[str, set[str]]) -> None:
        """`features` maps a label to everything its phrasings and its record use."""
        users: defaultdict[str, list[int]] = defaultdict(list)
        for place, label in enumerate(labels):
            for feature in features.get(label, ()):
                users[feature].append(place)
        self._count = len(labels)
        self._users = {
            feature: np.array(places, dtype=np.int32) for feature, places in users.items()
        }

    def of(self, asked: Sequence[str]) -> Floats:
        """Each label's share of the asked features, weighed by rarity among the labels; shape (labels,), in [0, 1]."""
        shares = np.zeros(self._count, dtype=np.float32)
        total = 0.0
        for feature in dict.fromkeys(asked):
            places = self._users.get(feature)
            weight = math.log(1 + self._count / (1 + (0 if places is None else len(places))))
            total += weight
            if places is not None:
                shares[places] += weight
        return shares / np.float32(total) if total else shares
