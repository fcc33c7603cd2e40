"""A real browser on a really running service. What is missing is said, and the tests skip."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from assistant.settings import PROJECT_DIR, inherited_environment, settings
from assistant.staff.roles import Role

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Running:
    """A served copy of the prepared bureau, and the one-time passwords it printed."""

    address: str
    passwords: dict[str, str]


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Running]:
    """`xunda serve --sample-accounts` in `folder`, on a copy of what `make setup` prepared, trained model and all."""
    prepared = settings().data_dir / "xunda.db"
    if not prepared.exists():
        pytest.skip(f"没有 {prepared}：先运行 make setup")
    shutil.copy(prepared, folder / "xunda.db")
    program = str(PROJECT_DIR / ".venv/bin/xunda")
    environment = {**inherited_environment(), "XUNDA_DATA_DIR": str(folder)}
    # What was prepared may be older than the source under test.
    subprocess.run([program, "migrate"], env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "serve", "--port", str(port), "--sample-accounts", *options]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            command,
            env=environment,
            stderr=said,
        )
    try:
        passwords = _wait(process, port, folder / "said")
        yield Running(f"http://127.0.0.1:{port}", passwords)
    finally:
        process.terminate()
        assert process.wait(30) == 0


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One bureau for all tests that only look, or only add."""
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


def _wait(process: subprocess.Popen[bytes], port: int, said: Path) -> dict[str, str]:
    """The printed passwords, once the service answers and an account of every role is there."""
    for _ in range(1800):
        assert process.poll() is None, said.read_text()
        found = dict(re.findall(r"示例账号 (\w+) .*一次性口令 (\S+)", said.read_text()))
        if len(found) == len(Role) and _answers(port):
            return found
        time.sleep(0.1)
    raise AssertionError(said.read_text())


def _answers(port: int) -> bool:
    try:
        return bool(
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).status == 200
        )
    except OSError:
        return False


@pytest.fixture(
    scope="package"
)  # Playwright's event loop runs in this thread: it must end before other tests begin
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; its absence is no fault of ours."""
    if CHROMIUM is None:
        pytest.skip("没有 Chromium：apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where the screenshots of the journey are kept, to be looked at."""
    folder = settings().data_dir / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
