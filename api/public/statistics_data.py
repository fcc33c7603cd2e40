"""The public figures as plain data, as the JSON address gives them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from assistant.knowledge.content import Bureau
from assistant.statistics.figures import Figures
from assistant.statistics.published import sheets, singles
from assistant.statistics.sheets import Sheet, Single, Value


class FigureOut(BaseModel):
    """One number. With unit `%` it is a share between 0 and 1; null where there is too little to count from."""

    group: str
    key: str
    label: str
    unit: str
    value: int | float | None
    definition: str


class ColumnOut(BaseModel):
    key: str
    label: str
    unit: str


class LineOut(BaseModel):
    """One row; `*` stands for what is left out so that nobody can be recognised."""

    key: str
    label: str
    values: list[int | float | Literal["*"] | None]


class TableOut(BaseModel):
    group: str
    key: str
    title: str
    definition: str
    columns: list[ColumnOut]
    rows: list[LineOut]


class StatisticsOut(BaseModel):
    """The figures of a year or a quarter in Asia/Shanghai, each with its definition."""

    publisher: str
    sample: bool = Field(description="示例数据，不是真实的统计")
    period: str = Field(examples=["2026", "2026-Q3"])
    label: str
    first_day: str
    last_day: str
    is_over: bool
    counted_at: str
    figures: list[FigureOut]
    tables: list[TableOut]


def as_data(found: Figures, bureau: Bureau) -> StatisticsOut:
    """The figures as the JSON address gives them."""
    period = found.period
    return StatisticsOut(
        publisher=bureau.name,
        sample=bureau.sample,
        period=period.key,
        label=period.label,
        first_day=period.span.first.isoformat(),
        last_day=period.span.last.isoformat(),
        is_over=found.is_over,
        counted_at=found.counted_at.isoformat(timespec="seconds"),
        figures=[_figure(one) for one in singles(found)],
        tables=[_table(one) for one in sheets(found)],
    )


def rounded(value: Value) -> Value:
    """Shares and days to four places: as many as anybody can check."""
    return round(value, 4) if isinstance(value, float) else value


def _figure(one: Single) -> FigureOut:
    value = rounded(one.value)
    return FigureOut(
        group=one.group,
        key=one.key,
        label=one.label,
        unit=one.unit,
        value=None if isinstance(value, str) else value,
        definition=one.definition.text,
    )


def _table(sheet: Sheet) -> TableOut:
    return TableOut(
        group=sheet.group,
        key=sheet.key,
        title=sheet.title,
        definition=sheet.definition.text,
        columns=[ColumnOut(key=one.key, label=one.label, unit=one.unit) for one in sheet.columns],
        rows=[
            LineOut(key=line.key, label=line.label, values=[rounded(v) for v in line.values])
            for line in sheet.lines
        ],
    )
