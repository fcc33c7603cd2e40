"""How many matters one application holds, by how its writer numbered or listed them. Pure."""

from __future__ import annotations

import re

from assistant.language.text import clean

_READ_MAX = 4_000
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,，。;；:：、(（]))"
    r"(?:[(（]?\d{1,2}(?:[)）、．]|\.(?!\d)|\.(?=(?:19|20)\d\d年))|[(（]?[一二三四五六七八九十]{1,2}[)）、.．]|第[一二三四五六七八九十][,，、:：])"
    r"|[\u2460-\u2487]",  # ① and ⑴
    re.MULTILINE,
)
_LINE = re.compile(r"^[ \t]*[-•·*●◆]?[^\n。！!？?]{4,60}[;；]?$", re.MULTILINE)


def count_matters(text: str) -> int:
    """How many numbered or listed matters there are in a text as it was written; at least one."""
    raw = clean(text[:_READ_MAX])
    lines = _LINE.findall(raw) if raw.count("\n") > 1 else []
    return max(1, len(_NUMBERED.findall(raw)), len(lines))
