"""Whose matter it is: their name, number and address in whatever way they are written. Pure.

The surname may stay (王先生, 小王, 王某某); the given name, the telephone number and the e-mail address may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.language.privacy import Personal
from assistant.language.privacy.kinds import COVERS
from assistant.language.privacy.view import View
from assistant.language.sounds import syllable
from assistant.publication.covers import GIVEN_NAME, HAN, NAME, NUMBER
from assistant.publication.naming import can_be_name, find_third_persons

# Two characters that begin a name as one surname; a longer list than anybody will meet at one counter.
_TWO_CHARACTER_SURNAME = re.compile(
    "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|长孙|宇文|端木|东方|独孤|南宫|钟离|轩辕|闻人|申屠|澹台"
    "|赫连|呼延|鲜于|拓跋|百里|东郭|西门|万俟|公冶|濮阳|淳于|单于|太叔|仲孙|司空"
)
_TITLES = "先生|女士|小姐|同志|师傅|老师|大爷|大妈|大伯|阿姨|大姐|大哥|某某|某"
_TITLED = re.compile(rf"(?:{_TITLES})$")
_NAMELESS = frozenset({"匿名", "保密", "无名", "不详", "无"})
_FAMILIAR = "小老阿大"

# What may stand between the characters of one name or number, a cover excepted.
_GAP = r"[^\w\ue000-\uf8ff]{0,3}"
_LETTER_GAP = r"[ '\-_.]{0,2}"
_ZERO_TO_NINE = (
    "零〇○洞o",
    "一幺壹",
    "二两贰",
    "三叁",
    "四肆",
    "五伍",
    "六陆",
    "七柒拐",
    "八捌",
    "九玖勾",
)
_AT = r" ?(?:@|艾特|\(at\)|\[at\]| at ) ?"
_LEAST_LOCAL_PART = 4
# Fewer letters than these (lili) stand in other words.
_LEAST_LETTERS = 7
_AREA_CODE = re.compile(r"0(?:10|2\d|[3-9]\d\d)-?(?=\d{7,8})")


@dataclass(frozen=True, slots=True)
class Person:
    """What a case knows of who wrote; `numbers` are those it is filed under. Each may be missing."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    numbers: tuple[str, ...] = ()


class Trace(NamedTuple):
    """What the pattern calls `it` leads to the person."""

    pattern: re.Pattern[str]
    cover: str


def find_traces(traces: Iterable[Trace], text: str) -> Iterator[tuple[int, int, str]]:
    """Where the view `text` leads to the person, and by which cover to replace it; may overlap."""
    for trace in traces:
        for match in trace.pattern.finditer(text):
            yield (*match.span("it"), trace.cover)


def traces_of(person: Person) -> list[Trace]:
    """Every way the person's name, number, address and papers may be written."""
    traces = [
        _trace(_GAP.join(map(re.escape, re.sub(r"[\W_]", "", number))), NUMBER)
        for number in person.numbers
        if number.strip()
    ]
    if person.phone:
        traces += _of_phone(View.of(person.phone).text)
    if person.email:
        traces += _of_email(View.of(person.email).text.strip().lower())
    if person.name:
        traces += _of_name(View.of(person.name).text)
    return traces


def _trace(pattern: str, cover: str) -> Trace:
    return Trace(re.compile(f"(?P<it>{pattern})", re.IGNORECASE), cover)


def _of_phone(phone: str) -> list[Trace]:
    cover = COVERS[Personal.PHONE]
    digits = re.sub(r"\D", "", phone)
    own = re.sub(r"\D", "", _AREA_CODE.sub("", phone))
    traces = [_trace(_digits(number), cover) for number in (digits, own) if len(number) >= 7]
    if len(digits) == 11:
        traces += [
            _trace(rf"{digits[:3]}[*x×.…_ -]{{2,8}}{digits[-4:]}", cover),
            Trace(
                re.compile(rf"(?:尾号|[后末]四位)[^0-9]{{0,4}}(?P<it>{digits[-4:]})(?!\d)"), cover
            ),
        ]
    return traces


def _digits(number: str) -> str:
    return _GAP.join(f"[{digit}{_ZERO_TO_NINE[int(digit)]}]" for digit in number)


