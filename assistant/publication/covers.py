"""What stands in a published text instead of what was covered, how it is put there, and how it is checked. Pure.

Every cover can be read off the text itself, so that a text and its covered spans cannot come apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.errors import Invalid
from assistant.language.privacy import COVER, Personal
from assistant.language.privacy.kinds import COVERS

GIVEN_NAME = "某某"
"""Stands behind a surname: 王小明 is published as 王某某."""
NAME = COVERS[Personal.NAME]
DOOR = COVERS[Personal.ADDRESS]
NUMBER = "[编号]"
BY_EDITOR = "[已遮盖]"

# An editor covers more by writing these around it.
MARK, END_MARK = "〔遮〕", "〔/遮〕"

HAN = "\u4e00-\u9fff"
_LABELS = {cover: kind.label for kind, cover in COVERS.items()} | {
    GIVEN_NAME: Personal.NAME.label,
    NUMBER: "编号",
    BY_EDITOR: "编辑遮盖的内容",
}
_SHOWN = re.compile(
    rf"{COVER.pattern}|{re.escape(NUMBER)}|{re.escape(BY_EDITOR)}|(?<=\w){GIVEN_NAME}"
)
_MARKED = re.compile(f"{MARK}(.+?){END_MARK}", re.DOTALL)
_SEVERAL_DOORS = re.compile(rf"{re.escape(DOOR)}(?:[,，、 ]?{re.escape(DOOR)})+")


class Span(NamedTuple):
    """Characters `[start, end)` of a published text that stand for something covered; `kind` is its Chinese word."""

    start: int
    end: int
    kind: str


class Part(NamedTuple):
    """Characters `[start, end)` of a text that are to be replaced by `cover`."""

    start: int
    end: int
    cover: str


def spans_of(text: str) -> tuple[Span, ...]:
    """Every cover in `text`, in order."""
    return tuple(Span(*match.span(), _LABELS[match[0]]) for match in _SHOWN.finditer(text))


def put(text: str, parts: Iterable[Part]) -> str:
    """`text` with the parts covered; no cover is cut in two.

    What overlaps is covered as one, by what was given first of those that begin together.
    """
    pieces: list[str] = []
    place = 0
    for part in _joined(sorted(_widened(text, parts), key=lambda part: part.start)):
        pieces += [text[place : part.start], part.cover]
        place = part.end
    return "".join([*pieces, text[place:]])


def put_marked(text: str, field: str = "reply") -> str:
    """`text` with what the editor has marked covered; raises `Invalid` where a mark has no partner."""
    covered = _MARKED.sub(BY_EDITOR, text)
    if MARK in covered or END_MARK in covered:
        raise Invalid(f"遮盖标记没有成对：每处写成 {MARK}要遮盖的字{END_MARK}。", field=field)
    return covered


def join_doors(text: str) -> str:
    """Parts of one address that were covered one by one, as one cover."""
    return _SEVERAL_DOORS.sub(DOOR, text)


def is_covered_only(original: str, published: str) -> bool:
    """Whether `published` is `original` with some words covered and not one changed, added or left out."""
    return _is_spread(original, _SHOWN.split(published))


def is_covered_by_editor_only(original: str, published: str) -> bool:
    """The same, where no cover but the editor's own may stand for anything."""
    return _is_spread(original, published.split(BY_EDITOR))


def _is_spread(original: str, pieces: Sequence[str]) -> bool:
    """Whether the pieces stand in this order in `original`, from its first character to its last."""
    if len(pieces) == 1:
        return original == pieces[0]
    first, *between, last = pieces
    if not original.startswith(first):
        return False
    place = len(first)
    for piece in between:
        found = original.find(piece, place + 1)  # a cover stands for one character at least
        if found < 0:
            return False
        place = found + len(piece)
    return original.endswith(last) and place < len(original) - len(last)


def _widened(text: str, parts: Iterable[Part]) -> Iterable[Part]:
    """The parts with the covers they touch inside them; without those that lie in a cover."""
    shown = [match.span() for match in _SHOWN.finditer(text)]
    for start, end, cover in parts:
        touched = [span for span in shown if span[0] < end and start < span[1]]
        if any(begin <= start and end <= finish for begin, finish in touched):
            continue
        start = min([start, *(begin for begin, _ in touched)])
        end = max([end, *(finish for _, finish in touched)])
        yield Part(start, end, cover)


def _joined(parts: Iterable[Part]) -> list[Part]:
    joined: list[Part] = []
    for part in parts:
        if joined and part.start < joined[-1].end:
            before = joined[-1]
            joined[-1] = Part(before.start, max(before.end, part.end), before.cover)
        else:
            joined.append(part)
    return joined
