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
    """What an import did: records newly published, left as they were, withdrawn; phrasings known."""

    published: int
    unchanged: int
    withdrawn: int
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
    """Publish what differs, withdraw what its file no longer holds. The import itself is the sign-off.

    Records of files that are not in the directory stay as they are. The revision, which every serving
    process watches, grows only if anything changed.
    """
    positions: dict[str, int] = {}
    published = 0
    for file, record in loaded.records:
        positions[file] = positions.get(file, -1) + 1
        published += _import_record(session, file, positions[file], record, now)
    withdrawn = _withdraw_missing(session, loaded, now)
    fresh_vectors = _attach_vectors(session, vectors) if vectors is not None else False
    fresh_phrasings = _import_phrasings(session, loaded, vectors)
    fresh_state = _import_state(session, loaded)
    if published or withdrawn or fresh_vectors or fresh_phrasings or fresh_state:
        session.get_one(KnowledgeState, 1).revision += 1
    session.flush()
    phrasings = sum(len(texts) for texts in loaded.examples.values())
    return Imported(published, len(loaded.records) - published, withdrawn, phrasings)


def _import_state(session: Session, loaded: Loaded) -> bool:
    state = session.get(KnowledgeState, 1)
    if state is None:
        state = KnowledgeState(id=1, revision=0, lookups={}, phrases={})
        session.add(state)
    changed = (state.lookups, state.phrases) != (loaded.lookups, loaded.phrases)
    state.lookups, state.phrases = loaded.lookups, loaded.phrases
    return changed


def _withdraw_missing(session: Session, loaded: Loaded, now: datetime) -> int:
    files = {file for file, _ in loaded.records}
    kept = {record.id for _, record in loaded.records}
    gone = [
        version
        for version, file in published_records(session)
        if file in files and version.record_id not in kept
    ]
    for version in gone:
        version.status, version.withdrawn_at = VersionStatus.WITHDRAWN, now
    return len(gone)


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


def _attach_vectors(session: Session, vectors: Vectors) -> bool:
    changed = False
    for version, _ in published_records(session):
        found = vectors.by_record.get(version.record_id)
        if found is not None and (version.encoder, version.vectors) != (vectors.encoder, found):
            version.encoder, version.vectors = vectors.encoder, found
            changed = True
    return changed


def _import_phrasings(session: Session, loaded: Loaded, vectors: Vectors | None) -> bool:
    """Phrasings are replaced as a whole: what is not in the files is gone."""
    known = {row.label: row for row in all_phrasings(session)}
    changed = False
    for position, (label, texts) in enumerate(loaded.examples.items()):
        found = {
            "file": loaded.example_files[label],
            "position": position,
            "texts": texts,
            "encoder": vectors.encoder if vectors else None,
            "vectors": vectors.by_label[label] if vectors else None,
        }
        row = known.pop(label, None)
        if row is None:
            session.add(IntentPhrasings(label=label, **found))
            changed = True
        elif any(getattr(row, name) != value for name, value in found.items()):
            for name, value in found.items():
                setattr(row, name, value)
            changed = True
    for row in known.values():
        session.delete(row)
    return changed or bool(known)


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
