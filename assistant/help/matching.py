"""What the knowledge base says about a case, ready to be put into its reply."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.conversation.asking import find_aspects
from assistant.errors import Invalid
from assistant.knowledge.compose import compose
from assistant.knowledge.content import AnyRecord, Service
from assistant.knowledge.search import MAX_QUERY, Finder
from assistant.knowledge.search.entries import EntryKind, kind_of
from assistant.knowledge.shelf import Shelf, UnknownPlaceholder
from assistant.language.text import normalise

log = logging.getLogger(__name__)

# A letter as a whole, its sentences one by one, and its clauses looked up by their words: how much each counts.
WHOLE, SENTENCE, LOOKED_UP = 1.0, 0.5, 0.4
# Less than this is chance, and so is what is far behind the best. The longer a letter, the lower are all scores.
LEAST_SCORE, LEAST_OF_BEST = 0.15, 0.45
RANKED, MOST_PARTS, LEAST_PART = 12, 12, 4
REASONS = 4
# What can stand in a reply: no small talk, and nothing that is said to somebody in danger.
_TOLD = frozenset({"answer", "service", "document", "elsewhere"})
_SENTENCE = re.compile(r"[。！？!?；;\n]+")
_CLAUSE = re.compile(r"[。！？!?；;\n，,、：:\s（）()“”\"]+")
# What only makes sense in the chat.
_CHAT_ONLY = re.compile("留言给工作人员|问我|说给我|我会请您")
_SENTENCE_END = re.compile("(?<=[。；])")


@dataclass(frozen=True, slots=True)
class MatchingAnswer:
    """A record that answers the case. `text` is fit for a reply, its sources and date of checking at the end.

    `score` only orders them; `because` are words of the case that stand in it.
    """

    record_id: str
    kind: EntryKind
    title: str
    text: str
    sources: tuple[str, ...]
    verified_on: str | None
    office: str | None
    score: float
    because: tuple[str, ...]


def matching_answers(
    shelf: Shelf, finder: Finder, text: str, today: date, limit: int = 5
) -> list[MatchingAnswer]:
    """The records that fit what a case says (`wording.words_of_case`), best first; none that has expired."""
    scores, because = _scores(shelf, finder, text, today)
    told = [record_id for record_id in scores if _can_be_told(shelf, record_id, today)]
    told.sort(key=lambda record_id: (-scores[record_id], record_id))
    least = max(LEAST_SCORE, LEAST_OF_BEST * scores[told[0]]) if told else 0.0
    found: list[MatchingAnswer] = []
    for record_id in told:
        if len(found) == limit or scores[record_id] < least:
            break
        words = tuple(because[record_id])[:REASONS]
        try:
            record = shelf.records[record_id]
            found.append(_answer(shelf, record, text, scores[record_id], words))
        except UnknownPlaceholder as error:
            log.error("%s cannot be told: %s", record_id, error)
    return found


def _can_be_told(shelf: Shelf, record_id: str, today: date) -> bool:
    record = shelf.get(record_id)
    return record is not None and record.kind in _TOLD and not shelf.is_expired(record, today)


def _scores(
    shelf: Shelf, finder: Finder, text: str, today: date
) -> tuple[dict[str, float], dict[str, dict[str, None]]]:
    """Each record's score, and the words it shares with the text."""
    because: defaultdict[str, dict[str, None]] = defaultdict(dict)
    scores: defaultdict[str, float] = defaultdict(float)
    for match in shelf.index.lexical(normalise(text), RANKED):
        scores[match.label] += WHOLE * match.score
        because[match.label] |= dict.fromkeys(match.words)
    best: defaultdict[str, float] = defaultdict(float)
    for sentence in _parts(_SENTENCE, text):
        for match in shelf.index.lexical(normalise(sentence), RANKED):
            best[match.label] = max(best[match.label], match.score)
            because[match.label] |= dict.fromkeys(match.words)
    for label, score in best.items():
        scores[label] += SENTENCE * score
    for label, score in _looked_up(finder, text, today).items():
        scores[label] += LOOKED_UP * min(score, 1.0)
    return dict(scores), dict(because)


def _looked_up(finder: Finder, text: str, today: date) -> dict[str, float]:
    scores: defaultdict[str, float] = defaultdict(float)
    for clause in _parts(_CLAUSE, text):
        try:
            hits = finder.search(clause[:MAX_QUERY], today, limit=RANKED).hits
        except Invalid:  # nothing in it to look for
            continue
        for hit in hits:
            scores[hit.entry.id] += hit.score
    return scores


def _parts(breaks: re.Pattern[str], text: str) -> list[str]:
    parts = dict.fromkeys(part for part in breaks.split(text) if len(part) >= LEAST_PART)
    return list(parts)[:MOST_PARTS]


def _answer(
    shelf: Shelf, record: AnyRecord, text: str, score: float, words: Sequence[str]
) -> MatchingAnswer:
    is_service = isinstance(record, Service)
    aspects = find_aspects(normalise(text), shelf.cues) if is_service else ()
    told = compose(shelf, record, aspects)
    return MatchingAnswer(
        record_id=record.id,
        kind=kind_of(record),
        title=told.title,
        text=_for_a_reply(told.text, told.sources, told.verified_on),
        sources=told.sources,
        verified_on=told.verified_on,
        office=told.office,
        score=round(score, 3),
        because=tuple(words),
    )


def _for_a_reply(text: str, sources: Sequence[str], verified_on: str | None) -> str:
    lines = [
        "".join(part for part in _SENTENCE_END.split(line) if not _CHAT_ONLY.search(part))
        for line in text.splitlines()
    ]
    told = "\n".join(line for line in lines if line.strip())
    notes = [f"依据：{'；'.join(sources)}"] if sources else []
    if verified_on:
        day = date.fromisoformat(verified_on)
        notes.append(f"内容核对日期：{day.year}年{day.month}月{day.day}日")
    return f"{told}\n（{'。'.join(notes)}）" if notes else told
