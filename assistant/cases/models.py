"""Cases, the replies drafted for them, and what numbering them needs."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.cases.intake import TITLE_LENGTH, Channel
from assistant.cases.kinds import CaseKind, Resolution
from assistant.cases.states import (
    CaseAction,
    CaseStatus,
)
from assistant.db import Base
from assistant.disclosure.outcomes import Outcome


def stored(members: type[StrEnum]) -> Enum:
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
        Index("ix_case_file_office", "office_id", "status", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_no: Mapped[str] = mapped_column(String(24), unique=True)
    lookup_hash: Mapped[str] = mapped_column(String(64))
    form_key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[CaseKind] = mapped_column(stored(CaseKind))
    status: Mapped[CaseStatus] = mapped_column(stored(CaseStatus))
    # How it ended: an application by its outcome, everything else by its resolution.
    outcome: Mapped[Outcome | None] = mapped_column(stored(Outcome))
    resolution: Mapped[Resolution | None] = mapped_column(stored(Resolution))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    contact_name: Mapped[str | None] = mapped_column(String(64))
    contact_phone: Mapped[str | None] = mapped_column(String(32))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    channel: Mapped[Channel] = mapped_column(stored(Channel))
    office_id: Mapped[str | None] = mapped_column(String(64))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # No foreign key: conversations know cases, never the reverse.
    conversation_id: Mapped[int | None] = mapped_column(index=True)
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    # The day it counts as received, for good; None until the clock has started (条例第三十一条).
    counted_on: Mapped[date | None] = mapped_column(index=True)
    # Where the running period began: moves when a supplement or a fee starts it anew.
    clock_from_on: Mapped[date | None]
    due_on: Mapped[date | None]
    due_provisional: Mapped[bool] = mapped_column(default=False)
    amber_on: Mapped[date | None]
    red_on: Mapped[date | None]
    # The other side's own date (supplement, opinion, fee) while it is their turn and ours stands still.
    waiting_until: Mapped[date | None]
    # The due date whose passing has been logged: each is logged once.
    overdue_for: Mapped[date | None]
    replied_at: Mapped[datetime | None]
    delivered_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    touched_at: Mapped[datetime | None]
    supervised: Mapped[bool] = mapped_column(default=False)
    reopened: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    # 登记号 of an application; the hotline's own number and deadline.
    register_no: Mapped[str | None] = mapped_column(String(32), unique=True)
    external_no: Mapped[str | None] = mapped_column(String(64), unique=True)
    external_due_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it)


class ReplyDraft(Base):
    """One wording of a reply; the newest of a case is the one in force, edits are new rows.

    An approval and a signature belong to the row and to the hash of its text and outcome, so that a new wording
    has neither.
    """

    __tablename__ = "reply_draft"
    __table_args__ = (
        CheckConstraint("approved_by <> drafter_id", name="second_person"),
        CheckConstraint("signed_by <> drafter_id", name="signed_by_another"),
        Index("ix_reply_draft_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[Outcome | None] = mapped_column(stored(Outcome))
    drafter_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    drafted_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    approved_hash: Mapped[str | None] = mapped_column(String(64))
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime | None]
    signed_hash: Mapped[str | None] = mapped_column(String(64))
    return_note: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]


class DraftReview(Base):
    """One opinion on a wording besides the approval: countersignature, secrecy or legality review.

    条例第十七条 wants what is published reviewed before; `text_hash` says which wording was read.
    """

    __tablename__ = "draft_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("reply_draft.id"), index=True)
    kind: Mapped[CaseAction] = mapped_column(stored(CaseAction))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime]
    agrees: Mapped[bool]
    note: Mapped[str | None] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))


class CaseNote(Base):
    """What somebody wrote for a step: its reason, a remark. The log itself holds only the note's id and hash."""

    __tablename__ = "case_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    action: Mapped[CaseAction] = mapped_column(stored(CaseAction))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    # Told to the citizen as it stands: why it was declined, extended, sent on.
    for_citizen: Mapped[bool]


class Rating(Base):
    """What the citizen says of the reply (好差评), once: 1 very dissatisfied to 5 very satisfied."""

    __tablename__ = "case_rating"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    score: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime]


class Serial(Base):
    """The last number of a series in a year: 登记号, 文号."""

    __tablename__ = "serial"

    series: Mapped[str] = mapped_column(String(32), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


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
