"""`xunda stats` in a real process: one plain sentence, exit 0 or 1, the wrong cells named."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import text

from assistant.db import Database
from tests.statistics.conftest import hire
from tests.statistics.playing import play
from tests.test_cli import sentence_of, xunda


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with a few cases, nothing of it gathered."""
    folder = tmp_path_factory.mktemp("stats")
    assert stats("migrate", folder).returncode == 0
    database = Database(f"sqlite:///{folder / 'xunda.db'}")
    play(database, hire(database), only=("A01", "A03", "I01", "I10"))
    database.close()
    return folder


def stats(verb: str, folder: Path) -> CompletedProcess[str]:
    words = ("migrate",) if verb == "migrate" else ("stats", verb)
    return xunda(*words, data_dir=folder)


def test_gather_verify_tamper_rebuild(data_dir: Path) -> None:
    # What is not gathered yet is not wrong.
    assert stats("verify", data_dir).returncode == 0
    gathered = stats("gather", data_dir)
    assert gathered.returncode == 0, gathered.stderr
    assert "4件有变动" in gathered.stderr
    assert "0件有变动" in stats("gather", data_dir).stderr
    assert "逐格一致" in stats("verify", data_dir).stderr

    database = Database(f"sqlite:///{data_dir / 'xunda.db'}")
    tamper = text("UPDATE case_day SET count = 5 WHERE measure = 'late'")
    database.write(lambda session: session.execute(tamper))
    database.close()
    refused = stats("verify", data_dir)
    assert "有1格统计与原始记录不符" in sentence_of(refused)
    assert "2025-02-19 late disclosure web person：存着 5，应为 1" in refused.stderr

    rebuilt = stats("rebuild", data_dir)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert stats("verify", data_dir).returncode == 0


@pytest.mark.parametrize("verb", ["gather", "verify", "rebuild"])
def test_a_database_without_tables_is_said(tmp_path: Path, verb: str) -> None:
    assert "xunda migrate" in sentence_of(stats(verb, tmp_path))
