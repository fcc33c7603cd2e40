"""Files that never became part of a case do not stay: they are somebody's papers."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.attachments import store
from assistant.attachments.vault import FOLDER, Vault
from assistant.cases.rules import SHIPPED
from assistant.db import Database
from assistant.settings import Settings
from assistant.worker import Worker
from tests.attachments.conftest import Attach, Open

NOW = datetime.now(UTC)


def left_behind(vault: Vault, hours: float) -> str:
    """A file of a transaction that failed so long ago."""
    stored_as = vault.seal(b"%PDF-1.7 somebody's", b"nobody's case")
    moment = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(vault.folder / stored_as[:2] / stored_as, (moment, moment))
    return stored_as


def test_only_what_nobody_knows_and_is_a_day_old_is_swept(
    database: Database, vault: Vault, open_one: Open, attach_one: Attach
) -> None:
    kept = attach_one(open_one()).stored_as
    path = vault.folder / kept[:2] / kept
    os.utime(path, (0, 0))
    young, old = left_behind(vault, 23), left_behind(vault, 25)
    assert store.sweep(database, vault, NOW) == 1
    assert set(vault.names()) == {kept, young}
    assert old not in vault.names()
    assert store.sweep(database, vault, NOW) == 0


def test_nothing_is_swept_by_a_database_that_knows_none_of_the_files(
    database: Database, vault: Vault
) -> None:
    files = {left_behind(vault, 48), left_behind(vault, 72)}
    assert store.sweep(database, vault, NOW) == 0
    assert set(vault.names()) == files


def test_worker_sweeps(
    database: Database,
    open_one: Open,
    attach_one: Attach,
    vault: Vault,
    tmp_path: Path,
) -> None:
    assert vault.folder == tmp_path / FOLDER
    kept = attach_one(open_one()).stored_as
    left_behind(vault, 30)
    (tmp_path / "attachment.key").touch(mode=0o600)
    (tmp_path / "attachment.key").write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    worker = Worker(database, Settings(data_dir=tmp_path), lambda s: SHIPPED, lambda: NOW)
    report = worker.run_once()
    assert report.failed == []
    assert report.done["strays"] == 1
    assert list(vault.names()) == [kept]
