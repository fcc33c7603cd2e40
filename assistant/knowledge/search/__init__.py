"""Looking things up in what is published: words, synonyms, and names by their pinyin."""

from __future__ import annotations

from assistant.knowledge.content import names_of
from assistant.knowledge.search.entries import Entry, EntryKind, entries_of, kind_of
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
    "Reader",
    "finder_of",
    "kind_of",
]


def finder_of(shelf: Shelf) -> Finder:
    """A finder over everything on the shelf."""
    names = {record.id: set(names_of(record)) for record in shelf.records.values()}
    phrasings: dict[str, list[str]] = {}
    for phrasing in shelf.index.phrasings:
        if phrasing.label in names and phrasing.text not in names[phrasing.label]:
            phrasings.setdefault(phrasing.label, []).append(phrasing.text)
    cues = {aspect.label: cues for aspect, cues in shelf.cues.items()}
    called = [name for office in shelf.offices() for name in names_of(office)]
    reader = Reader(shelf.synonyms, cues, called)
    return Finder(entries_of(shelf), phrasings, reader, shelf.index.sounds)
