"""What size costs as it is printed, and what was promised of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

COLUMNS = {
    "phrasings": "问法",
    "answers": "答复",
    "import_seconds": "导入 秒",
    "encode_seconds": "算向量 秒",
    "load_seconds": "装入 秒",
    "load_cpu_seconds": "其中 CPU 秒",
    "resident_mb": "常驻 MB",
    "load_peak_mb": "峰值 MB",
    "turn_p50_ms": "一轮 p50，毫秒",
    "turn_p95_ms": "一轮 p95，毫秒",
    "turn_8_at_once_p50_ms": "8 人同时 p50，毫秒",
    "turn_8_at_once_p95_ms": "8 人同时 p95，毫秒",
    "search_p50_ms": "搜索 p50，毫秒",
    "search_p95_ms": "搜索 p95，毫秒",
    "turn_right": "一轮答到所问的",
    "search_right": "搜索前 20 条里有的",
}


@dataclass(frozen=True)
class Bar:
    """What was promised of the largest size. `growth` bars compare it with the smallest."""

    key: str
    label: str
    most: float
    unit: str
    is_growth: bool = False
    may_equal: bool = False


BARS = (
    Bar("turn_p95_ms", "一轮对话 p95，问法从最少到最多", 3.0, " 倍", True, True),
    Bar("search_p95_ms", "搜索 p95", 50.0, " 毫秒"),
    Bar("load_seconds", "装入", 20.0, " 秒"),
    Bar("load_peak_mb", "装入时的内存峰值", 1000.0, " MB"),
)


def verdict(rows: Sequence[Mapping[str, Any]], answers: int) -> dict[str, Any]:
    """The rows, and every bar with what was measured and whether it holds; `answers` are those of the data."""
    ordered = sorted(rows, key=lambda row: row["phrasings"])
    bars = {bar.key: _judged(bar, ordered) for bar in BARS}
    return {
        "data": f"taipei_faq: {answers} answers as a second bureau, generated phrasings, no classifier",
        "rows": [dict(row) for row in ordered],
        "bars": bars,
        "holds": all(bar["holds"] for bar in bars.values()),
    }


def _judged(bar: Bar, ordered: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    value = float(ordered[-1][bar.key])
    if bar.is_growth:
        value = round(value / float(ordered[0][bar.key]), 2)
    holds = value <= bar.most if bar.may_equal else value < bar.most
    return {"label": bar.label, "value": value, "most": bar.most, "unit": bar.unit, "holds": holds}


def tables(latest: Mapping[str, Any]) -> RenderableType:
    """Everything that was measured of scale; nothing where it was not."""
    if "scale" not in latest:
        return Group()
    return Group(_rows_table(latest["scale"]["rows"]), _bars_table(latest["scale"]["bars"]))


def _rows_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """One column a size, since there are more figures than sizes."""
    table = _table("规模（没有分类器）", *(f"{row['phrasings']:,}" for row in rows))
    for key, name in COLUMNS.items():
        if key != "phrasings":
            table.add_row(name, *(f"{row[key]:,}" if key in row else "—" for row in rows))
    return table


def _bars_table(bars: Mapping[str, Mapping[str, Any]]) -> Table:
    table = _table("规模的目标", "实测", "至多", "")
    for bar in bars.values():
        mark = "[green]✓[/green]" if bar["holds"] else "[red]✗[/red]"
        values = (f"{bar[key]:g}{bar['unit']}" for key in ("value", "most"))
        table.add_row(bar["label"], *values, mark)
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2), title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=True)
    return table
