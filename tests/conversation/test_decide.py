"""From what was heard to what is done, on hand-made testimony over the sample bureau's own shelf."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from assistant.conversation.amounts import Amount
from assistant.conversation.asking import MAX_PARTS, find_aspects, find_mention
from assistant.conversation.corrections import strip_correction, strip_not_meant
from assistant.conversation.decide import FEE_ANSWER, MAX_CHOICES, decide
from assistant.conversation.decision import MISSES_BEFORE_PERSON, Memory
from assistant.conversation.fusion import NOT_ANSWERS, NOTHING, TESTIMONY
from assistant.conversation.models import Outcome
from assistant.knowledge.content import Aspect, Service
from assistant.knowledge.passages import Passages
from assistant.knowledge.shelf import Shelf
from assistant.language.understanding import Candidate, Heard
from assistant.settings import PROJECT_DIR, Fusion, Tuning, load_tuning

WATER = "service.water_permit"
RENEWAL = "service.water_permit_renewal"
FELLING = "service.felling"


# Weights and thresholds that can be followed in the head; those of config.yml are tuned and change.
# A label's chance is its belief's share of all beliefs and of a twentieth for nothing; without a classifier, a lone
# label with half a score is as likely as nothing.
FUSION = Fusion(witnesses={"belief": 1.0}, kinds={}, nothing={"always": math.log(0.05)})
WITHOUT_MODEL = Fusion(witnesses={"lexical": 10.0}, kinds={}, nothing={"always": 5.0})


@pytest.fixture(scope="module")
def tuning(tuning: Tuning) -> Tuning:
    """Even chances: at half a belief the knowledge base holds the answer, and the first of two equals is it."""
    return tuning.model_copy(
        update={
            "fusion": FUSION,
            "fusion_without_model": WITHOUT_MODEL,
            "answerable_at": 0.5,
            "answer_at": 0.7,
            "closest_at": 0.5,
            "danger_at": 0.3,
            "other_at": 0.1,
            "leave_subject_at": 0.9,
            "missing_witness": 0.05,
        }
    )


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
            Candidate(label, score * has_model, score, score * has_encoder, score)
            for label, score in candidates
        ),
        coverage=coverage,
        has_model=has_model,
        has_encoder=has_encoder,
    )


def test_agreement_answers(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("取水许可", (WATER, 0.98), (FELLING, 0.01)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.answer_id) == (Outcome.ANSWERED, WATER)
    assert decision.memory == Memory(WATER, (), 0, told=WATER, spoken=(WATER,))
    assert decision.also == ()
    assert decision.confidence > tuning.answer_at


def test_silence_is_a_miss(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("量子色动力学", coverage=0.0), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.UNANSWERABLE, "low_confidence")
    assert decision.answer_id is None
    assert decision.memory.misses == 1


def test_belief_that_it_is_not_ours_is_no_answer(shelf: Shelf, tuning: Tuning) -> None:
    """The best answer may look good; more is believed in there being none."""
    one = heard("某事", (WATER, 0.3), ("unknown", 0.6))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.UNANSWERABLE, "not_in_knowledge")
    assert decision.offers_person


def test_belief_too_small_to_act_on_is_a_miss(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("某事", (WATER, 0.05), ("offtopic", 0.01))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.UNANSWERABLE, "low_confidence")


def test_two_neighbours_are_told_together(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("某事", (WATER, 0.5), (RENEWAL, 0.49))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.ANSWERED, "closest")
    assert decision.answer_id == WATER
    assert [other.answer_id for other in decision.also] == [RENEWAL]
    assert decision.memory.told == WATER


def test_doubt_between_many_offers_a_choice(shelf: Shelf, tuning: Tuning) -> None:
    labels = [WATER, RENEWAL, FELLING, "service.water_permit_change", "service.water_permit_cancel"]
    one = heard("某事", *((label, 0.19 - place / 100) for place, label in enumerate(labels)))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.CLARIFICATION, "did_you_mean")
    assert decision.answer_id is None
    assert [choice.id for choice in decision.candidates] == labels[:MAX_CHOICES]
    assert decision.memory.remaining == tuple(labels[MAX_CHOICES:])


def test_only_answer_there_is_needs_no_choice(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("某事", (WATER, 0.6)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.answer_id) == (Outcome.ANSWERED, WATER)


@pytest.mark.parametrize("has_model", [True, False])
def test_confidence_grows_with_the_testimony(shelf: Shelf, tuning: Tuning, has_model: bool) -> None:
    """When all witnesses become surer together, so does the decision."""
    chances = []
    for step in range(1, 20):
        share = step / 20
        one = heard("某事", (WATER, share), ("offtopic", 1 - share), has_model=has_model)
        chances.append(decide(one, Memory(), shelf, tuning).confidence)
    assert chances == sorted(chances)
    assert chances[-1] > 0.9 > 0.1 > chances[0]


@pytest.mark.parametrize(
    ("has_model", "has_encoder", "missing"), [(False, True, 1), (True, False, 1), (False, False, 2)]
)
def test_missing_witnesses_make_it_stricter(
    tuning: Tuning, has_model: bool, has_encoder: bool, missing: int
) -> None:
    fewer = tuning.stricter(has_model, has_encoder)
    for name in ("answerable_at", "answer_at", "closest_at"):
        more = missing * tuning.missing_witness
        assert getattr(fewer, name) == pytest.approx(getattr(tuning, name) + more)
    assert fewer.danger_at == tuning.danger_at, "a danger is never made harder to see"
    assert tuning.stricter(True, True) == tuning


def test_shipped_thresholds_leave_room_for_missing_witnesses() -> None:
    shipped = load_tuning(PROJECT_DIR / "config.yml")
    strictest = shipped.stricter(False, False)
    assert shipped.closest_at < shipped.answer_at
    assert strictest.closest_at < strictest.answer_at < 1
    assert strictest.answerable_at < 1
    for fusion in (shipped.fusion, shipped.fusion_without_model):
        assert set(fusion.witnesses) <= set(TESTIMONY)
        assert set(fusion.nothing) <= set(NOTHING)
        assert set(fusion.kinds) == {head.rstrip(".") for head in NOT_ANSWERS}


def test_same_belief_answers_with_all_witnesses_and_asks_with_fewer(
    shelf: Shelf, tuning: Tuning
) -> None:
    """A chance of 0.72 between two matters, above 0.70 and below 0.75."""
    one = heard("某事", (WATER, 0.72), (RENEWAL, 0.28))
    assert decide(one, Memory(), shelf, tuning).reason is None
    alone = replace(one, has_encoder=False)
    assert decide(alone, Memory(), shelf, tuning).reason == "closest"


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
    assert decision.memory == Memory(WATER, (Aspect.TIME_LIMIT,), 0, told=WATER, spoken=(WATER,))


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


NONE = ("dialogue.none_of_these", 0.98)


def test_none_of_these_leads_on_and_then_hands_over(shelf: Shelf, tuning: Tuning) -> None:
    memory = Memory(WATER, remaining=(RENEWAL, "service.gone", FELLING))
    others = [(label, 0.001) for label in sorted(shelf.records) if label.startswith("matter.")]
    first = decide(heard("都不是", NONE, *others[:8]), memory, shelf, tuning)
    assert (first.outcome, first.reason) == (Outcome.CLARIFICATION, "more_choices")
    assert [choice.id for choice in first.candidates] == [RENEWAL, FELLING]
    assert first.offers_person
    assert first.memory.misses == 1
    second = decide(heard("都不是", NONE), first.memory, shelf, tuning)
    assert (second.outcome, second.reason) == (Outcome.HANDOVER, "none_of_these")
    assert second.memory.misses == 2
    assert second.memory.subject == WATER


def test_none_of_these_hands_over_when_nothing_is_left(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("都不是", NONE), Memory(misses=1), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, "none_of_these")
    assert decision.memory.misses == 2


def test_third_none_of_these_hands_over_whatever_is_left(shelf: Shelf, tuning: Tuning) -> None:
    memory = Memory(misses=MISSES_BEFORE_PERSON - 1, remaining=(RENEWAL,))
    decision = decide(heard("都不是", NONE), memory, shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, "none_of_these")


def test_turned_down_choices_are_followed_by_the_next_ones(shelf: Shelf, tuning: Tuning) -> None:
    """From the question over the choice to “都不是”, through the memory alone."""
    labels = sorted(label for label in shelf.records if label.startswith("service."))[:9]
    asked = decide(heard("某事", *((label, 0.1) for label in labels)), Memory(), shelf, tuning)
    shown = [choice.id for choice in asked.candidates]
    more = decide(heard("都不是", NONE), asked.memory, shelf, tuning)
    offered = [choice.id for choice in more.candidates]
    assert len(shown) == len(offered) == MAX_CHOICES
    assert not set(shown) & set(offered)


def test_repeat_tells_the_last_answer_again(shelf: Shelf, tuning: Tuning) -> None:
    first = decide(heard("取水许可要哪些材料", (WATER, 0.98)), Memory(), shelf, tuning)
    again = decide(heard("再说一遍", ("dialogue.repeat", 0.98)), first.memory, shelf, tuning)
    assert (again.outcome, again.reason) == (Outcome.ANSWERED, "repeated")
    assert (again.answer_id, again.aspects) == (WATER, (Aspect.MATERIALS,))
    assert again.memory == first.memory


@pytest.mark.parametrize("told", [None, "service.gone"])
def test_nothing_told_cannot_be_repeated(shelf: Shelf, tuning: Tuning, told: str | None) -> None:
    one = heard("再说一遍", ("dialogue.repeat", 0.98))
    decision = decide(one, Memory(told=told), shelf, tuning)
    assert (decision.outcome, decision.phrase) == (Outcome.SMALLTALK, "dialogue_repeat")
    assert decision.phrase in shelf.phrases


def test_vague_question_is_asked_which_item(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("有个事想问", ("dialogue.vague", 0.98)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.CLARIFICATION, "which_item")


@pytest.mark.parametrize("text", ["我要办证", "申请许可怎么办", "办手续", "办理手续要什么条件"])
def test_words_that_name_no_matter_are_asked_which_item(
    shelf: Shelf, tuning: Tuning, text: str
) -> None:
    decision = decide(heard(text, (WATER, 0.98)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.CLARIFICATION, "which_item")


@pytest.mark.parametrize("text", ["？？？", "😀😀", "qqqq", "123"])
def test_noise_is_a_miss(shelf: Shelf, tuning: Tuning, text: str) -> None:
    decision = decide(heard(text, (WATER, 0.98)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.memory.misses) == (Outcome.UNANSWERABLE, 1)


def test_sum_of_the_fee_is_worked_out(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("一个月申请公开35件要交多少钱"), Memory(WATER), shelf, tuning)
    assert (decision.outcome, decision.answer_id) == (Outcome.ANSWERED, FEE_ANSWER)
    assert decision.amount == Amount("items", 35)
    assert decision.memory.subject == WATER


def test_prediction_is_left_to_a_person(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("这次能不能批下来啊", (WATER, 0.98)), Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, "needs_person")


def test_many_small_beliefs_in_danger_are_a_danger(shelf: Shelf, tuning: Tuning) -> None:
    """No kind of danger is believed in much, that there is one is: it may not wait behind a choice."""
    kinds = sorted(label for label in shelf.records if label.startswith("emergency."))[:4]
    one = heard("某事", (WATER, 0.6), *((label, 0.08) for label in kinds))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, "emergency")
    assert decision.answer_id in kinds
    asking = heard("某事去年有统计吗", (WATER, 0.6), *((label, 0.08) for label in kinds))
    assert decide(asking, Memory(), shelf, tuning).reason != "emergency"


def test_bureau_wide_question_leaves_the_subject(shelf: Shelf, tuning: Tuning) -> None:
    """The telephone of “你们局” is the bureau's, although an item was spoken of."""
    one = heard("你们局的电话是多少", (WATER, 0.4))
    decision = decide(one, Memory(WATER, (Aspect.FEE,)), shelf, tuning)
    assert decision.answer_id == "contact.phone"
    its_own = decide(heard("电话是多少", (WATER, 0.4)), Memory(WATER), shelf, tuning)
    assert (its_own.answer_id, its_own.aspects) == (WATER, (Aspect.PHONE,))


