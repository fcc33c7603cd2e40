"""Find personal data in what citizens write and mask it before anything is stored.

Patterns and context only: a mistyped identity number is still an identity number, so no checksum is asked for
(PIPL Art. 6: no more than the purpose needs). Receipt numbers are recognised first and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Personal(StrEnum):
    """Kinds of personal data, with what a citizen is told was covered."""

    IDENTITY = "identity"
    PHONE = "phone"
    BANK_CARD = "bank_card"
    EMAIL = "email"
    PLATE = "plate"
    PASSPORT = "passport"
    ACCOUNT = "account"
    NAME = "name"
    ADDRESS = "address"


LABELS: dict[Personal, str] = {
    Personal.IDENTITY: "身份证号",
    Personal.PHONE: "电话号码",
    Personal.BANK_CARD: "银行卡号",
    Personal.EMAIL: "电子邮箱",
    Personal.PLATE: "车牌号",
    Personal.PASSPORT: "证件号码",
    Personal.ACCOUNT: "微信或QQ号",
    Personal.NAME: "姓名",
    Personal.ADDRESS: "住址",
}


@dataclass(frozen=True)
class Masked:
    """The text fit to be stored, and the kinds of personal data that were covered in it."""

    text: str
    found: tuple[Personal, ...]


# A digit as people type it: half or full width, spaced, dashed, or spoken.
_D = r"[0-9０-９]"
_SPOKEN = r"[零〇○一二三四五六七八九幺两0-9０-９]"
_GAP = r"[\s\-－—·.．]{0,2}"


def _digits(count: str, digit: str = _D) -> str:
    return rf"{digit}(?:{_GAP}{digit}){count}"


_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉"
    "岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计成戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵"
    "席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄"
    "曲封储靳段富焦巴牧山谷车侯全班秋仲伊宫宁仇栾甘祖武符刘景詹束龙叶幸司黎白蒲从鄂索赖卓蔺屠蒙池乔闻莘党翟谭贡劳申冉雍桑桂牛边燕温庄晏柴"
    "瞿阎连习艾鱼容向古易慎戈廖庾终衡步都耿满匡寇广聂晁敖冷辛阚那简饶曾沙丰关蒯相查红游竺权盖益桓公肖"
)
_GIVEN = r"[\u4e00-\u9fff]{1,2}"
_NOT_GIVEN = r"(?![的在是要想来去说问和跟给把被有也都很就不没了吗呢])"
_NAME_CUE = r"(?:我叫|本人叫|我的名字(?:是|叫)|姓名(?:是|叫|[:：])?|名字(?:是|叫|[:：])|我是(?=[\u4e00-\u9fff]{2,4}[,，。;；\s、]))"

_RECEIPT = re.compile(r"(?<![A-Za-z0-9])XD\d{8}-\d{4,6}-\d(?!\d)", re.IGNORECASE)


def _keep(head: int, tail: int) -> Callable[[re.Match[str]], str]:
    """Keep the first and last characters of what was matched, cover the rest."""

    def cover(match: re.Match[str]) -> str:
        text = re.sub(r"[\s\-－—·.．]", "", match[0])
        return text[:head] + "*" * max(4, len(text) - head - tail) + (text[-tail:] if tail else "")

    return cover


def _group(cover: str) -> Callable[[re.Match[str]], str]:
    """Keep the cue, replace what it announces."""
    return lambda match: match["cue"] + cover


# Order matters: an identity number holds what looks like a phone number.
_RULES: tuple[tuple[Personal, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        Personal.EMAIL,
        re.compile(r"[\w.+-]{1,64}[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII),
        lambda m: "***@***",
    ),
    (
        Personal.IDENTITY,
        re.compile(rf"(?<![0-9０-９A-Za-z]){_digits('{16}')}{_GAP}[0-9０-９XxＸｘ](?![0-9０-９])"),
        lambda m: "[身份证号]",
    ),
    (
        Personal.IDENTITY,
        re.compile(
            rf"(?P<cue>身份证(?:号码|号)?[\s是为:：]{{0,4}}){_digits('{5,17}', r'[零〇一二三四五六七八九幺两0-9０-９XxＸｘ*]')}"
        ),
        _group("[身份证号]"),
    ),
    (
        Personal.BANK_CARD,
        re.compile(rf"(?<![0-9０-９A-Za-z]){_digits('{15,18}')}(?![0-9０-９])"),
        lambda m: "[银行卡号]",
    ),
    (
        Personal.IDENTITY,
        re.compile(rf"(?<![0-9０-９A-Za-z]){_digits('{14}')}(?![0-9０-９])"),
        lambda m: "[身份证号]",
    ),
    (
        Personal.PHONE,
        re.compile(
            rf"(?<![0-9０-９])(?:[+＋]?86{_GAP})?[1１]{_GAP}[3-9３-９](?:{_GAP}{_D}){{9}}(?![0-9０-９])"
        ),
        lambda m: "[手机号]",
    ),
    (
        Personal.PHONE,
        re.compile(rf"[一幺1]{_GAP}[三四五六七八九3-9](?:{_GAP}{_SPOKEN}){{9}}"),
        lambda m: "[手机号]",
    ),
    (
        Personal.PHONE,
        re.compile(
            rf"(?<![0-9０-９A-Za-z])0\d{{2,3}}{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}(?![0-9０-９])"
        ),
        lambda m: "[电话号码]",
    ),
    (
        Personal.PHONE,
        re.compile(
            rf"(?P<cue>(?:电话|手机|座机|号码|联系(?:方式)?|打给我)[\s是为:：]{{0,4}}){_digits('{6,11}', _SPOKEN)}(?![0-9０-９])"
        ),
        _group("[电话号码]"),
    ),
    (
        Personal.PASSPORT,
        re.compile(
            r"(?P<cue>(?:护照|通行证|证件)(?:号码|号)?[\s是为:：]{0,4})[A-Za-z]{1,2}\d{6,9}"
        ),
        _group("[证件号码]"),
    ),
    (
        Personal.PLATE,
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·\s]?[A-Za-z0-9]{5,6}(?![A-Za-z0-9])"
        ),
        _keep(2, 0),
    ),
    (
        Personal.ACCOUNT,
        re.compile(
            r"(?P<cue>(?:微信|微信号|v信|qq|QQ|扣扣)(?:号)?[\s是为:：]{0,4})[A-Za-z0-9_-]{5,20}"
        ),
        _group("[账号]"),
    ),
    (
        Personal.NAME,
        re.compile(rf"(?P<cue>{_NAME_CUE}\s{{0,2}})[{_SURNAMES}]{_NOT_GIVEN}{_GIVEN}"),
        _group("[姓名]"),
    ),
    (
        Personal.ADDRESS,
        re.compile(
            r"(?P<cue>[\u4e00-\u9fff]{1,8}(?:小区|花园|苑|公寓|街道|路|街|巷|弄|村|社区|新村)\s?)"
            r"[0-9０-９一二三四五六七八九十百]{1,5}\s?(?:号楼|栋|幢|号|弄|组|单元|座)"
            r"(?:\s?[0-9０-９A-Za-z一二三四五六七八九十百-]{1,6}\s?(?:号楼|栋|幢|号|组|单元|室|层|楼|座|户)?){0,3}"
        ),
        _group("[门牌]"),
    ),
)


def mask(text: str) -> Masked:
    """Cover personal data in `text` (any length; linear time)."""
    kept: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\ue000{len(kept) - 1}\ue001"

    masked = _RECEIPT.sub(put_aside, text.replace("\ue000", "").replace("\ue001", ""))
    found: list[Personal] = []
    for kind, pattern, cover in _RULES:
        masked, count = pattern.subn(cover, masked)
        if count and kind not in found:
            found.append(kind)
    masked = re.sub("\ue000(\\d+)\ue001", lambda match: kept[int(match[1])], masked)
    return Masked(masked, tuple(found))
