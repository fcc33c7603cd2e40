"""Which phrasings use which features, weighed as BM25 does, and which labels do. Pure."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float32]]
Ints = np.ndarray[Any, np.dtype[np.int32]]

# BM25's usual constants (Robertson & Zaragoza 2009).
K1, B = 1.2, 0.75


class _Numbers(dict[str, int]):
    """Numbers its keys in the order they are first asked for; `get` asks without giving one."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


class Uses:
    """Who uses what, while it is collected: feature numbers, user by user, in two flat arrays."""

    def __init__(self) -> None:
        self.row_of: dict[str, int] = _Numbers()
        self.rows = array("i")
        self.lengths = array("i")

    def add(self, features: Iterable[str]) -> None:
        """The features of the next user; one used twice counts twice."""
        before = len(self.rows)
        self.rows.extend(map(self.row_of.__getitem__, features))
        self.lengths.append(len(self.rows) - before)

    @property
    def users(self) -> Ints:
        """The user of each entry of `rows`."""
        lengths = np.array(self.lengths, dtype=np.int32)
        return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)


def count_pairs(rows: Ints, users: Ints, user_count: int) -> tuple[Ints, Ints, Ints]:
    """Each (row, user) once, by row and then by user, and how often it occurred.

    In place where it can be: there are forty times as many pairs as phrasings.
    """
    keys = rows.astype(np.int64)
    keys *= max(1, user_count)
    keys += users
    keys.sort()
    is_first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
    counts = np.diff(np.flatnonzero(is_first), append=len(keys)).astype(np.int32)
    keys = keys[is_first]
    found = (keys // max(1, user_count)).astype(np.int32)
    keys %= max(1, user_count)
    return found, keys.astype(np.int32), counts


def bounds_of(rows: Ints, row_count: int) -> list[int]:
    """Where each row's slice begins in sorted `rows`; one more than there are rows."""
    sizes = np.bincount(rows, minlength=row_count)
    return [0, *np.cumsum(sizes).tolist()]


class Postings:
    """BM25 weights of every phrasing by feature, as slices of flat arrays. Immutable."""

    def __init__(self, uses: Uses) -> None:
        self._row_of = uses.row_of
        self._known = len(uses.row_of)
        self._count = len(uses.lengths)
        all_rows = np.array(uses.rows, dtype=np.int32)
        rows, self._places, counts = count_pairs(all_rows, uses.users, self._count)
        self._bounds = bounds_of(rows, self._known)
        sizes = np.diff(self._bounds)
        idf = np.log(1 + (self._count - sizes + 0.5) / (sizes + 0.5))
        self._idf: list[float] = idf.tolist()
        # A word nobody has ever used counts as much as the rarest known one.
        self._unseen_idf = math.log(1 + (self._count + 0.5) / 0.5)
        lengths = np.array(uses.lengths, dtype=np.float32)
        mean = float(lengths.mean()) if self._count else 1.0
        count = counts.astype(np.float32)
        damping = count + K1 * (1 - B + B * lengths[self._places] / mean)
        weights = idf[rows]
        weights *= count
        weights *= K1 + 1
        weights /= damping
        self._weights = weights.astype(np.float32)

    def _row(self, feature: str) -> int | None:
        # The numbers go on with what only the labels' records use.
        row = self._row_of.get(feature, self._known)
        return row if row < self._known else None

    def knows(self, feature: str) -> bool:
        """Whether any phrasing uses it."""
        return self._row(feature) is not None

    def rarity(self, feature: str) -> float:
        """What a feature counts: the fewer use it, the more."""
        row = self._row(feature)
        return self._unseen_idf if row is None else self._idf[row]

    def weigh(self, asked: Sequence[str]) -> Floats:
        """How well each phrasing fits these features, as a share of the best possible; shape (phrasings,)."""
        scores = np.zeros(self._count, dtype=np.float32)
        for feature in asked:
            row = self._row(feature)
            if row is not None:
                here = slice(self._bounds[row], self._bounds[row + 1])
                scores[self._places[here]] += self._weights[here]
        possible = (K1 + 1) * sum(self.rarity(feature) for feature in asked)
        scores /= np.float32(possible)
        return scores
