"""Golden questions put to the assistant: heard once, decided as often as asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.conversation import chat
from assistant.conversation.decision import Memory
from assistant.knowledge.shelf import Shelf
from assistant.language.encoder import Encoder
from assistant.language.model import Model
from assistant.language.privacy import mask
from assistant.language.text import normalise
from assistant.language.understanding import Heard, understand
from assistant.settings import Tuning
from assistant.training.evaluate.judged import Judged
from assistant.training.evaluate.questions import Question
from assistant.training.evaluate.score import Score, score


def hear(
    questions: Sequence[Question], shelf: Shelf, model: Model | None, encoder: Encoder | None
) -> list[Heard]:
    """What the witnesses make of every question; the costly half, needed once."""
    texts = [chat.understood_part(question.text) for question in questions]
    return understand(texts, shelf.index, model, encoder)


def decide(
    questions: Sequence[Question],
    heard: Sequence[Heard],
    shelf: Shelf,
    tuning: Tuning,
    now: datetime,
) -> list[Judged]:
    """Decide and say every question with nothing recorded; a dialogue's turns remember each other."""
    judged, memory = [], Memory()
    for question, one in zip(questions, heard, strict=True):
        memory = memory if question.continues else Memory()
        decision, reply = chat.preview(one, memory, shelf, tuning, now, question.text)
        memory = decision.memory
        judged.append(
            Judged(
                question,
                decision.outcome.value,
                decision.answer_id,
                " ".join([reply.get("title", ""), reply["text"], *reply.get("sources", ())]),
                decision.confidence,
                decision.reason,
                tuple(reply.get("parts", ())),
                leaks(question),
            )
        )
    return judged


def leaks(question: Question) -> tuple[str, ...]:
    """Personal data that would be stored, or shown to the witnesses in the spelling they are given."""
    if not question.masked:
        return ()
    kept = mask(question.text).text
    seen = f"{kept}\n{normalise(kept)}\n{chat.understood_part(question.text)}"
    return tuple(part for part in question.masked if part in seen)


def judge(
    questions: Sequence[Question],
    shelf: Shelf,
    model: Model | None,
    encoder: Encoder | None,
    tuning: Tuning,
    now: datetime,
) -> Score:
    """Put every question through understanding and decision."""
    heard = hear(questions, shelf, model, encoder)
    return score(decide(questions, heard, shelf, tuning, now))
