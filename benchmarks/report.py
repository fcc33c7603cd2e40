"""From what was seen to figures, ratios, a table and latest.json. Pure.

The promised ratios are against Rasa serving the same trained model. That pipeline holds our sentence encoder,
which makes it slower in Rasa's hands than DIET: so the ratios against DIET stand beside them (`vs_diet`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

RASA, DIET, XUNDA = "rasa-lr", "rasa-diet", "xunda"
PARSE, UNDERSTANDING, TURN = "parse", "understanding", "turn"
LOADS = (1, 4, 32)
MANY = LOADS[-1]

NAMES = {
    RASA: "Rasa（同一模型）",
    DIET: "Rasa（DIET）",
    XUNDA: "询答",
    PARSE: "POST /model/parse",
    UNDERSTANDING: "理解和决定，进程内",
    TURN: "POST /api/chat，整轮落盘",
}


@dataclass(frozen=True)
class Row:
    """One system under one load. Latencies are those of right answers only."""

    system: str
    what: str
    connections: int
    per_second: float
    p50_ms: float
    p95_ms: float
    errors: int


@dataclass(frozen=True)
class Footprint:
    """What a server needs to be there at all: until its first answer, and after its last."""

    system: str
    ready_seconds: float
    resident_mb: float


@dataclass(frozen=True)
class Target:
    """What was promised for one figure of latest.json."""

    key: str
    label: str
    sign: str
    bound: float
    unit: str

    def is_met(self, value: float) -> bool:
        return {
            "≥": value >= self.bound,
            "<": value < self.bound,
            "≤": value <= self.bound,
        }[self.sign]


TARGETS = (
    Target("understanding_vs_rasa", f"理解，{MANY} 条同时", "≥", 10, " 倍"),
    Target("single_vs_rasa", "理解，单独一条（快多少倍）", "≥", 4, " 倍"),
    Target("turns_vs_rasa", f"整轮对话，{MANY} 个连接", "≥", 5, " 倍"),
    Target("ready_seconds", "从启动到第一次回答", "<", 3, " 秒"),
    Target("resident_mb", "常驻内存", "≤", 350, " MB"),
)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed; 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def row_of(
    system: str,
    what: str,
    connections: int,
    latencies: Sequence[float],
    elapsed: float,
    errors: int,
) -> Row:
    """A row from latencies and elapsed time in seconds."""
    return Row(
        system,
        what,
        connections,
        per_second=round(len(latencies) / elapsed, 1) if elapsed else 0.0,
        p50_ms=round(percentile(latencies, 0.50) * 1000, 3),
        p95_ms=round(percentile(latencies, 0.95) * 1000, 3),
        errors=errors,
    )


def figures(
    rows: Sequence[Row], footprints: Sequence[Footprint], machine: dict[str, Any]
) -> dict[str, Any]:
    """The content of latest.json. A figure one of whose sides was not measured is None."""
    own = next((one for one in footprints if one.system == XUNDA), None)
    against_same = ratios(rows, RASA)
    return {
        "understanding_vs_rasa": against_same["understanding"],
        "single_vs_rasa": against_same["single"],
        "turns_vs_rasa": against_same["turns"],
        "ready_seconds": own.ready_seconds if own else None,
        "resident_mb": own.resident_mb if own else None,
        "vs_diet": ratios(rows, DIET),
        "rows": [asdict(row) for row in rows],
        "servers": [asdict(footprint) for footprint in footprints],
        "machine": machine,
    }


def ratios(rows: Sequence[Row], peer: str) -> dict[str, float | None]:
    """How many times as fast as a peer's parse: understanding and turns by throughput, a single one by p50."""
    found = {(row.system, row.what, row.connections): row for row in rows}
    many, single = found.get((peer, PARSE, MANY)), found.get((peer, PARSE, 1))
    return {
        "understanding": _ratio(found.get((XUNDA, UNDERSTANDING, MANY)), many, "per_second"),
        "single": _ratio(single, found.get((XUNDA, UNDERSTANDING, 1)), "p50_ms"),
        "turns": _ratio(found.get((XUNDA, TURN, MANY)), many, "per_second"),
    }


def _ratio(above: Row | None, below: Row | None, name: str) -> float | None:
    if above is None or below is None or not getattr(below, name):
        return None
    return float(round(getattr(above, name) / getattr(below, name), 2))


def count_errors(latest: dict[str, Any]) -> int:
    """Wrong or missing answers in all measurements."""
    return sum(row["errors"] for row in latest["rows"])


def tables(latest: dict[str, Any]) -> RenderableType:
    """What is printed: every row, every server, and the figures beside what was promised."""
    return Group(_rows_table(latest), _servers_table(latest), _targets_table(latest))


def _rows_table(latest: dict[str, Any]) -> Table:
    table = _table("系统", "做什么", "同时", "条/秒", "p50 毫秒", "p95 毫秒", "出错", "为 Rasa 的")
    base = {row["connections"]: row for row in latest["rows"] if row["system"] == RASA}
    for row in latest["rows"]:
        rate = base.get(row["connections"], {}).get("per_second")
        table.add_row(
            NAMES[row["system"]],
            NAMES[row["what"]],
            str(row["connections"]),
            f"{row['per_second']:,.1f}",
            f"{row['p50_ms']:.2f}",
            f"{row['p95_ms']:.2f}",
            str(row["errors"]),
            f"{row['per_second'] / rate:.1f} 倍" if rate else "—",
        )
    return table


def _servers_table(latest: dict[str, Any]) -> Table:
    table = _table("系统", "启动到第一次回答", "压测后常驻内存")
    for server in latest["servers"]:
        ready, resident = server["ready_seconds"], server["resident_mb"]
        table.add_row(NAMES[server["system"]], f"{ready:.2f} 秒", f"{resident:.0f} MB")
    return table


def _targets_table(latest: dict[str, Any]) -> Table:
    table = _table("与 Rasa（同一模型）相比", "实测", "目标", "", "与 DIET 相比")
    for target in TARGETS:
        value = latest[target.key]
        said, mark = "没有测", "—"
        if value is not None:
            said = f"{value:.2f}{target.unit}"
            mark = "[green]✓[/green]" if target.is_met(value) else "[red]✗[/red]"
        against_diet = latest["vs_diet"].get(target.key.removesuffix("_vs_rasa"))
        table.add_row(
            target.label,
            said,
            f"{target.sign} {target.bound:g}{target.unit}",
            mark,
            f"{against_diet:.2f} 倍" if against_diet is not None else "",
        )
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2), title_justify="left")
    for place, heading in enumerate(headings):
        is_name = place == 0 or heading == "做什么"
        table.add_column(heading, justify="left" if is_name else "right", no_wrap=True)
    return table
