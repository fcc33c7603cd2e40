"""Commands that run the assistant and ask it: serve, ask, due, doctor, settings."""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from api.cli.base import app, fail, open_service, said
from api.cli.sampling import load_sample_queue, load_sample_years
from assistant.db import Database, without_password
from assistant.errors import Conflict, Refused
from assistant.settings import settings

if TYPE_CHECKING:
    from assistant.service import Service


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    host: str = "127.0.0.1",
    sample_accounts: Annotated[
        bool, typer.Option(help="建立示例工作人员账号并打印一次性口令")
    ] = False,
    sample_cases: Annotated[
        bool, typer.Option(help="装入三十件示例件供练习；只对示例单位、没有真实件的数据库")
    ] = False,
    sample_years: Annotated[
        bool, typer.Option(help="装入两年的示例件和示例对话，供看统计；第一次约半分钟")
    ] = False,
) -> None:
    """启动网站。"""
    from assistant.language.encoder import load_early

    load_early(settings().encoder_cache)
    import uvicorn

    from api.app import create_app
    from assistant.cases.local_rules import load_rules
    from assistant.service import utc_now
    from assistant.worker import Worker

    listener = _listen(host, port)
    with open_service() as service:
        if service.model is None:
            said.print("[yellow]![/yellow] 还没有分类器，先只凭匹配作答（xunda train 可以训练）")
        _load_samples(service, sample_cases, sample_years)
        address = f"http://{host}:{port}"
        said.print(f"✓ 询答已启动：{address}   工作人员入口：{address}/staff", highlight=False)
        if sample_accounts:  # argon2 takes its second; the citizens' page does not wait for it
            threading.Thread(target=_print_sample_accounts, args=(service.db,), daemon=True).start()
        config = uvicorn.Config(
            create_app(service),
            log_level="warning",
            access_log=False,  # addresses and paths of citizens do not belong in a log that lasts
            server_header=False,
            timeout_graceful_shutdown=20,
        )
        for sign in (signal.SIGTERM, signal.SIGINT):
            # uvicorn drains, then raises the signal again for whoever was there before: us, who just end.
            signal.signal(sign, signal.SIG_IGN)
        worker = Worker(service.db, service.settings, load_rules, utc_now)
        worker.start()
        try:
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            worker.stop()


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow, so that a port in use is said at once."""
    # Named TCP outright: asyncio turns Nagle's delay off (44 ms an answer) only where the protocol says so.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise fail(
            f"不能使用 {host}:{port}：{error.strerror}。换一个端口：make run PORT=8001"
        ) from error
    return listener


def _load_samples(service: Service, with_cases: bool, with_years: bool) -> None:
    if not (with_cases or with_years):
        return
    if not service.shelf.bureau.sample:
        said.print("[yellow]![/yellow] 这不是示例单位，不装入示例件")
        return
    if with_years:
        try:
            load_sample_years(service)
        except Conflict as error:
            said.print(f"[yellow]![/yellow] 没有装入示例年份：{error.message}")
    if with_cases:
        load_sample_queue(service)


def _print_sample_accounts(database: Database) -> None:
    from assistant.service import utc_now
    from assistant.staff.accounts import ensure_sample_accounts

    now = utc_now()
    accounts = database.write(lambda session: ensure_sample_accounts(session, now))
    for username, role, password in accounts:
        said.print(
            f"  示例账号 {username:<10} {role.label}  一次性口令 {password}", highlight=False
        )


@app.command()
def ask(
    as_json: Annotated[bool, typer.Option("--json", help="读写 JSON 行")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="不保存，不建受理件")] = False,
    text: Annotated[str | None, typer.Argument(help="一个问题；省略时从标准输入读")] = None,
) -> None:
    """问助手。--json 时每行一个 {"text": …, "conversation": …}。"""
    from api.cli.asking import Asker

    with open_service() as service:
        asker = Asker(service, dry_run)
        lines: Iterator[str] = iter([text]) if text is not None else iter(sys.stdin)
        for line in filter(str.strip, lines):
            reply = asker.ask_line(line) if as_json else asker.ask({"text": line.strip()})
            out = json.dumps(reply, ensure_ascii=False) if as_json else str(reply["reply"])
            sys.stdout.write(out + "\n")
            sys.stdout.flush()


@app.command()
def due(
    kind: Annotated[str, typer.Option(help="期限种类，如 disclosure.reply")],
    received: Annotated[str, typer.Option(help="收到日期，如 2026-12-04")],
) -> None:
    """算出到期日，并逐日说明。"""
    from assistant.cases.deadlines import compute
    from assistant.cases.workdays import Calendar

    try:
        received_on = date.fromisoformat(received)
    except ValueError as error:
        raise fail(f"日期“{received}”不对，请写成 2026-12-04 这样") from error
    try:
        deadline = compute(kind, received_on, Calendar())
    except Refused as error:
        raise fail(error.message) from error
    sys.stdout.write(json.dumps(asdict(deadline), ensure_ascii=False, default=str) + "\n")


@app.command()
def doctor() -> None:
    """检查这台机器能不能放心运行。"""
    from assistant.doctor import examine

    findings = examine(settings())
    for finding in findings:
        mark = "[green]✓[/green]" if finding.ok else "[red]✗[/red]"
        said.print(f"{mark} {finding.what}：{finding.detail}", highlight=False)
    if not all(finding.ok or finding.optional for finding in findings):
        raise typer.Exit(1)


@app.command("settings")
def show_settings() -> None:
    """打印现行设置，口令、密钥遮住。"""
    configuration = settings()
    shown = configuration.model_dump(mode="json")
    shown["database_url"] = without_password(configuration.url)
    for name in ("sms_url", "webhook_url"):
        shown[name] = _host_only(shown[name])
    sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")


def _host_only(url: str) -> str:
    """An address without what may let somebody in: user, password, path and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}/…" if parts.hostname else url and "…"
