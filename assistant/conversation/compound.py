"""A whole message: several questions in one breath are answered part by part, the most serious first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from assistant.conversation.decide import decide
from assistant.conversation.decision import Decision, Memory
from assistant.conversation.models import Outcome
from assistant.knowledge.shelf import Shelf
from assistant.language.understanding import Heard
from assistant.settings import Tuning

MAX_ANSWERS = 3
# The nearer of two neighbours is told of a part if it is more likely than not.
EVEN = 0.5
# Without its story a question may be any matter's: it must be a clear one.
CORE_SURE = 0.7
# Life before misconduct before everything else; equals in the order asked.
_SERIOUS = {"emergency": 0, "discipline": 1}


def decide_all(
    heard: Heard, memory: Memory, shelf: Shelf, tuning: Tuning, today: date | None = None
) -> Decision:
    """What is done about everything a message asks; `also` holds the answers after the first."""
    whole = decide(heard, memory, shelf, tuning, today)
    settled = list(_merged(_settled(heard.parts, memory, shelf, tuning, today)))
    if whole.reason in _SERIOUS and whole.answer_id is not None:
        settled = [whole, *(one for one in settled if one.answer_id != whole.answer_id)]
    if len(settled) < 2:
        return (
            _core_answer(heard.core, memory, shelf, tuning) or whole if _is_lost(whole) else whole
        )
    settled.sort(key=lambda one: _SERIOUS.get(one.reason or "", len(_SERIOUS)))
    first, *others = told = settled[:MAX_ANSWERS]
    return replace(first, also=tuple(others), memory=told[-1].memory, candidates=whole.candidates)


def _is_lost(whole: Decision) -> bool:
    return whole.outcome in (Outcome.UNANSWERABLE, Outcome.CLARIFICATION)


def _core_answer(
    core: Heard | None, memory: Memory, shelf: Shelf, tuning: Tuning
) -> Decision | None:
    """The answer to a long message's question alone, where the story around it hid what is asked."""
    if core is None:
        return None
    decision = decide(core, memory, shelf, tuning)
    is_sure = decision.outcome is Outcome.ANSWERED and decision.confidence >= CORE_SURE
    return decision if is_sure else None


def _settled(
    parts: Iterable[Heard], memory: Memory, shelf: Shelf, tuning: Tuning, today: date | None
) -> Iterable[Decision]:
    """The parts that have a sure answer; each is understood with what the ones before it spoke of."""
    for part in parts:
        decision = decide(part, memory, shelf, tuning, today)
        told = decision.answer_id is not None and decision.outcome is not Outcome.SMALLTALK
        if told and (not decision.also or decision.confidence >= EVEN):
            memory = decision.memory
            # Of two neighbours the nearer: beside other answers there is no room for both.
            yield replace(decision, reason=None, also=()) if decision.also else decision


def _merged(decisions: Iterable[Decision]) -> Iterable[Decision]:
    """One decision a record: “要哪些材料，要几天” is one answer with two aspects."""
    by_record: dict[str | None, Decision] = {}
    for decision in decisions:
        earlier = by_record.get(decision.answer_id)
        if earlier is not None:
            aspects = tuple(dict.fromkeys(earlier.aspects + decision.aspects))
            memory = replace(decision.memory, aspects=aspects)
            amount = earlier.amount or decision.amount
            points = tuple(dict.fromkeys(earlier.points + decision.points))
            decision = replace(
                earlier, aspects=aspects, memory=memory, amount=amount, points=points
            )
        by_record[decision.answer_id] = decision
    return by_record.values()
