"""Personal data known by their characters: numbers, e-mail addresses, plates, accounts, dates of birth."""

from __future__ import annotations

import re

from assistant.language.privacy.kinds import Personal
from assistant.language.privacy.rules import (
    DIGIT,
    FEW_WORDS,
    GAP,
    HAN_DIGIT,
    IS,
    LOOSE_GAP,
    Rule,
    rule,
    run,
)

_ALONE = r"(?<![0-9A-Za-z])"
_NO_MORE = r"(?![0-9])"
_UNIT = "元块万亿亩吨米株棵平立方公斤人户只头个次件"
_NO_UNIT = rf"(?! ?[{_UNIT}])"
_NO_MONEY = "(?! ?(?:元(?!旦)|块钱|万|亿|亩|立方|平方|吨|公斤))"
_SEP = r"[ \-‐-―−·•_~(),、.。/]{1,3}"
_CHECK = "[0-9Xx*×叉]"
_NO_YEARS = r"(?!(?:19|20)\d\d[^0-9])"
# 20261122: a day written together, not a local telephone number.
_NO_DAY = r"(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
_YEAR = rf"(?:(?:19|20)\d\d|\d\d|[一二]{HAN_DIGIT}{{3}}|{HAN_DIGIT}{{2}})"
_FEW = r"(?:[0-9]{1,2}|[一二三四五六七八九十正冬腊初廿]{1,3})"
_DAY = (
    rf"(?:{_YEAR} ?年 ?(?:农历)?{_FEW} ?月(?: ?{_FEW} ?[日号]?)?|{_FEW} ?月 ?{_FEW} ?[日号]?|(?:19"
    rf"|20)?\d\d[-./]\d{{1,2}}[-./]\d{{1,2}}|(?:19|20)\d{{6}})"
)

# Identity numbers hold dates and dates of birth are dates: they are read before dates are set aside.
BEFORE_KEPT: tuple[Rule, ...] = (
    rule(
        Personal.IDENTITY,
        rf"(?<![0-9A-Za-z])(?=\d{{6}}|\d{{3}} \d{{3}}|(?:\d\d?[^0-9]){{3}}){_NO_YEARS}"
        rf"(?P<it>{run('{16}', '[0-9o]')}{GAP}{_CHECK}){_NO_MORE}{_NO_UNIT}",
    ),
    # The letter o for a nought.
    rule(
        Personal.IDENTITY,
        rf"(?<![0-9A-Za-z])(?=(?:o{{0,3}}\d){{12}})(?P<it>[1-9][0-9o]{{16}}{_CHECK})(?![0-9A-Za-z])",
    ),
    rule(
        Personal.IDENTITY,
        rf"(?<![0-9])(?P<it>\d{{6}}{_SEP}(?:\d{{8}}|\d{{4}}{_SEP}\d{{4}}|\d{{4}}{_SEP}\d\d{_SEP}\d\d){_SEP}"
        rf"\d{{3}}{_CHECK}){_NO_MORE}",
    ),
    rule(
        Personal.BIRTH,
        rf"(?:出生(?:日期|年月日?|时间|于)?|生日|生于|生辰|诞辰)(?:(?!\d"
        rf"|{HAN_DIGIT})[^,。;!?\ue000-\uf8ff]){{0,6}}?(?P<it>{_DAY}){_NO_MORE}",
    ),
    rule(
        Personal.BIRTH,
        rf"(?<![0-9])(?P<it>{_YEAR} ?年 ?(?:农历)?{_FEW} ?月(?: ?{_FEW} ?[日号]?)?|(?:19"
        rf"|20)\d\d[-./]\d{{1,2}}[-./]\d{{1,2}})"
        r" ?(?:出生|生日|生的|生人|是我(?:的)?生日)",
    ),
)

