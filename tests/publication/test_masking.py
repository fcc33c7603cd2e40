"""What the public reads holds nobody: pure, on sentences as replies write them and on people drawn at random."""

from __future__ import annotations

import re
import unicodedata

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import Invalid
from assistant.knowledge.files import Loaded
from assistant.language.sounds import syllable
from assistant.language.text import simplify
from assistant.publication.covers import (
    BY_EDITOR,
    is_covered_by_editor_only,
    is_covered_only,
    put_marked,
    spans_of,
)
from assistant.publication.masking import cover_chosen, findings, preview
from assistant.publication.person import Person
from tests.language.test_privacy import card_number, identity_number

WRITER = Person(
    "王小明", "13800001234", "wangxm88@example.com", ("XD20260427-0001-5", "12345-A-7788")
)


def kinds(text: str, person: Person = WRITER) -> list[str]:
    return [span.kind for span in preview(text, person).spans]


COVERED = {
    "王小明您好：": "王某某您好：",
    "王先生您好，小王也好。": "王先生您好，小王也好。",
    "请小明同志来。": "请[姓名]同志来。",
    "由李大山、张桂花到现场处理": "由李某某、张某某到现场处理",
    "经查，村民周福根于3月采伐": "经查，村民周某某于3月采伐",
    "当事人李强陈述": "当事人李某某陈述",
    "联系人：陈建国，电话13900002222": "联系人：陈某某，电话[电话号码]",
    "您家住西湖街道文三路12号翠苑小区3幢2单元401室。": "您家住西湖街道[门牌]。",
    "东山村3组12号门前": "东山村[门牌]门前",
    "12幢门口的树": "[门牌]门口的树",
    "住北山街道曙光路15号": "住北山街道[门牌]",
    "车牌浙A12345": "车牌[车牌号]",
    "邮箱 li.si@qq.com": "邮箱 [电子邮箱]",
    "卡号6222 0214 0010 3987 658已到账": "卡号[银行卡号]已到账",
    "打到6222 0214 0010 3987 658这张卡": "打到[银行卡号]这张卡",
    "身份证330102199001011234": "身份证[身份证号]",
    "受理编号XD20260501-0023-7": "受理编号[编号]",
    "编号xd 20260501 0023 7": "编号[编号]",
    "工单12345-A-7788已办": "工单[编号]已办",
}


@pytest.mark.parametrize("text", COVERED)
def test_person_is_covered(text: str) -> None:
    assert preview(text, WRITER).text == COVERED[text]


WRITTEN = (
    "王小明",
    "王 小 明",
    "王·小·明",
    "王小\u200b明",
    "小明",
    "小 明",
    "Wang Xiaoming",
    "XIAOMING WANG",
    "wangxiaoming",
    "xiao ming",
    "13800001234",
    "138 0000 1234",
    "138-0000-1234",
    "１３８００００１２３４",
    "+86 138 0000 1234",
    "一三八零零零零一二三四",
    "幺三八〇〇〇〇幺二三四",
    "1.3.8.0.0.0.0.1.2.3.4",
    "138****1234",
    "wangxm88@example.com",
    "WangXM88@Example.com",
    "wangxm88 艾特 example.com",
    "wangxm88",
    "XD20260427-0001-5",
    "xd20260427 0001 5",
)


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("around", ["{}", "（{}）", "来信人是{}，请回复", "请找{}办理"])
def test_writer_is_covered_however_written(written: str, around: str) -> None:
    text = preview(around.format(written), WRITER).text
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()
    for trace in ("小明", "xiaoming", "1234", "一二三四", "幺二三四", "wangxm", "20260427"):
        assert trace not in plain


