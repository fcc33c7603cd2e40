"""The database in one file, the encrypted attachments in one beside it, and the way back.

SQLite only: PostgreSQL has tools of its own. The key of the attachments is never in a backup: whoever holds the
backup must not be able to read them, so the key is kept elsewhere, and `restore` says when it is missing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from pathlib import Path

from assistant.db import Database, file_of


class CannotRestore(RuntimeError):
    """The backup is not whole, or there is something where it should go."""


def back_up(database: Database, file: Path, attachments: Path | None = None) -> int:
    """Write a consistent copy while the service runs, check it, and return its size in bytes.

    `FILE.sha256` beside it is what `restore_into` holds it against; the folder `attachments`, where there is one,
    goes into `FILE.attachments.tar`. The database first: a file that comes later has no row in it and does no harm.
    """
    if file.exists():
        raise RuntimeError(f"{file} 已经存在，没有覆盖")
    file.parent.mkdir(parents=True, exist_ok=True)
    database.copy_to(file)
    _require_whole(file)
    _checksum_of(file).write_text(_hash(file), encoding="ascii")
    if attachments is not None and attachments.is_dir():
        with tarfile.open(_archive_of(file), "x") as archive:
            archive.add(attachments, arcname=attachments.name, filter=_whole_files)
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


def restore_attachments(file: Path, data_dir: Path) -> int:
    """Unpack the attachments of a backup, where it has any; how many files. `CannotRestore` if some are there."""
    archive = _archive_of(file)
    if not archive.exists():
        return 0
    with tarfile.open(archive) as opened:
        names = [member.name for member in opened.getmembers() if member.isfile()]
        folders = {name.partition("/")[0] for name in names}
        if any((data_dir / folder).exists() for folder in folders):
            raise CannotRestore(f"{data_dir} 里已经有附件，请先移走")
        opened.extractall(data_dir, filter="data")
    return len(names)


def _whole_files(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """What is still being written is left out: its row is not committed either."""
    return None if member.name.endswith(".part") else member


def _archive_of(file: Path) -> Path:
    return file.with_name(file.name + ".attachments.tar")


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
