"""From what was heard to what is done: answer, offer a choice, or hand over. Pure, so an auditor can read it.

The witnesses' scores are fused into one confidence; every weight and threshold stands in config.yml and is
chosen by `xunda tune`, which shows the trade-off.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.conversation.guard import find_danger, is_discipline
from assistant.conversation.models import Outcome
from assistant.knowledge.compose import OFFICE_ASPECTS, SERVICE_ASPECTS
from assistant.knowledge.content import Aspect, Notice, Office, Service
from assistant.knowledge.shelf import Shelf
from assistant.language.text import bare
from assistant.language.understanding import Candidate, Heard
from assistant.settings import Fusion, Tuning

# A sitting with this many misses is offered a person.
MISSES_BEFORE_PERSON = 3
MAX_CHOICES = 3
MAX_PARTS = 3

_CORRECTION = re.compile(
    r"^(?:不是(?:这个|的)?|不对|错了|你(?:搞|弄|理解)错了)[,，。!！\s]*(?:我(?:说|问|要|想问)的?是|是)?[,，:：\s]*"
)
_NOTICE_OUTCOMES = {
    "elsewhere": (Outcome.OUT_OF_SCOPE, "other_body"),
    "emergency": (Outcome.HANDOVER, "emergency"),
    "discipline": (Outcome.HANDOVER, "discipline"),
    "smalltalk": (Outcome.SMALLTALK, None),
}


@dataclass(frozen=True)
class Memory:
    """What the conversation remembers between turns."""

    subject: str | None = None
    aspects: tuple[Aspect, ...] = ()
    misses: int = 0


@dataclass(frozen=True)
class Choice:
    """One thing offered or considered, with the confidence it was given."""

    id: str
    score: float


@dataclass(frozen=True)
class Decision:
    """What is to be said, and why."""

    outcome: Outcome
    reason: str | None
    answer_id: str | None = None
    aspects: tuple[Aspect, ...] = ()
    phrase: str | None = None
    candidates: tuple[Choice, ...] = ()
    confidence: float = 0.0
    memory: Memory = field(default_factory=Memory)
    offers_person: bool = False


def strip_correction(text: str) -> str:
    """What remains of “不是，我说的是延续”: the thing meant. The text itself when nothing would remain."""
    rest = _CORRECTION.sub("", text)
    return rest if len(bare(rest)) >= 2 else text


def find_aspects(text: str, cues: dict[Aspect, tuple[str, ...]]) -> tuple[Aspect, ...]:
    """The aspects a normalised text asks about, in the order asked; a longer cue hides those inside it."""
    spans = sorted(
        ((text.find(cue), -len(cue), aspect) for aspect, words in cues.items() for cue in words if cue in text),
        key=lambda span: (span[1], span[0]),
    )
    taken: list[tuple[int, int, Aspect]] = []
    for start, minus, aspect in spans:
        end = start - minus
        if all(end <= other_start or start >= other_end for other_start, other_end, _ in taken):
            taken.append((start, end, aspect))
    ordered = sorted(taken, key=lambda item: item[0])
    return tuple(dict.fromkeys(aspect for _, _, aspect in ordered))[:MAX_PARTS]


def find_mention(text: str, mentions: dict[str, str]) -> str | None:
    """The record whose name or alias stands in the text; the longest name wins (取水许可延续 over 取水许可)."""
    joined = bare(text)
    found = [name for name in mentions if name in joined]
    return mentions[max(found, key=len)] if found else None


def rank(heard: Heard, mention: str | None, fusion: Fusion) -> list[Choice]:
    """Candidates by fused score, best first."""
    fused = [
        Choice(
            candidate.label,
            fusion.probability * candidate.probability
            + fusion.lexical * candidate.lexical
            + fusion.semantic * candidate.semantic
            + (fusion.mention if candidate.label == mention else 0.0),
        )
        for candidate in heard.candidates
    ]
    return sorted(fused, key=lambda choice: (-choice.score, choice.id))


def signals(heard: Heard, ranked: Sequence[Choice], mention: str | None) -> list[float]:
    """What the confidence in the best candidate is judged by, each about [0, 1]; the order is the config's."""
    if not ranked:
        return [0.0] * len(SIGNALS)
    by_label = {candidate.label: candidate for candidate in heard.candidates}
    best = by_label[ranked[0].id]
    others = [candidate for candidate in heard.candidates if candidate.label != best.label]

    def lead(own: float, theirs: Sequence[float]) -> float:
        return own - max(theirs, default=0.0)

    return [
        best.probability,
        lead(best.probability, [c.probability for c in others]),
        best.lexical,
        lead(best.lexical, [c.lexical for c in others]),
        best.semantic,
        lead(best.semantic, [c.semantic for c in others]),
        heard.coverage,
        _agreement(best, heard.candidates),
        1.0 if mention == best.label else 0.0,
    ]


