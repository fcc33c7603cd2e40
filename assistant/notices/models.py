"""The outbox: what is to be told, to whom, and how each way of telling it went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.audit import Scalar
from assistant.db import Base


class Notice(Base):
    """One thing to tell, at most once per `dedup_key`; `account_id` None: the citizen of the case."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_delivered_at", "delivered_at", "id"),
        Index("ix_notice_account", "account_id", "read_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Scalar]] = mapped_column(JSON)
    dedup_key: Mapped[str] = mapped_column(String(96), unique=True)
    created_at: Mapped[datetime]
    # On the page: when the worker let it appear. Other ways have rows of their own.
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class Delivery(Base):
    """One way of telling one notice: claimed with a lease, tried with growing pauses, given up at the end."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", name="uq_delivery_notice_channel"),
        Index("ix_delivery_due", "done_at", "dead_at", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    channel: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
