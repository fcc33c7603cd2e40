"""The number in a question about the information-processing fee, and the working said aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.amounts import Amount, find_amount, read_number, tell
from assistant.disclosure.fees import MOST
from assistant.knowledge.shelf import Shelf
from assistant.language.text import normalise

DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """A whole number up to 9,999 as it is written out in full: 102 → 一百零二."""
    told, has_gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            told += ("零" if has_gap and told else "") + DIGITS[digit] + name
            has_gap = False
        else:
            has_gap = True
    return told


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *(("120", 120), ("一百二十", 120), ("一百二", 120), ("一百零二", 102), ("两百", 200)),
        *(("三十五", 35), ("十二", 12), ("十", 10), ("二十", 20), ("两千三", 2300), ("五", 5)),
        *(("一千零五十", 1050), ("三千五百", 3500), ("九千九百九十九", 9999)),
    ],
)
def test_number_is_read_as_it_is_spoken(written: str, number: int) -> None:
    assert read_number(written) == number


@given(st.integers(1, 9_999))
def test_number_written_out_is_read_back(number: int) -> None:
    assert read_number(in_chinese(number)) == number
    assert read_number(in_chinese(number).replace("二千", "两千")) == number
    assert read_number(str(number)) == number


@pytest.mark.parametrize(
    ("text", "unit", "count", "yuan"),
    [
        ("一个月申请公开12件要交多少钱", "items", 12, 200),
        ("这个月申请了35件信息公开，信息处理费怎么算？", "items", 35, 3000),
        ("一份公开申请复印120页收费多少", "pages", 120, 1100),
        ("依申请公开一百二十页要多少钱", "pages", 120, 1100),
        ("申请公开三十五件，费用是多少", "items", 35, 3000),
        ("申请公开１２件要交多少钱", "items", 12, 200),
        ("信息公开十来件收费吗", "items", 10, 0),
        ("申请公开两百多页材料怎么收费", "pages", 200, 2700),
        ("第3件到第35件申请的信息处理费多少", "items", 35, 3000),
    ],
)
def test_fee_question_names_its_number(text: str, unit: str, count: int, yuan: int) -> None:
    amount = find_amount(normalise(text))
    assert amount == Amount(unit, count)
    assert amount.fee.amount == yuan


@pytest.mark.parametrize(
    "text",
    [
        "",
        "信息公开收费吗",
        "申请公开一件要钱吗",
        "采伐20立方米要交多少钱",
        "取水许可要几份材料，收费吗",
        "我有3件事想问",
        "申请公开12件要多久",
        f"申请公开{MOST + 1}件要多少钱",
        "申请公开0件要多少钱",
        "补偿款每亩120元怎么算",
    ],
)
def test_other_question_is_no_fee_question(text: str) -> None:
    assert find_amount(normalise(text)) is None


@given(
    st.text(alphabet="申请公开信息处理费多少钱件页份零〇一二两十百千0123456789，？ ", max_size=30)
)
def test_whatever_is_found_has_a_fee(text: str) -> None:
    amount = find_amount(normalise(text))
    if amount is not None:
        assert 1 < amount.count <= MOST
        assert amount.fee.amount >= 0


def test_working_is_told_step_by_step(shelf: Shelf) -> None:
    told = tell(Amount("items", 35), shelf.phrases)
    for words in ("35", "3000", "2000", "1000"):
        assert words in told
    assert "{" not in told
    pages = tell(Amount("pages", 120), shelf.phrases)
    assert "1100" in pages
    assert "120" in pages


def test_free_amount_is_told_as_free(shelf: Shelf) -> None:
    told = tell(Amount("items", 8), shelf.phrases)
    assert "8" in told
    assert "不收费" in told
