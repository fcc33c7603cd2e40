"""Where the found words stand in a title or a text, and which part of a long text to show. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

Range = tuple[int, int]

SNIPPET = 96
# A snippet begins where a sentence does, if that is not too far before what was found.
LEAD = 24
_ENDS = "。；！？】·"


class Snippet(NamedTuple):
    """A part of a text, and where in it the found words stand."""

    text: str
    highlights: tuple[Range, ...]


def highlight(folded: str, wanted: Sequence[str]) -> tuple[Range, ...]:
    """Where the wanted strings stand in a folded text, and so in the text; places that touch are one."""
    places = sorted(place for word in wanted for place in _places(folded, word))
    merged: list[Range] = []
    for start, end in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _places(folded: str, word: str) -> list[Range]:
    places: list[Range] = []
    at = folded.find(word) if word else -1
    while at >= 0:
        places.append((at, at + len(word)))
        at = folded.find(word, at + len(word))
    return places


def snip(text: str, folded: str, wanted: Sequence[Sequence[str]]) -> Snippet:
    """The part of a text that holds most of the wanted terms, the closest together.

    Each term is given in all its wordings; two wordings of one term are no more than one.
    """
    places = sorted(
        (start, end, number)
        for number, wordings in enumerate(wanted)
        for wording in wordings
        for start, end in _places(folded, wording)
    )
    best, fits = 0, (0, 0)
    for place, (start, _, _) in enumerate(places):
        inside, reached = set(), start
        for _, end, number in islice(places, place, None):
            if end - start > SNIPPET - LEAD:
                break
            if number not in inside:
                inside.add(number)
                reached = end
        # Of two parts that hold as many terms, the one where they stand together.
        found = (len(inside), start - reached if len(inside) > 1 else 0)
        if found > fits or not fits[0]:
            best, fits = start, found
    begin = _beginning(text, best)
    end = min(len(text), begin + SNIPPET)
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    words = [wording for wordings in wanted for wording in wordings]
    marked = highlight(before + folded[begin:end], words)
    return Snippet(f"{before}{text[begin:end]}{after}", marked)


def _beginning(text: str, place: int) -> int:
    """Where to begin so that `place` is shown in its sentence."""
    if place <= SNIPPET // 2 or len(text) <= SNIPPET:
        return 0
    for at in range(place - 1, place - LEAD, -1):
        if text[at] in _ENDS:
            # A bracketed heading or a bullet says what the line is about.
            return at + 1 if text[at] != "】" else _heading(text, at)
    return place - LEAD // 2


def _heading(text: str, closed: int) -> int:
    opened = text.rfind("【", closed - LEAD, closed)
    return opened if opened >= 0 else closed + 1
