"""One service of one size, in a process of its own: says how it loaded, then does one job a line.

    python -m benchmarks.scale.worker DATA_DIR PROJECT_DIR

Jobs and results are lines of JSON on standard input and output; the process ends with its input.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import psutil

from api.schemas import search_reply_of
from assistant.cases.opening import local_date
from assistant.language.encoder import default_encoder
from assistant.service import Service, utc_now
from assistant.settings import Settings

TURN, SEARCH = "turn", "search"
# A citizen's sitting: then the next conversation begins.
TURNS_EACH = 8


@dataclass(frozen=True)
class Ready:
    """What loading took: seconds, and megabytes (10⁶ bytes) of the whole process."""

    labels: int
    phrasings: int
    load_seconds: float
    finder_seconds: float
    cpu_seconds: float
    """Of the process while it loaded both: what is left on a machine that has nothing else to do."""
    empty_mb: float
    resident_mb: float
    peak_mb: float


@dataclass(frozen=True)
class Job:
    """Texts to be asked or looked up, `at_once` of them under way at any time; `meant` are their answers' ids."""

    what: str
    texts: list[str]
    meant: list[str]
    at_once: int = 1


@dataclass(frozen=True)
class Done:
    """Latencies in seconds, those of each thread one after another, and how many got the answer meant."""

    latencies: list[float]
    right: int


def load(settings: Settings) -> tuple[Service, Ready]:
    """Everything a serving process holds, the encoder first, since that does not grow."""
    default_encoder(settings.encoder_cache)
    empty = psutil.Process().memory_info().rss
    started, working = time.perf_counter(), time.process_time()
    service = Service(settings)
    loaded = time.perf_counter()
    _ = service.finder
    found = time.perf_counter()
    index = service.shelf.index
    return service, Ready(
        labels=len(index.labels),
        phrasings=len(index.phrasings),
        load_seconds=loaded - started,
        finder_seconds=found - loaded,
        cpu_seconds=time.process_time() - working,
        empty_mb=empty / 1e6,
        resident_mb=psutil.Process().memory_info().rss / 1e6,
        peak_mb=peak_memory() / 1e6,
    )


def peak_memory() -> int:
    """The most this process has held, in bytes. `getrusage` would tell its parent's where that was more."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(
        int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")
    )


def work(service: Service, job: Job) -> Done:
    """Do one job, each thread its share of the texts, one after another."""
    latencies: list[list[float]] = [[] for _ in range(job.at_once)]
    right = [0] * job.at_once
    one = _asker(service) if job.what == TURN else _searcher(service)

    def run(number: int) -> None:
        mine = zip(job.texts, job.meant, strict=True)
        for place, (text, meant) in enumerate(islice(mine, number, None, job.at_once)):
            started = time.perf_counter()
            found = one(f"{id(job)}-{number}-{place // TURNS_EACH}", text)
            latencies[number].append(time.perf_counter() - started)
            right[number] += meant in found

    threads = [threading.Thread(target=run, args=(number,)) for number in range(job.at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Done([seconds for several in latencies for seconds in several], sum(right))


def _asker(service: Service) -> Callable[[str, str], list[str]]:
    """A whole turn: understood, decided, said and stored. What it told: two neighbours may be told together."""
    return lambda token, text: list(service.ask(token, text).reply.get("parts", ()))


def _searcher(service: Service) -> Callable[[str, str], list[str]]:
    """What GET /api/search does between its limits and its JSON."""
    today = local_date(utc_now())
    return lambda _, text: [
        hit.id for hit in search_reply_of(service.finder.search(text, today)).results
    ]


def main(arguments: Sequence[str]) -> None:
    data, project = map(Path, arguments)
    settings = Settings(data_dir=data, project_dir=project, database_url="")
    service, ready = load(settings)
    _say(asdict(ready))
    for line in sys.stdin:
        _say(asdict(work(service, Job(**json.loads(line)))))
    service.close()


def _say(result: dict[str, object]) -> None:
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
