"""Import, versions, export and the live copy, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.db import Database
from assistant.knowledge import store
from assistant.knowledge.content import AnyRecord, Notice
from assistant.knowledge.files import Loaded, load, parse_record
from assistant.knowledge.models import (
    IntentPhrasings,
    KnowledgeState,
    RecordVersion,
    VersionStatus,
)
from assistant.knowledge.shelf import MissingKnowledge, load_shelf
from assistant.knowledge.store import Imported, Vectors
from assistant.language.encoder import Encoder
from assistant.language.text import normalise
from assistant.service import Service
from assistant.settings import PROJECT_DIR
from tests.fixtures_service import NOW, Prepared

LATER = NOW + timedelta(days=1)


def imported(database: Database, loaded: Loaded, vectors: Vectors | None = None) -> Imported:
    return database.write(lambda s: store.import_knowledge(s, loaded, NOW, vectors))


def changed(loaded: Loaded, record_id: str, **fields: object) -> Loaded:
    """The same knowledge with one record's fields replaced."""
    records: list[tuple[str, AnyRecord]] = [
        (file, r.model_copy(update=fields) if r.id == record_id else r)
        for file, r in loaded.records
    ]
    return Loaded(records, loaded.examples, loaded.example_files, loaded.lookups, loaded.phrases)


def versions(database: Database, record_id: str) -> list[RecordVersion]:
    with database.reading() as session:
        return list(
            session.scalars(
                select(RecordVersion)
                .where(RecordVersion.record_id == record_id)
                .order_by(RecordVersion.number)
            )
        )


