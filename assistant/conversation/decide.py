"""From what was heard to what is done: answer, offer a choice, or hand over. Pure, so an auditor can read it.

Thresholds and weights stand in config.yml and are chosen by `xunda tune`, which shows the trade-off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.conversation.amounts import Amount, find_amount
from assistant.conversation.asking import (
    BUREAU_ANSWERS,
    Asked,
    detail_in,
    find_variant,
    fits,
    is_this_variant,
    named_in,
    read,
    topic_answer,
)
from assistant.conversation.fusion import Choice, Verdict, weigh
from assistant.conversation.guard import (
    asks_for_number,
    asks_of_future,
    asks_which_of_two,
    find_danger,
    is_asking,
    is_discipline,
    is_foreign,
    is_in_no_guide,
    is_noise,
    is_surely_theirs,
    needs_person,
    surely_asked,
)
from assistant.conversation.models import Outcome
from assistant.knowledge.content import Aspect, Notice, Office, Service
from assistant.knowledge.files import INTENTS
from assistant.knowledge.shelf import Shelf
from assistant.language.understanding import Heard
from assistant.settings import Tuning

# A sitting with this many misses is offered a person.
MISSES_BEFORE_PERSON = 3
MAX_CHOICES = 3
# Another body's matter is told before an answer of ours if it is believed in by so much of it.
RATHER, RATHER_SURE = 0.5, 0.2
# Who asks about rules, and has no answer, is believed to be in danger from here.
DANGER_DESPITE_ASKING = 0.5
# An item is left for a matter that stands so clearly before all others, and before it by so much.
CLEAR_LEAD, FAR_BEHIND = 0.8, 0.1
EVEN = 0.5
# Items a conversation remembers.
MOST_SPOKEN = 5
# Which number to ring in which danger, for those who are in none.
ALARM_ANSWER = "contact.duty_phone"
# What tells of the information-processing fee, with the sum worked out above it.
FEE_ANSWER = "disclosure.fee_rates"
FEE_ANSWERS = (FEE_ANSWER, "disclosure.fees", "disclosure.fee_notice")

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


def decide(
    heard: Heard, memory: Memory, shelf: Shelf, tuning: Tuning, today: date | None = None
) -> Decision:
    """One question, top to bottom: danger, what only a person can settle, sums, follow-up, ranking.

    With `today`, reports of years to come are told to be unknown.
    """
    guarded = _guarded(heard.raw or heard.text, memory, shelf)
    if guarded is not None:
        return guarded
    if today is not None and asks_of_future(heard.text, today):
        return _missed(memory, "not_in_knowledge")
    amount = find_amount(heard.text, memory.told in FEE_ANSWERS)
    if amount is not None and FEE_ANSWER in shelf.records:
        return replace(_told(FEE_ANSWER, (), memory, shelf), amount=amount)
    if is_noise(heard.text) or (is_foreign(heard.text) and not _is_small_talk(heard)):
        return _missed(memory)
    asked = read(heard.text, shelf.mentions, shelf.cues)
    verdict = weigh(
        heard,
        asked.mention,
        tuning.fusion_for(heard.has_model),
        lambda label: _stands(label, shelf),
    )
    strict = tuning.stricter(heard.has_model, heard.has_encoder)
    decision = (
        (None if is_asking(heard.text) else _danger(verdict, memory, shelf, strict))
        or _follow_up(verdict, asked, memory, shelf, strict)
        or _from_verdict(verdict, asked, memory, shelf, strict)
    )
    offered = tuple(Choice(one.id, round(one.score, 4)) for one in verdict.answers)
    if not decision.candidates:
        memory = decision.memory
        if decision.outcome is Outcome.CLARIFICATION:
            later = tuple(choice.id for choice in offered[MAX_CHOICES : 2 * MAX_CHOICES])
            memory = replace(memory, remaining=later)
        decision = replace(decision, candidates=offered[:MAX_CHOICES], memory=memory)
    return replace(decision, confidence=verdict.confidence)


def _is_small_talk(heard: Heard) -> bool:
    """“Hello” and “OK” are known; any other text without a Chinese word is a hit at random, or another language."""
    best = max(heard.candidates, key=lambda one: one.probability, default=None)
    return best is not None and best.label.startswith("smalltalk.") and best.probability >= EVEN


def _stands(label: str, shelf: Shelf) -> bool:
    """Whether a label can still be acted on: a record may have been withdrawn since the training."""
    return label in shelf.records or label.startswith(INTENTS)


def _guarded(text: str, memory: Memory, shelf: Shelf) -> Decision | None:
    """What is settled before any witness is asked, and so without a model too."""
    danger = find_danger(text)
    if danger is not None:
        return _alarm(danger, "emergency", memory, shelf)
    if is_discipline(text):
        return _alarm("discipline.corruption", "discipline", memory, shelf)
    if needs_person(text):
        return _to_person("needs_person", "needs_person", memory)
    return None


def _alarm(record_id: str, reason: str, memory: Memory, shelf: Shelf) -> Decision:
    """The record for this danger, or the phrase that does for any: the number to ring is never missing."""
    if record_id in shelf.records:
        return _notice(record_id, memory, shelf)
    return _to_person(reason, reason, memory)


def _danger(verdict: Verdict, memory: Memory, shelf: Shelf, tuning: Tuning) -> Decision | None:
    """Danger may be doubted and still must not wait behind a choice: all its kinds are believed in together.

    Who asks about rules and is told them is in none; who asks and there is no answer may be in one after all.
    """
    if verdict.danger is None or verdict.danger_belief < tuning.danger_at:
        return None
    return _alarm(verdict.danger, "emergency", memory, shelf)


def _follow_up(
    verdict: Verdict, asked: Asked, memory: Memory, shelf: Shelf, tuning: Tuning
) -> Decision | None:
    """“那要几天？” after an item was spoken of, and “那延续呢？” after an aspect was."""
    if asked.asks_what_is_in_it and memory.told in shelf.records:
        return _told(memory.told or "", (), memory, shelf)
    earlier = _gone_back_to(verdict, asked, memory)
    if earlier in shelf.records:
        return _told(earlier, asked.aspects, memory, shelf, asked.text)
    if asked.mention is None:
        about = _aspect_of(verdict.other) if verdict.answerable < tuning.answerable_at else ()
        aspects = asked.aspects or about
        variant = find_variant(asked.text, memory.subject, shelf.records)
        if variant is not None:
            return _told(variant, aspects or memory.aspects, memory, shelf)
        if aspects and aspects[0] in BUREAU_ANSWERS and asked.is_about_bureau:
            return _about_bureau(aspects, memory, shelf)
        own = _offices_own(verdict, asked, memory, shelf)
        if own:
            return _told(memory.subject or "", own, memory, shelf)
        topical = topic_answer(memory.told, aspects)
        if asked.is_nearly_bare and topical in shelf.records and memory.told != memory.subject:
            return _told(topical, (), memory, shelf)
        if memory.subject is not None and fits(shelf.get(memory.subject), aspects):
            is_other = _leaves_subject(verdict, memory.subject, shelf, tuning)
            if asked.is_nearly_bare or about or not is_other:
                return _told(memory.subject, aspects, memory, shelf, asked.text)
        if asked.is_bare_aspect:
            return _about_bureau(aspects, memory, shelf)
        return None
    changed = asked.mention != memory.subject
    if changed and not asked.aspects and fits(shelf.get(asked.mention), memory.aspects):
        return _told(asked.mention, memory.aspects, memory, shelf)
    return None


def _offices_own(
    verdict: Verdict, asked: Asked, memory: Memory, shelf: Shelf
) -> tuple[Aspect, ...]:
    """“早上几点有人” after an office was spoken of asks for its hours, not for the bureau's."""
    if asked.names_bureau or not isinstance(shelf.get(memory.subject or ""), Office):
        return ()
    first = verdict.answers[0].id if verdict.answers else ""
    return tuple(aspect for aspect, answer in BUREAU_ANSWERS.items() if answer == first)


