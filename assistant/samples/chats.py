"""Sample conversations, decided and worded by the chat's own functions; only the hearing of a text is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from assistant.conversation.decision import (
    Decision,
    Memory,
    missed,
    notice,
    to_person,
    told,
    which_item,
)
from assistant.conversation.models import Conversation, Message
from assistant.conversation.saying import say
from assistant.knowledge.content import Aspect
from assistant.knowledge.shelf import Shelf
from assistant.language.privacy import Masked
from assistant.samples.plans import Draw
from assistant.samples.texts import Texts

CONVERSATIONS = 2400
FOLLOWED = 50
_AT_ONCE = 500
_TURNS = {1: 0.27, 2: 0.27, 3: 0.2, 4: 0.13, 5: 0.08, 6: 0.05}
_ASPECTS = {
    Aspect.MATERIALS: 0.28,
    Aspect.OVERVIEW: 0.2,
    Aspect.TIME_LIMIT: 0.16,
    Aspect.PROCESS: 0.1,
    Aspect.FEE: 0.08,
    Aspect.CONDITIONS: 0.07,
    Aspect.PLACE: 0.04,
    Aspect.ONLINE: 0.04,
    Aspect.PHONE: 0.02,
    Aspect.BASIS: 0.01,
}


@dataclass(frozen=True, slots=True)
class Said:
    """One turn before it is a row."""

    at: datetime
    question: str
    decision: Decision
    helpful: bool | None


@dataclass
class Talker:
    """Citizens who ask: what they ask about, more of some matters than of others."""

    shelf: Shelf
    texts: Texts
    rng: Random

    def __post_init__(self) -> None:
        self.by_kind: dict[str, list[str]] = {}
        for id, record in sorted(self.shelf.records.items()):
            self.by_kind.setdefault(record.kind, []).append(id)
        for ids in self.by_kind.values():
            self.rng.shuffle(ids)

    def turn(self, memory: Memory) -> tuple[str, Decision]:
        """A question, and what the chat decides on it."""
        ways: dict[Callable[[Memory], tuple[str, Decision]], float] = {
            self._service: 0.42,
            self._answer: 0.25,
            self._elsewhere: 0.08,
            self._gap: 0.08,
            self._which: 0.06,
            self._person: 0.035,
            self._smalltalk: 0.06,
            self._emergency: 0.015,
        }
        return self.rng.choices(list(ways), list(ways.values()))[0](memory)

    def _service(self, memory: Memory) -> tuple[str, Decision]:
        aspect = self.rng.choices(list(_ASPECTS), list(_ASPECTS.values()))[0]
        id = memory.subject if memory.subject in self.by_kind["service"] else None
        id = id if id and self.rng.random() < 0.6 else self._pick("service")
        return self._named(aspect.value, id), told(id, (aspect,), memory, self.shelf)

    def _answer(self, memory: Memory) -> tuple[str, Decision]:
        id = self._pick("answer")
        return self._named("plain", id), told(id, (), memory, self.shelf)

    def _elsewhere(self, memory: Memory) -> tuple[str, Decision]:
        id = self._pick("elsewhere")
        return self._named("other", id), notice(id, memory, self.shelf)

    def _emergency(self, memory: Memory) -> tuple[str, Decision]:
        id = self._pick("emergency")
        return self._named("urgent", id), notice(id, memory, self.shelf)

    def _smalltalk(self, memory: Memory) -> tuple[str, Decision]:
        return self._words("smalltalk"), notice(self._pick("smalltalk"), memory, self.shelf)

    def _gap(self, memory: Memory) -> tuple[str, Decision]:
        return self._words("gaps"), missed(memory)

    def _which(self, memory: Memory) -> tuple[str, Decision]:
        return self._words("which"), which_item((Aspect.MATERIALS,), memory)

    def _person(self, memory: Memory) -> tuple[str, Decision]:
        return self._words("person"), to_person("asked_for_human", "handover_person", memory)

    def _pick(self, kind: str) -> str:
        return _popular(self.rng, self.by_kind[kind])

    def _named(self, group: str, id: str) -> str:
        return self.rng.choice(self.texts.questions[group]).replace("{name}", self.shelf.title(id))

    def _words(self, group: str) -> str:
        return _popular(self.rng, self.texts.questions[group])


def hold_chats(
    session: Session, shelf: Shelf, draw: Draw, texts: Texts
) -> list[tuple[int, datetime]]:
    """Store the conversations; those that a case comes out of, and the moment it does."""
    rng = draw.own_rng("chats")
    talker = Talker(shelf, texts, rng)
    starts = sorted(draw.moment(draw.day((3, 4, 6, 7)), False) for _ in range(CONVERSATIONS))
    talks = [_talk(talker, at) for at in starts]
    channels = rng.choices(("web", "wechat", "rest"), (0.72, 0.24, 0.04), k=len(talks))
    rows = [_conversation(*one, rng) for one in zip(talks, channels, strict=True)]
    ids = [
        id
        for some in _in_bits(rows)
        for id in session.scalars(
            insert(Conversation).returning(Conversation.id, sort_by_parameter_order=True), some
        )
    ]
    messages = [
        _message(id, turn, said, shelf)
        for id, talk in zip(ids, talks, strict=True)
        for turn, said in enumerate(talk, start=1)
    ]
    messages.sort(key=lambda row: row["asked_at"])
    for some in _in_bits(messages):
        session.execute(insert(Message), some)
    followed = rng.sample(list(zip(ids, talks, strict=True)), FOLLOWED)
    last = draw.moment(draw.last, True)
    cases = ((id, talk[-1].at + timedelta(minutes=rng.randint(2, 45))) for id, talk in followed)
    return [(id, at) for id, at in cases if at < last]


def _talk(talker: Talker, at: datetime) -> list[Said]:
    rng, memory, said = talker.rng, Memory(), []
    for _ in range(rng.choices(list(_TURNS), list(_TURNS.values()))[0]):
        question, decision = talker.turn(memory)
        memory = decision.memory
        is_rated = decision.answer_id is not None and rng.random() < 0.22
        helpful = rng.random() < 0.86 if is_rated else None
        said.append(Said(at, question, decision, helpful))
        at += timedelta(seconds=rng.randint(20, 240))
    return said


def _conversation(talk: Sequence[Said], channel: str, rng: Random) -> dict[str, Any]:
    memory = talk[-1].decision.memory
    return {
        # Drawn, not derived from any token: nobody can open it as their own.
        "token_hash": f"{rng.getrandbits(256):064x}",
        "channel": channel,
        "created_at": talk[0].at,
        "last_at": talk[-1].at,
        "turn_count": len(talk),
        "miss_count": memory.misses,
        "subject": memory.subject,
        "aspects": list(memory.aspects),
        "told": memory.told,
        "remaining": list(memory.remaining),
        "spoken": list(memory.spoken),
    }


def _message(conversation_id: int, turn: int, said: Said, shelf: Shelf) -> dict[str, Any]:
    reply, decision, versions = say(said.decision, shelf, said.at, Masked(said.question, ()))
    return {
        "conversation_id": conversation_id,
        "turn": turn,
        "message_key": None,
        "asked_at": said.at,
        "question": said.question,
        "outcome": decision.outcome,
        "reason": decision.reason,
        "answer_id": decision.answer_id,
        "version_ids": versions,
        "reply": reply,
        "scores": {"confidence": 0.0, "aspects": list(decision.aspects)},
        "helpful": said.helpful,
    }


def _popular(rng: Random, items: Sequence[str]) -> str:
    """One of `items`, the first the most often."""
    return rng.choices(items, [1 / (place + 2) for place in range(len(items))])[0]


def _in_bits(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
