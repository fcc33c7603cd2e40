"""Personal data are covered before anything is stored, and nothing else is."""

from __future__ import annotations

import re
from random import Random
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.knowledge.files import Loaded
from assistant.language.privacy import COVER, Personal, mask
from assistant.language.text import simplify
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


# (what is written, what may not survive in it). All invented; {} stands for nothing here.
NAMES = [
    ("我叫顾长林，问下采伐", "顾长林"),
    ("我叫顾长林要砍树", "顾长林"),
    ("我叫李四今年六十", "李四"),
    ("你好我叫马骏家住城东", "马骏"),
    ("俺叫姜大勇", "姜大勇"),
    ("他叫尹志强，偷砍了树", "尹志强"),
    ("我的名字叫石榴花。", "石榴花"),
    ("我名字叫洪七", "洪七"),
    ("名字是覃小燕，什么时候能领证", "覃小燕"),
    ("姓名:卜建新 电话没有", "卜建新"),
    ("姓名：司马长风", "司马长风"),
    ("姓名 = 令狐冲", "令狐冲"),
    ("姓名：段 玉 良，办取水证", "段 玉 良"),
    ("联系人：傅红雪", "傅红雪"),
    ("联系人是楚天阔，楚", None),
    ("联系人阮小二，手机没带", "阮小二"),
    ("申请人宋玉成，申请公开", "宋玉成"),
    ("申请人：宋玉成申请公开", "宋玉成"),
    ("本人穆桂英，现申请", "穆桂英"),
    ("投诉人：程咬银", "程咬银"),
    ("户主康有根的林权证", "康有根"),
    ("法定代表人贺敬轩，公司在城西", "贺敬轩"),
    ("收件人为欧阳娜", "欧阳娜"),
    ("我是毕云涛，来问问", "毕云涛"),
    ("我是前山村的毕云涛，来问问", "毕云涛"),
    ("我是前山村毕云涛你们管不管", "毕云涛"),
    ("我是老张家隔壁组的卢俊，想砍树", "卢俊"),
    ("我住在后溪镇的褚时健想打井", "褚时健"),
    ("举报万仲良，他乱挖河沙", "万仲良"),
    ("我要投诉裴东来，把垃圾倒河里", "裴东来"),
    ("我告了丁春秋，会不会报复", "丁春秋"),
    ("邻居熊大力占了我的山", "熊大力"),
    ("邻居叫熊大力", "熊大力"),
    ("有个叫向天歌的人天天来电鱼", "向天歌"),
    ("我老公叫谭家驹，他的证丢了", "谭家驹"),
    ("我儿子范小北想承包山林", "范小北"),
    ("叫米小圈，八岁", "米小圈"),
    ("班主任苗翠兰老师叫我们问的", "苗翠兰"),
    ("找一下靳松柏先生", "靳松柏"),
    ("请转告汪曼春女士", "汪曼春"),
    ("跟兰天野同志说过了", "兰天野"),
    ("伐木的莫大富师傅没有证", "莫大富"),
    ("问过李敏老师了", "李敏"),
    ("窦文涛13800007777", "窦文涛"),
    ("窦文涛，手机13800007777", "窦文涛"),
    ("窦文涛（电话：0571-88880000）", "窦文涛"),
    ("窦文涛 330199199001011234 要办证", "窦文涛"),
    ("13800007777 窦文涛", "窦文涛"),
    ("我姓关，叫关大刀", "关大刀"),
    ("我姓关，名大刀", "大刀"),
    ("我姓上官，名叫上官婉儿", "上官婉儿"),
    ("免贵姓秦名叔宝", "叔宝"),
    ("我叫阿依古丽·买买提，要办证", "阿依古丽·买买提"),
    ("我叫阿根，不识字", "阿根"),
    ("我叫Tran Van Minh，要办证", "Tran Van Minh"),
    ("My name is John Smith, can I fish", "John Smith"),
    ("我是Maria Lopez，想问", "Maria Lopez"),
    ("我叫wang xiaoming", "wang xiaoming"),
    ("我叫歐陽鋒，問一下", "歐陽鋒"),
    ("申請人：劉國華，電話沒有", "劉國華"),
    ("同队的万金友，他砍了我的树", "万金友"),
    ("查一下祁同伟名下的林地", "祁同伟"),
    ("谢谢！侯亮平", "侯亮平"),
    ("户名：季昌明 卡号不记得", "季昌明"),
    ("我叫 “钟小艾” 来咨询", "钟小艾"),
    ("我是陈家庄的陈清泉媳妇", "陈清泉"),
]
PHONES = [
    "13800007777",
    "138 0000 7777",
    "138-0000-7777",
    "138.0000.7777",
    "138，0000，7777",
    "138、0000、7777",
    "138,0000,7777",
    "（138）0000-7777",
    "(138) 0000 7777",
    "1 3 8 0 0 0 0 7 7 7 7",
    "1380 0007 777",
    "138  0000  7777",
    "１３８００００７７７７",
    "１３８－００００－７７７７",
    "+86 13800007777",
    "＋8613800007777",
    "008613800007777",
    "(+86)138-0000-7777",
    "86 138 0000 7777",
    "138/0000/7777",
    "138—0000—7777",
    "138_0000_7777",
    "138~0000~7777",
    "1.3.8.0.0.0.0.7.7.7.7",
    "138\u200b0000\u200b7777",
    "1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣0️⃣7️⃣7️⃣7️⃣7️⃣",
    "138oooo7777",
    "①③⑧00007777",
    "一三八零零零零七七七七",
    "幺三八〇〇〇〇七七七七",
    "幺三八零零零零拐拐拐拐",
    "幺三八洞洞洞洞拐拐拐拐",
    "一三八，零零零零，七七七七",
    "一三八、零零零零、七七七七",
    "一三八 零零零零 七七七七",
    "一，三，八，零，零，零，零，七，七，七，七",
    "138零零零零7777",
    "1三8零0零0七7七7",
    "一三8 0000 七七七七",
    "壹叁捌零零零零柒柒柒柒",
    "幺三八。零零零零。七七七七",
    "0571-88880000",
    "0571 88880000",
    "（0571）88880000",
    "(0571)8888-0000",
    "0571－8888 0000",
    "+86-571-88880000",
    "010-66660000",
    "02166660000",
    "0571-88880000转803",
    "零五七一八八八八零零零零",
    "0570-0001234",
]
CUED = [
    ("打8888000找我", "8888000"),
    ("电话是八八八八零零零零", "八八八八零零零零"),
    ("座机 8888-0000", "8888-0000"),
    ("手机我留给你7777000", "7777000"),
    ("传真：88880000", "88880000"),
    ("tel:88880000", "88880000"),
    ("我的号码8888 0000", "8888 0000"),
    ("我身份证330199 少一位19900101123", "330199"),
    ("身份证后面是19900101123X", "19900101123X"),
    ("身份证号：33019919900101", "33019919900101"),
    ("身份证我报给你三三零一九九", "三三零一九九"),
    ("证号 3301991990010112＊＊", "3301991990010112"),
    ("33-01-99-1990-0101-1234", "1990-0101-1234"),
    ("330199，19900101，1234", "19900101"),
    ("330199 1990 01 01 1234", "1990 01 01"),
    ("三三零一九九 一九九零零一零一 一二三四", "一九九零"),
    ("三三零一九九，一九九零零一零一，一二三叉", "一九九零"),
    ("330199900101123", "900101123"),
    ("330199 900101 123", "900101"),
    ("330199201313451234", "20131345"),
    ("33o199199oo1o11234", "1o11234"),
    ("证号330199199001011２３Ｘ", "1990010112"),
    ("6222000011112222", "2222"),
    ("6222 0000 1111 2222 333", "1111"),
    ("6222-0000-1111-2222", "1111"),
    ("622200 0011112222333", "11112222"),
    ("6222，0000，1111，2222", "1111"),
    ("卡号62220000", "62220000"),
    ("4000 1111 2222 3333", "2222"),
    ("六二二二零零零零一一一一二二二二三三三", "一一一一"),
    ("存折 12 3456 7890", "3456"),
    ("6 2 2 2 0 0 0 0 1 1 1 1 2 2 2 2", "1 1 1 1"),
    ("浙Z12345", "12345"),
    ("浙Z·12345", "12345"),
    ("浙 Z 12345", "12345"),
    ("浙Z-12345", "12345"),
    ("浙ZD12345", "D12345"),
    ("浙ZF1234挂", "1234挂"),
    ("粤Z1234港", "1234港"),
    ("浙Z 1 2 3 4 5", "2 3 4"),
    ("浙Z一二三四五", "二三四"),
    ("浙ｚ１２３４５", "２３４"),
    ("京AD00123的绿牌车", "00123"),
    ("渝D·F12345", "12345"),
    ("sun.wu+kong@example.com", "sun.wu"),
    ("sunwu＠example．com", "sunwu"),
    ("sunwu艾特qq点com", "sunwu"),
    ("sunwu at example.com", "sunwu"),
    ("邮箱1234567艾特163点com", "1234567"),
    ("sunwu圈a example点cn", "sunwu"),
    ("sunwu123qq.com", "sunwu123"),
    ("一二三四五六艾特qq点com", "三四五"),
    ("Sunwu@mail.Example.com.cn", "Sunwu"),
    ("sunwu@ example.com", "sunwu"),
    ("微信sunwu500", "sunwu500"),
    ("微信：sunwukong", "sunwukong"),
    ("加我wx sunwu_500", "sunwu_500"),
    ("VX:sunwu500", "sunwu500"),
    ("v信号是 sunwu-500", "sunwu-500"),
    ("加我sunwu500", "sunwu500"),
    ("加V sunwu500", "sunwu500"),
    ("QQ 12345678", "12345678"),
    ("扣扣一二三四五六七八", "三四五六"),
    ("扣扣号10001", "10001"),
    ("sunwu500是我微信", "sunwu500"),
    ("sunwu500，这个是我vx", "sunwu500"),
    ("抖音号sunwu500", "sunwu500"),
    ("ｖｘ：ｓｕｎｗｕ５００", "ｓｕｎｗｕ"),
    ("护照号G12345678", "12345678"),
    ("护照EA1234567", "1234567"),
    ("G12345678是我护照", "12345678"),
    ("港澳通行证C12345678", "12345678"),
    ("台胞证 12345678", "12345678"),
    ("臺胞證號12345678", "12345678"),
    ("回乡证H1234567890", "1234567890"),
    ("社保卡号A12345678", "12345678"),
    ("学号20240312077", "20240312077"),
    ("军官证：南字第1234567号", "1234567"),
    ("残疾证33019919900101123441", "19900101"),
    ("驾驶证档案编号330199001234", "330199001234"),
    ("香港身份证A123456(7)", "123456"),
    ("居住证830000199001011234", "19900101"),
    ("我出生于1990年3月5日", "3月5日"),
    ("出生日期：1990-03-05", "03-05"),
    ("生日19900305", "19900305"),
    ("我是1990年3月5日出生的", "3月5日"),
    ("一九九零年三月初五生的", "三月初五"),
    ("生日是三月初五", None),
    ("出生年月 1990.3.5", "1990.3.5"),
]
ADDRESSES = [
    ("住文汇路12号3楼", "12号"),
    ("文汇路12-3号", "12-3号"),
    ("文汇街道文汇路12弄3号501室", "501"),
    ("金桂小区3幢2单元501", "501"),
    ("金桂苑3栋501室", "501室"),
    ("金桂花园12座1203", "1203"),
    ("大岭村5组36号", "36号"),
    ("大岭村第五组三十六号", "三十六号"),
    ("大岭村五组", "五组"),
    ("五组36号", "36号"),
    ("3组9号", "9号"),
    ("6栋405", "405"),
    ("2单元1103室", "1103"),
    ("家住石桥头8号", "8号"),
    ("地址：金桂公寓12-3-501", "501"),
    ("寄到城南大道88号", "88号"),
    ("门牌号36", "36"),
    ("房号405", "405"),
    ("金桂巷７号", "７号"),
    ("文匯路１２號", "１２號"),
    ("桂花弄17号后门", "17号"),
    ("长征镇12号", "12号"),
    ("住址 大树下 3 组 9 号", "9 号"),
    ("文汇路12号甲单元东户", "12号"),
    ("大庄乡3号", "3号"),
    ("金桂新村3幢二单元三〇一室", "三〇一"),
]
FRAMES = ("{}", "请问采伐证怎么办，{}", "{}，请问要几天？", "你好 {} 谢谢", "砍树的事（{}）")


