"""Danger is recognised without any model, and asking about the rules is not taken for danger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from assistant.conversation import chat
from assistant.conversation.borders import asks_of_future
from assistant.conversation.decision import Memory
from assistant.conversation.guard import find_danger, is_discipline, needs_person
from assistant.knowledge.files import Loaded
from assistant.knowledge.shelf import Shelf
from assistant.language.encoder import Encoder
from assistant.language.text import normalise
from assistant.language.understanding import understand
from assistant.settings import Tuning
from tests.fixtures_service import GOLDEN, NOW, outcomes_of, read_golden_items

EMERGENCIES = [i for i in read_golden_items("emergencies") if i.get("reason") == "emergency"]
REPORTS = [i for i in read_golden_items("emergencies") if i.get("reason") == "discipline"]
LOOK_ALIKES = [
    item
    for item in read_golden_items("emergencies")
    if "reason" not in item and "handover" not in outcomes_of(item)
]


def name(item: dict[str, Any]) -> str:
    return str(item["id"])


@pytest.mark.parametrize("item", LOOK_ALIKES, ids=name)
def test_golden_look_alike_is_no_danger(item: dict[str, Any]) -> None:
    text = normalise(item["text"])
    assert find_danger(text) is None
    assert not is_discipline(text)


def test_no_other_golden_question_is_taken_for_danger() -> None:
    alarmed = []
    for path in sorted(GOLDEN.glob("*.jsonl")):
        for item in read_golden_items(path.stem):
            for turn in item.get("turns", [item]):
                text = normalise(turn["text"])
                allowed = "reason" in turn or "handover" in outcomes_of(turn)
                if (find_danger(text) or is_discipline(text)) and not allowed:
                    alarmed.append((item["id"], turn["text"]))
    assert alarmed == []


# A danger told as past (“前天野猪伤了人，赔吗”) is alarmed at rather than missed; more than this would be a nuisance.
MOST_FALSE_ALARMS = 0.001


def test_hardly_any_ordinary_phrasing_is_taken_for_danger(loaded: Loaded) -> None:
    ordinary = [
        (label, text)
        for label, texts in loaded.examples.items()
        if not label.startswith(("emergency.", "discipline."))
        for text in texts
    ]
    alarmed = [
        one
        for one in ordinary
        if find_danger(normalise(one[1])) or is_discipline(normalise(one[1]))
    ]
    assert len(alarmed) / len(ordinary) < MOST_FALSE_ALARMS, alarmed


def decided(texts: list[str], shelf: Shelf, encoder: Encoder, tuning: Tuning, now: datetime = NOW):  # type: ignore[no-untyped-def]
    """Outcome and reason of each text as a first message, without a classifier."""
    heard = understand([chat.understood_part(text) for text in texts], shelf.index, None, encoder)
    return [
        chat.preview(one, Memory(), shelf, tuning, now, text)[0]
        for one, text in zip(heard, texts, strict=True)
    ]


def test_golden_emergencies_get_the_right_number_whole_way(
    shelf: Shelf, encoder: Encoder, tuning: Tuning
) -> None:
    """Guard, words and meaning together, still without a classifier: none may be missed."""
    texts = [item["text"] for item in EMERGENCIES]
    missed = [
        (text, decision.outcome, decision.reason)
        for text, decision in zip(texts, decided(texts, shelf, encoder, tuning), strict=True)
        if (decision.outcome, decision.reason) != ("handover", "emergency")
    ]
    assert missed == []


def test_golden_misconduct_reports_get_the_right_number_whole_way(
    shelf: Shelf, encoder: Encoder, tuning: Tuning
) -> None:
    for item, decision in zip(
        REPORTS,
        decided([item["text"] for item in REPORTS], shelf, encoder, tuning),
        strict=True,
    ):
        assert (decision.outcome, decision.reason) == ("handover", "discipline"), item["id"]


def test_every_published_emergency_phrasing_is_handed_over(
    loaded: Loaded, shelf: Shelf, encoder: Encoder, tuning: Tuning
) -> None:
    """What the bureau itself wrote down as an emergency is one, with or without a classifier."""
    texts = [
        text
        for label, texts in loaded.examples.items()
        if label.startswith("emergency.")
        for text in texts
    ]
    missed = [
        text
        for text, decision in zip(texts, decided(texts, shelf, encoder, tuning), strict=True)
        if decision.outcome != "handover"
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("山上起火了快来", "emergency.forest_fire"),
        ("后山冒烟", "emergency.forest_fire"),
        ("森林火灾！", "emergency.forest_fire"),
        ("林子烧起来了怎么办", "emergency.forest_fire"),
        ("水库大坝漏水了", "emergency.dam_danger"),
        ("堤坝决口了", "emergency.dam_danger"),
        ("有人落水了", "emergency.drowning"),
        ("孩子掉进水库了", "emergency.drowning"),
        ("洪水进屋了，被困在屋顶", "emergency.flood_trapped"),
        ("后山滑坡了", "emergency.landslide"),
        ("泥石流下来了", "emergency.landslide"),
        ("被野猪咬了", "emergency.animal_attack"),
        ("我爸被毒蛇咬了", "emergency.animal_attack"),
        ("工人被树砸伤昏迷了", "emergency.injury"),
        ("不想活了", "emergency.self_harm"),
        ("我要去跳河", "emergency.self_harm"),
        ("我拿刀砍死你们", "emergency.violence"),
        ("有人往河里倒农药，毒流到河里了", "emergency.water_poisoning"),
        ("高压线断了", "emergency.power_line"),
        ("煤气泄漏", "emergency.gas"),
    ],
)
def test_danger_names_its_record(text: str, record: str) -> None:
    assert find_danger(normalise(text)) == record


@pytest.mark.parametrize(
    "text",
    [
        "森林火灾的处罚规定是什么",
        "森林防火期可以烧田坎吗",
        "森林防火预案在哪里看",
        "水库大坝安全管理条例",
        "野猪吃了庄稼怎么赔",
        "野猪伤人补偿怎么申请",
        "去年发生多少起森林火灾",
        "山塘除险加固怎么申请",
        "河道采砂许可",
        "被砍的树怎么补种",
        "采伐被火烧死的树要办证吗",
        "水电站下游落水管怎么审批",
        "用溪水冲洗厕所要不要交水费",
        "水保方案和水资源论证标准冲突听谁的",
        "水库淹了我家的地",
        "排水沟的水冲了我的菜地",
        "地里的玉米被野猪拱倒一大片",
        "羊被毒蛇咬死了保险赔吗",
        "老水库漏水好多年了谁来修",
        "村里的坝裂了谁负责鉴定",
        "谎报火情会怎么样",
        "死人的森林火灾算什么等级",
        "小鹿困在水渠里上不来",
        "松鼠掉进下水道",
        "手机掉水里了",
        "古树歪了怕砸到人",
        "高压线下要清掉的杂木归谁批",
        "地质灾害滑坡隐患排查谁管",
        "江水涨到几米会停航",
        "行贿得来的许可被撤了还能再办不",
        "防汛应急响应是什么意思",
        "取水许可要哪些材料",
        "领导信箱在哪里",
        "局长是谁",
        "",
    ],
)
def test_asking_about_the_rules_is_no_danger(text: str) -> None:
    assert find_danger(normalise(text)) is None
    assert not is_discipline(normalise(text))


@pytest.mark.parametrize(
    "text",
    ["举报你们科长收红包", "执法人员吃拿卡要", "局长受贿", "有干部贪污补助款", "主任要钱才给办"],
)
def test_misconduct_is_a_report(text: str) -> None:
    assert is_discipline(normalise(text))


def test_danger_is_found_in_traditional_characters() -> None:
    assert find_danger(normalise("對面山頭起火了")) == "emergency.forest_fire"
    assert find_danger(normalise("水庫大壩漏水")) == "emergency.dam_danger"


@pytest.mark.parametrize(
    "text",
    [
        "我来办取水许可，路上看到山上起火了",
        "送采伐材料的路上有人落水了快救人",
        "去年修的大坝现在决口了",
        "水库边的办公室后山滑坡了有人被埋住了",
        "水库漏水好几年了今天有人被冲走快救人",
        "老人上坟失火了快来人救火谁负责这片山",
        "我养的狗掉进水库我爸下去救落水了快来人",
    ],
)
def test_danger_is_seen_beside_everyday_business(text: str) -> None:
    """A word of office business elsewhere in the message makes the fire no smaller."""
    assert find_danger(normalise(text)), text


@pytest.mark.parametrize(
    ("text", "is_future"),
    [
        ("二〇三一年的年度报告", True),
        ("2031年预算公开了吗", True),
        ("2026年的预算", False),
        ("2025年的年报", False),
        ("2030年森林覆盖率", False),
        ("2027年的部门预算什么时候公布", False),
        ("文号202531年", False),
    ],
)
def test_reports_of_years_to_come_are_known_by_year_and_word(text: str, is_future: bool) -> None:
    assert asks_of_future(text, date(2026, 11, 27)) is is_future


@pytest.mark.parametrize(
    "text", ["站长把公益林的补助款自已吞了", "村里的补偿款被截留", "私吞护林经费"]
)
def test_pocketed_money_is_misconduct(text: str) -> None:
    assert is_discipline(text)


@pytest.mark.parametrize(
    "text", ["复议机关撤销原决定的可能性大吗", "这官司胜算有多大", "去法院告能不能赢?"]
)
def test_odds_are_for_no_machine(text: str) -> None:
    assert needs_person(text)
