"""Several questions in one breath, told apart. Pure."""

from __future__ import annotations

import re

from assistant.language.text import bare

# Each part is understood like a message of its own, so there may not be many.
MOST_PARTS = 4
LEAST_CHARACTERS = 3
# A story is so long, and the question in it so short beside it.
LONG = 14
LEAST_CORE = 6
MOST_OF_IT = 0.6

_BREAK = re.compile(
    r"[?!;。\n]+|(?=还有|另外|顺便|再问|再一个|再请问|最后问|第[二三四][,、:个]|其次|还想问|还要问|同时)"
)
_ASKS = re.compile(
    r"吗|么|呢|伐|不\b|什么|啥|怎么|怎样|咋|如何|哪|几|多少|多久|多长|可不可以|有没有|(\w)不\1|还是|谁"
    r"|何时|何地|是否|可否|能否|需不需要|电话|地址|流程|材料|条件|依据|时限|收费|投诉|举报|着火|起火|救"
)
_CLAUSE = re.compile(r"[?!;。,，、\n]+")
# “那砍树呢,要交什么”: what ends so opens the question after it.
_OPENS = re.compile(r"呢$")
# What is complained of before a comma is the story of the question after it.
_TELLS = re.compile(r"投诉|举报|反映")
_COMMA = re.compile(r"[,，、]")


def split_questions(text: str) -> tuple[str, ...]:
    """The separate questions of a normalised text, in order; empty when it is one question.

    What asks nothing (a greeting, the story before the question) goes with the question after it.
    """
    parts: list[str] = []
    waiting = ""
    for piece in _BREAK.split(text):
        joined = f"{waiting}{piece}".strip(" ,，")
        if len(bare(joined)) < LEAST_CHARACTERS or not _ASKS.search(joined):
            waiting = f"{joined},"
            continue
        parts.append(joined)
        waiting = ""
    rest = waiting.strip(" ,，")
    if rest and parts:
        parts[-1] = f"{parts[-1]},{rest}"
    parts = [clause for part in parts for clause in _split_at_commas(part)]
    return tuple(parts[:MOST_PARTS]) if len(parts) > 1 else ()


def _split_at_commas(text: str) -> list[str]:
    """One sentence whose clauses each ask something; story and question are not torn apart."""
    pieces = [piece.strip() for piece in _COMMA.split(text)]
    if any(_OPENS.search(piece) for piece in pieces[:-1]):
        return [text]
    if len(pieces) < 2 or not all(
        len(bare(piece)) >= LEAST_CHARACTERS and _ASKS.search(_TELLS.sub(" ", piece))
        for piece in pieces
    ):
        return [text]
    return pieces


def find_core(text: str) -> str:
    """The last clause of a long normalised text that asks something: the question without its story; else nothing."""
    if len(bare(text)) < LONG:
        return ""
    clauses = [clause.strip() for clause in _CLAUSE.split(text) if bare(clause)]
    asking = [clause for clause in clauses if _ASKS.search(clause)]
    core = asking[-1] if asking else ""
    return core if LEAST_CORE <= len(bare(core)) <= len(bare(text)) * MOST_OF_IT else ""
