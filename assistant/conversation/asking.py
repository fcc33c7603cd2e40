"""What a message names: the item, the aspects, a variant of the item last spoken of. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.knowledge.compose import OFFICE_ASPECTS, SERVICE_ASPECTS
from assistant.knowledge.content import AnyRecord, Aspect, Office, Service
from assistant.language.match import STOP_WORDS
from assistant.language.text import bare, words_of

MAX_PARTS = 3
# Longer than this a message tells more than what it goes back to.
SHORT = 16
# “法定期限多少个工作日” says four characters more than its cues, and still names no other matter.
NEARLY_BARE = 4
# “贵局地址？” says nothing besides; “写信给局长” asks for something else than who the head is.
BARE_OF_BUREAU = 1

Cues = Mapping[Aspect, tuple[str, ...]]
Records = Mapping[str, AnyRecord]

# “回到刚才那个占林地的”, “前面说的那个证”.
_GOES_BACK = re.compile(
    r"(?:回到|说回|问回|讲回|倒回|转回)|(?:刚才|刚刚|前面|上面|先前|上回|上次|最开始|一开始|开头|最早)[^,。?!]{0,2}(?:说|问|讲|聊|提(?!交))"
    r"|(?:刚才|刚刚|前面|上面|先前|最开始|一开始|开头|最早|上一|前一|头一)(?:的)?[那个件项]"
)
_WHAT_IS_IN_IT = re.compile(
    r"^(?:那|它|这|这个|那个)?(?:里面|里头|其中|上面)都?(?:有|写|包括|含|讲|说)[了些着]*(?:哪些|什么|啥|些什么)(?:内容|东西)?[呢啊呀]?[?。]?$"
)
_GOES_TO_FIRST = re.compile(r"最开始|一开始|开头|最早|头一|第一")
_HOW_LONG = re.compile(r"几年|多久|多长|多少年|有效期")
_ENDS = re.compile(r"到期|期满|过期|到了|快到|(?<![手继连持后陆])续|延")
# Selling or reading on the internet is not applying there.
_MARKET = re.compile(
    r"(?:挂|放|摆|拿)(?:到|在)?网上|网上(?:卖|买|看|翻|发|说|传|搜|出售)|(?:在|从)网上(?:翻|看|找|查)(?:得|到)"
)
_BUREAU = re.compile(r"你们局|贵局|本局|局里|全局|局长|你们单位|你们这里的?领导")
_QUESTION_WORDS = frozenset(
    ["多少", "几", "几号", "谁", "哪个", "告诉", "顺便", "顺带", "再", "另外", "还有", "一声"]
)
# Words that name no matter: whoever writes only these must be asked which.
GENERIC = frozenset(
    [
        "办证",
        "证",
        "证件",
        "许可",
        "许可证",
        "审批",
        "手续",
        "业务",
        "事项",
        "事",
        "事情",
        "申请",
        "办理",
        "办",
        "怎么办",
        "办手续",
        "办理手续",
        "问问",
        "问题",
        "东西",
        "材料",
        "资料",
        "批",
        "办事",
        "审核",
        "核发",
        "备案",
        "使用",
        "项目",
        "建设",
        "咨询",
        "证明",
        "方案",
        "报告",
        "表",
        "计划",
        "时间",
    ]
)
# What the bureau as a whole is asked for, where no office was spoken of.
BUREAU_ANSWERS: dict[Aspect, str] = {
    Aspect.PHONE: "contact.phone",
    Aspect.PLACE: "contact.address",
    Aspect.HOURS: "contact.hours",
    Aspect.LEADER: "contact.leaders",
    Aspect.DUTIES: "contact.duties",
}
# What an aspect alone asks for after an answer of a topic: “要钱吗” after “怎么申请信息公开”.
_TOPIC_ANSWERS: dict[str, dict[Aspect, str]] = {
    "disclosure": {
        Aspect.FEE: "disclosure.fees",
        Aspect.TIME_LIMIT: "disclosure.reply_time",
        Aspect.MATERIALS: "disclosure.required_content",
        Aspect.PROCESS: "disclosure.how_to_apply",
        Aspect.PLACE: "disclosure.how_to_apply",
        Aspect.ONLINE: "disclosure.submit_by_post",
        Aspect.PROXY: "disclosure.on_behalf",
        Aspect.PHONE: "office.disclosure",
    },
    "case": {
        Aspect.TIME_LIMIT: "case.reply_time",
        Aspect.MATERIALS: "case.what_to_write",
        Aspect.PROCESS: "case.how_to_submit",
        Aspect.ONLINE: "case.how_to_submit",
        Aspect.PLACE: "case.how_to_submit",
        Aspect.REMEDY: "case.unsatisfied",
    },
}


@dataclass(frozen=True)
class Asked:
    """What a normalised text names."""

    text: str
    mention: str | None
    aspects: tuple[Aspect, ...]
    is_bare_aspect: bool
    is_nearly_bare: bool
    is_generic: bool
    names_aspects_only: bool
    """Aspects of nothing: “审批 电话 时间”."""
    is_item_alone: bool
    """The item named and an aspect of it are all there is: “取水证怎么办”."""
    is_about_bureau: bool
    """The bureau as a whole is asked for, whatever was spoken of before."""
    names_bureau: bool = False
    asks_what_is_in_it: bool = False
    """“里面有哪些内容”, of what was told last."""
    goes_back: bool = False
    """An item spoken of earlier is meant; `goes_to_first`: the first of them."""
    goes_to_first: bool = False
    is_short: bool = False
    asks_how_long: bool = False
    """How long what is granted lasts, and not what to do when it ends."""


def read(text: str, mentions: Mapping[str, str], cues: Cues) -> Asked:
    """Everything a normalised text names."""
    aspects = find_aspects(text, cues)
    mention = find_mention(text, mentions)
    return Asked(
        text=text,
        mention=mention,
        aspects=aspects,
        is_bare_aspect=bool(aspects) and not _rest(text, cues),
        is_nearly_bare=bool(aspects) and len(_rest(text, cues)) <= NEARLY_BARE,
        is_generic=_is_generic(text),
        names_aspects_only=mention is None and _names_aspects_only(text, aspects, cues),
        is_item_alone=mention is not None
        and _says_nothing(detail_in(text, named_in(text, mention, mentions), cues)),
        is_about_bureau=bool(_BUREAU.search(text))
        and len(_rest(_BUREAU.sub(" ", text), cues)) <= BARE_OF_BUREAU,
        names_bureau=bool(_BUREAU.search(text)),
        asks_what_is_in_it=bool(_WHAT_IS_IN_IT.search(text)),
        is_short=len(bare(text)) <= SHORT,
        goes_back=bool(_GOES_BACK.search(text)),
        goes_to_first=bool(_GOES_TO_FIRST.search(text)),
        asks_how_long=bool(_HOW_LONG.search(text)) and not _ENDS.search(text),
    )


def topic_answer(told: str | None, aspects: Sequence[Aspect]) -> str:
    """The answer an aspect asks for after `told` was told; empty where that topic has none."""
    topic = (told or "").partition(".")[0]
    return _TOPIC_ANSWERS.get(topic, {}).get(aspects[0], "") if aspects else ""


def find_aspects(text: str, cues: Cues) -> tuple[Aspect, ...]:
    """The aspects a normalised text asks about, in the order asked; a longer cue hides those inside it."""
    text = _MARKET.sub(" ", text)
    found = [
        (text.find(cue), cue, aspect)
        for aspect, words in cues.items()
        for cue in words
        if cue in text
    ]
    taken: list[tuple[int, int, Aspect]] = []
    for start, cue, aspect in sorted(found, key=lambda item: (-len(item[1]), item[0])):
        end = start + len(cue)
        if all(end <= first or start >= last for first, last, _ in taken):
            taken.append((start, end, aspect))
    ordered = sorted(taken, key=lambda item: item[0])
    return tuple(dict.fromkeys(aspect for _, _, aspect in ordered))[:MAX_PARTS]


def find_mention(text: str, mentions: Mapping[str, str]) -> str | None:
    """The record whose name or alias stands in the text; the longest wins (取水许可延续 over 取水许可)."""
    joined = bare(text)
    found = [name for name in mentions if name in joined]
    return mentions[max(found, key=len)] if found else None


def named_in(text: str, record_id: str, mentions: Mapping[str, str]) -> str:
    """What a record is called in a normalised text; empty where it is not named."""
    named = (name for name, owner in mentions.items() if owner == record_id and name in text)
    return max(named, key=len, default="")


def detail_in(text: str, name: str, cues: Cues) -> str:
    """What a normalised text asks besides the item's `name` and an aspect's cue; empty where that is all it asks."""
    return _rest(text.replace(name, " ") if name else text, cues)


def _rest(text: str, cues: Cues) -> str:
    """What is left once cues and empty words are taken out: nothing of “那要几天呢”."""
    for cue in sorted((cue for words in cues.values() for cue in words), key=len, reverse=True):
        text = text.replace(cue, " ")
    words = words_of(text)
    return "".join(bare(word) for word in words if word not in STOP_WORDS | _QUESTION_WORDS)


def _names_aspects_only(text: str, aspects: Sequence[Aspect], cues: Cues) -> bool:
    """“审批 电话 时间”, “办理手续要什么条件”; “办公电话” alone asks for the bureau's."""
    detail = detail_in(text, "", cues)
    if not aspects or not _says_nothing(detail):
        return False
    return len(aspects) + ("时间" in text) > 1 or bool(detail and aspects[0] not in BUREAU_ANSWERS)


def _says_nothing(detail: str) -> bool:
    """Whether what is left names no matter: “办”, “手续”, or nothing at all."""
    return not detail or _is_generic(detail)


def _is_generic(text: str) -> bool:
    words = [word for word in words_of(text) if bare(word) and word not in STOP_WORDS]
    return all(word in GENERIC for word in words) if words else False


def fits(record: AnyRecord | None, aspects: Sequence[Aspect]) -> bool:
    """Whether any of the aspects can be asked of the record."""
    if isinstance(record, Office):
        return any(aspect in OFFICE_ASPECTS for aspect in aspects)
    return isinstance(record, Service) and any(aspect in SERVICE_ASPECTS for aspect in aspects)
