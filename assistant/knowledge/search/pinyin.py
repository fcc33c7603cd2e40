"""Names found by how they are typed: 取水许可 by qsxk, qushuixuke, qushuixk or qushuixu. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from assistant.language.sounds import syllable

# Longer than any name is typed.
LONGEST = 40
_WRITTEN = re.compile(r"\w")
_REST_OF_LAST = re.compile(r"[a-z]*\n")


class Typed(NamedTuple):
    """Where letters stand for part of a name: how well, and the characters they stand for."""

    quality: float
    text: str


class Spelling:
    """Every name, spelt. Immutable."""

    def __init__(self, names: Sequence[tuple[int, str, bool]]) -> None:
        """`names` are folded: the entry's place, the name, and whether it is the title."""
        self._names = names
        lines = ["\n" + "".join(f"'{syllable(c)}" for c in _written(name)) for _, name, _ in names]
        self._starts: list[int] = []
        at = 0
        for line in lines:
            self._starts.append(at)
            at += len(line)
        self._line = "".join(lines) + "\n"

    def find(self, letters: str) -> dict[int, Typed]:
        """The best reading of a run of letters for each entry that has one."""
        if len(letters) > LONGEST:
            return {}
        # Each letter goes on in the syllable it is in, or begins the next.
        pattern = "'" + r"(?:[a-z]*')?".join(letters)
        if len(letters) == 1:
            pattern = r"(?<=\n)" + pattern  # inside a name one letter says nothing
        found: dict[int, Typed] = {}
        for match in re.finditer(pattern, self._line):
            number = bisect_right(self._starts, match.start()) - 1
            place, name, is_title = self._names[number]
            quality = self._quality(match, is_title)
            if place not in found or quality > found[place].quality:
                before = self._line.count("'", self._starts[number], match.start())
                found[place] = Typed(quality, _part(name, before, match[0].count("'")))
        return found

    def _quality(self, match: re.Match[str], is_title: bool) -> float:
        begins = self._line[match.start() - 1] == "\n"
        ends = _REST_OF_LAST.match(self._line, match.end()) is not None
        return (0.42 if is_title else 0.36) * (1.0 if begins and ends else 0.75 if begins else 0.5)


def _written(name: str) -> list[str]:
    return _WRITTEN.findall(name)


def _part(name: str, start: int, count: int) -> str:
    """`count` written characters of a name from the `start`-th on, with the punctuation between them."""
    places = [match.start() for match in _WRITTEN.finditer(name)]
    return name[places[start] : places[start + count - 1] + 1]
