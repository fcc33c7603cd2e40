"""The golden sets themselves: large enough, every id once, every label one that means something."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from assistant.conversation.models import Outcome
from assistant.knowledge.content import Aspect
from assistant.knowledge.files import Loaded
from tests.fixtures_service import GOLDEN, outcomes_of, read_golden_items

# The issue's own figures.
LEAST = {
    "answered": 400,
    "must_not_answer": 150,
    "near_twins": 80,
    "emergencies": 40,
    "personal_data": 60,
    "dialogues": 40,
}
REGISTERS = {
    *("standard", "fragment", "colloquial", "dialect"),
    *("typo", "traditional", "speech", "long"),
}
ITEMS = [item for name in LEAST for item in read_golden_items(name)]
TURNS = [(item["id"], turn) for item in ITEMS for turn in item.get("turns", [item])]


def answers_of(turn: dict[str, Any]) -> list[str | None]:
    given = turn.get("answer")
    return given if isinstance(given, list) else [given]


@pytest.mark.parametrize("name", LEAST)
def test_set_is_large_enough(name: str) -> None:
    assert len(read_golden_items(name)) >= LEAST[name]


def test_no_other_file_is_judged_by() -> None:
    assert {path.stem for path in GOLDEN.glob("*.jsonl")} == set(LEAST)


def test_ids_and_texts_are_there_once() -> None:
    for values in ([item["id"] for item in ITEMS], [i["text"] for i in ITEMS if "text" in i]):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_labels_mean_something() -> None:
    wrong = []
    for item in ITEMS:
        if item.get("register") not in REGISTERS or not item.get("topic"):
            wrong.append((item["id"], "register, topic"))
    for name, turn in TURNS:
        outcomes, facts = outcomes_of(turn), turn.get("facts", [])
        sound = {
            "text": bool(turn["text"].strip()),
            "outcome": bool(outcomes) and set(outcomes) <= set(Outcome) - {Outcome.ERROR},
            "reason": turn.get("reason") in (None, "emergency", "discipline"),
            "aspect": turn.get("aspect") in {None, *Aspect},
            "facts": all(group and all(isinstance(f, str) and f for f in group) for group in facts),
            "answer": "answered" in outcomes or answers_of(turn) == [None],
        }
        wrong += [(name, label) for label, is_sound in sound.items() if not is_sound]
    assert wrong == []


def test_what_each_set_is_for_is_labelled() -> None:
    assert [i["id"] for i in read_golden_items("near_twins") if not i.get("not")] == []
    assert [i["id"] for i in read_golden_items("personal_data") if not i.get("masked")] == []
    may_answer = [i for i in read_golden_items("must_not_answer") if "answered" in outcomes_of(i)]
    assert may_answer == []
    both = [i["id"] for i in ITEMS if set(i.get("not", ())) & set(answers_of(i))]
    assert both == []


def test_masked_parts_come_from_the_text() -> None:
    """As typed at least once; the other spellings are what storing might make of it."""
    strange = [
        item["id"]
        for item in read_golden_items("personal_data")
        if not any(part in item["text"] for part in item["masked"])
    ]
    assert strange == []


def test_ids_named_are_published(loaded: Loaded) -> None:
    """An id that no record bears can never be right; beside a null it is a guess and may be wrong."""
    known = {record.id for _, record in loaded.records}
    unknown = []
    for name, turn in TURNS:
        answers = answers_of(turn)
        ids = {*(a for a in answers if a), *turn.get("not", ())} if None not in answers else set()
        unknown += [(name, one) for one in sorted(ids - known)]
    assert unknown == []
