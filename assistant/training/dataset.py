"""The training set: what is published and how citizens ask for it, as Rasa data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from sqlalchemy.orm import Session

from assistant.knowledge import store
from assistant.knowledge.content import AnyRecord, Document, Office, Service
from assistant.knowledge.files import dump_examples, parse_record
from assistant.language.kernel import Recipe
from assistant.language.text import normalise, read_words

Examples = dict[str, list[str]]
CLASSIFIER = "assistant.training.classifier.KernelRidgeClassifier"

# How an item is asked for; each alias takes two in turn, so that every alias meets an aspect in training.
_SERVICE_FRAMES = (
    "{}怎么办",
    "{}要哪些材料",
    "{}要多久",
    "{}收费吗",
    "{}在哪里办",
    "{}办理流程",
    "{}能网上办吗",
    "{}要跑几次",
    "{}的条件",
    "要不要办{}",
    "{}不批怎么办",
    "{}依据是什么",
)
_OFFICE_FRAMES = ("{}电话", "{}在哪里", "{}负责人是谁", "{}管什么", "{}几点上班")
_DOCUMENT_FRAMES = ("{}", "{}在哪里看", "我要查{}")


def collect(session: Session) -> Examples:
    """Every label's examples: the phrasings on record, and names met in the frames they are asked in."""
    examples: Examples = {row.label: list(row.texts) for row in store.all_phrasings(session)}
    for version, file in store.published_records(session):
        record = parse_record(version.body, file)
        for text in _framed(record):
            examples.setdefault(record.id, []).append(text)
    return {label: _distinct(texts) for label, texts in examples.items() if len(texts) >= 2}


def _framed(record: AnyRecord) -> list[str]:
    if isinstance(record, Service):
        frames: Sequence[str] = _SERVICE_FRAMES
    elif isinstance(record, Office):
        frames = _OFFICE_FRAMES
    elif isinstance(record, Document):
        frames = _DOCUMENT_FRAMES
    else:
        return [record.title] if record.kind == "answer" else []
    names = dict.fromkeys((record.title, *record.aliases))
    framed = list(names)
    for place, name in enumerate(names):
        framed += [frames[(2 * place + turn) % len(frames)].format(name) for turn in range(2)]
    return framed


def _distinct(texts: Sequence[str]) -> list[str]:
    return list({normalise(text): text for text in texts}.values())


def load_recipe(config: Path) -> Recipe:
    """The classifier's recipe in config.yml's pipeline; what is not named there stands at its default."""
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    chosen: dict[str, float] = next((part for part in pipeline if part["name"] == CLASSIFIER), {})
    return Recipe(**{name: chosen[name] for name in vars(Recipe()) if name in chosen})  # type: ignore[arg-type]


def fingerprint(examples: Mapping[str, Sequence[str]], config: Path) -> str:
    """SHA-256 over everything a trained model depends on: equal fingerprints need no second training."""
    digest = hashlib.sha256(config.read_bytes().split(b"\nassistant:")[0])
    digest.update(
        repr(read_words(config.parent / "nlu_data" / "words.txt")).encode()
    )  # the dictionary decides how everything is cut
    for label in sorted(examples):
        digest.update(f"\x1e{label}\x1f{chr(31).join(examples[label])}".encode())
    return digest.hexdigest()


def write(examples: Mapping[str, Sequence[str]], folder: Path) -> None:
    """Write the examples as one Rasa NLU file."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {label: list(texts) for label, texts in examples.items()}
    (folder / "nlu.yml").write_text(dump_examples(data), encoding="utf-8")