def _leaves_subject(verdict: Verdict, subject: str, shelf: Shelf, tuning: Tuning) -> bool:
    """Whether the verdict is for something else than the item last spoken of; another item needs less for that."""
    if verdict.confidence >= tuning.leave_subject_at:
        return True
    if not verdict.answers or not isinstance(shelf.get(verdict.answers[0].id), Service):
        return False
    its_own = next((choice.score for choice in verdict.answers if choice.id == subject), 0.0)
    is_alone = verdict.lead >= CLEAR_LEAD and its_own <= verdict.confidence * FAR_BEHIND
    return is_alone and verdict.answerable >= tuning.answerable_at


def _gone_back_to(verdict: Verdict, asked: Asked, memory: Memory) -> str:
    """The earlier item that “回到刚才那个占林地的” means; empty where nothing is gone back to."""
    if not (asked.goes_back and memory.spoken):
        return ""
    meant = [choice.id for choice in verdict.answers if choice.id in memory.spoken]
    if asked.mention in memory.spoken or meant:
        return asked.mention if asked.mention in memory.spoken else meant[0]
    others = [one for one in memory.spoken if one != memory.subject] or [*memory.spoken]
    return others[0 if asked.goes_to_first else -1] if asked.mention is None else ""


def _aspect_of(label: str | None) -> tuple[Aspect, ...]:
    if label is None or not label.startswith("aspect."):
        return ()
    return (Aspect(label.removeprefix("aspect.")),)