# Numbers of the office's own papers, and quantities. What is matched here is never read as personal.
KEPT = re.compile(
    "|".join(
        (
            r"(?<![A-Za-z0-9])XD\d{8}-\d{4,6}-\d(?!\d)",
            r"(?:索引号|信用代码|项目代码)[ 是为:]{0,3}[0-9A-Z][0-9A-Z/\-]{5,40}",
            r"(?<![0-9A-Za-z])\d{8,17}[0-9A-Z]?/\d{4}-\d{3,6}(?!\d)",
            r"(?<![0-9])\d{4}-\d{6}-\d\d-\d\d-\d{6}(?!\d)",
            r"[〔\[(【]20\d\d[〕\])】] ?第?\d{1,5}号",
            r"(?<![A-Za-z])(?:GB|LY|SL|DB\d{0,4}|HJ|NY|CJ)(?:/T)? ?\d{1,6}(?:\.\d{1,3})?-\d{4}(?!\d)",
            r"(?<![0-9\-./])(?:19|20)\d\d([-./])\d{1,2}\1\d{1,2}(?![0-9\-./])",
            r"(?<![0-9])[48]00[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)",
            r"(?<![0-9.])1?\d\d\.\d{2,12} ?[,、 ] ?1?\d\d\.\d{2,12}(?![0-9.])",
            rf"(?<![0-9])\d{{1,3}}(?:,\d{{3}}){{1,4}}(?:\.\d{{1,4}})? ?[{_UNIT}]",
            rf"(?<![0-9.])\d{{1,10}}(?:\.\d{{1,4}})? ?[{_UNIT}]",
        )
    ),
    re.ASCII | re.IGNORECASE,
)

# Hosts that are known for one even where the @ was left out.
_MAIL_HOST = "qq|163|126|139|189|gmail|foxmail|outlook|hotmail|icloud"
_AT = r" ?(?:@|艾特|爱特|圈[aA]|小老鼠|\(at\)|\[at\]| at ) ?"
_DOT = r" ?(?:\.|点|dot|。) ?"
_LOCAL = rf"(?:[A-Za-z0-9_.+\-点]|下划线|{HAN_DIGIT}){{1,64}}"
_PLACE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_PAPER = (
    "护照|通行证|台胞证|回乡证|居住证|居留证|社保卡?|医保卡?|社会保障卡?|市民卡|军官证|士兵证|军人证|警官证|"
    "残疾人?证|驾驶证|驾照|行驶证|老年证|老年卡|优待证|退役证|户口[本簿]|学号|工号|学籍号?|准考证|证件"
)
# Service items are numbered 0199…, 0001…: without a gap only a real area code is one.
_AREA = r"(?:10|2\d|[3-9]\d\d|\d{2,3}(?!\d))"
_CHAT = "微信|威信|薇信|微❤|v信|wechat|weixin|qq|扣扣|企鹅号|抖音|快手|钉钉|小红书|支付宝"
# 12345 and its like are hotlines.
_ACCOUNT = (
    r"(?!12\d{3}(?!\d))"
    rf"(?:(?=[A-Za-z_\-]{{0,19}}\d)[A-Za-z0-9_\-]{{5,20}}|{run('{4,11}', DIGIT)})"
)
# Letters alone are an account only where the writing says so (微信：zhangsan), not in “WeChat payments”.
_LETTERS = r"(?!(?:wechat|weixin|alipay|https?|group)(?![A-Za-z]))[A-Za-z][A-Za-z_\-]{5,19}"

