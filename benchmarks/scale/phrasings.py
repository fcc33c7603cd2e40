"""Many ways to ask for one answer: templates, lost words, keywords, slips of the pen. Pure.

Every answer has its own dice, so that its first phrasings are the same ones however many are wanted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from random import Random

from assistant.language.match import STOP_WORDS
from assistant.language.sounds import initials
from assistant.language.text import bare, normalise, words_of
from benchmarks.accuracy.noise import with_homophone
from benchmarks.scale.taipei import Question

SEED = 20261122
STARTS = (
    "",
    "请问",
    "您好，",
    "我想问一下",
    "麻烦问下",
    "想了解",
    "不好意思，",
    "帮我查一下",
    "有人知道",
    "家里人让我问",
    "第一次办，",
    "上网没查到，",
    "打电话没人接，",
)
ENDS = (
    "",
    "？",
    "呢",
    "，谢谢",
    "，急",
    "怎么弄",
    "在哪里办",
    "要准备什么",
    "有没有电话",
    "要多少钱",
    "多久能好",
    "网上可以办吗",
    "有什么规定",
)
# How often another try is made for one more phrasing that is not there yet.
PATIENCE = 400

_END = re.compile(r"[?？。！!\s]+$")
_CLAUSE = re.compile(r"[,，。;；:：?？]\s*")


def ways_to_ask(question: Question) -> Iterator[str]:
    """One phrasing after another; no two normalise to the same text, none to the question's own title."""
    dice = Random(f"{SEED}:{question.id}")
    core = _END.sub("", normalise(question.asked))
    keywords = [normalise(word) for word in question.keywords]
    seen = {bare(normalise(question.asked)), ""}
    tries = 0
    while tries < PATIENCE:
        text = _varied(core, keywords, dice)
        if bare(normalise(text)) in seen:
            tries += 1
            continue
        seen.add(bare(normalise(text)))
        tries = 0
        yield text


def _varied(core: str, keywords: Sequence[str], dice: Random) -> str:
    text = core
    kind = dice.randrange(5)
    if kind == 1:
        text = _without_words(core, dice)
    elif kind == 2 and keywords:
        text = f"{dice.choice(keywords)}{_some_words(core, dice)}"
    elif kind == 3:
        clauses = [clause for clause in _CLAUSE.split(core) if len(clause) > 3]
        text = dice.choice(clauses) if clauses else core
    elif kind == 4:
        text = with_homophone(core, dice)
    text = f"{dice.choice(STARTS)}{text}{dice.choice(ENDS)}"
    return _without_one_character(text, dice) if dice.random() < 0.1 else text


def _without_words(text: str, dice: Random) -> str:
    """One word in four lost."""
    return "".join(word for word in words_of(text) if dice.random() < 0.75) or text


def _some_words(text: str, dice: Random) -> str:
    """A few content words, in their order."""
    words = [word for word in words_of(text) if word not in STOP_WORDS and bare(word)]
    kept = set(dice.sample(range(len(words)), min(len(words), dice.randint(1, 4))))
    return "".join(word for place, word in enumerate(words) if place in kept)


def _without_one_character(text: str, dice: Random) -> str:
    place = dice.randrange(len(text))
    return text[:place] + text[place + 1 :]


def generate(questions: Sequence[Question], wanted: int) -> dict[str, list[str]]:
    """`wanted` phrasings in all, by the answer's id, as many for each answer as its titles allow."""
    sources = {question.id: ways_to_ask(question) for question in questions}
    found: dict[str, list[str]] = {question.id: [] for question in questions}
    left = wanted
    while left and sources:
        for answer_id, source in list(sources.items())[:left]:
            text = next(source, None)
            if text is None:
                del sources[answer_id]
            else:
                found[answer_id].append(text)
                left -= 1
    return {answer_id: texts for answer_id, texts in found.items() if texts}


def messages(
    questions: Sequence[Question], known: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str]]:
    """Endless messages of citizens, none of them a phrasing on record, each with the id of the answer meant."""
    dice = Random(SEED)
    for number in count():
        question = dice.choice(questions)
        own = Random(f"{SEED}:{question.id}:asked:{number}")
        core = _END.sub("", normalise(question.asked))
        text = _varied(core, [normalise(word) for word in question.keywords], own)
        if len(bare(text)) > 1 and text not in known.get(question.id, ()):
            yield text, question.id


def searches(questions: Sequence[Question]) -> Iterator[tuple[str, str]]:
    """Endless queries as they are typed into a search field: keywords, a few words, a wrong character, letters.

    Each with the id of the answer its words are from.
    """
    dice = Random(SEED + 1)
    while True:
        question = dice.choice(questions)
        core = _END.sub("", normalise(question.asked))
        kind = dice.randrange(4)
        text = _some_words(core, dice)
        if kind == 1 and question.keywords:
            text = f"{normalise(dice.choice(question.keywords))} {text}"
        elif kind == 2:
            text = with_homophone(text, dice)
        elif kind == 3:
            text = _letters(text)
        if bare(text):
            yield text[:60], question.id


def _letters(text: str) -> str:
    """The first word's pinyin initials, as a name is typed in haste."""
    return initials(text[:4]) if text[:4].isalpha() and not text[:4].isascii() else text
