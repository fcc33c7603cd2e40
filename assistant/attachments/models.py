"""What is known of a file; its content lies encrypted in the data directory under `stored_as`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Base
from assistant.labels import Labelled


class AttachmentPurpose(Labelled):
    """Why the file was handed in; identity proof is what 条例第二十九条 asks for, and is never asked in chat."""

    IDENTITY = "identity", "身份证明"
    EVIDENCE = "evidence", "说明材料"
    SUPPLEMENT = "supplement", "补正材料"
    REPLY = "reply", "随答复提供的信息"


class Attachment(Base):
    """One file. `sha256` is of the plain content; `stored_as` is random, so that a name tells nothing."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    purpose: Mapped[AttachmentPurpose] = mapped_column(
        Enum(
            AttachmentPurpose,
            native_enum=False,
            length=32,
            values_callable=lambda enum: [member.value for member in enum],
        )
    )
    file_name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(128))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(64), unique=True)
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
