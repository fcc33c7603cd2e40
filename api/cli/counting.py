"""The commands that bring the counts behind the published figures up to date, prove them, and make them anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from api.cli.base import app, fail, open_database, said
from assistant.migrations import is_current

if TYPE_CHECKING:
    from assistant.cases.workdays import Calendar
    from assistant.db import Database

_WORST = 10
stats = typer.Typer(no_args_is_help=True, help="统计数字：补计、核对、重算。")
app.add_typer(stats, name="stats")


@stats.command()
def gather() -> None:
    """把上次以后发生的事计入统计。网站每五分钟自己做一次，一般不用另外运行。"""
    from assistant.service import utc_now
    from assistant.statistics.gathering import gather_all

    with _figures() as (database, calendar):
        moved = gather_all(database, utc_now(), calendar)
    said.print(f"✓ 统计已经补到最新，{moved}件有变动", highlight=False)


@stats.command()
def verify() -> None:
    """从案件、日志和提问重新算一遍，与存着的统计逐格比对；只读，网站可以照常运行。"""
    from assistant.statistics.verifying import verify as differences_of

    with _figures() as (database, calendar), database.reading() as session:
        found = differences_of(session, calendar)
    if not found:
        said.print("✓ 统计与案件、日志、提问逐格一致", highlight=False)
        return
    for one in found[:_WORST]:
        said.print(f"  {one.what}：存着 {one.stored}，应为 {one.true}", highlight=False)
    raise fail(f"有{len(found)}格统计与原始记录不符，请运行 xunda stats rebuild 重算")


@stats.command()
def rebuild() -> None:
    """丢掉存着的统计，全部重算。算完以前，页面上的数字不全。"""
    from assistant.service import utc_now
    from assistant.statistics.gathering import forget, gather_all

    with _figures() as (database, calendar):
        database.write(forget)
        counted = gather_all(database, utc_now(), calendar)
    said.print(f"✓ 统计已经全部重算，共{counted}件次", highlight=False)


@contextmanager
def _figures() -> Iterator[tuple[Database, Calendar]]:
    """The database at its present structure, and the calendar by which days are counted."""
    from assistant.cases.local_rules import load_rules

    with open_database() as database:
        if not is_current(database):
            raise fail("数据库结构不是当前版本，请先运行 xunda migrate")
        with database.reading() as session:
            calendar = load_rules(session).calendar
        yield database, calendar
