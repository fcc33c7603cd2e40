"""The compiled classifier: the very probabilities Rasa's pipeline gives, from its exported weights.

Repeats Rasa 3.6.21's CountVectorsFeaturizer (sentence features) and LogisticRegressionClassifier.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.language.text import normalise, words_of

VERSION = 1
Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]

_NUMBER = re.compile(r"\b[0-9]+\b")
_WORD = re.compile(r"(?u)\b\w+\b")


class BadModel(ValueError):
    """The artifact cannot be served; the message says why."""


@dataclass(frozen=True)
class Ranked:
    """One label with its probability."""

    label: str
    confidence: float


@dataclass(frozen=True)
class _Counts:
    """One count featurizer: which n-grams it counts, and the row each stands in."""

    kind: str
    low: int
    high: int
    rows: dict[str, int]

    def grams(self, text: str) -> Iterator[str]:
        if self.kind == "word":
            return iter(_WORD.findall(text))
        return self._padded_grams(text)

    def _padded_grams(self, text: str) -> Iterator[str]:
        """n-grams inside words padded with a space; a word shorter than n counts once, as scikit-learn has it."""
        for word in text.split():
            padded = f" {word} "
            length = len(padded)
            for n in range(self.low, self.high + 1):
                yield padded[:n]
                if n >= length:
                    break
                for start in range(1, length - n + 1):
                    yield padded[start : start + n]


def best_places(row: Floats, most: int) -> list[int]:
    """The places of the largest values, largest first."""
    most = min(most, len(row))
    best = np.argpartition(-row, most - 1)[:most]
    return [int(place) for place in best[np.argsort(-row[best], kind="stable")]]


class Model:
    """A loaded classifier. Thread-safe: nothing changes after `load`."""

    def __init__(self, manifest: dict[str, Any], weights: dict[str, Floats], digest: str) -> None:
        self.labels: list[str] = manifest["labels"]
        self._place_of = {label: place for place, label in enumerate(self.labels)}
        self.digest = digest
        self.trained_at: str = manifest["trained_at"]
        self._coefficients = weights["coefficients"]
        self._intercepts = weights["intercepts"]
        self._counts: list[_Counts] = []
        self._scale: float | None = None
        first_row = 0
        for featurizer in manifest["featurizers"]:
            if featurizer["kind"] == "encoder":
                self._scale = float(featurizer["scale"])
                continue
            low, high = featurizer["ngrams"]
            vocabulary = featurizer["vocabulary"]
            rows = {gram: first_row + place for place, gram in enumerate(vocabulary)}
            self._counts.append(_Counts(featurizer["kind"], low, high, rows))
            first_row += len(vocabulary)
        encoder_rows = self._coefficients.shape[0] - first_row
        has_rows = encoder_rows > 0 if self._scale is not None else encoder_rows == 0
        if not has_rows or self._coefficients.shape[1:] != (len(self.labels),):
            raise ValueError("coefficients do not fit the vocabulary")
        if self._intercepts.shape != (len(self.labels),):
            raise ValueError("intercepts do not fit the labels")
        # The products are summed in double precision, as scikit-learn does it.
        self._dense = self._coefficients[first_row:].astype(np.float64)
        self._coefficients = self._coefficients[:first_row]

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
                    weights = {name: file[name] for name in file.files}
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise BadModel("模型文件已损坏") from error
        if manifest.get("version") != VERSION:
            raise BadModel(f"模型文件版本是 {manifest.get('version')}，本程序需要 {VERSION}")
        try:
            return cls(manifest, weights, found)
        except (KeyError, TypeError, ValueError) as error:
            raise BadModel("模型文件缺少权重，或权重与词表对不上") from error

    @property
    def needs_encoder(self) -> bool:
        return self._scale is not None

    def probabilities(self, texts: Sequence[str], vectors: Floats | None = None) -> Floats:
        """Shape (len(texts), len(labels)), float64, rows summing to one.

        `vectors` are the encoder's unit vectors of the normalised texts, in the same order.
        """
        scores = np.tile(self._intercepts, (len(texts), 1))
        for place, text in enumerate(texts):
            rows, counts = self._sparse_features(normalise(text))
            if rows:
                scores[place] += np.asarray(counts) @ self._coefficients[rows]
        if self._scale is not None:
            if vectors is None:
                raise BadModel("这个模型需要句子编码器")
            scores += (vectors * np.float32(self._scale)).astype(np.float64) @ self._dense
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        return scores

    def rank(self, text: str, vector: Floats | None = None, most: int = 10) -> list[Ranked]:
        """The most probable labels of one message, best first."""
        row = self.probabilities([text], None if vector is None else vector.reshape(1, -1))[0]
        return self.ranking(row, most)

    def ranking(self, row: Floats, most: int = 10) -> list[Ranked]:
        """The best of one row of `probabilities`, best first."""
        best = best_places(row, most)
        return [Ranked(self.labels[place], float(row[place])) for place in best]

    def probability_of(self, label: str, row: Floats) -> float:
        """One label's probability in a row of `probabilities`; 0 for a label that was not learned."""
        place = self._place_of.get(label)
        return 0.0 if place is None else float(row[place])

    def _sparse_features(self, text: str) -> tuple[list[int], list[float]]:
        words = [_NUMBER.sub("__NUMBER__", word).lower() for word in words_of(text)]
        joined = " ".join(words)
        found: dict[int, float] = {}
        for featurizer in self._counts:
            rows = featurizer.rows
            for gram in featurizer.grams(joined):
                row = rows.get(gram)
                if row is not None:
                    found[row] = found.get(row, 0.0) + 1.0
        return list(found), list(found.values())