def counted(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_import_publishes_everything(database: Database, loaded: Loaded) -> None:
    done = imported(database, loaded)
    assert done == Imported(
        len(loaded.records), 0, 0, sum(len(texts) for texts in loaded.examples.values())
    )
    with database.reading() as session:
        found = {v.record_id: v for v, _ in store.published_records(session)}
    assert set(found) == {record.id for _, record in loaded.records}
    assert all(v.reviewed_hash == v.body_hash == store.hash_body(v.body) for v in found.values())


def test_import_again_changes_nothing(database: Database, loaded: Loaded) -> None:
    imported(database, loaded)
    before = counted(database, RecordVersion), counted(database, IntentPhrasings)
    again = imported(database, loaded)
    assert (again.published, again.unchanged) == (0, len(loaded.records))
    assert (counted(database, RecordVersion), counted(database, IntentPhrasings)) == before


def test_import_again_is_no_news_to_those_who_serve(database: Database, loaded: Loaded) -> None:
    """Every `make run` imports; a revision that grows each time would have all replicas reload for nothing."""
    imported(database, loaded)
    with database.reading() as session:
        before = store.revision(session)
    imported(database, loaded)
    with database.reading() as session:
        assert store.revision(session) == before


def test_changed_text_makes_a_new_version(database: Database, loaded: Loaded) -> None:
    imported(database, loaded)
    new = changed(loaded, "smalltalk.greeting", text="您好呀。")
    done = database.write(lambda s: store.import_knowledge(s, new, LATER))
    assert (done.published, done.unchanged) == (1, len(loaded.records) - 1)
    old, now = versions(database, "smalltalk.greeting")
    assert (old.number, old.status, old.withdrawn_at) == (1, VersionStatus.WITHDRAWN, LATER)
    assert (now.number, now.status, now.published_at) == (2, VersionStatus.PUBLISHED, LATER)
    assert now.body["text"] == "您好呀。"
    assert old.body["text"] != now.body["text"]
    assert old.body_hash != now.body_hash


def test_changed_back_is_a_third_version(database: Database, loaded: Loaded) -> None:
    """The record of what was shown when is never shortened."""
    imported(database, loaded)
    imported(database, changed(loaded, "smalltalk.greeting", text="您好呀。"))
    imported(database, loaded)
    found = versions(database, "smalltalk.greeting")
    assert [v.status for v in found] == ["withdrawn", "withdrawn", "published"]
    assert found[0].body == found[2].body


def test_changed_phrasings_are_taken_up(database: Database, loaded: Loaded) -> None:
    imported(database, loaded)
    loaded = Loaded(
        loaded.records,
        loaded.examples | {"smalltalk.greeting": ["您好您好", "哈喽"]},
        loaded.example_files,
        loaded.lookups,
        loaded.phrases,
    )
    imported(database, loaded)
    with database.reading() as session:
        row = session.get_one(IntentPhrasings, "smalltalk.greeting")
        assert row.texts == ["您好您好", "哈喽"]


def test_phrasings_taken_out_of_the_files_are_gone(database: Database, loaded: Loaded) -> None:
    """Otherwise a label that was split or renamed goes on being recognised."""
    imported(database, loaded)
    fewer = {label: texts for label, texts in loaded.examples.items() if label != "offtopic"}
    less = Loaded(loaded.records, fewer, loaded.example_files, loaded.lookups, loaded.phrases)
    imported(database, less)
    with database.reading() as session:
        assert session.get(IntentPhrasings, "offtopic") is None


def test_failed_import_leaves_the_old_knowledge(database: Database, loaded: Loaded) -> None:
    imported(database, loaded)
    new = changed(loaded, "smalltalk.greeting", text="您好呀。")

    def fail_at_the_end(session: Session) -> None:
        store.import_knowledge(session, new, LATER)
        raise RuntimeError("late")

    with pytest.raises(RuntimeError, match="late"):
        database.write(fail_at_the_end)
    assert len(versions(database, "smalltalk.greeting")) == 1


def test_export_equals_the_files(database: Database, loaded: Loaded, tmp_path: Path) -> None:
    imported(database, loaded)
    with database.reading() as session:
        store.export_knowledge(session, tmp_path)
    written = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*.yml")}
    shipped = {
        path.relative_to(PROJECT_DIR): path.read_bytes()
        for top in ("responses", "nlu_data")
        for path in (PROJECT_DIR / top).rglob("*.yml")
    }
    assert set(written) == set(shipped)
    assert [name for name in written if written[name] != shipped[name]] == []


def test_export_imports_to_the_same(database: Database, loaded: Loaded, tmp_path: Path) -> None:
    """Out, in again elsewhere, out again: nothing has changed, in bytes or in meaning."""
    imported(database, changed(loaded, "smalltalk.greeting", text="您好呀。\n第二行。"))
    with database.reading() as session:
        store.export_knowledge(session, tmp_path / "one")
    again = load(tmp_path / "one")
    done = imported(database, again)
    assert done.published == 0
    with database.reading() as session:
        store.export_knowledge(session, tmp_path / "two")
    one = {p.relative_to(tmp_path / "one"): p.read_bytes() for p in (tmp_path / "one").rglob("*.*")}
    two = {p.relative_to(tmp_path / "two"): p.read_bytes() for p in (tmp_path / "two").rglob("*.*")}
    assert one == two


def test_hash_depends_on_content_and_not_on_order() -> None:
    assert store.hash_body({"a": 1, "b": "二"}) == store.hash_body({"b": "二", "a": 1})
    assert store.hash_body({"a": 1}) != store.hash_body({"a": 2})


def test_stored_vectors_are_those_of_their_texts(prepared: Prepared, encoder: Encoder) -> None:
    database = Database(prepared.settings.url)
    with database.reading() as session:
        rows = list(store.all_phrasings(session))[::40]
    database.close()
    for row in rows:
        assert row.encoder == encoder.name
        assert row.vectors is not None
        stored = np.frombuffer(row.vectors, dtype=np.float32).reshape(len(row.texts), -1)
        fresh = encoder.encode([normalise(text) for text in row.texts])
        assert np.abs(stored - fresh).max() < 1e-5
        assert np.abs(np.linalg.norm(stored, axis=1) - 1).max() < 1e-4


def test_vectors_of_another_encoder_are_made_anew(
    database: Database, loaded: Loaded, encoder: Encoder
) -> None:
    few = {"smalltalk.greeting": ["您好", "早上好"]}
    some = Loaded(loaded.records, few, loaded.example_files, loaded.lookups, loaded.phrases)
    strange = Vectors("another-encoder", {"smalltalk.greeting": b"\x00" * 7}, {})
    imported(database, some, strange)
    with database.reading() as session:
        shelf = load_shelf(session, encoder)
    row = shelf.index.similarities(encoder.encode([normalise("您好")]))
    assert row is not None
    assert shelf.index.best_of(row[0], 1)[0].label == "smalltalk.greeting"


def test_empty_knowledge_is_told(database: Database) -> None:
    with pytest.raises(MissingKnowledge, match="import"), database.reading() as session:
        load_shelf(session, None)


def test_withdrawn_record_is_not_on_the_shelf(database: Database, loaded: Loaded) -> None:
    imported(database, loaded)
    some = next(record.id for _, record in loaded.records if record.kind == "answer")

    def withdraw(session: Session) -> None:
        version = store.published_version(session, some)
        assert version is not None
        version.status = VersionStatus.WITHDRAWN

    database.write(withdraw)
    with database.reading() as session:
        shelf = load_shelf(session, None)
    assert shelf.get(some) is None
    assert len(shelf.records) == len(loaded.records) - 1


@pytest.fixture
def service(prepared: Prepared, tmp_path: Path):  # type: ignore[no-untyped-def]
    """The running assistant on its own copy of the sample bureau."""
    one = Service(prepared.copy_to(tmp_path).settings)
    yield one
    one.close()


def test_published_change_is_live_after_refresh(service: Service, loaded: Loaded) -> None:
    def say() -> str:
        return str(service.ask("t", "您好").reply["text"])

    before = say()
    assert service.refresh() is False
    new = changed(loaded, "smalltalk.greeting", text="新的问候：您好。")
    service.db.write(lambda s: store.import_knowledge(s, new, LATER))
    assert say() == before
    assert service.refresh() is True
    assert say() == "新的问候：您好。"
    assert service.refresh() is False


def test_new_phrasing_is_matched_after_refresh(service: Service, loaded: Loaded) -> None:
    asked = "鹭鸶飞机场哪里盖章"
    first = service.hear(asked).result(10).candidates
    assert first[0].lexical < 0.6
    before = {one.label: one.semantic for one in first}.get("service.water_permit", 0.0)
    examples = loaded.examples | {
        "service.water_permit": [*loaded.examples["service.water_permit"], asked]
    }
    new = Loaded(loaded.records, examples, loaded.example_files, loaded.lookups, loaded.phrases)
    service.db.write(lambda s: store.import_knowledge(s, new, LATER))
    service.refresh()
    heard = service.hear(asked).result(10)
    best = max(heard.candidates, key=lambda candidate: candidate.lexical)
    assert best.label == "service.water_permit"
    assert best.lexical > 0.8
    assert best.semantic > before


def test_turn_names_the_version_that_was_shown(service: Service, loaded: Loaded) -> None:
    from assistant.conversation.models import Message

    service.ask("t", "您好")
    new = changed(loaded, "smalltalk.greeting", text="新的问候：您好。")
    service.db.write(lambda s: store.import_knowledge(s, new, LATER))
    service.refresh()
    service.ask("t", "您好")
    with service.db.reading() as session:
        rows = list(session.scalars(select(Message).order_by(Message.turn)))
        shown = [session.get_one(RecordVersion, row.version_ids[0]) for row in rows]
        assert [version.number for version in shown] == [1, 2]
        for row, version in zip(rows, shown, strict=True):
            record = parse_record(version.body, "x")
            assert isinstance(record, Notice)
            assert row.reply["text"] == service.shelf.fill(record.text).strip()


def test_torn_record_names_itself(service: Service) -> None:
    """A body damaged in the database is refused by name; the service keeps what it has loaded."""
    from assistant.knowledge.files import BadKnowledge

    def damage(session: Session) -> None:
        version = store.published_version(session, "smalltalk.greeting")
        assert version is not None
        version.body = {"id": "smalltalk.greeting", "kind": "smalltalk"}
        session.get_one(KnowledgeState, 1).revision += 1

    before = service.shelf
    service.db.write(damage)
    with pytest.raises(BadKnowledge, match=r"smalltalk\.greeting"):
        service.refresh()
    assert service.shelf is before
    assert service.ask("t", "您好").outcome == "smalltalk"
