"""Whose matter a case is: learned from the database, told in words an operator can check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.kinds import Resolution
from assistant.cases.models import Case
from assistant.cases.states import ENDED_STATUSES
from assistant.help.keywords import Keywords
from assistant.help.routing import ELSEWHERE, Example, Hint, Routing, Suggestion, learn
from assistant.help.wording import words_of_case
from assistant.knowledge.content import Answer, AnyRecord, Notice, Office, Service
from assistant.knowledge.shelf import Shelf

# The newest so many: duties move between offices, and more teach little more.
MOST_CASES = 5_000
# Ways of asking taken for each office, evenly over all it answers, so that none outweighs the others.
LESSONS_OF_OFFICE, LESSONS_ELSEWHERE = 250, 500


@dataclass(frozen=True, slots=True)
class OfficeAdvice:
    """An office the case may belong to. `share` is in [0, 1]; `why` is a sentence for the page."""

    office_id: str
    title: str
    share: float
    because: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class ElsewhereAdvice:
    """Another body the case may belong to, as the knowledge base's notice of that id names it, if there is one."""

    notice_id: str | None
    body: str
    share: float
    because: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Where to send a case: at most three offices, the likeliest first, none when unsure; and a hint of a transfer."""

    offices: tuple[OfficeAdvice, ...]
    elsewhere: ElsewhereAdvice | None
    case_count: int


def train(session: Session, shelf: Shelf, keywords: Keywords) -> Routing:
    """Learn anew from the newest closed cases and from how citizens ask for what each office answers."""
    offices = [office.id for office in shelf.offices()]
    return learn(keywords, closed_cases(session), lessons_of(shelf), offices)


def closed_cases(session: Session, limit: int = MOST_CASES) -> list[Example]:
    """The newest cases that were answered or sent on, with whose matter they were, the oldest of them first."""
    is_answered = (Case.resolution == Resolution.ANSWERED) & Case.office_id.is_not(None)
    is_sent_on = Case.resolution == Resolution.TRANSFERRED
    rows = session.execute(
        select(Case.text, Case.office_id, Case.kind, Case.resolution)
        .where(Case.status.in_(ENDED_STATUSES), is_answered | is_sent_on)
        .order_by(Case.id.desc())
        .limit(limit)
    ).all()
    return [
        Example(text, ELSEWHERE if ending is Resolution.TRANSFERRED else office_id or "", kind)
        for text, office_id, kind, ending in reversed(rows)
    ]


def lessons_of(shelf: Shelf) -> list[Example]:
    """How citizens ask for what each office answers, and for what other bodies do; so many of each at most."""
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for phrasing in shelf.index.phrasings:
        label = _whose(shelf.get(phrasing.label))
        if label is not None:
            asked[label].append(phrasing.text)
    return [
        Example(text, label)
        for label, texts in sorted(asked.items())
        for text in _evenly(texts, LESSONS_ELSEWHERE if label == ELSEWHERE else LESSONS_OF_OFFICE)
    ]


def _whose(record: AnyRecord | None) -> str | None:
    if isinstance(record, Office):
        return record.id
    if isinstance(record, Notice) and record.kind == "elsewhere":
        return ELSEWHERE
    return record.office if isinstance(record, Answer | Service) else None


def _evenly(texts: Sequence[str], limit: int) -> list[str]:
    places = np.linspace(0, len(texts) - 1, min(limit, len(texts))).astype(int)
    return [texts[place] for place in places]


def advise(routing: Routing, shelf: Shelf, case: Case) -> Advice:
    """Where to send a case, told with the words that say so."""
    text = words_of_case(case)
    offices = tuple(_office_advice(one, shelf) for one in routing.suggest(text, case.kind))
    hint = routing.elsewhere(text, case.kind)
    elsewhere = _elsewhere_advice(hint, shelf) if hint else None
    return Advice(offices, elsewhere, routing.case_count)


def _office_advice(one: Suggestion, shelf: Shelf) -> OfficeAdvice:
    title, words = shelf.title(one.office_id), "、".join(one.because)
    why = f"{title}，把握{one.share:.0%}" + (f"，依据：{words}" if words else "")
    return OfficeAdvice(one.office_id, title, one.share, one.because, why)


def _elsewhere_advice(hint: Hint, shelf: Shelf) -> ElsewhereAdvice:
    notice = shelf.get(hint.notice_id or "")
    words = f"（提到了{'、'.join(hint.because)}）" if hint.because else ""
    if isinstance(notice, Notice) and notice.body:
        body, whose = notice.body, f"“{notice.title}”一般由{notice.body}负责"
    else:
        body, whose = "其他机关", "可能应由其他机关处理"
    why = f"可能不是本局职责：{whose}{words}。分工以三定规定为准，转送前请核对。"
    return ElsewhereAdvice(hint.notice_id, body, hint.share, hint.because, why)
