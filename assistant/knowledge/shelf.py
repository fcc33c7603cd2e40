"""What is published, held in memory: one immutable copy that every request reads. A change makes a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy.orm import Session

from assistant.knowledge import store
from assistant.knowledge.collected import Collected
from assistant.knowledge.content import (
    AnyRecord,
    Aspect,
    Bureau,
    Document,
    Office,
    Service,
    names_of,
    text_of,
)
from assistant.knowledge.files import SYNONYM, parse_record
from assistant.knowledge.models import KnowledgeState
from assistant.knowledge.passages import Passages
from assistant.language.encoder import Encoder
from assistant.language.match import Index
from assistant.language.text import bare, normalise

PLACEHOLDER = re.compile(r"\{([a-z]+)\.([a-z_]+)(?:\.([a-z_]+))?\}")


class MissingKnowledge(RuntimeError):
    """Nothing is published yet."""


class UnknownPlaceholder(ValueError):
    """A text names something the bureau's data do not hold."""


@dataclass(frozen=True)
class Shelf:
    """Everything published at one revision."""

    revision: int
    records: dict[str, AnyRecord]
    version_ids: dict[str, int]
    phrases: dict[str, str]
    cues: dict[Aspect, tuple[str, ...]]
    index: Index
    mentions: dict[str, str]
    """Bare names and aliases of services, offices and documents → record id."""
    passages: Passages
    item_of: Mapping[str, str] = field(default_factory=dict)
    """An answer often asked about an item → that item's id, so that “要几天” may follow it."""
    synonyms: tuple[tuple[str, ...], ...] = ()
    """Groups of words of one meaning, the official one first."""

    @property
    def bureau(self) -> Bureau:
        return cast(Bureau, self.records["bureau"])

    def get(self, record_id: str) -> AnyRecord | None:
        return self.records.get(record_id)

    def office(self, office_id: str) -> Office:
        """The named office, or the general office where a record names none that exists."""
        found = self.records.get(office_id) or self.records["office.general"]
        return cast(Office, found)

    def services(self) -> list[Service]:
        return [record for record in self.records.values() if isinstance(record, Service)]

    def documents(self) -> list[Document]:
        return [record for record in self.records.values() if isinstance(record, Document)]

    def offices(self) -> list[Office]:
        return [record for record in self.records.values() if isinstance(record, Office)]

    def title(self, record_id: str) -> str:
        """How a record is called in a list of choices."""
        record = self.records.get(record_id)
        return record.title if record else record_id

    def fill(self, text: str) -> str:
        """A text with its placeholders filled from the bureau's data; `UnknownPlaceholder` names a wrong one."""
        return PLACEHOLDER.sub(lambda match: self._value(match), text)

    def filled(self, service: Service) -> Service:
        """A service with every placeholder in its fields filled, for a page that lays the fields out itself."""
        return Service.model_validate(self._filled(service.model_dump(mode="json")))

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.fill(value)
        if isinstance(value, dict):
            return {name: self._filled(inner) for name, inner in value.items()}
        return [self._filled(inner) for inner in value] if isinstance(value, list) else value

    def _value(self, match: re.Match[str]) -> str:
        source, name, attribute = match.groups()
        if source == "bureau" and attribute is None:
            return _bureau_value(self.bureau, name, match[0])
        office = self.records.get(f"office.{name}")
        value = getattr(office, attribute or "", None)
        if source == "office" and isinstance(office, Office) and attribute:
            attribute_name = "title" if attribute == "name" else attribute
            value = getattr(office, attribute_name, None)
        if not isinstance(value, str):
            raise UnknownPlaceholder(match[0])
        return value

    def is_expired(self, record: AnyRecord, today: date) -> bool:
        """Answers expire by themselves: past its date a text is no longer given out."""
        expires_on: date | None = getattr(record, "expires_on", None)
        return expires_on is not None and expires_on < today


def _bureau_value(bureau: Bureau, name: str, placeholder: str) -> str:
    if name == "leaders":
        return "\n".join(f"- {one.post} {one.name}：{one.duties}" for one in bureau.leaders)
    if name == "media":
        return "、".join(bureau.media)
    value = getattr(bureau, name, None)
    if not isinstance(value, str):
        raise UnknownPlaceholder(placeholder)
    return value


def load_shelf(session: Session, encoder: Encoder | None) -> Shelf:
    """Read what is published; `MissingKnowledge` before the first import.

    Texts whose vectors are of another encoder are encoded here, once.
    """
    state = session.get(KnowledgeState, 1)
    if state is None:
        raise MissingKnowledge("知识库还是空的，请先运行 xunda knowledge import")
    records: dict[str, AnyRecord] = {}
    version_ids: dict[str, int] = {}
    collected = Collected(encoder)
    for row in store.all_phrasings(session):
        collected.add(row.label, row.texts, row.encoder, row.vectors)
    for version, file in store.published_records(session):
        record = parse_record(version.body, file)
        records[record.id], version_ids[record.id] = record, version.id
        collected.add(record.id, names_of(record), version.encoder, version.vectors)
        collected.bodies[record.id] = normalise(text_of(record))
    cues = {
        Aspect(name.removeprefix("aspect_")): tuple(normalise(cue) for cue in texts)
        for name, texts in state.lookups.items()
        if name.startswith("aspect_")
    }
    mentions = _mentions(records)
    return Shelf(
        revision=state.revision,
        records=records,
        version_ids=version_ids,
        phrases=state.phrases,
        cues=cues,
        index=collected.index(tuple(mentions)),
        mentions=mentions,
        passages=Passages(r for r in records.values() if isinstance(r, Service)),
        item_of=_items(records),
        synonyms=tuple(
            (name.removeprefix(SYNONYM), *texts)
            for name, texts in state.lookups.items()
            if name.startswith(SYNONYM)
        ),
    )


def _items(records: dict[str, AnyRecord]) -> dict[str, str]:
    """The item itself stands before its variants (延续, 变更), whatever their order."""
    services = [record for record in records.values() if isinstance(record, Service)]
    services.sort(key=lambda service: service.parent is None)
    return {
        other: service.id
        for service in services
        for other in service.related
        if not isinstance(records.get(other), Service)
    }


def _mentions(records: dict[str, AnyRecord]) -> dict[str, str]:
    return {
        bare(normalise(name)): record.id
        for record in records.values()
        if isinstance(record, Service | Office | Document)
        for name in names_of(record)
    }
