"""A report for machines: every number on a line of its own, and everything as JSON. Pure."""

from __future__ import annotations

import csv
import io
from datetime import UTC

from assistant.statistics.reports.faces.edition import Edition
from assistant.statistics.reports.tables import Value, canonical, cells_of

CSV_COLUMNS = ("table", "row_key", "row_label", "column_key", "column_label", "value")
# What a spreadsheet would take for a formula, also in full width (OWASP).
_RISKY = tuple("=+-@\t\r\n＝＋－＠")


def to_csv(edition: Edition) -> bytes:
    """UTF-8 with its mark, CRLF; an empty value where there is no number."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for cell in cells_of(edition.data):
        words = (cell.table, cell.row_key, cell.row_label, cell.column_key, cell.column_label)
        writer.writerow([*map(_defanged, words), _number(cell.value)])
    return out.getvalue().encode("utf-8-sig")


def to_json(edition: Edition) -> bytes:
    """One form only: keys sorted, no blanks; `data_sha256` is the hash of `data` in that form."""
    at = edition.published_at
    return canonical(
        {
            "number": edition.number,
            "version": edition.version,
            "note": edition.note,
            "published_at": at.astimezone(UTC).isoformat() if at else None,
            "published_on": edition.dated.date().isoformat() if at else None,
            "data": edition.data,
            "data_sha256": edition.data_hash,
        }
    ).encode()


def _number(value: Value) -> str:
    return "" if value is None else str(value)


def _defanged(word: str) -> str:
    return f"'{word}" if word.startswith(_RISKY) else word
