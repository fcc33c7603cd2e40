"""What a published figure is: a number or a table, each with its definition. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.statistics.definitions import DEFINITIONS, Definition
from assistant.statistics.measures import Spread

HIDDEN: Literal["*"] = "*"
"""Left out, so that nobody can be recognised."""
Value = int | float | Literal["*"] | None
"""A count, days, or a share between 0 and 1; None where there is nothing, or too little, to count from."""

_SPREAD = (("average", "平均"), ("median", "中位数"), ("p90", "九成不超过"))


@dataclass(frozen=True, slots=True)
class Single:
    """One number. `unit` % means a share."""

    group: str
    key: str
    label: str
    value: Value
    definition: Definition

    @property
    def unit(self) -> str:
        return self.definition.unit


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; `values` in the order of its columns."""

    key: str
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `head` names what its rows are."""

    group: str
    key: str
    title: str
    head: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    definition: Definition

    def values_of(self, column: str) -> list[Value]:
        place = next(i for i, one in enumerate(self.columns) if one.key == column)
        return [line.values[place] for line in self.lines]


def single(group: str, key: str, value: Value) -> Single:
    """A number under the name its definition gives it."""
    definition = DEFINITIONS[key]
    return Single(group, key, definition.label, value, definition)


def spread(group: str, key: str, found: Spread) -> Iterator[Single]:
    """How long something took: average, median and nine tenths."""
    definition = DEFINITIONS[key]
    for name, words in _SPREAD:
        label = f"{definition.label}（{words}）"
        yield Single(group, f"{key}_{name}", label, getattr(found, name), definition)