# Order matters: an identity number holds what looks like a telephone number.
NUMBERS: tuple[Rule, ...] = (
    rule(
        Personal.EMAIL,
        rf"(?P<it>{_LOCAL}{_AT}(?:[A-Za-z0-9-]{{1,63}}{_DOT}){{1,4}}[A-Za-z]{{2,10}}(?![0-9]))",
    ),
    rule(
        Personal.EMAIL,
        rf"(?<![A-Za-z0-9.])(?P<it>(?!www|mail|http)[A-Za-z0-9_][A-Za-z0-9_.\-]{{2,40}} ?(?:{_MAIL_HOST}){_DOT}"
        rf"(?:com|cn|net))",
    ),
    rule(
        Personal.IDENTITY,
        rf"(?<!{HAN_DIGIT})(?P<it>{HAN_DIGIT}(?:{LOOSE_GAP}{DIGIT}){{16}}{LOOSE_GAP}(?:{DIGIT}|{_CHECK}"
        rf"|[爱艾]克斯))(?!{DIGIT})",
    ),
    rule(
        Personal.IDENTITY,
        rf"(?<!{DIGIT})(?=[0-9 \-]{{1,20}}{HAN_DIGIT})(?P<it>{DIGIT}(?:{GAP}{DIGIT}){{16}}{GAP}(?:{DIGIT}"
        rf"|{_CHECK}))(?!{DIGIT})",
    ),
    rule(
        Personal.IDENTITY,
        rf"(?:(?:身份|身分|生份)证?|(?<![可权伐书格照疫营运捕殖])证号)(?:件)?(?:号码?)?{FEW_WORDS}{_NO_DAY}"
        rf"(?P<it>{DIGIT}(?:{GAP}(?:{DIGIT}|[Xx*])){{5,18}})",
    ),
    rule(
        Personal.PHONE,
        rf"(?<![0-9])(?P<it>(?:\+?(?:00)?86{GAP})?\(?1{GAP}[3-9](?:{GAP}[0-9o]){{9}}){_NO_MORE}{_NO_MONEY}",
    ),
    rule(
        Personal.PHONE,
        rf"(?<![0-9])(?P<it>1(?:{_SEP}[0-9]){{10}}){_NO_MORE}{_NO_MONEY}",
    ),
    rule(
        Personal.PHONE,
        rf"(?<![0-9])(?P<it>\(?\+86{GAP}[1-9]\d{{1,2}}{GAP}\d{{3,4}}{GAP}\d{{4}}){_NO_MORE}",
    ),
    rule(
        Personal.PHONE,
        rf"(?<![0-9])(?P<it>(?:\+?86{_SEP})?1[3-9]\d(?:{_SEP}\d{{4}}{_SEP}\d{{4}}|{_SEP}\d{{8}}"
        rf"|\d{{4}}{_SEP}\d{{4}})){_NO_MORE}{_NO_UNIT}",
    ),
    rule(
        Personal.PHONE,
        rf"(?P<it>[一幺壹]{LOOSE_GAP}[三四五六七八九叁肆伍陆柒捌玖拐勾3-9](?:{LOOSE_GAP}{DIGIT}){{9}})",
    ),
    rule(
        Personal.PHONE,
        rf"(?<![0-9])(?P<it>1{GAP}[三四五六七八九叁肆伍陆柒捌玖拐勾3-9](?:{GAP}{DIGIT}){{9}}){_NO_MORE}{_NO_MONEY}",
    ),
    rule(
        Personal.PHONE,
        rf"(?<![0-9A-Za-z])(?P<it>\(?(?:\+?86{GAP})?0{_AREA}{GAP}\d{{3,4}}{GAP}\d{{4}}(?:{GAP}(?:转|分机"
        rf"|ext\.?) ?\d{{1,5}})?){_NO_MORE}",
    ),
    rule(Personal.PHONE, rf"(?<!{DIGIT})(?P<it>[零〇洞](?:{LOOSE_GAP}{DIGIT}){{9,11}})(?!{DIGIT})"),
    rule(
        Personal.BANK_CARD,
        rf"(?:卡号|[账帐]号|存折|银行卡)(?:号码?)?{FEW_WORDS}(?P<it>{run('{7,22}', DIGIT)})",
    ),
    rule(
        Personal.BANK_CARD,
        rf"{_ALONE}{_NO_YEARS}(?P<it>[2-9]\d{{3}}(?:{_SEP}\d{{4}}){{2,3}}(?:{_SEP}\d{{1,4}})?"
        rf"|[2-9]\d{{5}}{_SEP}\d{{7,13}}"
        rf"|\d(?:[ \-]\d){{12,18}}){_NO_MORE}{_NO_UNIT}",
    ),
    rule(
        Personal.IDENTITY,
        rf"{_ALONE}(?P<it>\d{{15}}|\d{{6}}{_SEP}\d{{6}}{_SEP}\d{{3}}|\d{{6}}"
        rf"(?:{_SEP}\d\d){{3}}{_SEP}\d{{3}}){_NO_MORE}",
    ),
    # 14 digits that are a moment (20261122103045) are left.
    rule(
        Personal.BANK_CARD,
        rf"(?<![0-9])(?!20\d\d[01]\d[0-3]\d[0-2]\d[0-5]\d[0-5]\d(?!\d))(?P<it>\d{{13,19}}){_NO_MORE}{_NO_UNIT}",
    ),
    rule(
        Personal.IDENTITY,
        rf"(?<!{DIGIT})(?P<it>{HAN_DIGIT}(?:{LOOSE_GAP}{DIGIT}){{14}})(?!{DIGIT})",
    ),
    rule(
        Personal.BANK_CARD,
        rf"(?<!{DIGIT})(?!二[〇零])(?P<it>{HAN_DIGIT}(?:{GAP}{DIGIT}){{12,18}})(?!{DIGIT})",
    ),
    rule(
        Personal.PASSPORT,
        rf"(?:{_PAPER})(?:号码|编号|号)?{FEW_WORDS}{_NO_DAY}(?P<it>[A-Za-z]{{0,3}}{run('{5,18}', DIGIT)}[Xx]?"
        rf"|[\u4e00-\u9fff]字第?\d{{5,9}}号?)",
    ),
    rule(
        Personal.PASSPORT,
        rf"{_ALONE}(?P<it>[EGDPHM][A-Z]?(?!20\d{{6}}(?!\d))\d{{7,8}}|[HM]\d{{10}}|[A-Z][12]\d{{8}}"
        rf"|[A-Z]{{1,2}}\d{{6}}\([0-9A]\)|[A-Z]{{3}}\d{{12}})(?![0-9A-Za-z])",
    ),
    rule(
        Personal.PLATE,
        rf"(?P<it>(?:WJ ?)?{_PLACE} ?[A-Z][·•. \-]{{0,3}}(?:(?:[A-Z0-9]|{HAN_DIGIT})[·• ]?){{4,5}}(?:[A-Z0-9]"
        rf"|{HAN_DIGIT}|[学警挂港澳领使超]))(?![A-Za-z0-9])",
    ),
    rule(
        Personal.ACCOUNT,
        rf"(?<![A-Za-z\ue006\ue106])(?:(?:{_CHAT})(?:号码?|账号|id)?|[vw]x号?)(?:[ 是为:=叫加我的号都也就]"
        rf"|添加){{0,6}}(?P<it>{_ACCOUNT})",
    ),
    rule(
        Personal.ACCOUNT,
        rf"(?<![A-Za-z\ue006\ue106])(?:{_CHAT}|[vw]x)(?:号码?|账号|id)?(?: ?[:是为=叫] ?|(?<=号) )(?P<it>{_LETTERS})",
    ),
    rule(
        Personal.ACCOUNT,
        r"(?:加我?[v微]|加我)[ :]{0,3}(?P<it>(?=[A-Za-z_\-]{0,19}\d)[A-Za-z0-9_\-]{5,20})",
    ),
    rule(
        Personal.ACCOUNT,
        rf"(?<![A-Za-z0-9_\-])(?P<it>[A-Za-z0-9_\-]{{5,20}}) ?,?(?:这个)?(?:就)?是我?(?:的)?(?:{_CHAT}|[vw]x)",
    ),
    rule(
        Personal.PHONE,
        rf"(?:电话|手机|手几|座机|固话|传真|小灵通|联系方式|短号|(?<![A-Za-z])(?:tel|phone|mobile)|[打拨]"
        rf"(?:给)?我?|号码|号头|联系)(?:号码?)?"
        rf"(?:{IS}|{FEW_WORDS}{_NO_DAY})(?P<it>{run('{6,11}', DIGIT)}){_NO_MORE}{_NO_UNIT}",
    ),
)
