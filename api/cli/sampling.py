"""Sample years: `xunda samples years`, and what `xunda serve` does with the samples it is asked for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import typer

from api.cli.base import app, fail, open_service, said, working
from assistant.errors import Conflict

if TYPE_CHECKING:
    from assistant.service import Service

samples = typer.Typer(no_args_is_help=True, help="示例数据，只装进示例单位、没有真实件的数据库")
app.add_typer(samples, name="samples")


@samples.callback()
def _samples() -> None:
    """Keeps `years` a subcommand, also while it is the only one."""


@samples.command("years")
def years() -> None:
    """装入到昨天为止两年的示例件和示例对话；数据库从此标明“示例数据”。"""
    with open_service() as service:
        try:
            if not load_sample_years(service):
                said.print("✓ 示例年份已经装入过")
        except Conflict as error:
            raise fail(error.message) from error


def load_sample_years(service: Service) -> bool:
    """Load them; False where they are already, `Conflict` where they may not be."""
    from assistant.samples.mark import holds_samples
    from assistant.samples.reports import Press, publish_reports
    from assistant.samples.texts import read_texts
    from assistant.samples.years import load_years
    from assistant.service import utc_now
    from assistant.statistics.gathering import gather_all
    from assistant.statistics.reports.building import Publisher

    with service.db.reading() as session:
        if holds_samples(session):
            return False
    project, now = service.settings.project_dir, utc_now()
    with working("装入两年的示例件和对话（只有第一次要等，约半分钟）") as describe:

        def tell(day: date) -> None:
            if day.day == 1 and day.month in (1, 4, 7, 10):
                describe(f"{day.year}年第{day.month // 3 + 1}季度")

        done = service.db.write(
            lambda s: load_years(s, project, service.shelf, service.rules, now, tell=tell)
        )
        if done is None:
            return False
        describe("统计")
        gather_all(service.db, now, service.rules.calendar)
        describe("统计报告")
        publisher = Publisher.of(service.shelf.bureau, service.shelf.documents())
        press = Press.of(service.db, publisher, service.rules.calendar, now)
        publish_reports(press, read_texts(project).report)
    service.refresh()  # the replies that were published
    counted = f"{done.cases} 件示例件、{done.messages} 条示例提问"
    said.print(f"✓ 装入 {counted}；这个数据库从此标明“示例数据”", highlight=False)
    return True


def load_sample_queue(service: Service) -> None:
    """Thirty cases to practise on; nothing where the database has cases of its own."""
    from assistant.samples.queue import load_samples, read_samples
    from assistant.service import utc_now

    found, now = read_samples(service.settings.project_dir), utc_now()
    try:
        count = service.db.write(lambda s: load_samples(s, found, now, service.rules))
    except Conflict:
        return
    if count:
        said.print(f"✓ 装入 {count} 件示例件", highlight=False)
