"""Is everything there that a reply to an application must say (domain.md §1.5)? The remedy apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from assistant.disclosure.outcomes import Outcome, OutcomeGroup
from assistant.letters.facts import chinese_date
from assistant.letters.lint.decisions import (
    DECISIONS,
    EARLIER,
    EXPECTED,
    TELLS_OF_EARLIER,
    Decision,
)
from assistant.letters.lint.finding import REGULATION, Element, Finding, LintFacts
from assistant.letters.lint.reading import (
    QUOTED,
    Citation,
    Reading,
    citation_of,
    citations_in,
    dates_in,
)

_RECEIVED = re.compile("收到|收悉|签收|提交|递交|提出|确认")
_REQUEST = re.compile(
    rf"申请(?:公开|获取|查阅|提供)?[^。;{QUOTED}]{{0,16}}[“「『《\"](?:{QUOTED}|[^》]){{3}}"
    r"|申请(?:公开|获取|查阅|提供|的?内容|的?事项)(?:的|政府|信息|内容|事项)*(?:是|为|如下)?:[^。;]{4}"
    r"|(?:申请|要求)(?:公开|获取|查阅)(?!的|信息|政府信息|相同|内容)[^。;,(]{6}"
)
_RESTATED = 0.5
_MARKS_REASON = re.compile(
    r"经(?:依法|本机关)?(?:审查|审核|核查|核实|检索|查询|查找|查阅|征求|研究|研判|梳理|查|核)"
    r"|(?<!原)因(?![此而])|由于|鉴于|理由(?:是|为|如下|:)"
)
_ACCESS = re.compile(
    r"见附|附后|附上|附送|所附|附件:|随本答复|随信|随函|网址|网站|网页|https?:|www\.|邮寄|寄送|寄出|寄给|邮件|电子邮箱|领取"
    r"|查阅|抄录|下载|光盘|公众号|获取的?(?:途径|方式)"
)
_OF_REMEDY = re.compile("复议|诉讼|起诉")
_NOT_OURS = re.compile(r"不属于本(?:行政)?机关|第三十六条第\(?五\)?项|第36条第\(?5\)?项")
_BODY = re.compile(
    r"[\u4e00-\u9fff]{2,30}(?:局|厅|委员会|政府|院|中心|办公室|管理处|公司|街道办事处|部)"
)
_CONTACT = re.compile(r"\d{3,4}-?\d{7,8}|\b12345\b|电话|联系方式|地址|邮箱|https?:|www\.")
_UNKNOWN_BODY = re.compile(r"(?:无法|不能|未能|尚未)确定[^。]{0,24}(?:机关|单位|部门)")
_ANSWERS_QUESTIONS = re.compile("疑问|联系人")
# A name that ends with us, or with a part of us.
_OURSELVES = re.compile(r"(?:我局|本局|本机关)[^由向]{0,10}$")
# The ground is the one article; 第三十二条 only says how the third party is asked.
_ARTICLES = {Outcome.DENIED_THIRD_PARTY: ("第十五条",)}
_MAY_TELL = {
    Outcome.UNPROCESSED_PETITION: (
        re.compile("渠道|途径|电话|网址|窗口|12345"),
        "可以告知申请人通过相应渠道提出，建议写明受理的机构和电话。",
        REGULATION + "第三十九条第一款",
    ),
    Outcome.UNPROCESSED_PUBLICATION: (
        _ACCESS,
        "可以告知申请人获取公开出版物的途径，建议写明。",
        REGULATION + "第三十九条第二款",
    ),
}


def check_elements(reading: Reading, outcome: Outcome, facts: LintFacts) -> Iterator[Finding]:
    """Every element that is missing, wrong or at odds with the outcome."""
    yield from _check_received(reading, facts.received_on)
    yield from _check_request(reading, facts.information)
    yield from _check_decision(reading, outcome)
    yield from _check_contradictions(reading, outcome)
    yield from _check_reasons(reading, outcome)
    yield from _check_article(reading, outcome)
    yield from _check_access(reading, outcome)
    yield from _check_other_body(reading, outcome, facts.agency)


def _check_received(reading: Reading, received_on: date | None) -> Iterator[Finding]:
    article = REGULATION + "第三十一条"
    told = [
        (sentence.start, day)
        for sentence in reading.sentences()
        if _RECEIVED.search(sentence.own)
        for day in dates_in(sentence.own)
    ]
    if not told:
        yield Finding(1, Element.RECEIVED, "没有写收到申请的日期，请写明年、月、日。", article)
    elif received_on is not None and all(day != received_on for _, day in told):
        place, day = told[0]
        message = f"收到申请的日期写成了{chinese_date(day)}，登记的是{chinese_date(received_on)}。"
        yield Finding(reading.line_at(place), Element.RECEIVED, message, article)


def _check_request(reading: Reading, information: str | None) -> Iterator[Finding]:
    if information is not None:
        is_restated = _share(information, reading.text) >= _RESTATED
    else:
        is_restated = _REQUEST.search(reading.own) is not None
    if not is_restated:
        message = "没有复述申请公开的内容，申请人无法核对答复的是哪一项。"
        yield Finding(1, Element.REQUEST, message, REGULATION + "第二十九条第二款第二项")


def _share(information: str, text: str) -> float:
    """How much of `information` stands in `text`, by pairs of characters."""
    words = re.sub(r"[\W_]+", "", information)
    pairs = {words[place : place + 2] for place in range(max(1, len(words) - 1))}
    bare = re.sub(r"[\W_]+", "", text)
    return sum(pair in bare for pair in pairs) / len(pairs)


def _check_decision(reading: Reading, outcome: Outcome) -> Iterator[Finding]:
    expected = EXPECTED[outcome]
    if not expected.decision.search(reading.own.replace("\n", "")):
        message = f"没有写明处理决定：办理结果是“{outcome.label}”，应写“{expected.says}”。"
        yield Finding(reading.last_line, Element.DECISION, message, _basis(outcome))


def _check_contradictions(reading: Reading, outcome: Outcome) -> Iterator[Finding]:
    for decision in DECISIONS:
        if outcome in decision.belongs_to:
            continue
        place = _decided_at(reading, decision, outcome)
        if place is not None:
            message = f"办理结果是“{outcome.label}”，这里却写了“{decision.words}”，前后矛盾。"
            yield Finding(reading.line_at(place), Element.DECISION, message, _basis(outcome))


def _decided_at(reading: Reading, decision: Decision, outcome: Outcome) -> int | None:
    for found in decision.pattern.finditer(reading.own):
        sentence = reading.sentence_at(found.start())
        is_earlier = outcome in TELLS_OF_EARLIER and EARLIER.search(sentence) is not None
        if not is_earlier and not decision.unless.search(sentence):
            return found.start()
    return None


def _check_reasons(reading: Reading, outcome: Outcome) -> Iterator[Finding]:
    """Reasons are a sentence that says how the bureau came to it, with the outcome's ground in it or in the next."""
    own = [sentence.own for sentence in reading.sentences()]
    ground = EXPECTED[outcome].ground
    for place, sentence in enumerate(own):
        if _MARKS_REASON.search(sentence) and ground.search("".join(own[place : place + 2])):
            return
    message = f"没有写明与“{outcome.label}”相符的事实和理由，只写结论、条款不够。"
    yield Finding(reading.last_line, Element.REASONS, message, _why(outcome))


