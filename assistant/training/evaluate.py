"""Judge the assistant on questions it has never been trained on (`tests/golden/`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.conversation import chat
from assistant.conversation.decide import Memory
from assistant.knowledge.shelf import Shelf
from assistant.language.encoder import Encoder
from assistant.language.model import Model
from assistant.language.understanding import understand
from assistant.settings import Tuning


@dataclass(frozen=True)
class Question:
    """One turn to be judged. Empty `answers` or `facts` are not judged."""

    id: str
    text: str
    outcome: str
    answers: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    register: str = ""
    continues: bool = False


@dataclass(frozen=True)
class Judged:
    """How one question went."""

    question: Question
    outcome: str
    answer_id: str | None
    reply: str
    confidence: float

    @property
    def outcome_right(self) -> bool:
        return self.outcome == self.question.outcome

    @property
    def answer_right(self) -> bool:
        return not self.question.answers or self.answer_id in self.question.answers

    @property
    def facts_present(self) -> bool:
        return all(any(fact in self.reply for fact in group) for group in self.question.facts)

    @property
    def confident_error(self) -> bool:
        """Answered, and not with what was asked for: the one thing that must not happen."""
        if self.outcome != "answered":
            return False
        return self.question.outcome != "answered" or not (self.answer_right and self.facts_present)


@dataclass(frozen=True)
class Score:
    """Shares in [0, 1] over the questions judged."""

    count: int
    outcome: float
    answer: float
    facts: float
    confident_error: float
    judged: tuple[Judged, ...] = field(repr=False)

    def as_metrics(self) -> dict[str, Any]:
        names = ("count", "outcome", "answer", "facts", "confident_error")
        return {name: round(getattr(self, name), 4) for name in names}


def read_golden(folder: Path) -> list[Question]:
    """Every golden question, dialogues turn by turn in order."""
    questions: list[Question] = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            turns = item.get("turns") or [item]
            for place, turn in enumerate(turns):
                questions.append(_question(item, turn, place))
    return questions


def _question(item: dict[str, Any], turn: dict[str, Any], place: int) -> Question:
    given = turn.get("answer") or []
    answers = [given] if isinstance(given, str) else given
    return Question(
        id=f"{item['id']}.{place}" if "turns" in item else item["id"],
        text=turn["text"],
        outcome=turn["outcome"],
        answers=() if None in answers else tuple(answers),
        facts=tuple(tuple(group) for group in turn.get("facts", [])),
        register=item.get("register", ""),
        continues=place > 0,
    )


def judge(
    questions: Sequence[Question],
    shelf: Shelf,
    model: Model | None,
    encoder: Encoder | None,
    tuning: Tuning,
    now: datetime,
) -> Score:
    """Put every question through understanding and decision, with nothing recorded."""
    texts = [chat.understood_part(question.text) for question in questions]
    heard = understand(texts, shelf.index, model, encoder)
    judged, memory = [], Memory()
    for question, one in zip(questions, heard, strict=True):
        memory = memory if question.continues else Memory()
        decision, reply = chat.preview(one, memory, shelf, tuning, now, question.text)
        memory = decision.memory
        text = " ".join([reply["text"], *reply.get("sources", ())])
        judged.append(
            Judged(question, decision.outcome, decision.answer_id, text, decision.confidence)
        )
    return _score(judged)


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 1.0


def _score(judged: Sequence[Judged]) -> Score:
    answered = [one for one in judged if one.question.outcome == "answered"]
    return Score(
        count=len(judged),
        outcome=_share([one.outcome_right for one in judged]),
        answer=_share([one.answer_right for one in answered if one.outcome == "answered"]),
        facts=_share([one.facts_present for one in answered if one.outcome == "answered"]),
        confident_error=_share([one.confident_error for one in judged]),
        judged=tuple(judged),
    )
