"""What a peer is to us: for each text a score of every label. BM25, WRatio and the encoder need no training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from assistant.language.encoder import Encoder
from assistant.language.text import normalise, words_of

DIET, LR, BM25, WRATIO, ENCODER = "rasa-diet", "rasa-lr", "bm25s", "rapidfuzz", "encoder"
CLASSIFIER = "classifier"
UNTRAINED = (BM25, WRATIO, ENCODER)

Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]
Examples = Mapping[str, Sequence[str]]
BATCH = 64


@dataclass(frozen=True)
class Scores:
    """Shape (texts, labels); `sums_to_one` where a row is a distribution over the labels."""

    labels: tuple[str, ...]
    rows: Floats
    sums_to_one: bool = False

    def without(self, removed: frozenset[str]) -> Scores:
        """As if the removed labels had never been there; what is left of a distribution sums to one again."""
        kept = [place for place, label in enumerate(self.labels) if label not in removed]
        rows = self.rows[:, kept]
        if self.sums_to_one:
            rows = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-12)
        return replace(self, labels=tuple(self.labels[place] for place in kept), rows=rows)

    def taking(self, places: Sequence[int]) -> Scores:
        """The same for some of the texts."""
        return replace(self, rows=self.rows[list(places)])

    def firsts(self) -> list[str]:
        """The label each text is given."""
        return [self.labels[place] for place in self.rows.argmax(axis=1)]

    def best(self) -> Floats:
        """The score of each text's first label."""
        return np.asarray(self.rows.max(axis=1))

    def leads(self) -> Floats:
        """By how much each text's first label is ahead of its second."""
        two = np.partition(self.rows, -2, axis=1)[:, -2:]
        return np.asarray(two[:, 1] - two[:, 0])


def score_untrained(
    system: str, examples: Examples, texts: Sequence[str], encoder: Encoder
) -> Scores:
    """A label's score is that of its nearest phrasing; everybody sees normalised text (so Simplified script)."""
    labels = [label for label, group in examples.items() for _ in group]
    known = [normalise(text) for group in examples.values() for text in group]
    asked = [normalise(text) for text in texts]
    return by_label(labels, score_phrasings(system, known, asked, encoder))


def score_phrasings(
    system: str, known: Sequence[str], asked: Sequence[str], encoder: Encoder
) -> Floats:
    """Shape (asked, known), of normalised texts."""
    if system == BM25:
        return _bm25(known, asked)
    if system == WRATIO:
        return np.asarray(
            process.cdist(asked, known, scorer=fuzz.WRatio, dtype=np.float32, workers=-1)
        )
    return encode(encoder, asked) @ encode(encoder, known).T


def _bm25(known: Sequence[str], asked: Sequence[str]) -> Floats:
    import bm25s

    index = bm25s.BM25()
    index.index([list(words_of(text)) for text in known], show_progress=False)
    rows = np.zeros((len(asked), len(known)), dtype=np.float32)
    for place, text in enumerate(asked):
        words = [word for word in words_of(text) if word in index.vocab_dict]
        if words:  # bm25s raises on a query none of whose words it knows
            rows[place] = index.get_scores(words)
    return rows


def encode(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Vectors of normalised texts, made in batches as in service."""
    parts = [encoder.encode(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    return np.vstack(parts)


def by_label(labels: Sequence[str], rows: Floats) -> Scores:
    """Each label's best phrasing; `labels` names the label of each column."""
    names = sorted(set(labels))
    columns = np.array(labels, dtype=object)
    best = [rows[:, columns == name].max(axis=1) for name in names]
    return Scores(tuple(names), np.column_stack(best))
