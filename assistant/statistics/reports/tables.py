"""How a report keeps its tables: keys, labels and values, the same shape for all. Pure.

    {"key": "applications", "title": …, "columns": [{"key", "label"}, …],
     "rows": [{"key", "label", "values": [number or null, …]}, …]}

null: nothing to count from, or not filled in yet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

APPLICATIONS, CONTESTS, FIGURES, TOPICS = "applications", "contests", "figures", "topics"
TOTAL = "total"
# Rows of Table 3 beside the 21 results, in the place they have in the form.
RECEIVED, CARRIED_IN, CLOSED, CARRIED_OUT = "received", "carried_in", "closed", "carried_out"

Value = int | float | None
Table = dict[str, Any]
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a report, with everything it is called."""

    table: str
    table_title: str
    row_key: str
    row_label: str
    column_key: str
    column_label: str
    value: Value

    @property
    def key(self) -> tuple[str, str, str]:
        return self.table, self.row_key, self.column_key


def make_table(
    key: str,
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[tuple[str, str, Sequence[Value]]],
) -> Table:
    """The table from (key, label) columns and (key, label, values) rows."""
    return {
        "key": key,
        "title": title,
        "columns": [{"key": key, "label": label} for key, label in columns],
        "rows": [
            {"key": key, "label": label, "values": list(values)} for key, label, values in rows
        ],
    }


def table_of(data: Mapping[str, Any], key: str) -> Table | None:
    """The report's table of that key; None where it has none."""
    return next((table for table in data["tables"] if table["key"] == key), None)


def cells_of(data: Mapping[str, Any]) -> Iterator[Cell]:
    """Every number, table by table, row by row."""
    for table in data["tables"]:
        for row in table["rows"]:
            for column, value in zip(table["columns"], row["values"], strict=True):
                yield Cell(
                    table=table["key"],
                    table_title=table["title"],
                    row_key=row["key"],
                    row_label=row["label"],
                    column_key=column["key"],
                    column_label=column["label"],
                    value=value,
                )


def values_by_row(table: Table) -> dict[str, list[Value]]:
    """Row key → its values."""
    return {row["key"]: row["values"] for row in table["rows"]}


def canonical(data: Mapping[str, Any]) -> str:
    """JSON in one form only: keys sorted, no blanks."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form: what a signature is bound to."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()
