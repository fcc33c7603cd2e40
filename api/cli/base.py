"""The command itself, and what every part of it uses."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from assistant.db import Database, DatabaseFailure, reason_of
from assistant.errors import Refused
from assistant.migrations import is_current
from assistant.settings import settings

if TYPE_CHECKING:
    from assistant.service import Service

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="询答 Xunda")
said = Console(stderr=True, soft_wrap=True)


def fail(sentence: str) -> typer.Exit:
    """One plain sentence on standard error, and exit code 1."""
    said.print(f"[red]✗[/red] {sentence}", highlight=False)
    return typer.Exit(1)


@contextmanager
def working(step: str) -> Iterator[Callable[[str], None]]:
    """A line that lives while a step runs; the value it gives changes the wording."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=said, transient=True) as progress:
        task = progress.add_task(step, total=None)

        def describe(text: str) -> None:
            progress.update(task, description=f"{step}：{text}")
            if not said.is_terminal:
                said.print(f"  {step}：{text}", highlight=False)

        yield describe


@contextmanager
def plainly() -> Iterator[None]:
    """Whatever goes wrong inside is said in one sentence, not in a traceback."""
    try:
        yield
    except typer.Exit:
        raise  # already said
    except DatabaseFailure as error:
        raise fail(f"数据库用不了：{reason_of(error)}。可以运行 xunda doctor 检查") from error
    except (Refused, RuntimeError, OSError) as error:
        raise fail(str(error)) from error


@contextmanager
def open_database() -> Iterator[Database]:
    """The configured database, checked; closed again at the end."""
    with plainly():
        database = Database(settings().url)
        try:
            database.check()
            yield database
        finally:
            database.close()


@contextmanager
def open_service() -> Iterator[Service]:
    """The assistant, opened and closed again; what keeps it from opening is said in one sentence."""
    from assistant.service import Service

    with open_database() as database:
        if not is_current(database):
            raise fail("数据库结构不是当前版本，请先运行 xunda migrate")
    with plainly():
        service = Service(settings())
    try:
        yield service
    finally:
        service.close()


@app.callback()
def main() -> None:
    """市林业水利局公众询答助手。"""
    os.umask(0o077)  # what this program writes is for its own user
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in (
        "alembic",
        "sqlalchemy",
        "httpx",
        "fontTools",
        "weasyprint",
        "weasyprint.progress",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
