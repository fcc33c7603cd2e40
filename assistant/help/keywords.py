"""The words a matter is known by, office by office and for other bodies' matters: `responses/routing.yaml`. Pure.

The file is no part of the knowledge base's records (those end in .yml); an editor changes it as it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


class BadKeywords(ValueError):
    """The file cannot be read; the message says what is wrong, in Chinese."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the words of a text say: for each label its log-odds and the words, in the order of the text."""

    scores: Mapping[str, float]
    words: Mapping[str, tuple[str, ...]]

    def best(self, labels: Sequence[str]) -> tuple[str | None, float]:
        """The label with the highest score among `labels`, and the score; (None, 0) where none has any."""
        found = [(self.scores[label], label) for label in labels if label in self.scores]
        score, label = max(found, default=(0.0, None))
        return label, score


@dataclass(frozen=True)
class Keywords:
    """Offices and other bodies' matters (by the id of their notice) with the words they are known by."""

    offices: Mapping[str, Mapping[str, float]]
    elsewhere: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    kinds: Mapping[CaseKind, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        owners: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for label, words in (*self.offices.items(), *self.elsewhere.items()):
            for word, weight in words.items():
                owners[word][label] = weight
        by_first: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(owners, key=lambda word: (-len(word), word)):
            by_first[word[0]].append(word)
        object.__setattr__(self, "_owners", dict(owners))
        object.__setattr__(self, "_by_first", dict(by_first))

    def spoken(self, text: str, kind: CaseKind | None = None) -> Spoken:
        """What the words of `text` say. Of words that overlap the longest counts (林权证, not 林权), each once."""
        owners: Mapping[str, Mapping[str, float]] = self._owners  # type: ignore[attr-defined]
        scores: defaultdict[str, float] = defaultdict(float)
        words: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words_in(text):
            for label, weight in owners[word].items():
                scores[label] += weight
                words[label].append(word)
        if kind in self.kinds:
            scores[self.kinds[kind]] += KIND
            words[self.kinds[kind]].append(kind.label)
        return Spoken(dict(scores), {label: tuple(found) for label, found in words.items()})

    def _words_in(self, text: str) -> list[str]:
        by_first: Mapping[str, Sequence[str]] = self._by_first  # type: ignore[attr-defined]
        read = normalise(text).replace(" ", "")
        found: dict[str, None] = {}
        at = 0
        while at < len(read):
            candidates = by_first.get(read[at], ())
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
        offices=_labels(data["offices"], path.name),
        elsewhere=_labels(data.get("elsewhere") or {}, path.name),
        kinds={CaseKind(kind): office for kind, office in kinds.items()},
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
