"""What the bureau itself lays down: imported holiday notices and its own promised periods."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Base


class HolidayNotice(Base):
    """The notice of a year as an administrator imported it; a later import of the same year replaces it."""

    __tablename__ = "holiday_notice"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(120))
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    imported_at: Mapped[datetime]


class CalendarDay(Base):
    """One day the notice names: off, or a weekend day worked in exchange."""

    __tablename__ = "calendar_day"

    date: Mapped[date] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("holiday_notice.year"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(32))


class LocalLimit(Base):
    """One of the bureau's own promises where it differs from what is shipped."""

    __tablename__ = "local_limit"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    amount: Mapped[int]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime]