def test_long_story_in_which_the_bureau_occurs_is_no_question_about_it(
    shelf: Shelf, tuning: Tuning
) -> None:
    """Who reports the head's cousin does not ask who the head is."""
    story = "我们村的河滩年年有人来挖沙,白天不挖夜里挖,听说老板是局长家亲戚,村里人都不敢作声,这种事归哪里管"
    one = heard(story, ("discipline.corruption", 0.6))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.HANDOVER, "discipline")


@pytest.mark.parametrize("text", ["法定期限多少个工作日", "那具体要几天呢", "到底收不收费啊"])
def test_nearly_bare_aspect_stays_with_the_subject(shelf: Shelf, tuning: Tuning, text: str) -> None:
    """However sure the witnesses are of something else, so few words name no other matter."""
    decision = decide(heard(text, (FELLING, 0.99)), Memory(WATER), shelf, tuning)
    assert decision.answer_id == WATER
    assert decision.aspects


def test_other_matter_leaves_the_subject_only_when_it_is_sure(shelf: Shelf, tuning: Tuning) -> None:
    text = "自家屋后面种的毛竹老树要砍掉几天能批"
    sure = decide(heard(text, (FELLING, 0.99)), Memory(WATER), shelf, tuning)
    assert sure.answer_id == FELLING
    unsure = decide(heard(text, (FELLING, 0.6), (RENEWAL, 0.4)), Memory(WATER), shelf, tuning)
    assert (unsure.answer_id, unsure.aspects) == (WATER, (Aspect.TIME_LIMIT,))


