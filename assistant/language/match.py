"""The lexical and the semantic witness: which published phrasings a message resembles, and why.

Both rank *labels* (a label is a record's id, or an intent such as `offtopic`); a label's score is that of its
best phrasing. Scores are in [0, 1].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from assistant.language.coverage import Coverage
from assistant.language.features import STOP_WORDS, features, features_of, is_content
from assistant.language.model import best_places
from assistant.language.nearness import Nearness
from assistant.language.postings import Postings, Uses
from assistant.language.sounds import Sounds, Spoken
from assistant.language.text import bare, normalise, segmenter, words_of

__all__ = ["STOP_WORDS", "Floats", "Index", "Match", "Phrasing", "features"]

Floats = np.ndarray[Any, np.dtype[np.float32]]

# Phrasings that BM25 hands to the slower comparison of whole strings.
SHORTLIST = 40
# A phrasing's words weigh more than its spelling: two questions may differ in one letter and in meaning.
WORDS_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way of asking for `label`."""

    label: str
    text: str


@dataclass(frozen=True)
class Match:
    """How well a label's best phrasing fits, and the words they share."""

    label: str
    score: float
    phrasing: str
    words: tuple[str, ...] = ()


class Index:
    """Every published phrasing, ready to be compared with. Immutable; a change of knowledge makes a new one."""

    def __init__(
        self,
        phrasings: Sequence[Phrasing],
        vectors: Floats | None = None,
        names: Sequence[str] = (),
        bodies: Mapping[str, str] | None = None,
    ) -> None:
        """`vectors` are the phrasings' own, in order; `names` the bare names whose spelling is sure.

        `bodies` are the normalised texts of the labels' records.
        """
        # Phrasings of one label stand together, so that a label's best is one reduction.
        order = sorted(range(len(phrasings)), key=lambda place: phrasings[place].label)
        self.phrasings = [phrasings[place] for place in order]
        labels = [phrasing.label for phrasing in self.phrasings]
        self.labels = sorted(set(labels))
        self._place_of = {label: place for place, label in enumerate(self.labels)}
        self._label_of = np.array([self._place_of[label] for label in labels], dtype=np.int32)
        self._nearness = None if vectors is None else self._near(vectors, order)
        self._read(names, bodies or {})

    def _near(self, vectors: Floats, order: Sequence[int]) -> Nearness:
        is_sorted = all(place == number for number, place in enumerate(order))
        ordered = vectors if is_sorted else vectors[order]
        sizes = np.bincount(self._label_of, minlength=len(self.labels))
        return Nearness(np.ascontiguousarray(ordered), np.cumsum(sizes) - sizes, sizes)

    def _read(self, names: Sequence[str], bodies: Mapping[str, str]) -> None:
        """Everything that words are needed for; each text is cut once."""
        uses, spoken = Uses(), Spoken()
        self._texts: list[str] = []
        self._bare: list[str] = []
        for phrasing in self.phrasings:
            text = normalise(phrasing.text)
            joined, words = bare(text), segmenter().cut(text)
            self._texts.append(text)
            self._bare.append(joined)
            uses.add(features_of(words))
            spoken.add(joined, words)
        self.sounds = Sounds(spoken, names)
        del spoken  # 40 MB where there are 100,000 phrasings
        self._postings = Postings(uses)
        for label in self.labels:
            uses.add(features(bodies.get(label, "")))
        users = np.concatenate([self._label_of, np.arange(len(self.labels), dtype=np.int32)])
        self._coverage = Coverage.of_uses(uses, users, len(self.labels))

    def coverages(self, text: str) -> Floats:
        """How much of a normalised message each label's words cover, shape (labels,), in [0, 1]."""
        return self._coverage.of(features(text))

    def coverage(self, text: str) -> float:
        """How much of a normalised message's content any phrasing has ever used, weighed by rarity, in [0, 1]."""
        words = list(filter(is_content, set(words_of(text))))
        weight = sum(map(self._postings.rarity, words))
        known = sum(map(self._postings.rarity, filter(self._postings.knows, words)))
        return known / weight if weight else 0.0

    def lexical(self, text: str, most: int = 10) -> list[Match]:
        """Labels by shared words and likeness of spelling, best first. `text` is normalised."""
        asked = features(text)
        if not asked or not self.phrasings:
            return []
        return self._compare(text, asked, self._postings.weigh(asked), most)

    def _compare(self, text: str, asked: list[str], words: Floats, most: int) -> list[Match]:
        question = bare(text)
        best: dict[str, tuple[float, int]] = {}
        for place in best_places(words, SHORTLIST):
            if words[place] <= 0:
                break
            spelling = fuzz.ratio(question, self._bare[place]) / 100
            score = min(1.0, WORDS_SHARE * 2 * float(words[place])) + (1 - WORDS_SHARE) * spelling
            label = self.phrasings[place].label
            if label not in best or score > best[label][0]:
                best[label] = (min(1.0, score), place)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:most]
        return [
            Match(label, score, self.phrasings[place].text, self._shared(place, asked))
            for label, (score, place) in ranked
        ]

    def _shared(self, place: int, asked: list[str]) -> tuple[str, ...]:
        """The words of the message that stand in a phrasing: why it was found."""
        text = self._texts[place]
        return tuple(dict.fromkeys(w for w in asked if not w.startswith("#") and w in text))

    def similarities(self, vectors: Floats, named: Sequence[Iterable[str]] = ()) -> Floats | None:
        """Mean cosine of each message with each label's nearest phrasings, within [0, 1].

        Shape (messages, labels). `named` are the labels to be compared in any case, for each message (see `Nearness`).
        None without vectors.
        """
        if self._nearness is None or not self.phrasings:
            return None
        places = [[self._place_of[x] for x in labels if x in self._place_of] for labels in named]
        return self._nearness.of(vectors, places)

    def best_of(self, row: Floats, most: int = 10) -> list[Match]:
        """The labels with the largest values in a row of `similarities` or `coverages`, best first."""
        best = best_places(row, most)
        return [Match(self.labels[p], float(row[p]), "") for p in best]

    def score_of(self, row: Floats, label: str) -> float:
        """One label's value in a row of `similarities` or `coverages`; 0 where it has no phrasing."""
        place = self._place_of.get(label)
        return 0.0 if place is None else float(row[place])
