"""What is asked of each system, under the same loads and with the same messages."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.language.encoder import default_encoder
from assistant.language.model import Model
from assistant.language.text import normalise
from assistant.settings import Settings
from assistant.training.train import rasa_environment
from benchmarks import load, understanding
from benchmarks.load import Tally
from benchmarks.prepare import CannotBench, Progress, Subject
from benchmarks.processes import Server, free_port, post_json, run_module, serving
from benchmarks.report import LOADS, TURN, UNDERSTANDING, XUNDA, Footprint, Row, row_of

RASA_PATH, RASA_EXPECT = "/model/parse", '"intent_ranking"'
XUNDA_PATH, XUNDA_EXPECT = "/api/chat", '"outcome"'
WARM_UP_COUNT = 64
# More than any system here answers in a second; a measurement ends when its messages are used up.
MOST_PER_SECOND = 2500
COMPARED = 24
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Plan:
    """How long, with which messages, and whom to tell."""

    seconds: float
    messages: list[str]
    progress: Progress

    def messages_for(self, connections: int) -> list[str]:
        """A share of the messages for each load, so that no load meets what another left in a cache."""
        share = len(self.messages) // len(LOADS)
        place = LOADS.index(connections)
        return self.messages[place * share : (place + 1) * share]

    @property
    def timeout(self) -> float:
        return 120 + 6 * self.seconds


def messages_needed(seconds: float) -> int:
    return len(LOADS) * (WARM_UP_COUNT + math.ceil(MOST_PER_SECOND * seconds))


@contextmanager
def rasa_server(archive: Path, settings: Settings, folder: Path) -> Iterator[Server]:
    """Rasa's own server on one archive, telemetry off."""
    port = free_port()
    command: list[str | Path] = [
        settings.rasa_python,
        "-m",
        "rasa",
        "run",
        "--enable-api",
        "-m",
        archive.resolve(),
    ]
    command += ["-i", "127.0.0.1", "-p", str(port)]
    environment = rasa_environment(settings)
    with serving(command, environment, folder, port, RASA_PATH, RASA_EXPECT) as server:
        yield server


@contextmanager
def xunda_server(settings: Settings) -> Iterator[Server]:
    """`xunda serve` on the throwaway copy."""
    port = free_port()
    command: list[str | Path] = [
        Path(sys.executable).with_name("xunda"),
        "serve",
        "--port",
        str(port),
    ]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("XUNDA_")}
    environment["XUNDA_DATA_DIR"] = str(settings.data_dir)
    environment["XUNDA_PROJECT_DIR"] = str(settings.project_dir)
    folder = settings.data_dir
    with serving(command, environment, folder, port, XUNDA_PATH, XUNDA_EXPECT) as server:
        yield server


def measure_server(
    server: Server, system: str, what: str, path: str, expect: str, plan: Plan
) -> tuple[list[Row], Footprint]:
    """The server's rows, then its memory with all that traffic behind it."""
    rows = []
    for connections in LOADS:
        plan.progress(f"{system}：{path}，{connections} 个连接")
        job = load.Job(
            port=server.port,
            path=path,
            messages=plan.messages_for(connections),
            connections=connections,
            seconds=plan.seconds,
            warm_up_count=WARM_UP_COUNT,
            expect=expect,
            conversations=f"bench-{connections}" if what == TURN else "",
        )
        seen = run_module("benchmarks.load", asdict(job), plan.timeout)
        rows.append(_row(system, what, connections, Tally(**seen)))
    return rows, Footprint(system, round(server.ready_seconds, 2), round(server.resident_mb(), 1))


def measure_understanding(settings: Settings, plan: Plan) -> list[Row]:
    """Xunda's witnesses and decision, in a process of their own and without HTTP."""
    rows = []
    for in_flight in LOADS:
        plan.progress(f"{XUNDA}：理解和决定，{in_flight} 条同时")
        job = understanding.Job(
            data_dir=str(settings.data_dir),
            project_dir=str(settings.project_dir),
            messages=plan.messages_for(in_flight),
            in_flight=in_flight,
            seconds=plan.seconds,
            warm_up_count=WARM_UP_COUNT,
        )
        seen = run_module("benchmarks.understanding", asdict(job), plan.timeout)
        rows.append(_row(XUNDA, UNDERSTANDING, in_flight, Tally(**seen)))
    return rows


def _row(system: str, what: str, connections: int, tally: Tally) -> Row:
    return row_of(system, what, connections, tally.latencies, tally.elapsed, tally.errors)


def check_same_model(server: Server, subject: Subject, plan: Plan) -> float:
    """Rasa's confidences must be ours; returns the largest difference, refuses to compare two models."""
    model = Model.load(subject.artifact, subject.sha256)
    texts = plan.messages[:COMPARED]
    largest = 0.0
    for text in texts:
        # Alone, as Rasa encodes it: another batch size rounds the encoder's float32 products otherwise.
        ours = model.rank(text, default_encoder().encode([normalise(text)])[0], len(model.labels))
        _, body = post_json(server.port, RASA_PATH, {"text": text})
        largest = max(largest, _difference(body, {one.label: one.confidence for one in ours}))
    if largest >= TOLERANCE:
        raise CannotBench(
            f"Rasa 服务的不是同一个模型：置信度相差 {largest:.1e}（应小于 {TOLERANCE:.0e}）；"
            "词典或编码器可能在训练之后改过，先运行 xunda train --force"
        )
    return largest


def _difference(body: str, ours: Mapping[str, float]) -> float:
    """The largest difference in one answer of Rasa's; a label we do not know counts as 0."""
    theirs = {one["name"]: float(one["confidence"]) for one in json.loads(body)["intent_ranking"]}
    return max(abs(chance - ours.get(label, 0.0)) for label, chance in theirs.items())
