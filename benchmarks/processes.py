"""Servers as processes of ours: started, waited for, weighed, stopped."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from assistant.settings import PROJECT_DIR
from benchmarks.prepare import CannotBench

START_TIMEOUT = 180.0
STOP_TIMEOUT = 30.0
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Server:
    """A running server, and how long it took from its start to its first right answer."""

    process: subprocess.Popen[bytes]
    port: int
    ready_seconds: float

    def resident_mb(self) -> float:
        """Memory of the whole process tree now, in megabytes (10⁶ bytes)."""
        root = psutil.Process(self.process.pid)
        tree = (root, *root.children(recursive=True))
        return float(sum(process.memory_info().rss for process in tree) / 1e6)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    folder: Path,
    port: int,
    path: str,
    expect: str,
) -> Iterator[Server]:
    """Run a server until the block ends. Its output is discarded: Rasa's holds what citizens write."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for_answer(process, port, path, expect, started + START_TIMEOUT)
        yield Server(process, port, time.perf_counter() - started)
    finally:
        _stop(process)


def _wait_for_answer(
    process: subprocess.Popen[bytes], port: int, path: str, expect: str, deadline: float
) -> None:
    """Ask again and again until a message is understood: an open port alone is not readiness."""
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            raise CannotBench(f"服务没有启动（退出码 {process.returncode}）：{process.args!r}")
        try:
            status, body = post_json(port, path, {"text": "取水许可怎么办"})
        except (OSError, http.client.HTTPException):
            time.sleep(POLL_SECONDS)
            continue
        if status == 200 and expect in body:
            return
        time.sleep(POLL_SECONDS)
    raise CannotBench(f"服务在 {START_TIMEOUT:.0f} 秒内没有就绪：{process.args!r}")


def post_json(port: int, path: str, fields: Mapping[str, Any]) -> tuple[int, str]:
    """One POST on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(
            "POST", path, json.dumps(fields).encode(), {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and its children, politely first; the group is of our making."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, sign)
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            continue


def run_module(
    module: str,
    job: Mapping[str, Any],
    timeout: float,
    environment: Mapping[str, str] | None = None,
) -> Any:
    """Run one of our measuring modules in a process of its own: JSON in, JSON out."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(job),
        cwd=PROJECT_DIR,
        env=None if environment is None else dict(environment),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode != 0:
        raise CannotBench(f"{module} 没有完成：{done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout)