@pytest.mark.parametrize(
    ("person", "text", "expected"),
    [
        (
            Person("王伟"),
            "王伟的地，小伟和伟哥都在。伟大的工程。",
            "王某某的地，小[姓名]和[姓名]哥都在。伟大的工程。",
        ),
        (Person("欧阳建国"), "欧阳建国说，建国也同意", "欧阳某某说，[姓名]也同意"),
        (Person("張偉明"), "张伟明、張偉明", "张某某、張某某"),
        (Person("王小明"), "王先生和老王", "王先生和老王"),
        (Person("李先生"), "请先生女士排队", "请先生女士排队"),
        (Person("小李"), "小李的事", "小李的事"),
        (Person("匿名"), "匿名来信", "匿名来信"),
        (Person("王小明（代母亲刘桂芬）"), "桂芬的地", "[姓名]的地"),
        (Person("青山林业有限公司"), "青山林业有限公司的申请", "[姓名]的申请"),
        (Person("阿依古丽·买买提"), "阿依古丽的林地", "[姓名]的林地"),
        (Person("John Smith"), "请 JOHN 来", "请 [姓名] 来"),
        (
            Person(phone="057188123456"),
            "座机0571-88123456，或88123456",
            "座机[电话号码]，或[电话号码]",
        ),
        (Person(phone="13800001234"), "尾号1234的号码", "尾号[电话号码]的号码"),
    ],
)
def test_name_is_taken_apart(person: Person, text: str, expected: str) -> None:
    assert preview(text, person).text == expected


def test_spans_stand_where_the_covers_are_and_say_of_what() -> None:
    seen = preview("王小明您好：东山村3组12号的水渠已修，电话13900002222。", WRITER)
    assert [(seen.text[span.start : span.end], span.kind) for span in seen.spans] == [
        ("某某", "姓名"),
        ("[门牌]", "住址"),
        ("[电话号码]", "电话号码"),
    ]


def test_own_numbers_stay_unless_they_are_the_writers() -> None:
    text = "请拨打0571-88001122或13900002222"
    assert preview(text, keep=("0571-88001122",)).text == "请拨打0571-88001122或[电话号码]"
    writer = Person(phone="0571-88001122")
    assert preview(text, writer, keep=("0571-88001122",)).text == "请拨打[电话号码]或[电话号码]"


def test_ordinary_answers_keep_their_words(loaded: Loaded) -> None:
    """Of all answers, hardly any loses a word but the bureau's own telephone numbers and address."""
    texts = [record.text for _, record in loaded.records if getattr(record, "text", "")]
    names = [text for text in texts if "姓名" in [span.kind for span in preview(text).spans]]
    assert len(texts) > 200
    assert len(names) <= 2


# What an editor covers ------------------------------------------------------------------


def test_editor_covers_more() -> None:
    seen = preview("北坡的〔遮〕三亩茶园〔/遮〕和红砖房", also=("红砖房", " "))
    assert seen.text == f"北坡的{BY_EDITOR}和{BY_EDITOR}"
    assert {span.kind for span in seen.spans} == {"编辑遮盖的内容"}


@pytest.mark.parametrize(
    "text", ["〔遮〕三亩", "三亩〔/遮〕", "〔遮〕〔/遮〕", "〔/遮〕三亩〔遮〕"]
)
def test_mark_without_partner_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="成对"):
        put_marked(text)


@pytest.mark.parametrize(
    "published",
    [
        "水渠四月修好。",
        f"水渠{BY_EDITOR}修好。",
        f"{BY_EDITOR}四月修好。",
        f"水渠四月{BY_EDITOR}",
        f"{BY_EDITOR}四月{BY_EDITOR}",
    ],
)
def test_covering_is_no_change(published: str) -> None:
    assert is_covered_by_editor_only("水渠四月修好。", published)


@pytest.mark.parametrize(
    "published",
    [
        "水渠五月修好。",
        "水渠四月修好",
        "水渠修好。",
        "您好，水渠四月修好。",
        f"水渠四月{BY_EDITOR}修好。",
        f"水渠{BY_EDITOR}四月修好。",
        f"修好{BY_EDITOR}水渠",
        f"水渠{BY_EDITOR}修完。",
        "水渠[姓名]修好。",
        "",
    ],
)
def test_any_other_difference_is_a_change(published: str) -> None:
    assert not is_covered_by_editor_only("水渠四月修好。", published)


def test_findings_name_what_is_still_open() -> None:
    assert findings("东山村的水渠坏了，王先生，王某某，[电话号码]") == ()
    assert set(findings("我电话13900002222，请李大山回")) == {"姓名", "电话号码"}
    assert findings("小明的地", WRITER) == ("姓名",)
    assert findings("〔遮〕小明〔/遮〕的地", WRITER) == ()


