"""A text as the public would read it: everything that leads to a person covered. Pure.

Stricter than in the chat (domain.md §6): numbers are covered whole, since 138****1234 tells those who know the
person; people told of by name keep their surname alone, addresses end with the street office or the village, and
what the case knows of who wrote is covered however it is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from assistant.language.privacy import Personal, mask
from assistant.language.privacy.kinds import COVERS
from assistant.language.privacy.view import View
from assistant.language.text import segmenter
from assistant.publication.covers import (
    BY_EDITOR,
    DOOR,
    GIVEN_NAME,
    HAN,
    NUMBER,
    Part,
    Span,
    join_doors,
    put,
    put_marked,
    spans_of,
)
from assistant.publication.naming import find_third_persons, surname_size
from assistant.publication.person import Person, Trace, find_traces, traces_of

NOBODY = Person()
# Covering one thing can show another; more rounds than this have never been needed.
_MOST_ROUNDS = 20

# Groups of four may hold what reads like an area code (6222 0214 0010 …): the card is read first.
_CARD = re.compile(r"(?<!\d)[2-9]\d{3}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?(?![ -]?[0-9Xx])")
_RECEIPT = re.compile(r"XD[\W_]{0,2}\d{8}[\W_]{0,2}\d{4,6}[\W_]{0,2}\d", re.IGNORECASE)
_SIDE = "门口|楼下|楼上|旁|前|后|[东西南北]侧|的?(?:居民|业主|住户)"
# What the chat leaves, because the tree in front of a block is nobody's address there.
_HOUSE = re.compile(
    rf"(?P<it>第? ?[0-9一二三四五六七八九十]{{1,4}} ?(?:号楼|栋|幢)(?=(?:{_SIDE}))"
    r"|[0-9一二三四五六七八九十]{1,3} ?单元(?!格))"
)
_ROADS = "大街|大道|路|街|道|巷|弄|胡同|小区|花园|家园|公寓|公馆|山庄|大厦|新村|苑"
# An address may end with these (domain.md §6).
_KEPT_PLACE = re.compile("(?:街道|社区|(?<!新)村|镇|乡|县|(?<!小)区|市|省)$")
_ROAD = re.compile(rf"(?:{_ROADS})$")
_TO_DOOR = re.compile(rf"(?P<run>[{HAN}]{{2,12}})(?=[ ,，]?{re.escape(DOOR)})")
_NO_PLACE_NAME = frozenset("在住于到是的家由和与从至往我您你他她")

_Find = Callable[[str], Iterable[tuple[int, int, str]]]


@dataclass(frozen=True, slots=True)
class Preview:
    """A text with its covers, and where in it each of them stands."""

    text: str
    spans: tuple[Span, ...]


def preview(
    text: str,
    person: Person = NOBODY,
    also: Collection[str] = (),
    keep: Collection[str] = (),
) -> Preview:
    """`text` with everything covered that leads to a person, and every cover shown.

    `person` is whose case it is; `also` are further words to cover, beside those marked 〔遮〕…〔/遮〕. `keep` is what
    the bureau itself has published (its telephones, its address) and stays, unless it is the person's. Raises
    `Invalid` for a mark without a partner. A preview of a preview changes nothing.
    """
    covered, traces = cover_chosen(text, also), traces_of(person)
    for _ in range(_MOST_ROUNDS):
        seen = _once(covered, traces, keep)
        if seen == covered:
            break
        covered = seen
    return Preview(covered, spans_of(covered))


def cover_chosen(text: str, also: Collection[str] = (), field: str = "reply") -> str:
    """`text` with what the editor marked and the words of `also` covered, and nothing else."""
    return _cover_seen(put_marked(text, field), lambda seen: _find_words(also, seen))


def findings(text: str, person: Person = NOBODY, keep: Collection[str] = ()) -> tuple[str, ...]:
    """The kinds of personal data still open in `text`, in Chinese; empty when it is fit to be published."""
    seen = preview(text, person, keep=keep)
    if seen.text == put_marked(text):
        return ()
    before = Counter(span.kind for span in spans_of(text))
    after = Counter(span.kind for span in seen.spans)
    return tuple(after - before) or ("个人信息",)


def _once(text: str, traces: Collection[Trace], keep: Collection[str]) -> str:
    text = _cover_seen(text, lambda seen: find_traces(traces, seen))
    text = _cover_seen(text, _find_numbers)
    text = _cover_seen(text, _find_names)
    text = _mask_but(text, keep)
    text = _cover_seen(text, _find_houses)
    return _end_with_village(text)


def _cover_seen(text: str, find: _Find) -> str:
    """Cover what is found in the text as it reads: of one width and script, without what cannot be seen."""
    view = View.of(text)
    parts = []
    for start, end, cover in find(view.text):
        # Whatever cannot be seen between surname and given name goes with the given name.
        begin = view.spans[start - 1][1] if cover == GIVEN_NAME else view.spans[start][0]
        parts.append(Part(begin, view.spans[end - 1][1], cover))
    return put(text, parts)


def _find_words(words: Iterable[str], text: str) -> Iterator[tuple[int, int, str]]:
    for word in words:
        if wanted := View.of(word).text.strip():
            for match in re.finditer(re.escape(wanted), text):
                yield (*match.span(), BY_EDITOR)


def _find_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern, cover in ((_RECEIPT, NUMBER), (_CARD, COVERS[Personal.BANK_CARD])):
        for match in pattern.finditer(text):
            yield (*match.span(), cover)


def _find_houses(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _HOUSE.finditer(text):
        yield (*match.span("it"), DOOR)


def _find_names(text: str) -> Iterator[tuple[int, int, str]]:
    for start, end in find_third_persons(text):
        yield start + surname_size(text[start:end]), end, GIVEN_NAME


def _mask_but(text: str, keep: Collection[str]) -> str:
    """`mask`, with the bureau's own numbers out of its sight."""
    kept = sorted(filter(None, keep), key=len, reverse=True)
    if not kept or "⟦" in text:
        return mask(text).text
    whole = re.compile("|".join(rf"(?<!\d){re.escape(one)}(?!\d)" for one in kept))
    found = whole.findall(text)
    masked = mask(whole.sub("⟦⟧", text)).text
    numbers = iter(found)
    return re.sub("⟦⟧", lambda _: next(numbers), masked)


def _end_with_village(text: str) -> str:
    """Cover the road or estate before a door number that was covered; the village or street office stays."""
    doors = [
        Part(match.end() - size, match.end(), DOOR)
        for match in _TO_DOOR.finditer(text)
        if (size := _road_size(match["run"]))
    ]
    return join_doors(put(text, doors))


def _road_size(run: str) -> int:
    """How many of the last characters name a road or an estate; 0 where they name something larger."""
    *before, last = segmenter().cut(run)
    if _KEPT_PLACE.search(last) or not _ROAD.search(last):
        return 0
    parts = [last]
    if before and _ROAD.fullmatch(last) and before[-1] not in _NO_PLACE_NAME:
        parts.append(before.pop())  # 锦绣 | 花园
    while before and len(before[-1]) == 1 and before[-1] not in _NO_PLACE_NAME:
        parts.append(before.pop())  # 翠 | 苑 | 小区
    return sum(map(len, parts))
