"""From what was heard to what is done: answer, offer a choice, or hand over. Pure, so an auditor can read it.

Thresholds and weights stand in config.yml and are chosen by `xunda tune`, which shows the trade-off.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.conversation.amounts import find_amount
from assistant.conversation.asking import BUREAU_ANSWERS, Asked, read
from assistant.conversation.borders import (
    asks_of_future,
    asks_which_of_two,
    is_foreign,
    is_in_no_guide,
    is_noise,
    is_surely_theirs,
    surely_asked,
)
from assistant.conversation.decision import (
    MISSES_BEFORE_PERSON,
    Decision,
    Memory,
    about_bureau,
    closest,
    missed,
    notice,
    to_person,
    told,
    which_item,
)
from assistant.conversation.follow_up import aspect_of, follow_up
from assistant.conversation.fusion import Choice, Verdict, weigh
from assistant.conversation.guard import (
    asks_for_number,
    find_danger,
    is_asking,
    is_discipline,
    needs_person,
)
from assistant.conversation.models import Outcome
from assistant.conversation.variants import is_this_variant
from assistant.knowledge.content import Aspect, Office, Service
from assistant.knowledge.files import INTENTS
from assistant.knowledge.shelf import Shelf
from assistant.language.understanding import Heard
from assistant.settings import Tuning

MAX_CHOICES = 3
# Another body's matter is told before an answer of ours if it is believed in by so much of it.
RATHER, RATHER_SURE = 0.5, 0.2
# Who asks about rules, and has no answer, is believed to be in danger from here.
DANGER_DESPITE_ASKING = 0.5
# More likely than not.
EVEN = 0.5
# Which number to ring in which danger, for those who are in none.
ALARM_ANSWER = "contact.duty_phone"
# What tells of the information-processing fee, with the sum worked out above it.
FEE_ANSWER = "disclosure.fee_rates"
FEE_ANSWERS = (FEE_ANSWER, "disclosure.fees", "disclosure.fee_notice")


def decide(
    heard: Heard, memory: Memory, shelf: Shelf, tuning: Tuning, today: date | None = None
) -> Decision:
    """One question, top to bottom: danger, what only a person can settle, sums, follow-up, ranking.

    With `today`, reports of years to come are told to be unknown.
    """
    guarded = _guarded(heard.raw or heard.text, memory, shelf)
    if guarded is not None:
        return guarded
    is_future = today is not None and asks_of_future(heard.text, today)
    if is_future or is_in_no_guide(heard.text):
        return missed(memory, "not_in_knowledge")
    amount = find_amount(heard.text, memory.told in FEE_ANSWERS)
    if amount is not None and FEE_ANSWER in shelf.records:
        return replace(told(FEE_ANSWER, (), memory, shelf), amount=amount)
    if is_noise(heard.text) or (is_foreign(heard.text) and not _is_known(heard)):
        return missed(memory)
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
        or follow_up(verdict, asked, memory, shelf, strict)
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


def _is_known(heard: Heard) -> bool:
    """“Hello” and “English please” are known; other texts without a Chinese word are hits at random."""
    best = max(heard.candidates, key=lambda one: one.probability, default=None)
    if best is None or best.label in ("offtopic", "unknown"):
        return False
    return best.probability >= EVEN


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
        return to_person("needs_person", "needs_person", memory)
    return None


def _alarm(record_id: str, reason: str, memory: Memory, shelf: Shelf) -> Decision:
    """The record for this danger, or the phrase that does for any: the number to ring is never missing."""
    if record_id in shelf.records:
        return notice(record_id, memory, shelf)
    return to_person(reason, reason, memory)


def _danger(verdict: Verdict, memory: Memory, shelf: Shelf, tuning: Tuning) -> Decision | None:
    """Danger may be doubted and still must not wait behind a choice: all its kinds are believed in together.

    Who asks about rules and is told them is in none; who asks and there is no answer may be in one after all.
    """
    if verdict.danger is None or verdict.danger_belief < tuning.danger_at:
        return None
    return _alarm(verdict.danger, "emergency", memory, shelf)


def _from_verdict(
    verdict: Verdict, asked: Asked, memory: Memory, shelf: Shelf, tuning: Tuning
) -> Decision:
    says_what = asked.mention is not None or verdict.confidence >= EVEN
    if asked.goes_back and asked.is_short and not says_what:
        return which_item(asked.aspects, memory)
    if (asked.is_generic or asked.names_aspects_only) and asked.mention is None:
        return which_item((), memory)
    if verdict.answerable < tuning.answerable_at or not verdict.answers:
        return no_answer(verdict, asked, memory, shelf, tuning)
    surely = surely_asked(asked.text)
    if surely in shelf.records:
        return told(surely or "", asked.aspects, memory, shelf)
    if _is_rather_theirs(verdict, asked):
        return notice(verdict.other or "", memory, shelf)
    first, *rest = verdict.answers
    if rest and is_this_variant(asked.text, first.id, rest[0].id, shelf.records):
        return told(first.id, asked.aspects, memory, shelf, asked.text)
    if rest and _is_plainly(asked, first.id, rest[0].id, shelf):
        return told(asked.mention or first.id, asked.aspects, memory, shelf, asked.text)
    if rest and asks_which_of_two(asked.text) and _are_items(first.id, rest[0].id, shelf):
        return closest(first.id, rest[0].id, asked, memory, shelf)
    if verdict.lead >= tuning.answer_at or not rest:
        return told(first.id, asked.aspects, memory, shelf, asked.text)
    if verdict.between_two >= tuning.closest_at:
        return closest(first.id, rest[0].id, asked, memory, shelf)
    return Decision(Outcome.CLARIFICATION, "did_you_mean", phrase="did_you_mean", memory=memory)


def _are_items(first: str, second: str, shelf: Shelf) -> bool:
    return isinstance(shelf.get(first), Service) and isinstance(shelf.get(second), Service)


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


def no_answer(
    verdict: Verdict, asked: Asked, memory: Memory, shelf: Shelf, tuning: Tuning
) -> Decision:
    """What is said where the knowledge base has no answer: whose matter it is, a person, or “I do not know”."""
    danger = _danger(verdict, memory, shelf, tuning)
    if danger is not None and asks_for_number(asked.text) and ALARM_ANSWER in shelf.records:
        return told(ALARM_ANSWER, (), memory, shelf)
    is_rules = is_asking(asked.text) and verdict.danger_belief < DANGER_DESPITE_ASKING
    if danger is not None and not is_rules:
        return danger
    label = verdict.other
    if label is None or verdict.other_belief < tuning.other_at or label == "unknown":
        return missed(memory, "not_in_knowledge" if label == "unknown" else "low_confidence")
    if label == "offtopic":
        return Decision(Outcome.OUT_OF_SCOPE, "off_topic", phrase="off_topic", memory=memory)
    if label.startswith("handover."):
        return _wanted_person(label, memory)
    if label.startswith("dialogue."):
        return _dialogue(label, memory, shelf)
    if label.startswith("aspect."):
        return about_bureau(aspect_of(label), memory, shelf)
    return notice(label, memory, shelf)


def _wanted_person(label: str, memory: Memory) -> Decision:
    wanted = label.removeprefix("handover.")
    reason = "asked_for_human" if wanted == "person" else f"wants_{wanted}"
    if wanted == "disclosure":  # “要钱吗” may follow
        memory = replace(memory, told="disclosure.how_to_apply")
    return to_person(reason, f"handover_{wanted}", memory)


def _lead_on(memory: Memory, shelf: Shelf) -> Decision:
    """“都不是”: the next best that may be meant, and a person when there is nothing more to offer."""
    left = tuple(Choice(id, 0.0) for id in memory.remaining if id in shelf.records)
    missed = replace(memory, misses=memory.misses + 1, remaining=())
    if not left or missed.misses >= MISSES_BEFORE_PERSON:
        return to_person("none_of_these", "none_of_these", missed)
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
        return which_item((), memory)
    if label == "dialogue.repeat" and memory.told in shelf.records:
        return replace(told(memory.told, memory.aspects, memory, shelf), reason="repeated")
    return Decision(Outcome.SMALLTALK, phrase=label.replace(".", "_"), memory=memory)