def left_of(part: str, text: str) -> bool:
    return part in mask(text).text or simplify(part) in simplify(mask(text).text)


@pytest.mark.parametrize(("text", "gone"), NAMES)
def test_names_are_covered(text: str, gone: str | None) -> None:
    masked = mask(text)
    assert Personal.NAME in masked.found, masked
    assert gone is None or not left_of(gone, text), masked


@pytest.mark.parametrize("number", PHONES)
@pytest.mark.parametrize("frame", FRAMES)
def test_telephone_numbers_are_covered_however_written(frame: str, number: str) -> None:
    masked = mask(frame.format(number))
    assert masked.text.replace("(", "（").replace(")", "）").count("[电话号码]") == 1, masked
    assert masked.found == (Personal.PHONE,)
    assert not re.search(r"\d|[零三七八]", masked.text), masked


@pytest.mark.parametrize(("text", "gone"), CUED)
@pytest.mark.parametrize("frame", FRAMES)
def test_numbers_and_accounts_are_covered(frame: str, text: str, gone: str | None) -> None:
    masked = mask(frame.format(text))
    assert masked.found, masked
    assert gone is None or gone not in masked.text, masked


@pytest.mark.parametrize(("text", "gone"), ADDRESSES)
@pytest.mark.parametrize("frame", FRAMES)
def test_addresses_are_covered_from_the_door(frame: str, text: str, gone: str) -> None:
    masked = mask(frame.format(text))
    assert masked.found == (Personal.ADDRESS,), masked
    assert gone not in masked.text, masked


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
    "我叫老王，问个事",
    "我是小李，上次来过",
    "我叫王某某",
    "王先生说要办证",
    "李女士您好",
    "张师傅在吗",
    "我姓王",
    "跟邻居和好了",
    "名字和电话要不要写",
    "用假名字申请行吗",
    "我是党员，能举报吗",
    "我是项目经理，来办审批",
    "我是江西人，在这里包山",
    "我是高中生，要写作业",
    "我是林业站的，想核实",
    "我是镇上的管理员，问个事",
    "我是施工方，渣土放哪",
    "我是隔壁村的农户，想砍树",
    "我是包工头，怎么办证",
    "申请人应当提交什么",
    "申请人和利害关系人可以听证吗",
    "本人于昨天提交了申请",
    "本人已经申请过了",
    "负责人变更怎么办",
    "法人变更要多久",
    "联系人可以换吗",
    "联系人是谁",
    "姓名写错了怎么改",
    "姓名是和身份证一致吗",
    "举报安全隐患，找谁",
    "投诉施工噪音，找哪里",
    "举报毛竹被偷，打哪个电话",
    "我要举报盗伐",
    "这种树叫黄连木，能砍吗",
    "有种鸟叫白鹭，受保护吗",
    "叫马尾松，要不要证",
    "老公的父亲的林权证怎么办",
    "邻居家的树挡光",
    "邻居砍了我的树",
    "老板让我来问",
    "武则天老公是谁",
    "找司机师傅帮忙",
    "班主任老师叫来问",
    "各位同志好",
    "常用电话是多少",
    "单位电话是多少",
    "叫救护车，快",
    "叫人来看看",
    "我叫你们来你们不来",
    "谢谢！辛苦了",
    "谢谢，林权证怎么办",
    "我是和邻居一起来的，怎么办",
    "被告是林水局吗",
    "有个叫“林水在线”的小程序",
    "邻居占田我管不着",
    "投诉管水的人",
    "〔2026〕12号文件",
    "示林水规（2026）12号",
    "示政办〔2026〕 3 号",
    "第三十一条第二款",
    "一百二十三万四千五百六十七",
    "罚款13800元",
    "1380000元补偿款",
    "一共13,800,013,579元",
    "补偿13800007777元",
    "取水量 350 480 1200 3600立方米",
    "1350、1260、800亩三块地",
    "面积123456.789亩",
    "2019 2020 2021 2022年的公报",
    "2019、2020、2021、2022、2023、2024年公报",
    "2026年11月22日10:30",
    "2026.11.22到2026.12.31",
    "2026/11/22",
    "20261122103045",
    "统一社会信用代码91330100MA27XYZ12K",
    "索引号：11330100002489123U/2026-00012",
    "项目代码2020-330102-01-03-123456",
    "LY/T 1812-2021",
    "DB33/T 2091-2018",
    "热线400-800-1234",
    "拨12345、110、119、120、12119、12388",
    "打12345没人接",
    "东经120.153576，北纬30.287459",
    "120.153576,30.287459",
    "国道104号边上的河",
    "省道12号边上的树",
    "3号线地铁旁的河道",
    "11月12号能办吗",
    "5号6号放假吗",
    "第2号公告",
    "3号楼在哪",
    "几楼几号窗口",
    "取水许可证号在哪看",
    "身份证复印件要2份",
    "身份证要带吗，一共几份",
    "护照能不能申请",
    "微信怎么申请",
    "QQ群有没有",
    "微信公众号叫什么",
    "www.example.gov.cn",
    "登录http://www.163.com查不到",
    "邮箱发到哪里",
    "生日当天能办吗",
    "2010年出生的孩子能申请吗",
    "公司2010年3月成立",
    "车牌要登记吗",
    "浙江A级景区",
    "一二三四五六七八九十",
    "一、二、三、四、五、六、七、八、九、十",
    "零零散散三四棵树五六亩地",
    "三五一十五，四七二十八",
    "第1、2、3、4、5、6、7、8、9、10、11条",
    "1-31号都行，2026-02-28截止",
    "砍了一两棵，三四株",
    "3.14159265",
    "GPS 30.28 120.15 高程12.5",
    "D330102S2021-0012",
    "事项编码019900310000，还有000119012000",
    "实施编码019900310000SL031",
    "微信 12345 能投诉吗",
    "wechat payments",
    "see lawyeah.cn and use version 2 at 0.125.0",
    "[姓名]、[电话号码]这样写对吗",
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


