"""The lexical and the semantic witness: which published phrasings a message resembles, and why.

Both rank *labels* (a label is a record's id, or an intent such as `offtopic`); a label's score is that of its
best phrasing. Scores are in [0, 1].
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from assistant.language.coverage import Coverage
from assistant.language.model import best_places
from assistant.language.sounds import Sounds
from assistant.language.text import bare, normalise, words_of

Floats = np.ndarray[Any, np.dtype[np.float32]]

# BM25's usual constants (Robertson & Zaragoza 2009).
K1, B = 1.2, 0.75
# Phrasings that BM25 hands to the slower comparison of whole strings.
SHORTLIST = 40
# One phrasing may resemble a message by chance; three seldom do.
NEAREST = 3
# A phrasing's words weigh more than its spelling: two questions may differ in one letter and in meaning.
WORDS_SHARE = 0.6

# Words that say how something is asked, not what is asked about; an OR over them finds everything.
STOP_WORDS = frozenset(
    [
        "的",
        "了",
        "吗",
        "呢",
        "啊",
        "吧",
        "呀",
        "我",
        "你",
        "您",
        "他",
        "她",
        "它",
        "们",
        "我们",
        "你们",
        "是",
        "在",
        "有",
        "和",
        "与",
        "及",
        "或",
        "就",
        "都",
        "也",
        "还",
        "又",
        "要",
        "想",
        "请",
        "请问",
        "问",
        "问下",
        "一下",
        "这",
        "那",
        "这个",
        "那个",
        "个",
        "什么",
        "啥",
        "怎么",
        "怎样",
        "咋",
        "咋个",
        "如何",
        "哪",
        "哪里",
        "哪儿",
        "能",
        "能不能",
        "可以",
        "可不可以",
        "会",
        "需要",
        "应该",
        "应",
        "把",
        "被",
        "给",
        "让",
        "对",
        "到",
        "去",
        "来",
        "从",
        "向",
        "为",
        "以",
        "于",
        "着",
        "过",
        "得",
        "地",
        "不",
        "没",
        "没有",
        "说",
        "看",
        "做",
        "弄",
        "搞",
        "用",
        "一",
        "一个",
        "下",
        "上",
        "里",
        "吗",
        "么",
        "嘛",
        "哦",
        "噢",
        "嗯",
        "那么",
        "然后",
        "现在",
        "你好",
        "您好",
        "麻烦",
        "谢谢",
        "知道",
        "告诉",
        "咨询",
        "了解",
    ]
)


@dataclass(frozen=True)
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


def features(text: str) -> list[str]:
    """What the lexical witness compares of a normalised text: content words and pairs of characters.

    The pairs keep a typo from costing the whole word.
    """
    words = [word for word in words_of(text) if word not in STOP_WORDS and bare(word)]
    joined = bare("".join(words))
    return words + [f"#{joined[i : i + 2]}" for i in range(len(joined) - 1)]


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
        self._texts = [normalise(phrasing.text) for phrasing in self.phrasings]
        self._bare = [bare(text) for text in self._texts]
        self._vectors = None if vectors is None else np.ascontiguousarray(vectors[order])
        labels = [phrasing.label for phrasing in self.phrasings]
        self.labels = sorted(set(labels))
        self._starts = np.searchsorted(np.array(labels, dtype=object), self.labels)
        self._place_of = {label: place for place, label in enumerate(self.labels)}
        self._label_of = np.array([self._place_of[label] for label in labels], dtype=np.int64)
        self.sounds = Sounds(self._texts, names)
        self._sizes = np.bincount(self._label_of, minlength=len(self.labels))
        self._build_postings()
        self._build_coverage(bodies or {})

    def _build_postings(self) -> None:
        """BM25 weights by feature, as slices of three flat arrays."""
        rows: list[int] = []
        places: list[int] = []
        counts: list[int] = []
        self._row_of: dict[str, int] = {}
        lengths = np.zeros(len(self._texts), dtype=np.float32)
        for place, text in enumerate(self._texts):
            bag = Counter(features(text))
            lengths[place] = bag.total()
            rows += [self._row_of.setdefault(feature, len(self._row_of)) for feature in bag]
            places += [place] * len(bag)
            counts += bag.values()
        order = np.argsort(np.array(rows, dtype=np.int64), kind="stable")
        sizes = np.bincount(rows, minlength=len(self._row_of)) if rows else np.zeros(0, dtype=int)
        self._bounds = np.concatenate([[0], np.cumsum(sizes)]).tolist()
        self._places = np.array(places, dtype=np.int32)[order]
        count = np.array(counts, dtype=np.float32)[order]
        total = len(self._texts)
        idf = np.log(1 + (total - sizes + 0.5) / (sizes + 0.5))
        self._idf: list[float] = idf.tolist()
        # A word nobody has ever used counts as much as the rarest known one.
        self._unseen_idf = math.log(1 + (total + 0.5) / 0.5)
        mean = float(lengths.mean()) if total else 1.0
        damping = count + K1 * (1 - B + B * lengths[self._places] / mean)
        self._weights = (np.repeat(idf, sizes) * count * (K1 + 1) / damping).astype(np.float32)

    def _build_coverage(self, bodies: Mapping[str, str]) -> None:
        used = {label: set(features(bodies.get(label, ""))) for label in self.labels}
        for phrasing, text in zip(self.phrasings, self._texts, strict=True):
            used[phrasing.label].update(features(text))
        self._coverage = Coverage(self.labels, used)

    def coverages(self, text: str) -> Floats:
        """How much of a normalised message each label's words cover, shape (labels,), in [0, 1]."""
        return self._coverage.of(features(text))

    def _rarity(self, feature: str) -> float:
        row = self._row_of.get(feature)
        return self._unseen_idf if row is None else self._idf[row]

    def coverage(self, text: str) -> float:
        """How much of a normalised message's content any phrasing has ever used, weighed by rarity, in [0, 1]."""
        words = [word for word in set(words_of(text)) if word not in STOP_WORDS and bare(word)]
        weight = sum(self._rarity(word) for word in words)
        known = sum(self._rarity(word) for word in words if word in self._row_of)
        return known / weight if weight else 0.0

    def lexical(self, text: str, most: int = 10) -> list[Match]:
        """Labels by shared words and likeness of spelling, best first. `text` is normalised."""
        asked = features(text)
        if not asked or not self.phrasings:
            return []
        scores = np.zeros(len(self.phrasings), dtype=np.float32)
        for feature in asked:
            row = self._row_of.get(feature)
            if row is not None:
                here = slice(self._bounds[row], self._bounds[row + 1])
                scores[self._places[here]] += self._weights[here]
        possible = (K1 + 1) * sum(self._rarity(feature) for feature in asked)
        return self._compare(text, asked, scores / possible, most)

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

    def similarities(self, vectors: Floats) -> Floats | None:
        """Mean cosine of each message with each label's nearest phrasings (`NEAREST` of them), within [0, 1].

        Shape (messages, labels). None without vectors.
        """
        if self._vectors is None or not len(self._vectors):
            return None
        cosines = vectors @ self._vectors.T
        total = np.zeros((len(vectors), len(self.labels)), dtype=np.float32)
        for taken in range(NEAREST):
            nearest = np.maximum.reduceat(cosines, self._starts, axis=1)
            has_more = self._sizes > taken
            total[:, has_more] += np.clip(nearest[:, has_more], 0.0, 1.0)
            cosines[cosines == nearest[:, self._label_of]] = -1.0
        total /= np.minimum(self._sizes, NEAREST)
        return total

    def best_of(self, row: Floats, most: int = 10) -> list[Match]:
        """The labels with the largest values in a row of `similarities` or `coverages`, best first."""
        best = best_places(row, most)
        return [Match(self.labels[p], float(row[p]), "") for p in best]

    def score_of(self, row: Floats, label: str) -> float:
        """One label's value in a row of `similarities` or `coverages`; 0 where it has no phrasing."""
        place = self._place_of.get(label)
        return 0.0 if place is None else float(row[place])
