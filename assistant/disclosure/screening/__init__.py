"""What an application for information really asks for, recognised before it is filed and after. Pure.

条例第三十九条: who complains in the form of an application is to be told so. Patterns over normalised text, no model:
what is said to a citizen must be explainable by the words that led to it. Cautious on purpose: a false alarm tells
somebody who uses a right that they do not. Where a document is asked for, a story of wrongs around it is only a story.

    documents   what is recorded, so that words in its title mislead nobody
    signs       what gives each kind away
    advice      what the citizen is told, with the article
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.cases.kinds import CaseKind
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.screening import signs
from assistant.disclosure.screening.advice import (
    ADVICE,
    DISCIPLINE,
    PARTLY,
    ScreeningKind,
    quoted,
)
from assistant.disclosure.screening.documents import (
    REQUESTED,
    covered,
    ends_as_document,
    is_asked_for,
    is_named,
)
from assistant.disclosure.screening.signs import PETITION_SIGNS, Petition
from assistant.language.text import clean, normalise

__all__ = ["SEVERAL_FROM", "Screening", "ScreeningKind", "Sign", "count_matters", "screen"]

# So many numbered matters in one application are many.
SEVERAL_FROM = 4

# What is quoted to the citizen of one clause.
_QUOTED_MAX = 24

_CLAUSE = re.compile(r"[^,。;!?:\n ]+[!?]?")
_DISCIPLINE = re.compile(
    r"贪|受贿|行贿|好处费|回扣|侵吞|挪用|截留|滥用职权|徇私|以权谋私|吃拿卡要|渎职|包庇|勾结"
)
_BESIDES = re.compile(r"[并且]|同时|另外|还要")
_FRAMED = re.compile(r"请|要求|希望|恳|应|必须|立即|马上|尽快")
# “贵局要求某公司停产的文件” tells of a demand; “我要求…” makes one.
_OWN_BEGINNING = re.compile(r"(?:我们?|本人|申请人|特|现|故|再次|强烈|依法|因此|所以|并|[ ])*")
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,，。;；:：、(（]))(?:[(（]?\d{1,2}(?:[)）、．]|\.(?!\d))|[(（]?[一二三四五六七八九十]{1,2}[)）、.．]|第[一二三四五六七八九十][,，、:：]?)"
    r"|[\u2460-\u2473\u2474-\u2487]",
    re.MULTILINE,
)
_LIST_LINE = re.compile(r"^[ \t]*[-•·*●◆]?[^\n。！!？?]{4,60}[;；]?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sign:
    """Words that led to the result: `field` is "information" or "text", the span is in that field's normalised text."""

    field: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Screening:
    """What an application looks like. `partly`: it asks for a document too, and only `signs` is something else."""

    kind: ScreeningKind
    signs: tuple[Sign, ...] = ()
    better_as: CaseKind | None = None
    partly: bool = False
    matters: int = 1

    @property
    def basis(self) -> str | None:
        """The article, or the document, behind the advice; None where there is nothing to say."""
        return ADVICE[self.kind].basis if self.kind in ADVICE else None

    @property
    def outcome(self) -> Outcome | None:
        """How an application that is wholly of this kind usually ends; the officer decides."""
        known = ADVICE.get(self.kind)
        return known.outcome if known and not self.partly else None

    @property
    def explanation(self) -> str:
        """What the citizen is told; empty for an application like any other."""
        known = ADVICE.get(self.kind)
        if known is None:
            return ""
        words = [sign.words for sign in self.signs]
        kind = self.better_as.label if self.better_as else ""
        template = PARTLY if self.partly else known.words
        told = template.format(quoted=quoted(words), kind=kind, count=self.matters)
        return told + DISCIPLINE if any(map(_DISCIPLINE.search, words)) else told


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece between two marks, as written and with documents covered."""

    field: str
    start: int
    plain: str
    text: str

    def sign(self, found: re.Match[str], *, to_end: bool = False) -> Sign:
        start, end = found.span()
        if to_end:
            end = min(max(end, start + _QUOTED_MAX), len(self.plain))
        return Sign(self.field, self.start + start, self.start + end, self.plain[start:end])

    def whole(self) -> Sign:
        """The clause itself, as far as one would quote it."""
        end = min(_QUOTED_MAX, len(self.plain))
        return Sign(self.field, self.start, self.start + end, self.plain[:end])


class _Application:
    """The two fields of the form cut into clauses, and what each clause shows."""

    def __init__(self, information: str, text: str) -> None:
        other = text if normalise(text) != normalise(information) else ""
        self.fields = {"information": normalise(information), "text": normalise(other)}
        self.clauses = [
            clause for name, plain in self.fields.items() for clause in _cut(name, plain)
        ]
        self.complaints = {
            kind: [sign for clause in self.clauses for sign in _complaints(clause, kind)]
            for kind in Petition
        }
        self.wants_document = self._asks_for_one() or self._names_one()

    def _asks_for_one(self) -> bool:
        texts = [clause.text for clause in self.clauses]
        return any(map(is_asked_for, texts, ["", *texts[:-1]], [*texts[1:], ""]))

    def _names_one(self) -> bool:
        """A document's name standing alone; beside a demand it is only what the demand is about."""
        demands = any(self.complaints[kind] for kind in (*_SPOKEN, Petition.PLEA))
        return not demands and any(is_named(clause.text) for clause in self.clauses)

    def found(self, pattern: re.Pattern[str], *, plain: bool = False) -> list[Sign]:
        """The pattern's matches, where documents' names are covered unless `plain`."""
        return [
            clause.sign(found)
            for clause in self.clauses
            if (found := pattern.search(clause.plain if plain else clause.text))
        ]

    def has(self, pattern: re.Pattern[str]) -> bool:
        return any(pattern.search(plain) for plain in self.fields.values())


