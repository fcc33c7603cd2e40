"""Commands that bring content in and out, and keep it: schema, knowledge, backup, audit."""

from __future__ import annotations

from pathlib import Path

import typer

from api.cli.base import app, fail, open_database, said, working
from assistant.settings import settings

knowledge = typer.Typer(no_args_is_help=True, help="知识库的导入和导出")
audit = typer.Typer(no_args_is_help=True, help="审计日志")
app.add_typer(knowledge, name="knowledge")
app.add_typer(audit, name="audit")


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
    changes = f"新发布 {done.published} 条，未变 {done.unchanged} 条，撤下 {done.withdrawn} 条"
    said.print(f"✓ 知识库：{changes}，问法 {done.phrasings} 种", highlight=False)


@knowledge.command("export")
def export_knowledge(directory: Path) -> None:
    """导出已发布的知识库，可以原样再导入。"""
    from assistant.knowledge import store

    with open_database() as database, database.reading() as session:
        count = store.export_knowledge(session, directory)
    said.print(f"✓ 写出 {count} 个文件到 {directory}")


@app.command()
def backup(file: Path) -> None:
    """把数据库备份成一个文件（SQLite；PostgreSQL 请用 pg_dump）。"""
    from assistant.attachments.vault import FOLDER
    from assistant.backup import back_up

    with open_database() as database:
        size = back_up(database, file, settings().data_dir / FOLDER)
    said.print(f"✓ 已备份到 {file}（{size / 1e6:.1f} MB），核对无误", highlight=False)


@app.command()
def restore(file: Path) -> None:
    """从备份恢复到空的位置；已有数据时拒绝。"""
    from assistant.attachments.vault import KEY_FILE
    from assistant.backup import CannotRestore, restore_attachments, restore_into

    data_dir = settings().data_dir
    try:
        target = restore_into(settings().url, file)
        count = restore_attachments(file, data_dir)
    except (CannotRestore, OSError) as error:
        raise fail(f"没有恢复：{error}") from error
    said.print(f"✓ 已恢复到 {target}", highlight=False)
    if count:
        said.print(f"✓ 已恢复 {count} 个附件", highlight=False)
        if not (data_dir / KEY_FILE).exists() and not settings().attachment_key.get_secret_value():
            said.print(f"[yellow]![/yellow] 请把附件密钥放回 {data_dir / KEY_FILE}，否则附件打不开")


@audit.command("verify")
def verify_audit() -> None:
    """逐条核对审计日志的哈希链，指出第一处断裂。"""
    from assistant.audit import verify

    with open_database() as database, database.reading() as session:
        broken = verify(session)
    if broken is not None:
        raise fail(f"审计日志在第 {broken.seq} 条断裂：{broken.why}")
    said.print("✓ 审计日志完整")
