"""The command that runs the worker by itself, beside services that do not."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.base import app, fail, open_database, said
from assistant.migrations import is_current
from assistant.settings import settings

if TYPE_CHECKING:
    from assistant.worker import Report

_LABELS = {
    "resume_silent": "征求意见期满",
    "log_overdue": "记录超期",
    "release_idle": "退回闲置",
    "close_settled": "自动办结",
    "due_soon": "到期提醒",
    "digest": "今日待办",
    "page": "页面通知",
    "plan": "待发通知",
    "sent": "发出",
    "unsent": "未发出",
    "strays": "清理无主附件",
}


@app.command()
def worker(
    once: Annotated[bool, typer.Option("--once", help="只做一轮，并说明做了什么")] = False,
) -> None:
    """记录超期、退回闲置、提醒到期、发出通知。网站自己也做这些，一般不用另外运行。"""
    from assistant.cases.local_rules import load_rules
    from assistant.service import utc_now
    from assistant.worker import Worker

    with open_database() as database:
        if not is_current(database):
            raise fail("数据库结构不是当前版本，请先运行 xunda migrate")
        working = Worker(database, settings(), load_rules, utc_now)
        if once:
            _tell(working.run_once())
            return
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: working.stop())
        said.print("✓ 后台任务已启动")
        working.run_forever()


def _tell(report: Report) -> None:
    done = [f"{_LABELS[name]} {count}" for name, count in report.done.items() if count]
    if report.failed:
        names = "、".join(_LABELS[name] for name in report.failed)
        raise fail(f"没有做成：{names}。原因见上面的日志，下一轮会再试")
    said.print(f"✓ {'，'.join(done) or '没有要做的事'}", highlight=False)
