"""One thread that works off whatever is waiting, together: what costs once a batch is paid once a batch.

Nobody is made to wait for company: whatever arrives while a batch is worked on forms the next one.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from assistant.errors import Unavailable

Given = TypeVar("Given")
Result = TypeVar("Result")


@dataclass(eq=False)
class Job(Generic[Given, Result]):
    """Something given, and the future its giver waits on."""

    given: Given
    future: Future[Result] = field(default_factory=Future)


class Batcher(Generic[Given, Result]):
    """Hands waiting jobs to `work` in batches of at most `most`; `work` sets their futures.

    What `work` raises goes to every job it left unanswered: the thread outlives every failure.
    """

    def __init__(
        self, name: str, most: int, work: Callable[[list[Job[Given, Result]]], None]
    ) -> None:
        self._most = most
        self._work = work
        self._jobs: queue.SimpleQueue[Job[Given, Result] | None] = queue.SimpleQueue()
        # Held while a job is queued or the end is announced, so that nothing is queued behind the end.
        self._door = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, given: Given) -> Future[Result]:
        """Queue one job; `Unavailable` after `close`."""
        job: Job[Given, Result] = Job(given)
        with self._door:
            if self._closed:
                raise Unavailable
            self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Finish what was accepted, then end. May be called again."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch, is_last = self._gather(job)
            # A caller that gave up before its turn is left out; from here on nobody can.
            self._attempt([job for job in batch if job.future.set_running_or_notify_cancel()])
            if is_last:
                return

    def _gather(self, first: Job[Given, Result]) -> tuple[list[Job[Given, Result]], bool]:
        """The first job with all that wait behind it, and whether the end stands behind them."""
        batch = [first]
        while len(batch) < self._most:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _attempt(self, batch: list[Job[Given, Result]]) -> None:
        try:
            self._work(batch)
        except Exception as error:
            for job in batch:
                if not job.future.done():
                    job.future.set_exception(error)
