"""Several questions in one breath: each is decided, the most serious is told first. On hand-made testimony."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.conversation.amounts import Amount
from assistant.conversation.compound import MAX_ANSWERS, decide_all
from assistant.conversation.decide import FEE_ANSWER, decide
from assistant.conversation.decision import Memory
from assistant.conversation.models import Outcome
from assistant.knowledge.content import Aspect
from assistant.knowledge.shelf import Shelf
from assistant.language.understanding import Heard
from assistant.settings import Tuning
from tests.conversation.test_decide import FELLING, RENEWAL, WATER, heard
from tests.conversation.test_decide import tuning as tuning

MATERIALS = heard("取水许可要哪些材料", (WATER, 0.98))
TIME = heard("林木采伐要几天", (FELLING, 0.98))
FIRE = heard("对面山上起火了")
BRIBES = heard("举报科长收红包")
HELLO = heard("您好", ("smalltalk.greeting", 0.98))
STRANGE = heard("量子色动力学", coverage=0.0)


def message(*parts: Heard, whole: Heard = STRANGE) -> Heard:
    return replace(whole, parts=parts)


def ids(
    heard: Heard, shelf: Shelf, tuning: Tuning, memory: Memory | None = None
) -> list[str | None]:
    """The records told, in order."""
    decision = decide_all(heard, memory or Memory(), shelf, tuning)
    return [decision.answer_id, *(other.answer_id for other in decision.also)]


def test_question_is_answered_where_its_story_hides_it(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide_all(replace(STRANGE, core=MATERIALS), Memory(), shelf, tuning)
    assert (decision.outcome, decision.answer_id) == (Outcome.ANSWERED, WATER)
    assert decision.aspects == (Aspect.MATERIALS,)


def test_question_alone_must_be_a_clear_one(shelf: Shelf, tuning: Tuning) -> None:
    unclear = heard("取水许可要哪些材料", (WATER, 0.5), (RENEWAL, 0.4))
    told = decide_all(replace(STRANGE, core=unclear), Memory(), shelf, tuning)
    assert told == decide(STRANGE, Memory(), shelf, tuning)
    answered = decide_all(replace(TIME, core=MATERIALS), Memory(), shelf, tuning)
    assert answered.answer_id == FELLING, "what is answered as a whole needs no core"


@pytest.mark.parametrize("one", [MATERIALS, FIRE, HELLO, STRANGE])
def test_one_question_is_decided_as_ever(shelf: Shelf, tuning: Tuning, one: Heard) -> None:
    assert decide_all(one, Memory(), shelf, tuning) == decide(one, Memory(), shelf, tuning)


def test_questions_are_answered_in_the_order_asked(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide_all(message(TIME, MATERIALS), Memory(misses=2), shelf, tuning)
    assert (decision.outcome, decision.answer_id) == (Outcome.ANSWERED, FELLING)
    assert decision.aspects == (Aspect.TIME_LIMIT,)
    [other] = decision.also
    assert (other.answer_id, other.aspects) == (WATER, (Aspect.MATERIALS,))
    assert decision.memory == Memory(
        WATER, (Aspect.MATERIALS,), 0, told=WATER, spoken=(FELLING, WATER)
    )


def test_danger_is_told_before_everything(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide_all(message(MATERIALS, BRIBES, FIRE), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, "emergency")
    assert decision.offers_person
    assert [other.answer_id for other in decision.also] == ["discipline.corruption", WATER]


def test_danger_seen_only_in_the_whole_is_told_first(shelf: Shelf, tuning: Tuning) -> None:
    """Torn apart, a sentence may lose what made it a cry for help."""
    whole = heard("取水许可要哪些材料,林木采伐要几天,山上起火了")
    found = ids(message(MATERIALS, TIME, whole=whole), shelf, tuning)
    assert found == ["emergency.forest_fire", WATER, FELLING]


def test_danger_in_the_whole_and_a_part_is_told_once(shelf: Shelf, tuning: Tuning) -> None:
    whole = heard("取水许可要哪些材料,山上起火了")
    found = ids(message(MATERIALS, FIRE, whole=whole), shelf, tuning)
    assert found == ["emergency.forest_fire", WATER]


def test_later_question_is_understood_by_the_one_before(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide_all(message(TIME, heard("那收费吗"), MATERIALS), Memory(), shelf, tuning)
    assert decision.answer_id == FELLING
    assert decision.aspects == (Aspect.TIME_LIMIT, Aspect.FEE)
    assert [other.answer_id for other in decision.also] == [WATER]


def test_two_aspects_of_one_item_are_one_answer(shelf: Shelf, tuning: Tuning) -> None:
    both = message(MATERIALS, heard("取水许可要几天", (WATER, 0.98)))
    decision = decide_all(both, Memory(), shelf, tuning)
    whole = decide(both, Memory(), shelf, tuning)
    assert decision == whole, "one record is no compound reply: the whole message is decided"


def test_sum_asked_for_after_the_fee_is_not_lost(shelf: Shelf, tuning: Tuning) -> None:
    fee = heard("信息公开收费吗", (FEE_ANSWER, 0.98))
    amount = heard("申请公开35件要交多少钱")
    decision = decide_all(message(fee, amount, MATERIALS), Memory(), shelf, tuning)
    assert decision.answer_id == FEE_ANSWER
    assert decision.amount == Amount("items", 35)


@pytest.mark.parametrize("beside", [HELLO, STRANGE])
def test_greeting_and_what_is_not_understood_make_no_part(
    shelf: Shelf, tuning: Tuning, beside: Heard
) -> None:
    assert ids(message(beside, MATERIALS, TIME), shelf, tuning) == [WATER, FELLING]
    alone = message(beside, MATERIALS, whole=MATERIALS)
    assert ids(alone, shelf, tuning) == [WATER]


def test_part_that_is_unsure_makes_no_part(shelf: Shelf, tuning: Tuning) -> None:
    """“One of these two” among other answers would be four answers to two questions."""
    unsure = heard("某事", (WATER, 0.5), (RENEWAL, 0.49))
    assert ids(message(unsure, TIME, whole=TIME), shelf, tuning) == [FELLING]


def test_answers_are_no_more_than_fit_a_reply(shelf: Shelf, tuning: Tuning) -> None:
    """And what is remembered is what was told."""
    labels = [WATER, FELLING, RENEWAL, "contact.address"]
    parts = [heard("某事", (label, 0.98)) for label in labels]
    decision = decide_all(message(*parts), Memory(), shelf, tuning)
    told = [decision.answer_id, *(other.answer_id for other in decision.also)]
    assert told == labels[:MAX_ANSWERS]
    assert decision.memory.told == labels[MAX_ANSWERS - 1]


def test_deciding_changes_nothing_it_was_given(shelf: Shelf, tuning: Tuning) -> None:
    one, memory = message(MATERIALS, TIME), Memory(RENEWAL, (Aspect.FEE,), 2)
    first = decide_all(one, memory, shelf, tuning)
    assert decide_all(one, memory, shelf, tuning) == first
    assert memory == Memory(RENEWAL, (Aspect.FEE,), 2)
