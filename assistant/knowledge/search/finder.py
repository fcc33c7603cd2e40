"""Few words in, everything published about them out, best first. Pure, and built once for what is published."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from assistant.errors import Invalid
from assistant.knowledge.search.entries import Entry, EntryKind
from assistant.knowledge.search.marks import Range, Snippet, highlight, snip
from assistant.knowledge.search.pinyin import Spelling, Typed
from assistant.knowledge.search.postings import Fields, Floats, Postings, fold
from assistant.knowledge.search.terms import Reader, Term, check_query
from assistant.language.sounds import Sounds
from assistant.language.text import bare, normalise

# Another word of the same meaning is meant too, but what is called by the very word comes first.
SYNONYM_SHARE = 0.55
# What a matter is asked about counts less than the matter.
ASPECT_SHARE = 0.5
# Of a query no entry holds as a whole, at least this much must be there.
LEAST_SHARE = 0.34
# (the query is the name, the name begins with it), for a title and for another name.
TITLE_BONUS, NAME_BONUS = (1.0, 0.35), (0.8, 0.25)
# Of two that fit alike, what tells the caller something comes before what only lists it, and what holds for
# everybody before what somebody else was told once.
WEIGHT_OF_KIND = {EntryKind.OFFICE: 0.95, EntryKind.DOCUMENT: 0.85, EntryKind.REPLY: 0.8}
# Names and phrasings of one entry that are read in search of one to show.
READ = 400
ALSO_CALLED, ASKED_LIKE = "也叫：", "有人这样问："

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that was found, and what of it matched."""

    entry: Entry
    score: float
    title_highlights: tuple[Range, ...]
    snippet: Snippet
    matched: tuple[str, ...]
    expired: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found.

    `read_as` is the query with its wrong characters mended, where that was done; `partial` says that no entry holds
    every word. `by_kind` counts before the choice of kinds.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    by_kind: dict[EntryKind, int]
    read_as: str | None
    partial: bool


@dataclass(slots=True)
class _Sought:
    """A term and what it found: each wording with its weights by entry, and the readings of its letters."""

    term: Term
    wordings: list[tuple[str, Floats]]
    typed: dict[int, Typed]
    weights: Floats
    rarity: float

    def words_at(self, place: int) -> list[str]:
        """The wordings by which an entry was found."""
        words = [wording for wording, weights in self.wordings if weights[place] > 0]
        return [*words, self.typed[place].text] if place in self.typed else words


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The places of what fits, best first; every place's score in [0, 1]; whether none fits wholly."""

    places: list[int]
    scores: Floats
    partial: bool

    @property
    def best(self) -> float:
        return float(self.scores[self.places[0]]) if self.places else 0.0


