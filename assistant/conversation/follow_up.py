"""A question that stands on what was said before: another aspect, a variant, an item gone back to. Pure."""

from __future__ import annotations

from assistant.conversation.asking import (
    BUREAU_ANSWERS,
    Asked,
    fits,
    topic_answer,
)
from assistant.conversation.decision import Decision, Memory, about_bureau, told
from assistant.conversation.fusion import Verdict
from assistant.conversation.variants import find_variant
from assistant.knowledge.content import Aspect, Office, Service
from assistant.knowledge.shelf import Shelf
from assistant.settings import Tuning

# An item is left for a matter that stands so clearly before all others, and before it by so much.
CLEAR_LEAD, FAR_BEHIND = 0.8, 0.1


def follow_up(
    verdict: Verdict, asked: Asked, memory: Memory, shelf: Shelf, tuning: Tuning
) -> Decision | None:
    """“那要几天？” after an item was spoken of, and “那延续呢？” after an aspect was."""
    if asked.asks_what_is_in_it and memory.told in shelf.records:
        return told(memory.told or "", (), memory, shelf)
    earlier = _gone_back_to(verdict, asked, memory, tuning)
    if earlier in shelf.records:
        return told(earlier, asked.aspects, memory, shelf, asked.text)
    if asked.mention is None:
        about = aspect_of(verdict.other) if verdict.answerable < tuning.answerable_at else ()
        aspects = asked.aspects or about
        variant = find_variant(asked.text, memory.subject, shelf.records)
        if variant is not None:
            return told(variant, aspects or memory.aspects, memory, shelf)
        if aspects and aspects[0] in BUREAU_ANSWERS and asked.is_about_bureau:
            return about_bureau(aspects, memory, shelf)
        own = _offices_own(verdict, asked, memory, shelf)
        if own:
            return told(memory.subject or "", own, memory, shelf)
        topical = topic_answer(memory.told, aspects)
        if asked.is_nearly_bare and topical in shelf.records and memory.told != memory.subject:
            return told(topical, (), memory, shelf)
        if memory.subject is not None and fits(shelf.get(memory.subject), aspects):
            is_other = _leaves_subject(verdict, memory.subject, shelf, tuning)
            if asked.is_nearly_bare or about or not is_other:
                return told(memory.subject, aspects, memory, shelf, asked.text)
        if asked.is_bare_aspect:
            return about_bureau(aspects, memory, shelf)
        return None
    changed = asked.mention != memory.subject
    if changed and not asked.aspects and fits(shelf.get(asked.mention), memory.aspects):
        return told(asked.mention, memory.aspects, memory, shelf)
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


def _gone_back_to(verdict: Verdict, asked: Asked, memory: Memory, tuning: Tuning) -> str:
    """The earlier item that “回到刚才那个占林地的” means; empty where nothing is gone back to."""
    if not (asked.goes_back and memory.spoken):
        return ""
    meant = [choice.id for choice in verdict.answers if choice.id in memory.spoken]
    if verdict.confidence >= tuning.leave_subject_at and verdict.answers[0].id not in meant:
        return ""  # “收回刚才那条留言” says what it wants
    if asked.mention in memory.spoken or meant:
        return asked.mention if asked.mention in memory.spoken else meant[0]
    others = [one for one in memory.spoken if one != memory.subject] or [*memory.spoken]
    return others[0 if asked.goes_to_first else -1] if asked.mention is None else ""


def aspect_of(label: str | None) -> tuple[Aspect, ...]:
    if label is None or not label.startswith("aspect."):
        return ()
    return (Aspect(label.removeprefix("aspect.")),)
