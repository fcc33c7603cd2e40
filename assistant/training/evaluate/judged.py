"""One question and what became of it: every way in which a reply can be right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation.models import Outcome
from assistant.training.evaluate.questions import Question


@dataclass(frozen=True)
class Judged:
    """How one question went."""

    question: Question
    outcome: str
    answer_id: str | None
    reply: str
    confidence: float
    reason: str | None = None
    parts: tuple[str, ...] = ()
    """Every record a compound reply is made of."""
    leaked: tuple[str, ...] = ()
    """Personal data that survived masking."""

    @property
    def answered(self) -> bool:
        return self.outcome == Outcome.ANSWERED

    @property
    def outcome_right(self) -> bool:
        return self.outcome in self.question.outcomes

    @property
    def answer_judged(self) -> bool:
        named = bool(self.question.answers or self.question.not_answers)
        return named and self.answered and self.question.may_answer

    @property
    def answer_right(self) -> bool:
        """One of the records told is acceptable, or none is named and the reply is no twin's."""
        return (not self.question.answers or self._tells(self.question.answers)) and not self.twin

    @property
    def twin(self) -> bool:
        """Answered with the very record the question was made to be mistaken for."""
        if not self.answered or self._tells(self.question.answers):
            return False
        return self._tells(self.question.not_answers)

    @property
    def facts_judged(self) -> bool:
        """Facts belong to an answer or to the outcome preferred, not to every outcome accepted."""
        expected = self.answered or self.outcome == self.question.outcome
        return bool(self.question.facts) and self.outcome_right and expected

    @property
    def missing_facts(self) -> tuple[tuple[str, ...], ...]:
        """The groups of which the reply holds none."""
        groups = self.question.facts
        return tuple(group for group in groups if not any(fact in self.reply for fact in group))

    @property
    def facts_present(self) -> bool:
        return not self.missing_facts

    @property
    def confident_error(self) -> bool:
        """Answered, and not with what was asked for: the one thing that must not happen."""
        if not self.answered:
            return False
        return not (self.question.may_answer and self.answer_right and self.facts_present)

    @property
    def right(self) -> bool:
        """Everything this question is judged by is as it should be."""
        if not self.outcome_right or self.leaked or self.emergency_missed:
            return False
        if self.answer_judged and not self.answer_right:
            return False
        return not self.facts_judged or self.facts_present

    @property
    def must_not_answered(self) -> bool:
        return self.answered and not self.question.may_answer

    @property
    def emergency_missed(self) -> bool:
        """Handed over for another reason is missed too: the number to ring is then not told."""
        if self.question.reason != "emergency":
            return False
        return (self.outcome, self.reason) != (Outcome.HANDOVER, "emergency")

    def _tells(self, ids: Sequence[str]) -> bool:
        return bool({self.answer_id, *self.parts} & set(ids))
