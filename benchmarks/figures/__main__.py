"""`python -m benchmarks.figures`: this part alone; nothing is written."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.console import Console

from assistant.settings import settings
from benchmarks.figures.fill import Size
from benchmarks.figures.run import measure_figures
from benchmarks.figures.tables import tables

WIDTH = 112
said = Console(stderr=True, highlight=False)


def main(
    messages: Annotated[int, typer.Option(min=300)] = Size.messages,
    cases: Annotated[int, typer.Option(min=100)] = Size.cases,
    days: Annotated[int, typer.Option(min=100, max=1060)] = Size.days,
) -> None:
    """写入、汇总、读数，在 SQLite 和 PostgreSQL 上各一遍。"""
    started = time.perf_counter()

    def progress(step: str) -> None:
        said.print(f"[dim]{time.perf_counter() - started:6.1f} 秒[/dim]  {step}")

    found = measure_figures(settings(), progress, Size(messages, cases, days))
    out = Console(highlight=False)
    out.width = max(out.width, WIDTH)
    out.print(tables({"figures": found}))
    if not found["holds"]:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