SIGNALS = (
    "probability",
    "probability_lead",
    "lexical",
    "lexical_lead",
    "semantic",
    "semantic_lead",
    "coverage",
    "agreement",
    "mention",
)


def _agreement(best: Candidate, candidates: Sequence[Candidate]) -> float:
    """The share of the three witnesses that put this candidate first."""
    firsts = (
        max(candidates, key=lambda c: c.probability),
        max(candidates, key=lambda c: c.lexical),
        max(candidates, key=lambda c: c.semantic),
    )
    return sum(first.label == best.label for first in firsts) / len(firsts)


def confidence(values: Sequence[float], fusion: Fusion) -> float:
    """The calibrated chance that the best candidate is right."""
    total = fusion.bias + sum(
        fusion.weights.get(name, 0.0) * value for name, value in zip(SIGNALS, values, strict=True)
    )
    return 1 / (1 + math.exp(-total))


def decide(heard: Heard, memory: Memory, shelf: Shelf, tuning: Tuning) -> Decision:
    """The whole of deciding, top to bottom: danger, follow-up, then the fused ranking."""
    danger = find_danger(heard.text)
    if danger is not None:
        return _notice(danger, shelf, 1.0, (), memory)
    if is_discipline(heard.text):
        return _notice("discipline.corruption", shelf, 1.0, (), memory)
    mention = find_mention(heard.text, shelf.mentions)
    ranked = rank(heard, mention, tuning.fusion)
    chance = confidence(signals(heard, ranked, mention), tuning.fusion)
    top = ranked[0].id if ranked else None
    aspects = find_aspects(heard.text, shelf.cues)
    followed = _follow_up(top, chance, mention, aspects, memory, shelf, tuning)
    if followed is not None:
        return followed
    choices = _choices(ranked, shelf)
    answer_at, clarify_at = tuning.thresholds_for(heard.has_model, heard.has_encoder)
    if top is None or chance < clarify_at:
        return _missed(choices, chance, memory)
    if top == "offtopic":
        return Decision(
            Outcome.OUT_OF_SCOPE, "off_topic", phrase="off_topic", candidates=choices, confidence=chance,
            memory=memory,
        )
    if top.startswith("handover."):
        return _handover(top, choices, chance, memory)
    if top.startswith("dialogue."):
        return _dialogue(top, choices, chance, memory)
    if top.startswith("aspect."):
        return Decision(
            Outcome.CLARIFICATION, "which_item", phrase="which_item", candidates=choices,
            confidence=chance, memory=Memory(None, aspects or _aspect_of(top), memory.misses),
        )
    if chance >= answer_at or shelf.records[top].kind == "smalltalk":
        return _told(top, aspects, choices, chance, memory, shelf)
    return Decision(
        Outcome.CLARIFICATION, "did_you_mean", phrase="did_you_mean", candidates=choices,
        confidence=chance, memory=memory,
    )


def _aspect_of(label: str | None) -> tuple[Aspect, ...]:
    if label is None or not label.startswith("aspect."):
        return ()
    return (Aspect(label.removeprefix("aspect.")),)


def _fits(subject: str | None, aspects: Sequence[Aspect], shelf: Shelf) -> bool:
    record = shelf.records.get(subject or "")
    fitting = OFFICE_ASPECTS if isinstance(record, Office) else SERVICE_ASPECTS
    return isinstance(record, Service | Office) and any(aspect in fitting for aspect in aspects)


