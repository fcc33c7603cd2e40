"""Take a trained Rasa model apart into a plain artifact. Runs in Rasa's environment (Python 3.10).

    python -m assistant.training.rasa_export MODEL.tar.gz ARTIFACT.zip

The artifact is a zip of `manifest.json` (version, labels, the kernel's plain data) and `weights.npz` (its arrays,
see `assistant.language.kernel.pack`). No pickle anywhere.
A pipeline holding a component this file does not know is refused by name.
"""

from __future__ import annotations

import json
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Dict, List

from assistant.training.artifact import WEIGHTS, read_manifest

VERSION = 2
CLASSIFIER = "assistant.training.classifier.KernelRidgeClassifier"
ENCODER = "assistant.training.components.SentenceEncoderFeaturizer"
# Their work is done by the service's own code: normalising, cutting, encoding.
REPEATED = {"assistant.training.components.ChineseTokenizer", ENCODER}
# Not part of understanding: Rasa puts them around every pipeline.
PASSED_OVER = {
    "rasa.graph_components.converters.nlu_message_converter.NLUMessageConverter",
    "rasa.nlu.classifiers.regex_message_handler.RegexMessageHandler",
}


class CannotExport(Exception):
    """The pipeline holds something the service could not repeat."""


def export(model: Path, artifact: Path) -> None:
    """Write the artifact of a Rasa model archive; raises `CannotExport` naming the component."""
    with tempfile.TemporaryDirectory() as folder:
        _unpack(model, Path(folder))
        metadata = json.loads((Path(folder) / "metadata.json").read_text(encoding="utf-8"))
        trained = Path(folder) / "components" / _find_classifier(metadata)
        told = read_manifest(trained)
        manifest = {
            "version": VERSION,
            **told,
            "rasa": metadata["rasa_open_source_version"],
            "trained_at": metadata["trained_at"],
        }
        with zipfile.ZipFile(artifact, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False))
            # Packing saves a third and costs a fifth of a second at every start.
            archive.write(trained / WEIGHTS, "weights.npz", zipfile.ZIP_STORED)


def _unpack(model: Path, folder: Path) -> None:
    with tarfile.open(model) as archive:
        for member in archive.getmembers():
            if member.isfile() and ".." not in Path(member.name).parts:
                member.name = member.name.lstrip("/")
                archive.extract(member, folder)


def _find_classifier(metadata: Dict[str, Any]) -> str:
    """The name of the classifier's resource; `CannotExport` for a pipeline that is not the one we know."""
    classifiers: List[str] = []
    for node in metadata["predict_schema"]["nodes"].values():
        uses = node["uses"]
        if uses in PASSED_OVER or uses in REPEATED:
            continue
        if uses != CLASSIFIER or classifiers:
            raise CannotExport(f"不能导出流水线组件 {uses}；请从 config.yml 中去掉它")
        classifiers.append(str(node["resource"]["name"]))
    if not classifiers:
        raise CannotExport("流水线中没有可导出的分类器")
    _check_encoder(metadata)
    return classifiers[0]


def _check_encoder(metadata: Dict[str, Any]) -> None:
    for node in metadata["predict_schema"]["nodes"].values():
        if node["uses"] == ENCODER and float(node["config"].get("scale", 1.0)) != 1.0:
            raise CannotExport("SentenceEncoderFeaturizer 的 scale 必须是 1：分类器要的是单位向量")


if __name__ == "__main__":
    try:
        export(Path(sys.argv[1]), Path(sys.argv[2]))
    except CannotExport as refusal:
        sys.exit(str(refusal))
