"""The compiled classifier: the very probabilities Rasa's trained component gives, from its exported weights."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.language.kernel import Kernel, unpack
from assistant.language.text import normalise

VERSION = 2
# What the readers of a damaged zip raise, each at another place of it.
_TORN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError)
Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]


class BadModel(ValueError):
    """The artifact cannot be served; the message says why."""


@dataclass(frozen=True)
class Ranked:
    """One label with its probability."""

    label: str
    confidence: float


def best_places(row: Floats, most: int) -> list[int]:
    """The places of the largest values, largest first."""
    most = min(most, len(row))
    best = np.argpartition(-row, most - 1)[:most]
    return [int(place) for place in best[np.argsort(-row[best], kind="stable")]]


class Model:
    """A loaded classifier. Thread-safe: nothing changes after `load`."""

    def __init__(self, manifest: dict[str, Any], kernel: Kernel, digest: str) -> None:
        self.labels: list[str] = manifest["labels"]
        self._place_of = {label: place for place, label in enumerate(self.labels)}
        self.digest = digest
        self.trained_at: str = manifest["trained_at"]
        self._kernel = kernel
        if kernel.weights.shape[1] != len(self.labels):
            raise ValueError("weights do not fit the labels")

    @classmethod
    def load(cls, artifact: bytes, digest: str | None = None) -> Model:
        """Read an artifact; `BadModel` if it is torn, of another version, or not the one of `digest`."""
        found = hashlib.sha256(artifact).hexdigest()
        if digest is not None and found != digest:
            raise BadModel("模型文件的校验和不符")
        try:
            with zipfile.ZipFile(io.BytesIO(artifact)) as archive:
                manifest = json.loads(archive.read("manifest.json"))
                with np.load(io.BytesIO(archive.read("weights.npz")), allow_pickle=False) as file:
                    arrays = {name: file[name] for name in file.files}
        except _TORN as error:
            raise BadModel("模型文件已损坏") from error
        version = manifest.get("version") if isinstance(manifest, dict) else None
        if version != VERSION:
            raise BadModel(f"模型文件版本是 {version}，本程序需要 {VERSION}")
        try:
            return cls(manifest, unpack(manifest["kernel"], arrays), found)
        except (KeyError, TypeError, ValueError) as error:
            raise BadModel("模型文件缺少权重，或权重与词表对不上") from error

    def probabilities(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """Shape (len(texts), len(labels)), float64, rows summing to one.

        `vectors` are the encoder's unit vectors of the normalised texts, in the same order.
        """
        return self._kernel.probabilities([normalise(text) for text in texts], vectors)

    def rank(self, text: str, vector: Floats, most: int = 10) -> list[Ranked]:
        """The most probable labels of one message, best first."""
        return self.ranking(self.probabilities([text], vector.reshape(1, -1))[0], most)

    def ranking(self, row: Floats, most: int = 10) -> list[Ranked]:
        """The best of one row of `probabilities`, best first."""
        best = best_places(row, most)
        return [Ranked(self.labels[place], float(row[place])) for place in best]

    def probability_of(self, label: str, row: Floats) -> float:
        """One label's probability in a row of `probabilities`; 0 for a label that was not learned."""
        place = self._place_of.get(label)
        return 0.0 if place is None else float(row[place])
