"""An item and its variants (延续, 变更, 注销), told apart by what citizens call the difference. Pure."""

from __future__ import annotations

import re

from assistant.conversation.asking import GENERIC, Records
from assistant.knowledge.content import Service
from assistant.language.text import bare, normalise, words_of

# How citizens say what tells a variant from its item.
_VARIANT_WAYS = {
    "延续": re.compile(r"(?<![手继连持后陆存])续(?!约)|展期|延期"),
    "变更": re.compile(r"(?:改|换)(?:个|一下)?(?:名|法人|老板|负责人|地址)|过户"),
    "注销": re.compile(r"退证|退掉|交回|还给你|(?:不用|不干|不做|不要|不养)了"),
}


def find_variant(text: str, subject: str | None, records: Records) -> str | None:
    """Another member of the last item's family named by its difference alone: “那延续呢” → 取水许可延续."""
    service = records.get(subject or "")
    if not isinstance(service, Service):
        return None
    base = service.parent or service.id
    family = [
        other
        for other in records.values()
        if isinstance(other, Service) and base in (other.id, other.parent)
    ]
    for other in family:
        rest = {word for one in family if one is not other for word in _title_words(one)}
        own = _title_words(other) - rest - GENERIC
        said = any(word in text for word in own) or any(
            way.search(text) for word, way in _VARIANT_WAYS.items() if word in own
        )
        if other.id != service.id and said:
            return other.id
    return None


def is_this_variant(text: str, first: str, second: str, records: Records) -> bool:
    """Whether a normalised text says what tells the first of two members of one family from the second."""
    one, other = records.get(first), records.get(second)
    if not (isinstance(one, Service) and isinstance(other, Service)):
        return False
    if (one.parent or one.id) != (other.parent or other.id):
        return False
    return _says_variant(text, one, other) and not _says_variant(text, other, one)


def _says_variant(text: str, one: Service, other: Service) -> bool:
    own = _title_words(one) - _title_words(other)
    return any(word in own and way.search(text) for word, way in _VARIANT_WAYS.items())


def _title_words(service: Service) -> set[str]:
    return {word for word in words_of(normalise(service.title)) if len(bare(word)) > 1}
