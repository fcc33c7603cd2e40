"""The classifier's mathematics: ridge regression on likeness in meaning, in words and in characters.

A message is compared with every training sentence (or with evenly chosen ones, where there are very many), and each
label's score is the sum of these likenesses by learned weights (`assistant.training.ridge` learns them). Rasa's process
and the service both answer with this file, so both give the same scores. Runs on Python 3.10 too; everything is summed
in double precision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from assistant.language.text import bare, words_of

Floats = np.ndarray[Any, np.dtype[np.float64]]

LONGEST_GRAM = 4


@dataclass(frozen=True)
class Recipe:
    """What is chosen in config.yml; the defaults were chosen on MASSIVE's training set (docs/adr/0009)."""

    meaning: float = 0.7
    words: float = 0.15
    characters: float = 0.15
    narrowness: float = 2.0
    penalty: float = 0.1
    sharpness: float = 8.0
    balance: float = 0.5
    most_marks: int = 6_000


def grams_of(text: str) -> list[str]:
    """All runs of one to four characters of a normalised text; spaces and punctuation left out."""
    joined = bare(text)
    return [
        joined[start : start + length]
        for length in range(1, LONGEST_GRAM + 1)
        for start in range(len(joined) - length + 1)
    ]


class TfIdf:
    """Counts weighed by rarity, rows of unit length (sublinear tf, smoothed idf)."""

    def __init__(self, vocabulary: Sequence[str], idf: Floats) -> None:
        self.vocabulary = list(vocabulary)
        self.idf = idf
        self._place_of = {term: place for place, term in enumerate(self.vocabulary)}

    @classmethod
    def learn(cls, documents: Sequence[Sequence[str]], least: int = 1) -> TfIdf:
        """Take up every term that stands in at least `least` documents."""
        uses = Counter(term for document in documents for term in set(document))
        vocabulary = sorted(term for term, count in uses.items() if count >= least)
        counts = np.array([uses[term] for term in vocabulary], dtype=np.float64)
        return cls(vocabulary, np.log((1 + len(documents)) / (1 + counts)) + 1)

    def weigh(self, documents: Iterable[Sequence[str]]) -> csr_matrix:
        """One row a document, shape (documents, vocabulary); unknown terms count nothing."""
        starts, places, values = [0], [], []
        for document in documents:
            known = Counter(self._place_of[term] for term in document if term in self._place_of)
            here = np.fromiter(known, dtype=np.int64, count=len(known))
            counts = np.fromiter(known.values(), dtype=np.float64, count=len(known))
            row = (1 + np.log(counts)) * self.idf[here]
            length = np.sqrt(row @ row)
            places.append(here)
            values.append(row / length if length else row)
            starts.append(starts[-1] + len(here))
        shape = (len(starts) - 1, len(self.vocabulary))
        if not places:
            return csr_matrix(shape, dtype=np.float64)
        return csr_matrix((np.concatenate(values), np.concatenate(places), starts), shape=shape)


class Kernel:
    """Learned weights, ready to score. Immutable."""

    def __init__(
        self,
        recipe: Recipe,
        words: TfIdf,
        characters: TfIdf,
        marks: tuple[Floats, csr_matrix, csr_matrix],
        weights: Floats,
    ) -> None:
        """`marks` are the sentences compared with: unit vectors, weighed words, weighed characters."""
        self.recipe = recipe
        self.words, self.characters = words, characters
        self.weights = weights
        vectors, by_word, by_gram = marks
        self._vectors = np.ascontiguousarray(vectors.T, dtype=np.float64)
        # Turned, so that a message gathers only the rows of its own words.
        self._by_word, self._by_gram = by_word.T.tocsr(), by_gram.T.tocsr()

    @property
    def marks(self) -> tuple[Floats, csr_matrix, csr_matrix]:
        """The sentences compared with, as they were given."""
        return self._vectors.T, self._by_word.T.tocsr(), self._by_gram.T.tocsr()

    def scores(self, texts: Sequence[str], vectors: Any) -> Floats:
        """Shape (texts, labels), about [0, 1]. `vectors` are the normalised texts' unit vectors."""
        return self.likeness(texts, vectors) @ self.weights

    def likeness(self, texts: Sequence[str], vectors: Any) -> Floats:
        """How alike each normalised text and each mark are, shape (texts, marks), at most 1."""
        near = np.asarray(vectors, dtype=np.float64) @ self._vectors
        near -= 1
        near *= self.recipe.narrowness
        np.exp(near, out=near)
        near *= self.recipe.meaning
        near += (self.recipe.words * self.words.weigh(map(words_of, texts))) @ self._by_word
        by_gram = self.recipe.characters * self.characters.weigh(map(grams_of, texts))
        near += by_gram @ self._by_gram
        return np.asarray(near)

    def probabilities(self, texts: Sequence[str], vectors: Any) -> Floats:
        """The scores as shares of one: softmax, sharpened."""
        shares = self.scores(texts, vectors) * self.recipe.sharpness
        shares -= shares.max(axis=1, keepdims=True)
        np.exp(shares, out=shares)
        shares /= shares.sum(axis=1, keepdims=True)
        return shares


def pack(kernel: Kernel) -> tuple[dict[str, Any], dict[str, Any]]:
    """A kernel as plain data and arrays, for a file without pickle."""
    told = {
        "recipe": dict(vars(kernel.recipe)),
        "words": kernel.words.vocabulary,
        "characters": kernel.characters.vocabulary,
    }
    vectors, by_word, by_gram = kernel.marks
    arrays = {
        "word_idf": kernel.words.idf,
        "gram_idf": kernel.characters.idf,
        "weights": kernel.weights,
        "vectors": vectors.astype(np.float32),
    }
    for name, rows in (("word", by_word), ("gram", by_gram)):
        arrays |= {
            f"{name}_values": rows.data,
            f"{name}_places": rows.indices.astype(np.int32),
            f"{name}_starts": rows.indptr.astype(np.int32),
        }
    return told, arrays


def unpack(told: Mapping[str, Any], arrays: Mapping[str, Any]) -> Kernel:
    """The kernel of `pack`; `KeyError` or `ValueError` where something is missing or does not fit."""
    words = TfIdf(told["words"], arrays["word_idf"])
    characters = TfIdf(told["characters"], arrays["gram_idf"])
    vectors, weights = arrays["vectors"], arrays["weights"]
    count = len(vectors)
    if vectors.ndim != 2 or weights.ndim != 2 or len(weights) != count:
        raise ValueError("weights do not fit the marks")
    rows = []
    for name, terms in (("word", words), ("gram", characters)):
        if len(terms.idf) != len(terms.vocabulary):
            raise ValueError("rarities do not fit the vocabulary")
        parts = (arrays[f"{name}_values"], arrays[f"{name}_places"], arrays[f"{name}_starts"])
        rows.append(csr_matrix(parts, shape=(count, len(terms.vocabulary))))
        # Compiled code follows these places unchecked: one outside would read memory that is not ours.
        rows[-1].check_format(full_check=True)
    return Kernel(Recipe(**told["recipe"]), words, characters, (vectors, rows[0], rows[1]), weights)
