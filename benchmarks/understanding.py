"""Xunda's understanding without HTTP and without storing: every witness and `decide()`, N messages in flight.

    python -m benchmarks.understanding < job.json > result.json

The mask for personal data is part of it, since no message is understood without.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue

from assistant.conversation import chat
from assistant.conversation.decide import decide
from assistant.conversation.decision import Memory
from assistant.language.understanding import Heard
from assistant.service import Service
from assistant.settings import Settings
from benchmarks.load import Tally


@dataclass(frozen=True)
class Job:
    """What to understand, and how many messages are to be under way at any time."""

    data_dir: str
    project_dir: str
    messages: list[str]
    in_flight: int
    seconds: float
    warm_up_count: int


def run(service: Service, job: Job) -> Tally:
    """Warm up, then measure until the time or the messages are used up."""
    messages = iter(job.messages)
    warm_up = iter([text for text, _ in zip(messages, range(job.warm_up_count), strict=False)])
    _drive(service, warm_up, job.in_flight, job.seconds)
    return _drive(service, messages, job.in_flight, job.seconds)


def _drive(service: Service, messages: Iterator[str], in_flight: int, seconds: float) -> Tally:
    tally = Tally()
    done: SimpleQueue[tuple[float, Future[Heard]]] = SimpleQueue()
    under_way = 0
    start = time.perf_counter()

    def submit() -> bool:
        text = next(messages, None)
        sent = time.perf_counter()
        if text is None or sent - start >= seconds:
            return False
        future = service.hear(chat.understood_part(text))
        future.add_done_callback(lambda finished: done.put((sent, finished)))
        return True

    while under_way < in_flight and submit():
        under_way += 1
    while under_way:
        sent, future = done.get(timeout=60)
        heard = future.result()
        _check_witnesses(heard)
        decide(heard, Memory(), service.shelf, service.tuning)
        tally.latencies.append(time.perf_counter() - sent)
        under_way += submit() - 1
    tally.elapsed = time.perf_counter() - start
    return tally


def _check_witnesses(heard: Heard) -> None:
    if not (heard.has_model and heard.has_encoder):
        raise RuntimeError("a witness is missing; these figures would flatter")


def main() -> None:
    job = Job(**json.load(sys.stdin))
    settings = Settings(
        data_dir=Path(job.data_dir), project_dir=Path(job.project_dir), database_url=""
    )
    service = Service(settings)
    tally = run(service, job)
    service.close()
    json.dump(asdict(tally), sys.stdout)


if __name__ == "__main__":
    main()
