"""Find personal data in what citizens write and mask it before anything is stored.

Patterns and context only: a mistyped identity number is still an identity number, so no checksum is asked for
(个人信息保护法 Art. 6: no more than the purpose needs). Receipt numbers are recognised first and left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.labels import Labelled
from assistant.language.text import simplify


class Personal(Labelled):
    """Kinds of personal data; `label` is what a citizen is told was covered."""

    IDENTITY = "identity", "身份证号"
    PHONE = "phone", "电话号码"
    BANK_CARD = "bank_card", "银行卡号"
    EMAIL = "email", "电子邮箱"
    PLATE = "plate", "车牌号"
    PASSPORT = "passport", "证件号码"
    ACCOUNT = "account", "微信或QQ号"
    NAME = "name", "姓名"
    ADDRESS = "address", "住址"


# What stands in the text instead; COVER finds it again.
_COVERS: dict[Personal, str] = {
    Personal.IDENTITY: "[身份证号]",
    Personal.PHONE: "[电话号码]",
    Personal.BANK_CARD: "[银行卡号]",
    Personal.EMAIL: "[电子邮箱]",
    Personal.PLATE: "[车牌号]",
    Personal.PASSPORT: "[证件号码]",
    Personal.ACCOUNT: "[账号]",
    Personal.NAME: "[姓名]",
    Personal.ADDRESS: "[门牌]",
}
COVER = re.compile("|".join(re.escape(cover) for cover in sorted(set(_COVERS.values()))))


@dataclass(frozen=True)
class Masked:
    """The text fit to be stored, and the kinds of personal data that were covered in it."""

    text: str
    found: tuple[Personal, ...]


# A digit as people type it: half or full width, spaced, dashed, or spoken.
_D = r"[0-9０-９]"
_SPOKEN = r"[零〇○一二三四五六七八九幺两0-9０-９]"
_GAP = r"[\s\-－—·.．]{0,2}"
_NO_DIGIT_BEFORE = r"(?<![0-9０-９A-Za-z])"
_NO_DIGIT_AFTER = r"(?![0-9０-９])"
_IS = r"[\s是为:：]{0,4}"


def _digits(count: str, digit: str = _D) -> str:
    """`count` (a regular expression's {m,n}) more digits after a first one, with gaps between."""
    return rf"{digit}(?:{_GAP}{digit}){count}"


_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉"
    "岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计成戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵"
    "席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄"
    "曲封储靳段富焦巴牧谷车侯全班秋仲伊宫宁仇栾甘祖武符刘景詹束龙叶幸司黎白蒲从索赖卓蔺屠蒙池乔闻莘党翟谭贡劳申冉雍桑桂牛边燕温庄晏柴"
    "瞿阎连习艾鱼容向古易慎戈廖庾终衡步耿满匡寇广聂晁敖冷辛阚简饶曾沙丰关查游竺权盖益桓肖"
)
_DOUBLE = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|长孙|宇文|端木"
_PERSON = rf"(?:{_DOUBLE}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}?"
# Where a name ends: punctuation, or a word that goes on about its bearer.
_ENDS = r"(?=[\s,，。.;；、:：!！?？()（）]|$|今年|现在|家|住|电话|手机|身份|媳妇|老婆|老公|你们|我们|帮|给我|的)"