_SPOKEN = (Petition.DEMAND, Petition.OPENING, Petition.BLAME, Petition.SUGGESTION)


def screen(information: str, text: str = "") -> Screening:
    """What an application asks for, from its 所需信息 and what else was written; never raises."""
    application = _Application(information, text)
    matters = max(count_matters(information), count_matters(text))
    for look in (_correction, _reissue, _petition):
        if found := look(application):
            return found
    if matters >= SEVERAL_FROM:
        return _result(ScreeningKind.SEVERAL, (), matters=matters)
    for look in (_partly_petition, _publication, _creation, _plea, _story, _question):
        if found := look(application):
            return found
    return Screening(ScreeningKind.NONE, matters=matters)


def count_matters(text: str) -> int:
    """How many numbered or listed matters there are in a text as it was written; at least one."""
    raw = clean(text[:4_000])
    lines = _LIST_LINE.findall(raw) if raw.count("\n") >= SEVERAL_FROM - 1 else []
    return max(1, len(_NUMBERED.findall(raw)), len(lines))


def _cut(field: str, plain: str) -> Iterator[_Clause]:
    text = covered(plain)
    # The plain text's own marks may lie within a covered title.
    for found in _CLAUSE.finditer(text):
        start, end = found.span()
        yield _Clause(field, start, plain[start:end], found[0])


def _complaints(clause: _Clause, kind: Petition) -> Iterator[Sign]:
    unless = signs.UNLESS_ASKING.get(kind) if signs.QUESTION.search(clause.text) else None
    for found in PETITION_SIGNS[kind].finditer(clause.text):
        if unless and unless.match(found[0]):
            continue
        if not _is_within_title(clause.text, found):
            yield clause.sign(found, to_end=True)


def _is_within_title(text: str, found: re.Match[str]) -> bool:
    """“公开查处某厂毁林案件的卷宗目录”: what stands between the request and the document only describes it."""
    if not ends_as_document(text):
        return False
    asked = REQUESTED.search(text, 0, found.start())
    if asked is not None:
        return not _BESIDES.search(text, asked.end(), found.end())
    is_described = "的" in text[found.end() :]
    return is_described and not (
        _FRAMED.match(found[0]) and _OWN_BEGINNING.fullmatch(text, 0, found.start())
    )


def _petition(application: _Application) -> Screening | None:
    """A complaint, unless a document is asked for; wrongs only told count when they are told as happening."""
    if application.wants_document:
        return None
    seen = application.complaints
    told = seen[Petition.ANGER]
    if not application.has(signs.QUESTION):
        told = [*told, *seen[Petition.DISCONTENT]]
    if seen[Petition.FACT] and application.has(signs.LIVELY) and not application.has(signs.ASKING):
        told = [*told, *seen[Petition.FACT]]
    spoken = [sign for kind in _SPOKEN for sign in seen[kind]]
    if not spoken and not told:
        return None
    better_as = _better_for(application, bool(told))
    return _result(ScreeningKind.PETITION, spoken or told, better_as=better_as)