ANYTHING = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "0123456789零一幺三八九洞叉Xx@＠.-— ，、。·（）"
            "王李张伟建国和的是叫我姓名号村组路室浙A微信年月日元[]〔〕\ue000\uf000"
        ),
    ),
    max_size=120,
)
PIECES = st.lists(
    st.sampled_from(
        [text for text, _ in NAMES + CUED + ADDRESSES]
        + PHONES
        + INNOCENT
        + [*"，。；：的是 叫在", "我叫", "电话", "[姓名]", "[门牌]"]
    ),
    max_size=6,
).map("".join)


@settings(max_examples=500, deadline=None)
@given(st.one_of(ANYTHING, PIECES))
def test_masking_covers_and_does_nothing_else(text: str) -> None:
    """Never raises; what stands between the covers is the citizen's own; twice is once."""
    masked = mask(text)
    kept = re.split(COVER.pattern, masked.text)
    place = 0
    for part in kept:
        place = text.index(part, place) + len(part)
    assert kept[0] == text[: len(kept[0])]
    assert text.endswith(kept[-1])
    assert bool(masked.found) == (masked.text != text)
    assert mask(masked.text).text == masked.text


JUNK = [
    "1",
    "12",
    "1 ",
    "1-",
    "1，",
    "一",
    "一 ",
    "一，",
    "1一",
    "零",
    "0",
    "0-",
    "6222 ",
    "a",
    "a.",
    "a@",
    "a@a.",
    "a点",
    "qq",
    "微信",
    "vx",
    "加我",
    "我是",
    "我是王",
    "我是王家的",
    "的王",
    "王",
    "王伟",
    "王·",
    "姓王",
    "叫王",
    "姓名",
    "姓名：",
    "姓名 王 ",
    "我叫A ",
    "A b ",
    "身份证",
    "身份证号码的",
    "出生",
    "1990年",
    "1990-",
    "浙A",
    "浙A1",
    "路1",
    "村1组",
    "1组",
    "1号",
    "住在",
    "住在村1",
    "1单元",
    "[姓名]",
    "[姓名]王",
    "电话",
    "电话是",
    "先生",
    "王先生",
    "李建国",
    "[电话号码]王伟",
    "一两",
    "护照",
    "护照A",
    "卡号",
    "，",
    " ",
    "\u200b",
    "ﷺ",
    "(",
    "\ud800",
    "王伟 ",
    "王伟，",
    "王伟",
    "王伟的",
    "qq12345",
    "qq12345 ",
    "vx王伟",
    "叫王伟",
    "，叫王伟",
    "本人王伟",
    "的王伟媳妇",
    "王伟13800007777",
    "王伟 E12345678 ",
    "12-3-501",
    "浙A12345",
    "330199",
    "330199 ",
    "1990年3月",
    "生日",
    "1.2",
    "120.15,",
    "1,300,",
    "〔2026〕12号",
    "XD20261122-0001-",
]


@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_read_in_linear_time(junk: str) -> None:
    """Eight times the text, eight times as long (tripled, for a busy machine); squared it would be sixty-four."""

    def seconds(length: int) -> float:
        text = ("13800007777 " + junk * length)[:length]
        begun = perf_counter()
        mask(text)
        return perf_counter() - begun

    seconds(500)
    short = min(seconds(500) for _ in range(3))
    long = min(seconds(4_000) for _ in range(2))
    assert short < 0.1
    assert long < max(24 * short, 0.2)
