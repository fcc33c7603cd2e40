"""A report as it is rendered: what it says, and under which number and date. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from assistant.settings import SHANGHAI

# The earliest a zip archive can say: a draft has no date of its own.
_NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)


class Stored(Protocol):
    """The columns of a report that its files are made from."""

    data: dict[str, Any]
    data_hash: str
    version: int
    number: str | None
    note: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Edition:
    """`number` and `published_at` are None for a draft; `note` says why there is a version after the first."""

    data: Mapping[str, Any]
    data_hash: str
    version: int
    number: str | None
    note: str | None
    published_at: datetime | None

    @classmethod
    def of(cls, report: Stored) -> Edition:
        return cls(
            data=report.data,
            data_hash=report.data_hash,
            version=report.version,
            number=report.number,
            note=report.note,
            published_at=report.published_at,
        )

    @property
    def dated(self) -> datetime:
        """The instant its files carry, to the second, in Shanghai."""
        instant = (self.published_at or _NO_DATE).replace(microsecond=0)
        return instant.astimezone(SHANGHAI)
