"""The same count by set, outcome, register and matter; what was taken for what; and how sure it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.training.evaluate.judged import Judged
from assistant.training.evaluate.score import share

BINS = 10
GROUPINGS: dict[str, Callable[[Judged], str]] = {
    "set": lambda one: one.question.set,
    "outcome": lambda one: one.question.outcome,
    "register": lambda one: one.question.register,
    "topic": lambda one: one.question.matter,
}


@dataclass(frozen=True)
class Group:
    """Some of the questions; a measure is None where none of them can be asked for it."""

    name: str
    count: int
    right: float
    outcome: float
    answer: float | None
    facts: float | None
    confident_error: float


@dataclass(frozen=True)
class Confusion:
    """What was expected and what was given: outcomes where these differ, record ids where those do."""

    expected: str
    given: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Bin:
    """How many replies of this confidence were right and wrong; `low` belongs to it, `high` to the next."""

    low: float
    high: float
    right: int
    wrong: int


def group(judged: Sequence[Judged], name: str) -> list[Group]:
    """The groups of one grouping, the worst first."""
    parts: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        parts[GROUPINGS[name](one)].append(one)
    found = [_count(key, members) for key, members in parts.items()]
    return sorted(found, key=lambda one: (one.right, -one.count, one.name))


def _count(name: str, members: Sequence[Judged]) -> Group:
    answers = [one.answer_right for one in members if one.answer_judged]
    facts = [one.facts_present for one in members if one.facts_judged]
    return Group(
        name=name,
        count=len(members),
        right=share(one.right for one in members),
        outcome=share(one.outcome_right for one in members),
        answer=share(answers) if answers else None,
        facts=share(facts) if facts else None,
        confident_error=share(one.confident_error for one in members),
    )


def confusions(judged: Sequence[Judged]) -> list[Confusion]:
    """Every pair of expected and given that differ, the most frequent first."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in judged:
        if not one.outcome_right:
            found[one.question.outcome, one.outcome].append(one.question.id)
        elif one.answer_judged and not one.answer_right:
            expected = one.question.answers[0] if one.question.answers else "?"
            found[expected, one.answer_id or "?"].append(one.question.id)
    pairs = [Confusion(*pair, tuple(ids)) for pair, ids in found.items()]
    return sorted(pairs, key=lambda one: (-len(one.questions), one.expected, one.given))


def histogram(judged: Sequence[Judged]) -> list[Bin]:
    """Replies by confidence; those settled before any ranking (danger, sums) have none and are left out."""
    ranked = [one for one in judged if one.confidence > 0]
    counts = [[0, 0] for _ in range(BINS)]
    for one in ranked:
        counts[min(BINS - 1, int(one.confidence * BINS))][not one.right] += 1
    return [
        Bin(place / BINS, (place + 1) / BINS, right, wrong)
        for place, (right, wrong) in enumerate(counts)
    ]
