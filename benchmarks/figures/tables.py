"""What the figures cost as it is printed, and what was promised of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

# Every page's figures come in less than this, on either database.
MOST_MS = 1000.0


def verdict(
    filled: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What was put in, what was read, and whether the slowest reading keeps the promise."""
    slowest = max((float(row["p95_ms"]) for row in rows), default=0.0)
    return {
        "filled": [dict(one) for one in filled],
        "rows": [dict(row) for row in rows],
        "slowest_p95_ms": slowest,
        "most_ms": MOST_MS,
        "holds": bool(rows) and slowest < MOST_MS,
    }


def tables(latest: Mapping[str, Any]) -> RenderableType:
    """Everything that was measured of the figures; nothing where it was not."""
    if "figures" not in latest:
        return Group()
    found = latest["figures"]
    return Group(_filled(found["filled"]), _rows(found["rows"]))


def _filled(filled: Sequence[Mapping[str, Any]]) -> Table:
    table = _table(
        "数据库", "提问", "件", "日志", "按日计数", "写入 秒", "汇总 秒", "再汇总 100 件 毫秒"
    )
    for one in filled:
        counts = (f"{one[key]:,}" for key in ("messages", "cases", "events", "cells"))
        times = (f"{one['fill_seconds']:.0f}", f"{one['gather_seconds']:.0f}")
        table.add_row(one["database"], *counts, *times, f"{one['again_ms']:.0f}")
    return table


def _rows(rows: Sequence[Mapping[str, Any]]) -> Table:
    """One line a reading, the databases side by side."""
    databases = list(dict.fromkeys(row["database"] for row in rows))
    heads = [f"{name} {share}" for name in databases for share in ("p50", "p95")]
    table = _table("统计页面读数（毫秒）", *heads, f"< {MOST_MS:.0f}")
    for what in dict.fromkeys(row["what"] for row in rows):
        found = {row["database"]: row for row in rows if row["what"] == what}
        times = [float(found[name][key]) for name in databases for key in ("p50_ms", "p95_ms")]
        mark = "[green]✓[/green]" if max(times) < MOST_MS else "[red]✗[/red]"
        table.add_row(what, *(f"{time:,.1f}" for time in times), mark)
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2), title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=True)
    return table
