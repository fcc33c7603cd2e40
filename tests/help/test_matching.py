"""What the knowledge base says about a case, with its sources and date, fit for a reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.help.matching import MatchingAnswer, matching_answers
from assistant.knowledge.search import Finder, finder_of
from assistant.knowledge.shelf import PLACEHOLDER, Shelf

TODAY = date(2026, 11, 28)
LETTER = (
    "您好，我是下河村的村民。去年村里修路把老渠填了，浇地不方便。"
    "今年想在自家菜地打一口井，只浇菜自己吃，用水很少，请问这种情况要不要办取水许可证？麻烦尽快答复，谢谢！"
)


@pytest.fixture(scope="module")
def finder(plain_shelf: Shelf) -> Finder:
    return finder_of(plain_shelf)


def found(shelf: Shelf, finder: Finder, text: str, limit: int = 5) -> list[MatchingAnswer]:
    return matching_answers(shelf, finder, text, TODAY, limit)


def test_letter_with_a_story_finds_its_answer(plain_shelf: Shelf, finder: Finder) -> None:
    answers = found(plain_shelf, finder, LETTER)
    assert 3 <= len(answers) <= 5
    ids = [one.record_id for one in answers]
    assert {"matter.household_water", "matter.well_drilling", "service.water_permit"} & set(ids)
    assert [one.score for one in answers] == sorted((o.score for o in answers), reverse=True)
    assert len(set(ids)) == len(ids)


def test_text_carries_its_sources_and_date(plain_shelf: Shelf, finder: Finder) -> None:
    for one in found(plain_shelf, finder, LETTER):
        last = one.text.splitlines()[-1]
        assert one.verified_on
        day = date.fromisoformat(one.verified_on)
        assert f"内容核对日期：{day.year}年{day.month}月{day.day}日" in last
        assert all(source in last for source in one.sources)
        assert last.startswith("（依据：") == bool(one.sources)
        assert not PLACEHOLDER.search(one.text)


def test_service_is_told_by_what_is_asked_of_it(plain_shelf: Shelf, finder: Finder) -> None:
    asked = found(plain_shelf, finder, "请问办理取水许可要带哪些材料？")
    permit = next(one for one in asked if one.record_id == "service.water_permit")
    assert "要准备这些材料" in permit.text
    assert "办理时限" not in permit.text


def test_what_only_a_chat_can_say_is_left_out(plain_shelf: Shelf, finder: Finder) -> None:
    [water] = [
        one
        for one in found(plain_shelf, finder, "家里自来水停水三天了，水压也小。")
        if one.record_id == "elsewhere.tap_water"
    ]
    assert "供水企业" in water.text
    assert "留言给工作人员" not in water.text


def test_reasons_stand_in_the_letter(plain_shelf: Shelf, finder: Finder) -> None:
    for one in found(plain_shelf, finder, LETTER):
        assert all(word in LETTER for word in one.because)


def test_expired_record_is_not_offered(plain_shelf: Shelf, finder: Finder) -> None:
    first = found(plain_shelf, finder, LETTER)[0]
    record = plain_shelf.records[first.record_id]
    expired = record.model_copy(update={"expires_on": date(2026, 11, 27)})
    shelf = replace(plain_shelf, records={**plain_shelf.records, record.id: expired})
    assert first.record_id not in [one.record_id for one in found(shelf, finder, LETTER)]


@pytest.mark.parametrize("text", ["", "。。。", "啊啊啊啊啊啊", "锄禾日当午"])
def test_nothing_is_offered_for_nothing(plain_shelf: Shelf, finder: Finder, text: str) -> None:
    assert found(plain_shelf, finder, text) == []


@pytest.mark.parametrize("text", ["你好", "救命，我掉河里了", "有人着火了快来"])
def test_small_talk_and_danger_are_no_replies(
    plain_shelf: Shelf, finder: Finder, text: str
) -> None:
    for one in found(plain_shelf, finder, text):
        record = plain_shelf.records[one.record_id]
        assert record.kind in ("answer", "service", "document", "elsewhere")


def test_longest_letter_is_no_trouble(plain_shelf: Shelf, finder: Finder) -> None:
    answers = found(plain_shelf, finder, (LETTER * 40)[:2000], limit=2)
    assert answers[0].record_id == found(plain_shelf, finder, LETTER)[0].record_id
    assert len(answers) == 2
