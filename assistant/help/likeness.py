"""Which texts are most like a text: words and pairs of characters, weighed by how few texts use them. Pure.

A score is the cosine of two texts' features: 1 for the same text, 0 where nothing is shared. What a feature weighs
depends on how many texts use it and not on how many there are, so that unrelated texts added later change no score.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from assistant.language.features import is_content
from assistant.language.text import bare, normalise, segmenter

Floats = np.ndarray[Any, np.dtype[np.float32]]
Ints = np.ndarray[Any, np.dtype[np.int32]]

# A feature of n texts weighs (n + 8)^-0.3: one of 10 texts 0.8, of 1,000 texts a quarter of one nobody else uses.
SMOOTHING, STEEPNESS = 8.0, 0.3
# Texts made into one slice of the index at a time: bounds the memory while it is built.
AT_ONCE = 20_000
# Slices this much alike in size become one, so that there are never many.
ALIKE = 4
# Rarities are worked out anew when there are half as many texts again.
GROWTH = 1.5
# Uses read for one query, the rarest features' first; the others are looked up for the best candidates only.
MOST_READ = 1_000_000
CANDIDATES = 256
SHARED_WORDS = 6
# Of a query's words so many, the rarest, are looked for in what was found.
LOOKED_FOR = 24
_PAIR = 2


class Near(NamedTuple):
    """One text found: its id, its score in (0, 1], and the rarest words both use."""

    id: int
    score: float
    shared: tuple[str, ...]


def features_in(text: str) -> tuple[list[str], list[str]]:
    """A text's content words in order, and its features: those words, and the pairs of their characters.

    Of nothing but filler, the filler; of punctuation alone, nothing. A word of two characters is its own pair.
    """
    cut = segmenter().cut(normalise(text))
    words = list(filter(is_content, cut)) or list(filter(bare, cut))
    joined = bare("".join(words))
    features = [word for word in words if len(word) != _PAIR]
    features += map(str.__add__, joined, islice(joined, 1, None))
    return words, features


class _Numbers(defaultdict[str, int]):
    """Numbers its keys in the order they are first asked for; `get` asks without giving one."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


@dataclass(frozen=True, slots=True)
class _Slice:
    """Which of some texts use which features: `users[bounds[i] : bounds[i + 1]]` use `rows[i]`, both in order."""

    rows: Ints
    bounds: Ints
    users: Ints

    @property
    def sizes(self) -> Ints:
        return np.diff(self.bounds)

    def places_of(self, rows: Ints) -> Iterator[tuple[int, int, int]]:
        """(index into `rows`, start, end) for each row some text here uses."""
        at = np.searchsorted(self.rows, rows)
        at[at == len(self.rows)] = 0
        for index in np.flatnonzero(self.rows[at] == rows) if len(self.rows) else ():
            place = at[index]
            yield int(index), int(self.bounds[place]), int(self.bounds[place + 1])


def _slice_of(rows: array[int], lengths: Sequence[int], first: int) -> _Slice:
    """The slice of texts numbered from `first`, given each one's feature numbers one after another."""
    keys = np.array(rows, dtype=np.int64) << 32
    keys |= np.repeat(np.arange(first, first + len(lengths), dtype=np.int64), lengths)
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) > 0]  # a text uses a feature or does not
    by_use = (keys >> 32).astype(np.int32)
    starts = np.flatnonzero(np.diff(by_use, prepend=-1))
    bounds = np.append(starts, len(by_use)).astype(np.int32)
    return _Slice(by_use[starts], bounds, keys.astype(np.int32))


