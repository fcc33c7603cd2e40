"""Take a trained Rasa model apart into a plain artifact. Runs in Rasa's environment (Python 3.10).

    python -m assistant.training.rasa_export MODEL.tar.gz ARTIFACT.zip

The artifact is a zip of `manifest.json` (version, labels, the featurizers in order) and `weights.npz`
(`coefficients` float64 of shape (features, labels), `intercepts` float64). No pickle anywhere.
A pipeline holding a component this file does not know is refused by name.
"""

from __future__ import annotations

import io
import json
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Dict, List

import numpy as np

VERSION = 1
COUNTS = "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer.CountVectorsFeaturizer"
LOGISTIC = "rasa.nlu.classifiers.logistic_regression_classifier.LogisticRegressionClassifier"
TOKENIZER = "assistant.training.components.ChineseTokenizer"
ENCODER = "assistant.training.components.SentenceEncoderFeaturizer"
# Not part of understanding: Rasa puts them around every pipeline.
PASSED_OVER = {
    "rasa.graph_components.converters.nlu_message_converter.NLUMessageConverter",
    "rasa.nlu.classifiers.regex_message_handler.RegexMessageHandler",
}
COUNT_OPTIONS = {"analyzer", "min_ngram", "max_ngram"}


class CannotExport(Exception):
    """The pipeline holds something the service could not repeat."""


def export(model: Path, artifact: Path) -> None:
    """Write the artifact of a Rasa model archive; raises `CannotExport` naming the component."""
    with tempfile.TemporaryDirectory() as folder:
        _unpack(model, Path(folder))
        metadata = json.loads((Path(folder) / "metadata.json").read_text(encoding="utf-8"))
        manifest, weights = _read(metadata, Path(folder) / "components")
    buffer = io.BytesIO()
    np.savez(
        buffer, **weights
    )  # packing saves a third and costs a fifth of a second at every start
    with zipfile.ZipFile(artifact, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False))
        archive.writestr("weights.npz", buffer.getvalue(), zipfile.ZIP_STORED)


def _unpack(model: Path, folder: Path) -> None:
    with tarfile.open(model) as archive:
        for member in archive.getmembers():
            if member.isfile() and ".." not in Path(member.name).parts:
                member.name = member.name.lstrip("/")
                archive.extract(member, folder)


def _read(metadata: Dict[str, Any], components: Path) -> Any:
    featurizers: List[Dict[str, Any]] = []
    classifier = None
    for node in metadata["predict_schema"]["nodes"].values():
        uses, config = node["uses"], node["config"]
        if uses in PASSED_OVER or uses == TOKENIZER:
            continue
        if uses == COUNTS:
            featurizers.append(_counts(config, components / node["resource"]["name"]))
        elif uses == ENCODER:
            featurizers.append({"kind": "encoder", "scale": float(config.get("scale", 1.0))})
        elif uses == LOGISTIC and classifier is None:
            classifier = _logistic(components / node["resource"]["name"])
        else:
            raise CannotExport(f"不能导出流水线组件 {uses}；请从 config.yml 中去掉它")
    if classifier is None or not featurizers:
        raise CannotExport("流水线中没有可导出的分类器")
    _check_order(featurizers)
    manifest = {
        "version": VERSION,
        "labels": [str(label) for label in classifier.classes_],
        "featurizers": featurizers,
        "rasa": metadata["rasa_open_source_version"],
        "trained_at": metadata["trained_at"],
    }
    weights = {
        "coefficients": np.ascontiguousarray(classifier.coef_.T, dtype=np.float64),
        "intercepts": classifier.intercept_.astype(np.float64),
    }
    return manifest, weights


def _check_order(featurizers: List[Dict[str, Any]]) -> None:
    kinds = [featurizer["kind"] for featurizer in featurizers]
    if "encoder" in kinds[:-1]:
        raise CannotExport("SentenceEncoderFeaturizer 必须是最后一个特征组件")


def _counts(config: Dict[str, Any], folder: Path) -> Dict[str, Any]:
    unknown = set(config) - COUNT_OPTIONS
    if unknown:
        raise CannotExport(f"不能导出 CountVectorsFeaturizer 的选项 {'、'.join(sorted(unknown))}")
    vocabularies = json.loads((folder / "vocabularies.json").read_text(encoding="utf-8"))
    vocabulary = vocabularies["text"]
    return {
        "kind": config.get("analyzer", "word"),
        "ngrams": [config.get("min_ngram", 1), config.get("max_ngram", 1)],
        "vocabulary": sorted(vocabulary, key=vocabulary.__getitem__),
    }


def _logistic(folder: Path) -> Any:
    import skops.io

    file = folder / f"{folder.name}.skops"
    untrusted = skops.io.get_untrusted_types(file=file)
    if untrusted:
        raise CannotExport(f"模型文件含有不可信的类型 {untrusted}")
    classifier = skops.io.load(file, trusted=untrusted)
    if len(classifier.classes_) < 3:
        raise CannotExport("至少需要三个意图才能训练分类器")
    return classifier


if __name__ == "__main__":
    try:
        export(Path(sys.argv[1]), Path(sys.argv[2]))
    except CannotExport as refusal:
        sys.exit(str(refusal))
