"""From what was heard to what is done, on hand-made testimony over the sample bureau's own shelf."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.conversation.asking import MAX_PARTS, find_aspects, find_mention, strip_correction
from assistant.conversation.decide import MAX_CHOICES, MISSES_BEFORE_PERSON, Memory, decide
from assistant.conversation.fusion import SIGNALS, Choice, confidence, rank, signals
from assistant.conversation.models import Outcome
from assistant.knowledge.content import Aspect
from assistant.knowledge.shelf import Shelf
from assistant.language.understanding import Candidate, Heard
from assistant.settings import Tuning

WATER = "service.water_permit"
RENEWAL = "service.water_permit_renewal"
FELLING = "service.felling"


def heard(
    text: str,
    *candidates: tuple[str, float],
    coverage: float = 1.0,
    has_model: bool = True,
    has_encoder: bool = True,
) -> Heard:
    """All witnesses agree on each candidate's score, as far as they are there."""
    return Heard(
        text=text,
        candidates=tuple(
            Candidate(label, score * has_model, score, score * has_encoder)
            for label, score in candidates
        ),
        coverage=coverage,
        has_model=has_model,
        has_encoder=has_encoder,
    )


def chance_of(one: Heard, shelf: Shelf, tuning: Tuning) -> float:
    mention = find_mention(one.text, shelf.mentions)
    fusion = tuning.fusion_for(one.has_model)
    ranked = rank(one, mention, fusion)
    return confidence(signals(one, ranked, mention), fusion)


def heard_between(
    low: float, high: float, label: str, shelf: Shelf, tuning: Tuning, **presence: bool
) -> Heard:
    """Testimony whose confidence lies in [low, high), whatever the weights in config.yml are."""
    for step in range(1, 1001):
        score = step / 1000
        one = heard("某事", (label, score), coverage=score, **presence)
        if low <= chance_of(one, shelf, tuning) < high:
            return one
    raise AssertionError(f"no testimony gives a confidence in [{low}, {high})")


def test_agreement_answers(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("取水许可", (WATER, 0.98), (FELLING, 0.01)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.answer_id) == (Outcome.ANSWERED, WATER)
    assert decision.memory == Memory(WATER, (), 0)
    assert decision.confidence > tuning.answer_at


def test_silence_is_a_miss(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("量子色动力学", coverage=0.0), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.UNANSWERABLE, "low_confidence")
    assert decision.answer_id is None
    assert decision.memory.misses == 1


def test_doubt_offers_a_choice(shelf: Shelf, tuning: Tuning) -> None:
    one = heard_between(tuning.clarify_at, tuning.answer_at, WATER, shelf, tuning)
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.CLARIFICATION, "did_you_mean")
    assert decision.answer_id is None
    assert [choice.id for choice in decision.candidates] == [WATER]


def test_disagreement_lowers_confidence(shelf: Shelf, tuning: Tuning) -> None:
    agreed = heard("某事", (WATER, 0.8), (FELLING, 0.1))
    split = Heard(
        text="某事",
        candidates=(Candidate(WATER, 0.8, 0.1, 0.8), Candidate(FELLING, 0.1, 0.8, 0.1)),
        coverage=1.0,
        has_model=True,
        has_encoder=True,
    )
    assert chance_of(split, shelf, tuning) < chance_of(agreed, shelf, tuning)


@pytest.mark.parametrize("has_model", [True, False])
def test_confidence_grows_with_the_testimony(shelf: Shelf, tuning: Tuning, has_model: bool) -> None:
    """When all witnesses become surer together, so does the decision."""
    chances = [
        chance_of(
            heard("某事", (WATER, step / 20), coverage=step / 20, has_model=has_model),
            shelf,
            tuning,
        )
        for step in range(1, 21)
    ]
    assert chances == sorted(chances)
    assert chances[-1] > tuning.answer_at > tuning.clarify_at > chances[0]


def test_confidence_is_a_share_even_at_the_extremes(tuning: Tuning) -> None:
    for values in ([0.0] * len(SIGNALS), [1.0] * len(SIGNALS), [-1.0] * len(SIGNALS)):
        assert 0.0 <= confidence(values, tuning.fusion) <= 1.0


@pytest.mark.parametrize(
    ("has_model", "has_encoder"), [(False, True), (True, False), (False, False)]
)
def test_missing_witnesses_make_it_stricter(
    tuning: Tuning, has_model: bool, has_encoder: bool
) -> None:
    answer_at, danger_at, clarify_at = tuning.thresholds_for(True, True)
    fewer = tuning.thresholds_for(has_model, has_encoder)
    assert fewer[0] > answer_at
    assert fewer[2] > clarify_at
    assert fewer[1] == danger_at, "a danger is never made harder to see"
    assert clarify_at < fewer[2] < fewer[0] < 1


