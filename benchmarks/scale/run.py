"""What is measured, in which order: every size is filled, then all are loaded, then asked in turns.

The sizes take turns round by round, so that a machine that grows busy or warm slows all of them alike.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.language.encoder import default_encoder
from assistant.settings import PROJECT_DIR, Settings
from benchmarks.prepare import CannotBench, Progress, bench_folder
from benchmarks.report import percentile
from benchmarks.scale import phrasings, taipei
from benchmarks.scale.prepare import Filled, fill, shared_file
from benchmarks.scale.tables import verdict
from benchmarks.scale.vectors import CachedEncoder
from benchmarks.scale.worker import SEARCH, TURN, Done, Job, Ready

SIZES = (1_000, 10_000, 100_000)
ROUNDS, WARM_UP = 6, 24
# In each round and of each size: turns one by one, turns of many askers, searches.
TURNS, CROWD_TURNS, SEARCHES = 60, 64, 80
ASKERS = 8

Loads = tuple[tuple[str, int, int], ...]
LOADS: Loads = ((TURN, 1, TURNS), (TURN, ASKERS, CROWD_TURNS), (SEARCH, 1, SEARCHES))


@dataclass
class Worker:
    """A running worker, and what it has done so far by what it was asked and how many at once."""

    filled: Filled
    ready: Ready
    process: subprocess.Popen[str]
    latencies: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    right: dict[str, int] = field(default_factory=dict)

    def do(self, job: Job) -> Done:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asdict(job)) + "\n")
        self.process.stdin.flush()
        return Done(**_next_line(self.process))


def _next_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise CannotBench(f"规模基准的工作进程中断了（退出码 {process.wait()}）")
    found: dict[str, Any] = json.loads(line)
    return found


def has_data(settings: Settings) -> bool:
    """Whether the data of others lie beside the project."""
    return shared_file(settings).exists()


def measure_scale(
    settings: Settings, progress: Progress, sizes: Sequence[int] = SIZES
) -> dict[str, Any]:
    """The part of latest.json called "scale"; `CannotBench` where the data of others do not lie."""
    file = shared_file(settings)
    if not has_data(settings):
        raise CannotBench(f"没有 {file}，规模没有测")
    began = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_average": round(os.getloadavg()[0], 2),
    }
    questions = taipei.read_questions(file)
    folder = bench_folder(settings)
    encoder = CachedEncoder(
        default_encoder(settings.encoder_cache), folder / "scale" / "vectors.npz"
    )
    with tempfile.TemporaryDirectory(dir=folder, prefix="scale-") as name, ExitStack() as stack:
        workers = []
        for size in sizes:
            progress(f"规模：导入 {size:,} 种问法（第一次要计算语义向量，几分钟）")
            data = Path(name) / str(size)
            data.mkdir()
            filled = fill(settings, questions, size, encoder, data)
            encoder.save()
            progress(f"规模：装入 {size:,} 种问法")
            workers.append(stack.enter_context(_working(filled)))
        _ask_in_turns(workers, progress)
    return began | verdict([_row(worker) for worker in workers], len(questions))


@contextmanager
def _working(filled: Filled) -> Iterator[Worker]:
    command = [sys.executable, "-m", "benchmarks.scale.worker"]
    command += [str(filled.settings.data_dir.resolve()), str(filled.settings.project_dir.resolve())]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=PROJECT_DIR, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield Worker(filled, Ready(**_next_line(process)), process)
        finally:
            assert process.stdin is not None
            process.stdin.close()  # it ends with its input


def _ask_in_turns(workers: Sequence[Worker], progress: Progress) -> None:
    """The same messages to every size, about answers that every size holds."""
    smallest = min(workers, key=lambda worker: worker.filled.phrasings).filled
    known: dict[str, set[str]] = {}
    for worker in workers:
        for answer_id, texts in worker.filled.known.items():
            known.setdefault(answer_id, set()).update(texts)
    streams: Mapping[str, Iterator[tuple[str, str]]] = {
        TURN: phrasings.messages(smallest.asked_for, known),
        SEARCH: phrasings.searches(smallest.asked_for),
    }
    for what in (TURN, SEARCH):
        job = _next_job(streams, what, WARM_UP, 1)
        for worker in workers:
            worker.do(job)
    for number in range(1, ROUNDS + 1):
        progress(f"规模：轮流提问，第 {number} 轮，共 {ROUNDS} 轮")
        for what, at_once, count in LOADS:
            job = _next_job(streams, what, count, at_once)
            for worker in workers:
                done = worker.do(job)
                worker.latencies.setdefault((what, at_once), []).extend(done.latencies)
                worker.right[what] = worker.right.get(what, 0) + done.right


def _next_job(
    streams: Mapping[str, Iterator[tuple[str, str]]], what: str, count: int, at_once: int
) -> Job:
    texts, meant = zip(*islice(streams[what], count), strict=True)
    return Job(what, list(texts), list(meant), at_once)


def _row(worker: Worker) -> dict[str, Any]:
    filled, ready = worker.filled, worker.ready
    row: dict[str, Any] = {
        "phrasings": ready.phrasings,
        "labels": ready.labels,
        "answers": len(filled.asked_for),
        "classifier": None,  # none is trained: the other witnesses carry the whole weight
        "import_seconds": round(filled.read_seconds + filled.write_seconds, 2),
        "encode_seconds": round(filled.encode_seconds, 1),
        "load_seconds": round(ready.load_seconds + ready.finder_seconds, 2),
        "load_cpu_seconds": round(ready.cpu_seconds, 2),
        "load_search_seconds": round(ready.finder_seconds, 2),
        "resident_mb": round(ready.resident_mb, 1),
        "load_peak_mb": round(ready.peak_mb, 1),
    }
    for what, right in worker.right.items():
        asked = sum(len(found) for (done, _), found in worker.latencies.items() if done == what)
        row[f"{what}_right"] = round(right / asked, 3)
    for (what, at_once), latencies in worker.latencies.items():
        name = what if at_once == 1 else f"{what}_{at_once}_at_once"
        row[f"{name}_p50_ms"] = round(percentile(latencies, 0.50) * 1000, 2)
        row[f"{name}_p95_ms"] = round(percentile(latencies, 0.95) * 1000, 2)
    return row
