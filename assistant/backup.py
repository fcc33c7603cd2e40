"""One file that holds everything, and the way back. SQLite only: PostgreSQL has tools of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from sqlalchemy import make_url, text

from assistant.db import Database


class CannotRestore(RuntimeError):
    """The backup is not whole, or there is something where it should go."""


def back_up(database: Database, file: Path) -> int:
    """Write a consistent copy while the service runs, check it, and return its size in bytes.

    `FILE.sha256` beside it is what `restore_into` holds it against.
    """
    if not database.is_sqlite:
        raise RuntimeError("PostgreSQL 请用 pg_dump 备份")
    if file.exists():
        raise RuntimeError(f"{file} 已经存在，没有覆盖")
    file.parent.mkdir(parents=True, exist_ok=True)
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(file),))
    finally:
        raw.close()
    _require_whole(file)
    _checksum_of(file).write_text(_hash(file), encoding="ascii")
    return file.stat().st_size


def restore_into(url: str, file: Path) -> Path:
    """Put a backup where the database belongs; `CannotRestore` if anything is there already."""
    target = make_url(url).database
    if make_url(url).get_backend_name() != "sqlite" or not target:
        raise CannotRestore("PostgreSQL 请用 pg_restore 恢复")
    path = Path(target)
    if path.exists():
        raise CannotRestore(f"{path} 已经有数据，请先移走")
    expected = _checksum_of(file)
    if expected.exists() and expected.read_text(encoding="ascii").strip() != _hash(file):
        raise CannotRestore("备份文件和它的校验和不符")
    _require_whole(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".restoring")
    shutil.copyfile(file, draft)
    _flush(draft)
    draft.replace(path)
    return path


def _checksum_of(file: Path) -> Path:
    return file.with_name(file.name + ".sha256")


def _require_whole(file: Path) -> None:
    """Ask SQLite itself whether the file is whole."""
    if not file.exists():
        raise CannotRestore(f"没有这个文件：{file}")
    copy = Database(f"sqlite:///{file}")
    try:
        with copy.engine.connect() as connection:
            found = connection.scalar(text("pragma integrity_check"))
    except Exception as error:  # a file that is no database at all
        raise CannotRestore(f"{file} 不是完整的备份") from error
    finally:
        copy.close()
    if found != "ok":
        raise CannotRestore(f"{file} 已损坏：{found}")


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _flush(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
