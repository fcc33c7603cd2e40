"""A text as the rules read it: one width, one script, nothing invisible, and where each character came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.language.privacy.kinds import COVER, COVERS, Personal
from assistant.language.privacy.rules import Found
from assistant.language.text import clean, simplify

# One private character stands for a covered part, so that a second reading sees what the first one saw.
_KINDS = tuple(Personal)
_FRESH = 0xE000
_EARLIER = 0xE100
KEPT_MARK = "\uf000"
# Ligatures spell out whole sentences (ﷺ); none of them holds a number.
_MOST_FOR_ONE = 5
_PRIVATE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True)
class View:
    """`text` with, for every character, the `[start, end)` it has in `original`."""

    original: str
    text: str
    spans: tuple[tuple[int, int], ...]

    @staticmethod
    def of(original: str) -> View:
        characters: list[str] = []
        spans: list[tuple[int, int]] = []
        place = 0
        for cover in COVER.finditer(original):
            _read(original, place, cover.start(), characters, spans)
            characters.append(chr(_EARLIER + _kind_of(cover[0])))
            spans.append(cover.span())
            place = cover.end()
        _read(original, place, len(original), characters, spans)
        return View(original, _simplified("".join(characters)), tuple(spans))

    def cover(self, found: Iterable[Found]) -> View:
        return self._mark(
            (one.start, one.end, chr(_FRESH + _KINDS.index(one.kind))) for one in found
        )

    def keep(self, parts: Iterable[tuple[int, int]]) -> View:
        """Set parts aside that look like personal data and are none."""
        return self._mark((start, end, KEPT_MARK) for start, end in parts)

    def masked(self) -> str:
        pieces, place = [], 0
        for character, (start, end) in zip(self.text, self.spans, strict=True):
            kind = _fresh_kind(character)
            if kind is not None:
                pieces += [self.original[place:start], COVERS[kind]]
                place = end
        return "".join([*pieces, self.original[place:]])

    def found(self) -> tuple[Personal, ...]:
        """What was covered by this reading, in the order of the text."""
        kinds = (_fresh_kind(character) for character in self.text)
        return tuple(dict.fromkeys(kind for kind in kinds if kind is not None))

    def _mark(self, parts: Iterable[tuple[int, int, str]]) -> View:
        pieces: list[str] = []
        spans: list[tuple[int, int]] = []
        place = 0
        for start, end, mark in sorted(parts):
            if start < place:
                continue
            pieces += [self.text[place:start], mark]
            spans += self.spans[place:start]
            spans.append((self.spans[start][0], self.spans[end - 1][1]))
            place = end
        if not pieces:
            return self
        text = "".join([*pieces, self.text[place:]])
        return View(self.original, text, (*spans, *self.spans[place:]))


def _read(
    original: str, start: int, end: int, characters: list[str], spans: list[tuple[int, int]]
) -> None:
    for place in range(start, end):
        for character in _plain(original[place]):
            characters.append(character)
            spans.append((place, place + 1))


def _plain(character: str) -> str:
    """A character in its plain width; nothing for those that only decorate or cannot be seen."""
    if "!" <= character <= "~" or "\u4e00" <= character <= "\u9fff":
        return character
    if character.isspace():
        return " "
    if _PRIVATE.match(character):
        return "?"
    plain = "".join(
        one for one in unicodedata.normalize("NFKC", character) if not _is_decoration(one)
    )
    if not clean(plain):
        return ""
    if len(plain) > _MOST_FOR_ONE:
        return "?"
    return "".join(str(unicodedata.digit(one, one)) for one in plain)


def _is_decoration(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


def _simplified(text: str) -> str:
    plain = simplify(text)
    # A conversion that shifts places cannot guide the covering.
    return plain if len(plain) == len(text) else "".join(simplify(one)[:1] or one for one in text)


def _kind_of(cover: str) -> int:
    return next(place for place, kind in enumerate(_KINDS) if COVERS[kind] == cover)


def _fresh_kind(character: str) -> Personal | None:
    place = ord(character) - _FRESH
    return _KINDS[place] if 0 <= place < len(_KINDS) else None
