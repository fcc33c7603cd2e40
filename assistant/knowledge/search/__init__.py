"""Looking things up in what is published: words, synonyms, and names by their pinyin."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.knowledge.content import names_of
from assistant.knowledge.search.entries import (
    Entry,
    EntryKind,
    PublishedReply,
    entries_of,
    entry_of_reply,
    kind_of,
)
from assistant.knowledge.search.finder import Finder, Found, Hit
from assistant.knowledge.search.terms import MAX_QUERY, Reader
from assistant.knowledge.shelf import Shelf

__all__ = [
    "MAX_QUERY",
    "Entry",
    "EntryKind",
    "Finder",
    "Found",
    "Hit",
    "PublishedReply",
    "Reader",
    "finder_of",
    "kind_of",
]


def finder_of(shelf: Shelf, replies: Iterable[PublishedReply] = ()) -> Finder:
    """A finder over everything on the shelf, and over the replies that were published beside it."""
    names = {record.id: set(names_of(record)) for record in shelf.records.values()}
    phrasings: dict[str, list[str]] = {}
    for phrasing in shelf.index.phrasings:
        if phrasing.label in names and phrasing.text not in names[phrasing.label]:
            phrasings.setdefault(phrasing.label, []).append(phrasing.text)
    cues = {aspect.label: cues for aspect, cues in shelf.cues.items()}
    called = [name for office in shelf.offices() for name in names_of(office)]
    reader = Reader(shelf.synonyms, cues, called)
    entries = [*entries_of(shelf), *(entry_of_reply(shelf, reply) for reply in replies)]
    return Finder(entries, phrasings, reader, shelf.index.sounds)
