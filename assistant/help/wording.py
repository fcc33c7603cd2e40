"""What a case says, and how another citizen's case is shown without saying whose it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assistant.cases.models import Case
from assistant.language.privacy import mask
from assistant.language.privacy.kinds import COVERS, Personal

# A name of one character is also a word.
LEAST_NAME = 2
NUMBER_COVER = "[编号]"
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_HONOURED = "先生|女士|小姐|同志|老师|师傅|大爷|大妈|大伯|大姐|大哥|阿姨|老板|经理"


def words_of(text: str, details: Mapping[str, str] | None) -> str:
    """Everything a citizen wrote: the case's text, and of an application what it asks for."""
    information = (details or {}).get("information", "")
    return "\n".join(dict.fromkeys(filter(None, (text, information))))


def words_of_case(case: Case) -> str:
    """`words_of` of a case."""
    return words_of(case.text, case.details)


def without_person(text: str, case: Case) -> str:
    """`text` without what points at the citizen of `case`: known contact data and numbers, and whatever looks like it.

    What goes into another citizen's reply by one keystroke must hold nothing of this one.
    """
    for pattern, cover in _known(case):
        text = pattern.sub(cover, text)
    return mask(text).text


def _known(case: Case) -> Iterator[tuple[re.Pattern[str], str]]:
    for number in (case.receipt_no, case.register_no, case.external_no):
        if number:
            yield re.compile(re.escape(number), re.IGNORECASE), NUMBER_COVER
    if case.contact_email:
        email = re.escape(case.contact_email)
        yield re.compile(email, re.IGNORECASE), COVERS[Personal.EMAIL]
    if case.contact_phone:
        apart = r"[\s-]?".join(filter(str.isdigit, case.contact_phone))
        yield re.compile(apart), COVERS[Personal.PHONE]
    name = case.contact_name
    if name and len(name) >= LEAST_NAME:
        yield re.compile(re.escape(name)), COVERS[Personal.NAME]
        if _HAN_NAME.fullmatch(name):
            called = rf"(?:{name[:2]}|{name[0]})某{{0,2}}(?={_HONOURED})"
            yield re.compile(called), COVERS[Personal.NAME]
