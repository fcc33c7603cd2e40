"""The load generator: N connections kept alive, each sending its next message once the last is answered.

A process of its own, so that no system is measured with the generator's cost inside it:

    python -m benchmarks.load < job.json > result.json
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

MAX_ERRORS = 200


@dataclass(frozen=True)
class Job:
    """What to send where. Each connection is its own conversation where `conversations` names them."""

    port: int
    path: str
    messages: list[str]
    connections: int
    seconds: float
    warm_up_count: int
    # What a right answer's body holds: a 200 alone proves little.
    expect: str
    conversations: str = ""


@dataclass
class Tally:
    """What was seen after the warm-up. Latencies are in seconds."""

    elapsed: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: int = 0


class BadAnswer(Exception):
    """Anything but a 200 with the expected body."""


class Connection:
    """One kept-alive HTTP/1.1 connection that knows just enough HTTP for these servers."""

    def __init__(self, job: Job, number: int) -> None:
        self._port, self._path, self._expect = job.port, job.path, job.expect.encode()
        self._fields = (
            {"conversation": f"{job.conversations}-{number}"} if job.conversations else {}
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, text: str) -> None:
        """Send one message and read its whole answer; `BadAnswer` when it is not the right kind."""
        reader, writer = self._streams or await self._open()
        body = json.dumps({"text": text, **self._fields}, ensure_ascii=False).encode()
        writer.write(
            b"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (self._path.encode(), self._port, len(body), body)
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        answer = await reader.readexactly(length)
        if b"connection: close" in head:
            self.close()
        if not head.startswith(b"http/1.1 200") or self._expect not in answer:
            raise BadAnswer(head.split(b"\r\n", 1)[0].decode())

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self._streams

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


FAILURES = (BadAnswer, OSError, asyncio.IncompleteReadError, IndexError, ValueError)


async def run(job: Job) -> Tally:
    """Warm up, then measure until the time or the messages are used up."""
    messages = iter(job.messages)
    connections = [Connection(job, number) for number in range(job.connections)]
    warm_up = iter([text for text, _ in zip(messages, range(job.warm_up_count), strict=False)])
    await _drive(connections, warm_up, job.seconds)
    tally = await _drive(connections, messages, job.seconds)
    for connection in connections:
        connection.close()
    return tally


async def _drive(connections: list[Connection], messages: Iterator[str], seconds: float) -> Tally:
    tally = Tally()
    start = time.perf_counter()

    async def send_all(connection: Connection) -> None:
        for text in messages:
            sent = time.perf_counter()
            if sent - start >= seconds or tally.errors >= MAX_ERRORS:
                return
            try:
                await connection.post(text)
            except FAILURES:
                tally.errors += 1
                connection.close()
            else:
                tally.latencies.append(time.perf_counter() - sent)

    await asyncio.gather(*(send_all(connection) for connection in connections))
    tally.elapsed = time.perf_counter() - start
    return tally


if __name__ == "__main__":
    job = Job(**json.load(sys.stdin))
    json.dump(asdict(asyncio.run(run(job))), sys.stdout)
