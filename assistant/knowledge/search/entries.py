"""What can be found: everything published, one entry a record, as a searcher would read it. Pure."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from assistant.knowledge.compose import SERVICE_ASPECTS, compose
from assistant.knowledge.content import AnyRecord, Bureau, Office, Service
from assistant.knowledge.shelf import Shelf
from assistant.labels import Labelled

log = logging.getLogger(__name__)


class EntryKind(Labelled):
    """What a searcher chooses by. Danger, misconduct and other bodies' matters are all notices."""

    ANSWER = "answer", "问答"
    SERVICE = "service", "办事事项"
    OFFICE = "office", "处室"
    DOCUMENT = "document", "公开文件"
    NOTICE = "notice", "提示"
    REPLY = "reply", "已公开答复"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found; `text` is a single line that snippets are cut from."""

    id: str
    kind: EntryKind
    title: str
    text: str
    office: str
    office_title: str
    aliases: tuple[str, ...] = ()
    reference: str | None = None
    """The number it is filed under, where it has one: a document's 索引号."""
    sources: tuple[str, ...] = ()
    effective_on: date | None = None
    """Since when it holds; of a reply, the day it was given."""
    verified_on: date | None = None
    expires_on: date | None = None

    def is_expired(self, today: date) -> bool:
        return self.expires_on is not None and self.expires_on < today


@dataclass(frozen=True, slots=True)
class PublishedReply:
    """A reply the bureau has put on the website, handed in to be found; `office` may be empty."""

    id: int
    title: str
    question: str
    reply: str
    office: str
    replied_on: date


def entries_of(shelf: Shelf) -> list[Entry]:
    """Every record but the bureau's own data and small talk; the office titles are the shelf's."""
    entries = []
    for record in shelf.records.values():
        if isinstance(record, Bureau) or record.kind == "smalltalk":
            continue
        try:
            entries.append(_entry(shelf, record))
        except ValueError as error:
            # One text with a wrong placeholder must not take the whole search away.
            log.error("%s cannot be searched: %s", record.id, error)
    return entries


def entry_of_reply(shelf: Shelf, reply: PublishedReply) -> Entry:
    """A published reply as it is found: by what was asked and by what was answered."""
    office = shelf.office(reply.office)
    return Entry(
        id=f"reply.{reply.id}",
        kind=EntryKind.REPLY,
        title=reply.title,
        text=_one_line(f"【来信】{reply.question}\n【答复】{reply.reply}"),
        office=office.id,
        office_title=office.title,
        effective_on=reply.replied_on,
    )


def kind_of(record: AnyRecord) -> EntryKind:
    """The kind a record is found under."""
    is_own = record.kind in ("answer", "service", "office", "document")
    return EntryKind(record.kind) if is_own else EntryKind.NOTICE


def _entry(shelf: Shelf, record: AnyRecord) -> Entry:
    told = compose(shelf, record)
    office = record if isinstance(record, Office) else shelf.office(getattr(record, "office", ""))
    text = _service_text(shelf, record) if isinstance(record, Service) else told.text
    reference: str | None = getattr(record, "index", None)
    numbers = (reference, getattr(record, "number", None))
    aliases: tuple[str, ...] = getattr(record, "aliases", ())
    return Entry(
        id=record.id,
        kind=kind_of(record),
        title=record.title,
        text=_one_line(text),
        office=office.id,
        office_title=office.title,
        aliases=(*aliases, *filter(None, numbers)),
        reference=reference,
        sources=told.sources,
        effective_on=getattr(record, "effective_on", None),
        verified_on=getattr(record, "verified_on", None),
        expires_on=getattr(record, "expires_on", None),
    )


def _service_text(shelf: Shelf, service: Service) -> str:
    """All aspects under their names, so that 取水许可 材料 finds the line about the materials."""
    return "\n".join(
        f"【{aspect.label}】{compose(shelf, service, (aspect,)).text}" for aspect in SERVICE_ASPECTS
    )


def _one_line(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return " ".join(f"· {line[2:]}" if line.startswith("- ") else line for line in lines if line)
