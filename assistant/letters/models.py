"""Letters as they were written: text and data are kept, so that the same letter can be rendered again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Base


class Letter(Base):
    """One document of a case. `number` is the 文号, unique in its series and year; None until it is signed."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[str] = mapped_column(String(32))
    number: Mapped[str | None] = mapped_column(String(64), unique=True)
    addressee: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, str]] = mapped_column(JSON)
    issued_on: Mapped[date]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
