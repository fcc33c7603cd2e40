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

Cues = Mapping[Aspect, tuple[str, ...]]
Records = Mapping[str, AnyRecord]

_CORRECTION = re.compile(
    r"^(?:不是(?:这个|的)?|不对|错了|说错了|你(?:搞|弄|理解)错了)[,.!\s]*"
    r"(?:我(?:说|问|要|想问)的?是|是)?[,:\s]*"
)
_INSTEAD = re.compile(
    r"^.{0,8}?(?<!是)(?:不是|不要|不问|没问)[^,。是]{1,12}[,。\s]*(?:我?(?:说|问|要|想问|讲|指)的?)?(?:而?是|要的是|问的是)(.{2,})$"
)
# “不是我要问的” takes something back and names nothing instead.
_NOTHING_MEANT = re.compile(
    r"^我?(?:要|想)?(?:要|问|找|说)?的$|^我(?:要|想)(?:要|问|找|说|知道)?的"
)
# Words that name no matter: whoever writes only these must be asked which.
_GENERIC = frozenset(
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
        "问题",
        "东西",
        "材料",
        "资料",
        "批",
        "办事",
        "咨询",
        "证明",
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


@dataclass(frozen=True)
class Asked:
    """What a normalised text names."""

    text: str
    mention: str | None
    aspects: tuple[Aspect, ...]
    is_bare_aspect: bool
    is_generic: bool


def read(text: str, mentions: Mapping[str, str], cues: Cues) -> Asked:
    """Everything a normalised text names."""
    aspects = find_aspects(text, cues)
    return Asked(
        text=text,
        mention=find_mention(text, mentions),
        aspects=aspects,
        is_bare_aspect=bool(aspects) and _is_bare(text, cues),
        is_generic=_is_generic(text),
    )


def strip_correction(text: str) -> str:
    """What remains of “不是，我说的是延续” or “不是延续，是变更”: the thing meant; else the text itself."""
    instead = _INSTEAD.search(text)
    rest = instead[1] if instead is not None else _CORRECTION.sub("", text)
    return text if len(bare(rest)) < 2 or _NOTHING_MEANT.match(rest) else rest


def find_aspects(text: str, cues: Cues) -> tuple[Aspect, ...]:
    """The aspects a normalised text asks about, in the order asked; a longer cue hides those inside it."""
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


def _is_bare(text: str, cues: Cues) -> bool:
    """Whether nothing but aspects is left once cues and empty words are taken out: “那要几天呢”."""
    for cue in sorted((cue for words in cues.values() for cue in words), key=len, reverse=True):
        text = text.replace(cue, " ")
    words = words_of(text)
    return not "".join(bare(word) for word in words if word not in STOP_WORDS)


def _is_generic(text: str) -> bool:
    words = [word for word in words_of(text) if bare(word) and word not in STOP_WORDS]
    return all(word in _GENERIC for word in words) if words else False


def fits(record: AnyRecord | None, aspects: Sequence[Aspect]) -> bool:
    """Whether any of the aspects can be asked of the record."""
    if isinstance(record, Office):
        return any(aspect in OFFICE_ASPECTS for aspect in aspects)
    return isinstance(record, Service) and any(aspect in SERVICE_ASPECTS for aspect in aspects)


def find_variant(text: str, subject: str | None, records: Records) -> str | None:
    """Another member of the last item's family named by its difference alone: “那延续呢” → 取水许可延续."""
    service = records.get(subject or "")
    if not isinstance(service, Service):
        return None
    base = service.parent or service.id
    for other in records.values():
        in_family = isinstance(other, Service) and base in (other.id, other.parent)
        if in_family and other.id != service.id:
            word = _difference(other.title, records[base].title)
            if word and word in text:
                return other.id
    return None


def _difference(title: str, base: str) -> str:
    """What a variant's title has and its base's has not: 取水许可延续 − 取水许可（新办） → 延续."""
    plain = re.sub(r"[（(].*?[）)]", "", base)
    inside = re.search(r"[（(](.*?)[）)]", title)
    if title.startswith(plain):
        rest = title[len(plain) :]
        return inside[1] if inside and rest == inside[0] else rest
    return ""
