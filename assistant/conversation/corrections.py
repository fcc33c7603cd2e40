"""What a message takes back or says it does not mean, taken off before the witnesses are asked. Pure."""

from __future__ import annotations

import re

from assistant.language.text import bare

_CORRECTION = re.compile(
    r"^(?:(?:不是(?:这个|的)?|[不勿唔莫]对|错了|说错了|你(?:搞|弄|理解)错了)[,.!\s]*)+"
    r"(?:我(?:说|问|要|想问|讲)[的个]?是|是)?[,:\s]*"
)
_INSTEAD = re.compile(
    r"^.{0,8}?(?<!是)(?:不是|不要|不问|没问)[^,。是]{1,12}[,。\s]*(?:我?(?:说|问|要|想问|讲|指)的?)?(?:而?是|要的是|问的是)(.{2,})$"
)
# “占的是湿地,而不是林地,期限多长”: what it is not only leads astray.
_NOT_MEANT = re.compile(r"(?<=.{5})(?:,\s*|而)(?:并|又)?不是[^,。?!吗么是]{1,12}(?=[,。?!]|$)")
# “不是我要问的” takes something back and names nothing instead.
_NOTHING_MEANT = re.compile(
    r"^我?(?:要|想)?(?:要|问|找|说)?的$|^我(?:要|想)(?:要|问|找|说|知道)?的"
)


def strip_correction(text: str) -> str:
    """What remains of “不是，我说的是延续” or “不是延续，是变更”: the thing meant; else the text itself."""
    instead = _INSTEAD.search(text)
    rest = instead[1] if instead is not None else _CORRECTION.sub("", text)
    return text if len(bare(rest)) < 2 or _NOTHING_MEANT.match(rest) else rest


def strip_not_meant(text: str) -> str:
    """A normalised text without what it says it is not about."""
    return _NOT_MEANT.sub("", text)