def test_aspect_that_no_cue_names_stays_with_the_subject(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("某事", ("aspect.materials", 0.9))
    decision = decide(one, Memory(WATER), shelf, tuning)
    assert (decision.answer_id, decision.aspects) == (WATER, (Aspect.MATERIALS,))


def test_variant_of_the_item_keeps_the_question(shelf: Shelf, tuning: Tuning) -> None:
    decision = decide(heard("那延续呢"), Memory(WATER, (Aspect.MATERIALS,)), shelf, tuning)
    assert (decision.answer_id, decision.aspects) == (RENEWAL, (Aspect.MATERIALS,))


def test_corrected_variant_keeps_the_question(shelf: Shelf, tuning: Tuning) -> None:
    """“不是延续，是变更” after the materials of the renewal asks for those of the change."""
    text = strip_correction("不是延续,是变更")
    decision = decide(heard(text), Memory(RENEWAL, (Aspect.MATERIALS,)), shelf, tuning)
    assert decision.answer_id == "service.water_permit_change"
    assert decision.aspects == (Aspect.MATERIALS,)


def test_part_that_answers_is_told_without_a_cue(shelf: Shelf, tuning: Tuning) -> None:
    """The caution of an item speaks of what the question speaks of; no cue names it."""
    service = shelf.records[WATER]
    assert isinstance(service, Service)
    marked = service.model_copy(update={"caution": "鹭鸶飞机场旁边不得取水。"})
    parts = replace(shelf, records={**shelf.records, WATER: marked}, passages=Passages([marked]))
    decision = decide(heard("取水许可鹭鸶飞机场", (WATER, 0.98)), Memory(), parts, tuning)
    assert decision.aspects == (Aspect.CAUTION,)


def test_aspect_alone_after_an_answer_stays_in_its_topic(shelf: Shelf, tuning: Tuning) -> None:
    """“要钱吗” after how to apply for information is about that, not about the item spoken of before."""
    one = heard("要收费吗", ("aspect.fee", 0.9))
    told = Memory(WATER, told="disclosure.how_to_apply")
    assert decide(one, told, shelf, tuning).answer_id == "disclosure.fees"
    assert decide(one, Memory(WATER, told=WATER), shelf, tuning).answer_id == WATER


def test_asking_what_to_do_in_danger_is_not_being_in_it(shelf: Shelf, tuning: Tuning) -> None:
    text = "平时发现山火该怎么报"
    asked = heard(text, ("matter.fire_ban", 0.9), ("emergency.forest_fire", 0.5))
    assert decide(asked, Memory(), shelf, tuning).answer_id == "matter.fire_ban"
    unanswered = heard(text, ("emergency.forest_fire", 0.9))
    assert decide(unanswered, Memory(), shelf, tuning).reason == "emergency", "better than silence"


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
        ("不是延续,是变更", "变更"),
        ("不是采伐,我问的是移植", "移植"),
        ("我不是要延续,是要变更", "要变更"),
        ("是不是要交钱", "是不是要交钱"),
        ("不是我要问的", "不是我要问的"),
        ("取水许可", "取水许可"),
        ("不是", "不是"),
        ("不对", "不对"),
    ],
)
def test_correction_leaves_the_thing_meant(text: str, meant: str) -> None:
    assert strip_correction(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("施工占的是湿地而不是林地,期限多长", "施工占的是湿地,期限多长"),
        ("在河滩上修码头,不是占林地,找谁批", "在河滩上修码头,找谁批"),
        ("砍几棵自家的树,是不是要办证", "砍几棵自家的树,是不是要办证"),
        ("公开申请交了,不是20天答复吗", "公开申请交了,不是20天答复吗"),
        ("不是林地,是湿地", "不是林地,是湿地"),
    ],
)
def test_what_is_said_not_to_be_meant_leads_nobody_astray(text: str, meant: str) -> None:
    assert strip_not_meant(text) == meant


def test_item_by_its_very_name_is_told_alone(shelf: Shelf, tuning: Tuning) -> None:
    """“取水证怎么办” names one item of two that look alike; “到期” beside the name may ask for the other."""
    both = ((RENEWAL, 0.5), (WATER, 0.45))
    plain = decide(heard("取水证怎么办", *both), Memory(), shelf, tuning)
    assert (plain.answer_id, plain.reason, plain.also) == (WATER, None, ())
    ends = decide(heard("取水证到期", *both), Memory(), shelf, tuning)
    assert (ends.answer_id, ends.reason) == (RENEWAL, "closest")


def test_answer_of_an_item_is_followed_by_questions_about_it(shelf: Shelf, tuning: Tuning) -> None:
    told = decide(heard("运木头", ("matter.unlicensed_felling", 0.9)), Memory(), shelf, tuning)
    assert told.memory.subject == shelf.item_of["matter.unlicensed_felling"] == FELLING
    limit = heard("要几天", ("aspect.time_limit", 0.9))
    assert decide(limit, told.memory, shelf, tuning).answer_id == FELLING


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