def _about_bureau(aspects: Sequence[Aspect], memory: Memory, shelf: Shelf) -> Decision:
    """An aspect with nothing it could belong to: the bureau's own, or “which item?”."""
    answer_id = BUREAU_ANSWERS.get(aspects[0]) if aspects else None
    if answer_id in shelf.records:
        return _told(answer_id, (), memory, shelf)
    return _which_item(aspects, memory)


def _which_item(aspects: Sequence[Aspect], memory: Memory) -> Decision:
    return Decision(
        Outcome.CLARIFICATION,
        "which_item",
        phrase="which_item",
        memory=replace(memory, subject=None, aspects=tuple(aspects), remaining=()),
    )


def _from_verdict(
    verdict: Verdict, asked: Asked, memory: Memory, shelf: Shelf, tuning: Tuning
) -> Decision:
    if is_in_no_guide(asked.text):
        return _missed(memory, "not_in_knowledge")
    if asked.goes_back and asked.mention is None and asked.is_short and not memory.spoken:
        return _which_item(asked.aspects, memory)
    if (asked.is_generic or asked.names_aspects_only) and asked.mention is None:
        return _which_item((), memory)
    if verdict.answerable < tuning.answerable_at or not verdict.answers:
        return _no_answer(verdict, asked, memory, shelf, tuning)
    surely = surely_asked(asked.text)
    if surely in shelf.records:
        return _told(surely or "", asked.aspects, memory, shelf)
    if _is_rather_theirs(verdict, asked):
        return _notice(verdict.other or "", memory, shelf)
    first, *rest = verdict.answers
    if rest and is_this_variant(asked.text, first.id, rest[0].id, shelf.records):
        return _told(first.id, asked.aspects, memory, shelf, asked.text)
    if rest and _is_plainly(asked, first.id, rest[0].id, shelf):
        return _told(asked.mention or first.id, asked.aspects, memory, shelf, asked.text)
    if rest and asks_which_of_two(asked.text):
        return _closest(first.id, rest[0].id, asked, memory, shelf)
    if verdict.lead >= tuning.answer_at or not rest:
        return _told(first.id, asked.aspects, memory, shelf, asked.text)
    if verdict.between_two >= tuning.closest_at:
        return _closest(first.id, rest[0].id, asked, memory, shelf)
    return Decision(Outcome.CLARIFICATION, "did_you_mean", phrase="did_you_mean", memory=memory)


def _is_plainly(asked: Asked, first: str, second: str, shelf: Shelf) -> bool:
    """An item is asked for by its very name and nothing else, and is one of the two nearest.

    “到期” beside a name asks for its renewal as often as for itself; “管几年” asks for itself.
    """
    if not asked.is_item_alone or asked.mention not in (first, second):
        return False
    record = shelf.get(asked.mention)
    is_lasting = Aspect.RESULT not in asked.aspects or asked.asks_how_long
    return isinstance(record, Service | Office) and is_lasting


def _is_rather_theirs(verdict: Verdict, asked: Asked) -> bool:
    """Another body's matter that an answer of ours resembles.

    “停水归你们管吗” is like any question about our duties: the body it names comes before them. A sure sign of another
    body's matter (绿化带) needs the less to be believed.
    """
    first, other = verdict.answers[0], verdict.other or ""
    if not other.startswith("elsewhere.") or asked.mention is not None:
        return False
    if is_surely_theirs(asked.text, other):
        return verdict.other_belief >= RATHER_SURE * first.score
    return (
        first.id == BUREAU_ANSWERS[Aspect.DUTIES] and verdict.other_belief >= RATHER * first.score
    )


