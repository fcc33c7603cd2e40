"""What an application for information really asks for, recognised before it is filed and after. Pure.

条例第三十九条: who complains in the form of an application is to be told so. Patterns over normalised text, no
model: what is said to a citizen must be explainable by the words that led to it. Cautious on purpose: a false alarm
tells somebody who uses a right that they do not. Where a document is asked for, a story of wrongs around it is only
a story; where none is, whoever demands, blames or tells of wrongs is complaining.

    documents     what is recorded, so that words in its title mislead nobody
    signs         what gives each kind away
    application   the text in clauses, and what each shows
    matters       how many things are asked for at once
    advice        what the citizen is told, with the article
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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
from assistant.disclosure.screening.application import SPOKEN, Application, Sign
from assistant.disclosure.screening.documents import ends_as_document
from assistant.disclosure.screening.matters import count_matters
from assistant.disclosure.screening.signs import PETITION_SIGNS, Petition

__all__ = ["SEVERAL_FROM", "Screening", "ScreeningKind", "Sign", "count_matters", "screen"]

# So many numbered matters in one application are many.
SEVERAL_FROM = 4

# Shorter clauses are what an aside has left over.
_SHORTEST = 4
_DISCIPLINE = re.compile(
    r"贪|受贿|行贿|好处费|回扣|侵吞|挪用|截留|滥用职权|徇私|以权谋私|吃拿卡要|渎职|包庇|勾结|红包"
)
_TELLING = re.compile("举报|检举|控告|揭发")
_POLICING = re.compile("查|罚|惩|取缔|制止|停止|拆")
_RENEWING = re.compile("补发|恢复")
_CORRECTING = re.compile("更正|改|纠正|修正|订正")


@dataclass(frozen=True, slots=True)
class Screening:
    """What an application looks like.

    `signs` are the words that led there, `better_as` is what it would better be filed as. `partly`: it asks for a
    document too, and only `signs` is something else. `matters`: how many things are asked for.
    """

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
        template = PARTLY if self.partly else known.words
        kind = self.better_as.label if self.better_as else ""
        told = template.format(quoted=quoted(words), kind=kind, count=self.matters)
        return told + DISCIPLINE if any(map(_DISCIPLINE.search, words)) else told


def screen(information: str, text: str = "") -> Screening:
    """What an application asks for, from its 所需信息 and what else was written; never raises."""
    application = Application(information, text)
    matters = max(count_matters(information), count_matters(text))
    for look in _BEFORE_COUNTING:
        if found := look(application):
            return found
    if matters >= SEVERAL_FROM:
        return _result(ScreeningKind.SEVERAL, (), matters=matters)
    for look in _AFTER_COUNTING:
        if found := look(application):
            return found
    return Screening(ScreeningKind.NONE, matters=matters)


def _correction(application: Application) -> Screening | None:
    found = application.found(signs.CORRECTION)
    is_own = application.has(signs.CORRECTED) and application.has(signs.WRONG_RECORD)
    if not found or not is_own or _demands_more(application, _CORRECTING):
        return None
    return _result(ScreeningKind.OWN_RECORD_CORRECTION, found)


def _reissue(application: Application) -> Screening | None:
    found = application.found(signs.REISSUE)
    if not found or _demands_more(application, _RENEWING):
        return None
    return _result(ScreeningKind.REISSUE, found)


def _demands_more(application: Application, than: re.Pattern[str]) -> bool:
    demands = application.complaints[Petition.DEMAND]
    return any(not than.search(sign.words) for sign in demands)


def _petition(application: Application) -> Screening | None:
    """A complaint, unless a document is asked for; wrongs count when they are told as happening."""
    if application.wants_document:
        return None
    seen = application.complaints
    told = seen[Petition.ANGER]
    if not application.has(signs.QUESTION):
        told = [*told, *seen[Petition.DISCONTENT]]
    if application.has(signs.LIVELY) and not application.has(signs.ASKING):
        told = [*told, *seen[Petition.FACT]]
    spoken = [sign for kind in SPOKEN for sign in seen[kind]]
    if not spoken and not told:
        return None
    return _as_petition(application, spoken or told, has_grievance=bool(told))


def _partly_petition(application: Application) -> Screening | None:
    """A document is asked for, and somebody is to be punished, paid or stopped besides."""
    demands = application.complaints[Petition.DEMAND]
    if not application.wants_document or not demands:
        return None
    return _as_petition(application, demands, has_grievance=True, partly=True)


def _publication(application: Application) -> Screening | None:
    found = [
        clause.whole()
        for clause in application.clauses
        for match in signs.PUBLICATION.finditer(clause.plain)
        if signs.PUBLICATION_END.match(clause.plain[match.end() :])
        and not signs.PRINTED_IN.search(clause.plain)
    ]
    return _result(ScreeningKind.PUBLICATION, found) if found else None


def _creation(application: Application) -> Screening | None:
    found = application.found(signs.CREATION)
    return _result(ScreeningKind.CREATION, found) if found else None


def _plea(application: Application) -> Screening | None:
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
    return _as_petition(application, pleas, has_grievance=False)


def _story(application: Application) -> Screening | None:
    """Nothing is asked for at all: somebody tells what has happened to them."""
    if application.wants_document or application.has(signs.HOW_TO):
        return None
    clauses = [clause for clause in application.clauses if len(clause.text) >= _SHORTEST]
    shown = [mark for mark in signs.STORY if application.has(mark)]
    asks = application.has(signs.ASKING)
    # One clause may be a name with a verb in it; two that name no document are being told.
    needed = (3 if asks else 1) if len(clauses) > 1 else (4 if asks else 3)
    is_done_to = application.has(signs.DONE_TO) and not asks
    is_told = len(shown) >= needed and shown != [signs.HARM]
    if not clauses or not (is_done_to or is_told):
        return None
    mark = signs.HARM if signs.HARM in shown else (shown or [signs.DONE_TO])[-1]
    told = [clause.whole() for clause in clauses if mark.search(clause.plain)]
    return _as_petition(application, told or [clauses[0].whole()], has_grievance=True)


def _question(application: Application) -> Screening | None:
    is_for_record = application.has(signs.FIGURE) or application.has(signs.MAY_I_READ)
    if application.wants_document or is_for_record:
        return None
    found = [
        clause.whole()
        for clause in application.clauses
        if signs.QUESTION.search(clause.text) and not signs.NAMING.match(clause.text)
    ]
    return _result(ScreeningKind.QUESTION, found) if found else None


Look = Callable[[Application], Screening | None]
# Numbered demands are demands; numbered documents are several, whatever else is said beside them.
_BEFORE_COUNTING: tuple[Look, ...] = (_correction, _reissue, _petition)
_AFTER_COUNTING: tuple[Look, ...] = (
    _partly_petition,
    _publication,
    _creation,
    _plea,
    _story,
    _question,
)


def _as_petition(
    application: Application, found: Sequence[Sign], *, has_grievance: bool, partly: bool = False
) -> Screening:
    better_as = _better_for(application, has_grievance)
    return _result(ScreeningKind.PETITION, found, better_as=better_as, partly=partly)


def _better_for(application: Application, has_grievance: bool) -> CaseKind:
    """Report, suggestion, complaint or plain call for help."""
    seen = application.complaints
    demands = seen[Petition.DEMAND]
    is_hard = bool(demands or seen[Petition.BLAME]) or has_grievance
    if any(_TELLING.search(sign.words) for sign in seen[Petition.OPENING]):
        return CaseKind.REPORT
    if seen[Petition.SUGGESTION] and not is_hard:
        return CaseKind.SUGGESTION
    if seen[Petition.FACT] and any(_POLICING.search(sign.words) for sign in demands):
        return CaseKind.REPORT
    return CaseKind.COMPLAINT if is_hard or seen[Petition.OPENING] else CaseKind.HELP


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
