"""One message's whole way, readable from top to bottom. The caller has had it understood before the first SQL."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.conversation.compound import decide_all
from assistant.conversation.corrections import strip_correction, strip_not_meant
from assistant.conversation.decision import Decision, Memory
from assistant.conversation.models import Conversation, Message
from assistant.conversation.saying import say
from assistant.errors import Conflict, Invalid, NotFound
from assistant.knowledge.content import Aspect
from assistant.knowledge.shelf import Shelf
from assistant.language.privacy import COVER, mask
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
        _conversations.told,
        _conversations.remaining,
        _conversations.spoken,
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
                _conversations.told,
                _conversations.remaining,
                _conversations.spoken,
            )
        }
    )
)


# A cover, and what names the thing covered: “身份证号” says nothing of the question either.
_PERSONAL_PART = re.compile(
    r"(?:(?:联系人|收件人|姓名|名字|手机|电话|微信|身份证|证件|车牌|卡|账)号?码?[是为:：]?\s*)?"
    rf"(?:{COVER.pattern})"
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
    """What the witnesses are asked about: personal data covered, and what is said not to be meant taken off."""
    return strip_not_meant(strip_correction(normalise(_PERSONAL_PART.sub(" ", mask(text).text))))


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
        conversation["told"],
        tuple(conversation["remaining"]),
        tuple(conversation["spoken"]),
    )
    decision = decide_all(heard, memory, shelf, tuning, now.astimezone(SHANGHAI).date())
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
            "told": decision.memory.told,
            "remaining": list(decision.memory.remaining),
            "spoken": list(decision.memory.spoken),
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
    decision = decide_all(heard, memory, shelf, tuning, now.astimezone(SHANGHAI).date())
    reply, decision, _ = say(decision, shelf, now, mask(text))
    return decision, reply


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
    fresh: dict[str, Any] = {
        "turn_count": 0,
        "miss_count": 0,
        "subject": None,
        "aspects": [],
        "told": None,
        "remaining": [],
        "spoken": [],
    }
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