def _closest(first: str, second: str, asked: Asked, memory: Memory, shelf: Shelf) -> Decision:
    """Two neighbours either of which may be meant: both are told, and that it is not certain which."""
    other = _told(second, asked.aspects, memory, shelf, asked.text)
    told = _told(first, asked.aspects, memory, shelf, asked.text)
    if first != told.memory.subject:  # what is told first is no item itself; the second may be one
        told = replace(told, memory=told.memory.with_subject(other.memory.subject))
    return replace(told, reason="closest", also=(other,))


def _no_answer(
    verdict: Verdict, asked: Asked, memory: Memory, shelf: Shelf, tuning: Tuning
) -> Decision:
    """What is said where the knowledge base has no answer: whose matter it is, a person, or “I do not know”."""
    danger = _danger(verdict, memory, shelf, tuning)
    if danger is not None and asks_for_number(asked.text) and ALARM_ANSWER in shelf.records:
        return _told(ALARM_ANSWER, (), memory, shelf)
    is_rules = is_asking(asked.text) and verdict.danger_belief < DANGER_DESPITE_ASKING
    if danger is not None and not is_rules:
        return danger
    label = verdict.other
    if label is None or verdict.other_belief < tuning.other_at or label == "unknown":
        return _missed(memory, "not_in_knowledge" if label == "unknown" else "low_confidence")
    if label == "offtopic":
        return Decision(Outcome.OUT_OF_SCOPE, "off_topic", phrase="off_topic", memory=memory)
    if label.startswith("handover."):
        return _wanted_person(label, memory)
    if label.startswith("dialogue."):
        return _dialogue(label, memory, shelf)
    if label.startswith("aspect."):
        return _about_bureau(_aspect_of(label), memory, shelf)
    return _notice(label, memory, shelf)


def _told(
    record_id: str, aspects: Sequence[Aspect], memory: Memory, shelf: Shelf, text: str = ""
) -> Decision:
    """`text` is the question, where a part of the record that no cue names may answer it."""
    record = shelf.records[record_id]
    if isinstance(record, Notice):
        return _notice(record_id, memory, shelf)
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


def _notice(record_id: str, memory: Memory, shelf: Shelf) -> Decision:
    outcome, reason = _NOTICE_OUTCOMES[shelf.records[record_id].kind]
    return Decision(
        outcome,
        reason,
        record_id,
        memory=replace(memory, misses=0, told=record_id, remaining=()),
        offers_person=outcome is Outcome.HANDOVER,
    )


def _missed(memory: Memory, reason: str = "low_confidence") -> Decision:
    misses = memory.misses + 1
    return Decision(
        Outcome.UNANSWERABLE,
        reason,
        phrase="missed_often" if misses >= MISSES_BEFORE_PERSON else "missed",
        memory=replace(memory, misses=misses),
        offers_person=True,
    )


def _to_person(reason: str, phrase: str, memory: Memory) -> Decision:
    return Decision(Outcome.HANDOVER, reason, phrase=phrase, memory=memory, offers_person=True)


def _wanted_person(label: str, memory: Memory) -> Decision:
    wanted = label.removeprefix("handover.")
    reason = "asked_for_human" if wanted == "person" else f"wants_{wanted}"
    if wanted == "disclosure":  # “要钱吗” may follow
        memory = replace(memory, told="disclosure.how_to_apply")
    return _to_person(reason, f"handover_{wanted}", memory)


def _lead_on(memory: Memory, shelf: Shelf) -> Decision:
    """“都不是”: the next best that may be meant, and a person when there is nothing more to offer."""
    left = tuple(Choice(id, 0.0) for id in memory.remaining if id in shelf.records)
    missed = replace(memory, misses=memory.misses + 1, remaining=())
    if not left or missed.misses >= MISSES_BEFORE_PERSON:
        return _to_person("none_of_these", "none_of_these", missed)
    return Decision(
        Outcome.CLARIFICATION,
        "more_choices",
        phrase="more_choices",
        candidates=left,
        memory=missed,
        offers_person=True,
    )


def _dialogue(label: str, memory: Memory, shelf: Shelf) -> Decision:
    if label == "dialogue.none_of_these":
        return _lead_on(memory, shelf)
    if label == "dialogue.vague":
        return _which_item((), memory)
    if label == "dialogue.repeat" and memory.told in shelf.records:
        return replace(_told(memory.told, memory.aspects, memory, shelf), reason="repeated")
    return Decision(Outcome.SMALLTALK, phrase=label.replace(".", "_"), memory=memory)
