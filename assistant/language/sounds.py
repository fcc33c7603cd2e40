"""What Chinese words sound like: to mend words written with the wrong character, and to search by initials.

`syllables.txt` gives each character of GB 2312 its usual reading (a test compares it with pypinyin). A table of
22 kB does what the library would take 57 MB and half a second for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import add
from pathlib import Path

from assistant.language.text import segmenter

SYLLABLES_FILE = Path(__file__).with_name("syllables.txt")
SHORTEST, LONGEST = 2, 8
# A run this long sounds like a known word by no accident, even where its pieces are words themselves.
LONG = 4
# A pair of characters seen less often than this may itself be a slip of the pen.
SEEN_OFTEN = 3
# What is put in its place must be common enough to be what was meant; two characters alike in sound are many.
WORD_SEEN_OFTEN, PAIR_SEEN_OFTEN = 3, 6

# Sounds that many speakers do not tell apart, and so mix up when they type.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_NASALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))

Sound = tuple[str, ...]


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    lines = SYLLABLES_FILE.read_text(encoding="utf-8").splitlines()
    return {
        character: syllable
        for syllable, characters in (line.split() for line in lines)
        for character in characters
    }


@lru_cache(maxsize=8192)
def syllable(character: str) -> str:
    """The usual reading of one character, without its tone; the character itself where it has none."""
    return _table().get(character, character)


@lru_cache(maxsize=8192)
def _heard(character: str) -> str:
    """The reading as a careless ear has it: zh as z, ing as in."""
    sound = syllable(character)
    for full, plain in _ALIKE:
        if sound.startswith(full):
            sound = plain + sound[len(full) :]
    for full, plain in _NASALS:
        if sound.endswith(full):
            sound = sound[: -len(full)] + plain
    return sound


def initials(text: str) -> str:
    """The first letters a word is typed by: 取水许可 → qsxk."""
    return "".join(syllable(character)[:1] for character in text)


class Spoken:
    """Pairs of characters and words, counted text by text."""

    def __init__(self) -> None:
        self.pairs: Counter[str] = Counter()
        self.words: Counter[str] = Counter()

    def add(self, text: str, words: Iterable[str]) -> None:
        """A bare text and the words it was cut into before."""
        self.pairs.update(map(add, text, text[1:]))
        self.words.update([word for word in words if SHORTEST <= len(word) <= LONGEST])


class Sounds:
    """The words the bureau and its citizens use, by how they sound."""

    def __init__(self, spoken: Spoken, names: Iterable[str] = ()) -> None:
        """`spoken` counts the phrasings, `names` are bare names that are right however rare."""
        pairs, words = spoken.pairs, spoken.words
        for name in names:
            pairs.update({name[i : i + 2]: SEEN_OFTEN for i in range(len(name) - 1)})
            if SHORTEST <= len(name) <= LONGEST:
                words[name] += WORD_SEEN_OFTEN
        self._known = frozenset(pair for pair, count in pairs.items() if count >= SEEN_OFTEN)
        self._words: dict[Sound, str] = {}
        for word, count in words.most_common():
            least = WORD_SEEN_OFTEN if len(word) > SHORTEST else PAIR_SEEN_OFTEN
            if count >= least and word.isalpha() and not word.isascii():
                self._words.setdefault(tuple(map(_heard, word)), word)

    def mend(self, text: str) -> str:
        """The text with words nobody uses replaced by known words of the same sound: 采发证 → 采伐证.

        A slip of the pen breaks a word into pieces. So only a run of whole pieces is touched, and only where it
        holds a pair of characters unknown here and is no word of the language itself.
        """
        return " ".join(self._mend_run(run) for run in text.split(" "))

    def _mend_run(self, text: str) -> str:
        pieces = segmenter().cut(text)
        parts: list[str] = []
        while pieces:
            taken, word = self._at(pieces)
            parts.append(word)
            pieces = pieces[taken:]
        return "".join(parts)

    def _at(self, pieces: Sequence[str]) -> tuple[int, str]:
        """How many pieces the text goes on by, and what stands for them; the longest known word first."""
        for count in range(min(LONGEST, len(pieces)), 1, -1):
            written = "".join(pieces[:count])
            is_broken = len(written) >= LONG or any(len(piece) == 1 for piece in pieces[:count])
            if is_broken and len(written) <= LONGEST:
                word = self._words.get(tuple(map(_heard, written)))
                if word is not None and self._is_slip(written, word):
                    return count, word
        return 1, pieces[0]

    def _is_slip(self, written: str, meant: str) -> bool:
        """Whether what was written is nothing but another spelling of what was meant."""
        if written == meant:
            return False
        if len(written) == SHORTEST and any(
            syllable(a) != syllable(b) for a, b in zip(written, meant, strict=True)
        ):
            return False  # two characters that only sound alike to a careless ear prove nothing
        same = sum(a == b for a, b in zip(written, meant, strict=True))
        strange = any(written[i : i + 2] not in self._known for i in range(len(written) - 1))
        return strange and same * 2 >= len(written)
