"""Personal data are covered before anything is stored, and nothing else is."""

from __future__ import annotations

import re
from random import Random

import pytest

from assistant.knowledge.files import Loaded
from assistant.language.privacy import Personal, mask
from tests.fixtures_service import golden_texts, read_golden_items

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
PROVINCES = ("11", "31", "33", "34", "42", "50", "61", "65")
SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
WIDE = dict(zip("0123456789Xx", "０１２３４５６７８９Ｘｘ", strict=True))


def identity_number(random: Random, valid: bool = True) -> str:
    """GB 11643: place, birth date, serial, check character (a wrong one where not `valid`)."""
    born = f"{random.randint(1935, 2010)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    body = (
        f"{random.choice(PROVINCES)}{random.randint(0, 9999):04}{born}{random.randint(0, 999):03}"
    )
    right = CHECK[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
    wrong = random.choice([c for c in CHECK if c != right])
    return body + (right if valid else wrong)


def phone_number(random: Random) -> str:
    return f"1{random.randint(3, 9)}{random.randint(0, 10**9 - 1):09}"


def card_number(random: Random) -> str:
    """Luhn-valid, 16 or 19 digits."""
    body = "62" + "".join(random.choice("0123456789") for _ in range(random.choice((13, 16))))
    digits = [int(d) for d in reversed(body)]
    total = sum(d if i % 2 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(digits))
    return body + str(-total % 10)


def spaced(number: str, *sizes: int, gap: str = " ") -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(number[start : start + size])
        start += size
    return gap.join([*parts, number[start:]])


AROUND = (
    "{}",
    "我的是{}，请查收",
    "号码{}谢谢",
    "请记一下 {} 这个",
    "（{}）",
    "A：{}。",
    "取水许可怎么办{}急",
)


def survives(number: str, text: str) -> bool:
    """Whether the number can still be read out of the text."""
    narrow = str.maketrans({**{v: k for k, v in WIDE.items()}, **{v: k for k, v in SPOKEN.items()}})
    digits = re.sub(r"[^0-9Xx]", "", text.translate(narrow))
    return number.lower() in digits.lower()


@pytest.mark.parametrize("valid", [True, False])
def test_identity_numbers_are_covered(valid: bool) -> None:
    random = Random(330100 + valid)
    for _ in range(300):
        number = identity_number(random, valid)
        for spelling in (
            number,
            number.lower(),
            number.translate(str.maketrans(WIDE)),
            spaced(number, 6, 8),
            spaced(number, 6, 4, 4, gap="-"),
        ):
            for frame in AROUND:
                masked = mask(frame.format(spelling))
                assert not survives(number, masked.text), (frame, spelling, masked)
                assert masked.found[0] is Personal.IDENTITY, (frame, spelling, masked)


def test_old_fifteen_digit_identity_numbers_are_covered() -> None:
    assert "330102650101123" not in mask("我的老身份证330102650101123").text


def test_spoken_identity_number_after_its_name_is_covered() -> None:
    spoken = "".join(SPOKEN[d] for d in "330102196501011234")
    assert mask(f"身份证号是{spoken}").text == "身份证号是[身份证号]"


def test_phones_are_covered_in_every_spelling() -> None:
    random = Random(138)
    for _ in range(300):
        number = phone_number(random)
        for spelling in (
            number,
            f"+86{number}",
            f"+86 {number}",
            f"86-{number}",
            spaced(number, 3, 4),
            spaced(number, 3, 4, gap="-"),
            spaced(number, 3, 4, gap="－"),
            number.translate(str.maketrans(WIDE)),
            "".join(SPOKEN[d] for d in number),
            "".join(SPOKEN[d] for d in number).replace("幺", "一"),
            spaced(number, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
            spaced(number, 3, 4, gap="."),
        ):
            for frame in AROUND:
                masked = mask(frame.format(spelling))
                assert not survives(number, masked.text), (frame, spelling, masked)
                assert Personal.PHONE in masked.found, (frame, spelling, masked)


@pytest.mark.parametrize(
    "text", ["0571-87654321", "0571 8765 4321", "057187654321", "010-62345678", "021 6234-5678"]
)
def test_landlines_are_covered(text: str) -> None:
    assert mask(f"家里{text}").text == "家里[电话号码]"


@pytest.mark.parametrize(
    "text", ["电话87654321", "手机尾号不用，座机：8765432", "联系方式是 8765 4321"]
)
def test_short_numbers_are_covered_after_their_name(text: str) -> None:
    assert "[电话号码]" in mask(text).text
    assert not re.search(r"\d{4}", mask(text).text)


def test_bank_cards_are_covered() -> None:
    random = Random(62)
    for _ in range(300):
        number = card_number(random)
        for spelling in (number, spaced(number, 4, 4, 4), spaced(number, 4, 4, 4, gap="-")):
            for frame in AROUND:
                masked = mask(frame.format(spelling))
                assert not survives(number, masked.text), (frame, spelling, masked)


@pytest.mark.parametrize(
    ("text", "gone", "kind"),
    [
        ("车牌浙A12345停在河边", "12345", Personal.PLATE),
        ("浙AD12345的车在倒垃圾", "D12345", Personal.PLATE),
        ("是苏E·8K123那辆", "8K123", Personal.PLATE),
        ("发到zhang.san+1@mail.example.com", "zhang.san", Personal.EMAIL),
        ("邮箱abc_1＠example.cn", "abc_1", Personal.EMAIL),
        ("我叫王小明，想办证", "王小明", Personal.NAME),
        ("本人叫李四 要采伐", "李四", Personal.NAME),
        ("姓名：张伟", "张伟", Personal.NAME),
        ("我是陈阿根，要问采伐", "陈阿根", Personal.NAME),
        ("住在翠苑小区3幢2单元501室", "501", Personal.ADDRESS),
        ("文三路 12号 6楼", "12号", Personal.ADDRESS),
        ("大岭村三组18号", "18号", Personal.ADDRESS),
        ("护照号E12345678", "E12345678", Personal.PASSPORT),
        ("我微信号 lin_2020", "lin_2020", Personal.ACCOUNT),
        ("QQ：123456789", "123456789", Personal.ACCOUNT),
    ],
)
def test_other_personal_data_are_covered(text: str, gone: str, kind: Personal) -> None:
    masked = mask(text)
    assert gone not in masked.text
    assert kind in masked.found


INNOCENT = [
    "我的受理编号是XD20261122-0001-5，查进度",
    "xd20261122-123456-7 到哪一步了",
    "2026年11月22日交的材料",
    "2026-11-22 到 2026-12-31",
    "20261122",
    "条例第三十三条第一款第（二）项",
    "森林法第56条、第57条",
    "罚款10万元以上50万元以下",
    "水资源费一共123456.78元",
    "每立方米0.2元，一年36000立方米",
    "示林水〔2026〕3号",
    "浙政发〔2023〕12号文件",
    "GB/T 50433-2018",
    "索引号 11330100/2026-00012",
    "拨打12345或者119",
    "举报电话12388",
    "20个工作日，45天",
    "砍15立方米，共230棵",
    "我是来问采伐证的",
    "本人想申请取水许可",
    "名字怎么改",
    "河道管理范围50米",
    "3月12日植树节",
    "一千二百三十四万五千六百七十八元",
    "二〇二六年十一月二十二日",
    "经度120.15，纬度30.28",
    "统计2019、2020、2021、2022年数据",
    "第1条第2条第3条",
    "我是养殖户，要办什么证",
    "云A级景区怎么走",
]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    masked = mask(text)
    assert masked.text == text
    assert masked.found == ()


def test_receipt_numbers_are_never_covered() -> None:
    from datetime import date, timedelta

    from assistant.cases.receipts import format_receipt_no

    random = Random(5)
    for _ in range(2_000):
        day = date(2026, 1, 1) + timedelta(days=random.randrange(3_000))
        number = format_receipt_no(day, random.choice((1, 42, 9_999, 10_000, 123_456)))
        for frame in AROUND:
            text = frame.format(number)
            assert mask(text).text == text


def test_receipt_number_beside_a_phone_keeps_and_loses_what_it_should() -> None:
    masked = mask("编号XD20261122-0001-5，电话13800001357")
    assert masked.text.startswith("编号XD20261122-0001-5，电话")
    assert "1380000" not in masked.text
    assert masked.found == (Personal.PHONE,)


def test_bureaus_own_phrasings_hold_nothing_personal(loaded: Loaded) -> None:
    """A phrasing that is masked would not be recognised when a citizen uses it."""
    texts = [text for texts in loaded.examples.values() for text in texts]
    assert {text: mask(text).text for text in texts if mask(text).found} == {}


def test_golden_questions_without_personal_data_are_left_alone() -> None:
    personal = {item["text"] for item in read_golden_items("personal_data")}
    touched = {t: mask(t).text for t in golden_texts() if t not in personal and mask(t).found}
    assert touched == {}


@pytest.mark.parametrize("item", read_golden_items("personal_data"), ids=lambda item: item["id"])
def test_golden_personal_data_do_not_survive(item: dict[str, object]) -> None:
    masked = mask(str(item["text"]))
    assert [part for part in item["masked"] if part in masked.text] == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("item", read_golden_items("personal_data"), ids=lambda item: item["id"])
def test_golden_personal_data_do_not_survive_normalising(item: dict[str, object]) -> None:
    """What the witnesses are given must not hold it in another spelling either."""
    from assistant.conversation.chat import understood_part

    heard = understood_part(str(item["text"]))
    assert [part for part in item["masked"] if part in heard] == []  # type: ignore[attr-defined]


def test_masking_twice_changes_nothing() -> None:
    random = Random(2)
    texts = [item["text"] for item in read_golden_items("personal_data")] + INNOCENT
    texts += [f"我叫王小明，{identity_number(random)}，{phone_number(random)}" for _ in range(50)]
    texts += [
        "车牌浙A12345",
        "发到zhang@mail.example.com",
        "身份证号码：[身份证号]",
        "电话[电话号码]",
    ]
    for text in texts:
        once = mask(text).text
        assert mask(once).text == once, text


def test_every_kind_has_its_name() -> None:
    assert all(kind.label for kind in Personal)


def test_kinds_are_named_once() -> None:
    assert mask("13800001357 或 13900001357").found == (Personal.PHONE,)
