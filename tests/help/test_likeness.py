"""What is most like a text: itself, whatever else there is; and what that costs nobody to check by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.help.likeness import Likeness, features_in

OURS = "水河树山火井坝林砂鱼鸟路桥田渠闸苗湖"
OTHERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯"
texts = st.text(alphabet=OURS + "，。 1", min_size=2, max_size=40).filter(
    lambda text: bool(features_in(text)[1])
)
unrelated = st.text(alphabet=OTHERS, min_size=2, max_size=40)
collections = st.lists(texts, min_size=1, max_size=30)


@given(collections, st.data())
def test_text_is_nearest_to_itself(given_texts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(given_texts) - 1))
    found = Likeness(enumerate(given_texts)).nearest(given_texts[place], len(given_texts))
    assert found[0].score == 1.0
    assert place in {near.id for near in found if near.score == 1.0}
    assert all(0 < near.score <= 1 for near in found)


@given(collections, texts, st.lists(unrelated, min_size=1, max_size=60))
def test_unrelated_texts_change_nothing(
    given_texts: list[str], asked: str, others: list[str]
) -> None:
    likeness = Likeness(enumerate(given_texts))
    before = likeness.nearest(asked, 1000)
    likeness.add((1000 + place, text) for place, text in enumerate(others))
    assert likeness.nearest(asked, 1000) == before


@given(collections, st.integers(0, 30))
def test_text_added_later_is_found_as_well(given_texts: list[str], first: int) -> None:
    likeness = Likeness(enumerate(given_texts[:first]))
    for place, text in list(enumerate(given_texts))[first:]:
        likeness.add([(place, text)])
    assert len(likeness) == len(given_texts)
    for place, text in enumerate(given_texts):
        found = likeness.nearest(text, len(given_texts))
        assert place in {near.id for near in found if near.score == 1.0}


@given(collections, texts)
def test_reading_less_gives_the_same_scores(given_texts: list[str], asked: str) -> None:
    """What is too common to be read for all texts is counted in for the best of them."""
    whole = Likeness(enumerate(given_texts)).nearest(asked, 1000)
    sparing = Likeness(enumerate(given_texts), most_read=1).nearest(asked, 1000)
    scores = {near.id: near.score for near in whole}
    assert {near.id: near.score for near in sparing} == pytest.approx(scores, abs=2e-4)


@given(texts, texts)
def test_likeness_is_mutual(one: str, other: str) -> None:
    both = Likeness([(1, one), (2, other)])
    there = {near.id: near.score for near in both.nearest(one, 5)}.get(2, 0.0)
    back = {near.id: near.score for near in both.nearest(other, 5)}.get(1, 0.0)
    assert there == pytest.approx(back, abs=2e-4)


WELL = "我家菜地边上想打一口井浇菜，一天用不到两方水，请问要不要办取水许可？"


def test_rewording_is_nearer_than_another_matter() -> None:
    likeness = Likeness(
        [
            (1, "想在自家菜地打口井浇菜，用水很少，需要办理取水许可吗？"),
            (2, "菜地旁边的行道树倒了，压坏了围墙，请问谁来处理？"),
            (3, "水库大坝渗水，请来看看。"),
        ]
    )
    found = likeness.nearest(WELL)
    assert [near.id for near in found][:2] == [1, 2]
    assert found[0].score > 2 * found[1].score
    assert {"取水许可", "菜地"} <= set(found[0].shared)


def test_few_characters_changed_stay_nearly_equal() -> None:
    likeness = Likeness([(1, WELL), (2, "水库大坝渗水，请来看看。")])
    [near] = likeness.nearest(WELL.replace("菜地", "茶园") + "谢谢！")
    assert near.id == 1
    assert 0.6 < near.score < 1.0


def test_same_text_written_otherwise_is_the_same() -> None:
    likeness = Likeness([(1, "请问取水許可怎么办理？")])
    assert likeness.nearest("請問  取水许可，怎么办理?")[0].score == 1.0


@pytest.mark.parametrize("text", ["", "？！。", "   "])
def test_nothing_said_is_like_nothing(text: str) -> None:
    assert Likeness([(1, WELL), (2, "。。。")]).nearest(text) == []


def test_numbers_are_no_shared_words() -> None:
    likeness = Likeness([(1, "电话13800001234，水库漏水")])
    assert likeness.nearest("13800001234 水库漏水")[0].shared == ("水库", "漏水")


def test_empty_index_knows_nothing() -> None:
    assert Likeness().nearest(WELL) == []
    assert len(Likeness()) == 0
