"""What a conversation remembers: items gone back to, variants by citizens' words, other matters that take over."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.conversation.asking import find_aspects
from assistant.conversation.corrections import strip_correction
from assistant.conversation.decide import ALARM_ANSWER, decide
from assistant.conversation.decision import MOST_SPOKEN, Memory
from assistant.conversation.models import Outcome
from assistant.knowledge.content import Aspect
from assistant.knowledge.shelf import Shelf
from assistant.settings import Tuning
from tests.conversation.test_decide import FELLING, RENEWAL, WATER, heard
from tests.conversation.test_decide import tuning as tuning

CANCEL = "service.water_permit_cancel"
LAND, LAND_FOR_NOW = "service.forest_land", "service.forest_land_temporary"
RIVER, SOIL = "service.river_project", "service.soil_water_plan"
TODAY = date(2026, 11, 27)


def test_items_spoken_of_are_remembered_the_last_one_last() -> None:
    memory = Memory()
    for item in (WATER, FELLING, WATER, WATER):
        memory = memory.with_subject(item)
    assert (memory.subject, memory.spoken) == (WATER, (FELLING, WATER))
    assert memory.with_subject(None).spoken == (FELLING, WATER)
    for number in range(20):
        memory = memory.with_subject(f"service.{number}")
    assert len(memory.spoken) == MOST_SPOKEN


def test_earlier_item_is_gone_back_to(shelf: Shelf, tuning: Tuning) -> None:
    """The witnesses decide between the items spoken of, however much another one resembles the message."""
    one = heard(
        "回到刚才过河堤那个,法定几天", (SOIL, 0.5), ("service.flood_impact", 0.3), (RIVER, 0.1)
    )
    decision = decide(one, Memory(SOIL, spoken=(RIVER, FELLING)), shelf, tuning)
    assert (decision.answer_id, decision.aspects) == (RIVER, (Aspect.TIME_LIMIT,))
    assert decision.memory.subject == RIVER


@pytest.mark.parametrize(
    ("text", "meant"), [("回到前面那个,要几天", FELLING), ("最开始问的那个要几天", WATER)]
)
def test_earlier_item_needs_no_name(shelf: Shelf, tuning: Tuning, text: str, meant: str) -> None:
    memory = Memory(SOIL, spoken=(WATER, FELLING, SOIL))
    assert decide(heard(text), memory, shelf, tuning).answer_id == meant


def test_nothing_to_go_back_to_is_a_question_like_any_other(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("回到刚才那个,要几天", (WATER, 0.9))
    assert decide(one, Memory(), shelf, tuning) == decide(one, Memory(), shelf, tuning)
    assert decide(one, Memory(), shelf, tuning).answer_id != FELLING


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("那期满前多久去续", RENEWAL),
        ("换法人呢", "service.water_permit_change"),
        ("不用了要不要退证", CANCEL),
    ],
)
def test_variant_is_known_by_citizens_words(
    shelf: Shelf, tuning: Tuning, text: str, meant: str
) -> None:
    assert decide(heard(text), Memory(WATER), shelf, tuning).answer_id == meant


@pytest.mark.parametrize("text", ["手续要几天", "后续还要什么材料"])
def test_other_words_with_the_same_character_are_no_renewal(
    shelf: Shelf, tuning: Tuning, text: str
) -> None:
    assert decide(heard(text), Memory(WATER), shelf, tuning).answer_id == WATER


def test_of_two_of_a_family_the_one_whose_word_is_said_is_told_alone(
    shelf: Shelf, tuning: Tuning
) -> None:
    one = heard("那张抽水的证想还给你们", (CANCEL, 0.5), (RENEWAL, 0.45))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.answer_id, decision.also) == (CANCEL, ())
    unsaid = decide(heard("那张抽水的证", (CANCEL, 0.5), (RENEWAL, 0.45)), Memory(), shelf, tuning)
    assert unsaid.reason == "closest"


def test_another_item_that_stands_alone_takes_over(shelf: Shelf, tuning: Tuning) -> None:
    text = "那普通的树要砍掉呢,交什么材料"
    alone = heard(text, (FELLING, 0.5), (SOIL, 0.02))
    assert decide(alone, Memory("service.old_tree_move"), shelf, tuning).answer_id == FELLING
    beside = heard(text, (FELLING, 0.5), ("service.old_tree_move", 0.2))
    assert decide(beside, Memory("service.old_tree_move"), shelf, tuning).answer_id != FELLING


def test_hours_after_an_office_are_the_offices(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("早上几点有人", ("contact.hours", 0.9))
    decision = decide(one, Memory("office.forestry"), shelf, tuning)
    assert (decision.answer_id, decision.aspects) == ("office.forestry", (Aspect.HOURS,))
    bureau = heard("你们局早上几点有人", ("contact.hours", 0.9))
    assert decide(bureau, Memory("office.forestry"), shelf, tuning).answer_id == "contact.hours"
    assert decide(one, Memory(), shelf, tuning).answer_id == "contact.hours"


def test_item_told_second_is_what_the_next_question_is_about(shelf: Shelf, tuning: Tuning) -> None:
    """The first of two neighbours belongs to an item nobody spoke of; the second is one."""
    one = heard("茶厂在溪里抽水洗茶叶要办啥证", ("matter.economic_forest", 0.5), (WATER, 0.4))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.reason, decision.memory.subject) == ("closest", WATER)


def test_named_item_is_told_before_one_that_is_believed_in(shelf: Shelf, tuning: Tuning) -> None:
    """“取水证管几年” asks for the permit; “取水证到期了” may ask for its renewal."""
    lasting = decide(heard("取水证管几年", (RENEWAL, 0.9), (WATER, 0.03)), Memory(), shelf, tuning)
    assert lasting.answer_id == WATER
    ended = decide(heard("取水证到期了", (RENEWAL, 0.9), (WATER, 0.03)), Memory(), shelf, tuning)
    assert ended.answer_id == RENEWAL


def test_reports_of_years_to_come_are_not_told(shelf: Shelf, tuning: Tuning) -> None:
    report = "disclosure.annual_report"
    for text, outcome in (
        ("二〇三一年的年度报告发我一份", Outcome.UNANSWERABLE),
        ("2025年的年度报告在哪看", Outcome.ANSWERED),
        ("2030年森林覆盖率要到多少", Outcome.ANSWERED),
    ):
        decision = decide(heard(text, (report, 0.98)), Memory(), shelf, tuning, TODAY)
        assert decision.outcome is outcome, text


@pytest.mark.parametrize(
    "text",
    [
        "哪家公司写方案又便宜又好过",
        "给推荐一家施工队",
        "介绍个靠谱的律师",
        "管这段河的河长家住哪幢",
        "一棵松树落几斤松毛",
    ],
)
def test_what_no_guide_tells_is_not_told(shelf: Shelf, tuning: Tuning, text: str) -> None:
    """Whatever was spoken of before."""
    for memory in (Memory(), Memory(WATER, (Aspect.RESULT,), spoken=(WATER,))):
        decision = decide(heard(text, (SOIL, 0.98)), memory, shelf, tuning)
        assert (decision.outcome, decision.reason) == (Outcome.UNANSWERABLE, "not_in_knowledge")


def test_sure_sign_of_another_body_needs_little_belief(shelf: Shelf, tuning: Tuning) -> None:
    theirs = ("elsewhere.urban_trees", 0.2)
    one = heard("绿化带里的树要移走哪个部门批", ("service.tree_transplant", 0.7), theirs)
    assert decide(one, Memory(), shelf, tuning).answer_id == "elsewhere.urban_trees"
    ours = heard("山上的树要移走哪个部门批", ("service.tree_transplant", 0.7), theirs)
    assert decide(ours, Memory(), shelf, tuning).answer_id == "service.tree_transplant"


def test_body_named_comes_before_our_duties(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("家里断水归你们管吗", ("contact.duties", 0.5), ("elsewhere.tap_water", 0.3))
    assert decide(one, Memory(), shelf, tuning).answer_id == "elsewhere.tap_water"


def test_several_aspects_of_nothing_ask_which_item(shelf: Shelf, tuning: Tuning) -> None:
    one = heard("审批 电话 时间", ("office.approvals", 0.98))
    decision = decide(one, Memory(), shelf, tuning)
    assert (decision.outcome, decision.reason) == (Outcome.CLARIFICATION, "which_item")


def test_number_to_ring_one_day_is_told_without_alarm(shelf: Shelf, tuning: Tuning) -> None:
    calm = heard("万一看到山上冒烟应该打哪个电话,平时先记着", ("emergency.forest_fire", 0.98))
    decision = decide(calm, Memory(), shelf, tuning)
    assert (decision.outcome, decision.answer_id) == (Outcome.ANSWERED, ALARM_ANSWER)
    burning = heard("山上冒烟了打哪个电话", ("emergency.forest_fire", 0.98))
    assert decide(burning, Memory(), shelf, tuning).reason == "emergency"


@pytest.mark.parametrize(
    "text", ["豹皮能不能挂网上卖掉", "直接就能在网上翻到的有哪几类", "网上买的苗木要检疫吗"]
)
def test_market_on_the_internet_is_no_way_to_apply(shelf: Shelf, text: str) -> None:
    assert Aspect.ONLINE not in find_aspects(text, shelf.cues)


@pytest.mark.parametrize("text", ["不对不对,我说的是临时用一下", "勿对,我讲个是临时用一下"])
def test_correction_may_be_said_twice_and_in_dialect(text: str) -> None:
    assert strip_correction(text) == "临时用一下"


def test_hit_at_random_is_told_from_a_greeting(shelf: Shelf, tuning: Tuning) -> None:
    for text, label, outcome in (
        ("asdkjh 88 qqw", "offtopic", Outcome.UNANSWERABLE),
        ("嘎嘎啦啦咕噜咕噜", "offtopic", Outcome.UNANSWERABLE),
        ("hello", "smalltalk.greeting", Outcome.SMALLTALK),
        ("english please", "contact.language", Outcome.ANSWERED),
    ):
        assert decide(heard(text, (label, 0.9)), Memory(), shelf, tuning).outcome is outcome


def test_which_of_two_tells_both(shelf: Shelf, tuning: Tuning) -> None:
    sand, digging = "service.sand_mining", "service.river_activity"
    kinds = heard("算投诉还是举报", ("case.kinds", 0.9), ("case.what_to_write", 0.05))
    assert decide(kinds, Memory(), shelf, tuning).also == ()
    for text, told in (
        ("这是算采砂还是另外一种", [digging]),
        ("挖淤泥要办采砂证吗", []),
        ("审批算工作日还是自然日", []),
    ):
        decision = decide(heard(text, (sand, 0.9), (digging, 0.05)), Memory(), shelf, tuning)
        assert (decision.answer_id, [one.answer_id for one in decision.also]) == (sand, told)


def test_something_said_before_that_nobody_knows_is_asked_back(
    shelf: Shelf, tuning: Tuning
) -> None:
    one = heard("上回说的那个到底要多久啊", ("case.reply_time", 0.3), ("case.progress", 0.3))
    assert decide(one, Memory(), shelf, tuning).reason == "which_item"


def test_lent_permit_is_asked_of_whatever_item_is_named(shelf: Shelf, tuning: Tuning) -> None:
    for text, told in (
        ("取水证闲着也是闲着,借给隔壁厂用行不行", "matter.licence_rules"),
        ("林权证上的山租给别人要审批吗", FELLING),
    ):
        assert decide(heard(text, (FELLING, 0.98)), Memory(), shelf, tuning).answer_id == told


def test_what_was_handed_in_is_not_what_was_spoken_of(shelf: Shelf, tuning: Tuning) -> None:
    for memory in (Memory(), Memory(WATER, spoken=(FELLING, WATER))):
        for text in ("刚才提交的那件怎么撤回", "收回刚才那条留言"):
            one = heard(text, ("case.withdraw", 0.98))
            assert decide(one, memory, shelf, tuning).answer_id == "case.withdraw"
