"""A classifier trained by Rasa itself, once a session: small enough to wait for, and otherwise the real one."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.db import Database
from assistant.language.model import Model
from assistant.settings import settings
from assistant.training import dataset
from assistant.training.dataset import Examples
from assistant.training.train import rasa_environment, train_artifact
from tests.fixtures_service import Prepared

LABELS = 40


@dataclass(frozen=True)
class Trained:
    """Rasa's own model, and what was taken out of it."""

    archive: Path
    artifact: bytes
    model: Model
    examples: Examples


@pytest.fixture(scope="session")
def rasa_python() -> Path:
    """The interpreter of Rasa's environment; skips where there is none."""
    python = settings().rasa_python
    if not python.exists():
        pytest.skip(f"没有 Rasa 环境（{python}），先运行 make setup")
    return python


@pytest.fixture(scope="session")
def examples(prepared: Prepared) -> Examples:
    """The whole training set of the sample bureau."""
    database = Database(prepared.settings.url)
    with database.reading() as session:
        found = dataset.collect(session)
    database.close()
    return found


@pytest.fixture(scope="session")
def trained(
    examples: Examples, rasa_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Trained:
    """Every n-th label of the training set, trained with config.yml's own pipeline."""
    labels = sorted(examples)
    some = {label: examples[label] for label in labels[:: len(labels) // LABELS][:LABELS]}
    archive = tmp_path_factory.mktemp("rasa") / "model.tar.gz"
    artifact = train_artifact(settings(), some, lambda step: None, archive=archive)
    return Trained(archive, artifact, Model.load(artifact), some)


def run_in_rasa(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Rasa's interpreter as training runs it."""
    return subprocess.run(
        [str(settings().rasa_python), *arguments],
        cwd=folder,
        env=rasa_environment(settings()),
        capture_output=True,
        text=True,
        timeout=600,
    )
