"""`xunda search`: what is published, looked up from the command line. Nothing of it is kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.cli.base import app, fail, open_database
from assistant.migrations import is_current

if TYPE_CHECKING:
    from api.schemas import SearchHit, SearchReply
    from assistant.knowledge.search import EntryKind


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="几个词，或者拼音首字母")],
    as_json: Annotated[bool, typer.Option("--json", help="打印 JSON，不打印表格")] = False,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="只看一种，可以写几次：answer service office document notice reply"),
    ] = None,
    office: Annotated[str | None, typer.Option(help="只看一个处室的，如 office.fire")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="最多几条")] = 20,
) -> None:
    """查找问答、办事事项、处室、公开文件、提示和已公开的答复。"""
    from api.schemas import search_reply_of
    from assistant.cases.opening import local_date
    from assistant.knowledge.search import finder_of
    from assistant.knowledge.shelf import load_shelf
    from assistant.publication.reading import public_entries
    from assistant.service import utc_now

    kinds = [_kind(name) for name in kind or []]
    with open_database() as database:
        if not is_current(database):
            raise fail("数据库结构不是当前版本，请先运行 xunda migrate")
        with database.reading() as session:
            finder = finder_of(load_shelf(session, None), public_entries(session))
        today = local_date(utc_now())
        reply = search_reply_of(finder.search(text, today, kinds, office, limit))
    if as_json:
        sys.stdout.write(reply.model_dump_json() + "\n")
    else:
        _print(reply)


def _kind(name: str) -> EntryKind:
    from assistant.knowledge.search import EntryKind

    if name not in {one.value for one in EntryKind}:
        known = "、".join(f"{one.value}（{one.label}）" for one in EntryKind)
        raise fail(f"没有“{name}”这一种，可以写：{known}")
    return EntryKind(name)


def _print(reply: SearchReply) -> None:
    console = Console()
    told = f"{reply.total} 条结果"
    if reply.read_as:
        told += f"，按“{reply.read_as}”查找"
    if reply.partial:
        told += "；没有一条同时有这些词，下面的有其中一部分"
    if reply.results:
        table = Table(show_lines=True)
        for head in ("种类", "名称和内容", "处室", "地址"):
            table.add_column(head, overflow="fold")
        for hit in reply.results:
            table.add_row(hit.kind.label, _told(hit), hit.office_title, hit.url)
        console.print(table)
    console.print(told, highlight=False, markup=False)


def _told(hit: SearchHit) -> Text:
    title = Text(hit.title, style="bold")
    snippet = Text(hit.snippet)
    for text, highlights in (
        (title, hit.title_highlights),
        (snippet, hit.snippet_highlights),
    ):
        for start, end in highlights:
            text.stylize("bold yellow", start, end)
    return Text("\n").join([title, snippet]) if hit.snippet else title
