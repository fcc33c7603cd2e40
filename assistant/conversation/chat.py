"""One message's whole way, readable from top to bottom. The caller has had it understood before the first SQL."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.conversation.asking import strip_correction
from assistant.conversation.decide import Decision, Memory, decide
from assistant.conversation.models import Conversation, Message, Outcome
from assistant.errors import Conflict, Invalid, NotFound
from assistant.knowledge.compose import OFFERED_ASPECTS, compose
from assistant.knowledge.content import Aspect, Service
from assistant.knowledge.shelf import Shelf
from assistant.language.privacy import COVER, Masked, mask
from assistant.language.text import clean, normalise
from assistant.language.understanding import Heard
from assistant.settings import SHANGHAI, Tuning

MAX_MESSAGE = 500
MAX_KEPT_TURNS = 50


# Built once, on the bare tables: building them for every turn cost more than running them.
_conversation_table = cast(Table, Conversation.__table__)
_message_table = cast(Table, Message.__table__)
_conversations = _conversation_table.c
# Locked, so that two messages of one conversation take their turns one after the other.
_FIND = (
    select(
        _conversations.id,
        _conversations.turn_count,
        _conversations.miss_count,
        _conversations.subject,
        _conversations.aspects,
    )
    .where(_conversations.token_hash == bindparam("digest"))
    .with_for_update()
)
_OPEN = insert(_conversation_table).returning(_conversations.id)
_KEEP = insert(_message_table).returning(_message_table.c.id)
_MOVE_ON = (
    update(_conversation_table)
    .where(_conversations.id == bindparam("this"))
    .values(
        {
            column: bindparam(column.name)
            for column in (
                _conversations.last_at,
                _conversations.turn_count,
                _conversations.miss_count,
                _conversations.subject,
                _conversations.aspects,
            )
        }
    )
)


@dataclass(frozen=True)
class Turn:
    """What was said in one turn; `reply` is plain data, the same for the page, the API and the record."""

    conversation_id: int
    turn: int
    outcome: str
    reason: str | None
    answer_id: str | None
    reply: dict[str, Any]
    asked: str
    message_id: int | None = None
    helpful: bool | None = None


def check_message(text: object) -> str:
    """The message fit to be understood; `Invalid` with a Chinese reason when it is not."""
    if not isinstance(text, str):
        raise Invalid("请用文字写下您的问题。", field="text")
    cleaned = clean(text)
    if not cleaned:
        raise Invalid("您还没有写问题。请写一两句话，比如“取水许可要哪些材料”。", field="text")
    if len(cleaned) > MAX_MESSAGE:
        raise Invalid(
            f"问题太长了（{len(cleaned)}字），请缩短到{MAX_MESSAGE}字以内。事情复杂的话，可以改用“留言”。",
            field="text",
        )
    return cleaned


def understood_part(text: str) -> str:
    """What the witnesses are asked about: personal data covered, and a correction's “不是，我说的是” taken off."""
    return strip_correction(normalise(COVER.sub(" ", mask(text).text)))


