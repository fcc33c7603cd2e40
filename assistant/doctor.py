"""Is this machine fit to run the assistant? Each finding says what was looked at and what was found."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from assistant.attachments.vault import BadKey, load_key
from assistant.db import Database
from assistant.knowledge.shelf import MissingKnowledge, load_shelf
from assistant.letters.render import pdf_is_possible
from assistant.migrations import is_current
from assistant.service import load_model
from assistant.settings import Settings

LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at. An `optional` one does not keep the assistant from running."""

    what: str
    ok: bool
    detail: str
    optional: bool = False


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that has to hold; never raises."""
    findings = [_disk(settings), _rasa(settings), _key(settings), _pdf()]
    try:
        database = Database(settings.url)
    except Exception as error:  # whatever is wrong with a database is a finding
        return [*findings, Finding("数据库", False, str(error))]
    try:
        findings += _database(database)
    finally:
        database.close()
    return findings


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir if settings.data_dir.exists() else settings.project_dir
    free = shutil.disk_usage(folder).free
    return Finding("磁盘", free >= LEAST_FREE_BYTES, f"{folder} 还有 {free / 1e9:.1f} GB")


def _rasa(settings: Settings) -> Finding:
    ok = settings.rasa_python.exists()
    detail = str(settings.rasa_python) if ok else "没有 Rasa 环境：可以运行，但不能训练"
    return Finding("训练环境", ok, detail, optional=True)


def _key(settings: Settings) -> Finding:
    try:
        load_key(settings)
    except (BadKey, OSError) as error:
        return Finding("附件密钥", False, str(error))
    return Finding("附件密钥", True, "可用；请另行保管一份，备份里没有它")


def _pdf() -> Finding:
    reason = pdf_is_possible()
    return Finding("公文 PDF", reason is None, reason or "可以生成", optional=True)


def _database(database: Database) -> list[Finding]:
    try:
        findings = [Finding("数据库", True, database.check())]
    except Exception as error:
        hint = "文件可能已损坏，请用备份恢复" if database.is_sqlite else "请检查连接地址和权限"
        return [Finding("数据库", False, f"{error}（{hint}）")]
    current = is_current(database)
    findings.append(
        Finding("数据库结构", current, "是当前版本" if current else "请运行 xunda migrate")
    )
    return findings + (_contents(database) if current else [])


def _contents(database: Database) -> list[Finding]:
    with database.reading() as session:
        try:
            shelf = load_shelf(session, None)
        except MissingKnowledge as error:
            return [Finding("知识库", False, str(error))]
        findings = [Finding("知识库", True, f"{len(shelf.records)} 条，第 {shelf.revision} 版")]
        _, model = load_model(session)
    detail = f"{len(model.labels)} 类" if model else "还没有，只凭匹配作答"
    return [*findings, Finding("分类器", model is not None, detail, optional=True)]
