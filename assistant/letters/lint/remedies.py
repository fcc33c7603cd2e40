"""Does a reply tell its reader how to contest it, by the way its outcome allows and no other? Pure.

行政复议法第二十条 (60 days), 第二十三条 (when reconsideration must come first, and that this must be told),
第二十四条 (the 本级人民政府 alone); 行政诉讼法第四十五条 (15 days after reconsideration), 第四十六条 (6 months).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.disclosure.outcomes import Outcome, RemedyClass
from assistant.letters.lint.finding import (
    LITIGATION,
    RECONSIDERATION,
    Element,
    Finding,
    LintFacts,
)
from assistant.letters.lint.reading import Reading, Sentence

_RECONSIDER = re.compile("复议")
_SUE = re.compile("行政诉讼|起诉|提起诉讼")
_SIXTY_DAYS = re.compile("(?:60|六十)(?:个自然)?[日天]")
_SIX_MONTHS = re.compile("(?:6|六)个?月")
_FIFTEEN_DAYS = re.compile("(?:15|十五)(?:个自然)?[日天]")
_FIRST = re.compile(r"(?:应当|应|须|必须|需要?)[^。;,]{0,4}先[^。;]{0,80}复议|复议前置")
# In plainer words, enough where it has to be said, but no fault where it need not be.
_SAYS_FIRST = re.compile(rf"{_FIRST.pattern}|(?<!可)(?<!可以)先[^。;]{{0,80}}复议")
_OR_SUE = re.compile(
    r"(?:或者?|也可以?|还可以?)[^。;]{0,60}(?:诉讼|起诉)|直接[^。;]{0,30}(?:诉讼|起诉)"
)
_BODY = re.compile(r"向([^向,;。]{2,80}?)(?:依法)?(?:申请|提出|提起)(?:行政)?复议")
_COURT = re.compile(r"向([^向,;。]{0,40}?)(?:人民)?法院")
_ANY_COURT = frozenset({"", "有管辖权的", "有管辖权", "依法有管辖权的"})

_UPPER = r"上一?级(?:行政)?主管(?:部门|机关|单位)|上一?级(?:行政)?机关|上一?级部门"
_PROVINCE = (
    r"(?:省|自治区)(?:级)?(?:厅|局|主管部门|[\u4e00-\u9fff]{0,2}(?:林业|水利|林草|水务|农业|自然资源)"
    r"[^,;。向]{0,6}?(?:厅|局|委|部门))"
)
# Between the body and 复议 nothing else may be asked for: 第五十一条 lets people complain to the body above.
_GAP = r"(?:(?!投诉|举报|反映)[^。;]){0,16}"
_OBSOLETE: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(
            rf"(?:{_UPPER}|{_PROVINCE}){_GAP}复议|复议机关(?:是|为|:)[^。;]{{0,6}}(?:{_UPPER}|{_PROVINCE})"
        ),
        "这是已经取消的途径：对市级部门的行政行为不服，只能向本级人民政府申请行政复议，不再向上级主管部门申请。",
        RECONSIDERATION + "第二十四条",
    ),
    (
        re.compile(
            r"(?:3|三)个月(?:之?内)?[^。;]{0,40}(?:诉讼|起诉)|(?:诉讼|起诉)[^。;]{0,16}(?:3|三)个月"
        ),
        "这是已经取消的期限：直接提起行政诉讼的期限是6个月，不是3个月。",
        LITIGATION + "第四十六条",
    ),
)
_SAYS_IT_IS_OVER = re.compile(
    "不再|不能|不得|不要|无须|无需|取消|以前|过去|原来|原先|此前|旧|失效|废止|错误|修订前|修改前"
)


_RULE = {
    RemedyClass.A: "收到答复之日起60日内申请行政复议，或者6个月内提起行政诉讼。",
    RemedyClass.B: "应当先在60日内申请行政复议，对复议决定不服的在15日内提起行政诉讼。",
}
_ARTICLE = {
    RemedyClass.A: f"{RECONSIDERATION}第二十条、{LITIGATION}第四十六条",
    RemedyClass.B: f"{RECONSIDERATION}第二十三条第二款",
}


def check_obsolete(reading: Reading) -> Iterator[Finding]:
    """Routes that no longer exist, wherever the bureau names them as open."""
    for pattern, message, article in _OBSOLETE:
        for found in pattern.finditer(reading.own):
            if not _SAYS_IT_IS_OVER.search(reading.sentence_at(found.start())):
                yield Finding(reading.line_at(found.start()), Element.ROUTE, message, article)


def check_remedy(reading: Reading, outcome: Outcome, facts: LintFacts) -> Iterator[Finding]:
    """Ways, body, court and periods, by the outcome's remedy class."""
    told = [one for one in reading.sentences() if _is_of_remedy(one.own)]
    if not told:
        message = f"没有告知救济渠道、机关和期限，应写：{_RULE[outcome.remedy_class]}"
        yield Finding(reading.last_line, Element.REMEDY, message, _ARTICLE[outcome.remedy_class])
        return
    yield from _check_reconsideration(reading, told, facts.government)
    yield from _check_suit(reading, told, facts.court)
    if outcome.remedy_class is RemedyClass.B:
        yield from _check_reconsideration_first(reading, told, outcome)
    else:
        yield from _check_free_choice(reading, told, outcome)


