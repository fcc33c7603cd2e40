"""What no letter may hold, whatever it answers: blanks, a purpose asked for, personal data, what is no more. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.language.privacy import Personal, mask
from assistant.letters.lint.finding import HOUSE_RULE, REGULATION, Element, Finding
from assistant.letters.lint.reading import QUOTED, Reading

# Our own blanks count within quotations too (“【请写明申请公开的内容】”); an applicant's brackets do not.
_OWN_BLANK = re.compile(r"【请[^】]{0,200}】?")
_BLANK = re.compile(r"【[^】]{0,200}】?|_{3,}|×{2,}|[Xx]{3,}")
_PLACEHOLDER = re.compile(r"\{[^{}\n]{0,60}\}")

_NOT_ASKED = re.compile("无需|无须|不需要?|不用|不必|不要求|不得|不再|取消|不应|没有要求")
_PURPOSE = re.compile(
    r"三需要|(?:自身|自己)(?:的)?(?:生产|生活|科研)[^。;]{0,16}需要|(?:生产|生活|科研)等?特殊需要"
    r"|(?:信息|申请|使用)的?(?:使用)?用途|(?:说明|写明|填写|注明|证明|补充|告知|提供)[^。;,地]{0,10}(?<!资金)(?<!房屋)(?<!水域)用途"
    r"|使用目的|申请目的"
)

_OVER = re.compile("取消|不再|停止|没有|无需|无须|不用|不需要?|不必|废止|失效|不收|免收")
_STALE: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile("木材运输证"),
        "现行《森林法》（2019年修订）没有木材运输证，请核实后改写。",
        "《森林法》（2019年修订）",
    ),
    (
        re.compile("木材(?:经营|加工)[^。;,]{0,6}许可"),
        "现行《森林法》（2019年修订）没有木材经营加工许可，请核实后改写。",
        "《森林法》（2019年修订）",
    ),
    (
        re.compile("(?:检索|复制|复印|邮寄)(?:费|成本费)|工本费"),
        "提供政府信息不收取费用，只有明显超过合理范围的可以收取信息处理费。",
        REGULATION + "第四十二条",
    ),
    (
        re.compile("(?:国务院令)?第?492号"),
        "这是修订前的条例，现行条例由国务院令第711号公布，2019年5月15日起施行。",
        REGULATION + "第五十六条",
    ),
)

_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[-‐－ ]?\d{7,8}(?!\d)")
_COVERED = (
    Personal.IDENTITY,
    Personal.PHONE,
    Personal.BANK_CARD,
    Personal.PASSPORT,
)

_SAYS_NOTHING = re.compile(
    r"尊敬的[^,:。]{0,12}[,:]?|您?你?好|(?:来信|来件|来电|留言|反映|问题|诉求|咨询|投诉|举报|申请)?(?:已)?(?:收悉|收到|知悉|阅)"
    r"|感谢[^。!]{0,30}|谢谢[^。!]{0,20}|特此(?:回复|答复|告知)|此复|(?:现)?(?:答复|回复)如下|祝[^。!]{0,12}"
    r"|(?:我局|我们|本局|本机关)?(?:将|会|正在)?(?:认真|高度|尽快|及时)(?:研究|重视|处理|办理|核实|调查)+"
    r"|(?:已|将)(?:转|交)(?:由)?(?:相关|有关)(?:部门|科室|处室|单位)(?:研究|处理|办理)*"
    r"|有疑问[^。]*|对答复还有疑问[^。]*|联系(?:人|电话)?:?[^。,]{0,24}"
    r"|本机关于[^。]{0,40}(?:收到|提交)[^。]{0,60}"
)
LEAST = 12


def check_blanks(reading: Reading) -> Iterator[Finding]:
    """Every place that is still to be filled in."""
    found_at = {one.start(): one[0] for one in _OWN_BLANK.finditer(reading.text)}
    found_at |= {
        one.start(): one[0] for one in _BLANK.finditer(reading.own) if QUOTED not in one[0]
    }
    for place, words in sorted(found_at.items()):
        message = f"“{words[:40]}”还没有填写。"
        yield Finding(reading.line_at(place), Element.BLANK, message, HOUSE_RULE)
    for one in _PLACEHOLDER.finditer(reading.own):
        if QUOTED not in one[0]:
            message = f"“{one[0]}”是模板的占位符，应换成具体内容。"
            yield Finding(reading.line_at(one.start()), Element.BLANK, message, HOUSE_RULE)


def check_purpose(reading: Reading) -> Iterator[Finding]:
    """An application needs no purpose and no interest of one's own since 2019 (第二十七条、第二十九条)."""
    for found in _PURPOSE.finditer(reading.own):
        if not _NOT_ASKED.search(reading.sentence_at(found.start())):
            message = f"不得要求说明用途，也不得以“{found[0]}”为由拒绝：“三需要”已经取消。"
            article = REGULATION + "第二十七条、第二十九条"
            yield Finding(reading.line_at(found.start()), Element.PURPOSE, message, article)


def check_stale(reading: Reading) -> Iterator[Finding]:
    """Permits, fees and texts that are no more, told as if they were."""
    for pattern, message, article in _STALE:
        for found in pattern.finditer(reading.own):
            if not _OVER.search(reading.sentence_at(found.start())):
                place = reading.line_at(found.start())
                yield Finding(place, Element.STALE, message, article, blocks=False)


def check_privacy(text: str) -> Iterator[Finding]:
    """Numbers that belong to a person. Offices have landlines, and those may be told."""
    for number, line in enumerate(text.split("\n"), 1):
        private = mask(_LANDLINE.sub("", line)).found if line.strip() else ()
        found = [kind for kind in private if kind in _COVERED]
        if found:
            kinds = "、".join(kind.label for kind in found)
            message = f"这一行有{kinds}，请确认是否需要写、是否已经遮盖。"
            article = "《个人信息保护法》第六条"
            yield Finding(number, Element.PRIVACY, message, article, blocks=False)


def check_content(reading: Reading) -> Iterator[Finding]:
    """A reply to an inquiry has to answer it: courtesies and promises alone are none."""
    said = re.sub(r"[\W_]+", "", _SAYS_NOTHING.sub("", reading.text))
    if len(said) < LEAST:
        message = "没有实质内容：请写明查到的事实、适用的规定和处理的结果。"
        yield Finding(reading.last_line, Element.CONTENT, message, HOUSE_RULE)