# Whoever writes, whatever is written ------------------------------------------------------

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛超霞刚桂兰萍红玲芬燕彩菊凤洁梅琳素莲雪荣莺媛瑞佳嘉琼珍贞莉晶妍茜珊莎锦黛倩婷"
WORDS = (
    "您反映的水渠破损一事，",
    "经查，",
    "东山村",
    "已到现场处理，",
    "请到窗口办理。",
    "\n",
    "取水许可",
    "2026年4月30日",
    "XD20260101-0001-1",
    "[电话号码]",
    "某某",
    "（",
    "）",
    " ",
    "3组",
    "12号",
    "李大山",
)
TO_TRADITIONAL = opencc.OpenCC("s2t")

names = st.builds(
    lambda surname, given: surname + given,
    st.sampled_from([*SURNAMES, "欧阳", "司马"]),
    st.text(GIVEN, min_size=2, max_size=2),
)
phones = st.from_regex(r"1[3-9]\d{9}", fullmatch=True, alphabet="0123456789")
emails = st.from_regex(r"[a-z]{5,8}[0-9]{2}@(qq|163|example)\.com", fullmatch=True)
people = st.builds(Person, names, phones, emails)
fillers = st.lists(st.sampled_from(WORDS), max_size=4).map("".join)


def spellings_of(person: Person) -> list[str]:
    name, phone, email = person.name or "", person.phone or "", person.email or ""
    wide = phone.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    given = given_of(name)
    return [
        name,
        given,
        " ".join(name),
        "·".join(name),
        TO_TRADITIONAL.convert(name),
        phone,
        f"{phone[:3]} {phone[3:7]} {phone[7:]}",
        f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
        f"+86{phone}",
        wide,
        phone.translate(dict(zip(map(ord, "0123456789"), "零一二三四五六七八九", strict=True))),
        email,
        email.upper(),
        email.replace("@", " @ "),
        "".join(map(syllable, name)),
    ]


def given_of(name: str) -> str:
    return name[2:] if name[:2] in ("欧阳", "司马") else name[1:]


@settings(max_examples=200, deadline=None)
@given(data=st.data(), person=people)
def test_writer_never_survives(data: st.DataObject, person: Person) -> None:
    spelt = data.draw(st.lists(st.sampled_from(spellings_of(person)), min_size=1, max_size=4))
    text = "".join(data.draw(fillers) + one + data.draw(fillers) for one in spelt)
    seen = preview(text, person)
    plain = simplify(re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", seen.text))).lower()
    chinese = (person.phone or "").translate(
        dict(zip(map(ord, "0123456789"), "零一二三四五六七八九", strict=True))
    )
    assert given_of(person.name or "") not in plain
    assert (person.phone or "") not in plain
    assert chinese not in plain
    assert (person.email or "").partition("@")[0] not in plain
    assert "".join(map(syllable, given_of(person.name or ""))) not in plain
    assert is_covered_only(text, seen.text)
    assert preview(seen.text, person) == seen
    assert findings(seen.text, person) == ()
    assert seen.spans == spans_of(seen.text)


@settings(max_examples=150, deadline=None)
@given(random=st.randoms(use_true_random=False), before=fillers, after=fillers)
def test_numbers_of_anybody_never_survive(random: object, before: str, after: str) -> None:
    for number in (identity_number(random), card_number(random)):  # type: ignore[arg-type]
        text = preview(f"{before}号码{number}，{after}").text
        assert number not in text


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=120), word=st.text(max_size=5))
def test_any_text_is_only_covered_and_only_once(text: str, word: str) -> None:
    try:
        chosen = cover_chosen(text, (word,))
    except Invalid:
        return
    seen = preview(chosen)
    assert is_covered_only(text, seen.text)
    assert preview(seen.text) == seen


@settings(max_examples=200, deadline=None)
@given(text=st.text("水渠四月修好[姓名]已遮盖〔〕/遮", max_size=20), data=st.data())
def test_marking_any_part_is_covering(text: str, data: st.DataObject) -> None:
    masked = preview(text.replace("〔", "").replace("〕", "")).text
    if not masked:
        return
    start = data.draw(st.integers(0, len(masked) - 1))
    end = data.draw(st.integers(start + 1, len(masked)))
    marked = f"{masked[:start]}〔遮〕{masked[start:end]}〔/遮〕{masked[end:]}"
    assert is_covered_by_editor_only(masked, put_marked(marked))
