"""`python -m benchmarks.scale`: measure size alone, print it, and put it into benchmarks/latest.json.

Exit 1 when the data are missing or a bar does not hold.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import typer
from rich.console import Console

from assistant.settings import settings
from benchmarks.prepare import CannotBench
from benchmarks.scale.run import measure_scale
from benchmarks.scale.tables import tables

LATEST = Path(__file__).resolve().parents[1] / "latest.json"
said = Console(stderr=True, highlight=False)


def main() -> None:
    """只测规模：第二个局（台北市 1,877 条问答），1,000 到 100,000 种问法。"""
    started = time.perf_counter()

    def progress(step: str) -> None:
        said.print(f"[dim]{time.perf_counter() - started:6.1f} 秒[/dim]  {step}")

    try:
        found = measure_scale(settings(), progress)
    except CannotBench as error:
        said.print(f"[red]✗[/red] {error}")
        raise typer.Exit(1) from error
    Console(highlight=False).print(tables({"scale": found}))
    latest = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else {}
    latest["scale"] = found
    LATEST.write_text(json.dumps(latest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if not found["holds"]:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