def _joined(earlier: _Slice, later: _Slice) -> _Slice:
    """Both as one; every user of `later` has a higher number than any of `earlier`."""
    rows = np.union1d(earlier.rows, later.rows).astype(np.int32)
    sizes = np.zeros(len(rows), dtype=np.int64)
    ats = [np.searchsorted(rows, part.rows) for part in (earlier, later)]
    for at, part in zip(ats, (earlier, later), strict=True):
        sizes[at] += part.sizes
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    users = np.empty(int(bounds[-1]), dtype=np.int32)
    free = bounds[:-1].copy()
    for at, part in zip(ats, (earlier, later), strict=True):
        places = np.repeat((free[at] - part.bounds[:-1]).astype(np.int32), part.sizes)
        places += np.arange(len(places), dtype=np.int32)
        users[places] = part.users
        free[at] += part.sizes
    return _Slice(rows, bounds.astype(np.int32), users)


class Likeness:
    """Texts that can be asked for those like another. Not for two threads at once while something is added."""

    def __init__(self, entries: Iterable[tuple[int, str]] = (), most_read: int = MOST_READ) -> None:
        """`entries` are (id, text); an id stands for one text."""
        self._most_read = most_read
        self._ids: list[int] = []
        self._row_of: dict[str, int] = _Numbers()
        self._slices: list[_Slice] = []
        self._weights: Floats = np.zeros(0, dtype=np.float32)
        self._norms: Floats = np.zeros(0, dtype=np.float32)
        self._weighed = 0
        self.add(entries)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, entries: Iterable[tuple[int, str]]) -> None:
        """Take more texts in; cheap for a few, and found from now on."""
        remaining = iter(entries)
        while some := list(islice(remaining, AT_ONCE)):
            self._add_some(some)
        if len(self._ids) >= self._weighed * GROWTH:
            self._weigh()

    def nearest(self, text: str, limit: int = 10) -> list[Near]:
        """The texts most like `text`, best first, at most `limit`; none that shares nothing with it."""
        words, features = features_in(text)
        rows, weights, norm = self._asked(set(features))
        if not len(rows) or limit < 1:
            return []
        scores, skipped = self._score(rows, weights)
        scores /= np.float32(norm) * np.maximum(self._norms, np.float32(1e-12))
        wanted = max(limit, CANDIDATES if skipped else 0)
        best = _best(scores, wanted)
        exact = self._completed(best, scores[best], rows, weights, skipped, norm)
        order = np.lexsort((best, -exact))[:limit]
        order = order[exact[order] > 0]
        shared = self._shared(best[order], self._wording(words))
        return [
            Near(self._ids[best[at]], float(exact[at]), both)
            for at, both in zip(order, shared, strict=True)
        ]

    def _add_some(self, entries: Sequence[tuple[int, str]]) -> None:
        first, rows, lengths = len(self._ids), array("q"), []
        number = self._row_of.__getitem__
        for entry_id, text in entries:
            _, features = features_in(text)
            rows.extend(map(number, features))
            lengths.append(len(features))
            self._ids.append(entry_id)
        new = _slice_of(rows, lengths, first)
        self._slices.append(new)
        while (
            len(self._slices) > 1
            and len(self._slices[-2].users) < len(self._slices[-1].users) * ALIKE
        ):
            later, earlier = self._slices.pop(), self._slices.pop()
            self._slices.append(_joined(earlier, later))
        fresh = len(self._row_of) - len(self._weights)
        self._weights = np.append(self._weights, np.full(fresh, _rarity(1), dtype=np.float32))
        self._norms = np.append(self._norms, np.zeros(len(entries), dtype=np.float32))
        self._norms[first:] = self._norms_in(new, first, len(entries))

    def _weigh(self) -> None:
        """Every feature's rarity and every text's norm, by the texts there are now."""
        using = np.zeros(len(self._row_of), dtype=np.int64)
        for part in self._slices:
            using[part.rows] += part.sizes
        self._weights = _rarity(using).astype(np.float32)
        squares = np.zeros(len(self._ids))
        for part in self._slices:
            squares += self._norms_in(part, 0, len(self._ids)) ** 2
        self._norms = np.sqrt(squares).astype(np.float32)
        self._weighed = len(self._ids)

    def _norms_in(self, part: _Slice, first: int, count: int) -> Any:
        """What a slice's uses contribute to the norms of the texts `first` … `first + count - 1`."""
        squares = np.repeat(self._weights[part.rows].astype(np.float64) ** 2, part.sizes)
        return np.sqrt(np.bincount(part.users - first, squares, minlength=count))

    def _asked(self, features: Iterable[str]) -> tuple[Ints, Floats, float]:
        """The known features, the rarest first, with their weights; and the norm, unknown ones included."""
        known, unknown = [], 0
        for feature in features:
            row = self._row_of.get(feature)
            if row is None:
                unknown += 1
            else:
                known.append(row)
        rows = np.array(sorted(known), dtype=np.int32)
        weights = self._weights[rows]
        order = np.argsort(-weights, kind="stable")
        squares = float((weights.astype(np.float64) ** 2).sum()) + unknown * float(_rarity(1)) ** 2
        return rows[order], weights[order], squares**0.5

    def _score(self, rows: Ints, weights: Floats) -> tuple[Floats, list[int]]:
        """Each text's sum over what it shares, and the indices of features that would have been too much to read."""
        found: dict[int, list[Ints]] = defaultdict(list)
        for part in self._slices:
            for index, start, end in part.places_of(rows):
                found[index].append(part.users[start:end])
        scores = np.zeros(len(self._ids), dtype=np.float32)
        read, skipped = 0, []
        for index in sorted(found):
            read += sum(map(len, found[index]))
            if read > self._most_read and index:
                skipped.append(index)
                continue
            for users in found[index]:
                scores[users] += weights[index] ** 2
        return scores, skipped

    def _completed(
        self,
        places: Any,
        partly: Floats,
        rows: Ints,
        weights: Floats,
        skipped: Sequence[int],
        norm: float,
    ) -> Any:
        """The candidates' scores with the skipped features counted in, to four decimals."""
        total = partly.astype(np.float64)
        scale = norm * np.maximum(self._norms[places].astype(np.float64), 1e-12)
        for part in self._slices if skipped else ():
            for index, start, end in part.places_of(rows[skipped]):
                uses = _uses(part.users[start:end], places)
                total += uses * float(weights[skipped[index]]) ** 2 / scale
        return np.round(np.minimum(total, 1.0), 4)

    def _wording(self, words: Iterable[str]) -> list[tuple[str, int]]:
        """A query's words that are worth telling, the rarest first, with their numbers."""
        telling = (word for word in dict.fromkeys(words) if len(word) > 1 and not word.isdigit())
        known = [(word, row) for word in telling if (row := self._row_of.get(word)) is not None]
        known.sort(key=lambda one: -self._weights[one[1]])
        return known[:LOOKED_FOR]

    def _shared(self, places: Any, wording: Sequence[tuple[str, int]]) -> list[tuple[str, ...]]:
        """Which of the query's words each of the texts uses."""
        rows = np.array([row for _, row in wording], dtype=np.int32)
        used = np.zeros((len(wording), len(places)), dtype=np.bool_)
        for part in self._slices:
            for index, start, end in part.places_of(rows):
                used[index] |= _uses(part.users[start:end], places)
        return [
            tuple(wording[index][0] for index in np.flatnonzero(column)[:SHARED_WORDS])
            for column in used.T
        ]


def _rarity(using: Any) -> Any:
    return (np.asarray(using, dtype=np.float64) + SMOOTHING) ** -STEEPNESS


def _best(scores: Floats, limit: int) -> Any:
    """The places of the highest scores, in no order."""
    if len(scores) <= limit:
        return np.arange(len(scores))
    return np.argpartition(-scores, limit - 1)[:limit]


def _uses(users: Ints, places: Any) -> Any:
    """Whether each of `places` is among the sorted `users`."""
    at = np.searchsorted(users, places)
    at[at == len(users)] = 0
    return users[at] == places
