"""The queue: what this person has to see first, and how to find everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from api.cases.form import chosen
from api.deps import service_of
from api.render import page
from api.staff.access import Member
from api.staff.forms import office_name
from api.staff.words import due_words
from assistant.cases.kinds import CaseKind
from assistant.cases.opening import local_date
from assistant.cases.overview import Tiles, tiles
from assistant.cases.queue import (
    QUEUED_STATUSES,
    QueueFilter,
    count_turn,
    list_queue,
)
from assistant.cases.states import CASEWORKERS, DISPATCHERS, SUPERVISORS, CaseStatus
from assistant.cases.turns import HAVING_TURNS
from assistant.help.bulk import MOST_AT_ONCE
from assistant.knowledge.content import Office
from assistant.notices.reading import unread_for
from assistant.service import utc_now
from assistant.staff.roles import Role
from assistant.staff.sessions import SignedIn

router = APIRouter()

PAGE_LENGTH = 50
MERGERS = CASEWORKERS | SUPERVISORS


class QueueQuery(BaseModel):
    """The filters as the address carries them; `view` says that somebody chose them, be it none."""

    model_config = ConfigDict(populate_by_name=True)

    view: str = Field(default="", max_length=8)
    status: str = Field(default="", max_length=32)
    kind: str = Field(default="", max_length=32)
    office: str = Field(default="", max_length=64)
    unassigned: bool = False
    turn: bool = False
    mine: bool = False
    overdue: bool = False
    supervised: bool = False
    words: str = Field(default="", max_length=100)
    number: int = Field(default=1, alias="page", ge=1, le=10_000)

    @property
    def is_untouched(self) -> bool:
        """Nothing was chosen: the page may choose for whoever looks."""
        return self.model_copy(update={"number": 1}) == QueueQuery()

    def address(self, **changes: object) -> str:
        """The same queue with some filters changed."""
        fields = {**self.model_dump(exclude={"number"}), "view": "all", **changes}
        told = {name: "1" if value is True else value for name, value in fields.items() if value}
        return f"/staff?{urlencode(told)}"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One way into the queue, with how many cases wait there (None where nobody counted)."""

    label: str
    address: str
    count: int | None
    is_current: bool


@router.get("/staff")
def get_queue(request: Request, member: Member, query: Annotated[QueueQuery, Query()]) -> Response:
    """The queue, most urgent first; without filters, what this person's role looks at first."""
    if query.is_untouched and member.role is Role.PUBLISHER:
        return RedirectResponse("/staff/publications", status_code=303)
    service = service_of(request)
    today = local_date(utc_now())
    wanted = first_view(member, query.number) if query.is_untouched else query
    scope = (wanted.office or None, wanted.unassigned)
    with service.db.reading() as session:
        rows = list_queue(session, today, _filter(wanted, member))
        counted = tiles(session, today, *scope)
        notices = unread_for(session, member.account_id)
        waiting = count_turn(session, today, member.actor)
    calendar = service.rules.calendar
    context = {
        "signed_in": member,
        "rows": [
            (
                row,
                due_words(row.urgency, row.status, row.due_on, row.waiting_until, today, calendar),
                office_name(service.shelf, row.office_id) if row.office_id else "",
            )
            for row in rows[:PAGE_LENGTH]
        ],
        "standing": counted.standing,
        "scope_words": _scope_words(wanted, service.shelf.offices()),
        "shortcuts": _shortcuts(member, wanted, counted, waiting),
        "statuses": list(CaseStatus),
        "kinds": list(CaseKind),
        "offices": service.shelf.offices(),
        "chosen": wanted,
        "is_narrowed": bool(query.words or query.kind or query.office),
        "has_more": len(rows) > PAGE_LENGTH,
        "may_assign": member.role in DISPATCHERS,
        "may_merge": member.role in MERGERS,
        "bulk_most": MOST_AT_ONCE,
        "notices": notices,
    }
    return page(request, "staff_queue.html", context)


def first_view(member: SignedIn, number: int = 1) -> QueueQuery:
    """What waits for this person, where the role has a turn; else everything."""
    return QueueQuery(turn=member.role in HAVING_TURNS, page=number)


def _filter(wanted: QueueQuery, member: SignedIn) -> QueueFilter:
    one_status = chosen(CaseStatus, wanted.status)
    # Whoever looks for a number wants the case, whatever has become of it.
    everything = frozenset(CaseStatus) if wanted.words.strip() else QUEUED_STATUSES
    return QueueFilter(
        statuses=frozenset({one_status}) if one_status else everything,
        kind=chosen(CaseKind, wanted.kind),
        handler_id=member.account_id if wanted.mine else None,
        turn_of=member.actor if wanted.turn else None,
        office_id=wanted.office or None,
        or_unassigned=wanted.unassigned,
        overdue_only=wanted.overdue,
        supervised_only=wanted.supervised,
        words=wanted.words,
        limit=PAGE_LENGTH + 1,
        offset=(wanted.number - 1) * PAGE_LENGTH,
    )


def _scope_words(wanted: QueueQuery, offices: list[Office]) -> str:
    """Whose cases the tiles count."""
    names = {office.id: office.title for office in offices}
    if not wanted.office:
        return "全局"
    return names.get(wanted.office, wanted.office) + ("和未派办的" if wanted.unassigned else "")


def _shortcuts(
    member: SignedIn, wanted: QueueQuery, counted: Tiles, waiting: int
) -> list[Shortcut]:
    own = {"office": member.office_id, "unassigned": True} if member.office_id else {}
    ways: list[tuple[str, QueueQuery, int | None]] = [
        ("全部未办结", QueueQuery(view="all"), None),
        ("待审核", QueueQuery(status="drafted"), counted.by_status.get(CaseStatus.DRAFTED, 0)),
        ("待签发", QueueQuery(status="approved"), counted.by_status.get(CaseStatus.APPROVED, 0)),
        ("待发出", QueueQuery(status="signed"), counted.by_status.get(CaseStatus.SIGNED, 0)),
        ("我承办的", QueueQuery(mine=True), None),
        ("督办的", QueueQuery(supervised=True), None),
        ("已超期", QueueQuery(overdue=True), None),
    ]
    if own:
        ways.insert(0, ("本处室和未派办的", QueueQuery.model_validate(own), counted.standing.open))
    if member.role in HAVING_TURNS:
        ways.insert(0, ("等我办的", QueueQuery(turn=True), waiting))
    return [
        Shortcut(label, way.address(), count, way.address() == wanted.address())
        for label, way, count in ways
    ]
