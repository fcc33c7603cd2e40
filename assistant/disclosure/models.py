"""What happens to an application on its way: consultations, fees, and what is contested afterwards."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Base
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.parties import Opinion, PartyKind
from assistant.labels import Labelled


def _stored(members: type[Labelled]) -> Enum:
    return Enum(
        members,
        native_enum=False,
        length=32,
        values_callable=lambda enum: [member.value for member in enum],
    )


class Consultation(Base):
    """One body or person asked for an opinion (条例第三十二、三十四条); `due_on` is theirs, 15 working days."""

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    party: Mapped[PartyKind] = mapped_column(_stored(PartyKind))
    name: Mapped[str] = mapped_column(String(100))
    sent_on: Mapped[date]
    due_on: Mapped[date]
    answered_on: Mapped[date | None]
    opinion: Mapped[Opinion | None] = mapped_column(_stored(Opinion))
    note: Mapped[str | None] = mapped_column(Text)


class FeeNotice(Base):
    """A processing fee asked for (条例第四十二条); amounts in yuan."""

    __tablename__ = "fee_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    by_pages: Mapped[bool]
    units: Mapped[int]
    amount: Mapped[int]
    notified_on: Mapped[date]
    due_on: Mapped[date]
    paid_on: Mapped[date | None]


class Contest(Base):
    """A reconsideration or a suit against the reply, with what became of it."""

    __tablename__ = "contest"
    __table_args__ = (Index("ix_contest_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[ContestKind] = mapped_column(_stored(ContestKind))
    filed_on: Mapped[date]
    reference: Mapped[str | None] = mapped_column(String(100))
    result: Mapped[ContestResult] = mapped_column(_stored(ContestResult))
    decided_on: Mapped[date | None]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
