"""A case by the number people say: the receipt's, or the hotline's own."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.cases.queue import QueueFilter, QueueRow
from assistant.cases.receipts import read_receipt_no
from assistant.cases.states import CaseStatus


def by_number(number: str) -> QueueFilter:
    """The filter that lets the case with this number through, and few others."""
    return QueueFilter(statuses=frozenset(CaseStatus), words=number.strip() or "—", limit=20)


def exactly(number: str, rows: Sequence[QueueRow]) -> QueueRow | None:
    """Of what the filter let through, the case with this very number."""
    receipt_no = read_receipt_no(number)
    fitting = (
        row for row in rows if row.receipt_no == receipt_no or row.external_no == number.strip()
    )
    return next(fitting, None)
