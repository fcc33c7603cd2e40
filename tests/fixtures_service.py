"""What many tests share: the sample bureau in a migrated database, its shelf, and the golden questions.

Everything here is the real thing and made once a session; tests that change anything take a copy.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.db import Database
from assistant.knowledge import store
from assistant.knowledge.files import Loaded, load
from assistant.knowledge.shelf import Shelf, load_shelf
from assistant.knowledge.store import Vectors
from assistant.language.encoder import Encoder, default_encoder
from assistant.migrations import migrate
from assistant.settings import PROJECT_DIR, Settings, Tuning, load_tuning

GOLDEN = PROJECT_DIR / "tests" / "golden"
# A Friday, 10:00 in Shanghai.
NOW = datetime(2026, 5, 22, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Prepared:
    """A data directory holding a migrated SQLite database with the sample bureau; never written to."""

    data_dir: Path

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir, database_url="")

    def copy_to(self, directory: Path) -> Prepared:
        """A copy that may be changed."""
        shutil.copytree(self.data_dir, directory / "data")
        return Prepared(directory / "data")


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return default_encoder()


@pytest.fixture(scope="session")
def tuning() -> Tuning:
    return load_tuning(PROJECT_DIR / "config.yml")


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    """The repository's own knowledge files."""
    return load(PROJECT_DIR)


@pytest.fixture(scope="session")
def vectors(loaded: Loaded, encoder: Encoder) -> Vectors:
    return store.encode_phrasings(loaded, encoder)


@pytest.fixture(scope="session")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, loaded: Loaded, vectors: Vectors
) -> Prepared:
    """The sample bureau as `xunda migrate` and `xunda knowledge import` leave it; no classifier."""
    prepared = Prepared(tmp_path_factory.mktemp("prepared"))
    database = Database(prepared.settings.url)
    migrate(database)
    database.write(lambda session: store.import_knowledge(session, loaded, NOW, vectors))
    database.close()
    return prepared


@pytest.fixture(scope="session")
def shelf(prepared: Prepared, encoder: Encoder) -> Shelf:
    """What the sample bureau has published, with vectors."""
    database = Database(prepared.settings.url)
    with database.reading() as session:
        shelf = load_shelf(session, encoder)
    database.close()
    return shelf


def read_golden_items(name: str) -> list[dict[str, Any]]:
    """One golden file's lines."""
    text = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def outcomes_of(item: dict[str, Any]) -> list[str]:
    """Every outcome a golden turn accepts, the preferred one first."""
    given = item["outcome"]
    return given if isinstance(given, list) else [given]


def golden_texts() -> list[str]:
    """Everything a citizen says in any golden file."""
    texts = []
    for path in sorted(GOLDEN.glob("*.jsonl")):
        for item in read_golden_items(path.stem):
            texts += [turn["text"] for turn in item.get("turns", [item])]
    return texts
