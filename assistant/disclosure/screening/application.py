"""An application cut into clauses, and what each of them shows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.disclosure.screening import signs
from assistant.disclosure.screening.documents import (
    REQUESTED,
    covered,
    ends_as_document,
    is_asked_for,
    is_named,
)
from assistant.disclosure.screening.signs import PETITION_SIGNS, Petition
from assistant.language.text import normalise

# What is quoted to the citizen of one clause.
QUOTED_MAX = 24
# What nobody writes who only tells; a plea besides may be mere politeness.
SPOKEN = (Petition.DEMAND, Petition.OPENING, Petition.BLAME, Petition.SUGGESTION)

# Nobody's clause is longer; what comes without a single mark is read in pieces, so that no text takes long.
_CLAUSE = re.compile(r"[^,。;!?:\n ]{1,160}[!?]?")
_BESIDES = re.compile(r"[并且]|同时|另外|还要")
_FRAMED = re.compile(r"请|要求|希望|恳|应|必须|立即|马上|尽快")
# “贵局要求某公司停产的文件” tells of a demand; “我要求…” makes one.
_OWN_BEGINNING = re.compile(r"(?:我们?|本人|申请人|特|现|故|再次|强烈|依法|因此|所以|并|[ ])*")


@dataclass(frozen=True, slots=True)
class Sign:
    """Words that led to the result: `field` is "information" or "text", the span is in that field's normalised text."""

    field: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece between two marks, as written (`plain`) and with documents' names covered (`text`)."""

    field: str
    start: int
    plain: str
    text: str

    def sign(self, found: re.Match[str], *, to_end: bool = False) -> Sign:
        """The match, or from it on as much of the clause as one would quote."""
        start, end = found.span()
        return self._quote(start, max(end, start + QUOTED_MAX) if to_end else end)

    def whole(self) -> Sign:
        """The clause itself, as far as one would quote it."""
        return self._quote(0, QUOTED_MAX)

    def complaints(self, kind: Petition) -> Iterator[Sign]:
        """Each place where it shows a complaint of this kind."""
        asks = signs.QUESTION.search(self.text) is not None
        unless = signs.UNLESS_ASKING.get(kind) if asks else None
        for found in PETITION_SIGNS[kind].finditer(self.text):
            is_mild = unless is not None and unless.match(found[0])
            if not is_mild and not self._only_describes(found):
                yield self.sign(found, to_end=True)

    def _only_describes(self, found: re.Match[str]) -> bool:
        """“公开查处某厂毁林案件的卷宗目录”: what stands between the request and the document demands nothing."""
        if not ends_as_document(self.text):
            return False
        asked = REQUESTED.search(self.text, 0, found.end())
        if asked is not None:
            return not _BESIDES.search(self.text, asked.end(), found.end())
        is_own = _FRAMED.match(found[0]) and _OWN_BEGINNING.fullmatch(self.text, 0, found.start())
        return "的" in self.text[found.end() :] and not is_own

    def _quote(self, start: int, end: int) -> Sign:
        words = self.plain[start:end]
        return Sign(self.field, self.start + start, self.start + start + len(words), words)


class Application:
    """The two fields of the form, and whether a document is asked for in them."""

    def __init__(self, information: str, text: str) -> None:
        other = normalise(text)
        self.fields = {"information": normalise(information)}
        self.fields["text"] = other if other != self.fields["information"] else ""
        self.clauses = [
            clause for name, plain in self.fields.items() for clause in _cut(name, plain)
        ]
        self.complaints = {
            kind: [sign for clause in self.clauses for sign in clause.complaints(kind)]
            for kind in Petition
        }
        self.wants_document = self._asks_for_one() or self._names_one()

    def found(self, pattern: re.Pattern[str]) -> list[Sign]:
        """The pattern's first match in each clause, documents' names apart."""
        return [
            clause.sign(found, to_end=True)
            for clause in self.clauses
            if (found := pattern.search(clause.text)) is not None
        ]

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern is anywhere in what was written, across clauses too."""
        return any(pattern.search(plain) for plain in self.fields.values())

    def _asks_for_one(self) -> bool:
        texts = [clause.text for clause in self.clauses]
        return any(map(is_asked_for, texts, ["", *texts[:-1]], [*texts[1:], ""]))

    def _names_one(self) -> bool:
        """A document's name standing alone in its field; beside a demand it is only what the demand is about."""
        demanding = {
            sign.field for kind in (*SPOKEN, Petition.PLEA) for sign in self.complaints[kind]
        }
        return any(
            is_named(clause.text) for clause in self.clauses if clause.field not in demanding
        )


def _cut(field: str, plain: str) -> Iterator[Clause]:
    text = covered(plain)
    for found in _CLAUSE.finditer(text):
        start, end = found.span()
        yield Clause(field, start, plain[start:end], found[0])