def _why(outcome: Outcome) -> str:
    """The article that asks for reasons."""
    if outcome.group is OutcomeGroup.DENIED and outcome is not Outcome.DENIED_ADMIN_QUERY:
        return REGULATION + "第三十六条第三项"
    if outcome is Outcome.PARTIAL:
        return REGULATION + "第三十七条"
    return REGULATION + "第三十六条"


def _check_article(reading: Reading, outcome: Outcome) -> Iterator[Finding]:
    wanted = _ARTICLES.get(outcome, outcome.articles)
    cited = citations_in(reading.own)
    if not wanted or any(_covers(cited, citation_of(article)) for article in wanted):
        return
    choice = "或者".join(wanted)
    message = f"没有写明所依据的条款，应引用{REGULATION}{choice}。"
    yield Finding(reading.last_line, Element.ARTICLE, message, REGULATION + choice)


def _covers(cited: set[Citation], wanted: Citation) -> bool:
    return any(citation.covers(wanted) for citation in cited)


def _check_access(reading: Reading, outcome: Outcome) -> Iterator[Finding]:
    own = _about_the_matter(reading)
    if outcome.group in (OutcomeGroup.GRANTED, OutcomeGroup.PARTIAL):
        if not any(_ACCESS.search(sentence) for sentence in own):
            message = "没有写明获取信息的方式和途径，例如随答复附上、邮寄、领取或者网址。"
            article = REGULATION + "第三十六条第一项、第二项"
            yield Finding(reading.last_line, Element.ACCESS, message, article)
    elif outcome in _MAY_TELL:
        pattern, message, article = _MAY_TELL[outcome]
        if not any(pattern.search(sentence) for sentence in own):
            yield Finding(reading.last_line, Element.ACCESS, message, article, blocks=False)


def _check_other_body(reading: Reading, outcome: Outcome, agency: str | None) -> Iterator[Finding]:
    """Whoever is told that another body answers for it must learn which, and how to reach it."""
    found = _NOT_OURS.search(reading.own)
    if outcome is not Outcome.UNABLE_NOT_HELD or found is None:
        return
    own = _about_the_matter(reading)
    if any(_UNKNOWN_BODY.search(one) or _names_body(one, agency) for one in own):
        return
    message = "信息不属于本机关负责公开的，应写明负责公开的机关的名称和联系方式；不能确定的，写明不能确定。"
    article = REGULATION + "第三十六条第五项"
    yield Finding(reading.line_at(found.start()), Element.OTHER_BODY, message, article)


def _about_the_matter(reading: Reading) -> list[str]:
    """The sentences that are neither the remedy nor an offer to answer questions."""
    own = (one.own for one in reading.sentences())
    return [one for one in own if not _OF_REMEDY.search(one) and not _ANSWERS_QUESTIONS.search(one)]


def _names_body(sentence: str, agency: str | None) -> bool:
    """A body other than ours, with a way to reach it."""
    return _CONTACT.search(sentence) is not None and any(
        not _OURSELVES.search(body) and not (agency and body.endswith(agency))
        for body in _BODY.findall(sentence)
    )


def _basis(outcome: Outcome) -> str:
    return REGULATION + ("、".join(outcome.articles) or "第三十六条")
