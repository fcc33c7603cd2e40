"""What an application really is: 712 sentences as people write them, half of them genuine applications.

screening.jsonl was written in eight batches ("set"); each was tried unseen before the patterns were changed for it.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.kinds import CaseKind
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.screening import (
    SEVERAL_FROM,
    Screening,
    ScreeningKind,
    count_matters,
    screen,
)
from assistant.language.text import normalise

EXAMPLES: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("screening.jsonl").read_text(encoding="utf-8").splitlines()
]
NONE, PETITION = ScreeningKind.NONE, ScreeningKind.PETITION


def of_kind(kind: ScreeningKind) -> list[str]:
    return [one["information"] for one in EXAMPLES if one["kind"] == kind]


def test_examples_are_many_different_and_half_genuine() -> None:
    texts = [one["information"] for one in EXAMPLES]
    assert len(texts) >= 150
    assert len(set(texts)) == len(texts)
    assert 0.45 <= len(of_kind(NONE)) / len(texts) <= 0.55
    assert {one["kind"] for one in EXAMPLES} == {kind.value for kind in ScreeningKind}


def test_genuine_applications_are_left_alone() -> None:
    alarms = {text: screen(text).kind for text in of_kind(NONE) if screen(text).kind is not NONE}
    assert len(alarms) <= 0.03 * len(of_kind(NONE)), alarms


def test_petitions_are_recognised() -> None:
    missed = [text for text in of_kind(PETITION) if screen(text).kind is not PETITION]
    assert len(missed) <= 0.10 * len(of_kind(PETITION)), missed


@pytest.mark.parametrize("kind", [kind for kind in ScreeningKind if kind not in (NONE, PETITION)])
def test_other_kinds_are_recognised(kind: ScreeningKind) -> None:
    missed = [text for text in of_kind(kind) if screen(text).kind is not kind]
    assert len(missed) <= 0.15 * len(of_kind(kind)), missed


def test_no_batch_is_much_worse_than_the_others() -> None:
    right, all_of = defaultdict(int), defaultdict(int)
    for one in EXAMPLES:
        all_of[one["set"]] += 1
        right[one["set"]] += screen(one["information"]).kind == one["kind"]
    assert all(right[batch] >= 0.93 * all_of[batch] for batch in all_of), dict(right)


def test_demand_beside_a_document_is_pointed_out_as_a_part() -> None:
    wrong = [
        one["information"]
        for one in EXAMPLES
        if screen(one["information"]).partly is not one.get("partly", False)
    ]
    assert wrong == []


# Words of complaint in the names of documents.
@pytest.mark.parametrize(
    "information",
    [
        "《关于查处违法占用河道案件的处理决定书》",
        "关于查处违法占用河道案件的处理决定书",
        "举报奖励办法",
        "投诉处理情况统计表",
        "信访答复意见书复印件",
        "行政处罚决定书",
        "《对某某公司为什么不予处罚的说明》",
        "2025年水资源公报",
        "责令停止违法行为通知书",
        "拆除、赔偿、补偿协议",
    ],
)
@pytest.mark.parametrize(
    "frame", ["{}", "申请公开{}", "我要看{}", "请给我一份{}", "請公開{}，謝謝"]
)
def test_name_of_a_document_is_no_complaint(frame: str, information: str) -> None:
    assert screen(frame.format(information)).kind is NONE


@pytest.mark.parametrize(
    ("information", "kind"),
    [
        ("请查处张三违法占用河道", CaseKind.REPORT),
        ("我要举报有人电鱼", CaseKind.REPORT),
        ("为什么不赔我家的田", CaseKind.COMPLAINT),
        ("窗口工作人员推诿扯皮", CaseKind.COMPLAINT),
        ("建议在河边装几个护栏", CaseKind.SUGGESTION),
        ("请派人来我们村打一口井", CaseKind.HELP),
    ],
)
def test_petition_tells_what_it_would_better_be(information: str, kind: CaseKind) -> None:
    found = screen(information)
    assert (found.kind, found.better_as) == (PETITION, kind)
    assert kind.label in found.explanation
    assert "第三十九条第一款" in found.explanation
    assert "您仍然可以按政府信息公开申请提交" in found.explanation
    assert found.outcome is Outcome.UNPROCESSED_PETITION


@pytest.mark.parametrize(
    ("information", "kind", "article", "outcome"),
    [
        ("要一份市政府公报", "publication", "第三十九条第二款", Outcome.UNPROCESSED_PUBLICATION),
        ("请问取水许可证怎么办理", "question", "第二条", Outcome.OTHER_OTHER),
        ("请统计近五年的采砂量", "creation", "第三十八条", Outcome.UNABLE_NEEDS_CREATION),
        (
            "林权证上我的名字写错了，请更正",
            "own_record_correction",
            "第四十一条",
            Outcome.OTHER_OTHER,
        ),
        ("请在批复复印件上盖章确认", "reissue", "国办公开办函", Outcome.UNPROCESSED_REISSUE),
    ],
)
def test_each_kind_names_its_source(
    information: str, kind: str, article: str, outcome: Outcome
) -> None:
    found = screen(information)
    assert found.kind == kind
    assert article in (found.basis or "")
    assert found.outcome is outcome
    assert found.better_as is not None
    assert found.signs
    assert found.signs[0].words in found.explanation


def test_genuine_application_is_told_nothing() -> None:
    assert screen("2025年水资源公报") == Screening(NONE)
    assert screen("2025年水资源公报").explanation == ""
    assert screen("").kind is NONE
    assert screen("，。").kind is NONE


def test_report_of_corruption_is_shown_the_way_to_the_discipline_inspection() -> None:
    assert "12388" in screen("控告村支书侵吞公益林补偿款").explanation
    assert "12388" not in screen("请查处违法占用河道的人").explanation


def test_story_in_the_other_field_does_not_make_a_complaint_of_an_application() -> None:
    story = "我家鱼塘被淹了三次，投诉多年没人管，你们太不作为了！"
    assert screen("2019年水库泄洪调度记录", story).kind is NONE
    assert screen("鱼塘", story).kind is PETITION


def test_demand_in_the_other_field_is_found_there() -> None:
    found = screen("申请公开水库泄洪调度记录", "同时请依法追究值班人员的责任")
    assert (found.kind, found.partly, found.outcome) == (PETITION, True, None)
    assert [sign.field for sign in found.signs] == ["text"]
    assert "“请依法追究值班人员的责任”" in found.explanation
    assert "您要的文件会按政府信息公开申请办理" in found.explanation


def test_text_that_repeats_the_information_is_read_once() -> None:
    once = screen("请查处违法采砂")
    assert screen("请查处违法采砂", "请查处违法采砂") == once


def test_traditional_and_full_width_writing_is_read_alike() -> None:
    simplified = screen("请查处违法占用河道的2家公司!")
    assert screen("請查處違法佔用河道的２家公司！") == simplified


@pytest.mark.parametrize("example", EXAMPLES[::7], ids=lambda one: one["information"][:12])
def test_signs_stand_where_they_say(example: dict[str, Any]) -> None:
    plain = normalise(example["information"])
    for sign in screen(example["information"]).signs:
        assert plain[sign.start : sign.end] == sign.words
        assert sign.words


@pytest.mark.parametrize(
    ("text", "matters"),
    [
        ("2025年水资源公报", 1),
        ("1.2023年三公经费；2.批复；3.名单；4.合同", 4),
        ("一、批复；二、协议；三、图纸", 3),
        ("（1）甲（2）乙（3）丙（4）丁（5）戊", 5),
        ("①甲②乙③丙④丁", 4),
        ("批复文件甲\n批复文件乙\n批复文件丙\n批复文件丁", 4),
        ("防洪标准提高1.5倍的依据，面积3.2公顷", 1),
        ("（2024）12号、（2024）13号批复", 1),
        ("立项批复、环评批复、用地批复、规划许可证、施工许可证", 1),
    ],
)
def test_matters_are_counted_by_their_numbers(text: str, matters: int) -> None:
    assert count_matters(text) == matters


def test_many_matters_may_be_handed_in_as_they_are() -> None:
    found = screen("1.甲批复；2.乙协议；3.丙图纸；4.丁名单")
    assert (found.kind, found.matters) == (ScreeningKind.SEVERAL, SEVERAL_FROM)
    assert found.better_as is CaseKind.DISCLOSURE
    assert found.outcome is None
    assert "4项" in found.explanation
    assert "国办函〔2020〕109号" in found.explanation
    assert screen("1.甲批复；2.乙协议；3.丙图纸").kind is NONE


def test_numbered_demands_are_a_complaint_not_many_matters() -> None:
    assert screen("1.查处砂场；2.赔偿我家；3.追究责任；4.赔礼道歉").kind is PETITION


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_read(information: str, text: str) -> None:
    found = screen(information, text)
    assert (found.kind is NONE) == (found.explanation == "")
    assert "{" not in found.explanation or "{" in information + text


@pytest.mark.parametrize(
    "piece",
    ["请", "请把", "请公开", "为什么不", "关于", "举报处理", "确认真", "《", "的书", "书()"],
)
def test_no_text_takes_long(piece: str) -> None:
    hostile = (piece * 2_000)[:2_000]
    began = time.perf_counter()
    screen(hostile[:500], hostile)
    assert time.perf_counter() - began < 1
