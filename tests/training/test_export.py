"""What is taken out of a Rasa model, and what is refused by name. Runs the exporter in Rasa's environment."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import PROJECT_DIR, settings
from assistant.training.train import CannotTrain, check_environment
from tests.training.conftest import Trained, run_in_rasa

pytestmark = pytest.mark.usefixtures("rasa_python")

TOKENIZER = "assistant.training.components.ChineseTokenizer"
ENCODER = "assistant.training.components.SentenceEncoderFeaturizer"
COUNTS = "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer.CountVectorsFeaturizer"
LOGISTIC = "rasa.nlu.classifiers.logistic_regression_classifier.LogisticRegressionClassifier"
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
    counts = folder / "components" / "train_counts"
    counts.mkdir(parents=True)
    (counts / "vocabularies.json").write_text('{"text": {"水": 0, "林": 1}}', encoding="utf-8")
    with tarfile.open(folder / "model.tar.gz", "w:gz") as archive:
        archive.add(folder / "metadata.json", "metadata.json")
        archive.add(folder / "components", "components")
    return folder / "model.tar.gz"


def node(uses: str, resource: str = "train_counts", **config: object) -> dict[str, Any]:
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


def test_unknown_component_is_refused_by_name(tmp_path: Path) -> None:
    said = refusal(tmp_path, node(TOKENIZER), node(COUNTS), node(DIET))
    assert DIET in said
    assert "config.yml" in said


def test_unknown_option_is_refused_by_name(tmp_path: Path) -> None:
    assert "use_lemma" in refusal(tmp_path, node(TOKENIZER), node(COUNTS, use_lemma=False))


def test_encoder_before_the_counts_is_refused(tmp_path: Path, trained: Trained) -> None:
    """The weights' rows follow the features' order, sparse ones first: another order would mix them up."""
    with tarfile.open(trained.archive) as archive:
        archive.extractall(tmp_path / "model", filter="data")
    path = tmp_path / "model" / "metadata.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    nodes = metadata["predict_schema"]["nodes"]
    first = [name for name, told in nodes.items() if told["uses"] == ENCODER]
    assert len(first) == 1
    metadata["predict_schema"]["nodes"] = {first[0]: nodes[first[0]], **nodes}
    path.write_text(json.dumps(metadata), encoding="utf-8")
    with tarfile.open(tmp_path / "turned.tar.gz", "w:gz", compresslevel=1) as archive:
        archive.add(tmp_path / "model", ".")
    arguments = ["-m", "assistant.training.rasa_export", "turned.tar.gz", "artifact.zip"]
    done = run_in_rasa(arguments, tmp_path)
    assert done.returncode != 0
    assert "最后" in done.stderr
    assert not (tmp_path / "artifact.zip").exists()


def test_pipeline_without_a_classifier_is_refused(tmp_path: Path) -> None:
    assert "分类器" in refusal(tmp_path, node(TOKENIZER), node(COUNTS))


def test_archive_that_reaches_outside_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "evil").write_text("x")
    archive = archive_of(tmp_path, node(TOKENIZER))
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
    assert trained.model.labels


def test_missing_rasa_environment_is_one_plain_sentence(tmp_path: Path) -> None:
    elsewhere = settings().model_copy(update={"rasa_python": tmp_path / "none" / "python"})
    with pytest.raises(CannotTrain, match="make setup"):
        check_environment(elsewhere)
