"""What is published, for everybody; what waits for a decision, for the staff. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.errors import Forbidden, NotFound
from assistant.knowledge.search import PublishedReply
from assistant.publication.models import Publication, PublicationBasis, PublicationStatus
from assistant.staff.models import Account
from assistant.staff.roles import Actor, Role

PER_PAGE = 20
LAST_PUBLISHED = 100


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One line of the list: 受理日期、答复日期、答复部门 and what it is about."""

    id: int
    kind: CaseKind
    title: str
    office_id: str | None
    received_on: date
    replied_on: date


@dataclass(frozen=True, slots=True)
class PublicPage:
    rows: Sequence[PublicRow]
    number: int
    total: int

    @property
    def has_more(self) -> bool:
        return self.number * PER_PAGE < self.total


@dataclass(frozen=True, slots=True)
class PublicReply:
    """One published reply; of a withdrawn one nothing is left but its dates, its office and why it is gone."""

    id: int
    kind: CaseKind
    office_id: str | None
    received_on: date
    replied_on: date
    published_on: date
    basis: PublicationBasis
    title: str | None
    question: str | None
    reply: str | None
    withdrawn_on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as its publisher reads it: with every covered span, and the hash of what is read."""

    publication: Publication
    receipt_no: str
    proposer: str
    may_decide: bool

    def spans(self, name: str) -> list[tuple[int, int]]:
        """Where in title, question or reply something is covered."""
        return [(int(start), int(end)) for start, end, _ in self.publication.masked[name]]


def list_public(
    session: Session,
    page: int = 1,
    kind: CaseKind | None = None,
    office: str | None = None,
    year: int | None = None,
    text: str | None = None,
) -> PublicPage:
    """What is published, the latest reply first; `year` is that of the reply, `text` some words of title or texts."""
    wanted = _conditions(kind, office, year, text)
    total = session.scalar(select(func.count()).select_from(Publication).where(*wanted)) or 0
    rows = session.scalars(
        select(Publication)
        .where(*wanted)
        .order_by(Publication.replied_on.desc(), Publication.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return PublicPage([_public_row(row) for row in rows], page, total)


def years_published(session: Session) -> list[int]:
    """From the year of the latest published reply to that of the first; empty while there is none."""
    replied_on = Publication.replied_on
    first, last = session.execute(
        select(func.min(replied_on), func.max(replied_on)).where(_is_published())
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def get_public(session: Session, publication_id: int) -> PublicReply:
    """A reply that is on the website, or what is left of one that was; raises `NotFound` for any other."""
    found = session.get(Publication, publication_id)
    if found is None or found.published_at is None:
        raise NotFound("没有这条公开的答复。")
    is_shown = found.status is PublicationStatus.PUBLISHED
    return PublicReply(
        id=found.id,
        kind=CaseKind(found.kind),
        office_id=found.office_id,
        received_on=found.received_on,
        replied_on=found.replied_on,
        published_on=local_date(found.published_at),
        basis=found.basis,
        title=found.title if is_shown else None,
        question=found.question if is_shown else None,
        reply=found.reply if is_shown else None,
        withdrawn_on=local_date(found.withdrawn_at) if found.withdrawn_at else None,
        reason=None if is_shown else found.reason,
    )


def list_proposals(session: Session, actor: Actor) -> list[Proposal]:
    """What waits for a publisher, the oldest first; a handler sees their own office's and their own."""
    query = _seen_by(actor).where(Publication.status == PublicationStatus.PROPOSED)
    rows = session.execute(query.order_by(Publication.proposed_at, Publication.id))
    return [_proposal(actor, *row) for row in rows]


def list_published(session: Session, actor: Actor) -> list[Proposal]:
    """What was published last, the latest first, `LAST_PUBLISHED` at most: from here it is withdrawn."""
    query = _seen_by(actor).where(_is_published())
    latest = query.order_by(Publication.published_at.desc(), Publication.id.desc())
    return [_proposal(actor, *row) for row in session.execute(latest.limit(LAST_PUBLISHED))]


def publications_of(session: Session, actor: Actor, case_id: int) -> list[Proposal]:
    """Everything that was ever proposed of one case, the latest first."""
    query = _proposals().where(Publication.case_id == case_id)
    rows = session.execute(query.order_by(Publication.id.desc()))
    return [_proposal(actor, *row) for row in rows]


def public_entries(session: Session) -> list[PublishedReply]:
    """Every published reply, to be found by the search."""
    rows = session.scalars(select(Publication).where(_is_published()).order_by(Publication.id))
    return [
        PublishedReply(
            id=row.id,
            title=row.title,
            question=row.question,
            reply=row.reply,
            office=row.office_id or "",
            replied_on=row.replied_on,
        )
        for row in rows
    ]


def revision(session: Session) -> int:
    """A number that grows with every publication and every withdrawal."""
    # Rows are never deleted, and each change of one raises its version.
    versions = select(func.sum(Publication.version)).where(Publication.published_at.is_not(None))
    return int(session.scalar(versions) or 0)


def _is_published() -> ColumnElement[bool]:
    return Publication.status == PublicationStatus.PUBLISHED


def _conditions(
    kind: CaseKind | None, office: str | None, year: int | None, text: str | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_is_published()]
    if kind is not None:
        conditions.append(Publication.kind == kind.value)
    if office:
        conditions.append(Publication.office_id == office)
    if year is not None:
        conditions.append(Publication.replied_on.between(date(year, 1, 1), date(year, 12, 31)))
    for word in (text or "").split():
        texts = (Publication.title, Publication.question, Publication.reply)
        conditions.append(or_(*(column.icontains(word, autoescape=True) for column in texts)))
    return conditions


def _public_row(row: Publication) -> PublicRow:
    return PublicRow(
        row.id, CaseKind(row.kind), row.title, row.office_id, row.received_on, row.replied_on
    )


def _seen_by(actor: Actor) -> Select[Publication, str, str]:
    if not isinstance(actor.role, Role):
        raise Forbidden
    query = _proposals()
    if actor.role is Role.HANDLER and actor.office_id is not None:
        own = (Publication.office_id == actor.office_id, Publication.office_id.is_(None))
        query = query.where(or_(*own, Publication.proposed_by == actor.id))
    return query


def _proposals() -> Select[Publication, str, str]:
    return (
        select(Publication, Case.receipt_no, Account.display_name)
        .join(Case, Case.id == Publication.case_id)
        .join(Account, Account.id == Publication.proposed_by)
    )


def _proposal(actor: Actor, publication: Publication, receipt_no: str, proposer: str) -> Proposal:
    may_decide = (
        publication.status is PublicationStatus.PROPOSED
        and actor.role is Role.PUBLISHER
        and actor.id != publication.proposed_by
    )
    return Proposal(publication, receipt_no, proposer, may_decide)
