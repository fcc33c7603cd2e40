"""The shapes of the chat contract (docs: design §7)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from assistant.conversation.chat import Turn


class ChatRequest(BaseModel):
    """`conversation` is for programs: any string of their own that keeps turns together. Browsers use the cookie."""

    text: str
    conversation: str | None = Field(default=None, min_length=1, max_length=128)
    message_key: str | None = Field(default=None, min_length=8, max_length=64)


class Candidate(BaseModel):
    id: str
    title: str
    score: float


class OpenedCase(BaseModel):
    receipt_no: str
    due_on: str | None


class Choice(BaseModel):
    id: str
    title: str
    send: str


class ChatReply(BaseModel):
    """What was said, how the turn ended, and where the words come from."""

    text: str
    outcome: str
    reason: str | None
    answer_id: str | None
    reply: str
    sources: list[str]
    candidates: list[Candidate]
    case: OpenedCase | None = None
    turn: int | None = None
    title: str | None = None
    office: str | None = None
    office_phone: str | None = None
    effective_on: str | None = None
    verified_on: str | None = None
    sample: bool = False
    choices: list[Choice] = []
    notes: list[str] = []
    offers_person: bool = False


def reply_of(
    text: str,
    outcome: str,
    reason: str | None,
    answer_id: str | None,
    reply: dict[str, Any],
    candidates: list[Candidate],
    turn: int | None = None,
) -> ChatReply:
    """The contract's fields from what was said."""
    return ChatReply(
        text=text,
        outcome=outcome,
        reason=reason,
        answer_id=answer_id,
        reply=reply["text"],
        sources=reply.get("sources", []),
        candidates=candidates,
        turn=turn,
        title=reply.get("title"),
        office=reply.get("office"),
        office_phone=reply.get("office_phone"),
        effective_on=reply.get("effective_on"),
        verified_on=reply.get("verified_on"),
        sample=reply.get("sample", False),
        choices=[Choice(**choice) for choice in reply["choices"]],
        notes=reply["notes"],
        offers_person=reply["person"],
    )


def reply_of_turn(turn: Turn) -> ChatReply:
    """A stored turn in the contract's shape."""
    candidates = [Candidate(**candidate) for candidate in turn.reply["candidates"]]
    return reply_of(
        turn.asked, turn.outcome, turn.reason, turn.answer_id, turn.reply, candidates, turn.turn
    )


class Rating(BaseModel):
    turn: int = Field(ge=1, le=1_000_000)
    helpful: bool
