"""The same question as it is also written: one character replaced by one of equal sound, or Traditional script."""

from __future__ import annotations

from functools import lru_cache
from random import Random

import opencc
from pypinyin import lazy_pinyin

from assistant.language.match import STOP_WORDS
from assistant.language.text import words_of

SEED = 20261122
SCRIPTS = ("s2t", "s2hk")


def with_homophone(text: str, dice: Random) -> str:
    """One character of a content word replaced by another common one of the same syllable, tones aside.

    That is what an input method slips on. The text itself where no character has such a neighbour.
    """
    places = [place for place in _content_places(text) if _neighbours(text[place])]
    if not places:
        return text
    place = dice.choice(places)
    return text[:place] + dice.choice(_neighbours(text[place])) + text[place + 1 :]


def in_traditional(text: str, script: str) -> str:
    """The whole question as written in Taiwan (s2t) or Hong Kong (s2hk)."""
    return str(_converter(script).convert(text))


def _content_places(text: str) -> list[int]:
    places: list[int] = []
    start = 0
    for word in words_of(text):
        start = text.index(word, start)
        if word not in STOP_WORDS:
            places += range(start, start + len(word))
        start += len(word)
    return places


def _neighbours(character: str) -> tuple[str, ...]:
    found = _by_syllable().get(lazy_pinyin(character)[0], ())
    return tuple(one for one in found if one != character) if character in found else ()


@lru_cache(maxsize=1)
def _by_syllable() -> dict[str, tuple[str, ...]]:
    """The 3,755 common characters (GB 2312, level 1: rows 16 to 55) by their usual syllable."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    found: dict[str, list[str]] = {}
    for code in codes:
        character = code.decode("gb2312", errors="ignore")
        if character:  # the last row is not full
            found.setdefault(lazy_pinyin(character)[0], []).append(character)
    return {syllable: tuple(characters) for syllable, characters in found.items()}


@lru_cache(maxsize=len(SCRIPTS))
def _converter(script: str) -> opencc.OpenCC:
    return opencc.OpenCC(script)
