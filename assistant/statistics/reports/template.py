"""The form of a report as a data file: `responses/reports/<name>.yaml`, one file a version. Pure but for reading it.

What a statutory form says is data: a new edition of it is a new file, and a report keeps the name of the one it was
made by. Texts may hold `{fact}` of `wording.FACTS`, the counts of the entered tables, and `【…】` for what only a
person can write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.form import ApplicantClass
from assistant.disclosure.outcomes import Outcome
from assistant.settings import PROJECT_DIR
from assistant.statistics.reports.kinds import ReportKind
from assistant.statistics.reports.tables import (
    APPLICATIONS,
    CARRIED_IN,
    CARRIED_OUT,
    CLOSED,
    CONTESTS,
    FIGURES,
    RECEIVED,
    TOTAL,
)
from assistant.statistics.reports.wording import FACTS, FIGURE_FACTS

FOLDER = PROJECT_DIR / "responses" / "reports"
# The edition in force of each kind.
CURRENT = {ReportKind.ANNUAL: "annual-2021-30", ReportKind.QUARTERLY: "quarterly-1"}

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z0-9-]{1,32}")


class BadTemplate(ValueError):
    """The file cannot be used; the message names it and what is wrong."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Named(_Model):
    key: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    label: str


class TableRow(Named):
    """`groups`: the headings it stands under, the outer one first."""

    groups: tuple[str, ...] = ()


class ApplicationsForm(_Model):
    """Table 3."""

    title: str
    corner: str
    applicants: str
    organisations: str
    columns: tuple[Named, ...]
    rows: tuple[TableRow, ...]


class ContestsForm(_Model):
    """Table 4. `litigation` heads the last two kinds."""

    title: str
    litigation: str
    kinds: tuple[Named, ...]
    results: tuple[Named, ...]


class EnteredRow(Named):
    """`catalogue`: a topic whose entries of the year are counted while nobody has entered a number."""

    catalogue: str | None = None


class EnteredForm(_Model):
    """A table whose numbers people enter."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    title: str
    corner: str
    columns: tuple[Named, ...]
    rows: tuple[EnteredRow, ...]
    decimals: int = 0


class FigureRow(Named):
    unit: str
    definition: str


class FiguresForm(_Model):
    """Figures in a list, each with its unit and its definition."""

    title: str
    corner: str
    column: str
    rows: tuple[FigureRow, ...]


class Sentence(_Model):
    """It stands only where `when` is not nothing and `unless` is."""

    text: str
    when: str | None = None
    unless: str | None = None


def _as_sentence(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Part(_Model):
    """A text people may reword."""

    key: str
    heading: str
    text: tuple[Annotated[Sentence, BeforeValidator(_as_sentence)], ...]


class Section(_Model):
    key: str
    heading: str
    parts: tuple[Part, ...] = ()
    tables: tuple[str, ...] = ()


class Template(_Model):
    """The whole form. `source` is the document that lays it down, `series` the word its numbers count under."""

    kind: ReportKind
    source: str
    title: str
    series: str
    intro: str
    period_sentence: str
    applications: ApplicationsForm
    contests: ContestsForm
    entered: tuple[EnteredForm, ...] = ()
    figures: FiguresForm | None = None
    sections: tuple[Section, ...]
    definitions: dict[str, str]

    @property
    def parts(self) -> dict[str, Part]:
        """Every text by its key."""
        return {part.key: part for section in self.sections for part in section.parts}

    @property
    def counts(self) -> dict[str, tuple[EnteredForm, EnteredRow, Named]]:
        """Every number people enter, by `table.row.column`."""
        return {
            f"{form.key}.{row.key}.{column.key}": (form, row, column)
            for form in self.entered
            for row in form.rows
            for column in form.columns
        }

    def words_of(self, table: str, row: str, column: str) -> list[str]:
        """What one number of its tables is called, from the outermost heading on."""
        if table == APPLICATIONS:
            said = next(one for one in self.applications.rows if one.key == row)
            return [*said.groups, said.label, _label(self.applications.columns, column)]
        if table == CONTESTS:
            kind, _, result = column.partition(".")
            return [_label(self.contests.kinds, kind), _label(self.contests.results, result)]
        assert self.figures is not None
        return [self.figures.title, _label(self.figures.rows, row)]


def _label(named: Sequence[Named], key: str) -> str:
    return next(one.label for one in named if one.key == key)


@lru_cache(maxsize=8)
def load_template(name: str, folder: Path = FOLDER) -> Template:
    """Read and check one edition; `BadTemplate` names the file and the fault."""
    path = folder / f"{name}.yaml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise BadTemplate(f"没有报告格式 {name}")
    try:
        template = Template.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTemplate(f"{path.name}: {error}") from error
    for fault in _faults(template):
        raise BadTemplate(f"{path.name}: {fault}")
    return template


def _faults(template: Template) -> Iterator[str]:
    rows = (RECEIVED, CARRIED_IN, *(outcome.value for outcome in Outcome), CLOSED, CARRIED_OUT)
    columns = (*(applicant.value for applicant in ApplicantClass), TOTAL)
    if _keys(template.applications.rows) != rows:
        yield "申请情况表应有25行，次序与格式相同"
    if _keys(template.applications.columns) != columns:
        yield "申请情况表应有6类申请人和总计7列"
    if _keys(template.contests.kinds) != tuple(kind.value for kind in ContestKind):
        yield "复议诉讼表应有3类"
    if _keys(template.contests.results) != (*(result.value for result in ContestResult), TOTAL):
        yield "复议诉讼表每类应有4种结果和总计"
    if template.figures and not set(_keys(template.figures.rows)) <= FIGURE_FACTS:
        yield "指标表里有系统不统计的指标"
    known = {APPLICATIONS, CONTESTS, FIGURES, *(form.key for form in template.entered)}
    for section in template.sections:
        for table in section.tables:
            if table not in known:
                yield f"没有表 {table}"
    yield from _text_faults(template)


def _text_faults(template: Template) -> Iterator[str]:
    known = FACTS | {row.key for form in template.entered for row in form.rows}
    for part in template.parts.values():
        for sentence in part.text:
            names = {*_PLACEHOLDER.findall(sentence.text), sentence.when, sentence.unless} - {None}
            if names - known:
                yield f"{part.key}: 没有名为“{min(str(name) for name in names - known)}”的数"


def _keys(named: tuple[Named, ...]) -> tuple[str, ...]:
    return tuple(one.key for one in named)
