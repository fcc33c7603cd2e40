"""What a rule is, and the pieces of regular expressions that several share.

Every repetition is bounded and no two neighbours can take the same character, so that a rule reads any text in
time proportional to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.language.privacy.kinds import Personal


class Found(NamedTuple):
    """Characters `[start, end)` of a view that hold personal data."""

    start: int
    end: int
    kind: Personal


class Rule(NamedTuple):
    """What the pattern calls `it` is of this kind."""

    kind: Personal
    pattern: re.Pattern[str]


def rule(kind: Personal, pattern: str, flags: int = re.ASCII | re.IGNORECASE) -> Rule:
    return Rule(kind, re.compile(pattern, flags))


def find(one: Rule, text: str) -> Iterator[Found]:
    for match in one.pattern.finditer(text):
        yield Found(*match.span("it"), one.kind)


COVERED = "[\ue000-\ue1ff]"
HAN_DIGIT = "[零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖洞拐勾]"
DIGIT = f"(?:[0-9]|{HAN_DIGIT})"
# Between the digits of one number; commas and full stops only where the number's own grouping speaks for it.
GAP = r"[ \-‐-―−·•_~()]{0,3}"
LOOSE_GAP = r"[ \-‐-―−·•_~(),、.。/]{0,3}"
IS = r"[ 是为:=就也在的叫]{0,5}"
# Words between a cue and its number (“身份证我报给你”), within one clause.
FEW_WORDS = r"[^0-9A-Za-z,。;!?、\ue000-\uf8ff]{0,8}?"


def run(count: str, digit: str = "[0-9]", gap: str = GAP) -> str:
    """A digit and `count` ({m,n}) more, with gaps between."""
    return rf"{digit}(?:{gap}{digit}){count}"
