"""A report as it is read from top to bottom: headings, paragraphs, grids. Pure but for the form's file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from assistant.letters.facts import chinese_date
from assistant.letters.render.printed import SAMPLE, SAMPLE_NOTE
from assistant.statistics.reports.faces.edition import Edition
from assistant.statistics.reports.faces.grids import (
    Grid,
    applications_grid,
    contests_grid,
    entered_grid,
    entered_tables,
    figures_grid,
)
from assistant.statistics.reports.tables import APPLICATIONS, CONTESTS, FIGURES, table_of
from assistant.statistics.reports.template import Template, load_template

DRAFT_MARK = "草稿，未经签发，不得对外提供"
PROVISIONAL = "本期所在年度的放假安排尚未全部公布，工作日数为暂计。"


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`is_note`: small print that explains a table."""

    text: str
    is_note: bool = False


Block = Heading | Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report. `marks` warn before anything else is read; `foot` is what it can be checked by."""

    title_lines: tuple[str, ...]
    publisher: str
    number: str | None
    dated: str | None
    marks: tuple[str, ...]
    blocks: tuple[Block, ...]
    foot: tuple[str, ...]

    @property
    def title(self) -> str:
        return "".join(self.title_lines)

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Grid))


def lay_out(edition: Edition) -> Page:
    """The report put in order."""
    data = edition.data
    return Page(
        title_lines=_title_lines(data["title"], data["publisher"]),
        publisher=data["publisher"],
        number=edition.number,
        dated=chinese_date(edition.dated.date()) if edition.published_at else None,
        marks=tuple(_marks(edition)),
        blocks=tuple(_blocks(edition)),
        foot=tuple(_foot(edition)),
    )


def _title_lines(title: str, publisher: str) -> tuple[str, ...]:
    """The publisher's name on a line of its own, as official titles break."""
    rest = title.removeprefix(publisher)
    return (publisher, rest) if rest not in ("", title) else (title,)


def _marks(edition: Edition) -> Iterator[str]:
    if edition.data["sample"]:
        yield f"{SAMPLE}　{SAMPLE_NOTE}"
    if edition.published_at is None:
        yield DRAFT_MARK
    if edition.note:
        yield f"第{edition.version}版（更正）：{edition.note}"


def _blocks(edition: Edition) -> Iterator[Block]:
    data: dict[str, Any] = dict(edition.data)
    template = load_template(data["template"])
    yield Paragraph(data["intro"] + data["period_sentence"])
    for section in data["sections"]:
        yield Heading(section["heading"], 2)
        for part in section["parts"]:
            if part["heading"]:
                yield Heading(part["heading"], 3)
            yield from (Paragraph(line) for line in part["text"].split("\n") if line.strip())
        for grid, notes in _grids(data, template, section):
            yield replace(grid, is_headed=section["heading"].endswith(grid.caption))
            yield from (Paragraph(f"说明：{note}", is_note=True) for note in notes)
    if data["calendar_provisional"]:
        yield Paragraph(PROVISIONAL, is_note=True)


def _grids(
    data: dict[str, Any], template: Template, section: dict[str, Any]
) -> Iterator[tuple[Grid, list[str]]]:
    keys = section["tables"]
    said = data["definitions"]
    tables, forms = entered_tables(data, template, keys)
    if tables:
        caption = tables[0]["title"] if len(tables) == 1 else section["heading"].partition("、")[2]
        notes = [said[table["key"]] for table in tables if table["key"] in said]
        yield entered_grid(tables, forms, caption), notes
    for key in keys:
        table = table_of(data, key)
        notes = [said[key]] if key in said else []
        if key == APPLICATIONS and table:
            yield applications_grid(table, template.applications), notes
        elif key == CONTESTS and table:
            yield contests_grid(table, template), notes
        elif key == FIGURES and table:
            yield figures_grid(table, template), notes


def _foot(edition: Edition) -> Iterator[str]:
    log = edition.data["log"]
    yield f"数据校验值（SHA-256）：{edition.data_hash}"
    yield f"生成时的办理记录：第{log['seq']}条，{log['hash']}"
