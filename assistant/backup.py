"""One file that holds everything, and the way back. SQLite only: PostgreSQL has tools of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from assistant.db import Database, file_of


class CannotRestore(RuntimeError):
    """The backup is not whole, or there is something where it should go."""


def back_up(database: Database, file: Path) -> int:
    """Write a consistent copy while the service runs, check it, and return its size in bytes.

    `FILE.sha256` beside it is what `restore_into` holds it against.
    """
    if file.exists():
        raise RuntimeError(f"{file} 已经存在，没有覆盖")
    file.parent.mkdir(parents=True, exist_ok=True)
    database.copy_to(file)
    _require_whole(file)
    _checksum_of(file).write_text(_hash(file), encoding="ascii")
    return file.stat().st_size


def restore_into(url: str, file: Path) -> Path:
    """Put a backup where the database belongs; `CannotRestore` if anything is there already."""
    target = file_of(url)
    if target is None:
        raise CannotRestore("PostgreSQL 请用 pg_restore 恢复")
    if target.exists():
        raise CannotRestore(f"{target} 已经有数据，请先移走")
    expected = _checksum_of(file)
    if expected.exists() and expected.read_text(encoding="ascii").strip() != _hash(file):
        raise CannotRestore("备份文件和它的校验和不符")
    _require_whole(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".restoring")
    shutil.copyfile(file, draft)
    _flush(draft)
    draft.replace(target)
    return target


def _checksum_of(file: Path) -> Path:
    return file.with_name(file.name + ".sha256")


def _require_whole(file: Path) -> None:
    if not file.exists():
        raise CannotRestore(f"没有这个文件：{file}")
    copy = Database(f"sqlite:///{file}")
    try:
        whole = copy.is_whole()
    except Exception as error:  # a file that is no database at all
        raise CannotRestore(f"{file} 不是完整的备份") from error
    finally:
        copy.close()
    if not whole:
        raise CannotRestore(f"{file} 已损坏")


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _flush(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
