"""Phrasings and their vectors on the way into an index. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.language.encoder import Encoder
from assistant.language.match import Floats, Index, Phrasing
from assistant.language.text import normalise


@dataclass(slots=True)
class _Group:
    """Some phrasings of one label; `vectors` until they are moved."""

    label: str
    texts: Sequence[str]
    vectors: Floats | None


class Collected:
    """Phrasings as they are read; `index` uses them up."""

    def __init__(self, encoder: Encoder | None) -> None:
        self._encoder = encoder
        self._groups: list[_Group] = []
        self.bodies: dict[str, str] = {}

    def add(
        self, label: str, texts: Sequence[str], encoded_by: str | None, vectors: bytes | None
    ) -> None:
        """Phrasings of a label with their vectors; encoded here if they were made by another encoder."""
        if texts:
            self._groups.append(_Group(label, texts, self._read(texts, encoded_by, vectors)))

    def _read(
        self, texts: Sequence[str], encoded_by: str | None, vectors: bytes | None
    ) -> Floats | None:
        if self._encoder is None:
            return None
        if vectors is not None and encoded_by == self._encoder.name:
            flat = np.frombuffer(vectors, dtype=np.float32)
            return flat.reshape(len(texts), self._encoder.dimensions)
        return self._encoder.encode([normalise(text) for text in texts])

    def index(self, names: Sequence[str]) -> Index:
        """Everything collected, label by label."""
        self._groups.sort(key=lambda group: group.label)
        phrasings = [Phrasing(group.label, text) for group in self._groups for text in group.texts]
        return Index(phrasings, self._moved(len(phrasings)), names, self.bodies)

    def _moved(self, count: int) -> Floats | None:
        """All vectors in one array. Each group's own are let go at once, so that no two copies stand together."""
        if self._encoder is None or not self._groups:
            return None
        vectors = np.empty((count, self._encoder.dimensions), dtype=np.float32)
        at = 0
        for group in self._groups:
            if group.vectors is not None:
                vectors[at : at + len(group.texts)] = group.vectors
                group.vectors = None
            at += len(group.texts)
        return vectors
