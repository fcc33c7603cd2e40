"""Figures from before the system ran, or of what it never sees: entered with their source, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases.actions.moving import staff_id
from assistant.cases.intake import NOTE_MAX, checked_text, text_hash
from assistant.cases.opening import local_date
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.form import ApplicantClass
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Forbidden, Invalid
from assistant.staff.roles import Actor, Role
from assistant.statistics.applications import CARRIED_IN, RECEIVED
from assistant.statistics.contests import cell_key
from assistant.statistics.models import OpeningFigure
from assistant.statistics.periods import FIRST_YEAR, Quarter
from assistant.statistics.reports.reading import require_reader

ENTERERS = frozenset({Role.PUBLISHER, Role.SUPERVISOR})
COUNT_MAX = 1_000_000

TABLE_3: dict[str, str] = {
    RECEIVED: "新收",
    CARRIED_IN: "上年结转",
    **{outcome.value: outcome.label for outcome in Outcome},
}
TABLE_4: dict[str, str] = {
    cell_key(kind, result): f"{kind.label}—{result.label}"
    for kind in ContestKind
    for result in ContestResult
}
_PENDING = frozenset(cell_key(kind, ContestResult.PENDING) for kind in ContestKind)


def enter_opening(
    session: Session,
    actor: Actor,
    on: date,
    row: str,
    applicant: ApplicantClass | None,
    count: int,
    source: str,
    now: datetime,
) -> OpeningFigure:
    """Add `count` to a row of Table 3 (of one class of applicants) or to a cell of Table 4 (of no class).

    It counts in the period `on` falls in. A negative count takes back what was entered before for the same day, row
    and class, and no more than that. `Invalid` names the field that is wrong.
    """
    if actor.role not in ENTERERS:
        raise Forbidden("补录数据由公开发布人或者督办办理。")
    words = checked_text(source, NOTE_MAX, "source")
    _check_row(row, applicant)
    _check_day(on, row, now)
    audit.hold(session)
    column = applicant.value if applicant else ""
    _check_count(session, on, row, column, count)
    entry = OpeningFigure(
        on=on,
        row=row,
        applicant=column,
        count=count,
        source=words,
        entered_by=staff_id(actor),
        entered_at=now,
    )
    session.add(entry)
    session.flush()
    data: dict[str, audit.Scalar] = {"on": on.isoformat(), "row": row, "applicant": column}
    data |= {"count": count, "source_hash": text_hash(words)}
    audit.append(session, "opening_figure", entry.id, "enter", actor, now, data)
    return entry


def opening_figures(session: Session, actor: Actor) -> Sequence[OpeningFigure]:
    """Every entry, the latest day first."""
    require_reader(actor)
    return session.scalars(
        select(OpeningFigure).order_by(OpeningFigure.on.desc(), OpeningFigure.id.desc())
    ).all()


def _check_row(row: str, applicant: ApplicantClass | None) -> None:
    if row in TABLE_3:
        if applicant is None:
            raise Invalid("请选择申请人类别。", field="applicant")
    elif row not in TABLE_4:
        raise Invalid("没有这一行，请从表里选择。", field="row")
    elif applicant is not None:
        raise Invalid("复议、诉讼不分申请人类别。", field="applicant")


def _check_day(on: date, row: str, now: datetime) -> None:
    if not date(FIRST_YEAR, 1, 1) <= on <= local_date(now):
        raise Invalid(f"日期应在{FIRST_YEAR}年1月1日到今天之间。", field="on")
    if row == CARRIED_IN and (on.month, on.day) != (1, 1):
        raise Invalid("上年结转只能记在1月1日。", field="on")
    if row in _PENDING and Quarter.of(on).span.last != on:
        raise Invalid("尚未审结是季末的数，只能记在季度的最后一天。", field="on")


def _check_count(session: Session, on: date, row: str, applicant: str, count: int) -> None:
    if not count or abs(count) > COUNT_MAX:
        raise Invalid("请填写不为零的件数。", field="count")
    if count > 0:
        return
    entered = session.scalar(
        select(func.coalesce(func.sum(OpeningFigure.count), 0)).where(
            OpeningFigure.on == on, OpeningFigure.row == row, OpeningFigure.applicant == applicant
        )
    )
    if int(entered or 0) + count < 0:
        raise Invalid(
            f"只能冲减以前补录的数：这一天这一格一共补录了{int(entered or 0)}件。", field="count"
        )
