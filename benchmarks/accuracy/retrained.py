"""Xunda's classifier without some labels, trained anew forty times in minutes instead of hours.

How alike every sentence and every mark are does not depend on which labels there are, so it is computed once; each
training then takes its own part of that table. The same equations as `assistant.language.kernel`, in single precision,
with the rarities of words counted over all labels, and with at most `MARKS` marks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from assistant.language.kernel import Kernel, Recipe
from assistant.language.model import Model, Ranked, best_places
from assistant.language.text import normalise
from assistant.training.ridge import choose_marks, targets_of, unlearned

MARKS = 6_000
AT_ONCE = 2_048
# Single precision needs more than the kernel's own.
JITTER = 1e-6


class Retrainer:
    """Everything that is the same for every choice of labels."""

    def __init__(
        self, learned: Mapping[str, Sequence[str]], vector_of: Mapping[str, Any], recipe: Recipe
    ) -> None:
        self.labels = sorted(learned)
        self._recipe = replace(recipe, most_marks=min(MARKS, recipe.most_marks))
        texts = [normalise(text) for label in self.labels for text in learned[label]]
        self._label_of = np.repeat(
            np.arange(len(self.labels)), [len(learned[label]) for label in self.labels]
        )
        vectors = np.vstack([vector_of[text] for text in texts])
        self._chosen = choose_marks(self._label_of.tolist(), self._recipe.most_marks)
        self.kernel: Kernel = unlearned(texts, vectors, self._chosen, self._recipe)
        self._alike = np.empty((len(texts), len(self._chosen)), dtype=np.float32)
        for start in range(0, len(texts), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            self._alike[some] = self.kernel.likeness(texts[some], vectors[some])

    def without(self, removed: frozenset[str]) -> Retrained:
        """The classifier that has never heard of the removed labels."""
        kept = [place for place, label in enumerate(self.labels) if label not in removed]
        rows = np.flatnonzero(np.isin(self._label_of, kept))
        marks = np.flatnonzero(np.isin(self._label_of[self._chosen], kept))
        place_of = np.zeros(len(self.labels), dtype=np.int64)
        place_of[kept] = np.arange(len(kept))
        targets, importance = targets_of(
            place_of[self._label_of[rows]].tolist(), self._recipe.balance
        )
        root = np.sqrt(importance)[:, None].astype(np.float32)
        weighed = self._alike[np.ix_(rows, marks)] * root
        system = (weighed.T @ weighed).astype(np.float64)
        system += self._recipe.penalty * self._alike[np.ix_(self._chosen[marks], marks)]
        system[np.diag_indices_from(system)] += JITTER * np.trace(system) / len(system)
        pulls = weighed.T @ (targets.astype(np.float32) * root)
        weights = cho_solve(cho_factor(system, lower=True, overwrite_a=True), pulls)
        return Retrained([self.labels[place] for place in kept], self.kernel, marks, weights)


class _Asked:
    """As much of `Model` as the witnesses ask beside the probabilities."""

    def __init__(self, labels: list[str]) -> None:
        self.labels = labels
        self._place_of = {label: place for place, label in enumerate(labels)}

    def ranking(self, row: Any, most: int = 10) -> list[Ranked]:
        return [Ranked(self.labels[place], float(row[place])) for place in best_places(row, most)]

    def probability_of(self, label: str, row: Any) -> float:
        place = self._place_of.get(label)
        return 0.0 if place is None else float(row[place])


class Retrained(_Asked):
    """A classifier that has never heard of some labels."""

    def __init__(self, labels: list[str], kernel: Kernel, marks: Any, weights: Any) -> None:
        super().__init__(labels)
        self._kernel, self._marks, self._weights = kernel, marks, weights

    def probabilities(self, texts: Sequence[str], vectors: Any) -> Any:
        scores = self._kernel.likeness(texts, vectors)[:, self._marks] @ self._weights
        shares = np.exp(self._kernel.recipe.sharpness * (scores - scores.max(axis=1)[:, None]))
        return shares / shares.sum(axis=1, keepdims=True)


class Narrowing:
    """The trained classifier with labels taken out as the peers' are: what it learned of them stays in the others."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._rows: dict[tuple[str, ...], Any] = {}

    def without(self, removed: frozenset[str]) -> Narrowed:
        return Narrowed(self, self._model.labels, removed)

    def rows(self, texts: Sequence[str], vectors: Any) -> Any:
        """The whole model's probabilities; forty draws ask the same texts."""
        known = tuple(texts)
        if known not in self._rows:
            self._rows[known] = self._model.probabilities(texts, vectors)
        return self._rows[known]


class Narrowed(_Asked):
    """What is left sums to one again."""

    def __init__(self, source: Narrowing, labels: Sequence[str], removed: frozenset[str]) -> None:
        self._kept = [place for place, label in enumerate(labels) if label not in removed]
        super().__init__([labels[place] for place in self._kept])
        self._source = source

    def probabilities(self, texts: Sequence[str], vectors: Any) -> Any:
        rows = self._source.rows(texts, vectors)[:, self._kept]
        return rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-12)
