"""The words a matter is known by, office by office and for other bodies' matters: `responses/routing.yaml`. Pure.

The file is no part of the knowledge base's records (those end in .yml); an editor changes it as it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.cases.kinds import CaseKind
from assistant.language.text import normalise

ROUTING_FILE = Path("responses") / "routing.yaml"
# What a word adds to the log-odds of its office: one that names the matter, and one that only speaks for it.
MATTER, SIGN = 3.0, 1.2
# A kind that belongs to one office whatever it is about.
KIND = 4.0
_WEIGHTS = {"matters": MATTER, "signs": SIGN}

# Label → word → what it adds.
Words = Mapping[str, Mapping[str, float]]


class BadKeywords(ValueError):
    """The file cannot be read; the message says what is wrong, in Chinese."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the words of a text say: each label's log-odds, and its words with what each adds, as they stand."""

    scores: Mapping[str, float]
    words: Words

    def best(self, labels: Sequence[str]) -> tuple[str, float]:
        """The label with the highest score among `labels`, and the score; ("", 0) where none has any."""
        found = [(self.scores[label], label) for label in labels if label in self.scores]
        score, label = max(found, default=(0.0, ""))
        return label, score


class Keywords:
    """The words of each office and of each of other bodies' matters (by the id of its notice). Immutable."""

    def __init__(
        self,
        offices: Words,
        elsewhere: Words | None = None,
        kinds: Mapping[CaseKind, str] | None = None,
    ) -> None:
        """`kinds` are those that belong to one office whatever they are about."""
        self.offices = tuple(offices)
        self.elsewhere = tuple(elsewhere or ())
        self.kinds = dict(kinds or {})
        self._owners: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for label, words in {**offices, **(elsewhere or {})}.items():
            for word, weight in words.items():
                self._owners[word][label] = weight
        self._by_first: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._owners, key=lambda word: (-len(word), word)):
            self._by_first[word[0]].append(word)

    def spoken(self, text: str, kind: CaseKind | None = None) -> Spoken:
        """What the words of `text` say. Of words that overlap the longest counts (林权证, not 林权), each once."""
        words: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for word in self._words_in(text):
            for label, weight in self._owners[word].items():
                words[label][word] = weight
        if kind is not None and kind in self.kinds:
            words[self.kinds[kind]][kind.label] = KIND
        return Spoken({label: sum(added.values()) for label, added in words.items()}, dict(words))

    def _words_in(self, text: str) -> list[str]:
        read = normalise(text).replace(" ", "")
        found: dict[str, None] = {}
        at = 0
        while at < len(read):
            candidates = self._by_first.get(read[at], ())
            word = next((one for one in candidates if read.startswith(one, at)), None)
            if word is not None:
                found[word] = None
            at += len(word) if word is not None else 1
        return list(found)


def read_keywords(path: Path) -> Keywords:
    """The words of a file; raises `BadKeywords`."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadKeywords(f"{path.name}：读不出来：{error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("offices"), dict):
        raise BadKeywords(f"{path.name}：缺少 offices")
    kinds = data.get("kinds") or {}
    unknown = set(kinds) - set(CaseKind)
    if unknown:
        raise BadKeywords(f"{path.name}：没有这种类别：{'、'.join(sorted(unknown))}")
    return Keywords(
        _labels(data["offices"], path.name),
        _labels(data.get("elsewhere") or {}, path.name),
        {CaseKind(kind): office for kind, office in kinds.items()},
    )


def _labels(data: Mapping[str, Any], name: str) -> dict[str, dict[str, float]]:
    return {label: _words(lists, f"{name}：{label}") for label, lists in data.items()}


def _words(lists: Any, where: str) -> dict[str, float]:
    if not isinstance(lists, dict) or not set(lists) <= set(_WEIGHTS):
        raise BadKeywords(f"{where}：只写 matters（事项）和 signs（线索）两个列表")
    found: dict[str, float] = {}
    for group, words in lists.items():
        for word in words or ():
            read = normalise(word).replace(" ", "") if isinstance(word, str) else ""
            if not read:
                raise BadKeywords(f"{where}：{group} 里有不是词的内容")
            if read in found:
                raise BadKeywords(f"{where}：“{word}”写了两次")
            found[read] = _WEIGHTS[group]
    return found
