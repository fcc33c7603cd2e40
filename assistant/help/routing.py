"""Whose matter a text is: the words an editor has listed, and what the closed cases add to them. Pure.

One linear model: softmax over the offices of what the listed words say plus the weights learned for runs of one to
three characters and for words, hashed. The listed words stand fixed while the rest is learned, so that where nothing
has been learned they alone decide, and where they mislead the cases correct them. Until there are enough cases the
rest is learned from how citizens ask for what each office answers (`lessons`). Deterministic, kept in memory only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assistant.cases.kinds import CaseKind
from assistant.help.keywords import Keywords, Spoken
from assistant.help.learning import Floats, Learned, fit
from assistant.help.runs import Read, read

# From fewer examples than this nothing is learned; an office with fewer keeps to its listed words.
LEAST_EXAMPLES, LEAST_OF_OFFICE = 50, 5
# A lesson counts for so much of a closed case.
LESSON = 0.3
# Less than this share says no more than guessing among a few offices would; below it nothing is suggested.
LEAST_SHARE = 0.4
ALSO_SHARE = 0.05
SUGGESTED = 3
# What some word must add to an office's log-odds for that word to be a reason.
LEAST_REASON = 0.25
REASONS = 4
# All that is another body's matter counts as one more office. From this share on it is told, and from that on
# no office of ours is named beside it.
ELSEWHERE = "elsewhere"
LEAST_ELSEWHERE, SURELY_ELSEWHERE = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An office with its share of the probability, and the words that speak most for it."""

    office_id: str
    share: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """Likely another body's matter; the notice of this id, where a listed word named one, says which body's."""

    notice_id: str | None
    share: float
    because: tuple[str, ...]


class Example(NamedTuple):
    """A closed case, or a lesson, which has no kind: what it said, and whose matter it was."""

    text: str
    office_id: str
    kind: CaseKind | None = None


class Routing:
    """Immutable; learning makes a new one."""

    def __init__(
        self,
        keywords: Keywords,
        offices: Collection[str] = (),
        learned: Learned | None = None,
        case_count: int = 0,
    ) -> None:
        """`offices` are those that exist; without any, those with listed words. `case_count` taught what is learned."""
        self._keywords = keywords
        self.offices = tuple(sorted(offices or keywords.offices))
        self._learned = learned
        self.case_count = case_count

    @property
    def labels(self) -> tuple[str, ...]:
        """What is told apart: the offices, and last all that is another body's."""
        return (*self.offices, ELSEWHERE)

    def suggest(self, text: str, kind: CaseKind | None = None) -> list[Suggestion]:
        """Up to three offices, the likeliest first; none where nothing in the text tells enough."""
        asked = self._ask(text, kind)
        ranked = self._rank(asked)
        if asked.elsewhere >= SURELY_ELSEWHERE or ranked[0].share < LEAST_SHARE:
            return []
        if not ranked[0].because:
            return []
        return [one for one in ranked[:SUGGESTED] if one.share >= ALSO_SHARE]

    def rank(self, text: str, kind: CaseKind | None = None) -> list[Suggestion]:
        """Every office with its share, the likeliest first, sure or not: whose it is, if it is ours."""
        return self._rank(self._ask(text, kind))

    def elsewhere(self, text: str, kind: CaseKind | None = None) -> Hint | None:
        """Whether it is another body's matter, and whose where a listed word says so."""
        asked = self._ask(text, kind)
        if asked.elsewhere < LEAST_ELSEWHERE:
            return None
        notice_id, _ = asked.spoken.best(self._keywords.elsewhere)
        listed = asked.spoken.words.get(notice_id, {})
        because = self._because(asked, len(self.offices), listed)
        return Hint(notice_id or None, round(asked.elsewhere, 3), because)

    def _ask(self, text: str, kind: CaseKind | None) -> _Asked:
        spoken = self._keywords.spoken(text, kind)
        done = read(text, kind)
        odds = _listed(spoken, self._keywords, self.labels)
        if self._learned is not None:
            odds = odds + self._learned.odds(done)
        return _Asked(spoken, done, odds)

    def _rank(self, asked: _Asked) -> list[Suggestion]:
        shares = _shares(asked.odds[:-1])
        order = np.argsort(-shares, kind="stable").tolist()
        likeliest = order[:SUGGESTED]
        words = asked.spoken.words
        return [
            Suggestion(
                office := self.offices[place],
                round(float(shares[place]), 3),
                self._because(asked, place, words.get(office, {})) if place in likeliest else (),
            )
            for place in order
        ]

    def _because(self, asked: _Asked, place: int, listed: Mapping[str, float]) -> tuple[str, ...]:
        """The words that speak most for a label against the others: listed ones, and those learned from."""
        added = dict(listed)
        if self._learned is not None:
            for word, more in self._learned.by_word(asked.done, place).items():
                # What was learned of a part of a listed word is told under that word, and so of 坝上 under 坝.
                known = next((one for one in listed if word in one or one in word), word)
                added[known] = added.get(known, 0.0) + more
        reasons = sorted(added.items(), key=lambda one: (-one[1], one[0]))
        return tuple(word for word, more in reasons if more >= LEAST_REASON)[:REASONS]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text as the model sees it, with each label's log-odds."""

    spoken: Spoken
    done: Read
    odds: Floats

    @property
    def elsewhere(self) -> float:
        """The share of all that is another body's matter."""
        return float(_shares(self.odds)[-1])


def _shares(odds: Floats) -> Floats:
    shares: Floats = np.exp(odds - odds.max())
    shares /= shares.sum()
    return shares


def learn(
    keywords: Keywords,
    cases: Iterable[Example],
    lessons: Iterable[Example] = (),
    offices: Collection[str] = (),
) -> Routing:
    """Learn from closed cases and lessons, in the order given; too few of them leave the listed words alone.

    An example's office may be `ELSEWHERE`: what was sent on to another body.
    """
    untaught = Routing(keywords, offices)
    known = [(one, 1.0) for one in cases] + [(one, LESSON) for one in lessons]
    counts = Counter(one.office_id for one, _ in known if one.office_id in untaught.labels)
    taught = {label for label, count in counts.items() if count >= LEAST_OF_OFFICE}
    known = [(one, weight) for one, weight in known if one.office_id in taught]
    if len(known) < LEAST_EXAMPLES or len(taught) < 2:
        return untaught
    labels = untaught.labels
    spoken = [keywords.spoken(one.text, one.kind) for one, _ in known]
    learned = fit(
        [read(one.text, one.kind) for one, _ in known],
        [labels.index(one.office_id) for one, _ in known],
        np.array([_listed(one, keywords, labels) for one in spoken]),
        [weight for _, weight in known],
    )
    return Routing(keywords, offices, learned, sum(weight == 1.0 for _, weight in known))


def _listed(spoken: Spoken, keywords: Keywords, labels: Sequence[str]) -> Floats:
    """What the listed words say of each label; of other bodies' matters the one named most clearly."""
    own = [spoken.scores.get(office, 0.0) for office in labels[:-1]]
    return np.array([*own, spoken.best(keywords.elsewhere)[1]])
