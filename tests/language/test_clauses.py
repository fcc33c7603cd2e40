"""Several questions in one breath, told apart; one question is never torn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.clauses import LEAST_CHARACTERS, MOST_PARTS, find_core, split_questions
from assistant.language.text import bare, normalise


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("取水许可要哪些材料？林木采伐要几天？", ("取水许可要哪些材料", "林木采伐要几天")),
        ("取水许可怎么办。要多久", ("取水许可怎么办", "要多久")),
        ("取水许可怎么办,收费吗,要几天", ("取水许可怎么办", "收费吗", "要几天")),
        ("办采伐证要什么材料另外你们电话多少", ("办采伐证要什么材料", "另外你们电话多少")),
        ("要哪些材料；办理地址在哪里", ("要哪些材料", "办理地址在哪里")),
        ("要哪些材料\n几天能好", ("要哪些材料", "几天能好")),
    ],
)
def test_separate_questions_are_told_apart(text: str, parts: tuple[str, ...]) -> None:
    assert split_questions(text.replace("？", "?").replace("；", ";")) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "取水许可怎么办",
        "取水许可怎么办?",
        "您好!取水许可怎么办?",
        "我家有一片山林,去年种的杉木,现在想砍掉要办什么手续",
        "我是水电站的。今年换了法人。许可证要怎么变更",
        "怎么办??!!",
        "谢谢。再见。",
        "材料、证件、图纸要哪些",
    ],
)
def test_one_question_is_one(text: str) -> None:
    assert split_questions(text) == ()


def test_what_is_complained_of_is_no_question_of_its_own() -> None:
    assert split_questions("在这里提交投诉,一般多长时间能得到答复?") == ()


def test_story_goes_with_the_question_after_it() -> None:
    text = "我家要打一口井。要不要办证?另外我想砍屋后的树。要找谁?"
    first, second = split_questions(text)
    assert first.startswith("我家要打一口井")
    assert first.endswith("要不要办证")
    assert "砍屋后的树" in second
    assert second.endswith("要找谁")


def test_thanks_at_the_end_go_with_the_last_question() -> None:
    first, second = split_questions("取水许可要哪些材料?林木采伐要几天?谢谢了")
    assert first == "取水许可要哪些材料"
    assert second == "林木采伐要几天,谢谢了"


def test_questions_are_no_more_than_can_be_answered() -> None:
    assert len(split_questions("?".join(["取水许可要几天"] * 20))) == MOST_PARTS


PIECES = st.sampled_from(
    [
        "取水许可",
        "怎么办",
        "要几天",
        "您好",
        ",",
        "?",
        "。",
        ";",
        "、",
        "\n",
        " ",
        "另外",
        "还有",
        "a",
        "!",
        "第二个",
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60))
def test_parts_are_questions_of_their_own_and_add_nothing(text: str) -> None:
    text = normalise(text)
    parts = split_questions(text)
    assert len(parts) == 0 or 2 <= len(parts) <= MOST_PARTS
    for part in parts:
        assert len(bare(part)) >= LEAST_CHARACTERS
    joined = bare("".join(parts))
    if len(parts) in (2, 3):
        assert joined == bare(text)
    assert bare(text).startswith(joined)


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("我家有一片山林,去年种的杉木,儿子要结婚,现在想砍掉要办什么手续", "现在想砍掉要办什么手续"),
        ("孙女学校布置作业,老师说都要做。森林资源公报去哪里找?谢谢", "森林资源公报去哪里找"),
        ("取水许可要哪些材料", ""),
        ("取水许可变更要交哪些材料和证明文件", ""),
        ("昨天去了窗口,没有人理我,我很生气,写在这里给你们看看", ""),
        ("", ""),
    ],
)
def test_question_is_found_in_its_story(text: str, core: str) -> None:
    assert find_core(text) == core


@given(st.text(max_size=200))
def test_core_is_a_part_of_the_message(text: str) -> None:
    text = normalise(text)
    assert find_core(text) in text
