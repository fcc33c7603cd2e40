"""The days' counts behind every published figure, and how far they have been gathered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Base
from assistant.statistics.frozen import freeze


class CaseDay(Base):
    """How often something happened to cases on a day (`facts.Key`); the sum over all cases, never an estimate."""

    __tablename__ = "case_day"
    __table_args__ = (
        # Covers every sum: measure and months first, the rest read from the index alone.
        Index(
            "ix_case_day_figures",
            "measure",
            "day",
            "month",
            "kind",
            "office_id",
            "channel",
            "applicant",
            "result",
            "value",
            "count",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    # 202611: grouping by it needs no date function of any dialect.
    month: Mapped[int]
    measure: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(32))
    office_id: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(32))
    applicant: Mapped[str] = mapped_column(String(32))
    result: Mapped[str] = mapped_column(String(32))
    value: Mapped[int]
    count: Mapped[int]


class CountedCase(Base):
    """What a case has added to the days so far, so that it can be taken out again when its history grows."""

    __tablename__ = "counted_case"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    # Its dimensions and entries as `gathering.pack` writes them.
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Answers of the chat before it, by day: fixed when the case was filed.
    followed: Mapped[dict[str, int]] = mapped_column(JSON)


class MessageDay(Base):
    """Questions of a day in the chat."""

    __tablename__ = "message_day"
    __table_args__ = (
        Index(
            "ix_message_day_figures",
            "day",
            "month",
            "outcome",
            "channel",
            "record_id",
            "count",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    month: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    # What was told; where the assistant had no answer, the record that came nearest.
    record_id: Mapped[str] = mapped_column(String(64))
    count: Mapped[int]


class Gathered(Base):
    """Up to where the days' counts reach: one row, locked while gathering."""

    __tablename__ = "gathered"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # The last event of the log whose case has been counted: the log is one line, so none can come before it later.
    event_seq: Mapped[int]
    message_id: Mapped[int]
    at: Mapped[datetime | None]


class OpeningFigure(Base):
    """A count from before the system ran, or of what it never sees, with where it was taken from.

    It is added to the period its day falls in. An entry is never changed: a correction is another, which may be
    negative.
    """

    __tablename__ = "opening_figure"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(index=True)
    # `applications.Row` or a cell of Table 4, as `contests.cell_key` names it.
    row: Mapped[str] = mapped_column(String(64))
    applicant: Mapped[str] = mapped_column(String(32))
    count: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime]


class Report(Base):
    """A report of one period: a draft until a second person signs it, and fixed for good once it is published."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("kind", "period", "version", name="uq_report_version"),
        CheckConstraint("signed_by <> drafted_by", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    # `Period.key`: 2025-Q4, 2025.
    period: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    template: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16))
    number: Mapped[str | None] = mapped_column(String(64), unique=True)
    # All the report says; its files are made from this alone.
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    data_hash: Mapped[str] = mapped_column(String(64))
    # What people gave: texts they reworded, counts they entered. Drafting anew keeps it.
    edits: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Why there is a version after the first.
    note: Mapped[str | None] = mapped_column(Text)
    drafted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    drafted_at: Mapped[datetime]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime | None]
    signed_hash: Mapped[str | None] = mapped_column(String(64))
    published_at: Mapped[datetime | None] = mapped_column(index=True)


class ReportFile(Base):
    """One face of a published report as it was published, byte for byte."""

    __tablename__ = "report_file"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    format: Mapped[str] = mapped_column(String(16), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


for _model in (OpeningFigure, Report, ReportFile):
    freeze(_model.__table__)
