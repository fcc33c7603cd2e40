"""The knowledge base's tables. Versions are never changed once published; a new text is a new version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assistant.db import Base
from assistant.labels import Labelled


class VersionStatus(Labelled):
    """Where a text stands on its way to the public: 先审后发."""

    DRAFT = "draft", "草稿"
    REVIEW = "review", "待审核"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


class KnowledgeRecord(Base):
    """One thing the bureau can say; `file` and `position` are its place under `responses/`."""

    __tablename__ = "knowledge_record"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    file: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]

    versions: Mapped[list[RecordVersion]] = relationship(
        back_populates="record", order_by="RecordVersion.number"
    )


class RecordVersion(Base):
    """One text of a record. `reviewed_hash` equals `body_hash` or the review does not count."""

    __tablename__ = "knowledge_version"
    __table_args__ = (
        UniqueConstraint("record_id", "number"),
        CheckConstraint("reviewer_id <> author_id", name="second_person"),
        # One published version a record, whatever else goes wrong.
        Index(
            "uq_knowledge_version_published",
            "record_id",
            unique=True,
            sqlite_where=text("status = 'published'"),
            postgresql_where=text("status = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("knowledge_record.id"))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    body_hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None]
    reviewer_id: Mapped[int | None]
    reviewed_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    # The encoder's vectors of the record's names (float32, row-major, one row a name).
    encoder: Mapped[str | None] = mapped_column(String(40))
    vectors: Mapped[bytes | None] = mapped_column(LargeBinary)

    record: Mapped[KnowledgeRecord] = relationship(back_populates="versions")


class IntentPhrasings(Base):
    """How citizens ask for one label, with the encoder's vectors (float32, row-major, one row a text)."""

    __tablename__ = "intent_phrasings"

    label: Mapped[str] = mapped_column(String(64), primary_key=True)
    file: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    texts: Mapped[list[str]] = mapped_column(JSON)
    encoder: Mapped[str | None] = mapped_column(String(40))
    vectors: Mapped[bytes | None] = mapped_column(LargeBinary)


class KnowledgeState(Base):
    """One row: the revision every process compares its copy with, and what belongs to no record."""

    __tablename__ = "knowledge_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    lookups: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    phrases: Mapped[dict[str, str]] = mapped_column(JSON)


class TrainedModel(Base):
    """A classifier taken out of Rasa. Only a promoted one is served; the newest of those."""

    __tablename__ = "trained_model"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    training_hash: Mapped[str] = mapped_column(String(64))
    artifact: Mapped[bytes] = mapped_column(LargeBinary)
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON)
    promoted: Mapped[bool]
