"""The command itself, and what every part of it uses."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from assistant.db import Database
from assistant.errors import Refused
from assistant.settings import settings

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="询答 Xunda")
said = Console(stderr=True)


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
def open_database() -> Iterator[Database]:
    """The configured database, checked; closed again at the end."""
    database = Database(settings().url)
    try:
        database.check()
        yield database
    except (Refused, RuntimeError, OSError) as error:
        raise fail(str(error)) from error
    finally:
        database.close()


@app.callback()
def main() -> None:
    """市林业水利局公众询答助手。"""
    os.umask(0o077)  # what this program writes is for its own user
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("alembic", "sqlalchemy", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
