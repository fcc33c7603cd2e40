"""A reply proposed for the website, published by a second person, and perhaps withdrawn."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Base
from assistant.labels import Labelled


class PublicationBasis(Labelled):
    """On what ground a citizen's matter may be shown."""

    CONSENT = "consent", "来信人同意公开"
    ANONYMISED = "anonymised", "已作匿名处理"


class PublicationStatus(Labelled):
    PROPOSED = "proposed", "待公开审查"
    REFUSED = "refused", "不予公开"
    PUBLISHED = "published", "已公开"
    WITHDRAWN = "withdrawn", "已撤下"


def _stored(members: type[Labelled]) -> Enum:
    return Enum(
        members,
        native_enum=False,
        length=32,
        values_callable=lambda enum: [member.value for member in enum],
    )


class Publication(Base):
    """Question and reply as the public would read them, with every masked span (start, end, kind) of both.

    `text_hash` covers title, question and reply: what the publisher saw is what is shown.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("decided_by <> proposed_by", name="second_person"),
        Index("ix_publication_status", "status", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("reply_draft.id"))
    status: Mapped[PublicationStatus] = mapped_column(_stored(PublicationStatus))
    basis: Mapped[PublicationBasis] = mapped_column(_stored(PublicationBasis))
    title: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(Text)
    reply: Mapped[str] = mapped_column(Text)
    masked: Mapped[dict[str, list[list[int | str]]]] = mapped_column(JSON)
    text_hash: Mapped[str] = mapped_column(String(64))
    # What a reply list must show (受理日期、答复日期、答复部门), frozen with it.
    received_on: Mapped[date]
    replied_on: Mapped[date]
    office_id: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it)