def _plea(application: _Application) -> Screening | None:
    """Something is to be done, and nothing is asked for to be read or explained."""
    pleas = [
        clause.sign(found, to_end=True)
        for clause in application.clauses
        if not ends_as_document(clause.text) and not signs.QUESTION.search(clause.text)
        for found in [PETITION_SIGNS[Petition.PLEA].search(clause.text)]
        if found and len(clause.text) - found.end() > 1
    ]
    if application.wants_document or not pleas:
        return None
    return _result(ScreeningKind.PETITION, pleas, better_as=_better_for(application, False))


def _story(application: _Application) -> Screening | None:
    """Nothing is asked for at all: somebody tells what has happened to them."""
    if application.wants_document or application.has(signs.HOW_TO):
        return None
    shown = [mark for mark in signs.STORY if application.has(mark)]
    # One clause may be a name with a verb in it; two that name no document are being told.
    several = len(application.clauses) > 1
    needed = (1 if several else 3) if not application.has(signs.ASKING) else (3 if several else 4)
    is_done_to = application.has(signs.DONE_TO) and not application.has(signs.ASKING)
    if not is_done_to and len(shown) < needed:
        return None
    telling = signs.HARM if signs.HARM in shown else (shown or [signs.DONE_TO])[-1]
    told = [clause.whole() for clause in application.clauses if telling.search(clause.text)] or [
        application.clauses[0].whole()
    ]
    return _result(ScreeningKind.PETITION, told, better_as=_better_for(application, True))


def _partly_petition(application: _Application) -> Screening | None:
    """A document is asked for, and somebody is to be punished, paid or stopped besides."""
    demands = application.complaints[Petition.DEMAND]
    if not application.wants_document or not demands:
        return None
    better_as = _better_for(application, has_grievance=True)
    return _result(ScreeningKind.PETITION, demands, better_as=better_as, partly=True)


def _better_for(application: _Application, has_grievance: bool) -> CaseKind:
    seen = application.complaints
    hard = seen[Petition.DEMAND] or seen[Petition.BLAME] or has_grievance
    if any(re.search("举报|检举|控告|揭发", sign.words) for sign in seen[Petition.OPENING]):
        return CaseKind.REPORT
    if seen[Petition.SUGGESTION] and not hard:
        return CaseKind.SUGGESTION
    if seen[Petition.FACT] and any(
        re.search("查|罚|惩|取缔|制止|停止|拆", sign.words) for sign in seen[Petition.DEMAND]
    ):
        return CaseKind.REPORT
    if hard or seen[Petition.OPENING]:
        return CaseKind.COMPLAINT
    return CaseKind.HELP


def _correction(application: _Application) -> Screening | None:
    found = application.found(signs.CORRECTION)
    is_own = application.has(signs.CORRECTED) and application.has(signs.WRONG_RECORD)
    if not found or not is_own or _demands_more(application, "更正|改|纠正|修正|订正"):
        return None
    return _result(ScreeningKind.OWN_RECORD_CORRECTION, found)


def _reissue(application: _Application) -> Screening | None:
    found = application.found(signs.REISSUE)
    if not found or _demands_more(application, "补发|恢复|恢復"):
        return None
    return _result(ScreeningKind.REISSUE, found)


def _demands_more(application: _Application, than: str) -> bool:
    demands = application.complaints[Petition.DEMAND]
    return any(not re.search(than, sign.words) for sign in demands)


def _publication(application: _Application) -> Screening | None:
    found = [
        clause.sign(match)
        for clause in application.clauses
        for match in signs.PUBLICATION.finditer(clause.plain)
        if signs.PUBLICATION_END.match(clause.plain[match.end() :])
        and not signs.PRINTED_IN.search(clause.plain)
    ]
    return _result(ScreeningKind.PUBLICATION, found) if found else None


def _creation(application: _Application) -> Screening | None:
    found = application.found(signs.CREATION)
    return _result(ScreeningKind.CREATION, found) if found else None


def _question(application: _Application) -> Screening | None:
    if application.wants_document or application.has(signs.FIGURE):
        return None
    if application.has(signs.MAY_I_READ):
        return None
    found = [
        sign for sign in application.found(signs.QUESTION) if not signs.NAMING.match(sign.words)
    ]
    return _result(ScreeningKind.QUESTION, found) if found else None


def _result(
    kind: ScreeningKind,
    found: Sequence[Sign],
    *,
    better_as: CaseKind | None = None,
    partly: bool = False,
    matters: int = 1,
) -> Screening:
    ordered = sorted(set(found), key=lambda sign: (sign.field != "information", sign.start))
    return Screening(kind, tuple(ordered), better_as or ADVICE[kind].better_as, partly, matters)