def _check_reconsideration(
    reading: Reading, told: list[Sentence], government: str | None
) -> Iterator[Finding]:
    about = [one for one in told if _RECONSIDER.search(one.own)]
    if not about:
        message = "没有告知可以申请行政复议。"
        yield Finding(_line(reading, told), Element.REMEDY, message, RECONSIDERATION + "第二十条")
        return
    own = "".join(one.own for one in about)
    if not _SIXTY_DAYS.search(own):
        message = "行政复议的申请期限应写：自收到之日起60日内。"
        yield Finding(_line(reading, about), Element.REMEDY, message, RECONSIDERATION + "第二十条")
    yield from _check_body(reading, about, government)


def _check_body(
    reading: Reading, about: list[Sentence], government: str | None
) -> Iterator[Finding]:
    article = RECONSIDERATION + "第二十四条"
    names = _names(government) if government else ("人民政府",)
    if not any(name in one.own for one in about for name in names):
        message = f"没有写明行政复议机关，应写{government or '本级人民政府'}。"
        yield Finding(_line(reading, about), Element.REMEDY, message, article)
        return
    for one in about:
        for found in _BODY.finditer(one.own):
            if not any(name in found[1] for name in names):
                message = (
                    f"行政复议机关应是{government or '本级人民政府'}，这里写的是“{found[1]}”。"
                )
                yield Finding(
                    reading.line_at(one.start + found.start()), Element.REMEDY, message, article
                )


def _names(government: str) -> tuple[str, ...]:
    return government, government.replace("人民政府", "政府")


def _check_suit(reading: Reading, told: list[Sentence], court: str | None) -> Iterator[Finding]:
    about = [one for one in told if _SUE.search(one.own)]
    article = LITIGATION + "第四十六条"
    named = [found for one in about for found in _COURT.finditer(one.own)]
    if not about or not named:
        message = "没有告知可以向哪个人民法院提起行政诉讼。"
        yield Finding(_line(reading, about or told), Element.REMEDY, message, article)
        return
    known = _ANY_COURT | ({court.removesuffix("人民法院")} if court else set())
    for found in named:
        if court and found[1] not in known:
            message = f"管辖法院应是{court}，这里写的是“{found[0].removeprefix('向')}”。"
            yield Finding(_line(reading, about), Element.REMEDY, message, article)


def _check_reconsideration_first(
    reading: Reading, told: list[Sentence], outcome: Outcome
) -> Iterator[Finding]:
    """Class B: reconsideration must come first, and the reply must say so."""
    own = "".join(one.own for one in told)
    article = RECONSIDERATION + "第二十三条第一款第四项、第二款"
    if not _SAYS_FIRST.search(own):
        message = f"办理结果“{outcome.label}”应当先申请行政复议，文中没有写“应当先”。"
        yield Finding(_line(reading, told), Element.REMEDY, message, article)
    if not _FIFTEEN_DAYS.search(own):
        message = "没有写明收到行政复议决定书后提起行政诉讼的期限：15日内。"
        yield Finding(_line(reading, told), Element.REMEDY, message, LITIGATION + "第四十五条")
    for one in told:
        wrong = _SIX_MONTHS.search(one.own) or _OR_SUE.search(one.own)
        if wrong:
            message = f"办理结果“{outcome.label}”是复议前置，不能写可以直接提起行政诉讼（6个月是另一类答复的写法）。"
            place = reading.line_at(one.start + wrong.start())
            yield Finding(place, Element.REMEDY, message, article)
            return


def _check_free_choice(
    reading: Reading, told: list[Sentence], outcome: Outcome
) -> Iterator[Finding]:
    """Class A: reconsideration or the court, as the reader likes."""
    own = "".join(one.own for one in told)
    for one in told:
        wrong = _FIRST.search(one.own)
        if wrong:
            message = f"办理结果“{outcome.label}”不是复议前置，不能写“应当先”申请行政复议。"
            place = reading.line_at(one.start + wrong.start())
            yield Finding(place, Element.REMEDY, message, RECONSIDERATION + "第二十三条")
            break
    if not _SIX_MONTHS.search(own):
        message = "没有写明直接提起行政诉讼的期限：6个月内。"
        yield Finding(_line(reading, told), Element.REMEDY, message, LITIGATION + "第四十六条")


def _is_of_remedy(own: str) -> bool:
    return bool(_RECONSIDER.search(own) or _SUE.search(own))


def _line(reading: Reading, about: list[Sentence]) -> int:
    return reading.line_at(about[0].start)
