"""Cases, the replies drafted for them, and what numbering them needs."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.cases.intake import TITLE_LENGTH, Channel
from assistant.cases.states import CaseKind, CaseStatus
from assistant.db import Base
from assistant.disclosure.outcomes import Outcome


def _stored(members: type[StrEnum]) -> Enum:
    """A text column holding the members' values; new members need no migration."""
    return Enum(
        members,
        native_enum=False,
        length=32,
        values_callable=lambda enum: [member.value for member in enum],
    )


class Case(Base):
    """One matter a citizen handed in. Its `status` is assigned by `actions._move` alone."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_queue", "status", "due_on", "id"),
        Index("ix_case_file_handler", "handler_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_no: Mapped[str] = mapped_column(String(24), unique=True)
    lookup_hash: Mapped[str] = mapped_column(String(64))
    form_key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[CaseKind] = mapped_column(_stored(CaseKind))
    status: Mapped[CaseStatus] = mapped_column(_stored(CaseStatus))
    outcome: Mapped[Outcome | None] = mapped_column(_stored(Outcome))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    contact_name: Mapped[str | None] = mapped_column(String(64))
    contact_phone: Mapped[str | None] = mapped_column(String(32))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    channel: Mapped[Channel] = mapped_column(_stored(Channel))
    office_id: Mapped[str | None] = mapped_column(String(64))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # No foreign key: conversations know cases, never the reverse.
    conversation_id: Mapped[int | None] = mapped_column(index=True)
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    # None until the clock has started (条例第三十一条); due dates count from here.
    clock_from_on: Mapped[date | None]
    due_on: Mapped[date | None]
    due_provisional: Mapped[bool] = mapped_column(default=False)
    replied_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it)


class ReplyDraft(Base):
    """One wording of a reply; the newest of a case is the one in force, edits are new rows.

    An approval belongs to the row and to the hash of its text, so that a new wording has none.
    """

    __tablename__ = "reply_draft"
    __table_args__ = (
        CheckConstraint("approved_by <> drafter_id", name="second_person"),
        Index("ix_reply_draft_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    drafter_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    drafted_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    approved_hash: Mapped[str | None] = mapped_column(String(64))
    return_note: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]


class ReceiptSerial(Base):
    """The last receipt number given out on a day."""

    __tablename__ = "receipt_serial"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class InstallationSecret(Base):
    """The key lookup codes are derived with: one row, drawn once, never shown."""

    __tablename__ = "installation_secret"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(String(64))
