"""The golden questions as they stand in their files; `tests/golden/README.md` explains every label."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.conversation.models import Outcome

TOPIC_ENDS_AT = "·"


class BadGolden(RuntimeError):
    """A golden file that cannot be judged by; the message is Chinese and names file and line."""


@dataclass(frozen=True)
class Question:
    """One turn to be judged. Empty `answers`, `not_answers`, `facts` or `masked` are not judged."""

    id: str
    text: str
    outcomes: tuple[str, ...]
    """All that are acceptable, the preferred one first."""
    answers: tuple[str, ...] = ()
    not_answers: tuple[str, ...] = ()
    """A near twin's brothers: answering with one of these is the failure."""
    facts: tuple[tuple[str, ...], ...] = ()
    register: str = ""
    topic: str = ""
    reason: str | None = None
    set: str = ""
    masked: tuple[str, ...] = ()
    continues: bool = False

    @property
    def outcome(self) -> str:
        """The preferred outcome."""
        return self.outcomes[0]

    @property
    def may_answer(self) -> bool:
        return Outcome.ANSWERED in self.outcomes

    @property
    def matter(self) -> str:
        """The topic without its finer half: 取水许可 of 取水许可·申请材料."""
        return self.topic.split(TOPIC_ENDS_AT)[0]


def read_golden(folder: Path) -> list[Question]:
    """Every golden question, dialogues turn by turn in order."""
    return [question for path in sorted(folder.glob("*.jsonl")) for question in _read_file(path)]


def _read_file(path: Path) -> Iterator[Question]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            item = json.loads(line)
            turns = item.get("turns") or [item]
            questions = [
                _question(path.stem, item, turn, place) for place, turn in enumerate(turns)
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadGolden(f"{path.name} 第 {number} 行不是有效的评测题：{error}") from error
        yield from questions


def _question(name: str, item: dict[str, Any], turn: dict[str, Any], place: int) -> Question:
    answers = _several(turn.get("answer"))
    return Question(
        id=f"{item['id']}.{place}" if "turns" in item else item["id"],
        text=turn["text"],
        outcomes=tuple(Outcome(outcome).value for outcome in _several(turn["outcome"])),
        # A null among them says that the others are guesses: then the facts alone are judged.
        answers=() if None in answers else tuple(answers),
        not_answers=tuple(turn.get("not", ())),
        facts=tuple(tuple(group) for group in turn.get("facts", ())),
        register=item.get("register", ""),
        topic=item.get("topic", ""),
        reason=turn.get("reason"),
        set=name,
        masked=tuple(turn.get("masked", ())),
        continues=place > 0,
    )


def _several(given: Any) -> list[Any]:
    """One label, a list of them or none, as a list."""
    if given is None:
        return []
    return given if isinstance(given, list) else [given]
