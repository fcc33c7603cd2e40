"""Bring the knowledge base into the database and out of it again, and read what is published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.knowledge.content import AnyRecord, names_of
from assistant.knowledge.files import (
    RESPONSES,
    Loaded,
    dump,
    dump_record,
    parse_record,
    render,
)
from assistant.knowledge.models import (
    IntentPhrasings,
    KnowledgeRecord,
    KnowledgeState,
    RecordVersion,
    VersionStatus,
)
from assistant.language.encoder import Encoder
from assistant.language.text import normalise


@dataclass(frozen=True)
class Imported:
    """What an import did: records newly published, records left as they were, phrasings known."""

    published: int
    unchanged: int
    phrasings: int


@dataclass(frozen=True)
class Vectors:
    """Vectors of each label's phrasings and each record's names, made before the write begins."""

    encoder: str
    by_label: dict[str, bytes]
    by_record: dict[str, bytes]


def hash_body(body: dict[str, Any]) -> str:
    """SHA-256 of a record's canonical JSON: what a reviewer's approval is tied to."""
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def encode_phrasings(loaded: Loaded, encoder: Encoder) -> Vectors:
    """Encode every phrasing and name; slow (0.4 ms each), so never inside a write."""
    names = {record.id: names_of(record) for _, record in loaded.records}
    return Vectors(encoder.name, _encode(loaded.examples, encoder), _encode(names, encoder))


def _encode(texts: Mapping[str, Sequence[str]], encoder: Encoder) -> dict[str, bytes]:
    vectors = encoder.encode([normalise(text) for group in texts.values() for text in group])
    encoded, start = {}, 0
    for key, group in texts.items():
        encoded[key] = vectors[start : start + len(group)].astype(np.float32).tobytes()
        start += len(group)
    return encoded


def import_knowledge(
    session: Session, loaded: Loaded, now: datetime, vectors: Vectors | None = None
) -> Imported:
    """Publish every record that differs from what is published. The import itself is the sign-off."""
    published = unchanged = 0
    positions: dict[str, int] = {}
    for file, record in loaded.records:
        positions[file] = positions.get(file, -1) + 1
        is_new = _import_record(session, file, positions[file], record, now)
        published, unchanged = published + is_new, unchanged + (not is_new)
    if vectors is not None:
        _attach_vectors(session, vectors)
    phrasings = _import_phrasings(session, loaded, vectors)
    state = session.get(KnowledgeState, 1)
    if state is None:
        state = KnowledgeState(id=1, revision=0, lookups={}, phrases={})
        session.add(state)
    state.lookups, state.phrases = loaded.lookups, loaded.phrases
    state.revision += 1
    session.flush()
    return Imported(published, unchanged, phrasings)


def _import_record(
    session: Session, file: str, position: int, record: AnyRecord, now: datetime
) -> bool:
    body = dump_record(record)
    digest = hash_body(body)
    row = session.get(KnowledgeRecord, record.id)
    if row is None:
        row = KnowledgeRecord(id=record.id, kind=record.kind, file=file, position=position)
        session.add(row)
        session.flush()
    row.kind, row.file, row.position = record.kind, file, position
    current = published_version(session, record.id)
    if current is not None and current.body_hash == digest:
        return False
    if current is not None:
        current.status, current.withdrawn_at = VersionStatus.WITHDRAWN, now
        session.flush()
    session.add(
        RecordVersion(
            record_id=record.id,
            number=next_number(session, record.id),
            status=VersionStatus.PUBLISHED,
            body=body,
            body_hash=digest,
            author_id=None,
            reviewer_id=None,
            reviewed_hash=digest,
            created_at=now,
            published_at=now,
        )
    )
    session.flush()
    return True


def _attach_vectors(session: Session, vectors: Vectors) -> None:
    for version, _ in published_records(session):
        if version.record_id in vectors.by_record:
            version.encoder = vectors.encoder
            version.vectors = vectors.by_record[version.record_id]


def _import_phrasings(session: Session, loaded: Loaded, vectors: Vectors | None) -> int:
    for position, (label, texts) in enumerate(loaded.examples.items()):
        row = session.get(IntentPhrasings, label)
        if row is None:
            row = IntentPhrasings(label=label, file="", position=0, texts=[])
            session.add(row)
        row.file, row.position, row.texts = loaded.example_files[label], position, texts
        row.encoder = vectors.encoder if vectors else None
        row.vectors = vectors.by_label[label] if vectors else None
    return sum(len(texts) for texts in loaded.examples.values())


def published_version(session: Session, record_id: str) -> RecordVersion | None:
    """The version the public sees, if there is one."""
    return session.scalar(
        select(RecordVersion).where(
            RecordVersion.record_id == record_id, RecordVersion.status == VersionStatus.PUBLISHED
        )
    )


def next_number(session: Session, record_id: str) -> int:
    """The number the next version of a record takes."""
    newest = session.scalar(
        select(func.max(RecordVersion.number)).where(RecordVersion.record_id == record_id)
    )
    return (newest or 0) + 1


def revision(session: Session) -> int:
    """Grows with every published change; 0 before the first import."""
    return session.scalar(select(KnowledgeState.revision).where(KnowledgeState.id == 1)) or 0


def published_records(session: Session) -> Sequence[tuple[RecordVersion, str]]:
    """Every published version with its file, in the files' own order."""
    rows = session.execute(
        select(RecordVersion, KnowledgeRecord.file)
        .join(KnowledgeRecord)
        .where(RecordVersion.status == VersionStatus.PUBLISHED)
        .order_by(KnowledgeRecord.file, KnowledgeRecord.position)
    )
    return [(version, file) for version, file in rows]


def all_phrasings(session: Session) -> Sequence[IntentPhrasings]:
    """The phrasings of every label, in the files' own order."""
    return session.scalars(
        select(IntentPhrasings).order_by(IntentPhrasings.file, IntentPhrasings.position)
    ).all()


def export_knowledge(session: Session, directory: Path) -> int:
    """Write what is published as files that import to the same; returns how many were written."""
    loaded = Loaded()
    for version, file in published_records(session):
        loaded.records.append((file, parse_record(version.body, file)))
    for row in all_phrasings(session):
        loaded.examples[row.label] = row.texts
        loaded.example_files[row.label] = row.file
    state = session.get(KnowledgeState, 1)
    files = dict(render(loaded, state.lookups if state else {}))
    if state is not None:
        files[f"{RESPONSES}/phrases.yml"] = dump(state.phrases)
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return len(files)
