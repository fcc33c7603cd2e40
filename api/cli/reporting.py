"""`xunda report`: the figures of a year or a quarter as a report has them, and the files of a published one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.cli.base import app, fail, open_database, plainly, said
from assistant.migrations import is_current

if TYPE_CHECKING:
    from assistant.db import Database
    from assistant.statistics.reports.building import Publisher
    from assistant.statistics.reports.kinds import ReportKind, ReportPeriod
    from assistant.statistics.reports.reading import PublishedReport

report = typer.Typer(no_args_is_help=True, help="政府信息公开年度报告和依申请公开季度报告")
app.add_typer(report, name="report")

_AsJson = Annotated[bool, typer.Option("--json", help="打印 JSON，不打印表格")]
_YEAR = typer.Option(help="哪一年")


@report.command()
def annual(year: Annotated[int, _YEAR], as_json: _AsJson = False) -> None:
    """现在的数按年度报告的格式打印：25行，每行7个数。"""
    from assistant.statistics.periods import Year
    from assistant.statistics.reports.kinds import ReportKind

    with plainly():
        period = Year(year)
    _show(ReportKind.ANNUAL, period, as_json)


@report.command()
def quarterly(
    year: Annotated[int, _YEAR],
    quarter: Annotated[int, typer.Option(help="第几季度，1至4")],
    as_json: _AsJson = False,
) -> None:
    """现在的数按季度报告的格式打印。"""
    from assistant.statistics.periods import Quarter
    from assistant.statistics.reports.kinds import ReportKind

    with plainly():
        period = Quarter(year, quarter)
    _show(ReportKind.QUARTERLY, period, as_json)


@report.command()
def files(
    folder: Annotated[Path, typer.Argument(help="写到哪个目录")],
    report_id: Annotated[int, typer.Option("--id", help="已公布报告的编号")],
) -> None:
    """把一份已公布报告的文件写出来，与公布时逐字节相同。"""
    from assistant.statistics.reports.reading import get_published, read_file

    with _current_database() as database, database.reading() as session:
        view = get_published(session, report_id)
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{view.entry.kind.value}-{view.entry.period.key}-v{view.entry.version}"
        for file in view.files:
            path = folder / f"{name}.{file.format.value}"
            path.write_bytes(read_file(session, report_id, file.format))
            said.print(f"✓ {path}　{file.sha256}", highlight=False, markup=False)


@contextmanager
def _current_database() -> Iterator[Database]:
    with open_database() as database:
        if not is_current(database):
            raise fail("数据库结构不是当前版本，请先运行 xunda migrate")
        yield database


def _show(kind: ReportKind, period: ReportPeriod, as_json: bool) -> None:
    from assistant.cases.local_rules import load_rules
    from assistant.service import utc_now
    from assistant.statistics.gathering import gather_all
    from assistant.statistics.reports.building import build
    from assistant.statistics.reports.reading import newest_published

    with _current_database() as database:
        with database.reading() as session:
            calendar = load_rules(session).calendar
        gather_all(database, utc_now(), calendar)
        publisher = _publisher(database)
        with database.reading() as session:
            data = build(session, kind, period, publisher, calendar=calendar)
            published = newest_published(session, kind, period)
    if as_json:
        sys.stdout.write(json.dumps(_contract(data, published), ensure_ascii=False) + "\n")
    else:
        _print(data)


def _publisher(database: Database) -> Publisher:
    """Whose report it is; the figures can be had before any knowledge is imported."""
    from assistant.knowledge.shelf import MissingKnowledge, load_shelf
    from assistant.statistics.reports.building import Publisher

    try:
        with database.reading() as session:
            shelf = load_shelf(session, None)
    except MissingKnowledge:
        return Publisher("本机关", False)
    return Publisher.of(shelf.bureau, shelf.documents())


def _contract(data: dict[str, Any], published: PublishedReport | None) -> dict[str, Any]:
    """design.md §7: `rows` are those of the application table in the form's order."""
    from assistant.statistics.reports.checks import check
    from assistant.statistics.reports.tables import APPLICATIONS, table_of

    table = table_of(data, APPLICATIONS)
    assert table is not None
    return {
        "kind": data["kind"],
        "period": data["period"],
        "columns": table["columns"],
        "rows": table["rows"],
        "tables": data["tables"],
        "violations": [one.sentence for one in check(data) if one.expected is not None],
        "published": published
        and {
            "id": published.id,
            "number": published.number,
            "version": published.version,
            "published_at": published.published_at.isoformat(),
            "sha256": published.data_hash,
        },
    }


def _print(data: dict[str, Any]) -> None:
    from assistant.statistics.reports.tables import APPLICATIONS, table_of
    from assistant.statistics.reports.wording import number_text

    source = table_of(data, APPLICATIONS)
    assert source is not None
    table = Table(title=data["title"], caption=data["period_sentence"])
    table.add_column("", overflow="fold")
    for column in source["columns"]:
        table.add_column(column["label"], justify="right", overflow="fold")
    for row in source["rows"]:
        table.add_row(row["label"], *map(number_text, row["values"]))
    Console().print(table)
