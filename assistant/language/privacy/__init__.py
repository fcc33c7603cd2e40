"""Find personal data in what citizens write and mask it before anything is stored.

Patterns and context only: a mistyped identity number is still an identity number, so no checksum is asked for
(个人信息保护法 Art. 6: no more than the purpose needs). What looks like one and is not — receipt and document
numbers, dates, amounts — is set aside before the numbers are read.
"""

from __future__ import annotations

from assistant.language.privacy.kinds import COVER, Masked, Personal
from assistant.language.privacy.names import find_names
from assistant.language.privacy.numbers import BEFORE_KEPT, KEPT, NUMBERS
from assistant.language.privacy.places import PLACES
from assistant.language.privacy.rules import Found, find
from assistant.language.privacy.view import View

__all__ = ["COVER", "Masked", "Personal", "mask"]


def mask(text: str) -> Masked:
    """Cover personal data in `text`, however it is written; everything else stays letter by letter."""
    view = View.of(text)
    # Covering one thing can show another: a name is known by the telephone number that follows it.
    while (seen := _once(view)) is not view:
        view = seen
    return Masked(view.masked(), view.found())


def _once(view: View) -> View:
    for rule in BEFORE_KEPT:
        view = view.cover(find(rule, view.text))
    view = view.keep(match.span() for match in KEPT.finditer(view.text))
    for rule in (*NUMBERS, *PLACES):
        view = view.cover(find(rule, view.text))
    return view.cover(Found(*span, Personal.NAME) for span in find_names(view.text))