def test_same_confidence_answers_with_all_witnesses_and_asks_with_fewer(
    shelf: Shelf, tuning: Tuning
) -> None:
    stricter = tuning.thresholds_for(True, False)[0]
    one = heard_between(tuning.answer_at, stricter, WATER, shelf, tuning)
    assert decide(one, Memory(), shelf, tuning).outcome is Outcome.ANSWERED
    alone = replace(one, has_encoder=False)
    assert decide(alone, Memory(), shelf, tuning).outcome is Outcome.CLARIFICATION


def test_third_miss_offers_a_person(shelf: Shelf, tuning: Tuning) -> None:
    memory, said = Memory(), []
    for _ in range(MISSES_BEFORE_PERSON):
        decision = decide(heard("量子色动力学", coverage=0.0), memory, shelf, tuning)
        memory = decision.memory
        said.append(decision.phrase)
    assert said == ["missed"] * (MISSES_BEFORE_PERSON - 1) + ["missed_often"]
    assert decision.offers_person


def test_answer_forgets_the_misses(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("取水许可", (WATER, 0.98)), Memory(misses=2), shelf, tuning)
    assert decision.memory.misses == 0


def test_danger_comes_before_everything(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("打井的时候发现山上起火了", (WATER, 1.0))
    decision = decide(one, Memory(WATER, (Aspect.FEE,)), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, "emergency")
    assert decision.answer_id == "emergency.forest_fire"
    assert decision.offers_person


def test_misconduct_goes_to_its_own_body(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("举报科长收红包", (FELLING, 1.0)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, "discipline")


def test_follow_up_keeps_the_item(shelf: Shelf, tuning: Tuning) -> None:
    """“那要几天” after the water permit asks about the water permit."""
    one = heard("那要几天", ("aspect.time_limit", 0.9), coverage=0.5)
    decision = decide(one, Memory(WATER, (Aspect.MATERIALS,)), shelf, tuning)
    assert (decision.outcome, decision.answer_id) == (Outcome.ANSWERED, WATER)
    assert decision.aspects == (Aspect.TIME_LIMIT,)
    assert decision.memory == Memory(WATER, (Aspect.TIME_LIMIT,), 0)


def test_follow_up_keeps_the_question(shelf: Shelf, tuning: Tuning) -> None:
    """“那延续呢” after asking for the materials of the permit asks for those of its renewal."""
    one = heard("那取水许可延续呢", (RENEWAL, 0.9))
    decision = decide(one, Memory(WATER, (Aspect.MATERIALS,)), shelf, tuning)
    assert (decision.outcome, decision.answer_id) == (Outcome.ANSWERED, RENEWAL)
    assert decision.aspects == (Aspect.MATERIALS,)
    assert decision.memory.subject == RENEWAL


def test_new_item_leaves_the_old_one(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("林木采伐许可要哪些材料", (FELLING, 0.97))
    decision = decide(one, Memory(WATER, (Aspect.FEE,)), shelf, tuning)
    assert decision.answer_id == FELLING
    assert decision.aspects == (Aspect.MATERIALS,)


def test_aspect_without_an_item_asks_which(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("要哪些材料", ("aspect.materials", 0.97)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.CLARIFICATION, "which_item")
    assert decision.memory.aspects == (Aspect.MATERIALS,)


def test_item_named_after_being_asked_for_gets_the_aspect(shelf: Shelf, tuning: Tuning) -> None:
    asked = decide(heard("要哪些材料", ("aspect.materials", 0.97)), Memory(), shelf, tuning)
    decision = decide(heard("取水许可", (WATER, 0.97)), asked.memory, shelf, tuning)
    assert (decision.answer_id, decision.aspects) == (WATER, (Aspect.MATERIALS,))


def test_office_is_asked_by_office_aspects_only(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("办公室电话多少", ("office.general", 0.97))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.answer_id, decision.aspects) == ("office.general", (Aspect.PHONE,))


def test_other_bodys_matter_is_out_of_scope(shelf: Shelf, tuning: Tuning) -> None:
    label = next(id for id, r in shelf.records.items() if r.kind == "elsewhere")
    decision = decide(heard("某事", (label, 0.98)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.OUT_OF_SCOPE, "other_body")
    assert decision.answer_id == label


def test_off_topic_is_out_of_scope(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("讲个笑话", ("offtopic", 0.98)), Memory(WATER), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.OUT_OF_SCOPE, "off_topic")
    assert decision.memory.subject == WATER


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("handover.person", "asked_for_human"),
        ("handover.complaint", "wants_complaint"),
        ("handover.disclosure", "wants_disclosure"),
    ],
)
def test_wish_for_a_person_is_handed_over(
    shelf: Shelf, tuning: Tuning, label: str, reason: str
) -> None:
    decision = decide(heard("转人工", (label, 0.98)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, reason)
    assert decision.phrase in shelf.phrases
    assert decision.offers_person


def test_none_of_these_hands_over_and_counts(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("都不是", ("dialogue.none_of_these", 0.98))
    decision = decide(one, Memory(misses=1), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, "none_of_these")
    assert decision.memory.misses == 2


def test_smalltalk_is_no_matter(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("您好", ("smalltalk.greeting", 0.98)), Memory(WATER), shelf, tuning)
    assert decision.outcome is Outcome.SMALLTALK
    assert decision.memory.subject == WATER


def test_label_the_shelf_no_longer_holds_is_no_crash(shelf: Shelf, tuning: Tuning) -> None:
    """A model is trained on yesterday's knowledge; what was withdrawn since must not be its downfall."""
    one = heard("某事", ("service.withdrawn_long_ago", 0.98), (WATER, 0.2))
    decision = decide(one, Memory(), shelf, tuning)
    assert decision.answer_id != "service.withdrawn_long_ago"


def test_danger_is_handed_over_even_while_its_text_is_withdrawn(
    shelf: Shelf, tuning: Tuning
) -> None:
    """Between two versions of the fire notice somebody may report a fire."""
    kept = {id: record for id, record in shelf.records.items() if id != "emergency.forest_fire"}
    decision = decide(heard("山上起火了"), Memory(), replace(shelf, records=kept), tuning)
    assert decision.outcome is Outcome.HANDOVER


def test_subject_the_shelf_no_longer_holds_is_forgotten(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("那要几天", ("aspect.time_limit", 0.97), coverage=0.5)
    decision = decide(one, Memory("service.withdrawn", (Aspect.FEE,)), shelf, tuning)
    assert decision.outcome is Outcome.CLARIFICATION


def test_choices_are_few_and_can_be_answered(shelf: Shelf, tuning: Tuning) -> None:
    labels = ["smalltalk.greeting", "offtopic", "aspect.fee", *sorted(shelf.index.labels)[:8]]
    one = heard("某事", *((label, 0.3) for label in labels), coverage=0.3)
    decision = decide(one, Memory(), shelf, tuning)
    assert len(decision.candidates) <= MAX_CHOICES
    assert all(choice.id in shelf.records for choice in decision.candidates)
    assert all(shelf.records[c.id].kind not in ("smalltalk", "bureau") for c in decision.candidates)


def test_mention_lifts_what_is_named(tuning: Tuning) -> None:
    one = heard("某事", (WATER, 0.5), (FELLING, 0.5))
    assert [c.id for c in rank(one, None, tuning.fusion)] == [FELLING, WATER]
    assert [c.id for c in rank(one, WATER, tuning.fusion)] == [WATER, FELLING]
    assert all(isinstance(choice, Choice) for choice in rank(one, None, tuning.fusion))


def test_longest_name_is_the_one_meant(shelf: Shelf) -> None:
    assert find_mention("取水许可延续要多久", shelf.mentions) == RENEWAL
    assert find_mention("今天天气", shelf.mentions) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("要哪些材料", (Aspect.MATERIALS,)),
        ("收费吗，要几天", (Aspect.FEE, Aspect.TIME_LIMIT)),
        ("要几天，收费吗", (Aspect.TIME_LIMIT, Aspect.FEE)),
        ("负责人是谁", (Aspect.LEADER,)),
        ("今天天气", ()),
    ],
)
def test_aspects_come_in_the_order_asked(
    shelf: Shelf, text: str, expected: tuple[Aspect, ...]
) -> None:
    assert find_aspects(text, shelf.cues) == expected


def test_aspects_are_no_more_than_fit_a_reply(shelf: Shelf) -> None:
    text = "材料、收费、几天、流程、条件、依据都说说"
    assert len(find_aspects(text, shelf.cues)) == MAX_PARTS


def test_longer_cue_hides_the_shorter_inside_it() -> None:
    cues = {Aspect.PLACE: ("在哪",), Aspect.ONLINE: ("网上在哪办",)}
    assert find_aspects("网上在哪办", cues) == (Aspect.ONLINE,)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("不是,我说的是延续", "延续"),
        ("不对,我问的是取水许可变更", "取水许可变更"),
        ("错了,是林木采伐", "林木采伐"),
        ("不是这个,我要问植物检疫", "我要问植物检疫"),
        ("取水许可", "取水许可"),
        ("不是", "不是"),
        ("不对", "不对"),
    ],
)
def test_correction_leaves_the_thing_meant(text: str, meant: str) -> None:
    assert strip_correction(text) == meant


def test_corrected_item_keeps_the_question(shelf: Shelf, tuning: Tuning) -> None:
    text = strip_correction("不是,我说的是取水许可延续")
    decision = decide(
        heard(text, (RENEWAL, 0.9)), Memory(WATER, (Aspect.MATERIALS,)), shelf, tuning
    )
    assert (decision.answer_id, decision.aspects) == (RENEWAL, (Aspect.MATERIALS,))


def test_deciding_changes_nothing_it_was_given(shelf: Shelf, tuning: Tuning) -> None:
    one, memory = heard("取水许可", (WATER, 0.98)), Memory(FELLING, (Aspect.FEE,), 2)
    first = decide(one, memory, shelf, tuning)
    assert decide(one, memory, shelf, tuning) == first
    assert memory == Memory(FELLING, (Aspect.FEE,), 2)
