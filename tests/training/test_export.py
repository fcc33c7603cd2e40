"""What is taken out of a Rasa model, and what is refused by name. Runs the exporter in Rasa's environment."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.language.kernel import Recipe
from assistant.language.model import VERSION
from assistant.settings import PROJECT_DIR, settings
from assistant.training.dataset import load_recipe
from assistant.training.train import CannotTrain, check_environment
from tests.training.conftest import Trained, run_in_rasa

pytestmark = pytest.mark.usefixtures("rasa_python")

TOKENIZER = "assistant.training.components.ChineseTokenizer"
ENCODER = "assistant.training.components.SentenceEncoderFeaturizer"
KERNEL = "assistant.training.classifier.KernelRidgeClassifier"
COUNTS = "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer.CountVectorsFeaturizer"
DIET = "rasa.nlu.classifiers.diet_classifier.DIETClassifier"


def archive_of(folder: Path, *nodes: dict[str, Any]) -> Path:
    """A Rasa archive as far as the exporter reads it before it needs weights."""
    metadata = {
        "predict_schema": {
            "nodes": {f"run_{place}": node for place, node in enumerate(nodes)},
        },
        "rasa_open_source_version": "3.6.21",
        "trained_at": "2026-11-22T00:00:00",
    }
    (folder / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    kernel = folder / "components" / "train_kernel"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text('{"labels": ["a", "b"], "kernel": {}}', encoding="utf-8")
    with tarfile.open(folder / "model.tar.gz", "w:gz") as archive:
        archive.add(folder / "metadata.json", "metadata.json")
        archive.add(folder / "components", "components")
    return folder / "model.tar.gz"


def node(uses: str, resource: str = "train_kernel", **config: object) -> dict[str, Any]:
    return {"uses": uses, "config": config, "resource": {"name": resource}}


def refusal(folder: Path, *nodes: dict[str, Any]) -> str:
    """What the exporter says to this pipeline; fails if it exports it."""
    archive = archive_of(folder, *nodes)
    arguments = ["-m", "assistant.training.rasa_export", str(archive), "artifact.zip"]
    done = run_in_rasa(arguments, folder)
    assert done.returncode != 0
    assert not (folder / "artifact.zip").exists()
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


@pytest.mark.parametrize("unknown", [DIET, COUNTS])
def test_unknown_component_is_refused_by_name(tmp_path: Path, unknown: str) -> None:
    said = refusal(tmp_path, node(TOKENIZER), node(ENCODER), node(unknown), node(KERNEL))
    assert unknown in said
    assert "config.yml" in said


def test_second_classifier_is_refused_by_name(tmp_path: Path) -> None:
    assert KERNEL in refusal(tmp_path, node(TOKENIZER), node(KERNEL), node(KERNEL))


def test_stretched_vectors_are_refused(tmp_path: Path) -> None:
    """The kernel was learned from unit vectors, and the service gives it no others."""
    said = refusal(tmp_path, node(TOKENIZER), node(ENCODER, scale=4.0), node(KERNEL))
    assert "scale" in said


def test_pipeline_without_a_classifier_is_refused(tmp_path: Path) -> None:
    assert "分类器" in refusal(tmp_path, node(TOKENIZER), node(ENCODER))


def test_archive_that_reaches_outside_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "evil").write_text("x")
    archive = archive_of(tmp_path, node(TOKENIZER), node(ENCODER), node(KERNEL))
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(tmp_path / "metadata.json", "metadata.json")
        packed.add(tmp_path / "evil", "../escaped")
        packed.add(tmp_path / "evil", "/tmp/xunda-escaped-absolute")
    arguments = ["-m", "assistant.training.rasa_export", str(archive), "artifact.zip"]
    run_in_rasa(arguments, tmp_path / "inside")
    assert not Path("/tmp/xunda-escaped-absolute").exists()
    assert not (tmp_path / "escaped").exists()


def test_exporter_uses_no_pickle() -> None:
    source = (PROJECT_DIR / "assistant" / "training" / "rasa_export.py").read_text(encoding="utf-8")
    for word in ("import pickle", "joblib", "allow_pickle=True", "cloudpickle"):
        assert word not in source


def test_shipped_pipeline_is_one_rasa_trains_and_we_export(trained: Trained) -> None:
    assert trained.archive.stat().st_size > 100_000
    assert trained.model.labels == sorted(trained.examples)


def test_artifact_holds_data_alone(trained: Trained) -> None:
    """Two members, no object arrays, and what the manifest needs to say."""
    with zipfile.ZipFile(io.BytesIO(trained.artifact)) as archive:
        assert sorted(archive.namelist()) == ["manifest.json", "weights.npz"]
        manifest = json.loads(archive.read("manifest.json"))
        with np.load(io.BytesIO(archive.read("weights.npz")), allow_pickle=False) as file:
            assert {file[name].dtype.kind for name in file.files} <= {"f", "i"}
    assert manifest["version"] == VERSION
    assert manifest["rasa"].startswith("3.")
    assert manifest["trained_at"]


def test_shipped_recipe_is_the_one_trained_with(trained: Trained) -> None:
    """`xunda tune` reads it from config.yml itself, Rasa hands it to the component: both must read the same."""
    with zipfile.ZipFile(io.BytesIO(trained.artifact)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert Recipe(**manifest["kernel"]["recipe"]) == load_recipe(PROJECT_DIR / "config.yml")


def test_missing_rasa_environment_is_one_plain_sentence(tmp_path: Path) -> None:
    elsewhere = settings().model_copy(update={"rasa_python": tmp_path / "none" / "python"})
    with pytest.raises(CannotTrain, match="make setup"):
        check_environment(elsewhere)
