"""The knowledge base as files: `responses/` (what the bureau says) and `nlu_data/` (how citizens ask).

Import and export round-trip byte for byte: `dump` is the one canonical form of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.knowledge.content import AnyRecord

_RECORD: TypeAdapter[AnyRecord] = TypeAdapter(AnyRecord)
RESPONSES, PHRASINGS = "responses", "nlu_data"
# The one file of `nlu_data/` that also holds lookups: the words an aspect is known by.
LOOKUPS = "aspects.yml"
# The file of words of one meaning, Rasa's synonyms; kept among the lookups under this prefix.
SYNONYMS, SYNONYM = "synonyms.yml", "synonym_"
# Labels that are learned but are no records.
INTENTS = ("offtopic", "unknown", "aspect.", "handover.", "dialogue.")


class BadKnowledge(ValueError):
    """A knowledge file cannot be read; the message names the file and the record."""


@dataclass(frozen=True)
class Loaded:
    """Everything one knowledge directory says.

    `records` pairs each record with the file it came from, relative to `responses/`;
    `examples` maps an intent to its phrasings, `example_files` to their file under `nlu_data/`.
    """

    records: list[tuple[str, AnyRecord]] = field(default_factory=list)
    examples: dict[str, list[str]] = field(default_factory=dict)
    example_files: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, list[str]] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def dump(data: Any) -> str:
    """The one canonical YAML form: block style, keys in given order, Chinese as itself."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def dump_record(record: AnyRecord) -> dict[str, Any]:
    """A record as plain data, with the fields that stand at their default left out."""
    data = record.model_dump(mode="json", exclude_defaults=True)
    return {"id": record.id, "kind": record.kind, **{k: v for k, v in data.items() if k != "id"}}


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadKnowledge(f"{path}: 不是有效的 YAML 文件：{error}") from error


def parse_record(data: Any, where: str) -> AnyRecord:
    """One record from plain data; `BadKnowledge` names `where` and the first fault."""
    try:
        return _RECORD.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        name = data.get("id", "?") if isinstance(data, dict) else "?"
        place = ".".join(str(part) for part in first["loc"])
        raise BadKnowledge(f"{where}: {name}: {place}: {first['msg']}") from error


def load(directory: Path) -> Loaded:
    """Read `directory/responses` and `directory/nlu_data`; raises `BadKnowledge`."""
    loaded = Loaded()
    for path in sorted((directory / RESPONSES).rglob("*.yml")):
        _load_responses(loaded, path, path.relative_to(directory / RESPONSES).as_posix())
    for path in sorted((directory / PHRASINGS).rglob("*.yml")):
        _load_phrasings(loaded, path, path.relative_to(directory / PHRASINGS).as_posix())
    _check_unique(loaded)
    return loaded


def _load_responses(loaded: Loaded, path: Path, name: str) -> None:
    data = _read(path)
    if name == "phrases.yml":
        loaded.phrases.update(_phrases(data, name))
        return
    if not isinstance(data, dict) or not isinstance(data.get("records"), list):
        raise BadKnowledge(f"{name}: 缺少 records 列表")
    loaded.records.extend((name, parse_record(item, name)) for item in data["records"])


def _phrases(data: Any, name: str) -> dict[str, str]:
    if not isinstance(data, dict) or not all(
        isinstance(key, str) and isinstance(text, str) for key, text in data.items()
    ):
        raise BadKnowledge(f"{name}: 应当是“名称: 文字”的列表")
    return data


def _load_phrasings(loaded: Loaded, path: Path, name: str) -> None:
    data = _read(path)
    items = data.get("nlu") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise BadKnowledge(f"{name}: 缺少 nlu 列表")
    for item in items:
        label, examples = _examples(item, name)
        if ("synonym" in item) != (name == SYNONYMS):
            raise BadKnowledge(f"{name}: {label}: 同义词都写在 {SYNONYMS} 里，那里也只写同义词")
        if "synonym" in item:
            if SYNONYM + label in loaded.lookups:
                raise BadKnowledge(f"{name}: 同义词 {label} 重复出现")
            loaded.lookups[SYNONYM + label] = examples
        elif "lookup" in item:
            loaded.lookups[label] = examples
        elif label in loaded.examples:
            raise BadKnowledge(f"{name}: 意图 {label} 重复出现")
        else:
            loaded.examples[label] = examples
            loaded.example_files[label] = name


def _examples(item: Any, name: str) -> tuple[str, list[str]]:
    """The label and the texts of one entry of Rasa training data."""
    keys = ("intent", "lookup", "synonym")
    label = next(filter(None, map(item.get, keys)), None) if isinstance(item, dict) else None
    if not isinstance(label, str):
        raise BadKnowledge(f"{name}: 每一项要有 intent、lookup 或 synonym")
    block = item.get("examples")
    if not isinstance(block, str):
        raise BadKnowledge(f"{name}: {label}: examples 应当是“- ”开头的多行文字")
    lines = [line for line in block.splitlines() if line.strip()]
    for line in lines:
        if not line.startswith("- ") or not line[2:].strip():
            raise BadKnowledge(f"{name}: {label}: 这一行不是“- ”开头：{line.strip()}")
    return label, [line[2:].strip() for line in lines]


def _check_unique(loaded: Loaded) -> None:
    seen: set[str] = set()
    for name, record in loaded.records:
        if record.id in seen:
            raise BadKnowledge(f"{name}: 编号 {record.id} 重复")
        seen.add(record.id)
    for label, name in loaded.example_files.items():
        if label not in seen and not label.startswith(INTENTS):
            raise BadKnowledge(f"{name}: 没有 {label} 这条记录，也不是对话意图")


def dump_examples(
    intents: dict[str, list[str]],
    lookups: dict[str, list[str]] | None = None,
    synonyms: dict[str, list[str]] | None = None,
) -> str:
    """Phrasings, lookups and synonyms as Rasa 3.1 training data."""
    kinds = (("intent", intents), ("lookup", lookups or {}), ("synonym", synonyms or {}))
    nlu = [
        {key: name, "examples": "".join(f"- {text}\n" for text in texts)}
        for key, entries in kinds
        for name, texts in entries.items()
    ]
    return dump({"version": "3.1", "nlu": nlu})


def render(loaded: Loaded, lookups: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Every file of the records and their phrasings as (path, text), in canonical form."""
    files: dict[str, list[dict[str, Any]]] = {}
    for name, record in loaded.records:
        files.setdefault(name, []).append(dump_record(record))
    for name, records in files.items():
        yield f"{RESPONSES}/{name}", dump({"records": records})
    words = {name: texts for name, texts in lookups.items() if not name.startswith(SYNONYM)}
    examples: dict[str, dict[str, list[str]]] = {}
    for intent, texts in loaded.examples.items():
        examples.setdefault(loaded.example_files[intent], {})[intent] = texts
    for name, intents in examples.items():
        yield f"{PHRASINGS}/{name}", dump_examples(intents, words if name == LOOKUPS else None)
    synonyms = {
        name.removeprefix(SYNONYM): texts
        for name, texts in lookups.items()
        if name.startswith(SYNONYM)
    }
    if synonyms:
        yield f"{PHRASINGS}/{SYNONYMS}", dump_examples({}, synonyms=synonyms)
