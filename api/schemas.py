"""The shapes of the chat's and the search's contracts (docs: design §7)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field

from assistant.conversation.chat import Turn
from assistant.knowledge.search import Entry, EntryKind, Found, Hit


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


class SearchHit(BaseModel):
    """One thing found. Highlights are [start, end) in characters of the title and of the snippet."""

    id: str
    kind: EntryKind
    title: str
    title_highlights: list[tuple[int, int]]
    snippet: str
    snippet_highlights: list[tuple[int, int]]
    matched: list[str]
    score: float
    office: str
    office_title: str
    url: str
    sources: list[str]
    effective_on: str | None
    verified_on: str | None
    expired: bool


class KindCount(BaseModel):
    kind: EntryKind
    label: str
    count: int


class SearchReply(BaseModel):
    """One page of what was found. `kinds` counts before the choice of kinds.

    `read_as` is the query with wrong characters mended; `partial` says that nothing holds every word.
    """

    query: str
    read_as: str | None
    partial: bool
    total: int
    kinds: list[KindCount]
    results: list[SearchHit]


def search_reply_of(found: Found) -> SearchReply:
    """What was found in the contract's shape."""
    return SearchReply(
        query=found.query,
        read_as=found.read_as,
        partial=found.partial,
        total=found.total,
        kinds=[
            KindCount(kind=kind, label=kind.label, count=count)
            for kind, count in found.by_kind.items()
        ],
        results=[_search_hit(hit) for hit in found.hits],
    )


def _search_hit(hit: Hit) -> SearchHit:
    entry = hit.entry
    return SearchHit(
        id=entry.id,
        kind=entry.kind,
        title=entry.title,
        title_highlights=list(hit.title_highlights),
        snippet=hit.snippet.text,
        snippet_highlights=list(hit.snippet.highlights),
        matched=list(hit.matched),
        score=hit.score,
        office=entry.office,
        office_title=entry.office_title,
        url=address_of(entry),
        sources=list(entry.sources),
        effective_on=entry.effective_on.isoformat() if entry.effective_on else None,
        verified_on=entry.verified_on.isoformat() if entry.verified_on else None,
        expired=hit.expired,
    )


def address_of(entry: Entry) -> str:
    """The page on which an entry is read."""
    if entry.kind is EntryKind.REPLY:
        return f"/replies/{entry.id.removeprefix('reply.')}"
    if entry.kind is EntryKind.DOCUMENT:
        return f"/catalogue?q={quote(entry.reference or entry.title)}"
    folder = {EntryKind.SERVICE: "services", EntryKind.OFFICE: "offices"}.get(entry.kind, "answers")
    return f"/{folder}/{entry.id}"
