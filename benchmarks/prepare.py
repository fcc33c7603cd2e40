"""What is measured: a copy of the data directory, and Rasa archives of the model that is promoted in it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pysqlite3
import yaml
from sqlalchemy import make_url

from assistant.db import Database
from assistant.knowledge.models import TrainedModel
from assistant.service import newest_model_id
from assistant.settings import Settings
from assistant.training import dataset
from assistant.training.train import rasa_environment

TRAINING_TIMEOUT = 3600
UNLIMITED = "1000000/second"

Progress = Callable[[str], None]


class CannotBench(RuntimeError):
    """There is nothing to measure; the message is one plain sentence."""


@dataclass(frozen=True)
class Subject:
    """What both sides are to serve: the promoted model, and the examples it was trained on."""

    artifact: bytes
    sha256: str
    examples: dataset.Examples


def read_subject(settings: Settings) -> Subject:
    """The promoted model and its examples; refused when the knowledge has moved on since it was trained."""
    database = Database(settings.url)
    try:
        with database.reading() as session:
            model_id = newest_model_id(session)
            if model_id is None:
                raise CannotBench("还没有启用的分类器，先运行 make setup")
            row = session.get_one(TrainedModel, model_id)
            examples = dataset.collect(session)
    finally:
        database.close()
    if dataset.fingerprint(examples, settings.project_dir / "config.yml") != row.training_hash:
        raise CannotBench("启用的分类器不是按现有问法和 config.yml 训练的，先运行 xunda train")
    return Subject(row.artifact, row.sha256, examples)


def bench_folder(settings: Settings) -> Path:
    """Beside the data, so that a commit measured there costs what it costs in service."""
    folder = settings.data_dir / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def copied(settings: Settings) -> Iterator[Settings]:
    """Settings of a throwaway copy: the same database, the same project without rate limits."""
    if make_url(settings.url).get_backend_name() != "sqlite":
        raise CannotBench("基准只在 SQLite 上测：请去掉 XUNDA_DATABASE_URL")
    with tempfile.TemporaryDirectory(dir=bench_folder(settings), prefix="run-") as name:
        data, project = Path(name) / "data", Path(name) / "project"
        data.mkdir()
        project.mkdir()
        _copy_database(Path(make_url(settings.url).database or ""), data / "xunda.db")
        _write_unlimited(settings.project_dir / "config.yml", project / "config.yml")
        for folder in ("responses", "nlu_data", "tests"):
            (project / folder).symlink_to(settings.project_dir / folder)
        yield settings.model_copy(
            update={"data_dir": data, "database_url": "", "project_dir": project}
        )


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own backup: a file copy would miss what still stands in the log."""
    with closing(pysqlite3.connect(source)) as old, closing(pysqlite3.connect(target)) as new:
        old.backup(new)


def _write_unlimited(source: Path, target: Path) -> None:
    config = yaml.safe_load(source.read_text(encoding="utf-8"))
    limits = config["assistant"]["limits"]
    config["assistant"]["limits"] = dict.fromkeys(limits, UNLIMITED)
    target.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")


def has_rasa(settings: Settings) -> bool:
    return settings.rasa_python.exists()


def train_same(settings: Settings, subject: Subject, progress: Progress) -> Path:
    """A Rasa archive of the promoted model. The solver is deterministic, so its weights come out again."""
    config = (settings.project_dir / "config.yml").read_text(encoding="utf-8")
    config = config.split("\nassistant:")[0]  # thresholds and limits do not reach the weights
    return _trained("lr", config, subject, settings, progress)


def _trained(
    kind: str, config: str, subject: Subject, settings: Settings, progress: Progress
) -> Path:
    """Train once for each promoted model and config."""
    key = hashlib.sha256(f"{subject.sha256}\n{config}".encode()).hexdigest()[:16]
    archive = bench_folder(settings) / key / f"{kind}.tar.gz"
    if archive.exists():
        return archive
    count = sum(map(len, subject.examples.values()))
    progress(f"训练 Rasa 模型 {kind}（{len(subject.examples)} 类 {count} 句，一两分钟，只做一次）")
    train_archive(settings, subject.examples, config, archive)
    return archive


def train_archive(
    settings: Settings, examples: Mapping[str, Sequence[str]], config: str, archive: Path
) -> None:
    """`rasa train nlu` on these examples with this pipeline; an interrupted training leaves nothing behind."""
    with tempfile.TemporaryDirectory(dir=bench_folder(settings), prefix="train-") as name:
        folder = Path(name)
        dataset.write(examples, folder / "nlu")
        (folder / "config.yml").write_text(config, encoding="utf-8")
        _run_rasa_train(settings, folder)
        archive.parent.mkdir(exist_ok=True)
        shutil.move(folder / "models" / "model.tar.gz", archive)


def _run_rasa_train(settings: Settings, folder: Path) -> None:
    arguments = ["-m", "rasa", "train", "nlu", "-u", "nlu", "--config", "config.yml"]
    arguments += ["--out", "models", "--fixed-model-name", "model"]
    done = subprocess.run(
        [str(settings.rasa_python), *arguments],
        cwd=folder,
        env=rasa_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TRAINING_TIMEOUT,
        check=False,
    )
    if done.returncode != 0:
        last = [line.strip() for line in done.stdout.splitlines() if line.strip()][-1:]
        raise CannotBench(f"Rasa 训练没有成功：{''.join(last)[-300:]}")
