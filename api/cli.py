"""`xunda`: one command for those who run the assistant. Exit 0 when all is well, 1 with one plain sentence."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from assistant.db import Database
from assistant.errors import Refused
from assistant.settings import settings

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="询答 Xunda")
knowledge = typer.Typer(no_args_is_help=True, help="知识库的导入和导出")
audit = typer.Typer(no_args_is_help=True, help="审计日志")
app.add_typer(knowledge, name="knowledge")
app.add_typer(audit, name="audit")
said = Console(stderr=True)


def fail(sentence: str) -> typer.Exit:
    """One plain sentence on standard error, and exit code 1."""
    said.print(f"[red]✗[/red] {sentence}", highlight=False)
    return typer.Exit(1)


@contextmanager
def working(step: str) -> Iterator[Any]:
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


@app.command()
def migrate() -> None:
    """把数据库结构更新到当前版本。"""
    from assistant.migrations import is_current
    from assistant.migrations import migrate as run

    with open_database() as database:
        if is_current(database):
            said.print("✓ 数据库结构已是最新")
            return
        with working("更新数据库结构"):
            run(database)
        said.print("✓ 数据库结构已更新")


@knowledge.command("import")
def import_knowledge(directory: Path) -> None:
    """导入知识库：DIRECTORY 下的 responses/ 和 nlu_data/。"""
    from assistant.knowledge import store
    from assistant.knowledge.files import BadKnowledge, load
    from assistant.language.encoder import default_encoder
    from assistant.service import utc_now

    try:
        loaded = load(directory)
    except (BadKnowledge, OSError) as error:
        raise fail(f"知识库没有导入：{error}") from error
    if not loaded.records:
        raise fail(f"{directory} 下没有 responses/ 文件，没有导入任何内容")
    with open_database() as database, working("导入知识库") as describe:
        describe(f"计算 {sum(map(len, loaded.examples.values()))} 种问法的语义向量")
        vectors = store.encode_phrasings(loaded, default_encoder(settings().encoder_cache))
        now = utc_now()
        done = database.write(lambda session: store.import_knowledge(session, loaded, now, vectors))
    said.print(
        f"✓ 知识库：新发布 {done.published} 条，未变 {done.unchanged} 条，问法 {done.phrasings} 种"
    )


@knowledge.command("export")
def export_knowledge(directory: Path) -> None:
    """导出已发布的知识库，可以原样再导入。"""
    from assistant.knowledge import store

    with open_database() as database, database.reading() as session:
        count = store.export_knowledge(session, directory)
    said.print(f"✓ 写出 {count} 个文件到 {directory}")


@app.command()
def train(
    force: Annotated[bool, typer.Option(help="训练集没有变化也重新训练")] = False,
) -> None:
    """用 Rasa 训练分类器，导出，用评测题检验，不变差才启用。"""
    from assistant.training import dataset
    from assistant.training.promote import find_trained, keep
    from assistant.training.run import judge_artifact, judge_serving
    from assistant.training.train import CannotTrain, check_environment, train_artifact

    configuration = settings()
    with open_database() as database:
        with database.reading() as session:
            examples = dataset.collect(session)
            mark = dataset.fingerprint(examples, configuration.project_dir / "config.yml")
            known = find_trained(session, mark)
        if known is not None and not force:
            said.print("✓ 分类器已按现有问法训练过")
            return
        try:
            check_environment(configuration)
            count = sum(map(len, examples.values()))
            with working(f"训练分类器（{len(examples)} 类 {count} 句）") as describe:
                artifact = train_artifact(configuration, examples, describe)
                describe("用评测题检验")
                with database.reading() as session:
                    metrics = judge_artifact(session, artifact, configuration)
                    serving = judge_serving(session, configuration)
        except CannotTrain as error:
            raise fail(str(error)) from error
        from assistant.service import utc_now

        now = utc_now()
        kept = database.write(lambda session: keep(session, artifact, mark, metrics, serving, now))
    said.print(f"✓ 模型 {kept.model_id}：{kept.reason}", highlight=False)
    if metrics.get("count"):
        shares = "，".join(
            f"{name} {value:.1%}" for name, value in metrics.items() if name != "count"
        )
        said.print(f"  评测题 {metrics['count']} 道：{shares}", highlight=False)


@app.command()
def prepare() -> None:
    """首次使用或内容改动后的准备：更新结构、导入示例单位、训练分类器。已做过的自动跳过。"""
    migrate()
    import_knowledge(settings().project_dir)
    try:
        train()
    except typer.Exit:
        said.print(
            "[yellow]![/yellow] 没有分类器，助手仍可运行：只凭词语和语义匹配作答，把握不大时更多转人工"
        )


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    host: str = "127.0.0.1",
    sample_accounts: Annotated[
        bool, typer.Option(help="建立示例工作人员账号并打印一次性口令")
    ] = False,
) -> None:
    """启动网站。"""
    import uvicorn

    from api.app import create_app
    from assistant.knowledge.shelf import MissingKnowledge
    from assistant.migrations import is_current
    from assistant.service import Service

    configuration = settings()
    with open_database() as database:
        if not is_current(database):
            raise fail("数据库结构不是当前版本，请先运行 xunda migrate")
    try:
        service = Service(configuration)
    except MissingKnowledge as error:
        raise fail(str(error)) from error
    except (Refused, RuntimeError, OSError) as error:
        raise fail(f"启动失败：{error}") from error
    if service.model is None:
        said.print("[yellow]![/yellow] 还没有分类器，先只凭匹配作答（xunda train 可以训练）")
    address = f"http://{host}:{port}"
    said.print(f"✓ 询答已启动：{address}   工作人员入口：{address}/staff", highlight=False)
    if sample_accounts:
        _print_sample_accounts(service.db)
    uvicorn.run(
        create_app(service),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # addresses and paths of citizens do not belong in a log that lasts
        server_header=False,
        timeout_graceful_shutdown=20,
    )


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
    from api.asking import Asker
    from assistant.knowledge.shelf import MissingKnowledge
    from assistant.service import Service

    try:
        service = Service(settings())
    except MissingKnowledge as error:
        raise fail(str(error)) from error
    asker = Asker(service, dry_run)
    try:
        lines: Iterator[str] = iter([text]) if text is not None else iter(sys.stdin)
        for line in lines:
            if not line.strip():
                continue
            reply = asker.ask_line(line) if as_json else asker.ask({"text": line.strip()})
            out = json.dumps(reply, ensure_ascii=False) if as_json else str(reply["reply"])
            sys.stdout.write(out + "\n")
            sys.stdout.flush()
    finally:
        service.close()


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


@audit.command("verify")
def verify_audit() -> None:
    """逐条核对审计日志的哈希链，指出第一处断裂。"""
    from assistant.audit import verify

    with open_database() as database, database.reading() as session:
        broken = verify(session)
    if broken is not None:
        raise fail(f"审计日志在第 {broken.seq} 条断裂：{broken.why}")
    said.print("✓ 审计日志完整")


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
    """打印现行设置，口令遮住。"""
    from sqlalchemy import make_url

    configuration = settings()
    shown = configuration.model_dump(mode="json")
    shown["database_url"] = make_url(configuration.url).render_as_string(hide_password=True)
    sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")


@app.callback()
def main() -> None:
    """市林业水利局公众询答助手。"""
    os.umask(0o077)  # what this program writes is for its own user
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("alembic", "sqlalchemy", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
