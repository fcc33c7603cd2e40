"""What is decided about one question, and what the conversation remembers of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.conversation.amounts import Amount
from assistant.conversation.asking import BUREAU_ANSWERS, Asked, detail_in, fits, named_in
from assistant.conversation.fusion import Choice
from assistant.conversation.models import Outcome
from assistant.knowledge.content import Aspect, Notice, Office, Service
from assistant.knowledge.shelf import Shelf

# A sitting with this many misses is offered a person.
MISSES_BEFORE_PERSON = 3
# Items a conversation remembers.
MOST_SPOKEN = 5

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
    told: str | None = None
    """The record last told, for “再说一遍”."""
    remaining: tuple[str, ...] = ()
    """What may still be meant when “都不是” turns down the choices offered."""
    spoken: tuple[str, ...] = ()
    """The items spoken of, the last one last, for “回到刚才那个”."""

    def with_subject(self, subject: str | None) -> Memory:
        """The memory after `subject` was spoken of."""
        if subject is None or subject in self.spoken[-1:]:
            return replace(self, subject=subject)
        others = tuple(one for one in self.spoken if one != subject)
        return replace(self, subject=subject, spoken=(*others, subject)[-MOST_SPOKEN:])


@dataclass(frozen=True)
class Decision:
    """What is to be said, and why. `answer_id` names a record, `phrase` one of phrases.yml."""

    outcome: Outcome
    reason: str | None = None
    answer_id: str | None = None
    aspects: tuple[Aspect, ...] = ()
    phrase: str | None = None
    candidates: tuple[Choice, ...] = ()
    confidence: float = 0.0
    memory: Memory = field(default_factory=Memory)
    offers_person: bool = False
    amount: Amount | None = None
    points: tuple[str, ...] = ()
    """Sentences of a service's guide that say most of what was asked, to be told first."""
    also: tuple[Decision, ...] = ()
    """The answers to the message's other questions, in the order they are told."""


def told(
    record_id: str, aspects: Sequence[Aspect], memory: Memory, shelf: Shelf, text: str = ""
) -> Decision:
    """`text` is the question, where a part of the record that no cue names may answer it."""
    record = shelf.records[record_id]
    if isinstance(record, Notice):
        return notice(record_id, memory, shelf)
    kept = tuple(aspect for aspect in aspects if fits(record, (aspect,)))
    points: tuple[str, ...] = ()
    if text:
        name = named_in(text, record_id, shelf.mentions)
        kept = shelf.passages.add_told(record_id, text, kept, name)
        points = shelf.passages.points(record_id, detail_in(text, name, shelf.cues))
    has_aspects = isinstance(record, Service | Office)
    subject = record_id if has_aspects else shelf.item_of.get(record_id, memory.subject)
    return Decision(
        Outcome.ANSWERED,
        None,
        record_id,
        kept,
        points=points,
        memory=replace(
            memory.with_subject(subject), aspects=kept, misses=0, told=record_id, remaining=()
        ),
    )


def closest(first: str, second: str, asked: Asked, memory: Memory, shelf: Shelf) -> Decision:
    """Two neighbours either of which may be meant: both are told, and that it is not certain which."""
    other = told(second, asked.aspects, memory, shelf, asked.text)
    nearest = told(first, asked.aspects, memory, shelf, asked.text)
    if (
        first != nearest.memory.subject
    ):  # what is told first is no item itself; the second may be one
        nearest = replace(nearest, memory=nearest.memory.with_subject(other.memory.subject))
    return replace(nearest, reason="closest", also=(other,))


def notice(record_id: str, memory: Memory, shelf: Shelf) -> Decision:
    outcome, reason = _NOTICE_OUTCOMES[shelf.records[record_id].kind]
    return Decision(
        outcome,
        reason,
        record_id,
        memory=replace(memory, misses=0, told=record_id, remaining=()),
        offers_person=outcome is Outcome.HANDOVER,
    )


def missed(memory: Memory, reason: str = "low_confidence") -> Decision:
    misses = memory.misses + 1
    return Decision(
        Outcome.UNANSWERABLE,
        reason,
        phrase="missed_often" if misses >= MISSES_BEFORE_PERSON else "missed",
        memory=replace(memory, misses=misses),
        offers_person=True,
    )


def to_person(reason: str, phrase: str, memory: Memory) -> Decision:
    return Decision(Outcome.HANDOVER, reason, phrase=phrase, memory=memory, offers_person=True)


def which_item(aspects: Sequence[Aspect], memory: Memory) -> Decision:
    return Decision(
        Outcome.CLARIFICATION,
        "which_item",
        phrase="which_item",
        memory=replace(memory, subject=None, aspects=tuple(aspects), remaining=()),
    )


def about_bureau(aspects: Sequence[Aspect], memory: Memory, shelf: Shelf) -> Decision:
    """An aspect with nothing it could belong to: the bureau's own, or “which item?”."""
    answer_id = BUREAU_ANSWERS.get(aspects[0]) if aspects else None
    if answer_id in shelf.records:
        return told(answer_id, (), memory, shelf)
    return which_item(aspects, memory)
