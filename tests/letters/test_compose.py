"""Letters put together: full facts leave nothing open, missing ones leave marked blanks, words stay words."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.disclosure.fees import fee_by_items, fee_by_pages
from assistant.disclosure.outcomes import Outcome, remedy_text
from assistant.letters.compose import CELL, compose, compose_reply, paragraphs_of
from assistant.letters.facts import LABELS, LetterFacts, chinese_date, fill, words_of
from assistant.letters.kinds import REPLY_KINDS, LetterKind
from tests.letters.samples import (
    COURT,
    FACTS,
    GOVERNMENT,
    INFORMATION,
    USUAL,
    facts_for,
    templates,
)

OWN_KINDS = tuple(kind for kind in LetterKind if kind not in REPLY_KINDS)
FORMS = (LetterKind.APPLICATION_FORM, LetterKind.REGISTER_FORM, LetterKind.THIRD_PARTY_REPLY)
LEFT_OPEN = re.compile(r"[{}]|None|【(?!请写明答复的内容)")


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_full_facts_leave_nothing_open(kind: LetterKind) -> None:
    letter = compose(kind, facts_for(kind), templates())
    whole = "\n".join((letter.title, letter.addressee or "", letter.text, letter.series or ""))
    assert LEFT_OPEN.search(whole) is None
    assert letter.kind is kind
    assert letter.paragraphs


@pytest.mark.parametrize("outcome", tuple(Outcome))
def test_reply_leaves_only_what_the_handler_alone_can_write(outcome: Outcome) -> None:
    letter = compose(outcome, FACTS, templates())
    assert re.search(r"[{}]|None", letter.text) is None
    blanks = re.findall("【[^】]*】", letter.text)
    assert not [
        one for one in blanks if one.strip("【】").removeprefix("请写明") in LABELS.values()
    ]
    assert letter.outcome is outcome
    assert letter.series == "示例林水公开"


@pytest.mark.parametrize("outcome", tuple(Outcome))
def test_reply_says_when_what_and_how_to_contest(outcome: Outcome) -> None:
    text = compose_reply(outcome, USUAL, templates())
    assert "2026年4月27日收到" in text
    assert f"“{INFORMATION}”" in text
    assert remedy_text(outcome, GOVERNMENT, COURT) in text.split("\n")


def test_reply_kind_alone_does_not_say_which_reply() -> None:
    for kind in REPLY_KINDS:
        with pytest.raises(ValueError, match="by its outcome"):
            compose(kind, FACTS, templates())


def test_reply_to_an_inquiry_has_no_outcome_and_no_remedy() -> None:
    letter = compose(LetterKind.INQUIRY_REPLY, FACTS, templates())
    assert letter.title == "关于投诉事项的答复"
    assert letter.outcome is None
    assert letter.text == compose_reply(None, FACTS, templates())
    assert "复议" not in letter.text


@pytest.mark.parametrize("kind", [kind for kind in OWN_KINDS if kind not in FORMS])
def test_missing_facts_become_blanks(kind: LetterKind) -> None:
    letter = compose(kind, LetterFacts(), templates())
    assert "【请写明" in letter.text
    assert "None" not in letter.text
    assert letter.agency == "【请写明本机关名称】"


@pytest.mark.parametrize("kind", FORMS)
def test_form_without_facts_is_empty_for_the_pen(kind: LetterKind) -> None:
    letter = compose(kind, LetterFacts(), templates())
    assert "【" not in letter.text
    assert letter.agency is None
    assert letter.series is None
    assert any(paragraph.endswith(CELL) for paragraph in letter.paragraphs)


def test_remedy_without_its_bodies_is_left_to_be_filled_in() -> None:
    text = compose_reply(Outcome.GRANTED, LetterFacts(), templates())
    assert "向【请写明本级人民政府名称】申请行政复议" in text
    assert "向【请写明有管辖权的人民法院名称】提起行政诉讼" in text


def test_published_information_is_pointed_to() -> None:
    text = compose_reply(Outcome.GRANTED, FACTS, templates())
    assert "第三十六条第一项" in text
    assert "https://www.example.gov.cn/lsj/gongkai/2025/12.html" in text
    assert "第三十六条第二项" not in text


def test_other_body_is_named_with_its_contact() -> None:
    text = compose_reply(Outcome.UNABLE_NOT_HELD, FACTS, templates())
    assert "第三十六条第五项" in text
    assert "示例市水文中心提出申请，联系方式：0571-00000301" in text
    assert "不存在" not in text
    here = compose_reply(Outcome.UNABLE_NOT_HELD, USUAL, templates())
    assert "第三十六条第四项" in here
    assert "不存在" in here


def test_organisation_is_not_addressed_as_a_person() -> None:
    facts = replace(FACTS, applicant_is_person=False)
    assert "你单位提出的政府信息公开申请" in compose_reply(Outcome.GRANTED, facts, templates())


def test_third_parties_do_not_learn_who_applied() -> None:
    for kind in (LetterKind.THIRD_PARTY_CONSULTATION, LetterKind.DISCLOSURE_NOTICE):
        letter = compose(kind, facts_for(kind), templates())
        assert "王小明" not in f"{letter.addressee}{letter.text}"
    notice = compose(LetterKind.CONSULTATION_NOTICE, FACTS, templates())
    assert "示例建设有限公司" not in notice.text


def test_silence_means_opposite_things() -> None:
    """条例第三十二条 against 第三十四条."""
    third = compose(LetterKind.THIRD_PARTY_CONSULTATION, FACTS, templates()).text
    maker = compose(LetterKind.CO_MAKER_CONSULTATION, FACTS, templates()).text
    assert "由本机关依照条例的规定决定是否公开" in third
    assert "视为同意公开" not in third
    assert "视为同意公开" in maker


@pytest.mark.parametrize(
    ("facts", "working", "amount"),
    [
        (
            {"fee": fee_by_items(35), "fee_by_pages": False},
            "第1至10件不收费；第11至30件共20件，每件100元，合2000元；第31至35件共5件，每件200元，合1000元",
            "3000元",
        ),
        (
            {"fee": fee_by_pages(120), "fee_by_pages": True},
            "第1至30页不收费；第31至100页共70页，每页10元，合700元；第101至120页共20页，每页20元，合400元",
            "1100元",
        ),
        (
            {"fee": fee_by_items(11), "fee_by_pages": False},
            "第1至10件不收费；第11件共1件，每件100元，合100元",
            "100元",
        ),
    ],
)
def test_fee_notice_shows_the_working(facts: dict[str, object], working: str, amount: str) -> None:
    text = compose(LetterKind.FEE_NOTICE, replace(FACTS, **facts), templates()).text  # type: ignore[arg-type]
    assert f"计算过程：{working}。" in text
    assert f"收费数额：{amount}。" in text


def test_a_citizen_s_words_stay_words() -> None:
    """Braces, quotation marks, tabs, line breaks and full stops in a request change nothing around it."""
    asked = "{agency}的“三公”经费\t明细\n本机关决定予以公开。"
    facts = replace(USUAL, information=asked)
    letter = compose(Outcome.DENIED_PROCESS, facts, templates())
    assert "“{agency}的‘三公’经费 明细 本机关决定予以公开”" in letter.text
    assert len(letter.paragraphs) == len(
        compose(Outcome.DENIED_PROCESS, USUAL, templates()).paragraphs
    )
    form = compose(LetterKind.APPLICATION_FORM, facts, templates())
    assert [row.count(CELL) for row in form.paragraphs if CELL in row] == [1] * 10


@given(st.text(min_size=1).filter(str.strip))
def test_no_word_from_outside_begins_a_paragraph(word: str) -> None:
    usual = compose(LetterKind.RECEIPT, FACTS, templates())
    letter = compose(LetterKind.RECEIPT, replace(FACTS, information=word), templates())
    assert len(letter.text.split("\n")) == len(usual.text.split("\n"))
    assert letter.title == usual.title


def test_every_fact_has_a_wording() -> None:
    words = words_of(FACTS)
    named = {field.name for field in fields(LetterFacts)}
    assert named - set(words) == {"applicant_is_person", "fee", "fee_by_pages"}
    assert set(words) == set(LABELS)
    assert all(words.values())


def test_dates_are_written_as_in_documents() -> None:
    assert chinese_date(date(2026, 4, 7)) == "2026年4月7日"
    assert words_of(FACTS)["received_on"] == "2026年4月27日"


def test_placeholder_nobody_knows_is_a_blank() -> None:
    assert fill("到{until}为止", {}) == "到【请写明对方的最后一日】为止"
    assert fill("到{until}为止", {}, by_hand=True) == "到为止"


def test_paragraphs_are_the_lines_that_say_something() -> None:
    assert paragraphs_of("　　一。\r\n\n \n二。  \n姓名\t") == ("一。", "二。", "姓名\t")


def test_edited_body_keeps_the_rest_of_the_letter() -> None:
    letter = compose(Outcome.GRANTED, USUAL, templates())
    edited = letter.with_text("一。\n\n二。")
    assert edited.paragraphs == ("一。", "二。")
    assert (edited.title, edited.series, edited.addressee) == (
        letter.title,
        letter.series,
        letter.addressee,
    )
