"""A data directory for each size: files as the import reads them, then the ordinary import."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.db import Database
from assistant.knowledge import store
from assistant.knowledge.files import LOOKUPS, PHRASINGS, RESPONSES, Loaded, dump, load, render
from assistant.migrations import migrate
from assistant.service import utc_now
from assistant.settings import PROJECT_DIR, Settings
from benchmarks.scale import phrasings, taipei
from benchmarks.scale.taipei import Question
from benchmarks.scale.vectors import CachedEncoder

FILE = Path("data") / "taipei_faq" / "faq.jsonl"


@dataclass(frozen=True)
class Filled:
    """A data directory with the second bureau in it, and what filling it took in seconds."""

    settings: Settings
    asked_for: list[Question]
    known: dict[str, list[str]]
    labels: int
    phrasings: int
    read_seconds: float
    encode_seconds: float
    write_seconds: float


def shared_file(settings: Settings) -> Path:
    """Where the data of others lie: beside the project."""
    return settings.project_dir.resolve().parent / "shared" / FILE


def content_of(questions: Sequence[Question], size: int) -> Loaded:
    """`size` phrasings in all, the records' own names among them; no more answers than half of them."""
    chosen = taipei.spread(questions, size // 2)
    records = taipei.records_of(chosen)
    wanted = size - taipei.names_in(records)
    examples = phrasings.generate(chosen, wanted)
    ours = load(PROJECT_DIR)
    return Loaded(
        records=records,
        examples=examples,
        example_files=dict.fromkeys(examples, "faq.yml"),
        lookups={name: cues for name, cues in ours.lookups.items() if name.startswith("aspect_")},
        phrases=ours.phrases,
    )


def write_files(content: Loaded, folder: Path) -> None:
    """The knowledge directory, in the form `xunda knowledge export` writes."""
    files = dict(render(content, {}))
    files[f"{RESPONSES}/phrases.yml"] = dump(content.phrases)
    lookups = [
        {"lookup": name, "examples": "".join(f"- {cue}\n" for cue in cues)}
        for name, cues in content.lookups.items()
    ]
    files[f"{PHRASINGS}/{LOOKUPS}"] = dump({"version": "3.1", "nlu": lookups})
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def fill(
    settings: Settings, questions: Sequence[Question], size: int, encoder: CachedEncoder, data: Path
) -> Filled:
    """Write the files, import them as `xunda knowledge import` does, into a data directory of their own."""
    write_files(content_of(questions, size), data / "knowledge")
    (data / "encoder").symlink_to(settings.encoder_cache.resolve())
    own = settings.model_copy(update={"data_dir": data, "database_url": ""})
    started = time.perf_counter()
    loaded = load(data / "knowledge")
    read = time.perf_counter()
    vectors = store.encode_phrasings(loaded, encoder)
    names = taipei.names_in(loaded.records)
    count = names + sum(map(len, loaded.examples.values()))
    database = Database(own.url)
    try:
        migrate(database)
        begun = time.perf_counter()
        database.write(lambda session: store.import_knowledge(session, loaded, utc_now(), vectors))
        written = time.perf_counter()
    finally:
        database.close()
    return Filled(
        settings=own,
        asked_for=[one for one in questions if one.id in loaded.examples],
        known=loaded.examples,
        labels=len({record.id for _, record in loaded.records} | set(loaded.examples)) - 1,
        phrasings=count,
        read_seconds=read - started,
        encode_seconds=encoder.seconds_each * count,
        write_seconds=written - begun,
    )
