"""Conversations and their messages. Every turn is a row: figures, evaluation and the gap list need nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Base
from assistant.labels import Labelled


class Outcome(Labelled):
    """How a turn ended."""

    ANSWERED = "answered", "直接答复"
    CLARIFICATION = "clarification", "请对方选择"
    SMALLTALK = "smalltalk", "寒暄"
    OUT_OF_SCOPE = "out_of_scope", "不属本局"
    HANDOVER = "handover", "转人工"
    UNANSWERABLE = "unanswerable", "答不上来"
    ERROR = "error", "出错"


class Conversation(Base):
    """One citizen's chat, known only by the hash of the token in the citizen's cookie."""

    __tablename__ = "conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]
    turn_count: Mapped[int]
    miss_count: Mapped[int]
    # The last service or office spoken of, so that "那要几天" has something to refer to.
    subject: Mapped[str | None] = mapped_column(String(64))
    # The aspects last asked about, so that "那延续呢" keeps the question and changes the subject.
    aspects: Mapped[list[str]] = mapped_column(JSON)
    # The record last told, for “再说一遍”.
    told: Mapped[str | None] = mapped_column(String(64))
    # What may still be meant when “都不是” turns down the choices offered.
    remaining: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    # The items spoken of, the last one last, so that “回到刚才那个” finds one.
    spoken: Mapped[list[str]] = mapped_column(JSON, server_default="[]")


class Message(Base):
    """One turn: what was asked (masked before it came here) and what was said."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "turn", name="uq_message_turn"),
        UniqueConstraint("conversation_id", "message_key", name="uq_message_key"),
        Index("ix_message_asked_at", "asked_at"),
        # Covers the share that helped: most messages have no rating and lie apart.
        Index("ix_message_helpful", "helpful", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    turn: Mapped[int]
    # The sender's own key for the message; a repeated delivery finds its first answer.
    message_key: Mapped[str | None] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    answer_id: Mapped[str | None] = mapped_column(String(64))
    # The versions shown, newest knowledge or not: an auditor can read exactly what the citizen read.
    version_ids: Mapped[list[int]] = mapped_column(JSON)
    reply: Mapped[dict[str, Any]] = mapped_column(JSON)
    scores: Mapped[dict[str, Any]] = mapped_column(JSON)
    helpful: Mapped[bool | None]
