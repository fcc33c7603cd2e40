"""Rasa's two pipelines on given examples: trained by Rasa's own command, asked through Rasa's own agent."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.language.text import read_words
from assistant.settings import PROJECT_DIR, Settings
from assistant.training.train import rasa_environment, train_artifact
from benchmarks.accuracy.peers import DIET, LR, Examples, Scores
from benchmarks.prepare import CannotBench, Progress, bench_folder, train_archive

CONFIGS = {
    DIET: Path(__file__).with_name("diet.yml"),
    LR: Path(__file__).with_name("lr.yml"),
}
PARSE_TIMEOUT = 1800
RECOMMENDED_EPOCHS = 100
# What an epoch of DIET costs a sentence on the 2 cores this was written on: a part of its own, and one for every
# label it is held against, in batches as large as diet.yml's.
SENTENCE_SECONDS, LABEL_SECONDS = 1.36e-3, 8e-6
MOST_SECONDS = 640


@dataclass(frozen=True)
class Workshop:
    """Where models are trained and kept, and whom to tell."""

    settings: Settings
    progress: Progress

    def score(self, system: str, examples: Examples, texts: Sequence[str]) -> Scores:
        """Train a pipeline unless that has been done, then ask it."""
        return parse(self.archive(system, examples), texts, self.settings)

    def archive(self, system: str, examples: Examples) -> Path:
        """Rasa's archive of a pipeline on these examples; kept by the fingerprint of both."""
        config = CONFIGS[system].read_text(encoding="utf-8")
        config = set_epochs(config, epochs_for(examples))
        archive = self._kept(examples, config) / f"{system.removeprefix('rasa-')}.tar.gz"
        if not archive.exists():
            self.progress(f"训练 {system}（{count_sentences(examples)} 句，只做一次）")
            train_archive(self.settings, examples, config, archive)
        return archive

    def artifact(self, examples: Examples) -> bytes:
        """Xunda's own classifier on these examples, by config.yml, as `xunda train` makes it."""
        config = (self.settings.project_dir / "config.yml").read_text(encoding="utf-8")
        kept = self._kept(examples, config.split("\nassistant:")[0]) / "artifact.zip"
        if not kept.exists():
            self.progress(f"训练询答自己的分类器（{count_sentences(examples)} 句，只做一次）")
            artifact = train_artifact(self.settings, examples, lambda step: None)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(artifact)
        return kept.read_bytes()

    def _kept(self, examples: Examples, config: str) -> Path:
        return bench_folder(self.settings) / fingerprint(examples, config)


def fingerprint(examples: Examples, config: str) -> str:
    """Sixteen hex digits of SHA-256 over what a training depends on."""
    given = json.dumps({label: list(texts) for label, texts in examples.items()}, sort_keys=True)
    # The bureau's own words decide how everything is cut.
    return hashlib.sha256(f"{given}\n{config}\n{read_words()}".encode()).hexdigest()[:16]


def count_sentences(examples: Examples) -> int:
    return sum(map(len, examples.values()))


def diet_epochs(sentences: int, labels: int) -> int:
    """Rasa's recommended epochs, or as many as leave a training within about a quarter of an hour."""
    seconds = sentences * (SENTENCE_SECONDS + LABEL_SECONDS * labels)
    return max(1, min(RECOMMENDED_EPOCHS, int(MOST_SECONDS / max(seconds, 1e-3))))


def epochs_for(examples: Examples) -> int:
    return diet_epochs(count_sentences(examples), len(examples))


def set_epochs(config: str, epochs: int) -> str:
    """A pipeline's text with another number of epochs; unchanged where there are none."""
    return re.sub(r"epochs: \d+", f"epochs: {epochs}", config)


def parse(archive: Path, texts: Sequence[str], settings: Settings) -> Scores:
    """What Rasa makes of the texts, in a process of its own."""
    with tempfile.TemporaryDirectory(dir=bench_folder(settings), prefix="parse-") as name:
        asked, found = Path(name) / "texts.json", Path(name) / "scores.json"
        asked.write_text(json.dumps(list(texts)), encoding="utf-8")
        command = [str(settings.rasa_python), "-m", "benchmarks.accuracy.parse"]
        done = subprocess.run(
            [*command, str(archive.resolve()), str(asked.resolve()), str(found.resolve())],
            cwd=PROJECT_DIR,
            env=rasa_environment(settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PARSE_TIMEOUT,
            check=False,
        )
        if done.returncode != 0:
            raise CannotBench(f"Rasa 没有读完：{done.stderr.strip().splitlines()[-1:]}")
        scores = json.loads(found.read_text(encoding="utf-8"))
    return Scores(tuple(scores["labels"]), np.array(scores["rows"]), sums_to_one=True)