class Finder:
    """Immutable; a change of what is published makes a new one."""

    def __init__(
        self,
        entries: Iterable[Entry],
        phrasings: Mapping[str, Sequence[str]] | None = None,
        reader: Reader | None = None,
        sounds: Sounds | None = None,
    ) -> None:
        """`phrasings` are how citizens ask, by entry id; `sounds` mend wrong characters."""
        self._entries = sorted(entries, key=lambda entry: entry.id)
        self._offices = {entry.id for entry in self._entries if entry.kind is EntryKind.OFFICE}
        self._phrasings = phrasings or {}
        self._reader = reader or Reader()
        self._sounds = sounds
        self._fields = [self._fields_of(entry) for entry in self._entries]
        self._postings = Postings(self._fields)
        named = [
            (place, name, is_title)
            for place, fields in enumerate(self._fields)
            for names, is_title in ((fields.title, True), (fields.names, False))
            for name in names
        ]
        self._spelling = Spelling(named)
        self._names = sorted((bare(name), place, is_title) for place, name, is_title in named)
        self._kind_weights = np.array(
            [WEIGHT_OF_KIND.get(entry.kind, 1.0) for entry in self._entries], dtype=np.float32
        )

    def _fields_of(self, entry: Entry) -> Fields:
        asked = self._phrasings.get(entry.id, ())
        groups = ((entry.title,), entry.aliases, asked, (entry.text,), (entry.office_title,))
        return Fields(*(tuple(map(fold, group)) for group in groups))

    def search(
        self,
        text: str,
        today: date,
        kinds: Collection[EntryKind] = (),
        office: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Found:
        """What is about every word of `text`, else about most of them; all kinds and offices unless some are named.

        `Invalid` when there is nothing to look for, or no such office.
        """
        query = check_query(text)
        if office is not None and office not in self._offices:
            raise Invalid("没有这个处室，请从处室列表里选。", fields=["office"])
        asked = normalise(query)
        sought, ranked = self._look_up(asked)
        read_as = None
        if (mended := self._mended(asked)) is not None:
            instead, ranked_instead = self._look_up(mended)
            if ranked_instead.best > ranked.best:
                sought, ranked, read_as = instead, ranked_instead, mended
        chosen = ranked.places
        if office is not None:
            chosen = [place for place in chosen if self._entries[place].office == office]
        by_kind = Counter(self._entries[place].kind for place in chosen)
        if kinds:
            chosen = [place for place in chosen if self._entries[place].kind in kinds]
        page = chosen[offset : offset + limit]
        hits = tuple(self._hit(place, float(ranked.scores[place]), sought, today) for place in page)
        counts = {kind: by_kind.get(kind, 0) for kind in EntryKind}
        return Found(query, hits, len(chosen), counts, read_as, ranked.partial)

    def _look_up(self, asked: str) -> tuple[list[_Sought], _Ranked]:
        sought = self._seek(asked)
        return sought, self._rank(sought, asked)

    def _mended(self, asked: str) -> str | None:
        """The query with the characters that were meant, where others were typed that sound like them."""
        if self._sounds is None:
            return None
        # Twice, because a word with two wrong characters is mended one by one.
        mended = self._sounds.mend(self._sounds.mend(asked))
        return mended if mended != asked else None

    def _seek(self, asked: str) -> list[_Sought]:
        sought: list[_Sought] = []
        for term in self._reader.read(asked):
            found = self._look_for(term)
            if not found.weights.any() and (parts := self._parts(term)):
                sought += [self._look_for(part) for part in parts]
            else:
                sought.append(found)
        return sought

    def _parts(self, term: Term) -> list[Term]:
        """The pairs of a word nobody uses as a whole that are used."""
        pairs = [term.text[at : at + 2] for at in range(len(term.text) - 1)]
        known = [pair for pair in pairs if self._postings.knows(pair)]
        return [] if len(term.text) < 3 else [Term(pair, (), term.required) for pair in known]

    def _look_for(self, term: Term) -> _Sought:
        wordings: list[tuple[str, Floats]] = []
        weights = np.zeros(len(self._entries), dtype=np.float32)
        for wording in (term.text, *term.others):
            own = self._postings.weights(wording)
            if own is not None:
                wordings.append((wording, own))
                share = 1.0 if wording == term.text else SYNONYM_SHARE
                np.maximum(weights, own * np.float32(share), out=weights)
        typed = self._spelling.find(term.text) if term.is_letters else {}
        for place, one in typed.items():
            weights[place] = max(weights[place], one.quality)
        rarity = self._postings.rarity(int(np.count_nonzero(weights)))
        return _Sought(
            term, wordings, typed, weights, rarity if term.required else rarity * ASPECT_SHARE
        )

    def _rank(self, sought: Sequence[_Sought], asked: str) -> _Ranked:
        scores = np.zeros(len(self._entries), dtype=np.float32)
        share = np.zeros(len(self._entries), dtype=np.float32)
        whole: Mask = np.ones(len(self._entries), dtype=np.bool_)
        possible = sum(one.rarity for one in sought)
        # A required word nobody has written anything about tells the entries apart no more.
        known = sum(one.rarity for one in sought if one.term.required and one.weights.any())
        if not known:
            return _Ranked([], scores, False)
        for one in sought:
            here = one.weights > 0
            scores += np.float32(one.rarity / possible) * one.weights
            if one.term.required:
                share += np.float32(one.rarity / known) * here
                whole &= here
        partial = not whole.any()
        fits = share >= LEAST_SHARE if partial else whole
        scores *= self._kind_weights * (1 + self._bonus(bare(asked))) / 2
        if partial:
            scores *= share
        places = np.flatnonzero(fits & (scores > 0))
        order = np.lexsort((places, -scores[places]))
        return _Ranked(places[order].tolist(), scores, partial and len(places) > 0)

    def _bonus(self, name: str) -> Floats:
        """What an entry gains by being called what was typed."""
        bonus = np.zeros(len(self._entries), dtype=np.float32)
        at = bisect_left(self._names, (name,)) if name else len(self._names)
        while at < len(self._names) and self._names[at][0].startswith(name):
            called, place, is_title = self._names[at]
            same, begins = TITLE_BONUS if is_title else NAME_BONUS
            bonus[place] = max(bonus[place], same if called == name else begins)
            at += 1
        return bonus

    def _hit(self, place: int, score: float, sought: Sequence[_Sought], today: date) -> Hit:
        entry = self._entries[place]
        wanted = [words for one in sought if (words := one.words_at(place))]
        matched = tuple(dict.fromkeys(word for words in wanted for word in words))
        expired = entry.is_expired(today)
        # Past its date a text is no longer given out; a document that lapsed is still a document.
        is_told = not expired or entry.kind is EntryKind.DOCUMENT
        snippet = self._snippet(place, wanted, matched) if is_told else Snippet("", ())
        titled = highlight(self._fields[place].title[0], matched)
        return Hit(entry, round(max(score, 1e-4), 4), titled, snippet, matched, expired)

    def _snippet(
        self, place: int, wanted: Sequence[Sequence[str]], matched: Sequence[str]
    ) -> Snippet:
        """Where it matched: in the text, else in another name, else in how citizens ask for it."""
        entry, fields = self._entries[place], self._fields[place]
        snippet = snip(entry.text, fields.text[0], wanted)
        if snippet.highlights or highlight(fields.title[0], matched):
            return snippet
        called = (entry.aliases, fields.names, ALSO_CALLED)
        asked = (self._phrasings.get(entry.id, ()), fields.phrasings, ASKED_LIKE)
        for texts, folded, words in (called, asked):
            for number in range(min(len(folded), READ)):
                if highlight(folded[number], matched):
                    return snip(words + texts[number], words + folded[number], wanted)
        return snippet