# Each pattern's `it` is what is covered. Order matters: an identity number holds what looks like a telephone.
_RULES: tuple[tuple[Personal, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            Personal.EMAIL,
            r"(?P<it>[A-Za-z0-9_.+-]{1,64}[@＠][A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})",
        ),
        (
            Personal.IDENTITY,
            rf"{_NO_DIGIT_BEFORE}(?P<it>{_digits('{16}')}{_GAP}[0-9０-９XxＸｘ]){_NO_DIGIT_AFTER}",
        ),
        (
            Personal.IDENTITY,
            rf"(?:身份证|证号)(?:号码|号)?{_IS}(?P<it>"
            + _digits("{5,17}", r"[零〇一二三四五六七八九幺两0-9０-９XxＸｘ*]")
            + ")",
        ),
        (Personal.BANK_CARD, rf"{_NO_DIGIT_BEFORE}(?P<it>{_digits('{15,18}')}){_NO_DIGIT_AFTER}"),
        (Personal.IDENTITY, rf"{_NO_DIGIT_BEFORE}(?P<it>{_digits('{14}')}){_NO_DIGIT_AFTER}"),
        (
            Personal.PHONE,
            rf"(?<![0-9０-９])(?P<it>(?:[+＋]?86{_GAP})?[1１]{_GAP}[3-9３-９](?:{_GAP}{_D}){{9}}){_NO_DIGIT_AFTER}",
        ),
        (Personal.PHONE, rf"(?P<it>[一幺1]{_GAP}[三四五六七八九3-9](?:{_GAP}{_SPOKEN}){{9}})"),
        (
            Personal.PHONE,
            rf"(?:电话|手机|座机|号码|联系(?:方式)?|打给我)(?:号码?)?{_IS}(?P<it>"
            + _digits("{6,11}", _SPOKEN)
            + f"){_NO_DIGIT_AFTER}",
        ),
        (
            Personal.PHONE,
            rf"{_NO_DIGIT_BEFORE}(?P<it>0\d{{2,3}}{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}){_NO_DIGIT_AFTER}",
        ),
        (
            Personal.PASSPORT,
            rf"(?:护照|通行证|证件)(?:号码|号)?{_IS}(?P<it>[A-Za-z]{{1,2}}\d{{6,9}})",
        ),
        (
            Personal.PLATE,
            r"(?P<it>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
            r"[A-Za-z][·\s]?[A-Za-z0-9](?:[·\s]?[A-Za-z0-9]){4,5})(?![A-Za-z0-9])",
        ),
        (
            Personal.ACCOUNT,
            rf"(?:微信|v信|qq|QQ|扣扣)(?:号码?)?{_IS}(?P<it>(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{{5,20}})",
        ),
        (
            Personal.NAME,
            rf"(?:(?:我|他|她|姓[\u4e00-\u9fff]|名字|本人|儿子|女儿|老公|老婆|爱人|父亲|母亲)叫|姓名|名字(?:是)?)"
            rf"{_IS}(?P<it>{_PERSON}{_ENDS}|[{_SURNAMES}][\u4e00-\u9fff]{{2}})",
        ),
        (
            Personal.NAME,
            rf"(?:联系人|户主|本人|当事人|申请人|投诉人|举报人|经办人|收件人|邻居){_IS}(?P<it>{_PERSON}){_ENDS}",
        ),
        (Personal.NAME, rf"我是(?P<it>{_PERSON})(?=[,，。;；、])"),
        (Personal.NAME, rf"的(?P<it>{_PERSON})(?=媳妇|老婆|老公|爱人)"),
        (
            Personal.NAME,
            r"(?:我叫|姓名|名字是?)[\s:：]{0,2}(?P<it>[A-Z][A-Za-z]{1,20}(?:\s[A-Z][A-Za-z]{1,20}){0,3})",
        ),
        (
            Personal.ADDRESS,
            r"[\u4e00-\u9fff](?:小区|花园|苑|公寓|街道|路|街|巷|弄|村|社区|新村|镇)\s?"
            r"(?P<it>[0-9０-９一二三四五六七八九十百]{1,5}\s?(?:号楼|栋|幢|号|弄|组|单元|座)"
            r"(?:\s?[0-9０-９A-Za-z一二三四五六七八九十百-]{1,6}\s?(?:号楼|栋|幢|号|组|单元|室|层|楼|座|户)?){0,3})",
        ),
    )
)
_RECEIPT = re.compile(r"(?<![A-Za-z0-9])XD\d{8}-\d{4,6}-\d(?!\d)", re.IGNORECASE)


def mask(text: str) -> Masked:
    """Cover personal data in `text`. Matching is done in Simplified characters, covering in the citizen's own."""
    plain = simplify(text)
    if len(plain) != len(text):  # a conversion that shifts places cannot guide the covering
        plain = text
    taken = [match.span() for match in _RECEIPT.finditer(plain)]
    covered: list[tuple[int, int, Personal]] = []
    for kind, pattern in _RULES:
        for match in pattern.finditer(plain):
            start, end = match.span("it")
            if all(end <= first or start >= last for first, last in taken):
                taken.append((start, end))
                covered.append((start, end, kind))
    pieces, place = [], 0
    for start, end, kind in sorted(covered):
        pieces += [text[place:start], _COVERS[kind]]
        place = end
    found = tuple(dict.fromkeys(kind for _, _, kind in sorted(covered)))
    return Masked("".join([*pieces, text[place:]]), found)