def new_token() -> str:
    """A conversation's secret name: what the citizen's cookie holds and the database does not."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def reply_to(
    session: Session,
    token: str,
    text: str,
    heard: Heard,
    shelf: Shelf,
    tuning: Tuning,
    now: datetime,
    channel: str = "web",
    message_key: str | None = None,
) -> Turn:
    """Decide, say and record. `heard` is what the language witnesses made of `text`.

    A repeated `message_key` returns the turn it had; the same key with another text is a `Conflict`.
    """
    masked = mask(text)
    conversation = _conversation(session, token, channel, now)
    if message_key is not None:
        earlier = _earlier(session, conversation["id"], message_key, masked.text)
        if earlier is not None:
            return earlier
    memory = Memory(
        conversation["subject"],
        tuple(Aspect(aspect) for aspect in conversation["aspects"]),
        conversation["miss_count"],
    )
    decision = decide(heard, memory, shelf, tuning)
    reply, decision, version_ids = say(decision, shelf, now, masked)
    turn = conversation["turn_count"] + 1
    message_id = session.execute(
        _KEEP,
        {
            "conversation_id": conversation["id"],
            "turn": turn,
            "message_key": message_key,
            "asked_at": now,
            "question": masked.text,
            "outcome": decision.outcome,
            "reason": decision.reason,
            "answer_id": decision.answer_id,
            "version_ids": version_ids,
            "reply": reply,
            "scores": _scores(decision),
            "helpful": None,
        },
    ).scalar_one()
    session.execute(
        _MOVE_ON,
        {
            "this": conversation["id"],
            "last_at": now,
            "turn_count": turn,
            "miss_count": decision.memory.misses,
            "subject": decision.memory.subject,
            "aspects": list(decision.memory.aspects),
        },
    )
    return Turn(
        conversation["id"],
        turn,
        decision.outcome,
        decision.reason,
        decision.answer_id,
        reply,
        masked.text,
        message_id,
    )


def preview(
    heard: Heard, memory: Memory, shelf: Shelf, tuning: Tuning, now: datetime, text: str
) -> tuple[Decision, dict[str, Any]]:
    """What would be said, with nothing recorded (`xunda ask --dry-run`)."""
    decision = decide(heard, memory, shelf, tuning)
    reply, decision, _ = say(decision, shelf, now, mask(text))
    return decision, reply


def say(
    decision: Decision, shelf: Shelf, now: datetime, masked: Masked
) -> tuple[dict[str, Any], Decision, list[int]]:
    """The reply as plain data, the decision as it stands after expiry, and the versions shown."""
    record = shelf.get(decision.answer_id) if decision.answer_id else None
    if record is not None and shelf.is_expired(record, now.astimezone(SHANGHAI).date()):
        decision = Decision(
            Outcome.UNANSWERABLE,
            "expired_answer",
            phrase="expired_answer",
            memory=decision.memory,
            offers_person=True,
        )
        record = None
    reply: dict[str, Any] = {
        "choices": [],
        "notes": [],
        "person": decision.offers_person,
        "candidates": [
            {"id": choice.id, "title": shelf.title(choice.id), "score": choice.score}
            for choice in decision.candidates
        ],
    }
    if masked.found:
        kinds = "、".join(kind.label for kind in masked.found)
        reply["notes"].append(shelf.phrases["masked"].replace("{kinds}", kinds))
    if record is not None:
        composed = compose(shelf, record, decision.aspects)
        reply |= asdict(composed) | {"sources": list(composed.sources), "kind": record.kind}
        if isinstance(record, Service) and not decision.aspects:
            reply["choices"] = _offered_aspects(record)
    else:
        reply |= {"text": shelf.fill(shelf.phrases[decision.phrase or "missed"]), "kind": "phrase"}
        if decision.outcome in (Outcome.CLARIFICATION, Outcome.UNANSWERABLE):
            reply["choices"] = _offered_records(decision, shelf)
    version_ids = [shelf.version_ids[record.id]] if record is not None else []
    return reply, decision, version_ids


def _offered_aspects(service: Service) -> list[dict[str, str]]:
    name = service.aliases[0] if service.aliases else service.title
    return [
        {
            "id": f"{service.id}#{aspect}",
            "title": aspect.label,
            "send": f"{name}{aspect.label}",
        }
        for aspect in OFFERED_ASPECTS
    ]


def _offered_records(decision: Decision, shelf: Shelf) -> list[dict[str, str]]:
    if decision.outcome is Outcome.UNANSWERABLE and decision.reason != "low_confidence":
        return []
    offered = []
    for choice in decision.candidates:
        title = shelf.title(choice.id)
        aspects = "".join(aspect.label for aspect in decision.memory.aspects)
        suffix = aspects if decision.reason == "which_item" else ""
        offered.append({"id": choice.id, "title": title, "send": f"{title}{suffix}"})
    return offered


def _scores(decision: Decision) -> dict[str, Any]:
    return {
        "confidence": round(decision.confidence, 4),
        "aspects": list(decision.aspects),
    }


def _conversation(session: Session, token: str, channel: str, now: datetime) -> dict[str, Any]:
    digest = hash_token(token)
    found = session.execute(_FIND, {"digest": digest}).one_or_none()
    if found is not None:
        return dict(found._mapping)
    fresh: dict[str, Any] = {"turn_count": 0, "miss_count": 0, "subject": None, "aspects": []}
    row = {"token_hash": digest, "channel": channel, "created_at": now, "last_at": now, **fresh}
    try:
        with session.begin_nested():
            return {"id": session.execute(_OPEN, row).scalar_one(), **fresh}
    except IntegrityError:  # two first messages at once: the other one opened it
        return dict(session.execute(_FIND, {"digest": digest}).one()._mapping)


def _earlier(session: Session, conversation_id: int, key: str, question: str) -> Turn | None:
    row = session.scalar(
        select(Message).where(
            Message.conversation_id == conversation_id, Message.message_key == key
        )
    )
    if row is None:
        return None
    if row.question != question:
        raise Conflict("这条消息的编号已经用过，请刷新页面后再发。")
    return _as_turn(row)


def _as_turn(row: Message) -> Turn:
    return Turn(
        row.conversation_id,
        row.turn,
        row.outcome,
        row.reason,
        row.answer_id,
        row.reply,
        row.question,
        row.id,
        row.helpful,
    )


def history(session: Session, token: str, most: int = MAX_KEPT_TURNS) -> list[Turn]:
    """The latest turns of a conversation, oldest first."""
    rows = session.scalars(
        select(Message)
        .join(Conversation)
        .where(Conversation.token_hash == hash_token(token))
        .order_by(Message.turn.desc())
        .limit(most)
    )
    return [_as_turn(row) for row in rows][::-1]


def rate(session: Session, token: str, turn: int, helpful: bool) -> None:
    """Record whether an answer helped; only the conversation's own citizen can."""
    found = session.scalar(
        select(Message)
        .join(Conversation)
        .where(Conversation.token_hash == hash_token(token), Message.turn == turn)
    )
    if found is None:
        raise NotFound
    found.helpful = helpful


def conversation_id_of(session: Session, token: str) -> int | None:
    """The conversation behind a token, for a case opened from it."""
    return session.scalar(
        select(Conversation.id).where(Conversation.token_hash == hash_token(token))
    )


def count_turns(session: Session) -> int:
    """How many turns are on record."""
    return session.scalar(select(func.count()).select_from(Message)) or 0
