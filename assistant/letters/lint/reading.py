"""A reply as the linter reads it: one width, no spaces, wrapped lines joined, quotations set apart. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

# One private character stands for every quoted one, so that places stay the same.
QUOTED = "\ue000"
_ENDS_PARAGRAPH = "。!?"
_PAIRS = {"“": "”", "「": "」", "『": "』", "‘": "’"}
_STRAIGHT = re.compile(r'"([^"\n]*)"')
_SENTENCE = re.compile(r"[^。!?\n]+[。!?\n]?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters `[start, end)` of a reading; `own` has its quotations covered."""

    start: int
    text: str
    own: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` normalised, `own` the same with quoted characters covered: what others said is not the bureau's word.

    `lines` holds the original line of every character, from 1; `last_line` the last one that says anything.
    """

    text: str
    own: str
    lines: tuple[int, ...]
    last_line: int

    def line_at(self, place: int) -> int:
        return self.lines[place] if place < len(self.lines) else self.last_line

    def sentences(self) -> list[Sentence]:
        """A quotation belongs to the sentence it stands in, with all its own full stops."""
        return [
            Sentence(found.start(), self.text[found.start() : found.end()], found[0])
            for found in _SENTENCE.finditer(self.own)
        ]

    def sentence_at(self, place: int) -> str:
        """The own words of the sentence around `place`."""
        for one in self.sentences():
            if one.start <= place < one.start + len(one.text):
                return one.own
        return ""


def read(original: str) -> Reading:
    """Normalise `original` for reading; a line that ends in the middle of a sentence goes on in the next."""
    characters: list[str] = []
    lines: list[int] = []
    for number, line in enumerate(original.split("\n"), 1):
        plain = "".join(unicodedata.normalize("NFKC", one) for one in line)
        kept = [one for one in plain if not one.isspace() and unicodedata.category(one) != "Cf"]
        if _begins_paragraph(characters, kept):
            characters.append("\n")
            lines.append(number)
        characters += kept
        lines += [number] * len(kept)
    text = "".join(characters)
    last = len(text.rstrip("\n")) - 1
    return Reading(text, _without_quotations(text), tuple(lines), lines[last] if last >= 0 else 1)


def _begins_paragraph(before: list[str], line: list[str]) -> bool:
    """After an empty line, or after one that ended with its sentence."""
    if not before or before[-1] == "\n":
        return False
    return not line or before[-1] in _ENDS_PARAGRAPH


def _without_quotations(text: str) -> str:
    covered = list(text)
    for start, end in _quotations(text):
        covered[start:end] = QUOTED * (end - start)
    return "".join(covered)


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    """The insides of quotations that open and close within one paragraph."""
    for found in _STRAIGHT.finditer(text):
        yield found.span(1)
    opened: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        if character == "\n":
            opened.clear()
        elif character in _PAIRS:
            opened.append((_PAIRS[character], place + 1))
        elif opened and character == opened[-1][0]:
            yield opened.pop()[1], place


_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "元": 1,
    "两": 2,
}
HAN_NUMBER = "[零〇○一二三四五六七八九十百廿卅元两]"
_YEAR = r"(?P<year>\d{4}|[零〇○一二三四五六七八九]{4})"
_DATE = re.compile(
    rf"{_YEAR}[年\-./](?P<month>\d{{1,2}}|{HAN_NUMBER}{{1,3}})[月\-./](?P<day>\d{{1,2}}|{HAN_NUMBER}{{1,3}})(?!\d)"
)


def number_of(text: str) -> int:
    """A whole number below 1,000 in either writing: 36, 三十六, 廿七."""
    if text.isascii():
        return int(text)
    total, digit = 0, 0
    for character in text.replace("廿", "二十").replace("卅", "三十"):
        if character in "十百":
            total, digit = total + (digit or 1) * (10 if character == "十" else 100), 0
        else:
            digit = _HAN_DIGITS[character]
    return total + digit


def dates_in(text: str) -> list[date]:
    """Every full date in a normalised text, whatever its writing; what is no day of the calendar is left out."""
    return [day for found in _DATE.finditer(text) if (day := _date(found)) is not None]


def _date(found: re.Match[str]) -> date | None:
    year = found["year"]
    if not year.isascii():
        year = "".join(str(_HAN_DIGITS[digit]) for digit in year)
    try:
        return date(int(year), number_of(found["month"]), number_of(found["day"]))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Citation:
    """An article, with paragraph (款) and item (项) where they are named."""

    article: int
    paragraph: int | None = None
    item: int | None = None

    def covers(self, wanted: Citation) -> bool:
        """Whether this citation names `wanted`, as exactly as `wanted` is."""
        return (
            self.article == wanted.article
            and wanted.paragraph in (None, self.paragraph)
            and wanted.item in (None, self.item)
        )


_N = rf"(?:\d{{1,3}}|{HAN_NUMBER}{{1,5}})"
_LAW_OR_CITATION = re.compile(
    rf"《(?P<law>[^》]{{2,60}})》|(?P<short>条例)(?=第)"
    rf"|第(?P<article>{_N})条(?:第\(?(?P<paragraph>{_N})\)?款)?(?P<items>(?:(?:[、,和及]?第?\(?{_N}\)?)+项)*)"
)
_ITEM = re.compile(_N)
_OURS = re.compile(r"(?:中华人民共和国)?政府信息公开条例|条例")


def citations_in(own: str) -> set[Citation]:
    """What is cited of 政府信息公开条例; articles of other laws, and of none, are left out."""
    cited: set[Citation] = set()
    is_ours = False
    for found in _LAW_OR_CITATION.finditer(own):
        if found["article"] is None:
            is_ours = _OURS.fullmatch(found["law"] or found["short"]) is not None
        elif is_ours:
            cited.update(_citations(found))
    return cited


def citation_of(text: str) -> Citation:
    """One citation from the law's own writing: 第十六条第一款, 第三十六条第五项."""
    found = _LAW_OR_CITATION.fullmatch(text)
    if found is None or found["article"] is None:
        raise ValueError(f"no citation: {text}")
    return next(iter(_citations(found)))


def _citations(found: re.Match[str]) -> Iterator[Citation]:
    article = number_of(found["article"])
    paragraph = number_of(found["paragraph"]) if found["paragraph"] else None
    items = _ITEM.findall(found["items"])
    if not items:
        yield Citation(article, paragraph)
    for item in items:
        yield Citation(article, paragraph, number_of(item))
