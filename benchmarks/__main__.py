"""`python -m benchmarks`: measure, print, and write benchmarks/latest.json.

    --seconds N         per measurement (default 10)
    --only xunda|rasa|accuracy|scale|figures   one part, for development: nothing is written

Speed comes first, on a machine that is still cool; then scale; then the published figures; then accuracy, whose first
run trains for half an hour or more.

Exit 1 when Rasa's environment is missing, when there is nothing to measure, or when any answer was wrong.
"""

from __future__ import annotations

import json
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console

from assistant.settings import Settings, settings
from assistant.training.train import CannotTrain
from benchmarks import measure, prepare, report
from benchmarks.accuracy import tables as accuracy_tables
from benchmarks.accuracy.rasa import Workshop
from benchmarks.accuracy.run import measure_accuracy
from benchmarks.figures import tables as figures_tables
from benchmarks.figures.run import measure_figures
from benchmarks.measure import Plan
from benchmarks.messages import collect_messages
from benchmarks.prepare import CannotBench, Progress, Subject
from benchmarks.report import DIET, PARSE, RASA, TURN, XUNDA, Footprint, Row
from benchmarks.scale import tables as scale_tables
from benchmarks.scale.run import has_data, measure_scale

LATEST = Path(__file__).with_name("latest.json")
# The tables need this much; a log file has no width of its own and would get 80.
WIDTH = 112
said = Console(stderr=True, highlight=False)


class Side(StrEnum):
    XUNDA = "xunda"
    RASA = "rasa"
    ACCURACY = "accuracy"
    SCALE = "scale"
    FIGURES = "figures"


WITHOUT_SPEED = (Side.ACCURACY, Side.SCALE, Side.FIGURES)


def main(
    seconds: Annotated[float, typer.Option(min=0.5, max=120, help="每项测多少秒")] = 10,
    only: Annotated[Side | None, typer.Option(help="只测一部分，不写 latest.json")] = None,
) -> None:
    """在本机上与 Rasa 并排测：同一个训练好的模型，同一个压测程序。"""
    try:
        latest = bench(settings(), seconds, only)
    except (CannotBench, CannotTrain) as error:
        said.print(f"[red]✗[/red] {error}")
        raise typer.Exit(1) from error
    out = Console(highlight=False)
    out.width = max(out.width, WIDTH)
    if only not in WITHOUT_SPEED:
        out.print(report.tables(latest))
    out.print(scale_tables.tables(latest))
    out.print(figures_tables.tables(latest))
    out.print(accuracy_tables.tables(latest))
    if only is None:
        said.print(f"✓ 已写入 {LATEST}")
    if errors := report.count_errors(latest):
        said.print(f"[red]✗[/red] 有 {errors} 次没有得到正确的回答，以上数字不可信")
        raise typer.Exit(1)
    if only is None and not prepare.has_rasa(settings()):
        raise typer.Exit(1)


def bench(configuration: Settings, seconds: float, only: Side | None) -> dict[str, Any]:
    """One whole run: speed, then accuracy. Systems run one after another, never together."""
    started = time.perf_counter()

    def progress(step: str) -> None:
        said.print(f"[dim]{time.perf_counter() - started:6.1f} 秒[/dim]  {step}")

    machine = describe_machine()
    subject = prepare.read_subject(configuration)
    rows: list[Row] = []
    footprints: list[Footprint] = []
    if only not in WITHOUT_SPEED:
        _bench_speed(configuration, subject, seconds, only, progress, rows, footprints)
    latest = report.figures(rows, footprints, machine)
    _keep(latest, only)
    if only is Side.SCALE or (only is None and has_data(configuration)):
        latest["scale"] = measure_scale(configuration, progress)
        _keep(latest, only)
    elif only is None:
        said.print("[yellow]![/yellow] 旁边没有 shared/data/taipei_faq，规模没有测")
    if only in (None, Side.FIGURES):
        latest["figures"] = measure_figures(configuration, progress)
        _keep(latest, only)
    if only is Side.ACCURACY and not prepare.has_rasa(configuration):
        raise CannotBench(f"没有 Rasa 环境（{configuration.rasa_python}），准确率没有对手可比")
    if only in (None, Side.ACCURACY) and prepare.has_rasa(configuration):
        latest |= measure_accuracy(configuration, subject, progress)
        _keep(latest, only)
    return latest


def _keep(latest: dict[str, Any], only: Side | None) -> None:
    """Write what is known so far: a run of two hours that breaks off keeps its finished parts."""
    if only is None:
        LATEST.write_text(json.dumps(latest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _bench_speed(
    configuration: Settings,
    subject: Subject,
    seconds: float,
    only: Side | None,
    progress: Progress,
    rows: list[Row],
    footprints: list[Footprint],
) -> None:
    progress("准备消息")
    count = measure.messages_needed(seconds)
    plan = Plan(seconds, collect_messages(configuration, subject.examples, count), progress)
    if only is not Side.XUNDA and prepare.has_rasa(configuration):
        _bench_rasa(configuration, subject, plan, rows, footprints)
    elif only is not Side.XUNDA:
        said.print(f"[yellow]![/yellow] 没有 Rasa 环境（{configuration.rasa_python}），只测询答")
    if only is not Side.RASA:
        _bench_xunda(configuration, plan, rows, footprints)


def _bench_rasa(
    configuration: Settings,
    subject: Subject,
    plan: Plan,
    rows: list[Row],
    footprints: list[Footprint],
) -> None:
    # Both are trained before either is measured: a machine warm from training slows only what comes at once.
    archives = {
        RASA: prepare.train_same(configuration, subject, plan.progress),
        DIET: Workshop(configuration, plan.progress).archive(DIET, subject.examples),
    }
    for system, archive in archives.items():
        plan.progress(f"启动 {report.NAMES[system]}（约半分钟）")
        with (
            tempfile.TemporaryDirectory(dir=prepare.bench_folder(configuration)) as folder,
            measure.rasa_server(archive, configuration, Path(folder)) as server,
        ):
            if system == RASA:
                largest = measure.check_same_model(server, subject, plan)
                plan.progress(f"同一个模型：置信度最大相差 {largest:.1e}")
            seen, footprint = measure.measure_server(
                server, system, PARSE, measure.RASA_PATH, measure.RASA_EXPECT, plan
            )
        rows += seen
        footprints.append(footprint)


def _bench_xunda(
    configuration: Settings, plan: Plan, rows: list[Row], footprints: list[Footprint]
) -> None:
    with prepare.copied(configuration) as copy:
        rows += measure.measure_understanding(copy, plan)
        plan.progress("启动询答")
        with measure.xunda_server(copy) as server:
            seen, footprint = measure.measure_server(
                server, XUNDA, TURN, measure.XUNDA_PATH, measure.XUNDA_EXPECT, plan
            )
    rows += seen
    footprints.append(footprint)


def describe_machine() -> dict[str, Any]:
    """Where and when; the load average before the run tells a busy machine from an idle one."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    typer.run(main)
