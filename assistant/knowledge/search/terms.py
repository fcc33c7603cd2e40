"""A few typed words as the terms to look for: cut, without filler, each with the words of the same meaning. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.errors import Invalid
from assistant.knowledge.search.postings import HAN, LATIN
from assistant.language.match import STOP_WORDS
from assistant.language.text import clean, normalise, segmenter

MAX_QUERY = 100
# No word of the lists is cut into more pieces than this.
LONGEST = 6


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is looked for; `others` mean the same.

    What a matter is asked about (几天, 多少钱) and what is one character long beside longer words (防汛 办) is
    welcome rather than required: the answer that was meant may not use it.
    """

    text: str
    others: tuple[str, ...] = ()
    required: bool = True

    @property
    def is_letters(self) -> bool:
        return self.text.isascii() and self.text.isalpha()


def check_query(text: str) -> str:
    """The query without invisible marks; `Invalid` in a citizen's words when there is nothing to look for."""
    query = clean(text)
    if not query:
        raise Invalid("请输入要查的词，比如“取水许可”或者“qsxk”。", fields=["q"])
    if len(text) > MAX_QUERY:
        raise Invalid(f"要查的词太长了，最多{MAX_QUERY}个字。", fields=["q"])
    return query


class Reader:
    """Reads queries with the bureau's synonyms and the words its aspects are asked by. Immutable."""

    def __init__(
        self,
        synonyms: Iterable[Sequence[str]] = (),
        cues: Mapping[str, Sequence[str]] | None = None,
        names: Iterable[str] = (),
    ) -> None:
        """`synonyms` are groups of one meaning; `cues` an aspect's heading and how it is asked for.

        `names` are what offices are called by: 防汛办 is one word, whatever a dictionary says.
        """
        self._names = frozenset(map(normalise, names))
        self._others: dict[str, tuple[str, ...]] = {}
        for group in synonyms:
            words = [normalise(word) for word in group]
            for word in words:
                known = self._others.get(word, ())
                self._others[word] = tuple(dict.fromkeys((*known, *words)))
        self._headings: dict[str, tuple[str, ...]] = {}
        for heading, asked in (cues or {}).items():
            for cue in map(normalise, (heading, *asked)):
                known = self._headings.get(cue, ())
                self._headings[cue] = (*known, normalise(heading))

    def read(self, text: str) -> list[Term]:
        """The terms of a normalised text; of nothing but filler, the filler."""
        pieces = [
            piece
            for run in text.split()
            for part in _parts(run)
            for piece in ([part] if LATIN.fullmatch(part) else self._cut(part))
        ]
        content = [piece for piece in pieces if piece not in STOP_WORDS]
        terms = [self._term(piece) for piece in dict.fromkeys(content or pieces)]
        if not any(term.required and len(term.text) > 1 for term in terms):
            return [replace(term, required=True) for term in terms]
        return [replace(term, required=term.required and len(term.text) > 1) for term in terms]

    def _term(self, piece: str) -> Term:
        others = tuple(word for word in self._others.get(piece, ()) if word != piece)
        headings = self._headings.get(piece)
        if headings is None or others:
            return Term(piece, others)
        return Term(piece, tuple(one for one in headings if one != piece), required=False)

    def _cut(self, run: str) -> list[str]:
        """Words, but the phrases of the lists whole where they begin and end with words."""
        words = segmenter().cut(run)
        pieces: list[str] = []
        at = 0
        while at < len(words):
            end = at + 1
            for longer in range(min(len(words), at + LONGEST), at + 1, -1):
                phrase = "".join(words[at:longer])
                if phrase in self._others or phrase in self._headings or phrase in self._names:
                    end = longer
                    break
            pieces.append("".join(words[at:end]))
            at = end
        return pieces


def _parts(run: str) -> list[str]:
    """Runs of letters and digits, and runs of other characters, in order; punctuation is left out."""
    found = [(match.start(), match[0]) for kind in (LATIN, HAN) for match in kind.finditer(run)]
    return [part for _, part in sorted(found)]
