"""The golden questions. A peer's first label becomes an outcome and a reply exactly as Xunda's does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from assistant.conversation import chat
from assistant.conversation.asking import read
from assistant.conversation.decide import no_answer
from assistant.conversation.decision import Decision, Memory, missed, told
from assistant.conversation.fusion import NOT_ANSWERS, Verdict
from assistant.conversation.models import Outcome
from assistant.conversation.saying import say
from assistant.knowledge.shelf import Shelf
from assistant.language.privacy import mask
from assistant.settings import Tuning
from assistant.training.evaluate import Judged, Question
from assistant.training.evaluate.judging import leaks
from assistant.training.evaluate.score import score
from benchmarks.accuracy.held_out import Threshold
from benchmarks.accuracy.noise import SCRIPTS, SEED, in_traditional, with_homophone
from benchmarks.accuracy.peers import Scores

# Each question is mistyped so many times, so that one unlucky character says little.
HOMOPHONES = 2


@dataclass(frozen=True)
class Exam:
    """The golden questions as they stand, and the answerable ones as they are also written."""

    plain: list[Question]
    noisy: dict[str, list[Question]]

    @property
    def questions(self) -> list[Question]:
        return [*self.plain, *(one for group in self.noisy.values() for one in group)]

    @property
    def texts(self) -> list[str]:
        """What the witnesses and the peers are asked about, in the order of `questions`."""
        return [chat.understood_part(question.text) for question in self.questions]

    def places_with_answers(self) -> list[int]:
        """Where in `plain` the questions stand whose acceptable answers are named."""
        return [
            place for place, one in enumerate(self.plain) if _is_answerable(one) and one.answers
        ]

    def with_answers(self) -> list[tuple[str, tuple[str, ...]]]:
        """Those questions as the witnesses are asked them, with the answers."""
        texts = self.texts
        return [(texts[place], self.plain[place].answers) for place in self.places_with_answers()]


def set_exam(questions: Sequence[Question]) -> Exam:
    """The same questions give the same exam."""
    dice = Random(SEED)
    answerable = [one for one in questions if _is_answerable(one)]
    noisy = {
        "homophone": [
            replace(one, text=with_homophone(one.text, dice))
            for one in answerable
            for _ in range(HOMOPHONES)
        ]
    }
    for script in SCRIPTS:
        noisy[script] = [replace(one, text=in_traditional(one.text, script)) for one in answerable]
    return Exam(list(questions), noisy)


def _is_answerable(question: Question) -> bool:
    return question.outcome == Outcome.ANSWERED and not question.continues


def judge_peer(
    exam: Exam, scores: Scores, threshold: Threshold, shelf: Shelf, tuning: Tuning, now: datetime
) -> list[Judged]:
    """What a peer makes of the exam; `scores` are those of its texts."""
    judged, memory = [], Memory()
    rows = zip(exam.questions, scores.firsts(), threshold.passes(scores), strict=True)
    for question, first, passes in rows:
        memory = memory if question.continues else Memory()
        decision = decide_peer(first if passes else None, question.text, memory, shelf, tuning)
        reply, decision, _ = say(decision, shelf, now, mask(question.text))
        memory = decision.memory
        said = " ".join([reply.get("title", ""), reply["text"], *reply.get("sources", ())])
        judged.append(
            Judged(
                question,
                decision.outcome,
                decision.answer_id,
                said,
                1.0,
                decision.reason,
                tuple(reply.get("parts", ())),
                leaks(question),
            )
        )
    return judged


def decide_peer(
    label: str | None, text: str, memory: Memory, shelf: Shelf, tuning: Tuning
) -> Decision:
    """Xunda's own mapping of a label; the aspects are read from the text by Xunda, else there is nothing to compose.

    Its rules for danger, follow-ups and words that name no matter are understanding, which peers do themselves.
    """
    if label is None:
        return missed(memory)
    asked = read(chat.understood_part(text), shelf.mentions, shelf.cues)
    if label.startswith(NOT_ANSWERS):
        return no_answer(_sure_of(label), asked, memory, shelf, tuning)
    return told(label, asked.aspects, memory, shelf, asked.text)


def _sure_of(label: str) -> Verdict:
    return Verdict((), label, 1.0, None, 0.0, 0.0)


def grade(exam: Exam, judged: Sequence[Judged]) -> dict[str, Any]:
    """The figures of one system: shares of the plain questions, and points lost to each kind of noise."""
    plain, place = judged[: len(exam.plain)], len(exam.plain)
    clean = share_right([one for one in plain if _is_answerable(one.question)])
    metrics = score(plain).as_metrics()
    # latest.json's own name for it: of the questions that must not be answered, the share that was.
    figures = metrics | {"must_not_answer": metrics["must_not_answered"]}
    for name, group in exam.noisy.items():
        noisy = share_right(judged[place : place + len(group)])
        figures[f"{name}_points_lost"] = round(100 * (clean - noisy), 2)
        place += len(group)
    return figures


def share_right(judged: Sequence[Judged]) -> float:
    """The share of questions whose outcome, record and facts are all right."""
    return sum(one.right for one in judged) / max(1, len(judged))
