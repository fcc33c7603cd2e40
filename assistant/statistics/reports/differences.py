"""What differs between two versions of a report: every number, every text. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.statistics.reports.tables import Cell, Value, cells_of


@dataclass(frozen=True, slots=True)
class CellChange:
    """A number that is another one now; None: there was, or is, none."""

    cell: Cell
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class TextChange:
    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    cells: tuple[CellChange, ...]
    texts: tuple[TextChange, ...]

    def __bool__(self) -> bool:
        return bool(self.cells or self.texts)


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """From the data of one version to those of another, in the order of the report."""
    return Difference(tuple(_cells(old, new)), tuple(_texts(old, new)))


def _cells(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[CellChange]:
    before = {cell.key: cell for cell in cells_of(old)}
    after = {cell.key: cell for cell in cells_of(new)}
    for key, cell in {**after, **before, **after}.items():
        was = before[key].value if key in before else None
        now = after[key].value if key in after else None
        if was != now:
            yield CellChange(cell, was, now)


def _texts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TextChange]:
    before, after = _parts(old), _parts(new)
    for key, (heading, text) in {**after, **before, **after}.items():
        was = before[key][1] if key in before else ""
        now = text if key in after else ""
        if was != now:
            yield TextChange(heading, was, now)


def _parts(data: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        part["key"]: (part["heading"] or section["heading"], part["text"])
        for section in data["sections"]
        for part in section["parts"]
    }