def _follow_up(
    top: str | None,
    chance: float,
    mention: str | None,
    aspects: tuple[Aspect, ...],
    memory: Memory,
    shelf: Shelf,
    tuning: Tuning,
) -> Decision | None:
    """“那要几天？” after an item was spoken of, and “那延续呢？” after an aspect was."""
    asked = aspects or _aspect_of(top)
    if mention is None and asked and _fits(memory.subject, asked, shelf):
        record_like = top is not None and not top.startswith(("aspect.", "offtopic", "dialogue."))
        if not (record_like and chance >= tuning.leave_subject_at):
            assert memory.subject is not None
            return _told(memory.subject, asked, (), 1.0, memory, shelf)
    changed = mention or (top if top in shelf.records else None)
    if not aspects and memory.aspects and changed != memory.subject and _fits(changed, memory.aspects, shelf):
        known = mention is not None or chance >= tuning.answer_at
        if known and changed is not None:
            return _told(changed, memory.aspects, (), chance, memory, shelf)
    return None


def _choices(ranked: Sequence[Choice], shelf: Shelf) -> tuple[Choice, ...]:
    """What can be offered: things that have an answer, the best three."""
    offered = [
        choice
        for choice in ranked
        if choice.id in shelf.records and shelf.records[choice.id].kind not in ("smalltalk", "bureau")
    ]
    return tuple(Choice(choice.id, round(choice.score, 4)) for choice in offered[:MAX_CHOICES])


def _told(
    record_id: str,
    aspects: tuple[Aspect, ...],
    choices: tuple[Choice, ...],
    chance: float,
    memory: Memory,
    shelf: Shelf,
) -> Decision:
    record = shelf.records[record_id]
    if isinstance(record, Notice):
        return _notice(record_id, shelf, chance, choices, memory)
    has_aspects = isinstance(record, Service | Office)
    kept = tuple(a for a in aspects if _fits(record_id, (a,), shelf)) if has_aspects else ()
    subject = record_id if has_aspects else memory.subject
    return Decision(
        Outcome.ANSWERED, None, record_id, kept, candidates=choices, confidence=chance,
        memory=Memory(subject, kept),
    )


def _notice(
    record_id: str, shelf: Shelf, chance: float, choices: tuple[Choice, ...], memory: Memory
) -> Decision:
    record = shelf.records[record_id]
    outcome, reason = _NOTICE_OUTCOMES[record.kind]
    return Decision(
        outcome, reason, record_id, candidates=choices, confidence=chance,
        memory=Memory(memory.subject, memory.aspects),
        offers_person=outcome is Outcome.HANDOVER,
    )


def _missed(choices: tuple[Choice, ...], chance: float, memory: Memory) -> Decision:
    misses = memory.misses + 1
    phrase = "missed_often" if misses >= MISSES_BEFORE_PERSON else "missed"
    return Decision(
        Outcome.UNANSWERABLE, "low_confidence", phrase=phrase, candidates=choices, confidence=chance,
        memory=Memory(memory.subject, memory.aspects, misses), offers_person=True,
    )


def _handover(
    label: str, choices: tuple[Choice, ...], chance: float, memory: Memory
) -> Decision:
    reason = {"handover.person": "asked_for_human"}.get(label, label.replace("handover.", "wants_"))
    return Decision(
        Outcome.HANDOVER, reason, phrase=label.replace(".", "_"), candidates=choices, confidence=chance,
        memory=memory, offers_person=True,
    )


def _dialogue(
    label: str, choices: tuple[Choice, ...], chance: float, memory: Memory
) -> Decision:
    if label == "dialogue.none_of_these":
        return Decision(
            Outcome.HANDOVER, "none_of_these", phrase="none_of_these", candidates=(), confidence=chance,
            memory=Memory(memory.subject, memory.aspects, memory.misses + 1), offers_person=True,
        )
    return Decision(
        Outcome.SMALLTALK, None, phrase=label.replace(".", "_"), candidates=choices, confidence=chance,
        memory=memory,
    )
