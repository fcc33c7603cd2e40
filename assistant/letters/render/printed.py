"""A letter as it is put on paper. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from assistant.letters.compose import CELL
from assistant.letters.facts import chinese_date

SAMPLE = "示例"
SAMPLE_NOTE = "虚构的机关，不具有法律效力"
SEAL = "（印章）"


@dataclass(frozen=True, slots=True)
class Block:
    """Either one paragraph, or the rows of one table; the other is empty."""

    paragraph: str = ""
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """What is rendered. `number` is the 文号, None before signing and for forms.

    `agency` is the name in the head and over the date; None for a form that somebody else signs. A paragraph
    with a tab in it is a row of a table. `sample` marks the letter as an invented bureau's.
    """

    number: str | None
    title: str
    addressee: str | None
    paragraphs: tuple[str, ...]
    agency: str | None
    issued_on: date | None
    sample: bool

    @property
    def blocks(self) -> Iterator[Block]:
        """The body, neighbouring rows together."""
        for is_rows, lines in groupby(self.paragraphs, lambda line: CELL in line):
            if is_rows:
                yield Block(rows=tuple(_cells(line) for line in lines))
            else:
                yield from (Block(paragraph=line) for line in lines)

    @property
    def dated(self) -> str:
        """The date as it stands under the agency's name; empty before signing."""
        return chinese_date(self.issued_on) if self.issued_on else ""


def _cells(line: str) -> tuple[str, str]:
    label, _, value = line.partition(CELL)
    return label, value.replace(CELL, " ")
