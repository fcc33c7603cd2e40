"""How the open cases stand, counted: for the tiles over the queue, and by office and person for those who supervise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from assistant.cases.actions.clockwork import IDLE_WORKDAYS
from assistant.cases.models import Case
from assistant.cases.queue import QUEUED_STATUSES
from assistant.cases.states import CaseStatus
from assistant.cases.workdays import Calendar
from assistant.settings import SHANGHAI
from assistant.staff.models import Account


@dataclass(frozen=True, slots=True)
class Standing:
    """Open cases by how near their due date is; the same bounds as `urgency_of`."""

    unconfirmed: int = 0
    waiting: int = 0
    """Somebody else's turn: the clock stands still."""
    overdue: int = 0
    urgent: int = 0
    """Red."""
    due_soon: int = 0
    """Amber."""
    on_time: int = 0

    @property
    def open(self) -> int:
        return (
            self.unconfirmed
            + self.waiting
            + self.overdue
            + self.urgent
            + self.due_soon
            + self.on_time
        )


@dataclass(frozen=True, slots=True)
class Tiles:
    """What stands over the queue: the standing, and how many cases are in each status."""

    standing: Standing
    by_status: Mapping[CaseStatus, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One office or one person: what they have, what of it lies idle, what waits for a signature."""

    key: str | int | None
    name: str | None
    standing: Standing
    idle: int
    to_sign: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All open cases, once by office (None: sent to none yet) and once by person (None: claimed by nobody)."""

    total: Line
    offices: tuple[Line, ...]
    people: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """So many cases alike in everything an overview asks about."""

    office_id: str | None
    handler_id: int | None
    handler_name: str | None
    status: CaseStatus
    level: int
    idle: bool
    count: int


def tiles(
    session: Session, today: date, office_id: str | None = None, or_unassigned: bool = False
) -> Tiles:
    """The open cases of one office, or of all, in one query; `or_unassigned` counts nobody's too."""
    conditions: list[ColumnElement[bool]] = [Case.status.in_(QUEUED_STATUSES)]
    if office_id is not None:
        own = Case.office_id == office_id
        conditions.append(own | Case.office_id.is_(None) if or_unassigned else own)
    inner = select(Case.status, _level(today).label("level")).where(*conditions).subquery()
    rows = session.execute(
        select(inner.c.status, inner.c.level, func.count()).group_by(*inner.c)
    ).all()
    by_status: dict[CaseStatus, int] = {}
    for status, _, count in rows:
        by_status[status] = by_status.get(status, 0) + count
    return Tiles(_standing((level, count) for _, level, count in rows), by_status)


def overview(session: Session, today: date, calendar: Calendar) -> Overview:
    """Every office and every person with open cases, in one query."""
    cells = _cells(session, today, _idle_before(today, calendar))
    offices = {cell.office_id: cell.office_id for cell in cells}
    people = {cell.handler_id: cell.handler_name for cell in cells}
    return Overview(
        total=_line(None, None, cells),
        offices=_sorted(
            _line(key, key, [cell for cell in cells if cell.office_id == key]) for key in offices
        ),
        people=_sorted(
            _line(key, name, [cell for cell in cells if cell.handler_id == key])
            for key, name in people.items()
        ),
    )


def _cells(session: Session, today: date, idle_before: datetime) -> list[_Cell]:
    is_idle = (Case.status == CaseStatus.CLAIMED) & (Case.touched_at < idle_before)
    inner = (
        select(
            Case.office_id,
            Case.handler_id,
            Account.display_name,
            Case.status,
            _level(today).label("level"),
            case((is_idle, 1), else_=0).label("idle"),
        )
        .outerjoin(Account, Account.id == Case.handler_id)
        .where(Case.status.in_(QUEUED_STATUSES))
        .subquery()
    )
    rows = session.execute(select(*inner.c, func.count()).group_by(*inner.c)).all()
    return [_Cell(*row[:5], idle=bool(row[5]), count=row[6]) for row in rows]


def _level(today: date) -> ColumnElement[int]:
    """The place of a case's standing among the fields of `Standing`."""
    return case(
        (Case.status == CaseStatus.SUBMITTED, 0),
        (Case.due_on.is_(None), 1),
        (Case.due_on < today, 2),
        (func.coalesce(Case.red_on, Case.due_on) <= today, 3),
        (Case.amber_on <= today, 4),
        else_=5,
    )


def _idle_before(today: date, calendar: Calendar) -> datetime:
    """What was last touched before this instant is idle: the worker will put it back."""
    day, count = today, IDLE_WORKDAYS
    while count:
        day -= timedelta(days=1)
        count -= calendar.is_workday(day)
    return datetime.combine(day, time(), SHANGHAI)


def _standing(counted: Iterable[tuple[int, int]]) -> Standing:
    levels = [0] * 6
    for level, count in counted:
        levels[level] += count
    return Standing(*levels)


def _line(key: str | int | None, name: str | None, cells: list[_Cell]) -> Line:
    return Line(
        key=key,
        name=name,
        standing=_standing((cell.level, cell.count) for cell in cells),
        idle=sum(cell.count for cell in cells if cell.idle),
        to_sign=sum(cell.count for cell in cells if cell.status is CaseStatus.APPROVED),
    )


def _sorted(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The most overdue first, nobody's last."""
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                line.key is None,
                -line.standing.overdue,
                -line.standing.urgent,
                -line.standing.open,
                line.name or "",
            ),
        )
    )
