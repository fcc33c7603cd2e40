"""Which entries use a string, and how much: characters, pairs of characters and words by field. Pure.

Chinese has no spaces, and two cuts of one phrase may differ; so a term is looked for by its pairs of characters,
and a cut that agrees only raises it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from assistant.language.text import segmenter, simplify

Floats = np.ndarray[Any, np.dtype[np.float32]]

LATIN = re.compile(r"[a-z0-9]+")
HAN = re.compile(r"[^\W_a-z0-9]+")
# How much of a term's weight is left to the cut that agrees with it.
WORD_SHARE = 0.25
# A piece of a longer number or Latin word is looked for from this length on (the end of a telephone number).
PIECE = 3


class Scale(NamedTuple):
    """How much a field counts, how soon more of the same stops counting, and how much its length does."""

    weight: float
    saturation: float
    length: float


class Fields(NamedTuple):
    """What an entry is found by; folded texts."""

    title: tuple[str, ...]
    names: tuple[str, ...]
    phrasings: tuple[str, ...]
    text: tuple[str, ...]
    office: tuple[str, ...]


# In the order of `Fields`. The weights add up to one.
SCALES = (
    Scale(0.42, 0.2, 0.2),
    Scale(0.24, 0.2, 0.0),
    Scale(0.16, 1.2, 0.6),
    Scale(0.14, 1.2, 0.6),
    Scale(0.04, 0.2, 0.0),
)


def fold(text: str) -> str:
    """A text as it is compared, character for character: a place in the one is the same place in the other."""
    folded = simplify(unicodedata.normalize("NFKC", text)).lower()
    return folded if len(folded) == len(text) else "".join(map(_fold_character, text))


def _fold_character(character: str) -> str:
    folded = simplify(unicodedata.normalize("NFKC", character)).lower()
    return folded if len(folded) == 1 else character


def features(text: str) -> list[str]:
    """Of a folded text: characters, pairs, and, behind a space, words and Latin runs."""
    found = [f" {run}" for run in LATIN.findall(text)]
    for run in HAN.findall(text):
        found += run
        found += map("".join, pairwise(run))
        found += [f" {word}" for word in segmenter().cut(run) if len(word) > 1]
    return found


class Postings:
    """What each entry uses, as slices of flat arrays. Immutable."""

    def __init__(self, entries: Sequence[Fields]) -> None:
        self.count = len(entries)
        means = [
            sum(_length(entry[place]) for entry in entries) / max(1, self.count) or 1.0
            for place in range(len(SCALES))
        ]
        self._row_of: dict[str, int] = {}
        rows, places, values = array("l"), array("i"), array("f")
        for place, entry in enumerate(entries):
            for feature, value in self._weigh(entry, means).items():
                rows.append(self._row_of.setdefault(feature, len(self._row_of)))
                places.append(place)
                values.append(value)
        by_row = np.frombuffer(rows, dtype=np.dtype("l")) if rows else np.zeros(0, dtype=int)
        order = np.argsort(by_row, kind="stable")
        sizes = np.bincount(by_row, minlength=len(self._row_of))
        self._bounds = np.concatenate([[0], np.cumsum(sizes)]).tolist()
        self._places = np.array(places, dtype=np.int32)[order]
        self._values = np.array(values, dtype=np.float32)[order]
        self._latin = [feature for feature in self._row_of if LATIN.fullmatch(feature[1:])]

    def _weigh(self, entry: Fields, means: Sequence[float]) -> dict[str, float]:
        weights: dict[str, float] = {}
        for scale, texts, mean in zip(SCALES, entry, means, strict=True):
            damping = scale.saturation * (1 - scale.length + scale.length * _length(texts) / mean)
            counts: Counter[str] = Counter()
            for text in texts:
                counts.update(features(text))
            for feature, count in counts.items():
                gain = scale.weight * count / (count + damping)
                weights[feature] = weights.get(feature, 0.0) + gain
        return weights

    def knows(self, feature: str) -> bool:
        """Whether any entry uses this character, pair, or word behind a space."""
        return feature in self._row_of

    def weights(self, term: str) -> Floats | None:
        """How much each entry is about a term, in [0, 1]; None where no entry is."""
        found = self._latin_weights(term) if LATIN.fullmatch(term) else self._han_weights(term)
        return found if found is not None and found.any() else None

    def _han_weights(self, term: str) -> Floats | None:
        pairs = [term[i : i + 2] for i in range(len(term) - 1)] or [term]
        if not all(pair in self._row_of for pair in pairs):
            return None
        found = self._spread(pairs[0])
        for pair in pairs[1:]:
            np.minimum(found, self._spread(pair), out=found)
        found *= 1 - WORD_SHARE
        word = f" {term}"
        if word in self._row_of:
            found += WORD_SHARE * self._spread(word)
        return found

    def _latin_weights(self, term: str) -> Floats | None:
        same = f" {term}"
        found = self._spread(same) if same in self._row_of else None
        for longer in self._latin if len(term) >= PIECE else ():
            if term in longer and longer != same:
                part = self._spread(longer) * np.float32(0.5)
                found = part if found is None else np.maximum(found, part)
        return found

    def _spread(self, feature: str) -> Floats:
        row = self._row_of[feature]
        here = slice(self._bounds[row], self._bounds[row + 1])
        spread = np.zeros(self.count, dtype=np.float32)
        spread[self._places[here]] = self._values[here]
        return spread

    def rarity(self, using: int) -> float:
        """What a term counts that this many entries use."""
        return math.log(1 + (self.count + 0.5) / (using + 0.5))


def _length(texts: Iterable[str]) -> int:
    return sum(map(len, texts))