def _of_email(email: str) -> list[Trace]:
    cover = COVERS[Personal.EMAIL]
    local, _, domain = email.partition("@")
    traces = [_trace(f"{re.escape(local)}{_AT}{re.escape(domain)}", cover)]
    if len(local) >= _LEAST_LOCAL_PART:
        traces.append(_trace(rf"(?<![a-z0-9]){re.escape(local)}(?![a-z0-9])", cover))
    return traces


def _of_name(name: str) -> list[Trace]:
    if re.search(rf"[{HAN}][·•.][{HAN}]", name) or not re.search(f"[{HAN}]", name):
        return _of_parts(name)
    first, *others = re.findall(f"[{HAN}]+", name)
    # 王小明（代母亲刘桂芬）
    told = [name[start:end] for start, end in find_third_persons(name)]
    every = dict.fromkeys([first, *filter(can_be_name, others), *told])
    return [trace for one in every for trace in _of_han_name(one)]


def _of_parts(name: str) -> list[Trace]:
    """A name written in letters or with dots: as a whole, and each part that is more than an initial."""
    parts = [part for part in re.split(r"[\W_]+", name) if part]
    traces = [_trace(_GAP.join(map(re.escape, parts)), NAME)] if parts else []
    traces += [
        _trace(rf"(?<![A-Za-z]){re.escape(part)}(?![A-Za-z])", NAME)
        for part in parts
        if len(part) > 1
    ]
    return traces


def _of_han_name(name: str) -> list[Trace]:
    if name in _NAMELESS:
        return []
    plain = _TITLED.sub("", name)
    if len(plain) > 4:  # a company, or a name we do not know how to take apart
        return [_trace(_GAP.join(plain), NAME)]
    size = 2 if len(plain) > 2 and _TWO_CHARACTER_SURNAME.match(plain) else 1
    surname, given = plain[:size], plain[size:]
    if not given or (plain[0] in _FAMILIAR and len(plain) == 2):
        return []
    return [*_of_given(surname, given), *_in_letters(surname, given)]


def _of_given(surname: str, given: str) -> list[Trace]:
    own = _GAP.join(given)
    traces = [
        Trace(re.compile(f"{_GAP.join(surname)}(?P<it>{own})"), GIVEN_NAME),
        _trace(rf"{_GAP.join(surname)}[ ·•.\-_]{{1,3}}{own}", NAME),
    ]
    if len(given) == 1:  # 伟 alone is any word's; 小伟, 伟哥 and a signature are not
        called = f"先生|女士|同志|师傅|老师|哥|姐|叔|婶|伯|爷|奶|总|{_TITLES}"
        alone = (
            rf"(?<=[{_FAMILIAR}]){given}|{given}(?=(?:{called}))"
            rf"|(?<![\w\ue000-\uf8ff]){given}(?![\w\ue000-\uf8ff])"
        )
        return [*traces, _trace(alone, NAME)]
    shorter = [given[-2:]] if len(given) > 2 else []
    return [*traces, *(_trace(_GAP.join(part), NAME) for part in (given, *shorter))]


def _in_letters(surname: str, given: str) -> list[Trace]:
    """The name by its sound: Wang Xiaoming, Xiaoming Wang, xiaoming."""
    family, own = _sounds(surname), _sounds(given)
    if not all(sound.isascii() and sound.isalpha() for sound in (*family, *own)):
        return []
    last, first = (_LETTER_GAP.join(map(_spelt, sounds)) for sounds in (family, own))
    whole = f"{last}{_LETTER_GAP}{first}|{first}{_LETTER_GAP}{last}"
    if sum(map(len, (*family, *own))) < _LEAST_LETTERS:
        whole = rf"(?<![a-z])(?:{whole})(?![a-z])"
    alone = rf"(?<![a-z]){first}(?![a-z])"
    return [_trace(one, NAME) for one in ([whole, alone] if len(own) > 1 else [whole])]


def _sounds(characters: str) -> Sequence[str]:
    return [syllable(character) for character in characters]


def _spelt(sound: str) -> str:
    return sound.replace("v", "[uvü]")
