"""The bureau's own rules: next year's holidays imported from the notice, and its promised periods.

A change takes effect at once and for cases already open: their dates are worked out again, each with an event.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases.actions.clockwork import recompute_all
from assistant.cases.calendar import ANNOUNCED, FIRST_YEAR, LAST_YEAR, Break, YearNotice
from assistant.cases.intake import checked_line
from assistant.cases.limits import with_local_limits
from assistant.cases.local import CalendarDay, HolidayNotice, LocalLimit
from assistant.cases.rules import Rules
from assistant.cases.workdays import ONE_DAY, Calendar, statutory_rest_days
from assistant.errors import Forbidden, Invalid
from assistant.staff.roles import Actor, Role

OFF, WORK = "off", "work"
_KINDS = {"off": OFF, "work": WORK, "放假": OFF, "休": OFF, "上班": WORK, "班": WORK}
SOURCE_MAX = 120
CSV_MAX = 100_000


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One line of the file: a day off, or a weekend day worked in exchange."""

    date: date
    kind: str
    name: str


def load_rules(session: Session) -> Rules:
    """The shipped calendar and periods with the bureau's own in them."""
    notices = session.scalars(select(HolidayNotice)).all()
    days = session.scalars(select(CalendarDay).order_by(CalendarDay.date)).all()
    announced = dict(ANNOUNCED)
    for notice in notices:
        own = [NoticeDay(day.date, day.kind, day.name) for day in days if day.year == notice.year]
        announced[notice.year] = _year_notice(notice.source, own)
    amounts = {limit.code: limit.amount for limit in session.scalars(select(LocalLimit))}
    return Rules(Calendar(announced), with_local_limits(amounts))


def revision(session: Session) -> tuple[int, datetime | None, int, datetime | None]:
    """Changes whenever `load_rules` would."""
    counted = (
        HolidayNotice.year,
        HolidayNotice.imported_at,
        LocalLimit.code,
        LocalLimit.changed_at,
    )
    notices = session.execute(select(func.count(counted[0]), func.max(counted[1]))).one()
    limits = session.execute(select(func.count(counted[2]), func.max(counted[3]))).one()
    return notices[0], notices[1], limits[0], limits[1]


def import_notice(
    session: Session, actor: Actor, source: str, content: str, now: datetime
) -> tuple[int, int]:
    """Take in the holiday notice of a year (CSV: date,kind,name; kind off or work), with its number and date.

    Returns the year, and how many open cases got another due date. Replaces an earlier import of the same year.
    Raises `Invalid` naming the line that is wrong, `Forbidden` for anybody but the administrator.
    """
    _require_administrator(actor)
    named = checked_line(source, SOURCE_MAX, "source")
    days = read_notice(content)
    year = _year_of(days)
    check_notice(year, days)
    session.execute(delete(CalendarDay).where(CalendarDay.year == year))
    session.execute(delete(HolidayNotice).where(HolidayNotice.year == year))
    session.add(HolidayNotice(year=year, source=named, imported_by=actor.id, imported_at=now))
    session.flush()
    session.add_all(
        CalendarDay(date=day.date, year=year, kind=day.kind, name=day.name) for day in days
    )
    session.flush()
    audit.append(session, "calendar", year, "import", actor, now, {"days": len(days)})
    return year, recompute_all(session, actor, now, load_rules(session))


def set_limit(session: Session, actor: Actor, code: str, amount: int, now: datetime) -> int:
    """Change one of the bureau's own promises; how many open cases got another due date."""
    _require_administrator(actor)
    with_local_limits({code: amount})
    known = session.get(LocalLimit, code)
    if known is None:
        session.add(LocalLimit(code=code, amount=amount, changed_by=actor.id, changed_at=now))
    else:
        known.amount, known.changed_by, known.changed_at = amount, actor.id, now
    session.flush()
    audit.append(session, "limit", code, "change", actor, now, {"amount": amount})
    return recompute_all(session, actor, now, load_rules(session))


def read_notice(content: str) -> list[NoticeDay]:
    """The lines of the file; `Invalid` names the first that cannot be read."""
    if len(content) > CSV_MAX:
        raise Invalid("文件太大，一年的放假安排只有几十行。", field="content")
    rows = csv.reader(io.StringIO(content.lstrip("\ufeff")))
    days = [
        _day(number, row)
        for number, row in enumerate(rows, start=1)
        if any(cell.strip() for cell in row) and not (number == 1 and _is_heading(row))
    ]
    if not days:
        raise Invalid("文件里没有一天。每行写：日期,off 或 work,名称。", field="content")
    return days


def check_notice(year: int, days: Sequence[NoticeDay]) -> None:
    """Refuse what cannot be a notice: days twice, make-up days that are no weekend, statutory days not off."""
    dates = [day.date for day in days]
    twice = {one.isoformat() for one in dates if dates.count(one) > 1}
    if twice:
        raise Invalid(f"{min(twice)} 写了两次。", field="content")
    wrong = [day.date for day in days if day.kind == WORK and day.date.weekday() < 5]
    if wrong:
        raise Invalid(f"{wrong[0]} 不是周末，不会是调休上班日。", field="content")
    off = {day.date for day in days if day.kind == OFF}
    fixed = statutory_rest_days(year, None)
    missing = [f"{day}（{name}）" for day, name in fixed.items() if day not in off]
    if missing:
        raise Invalid(f"法定节假日 {missing[0]} 没有列为放假。", field="content")


def _year_notice(source: str, days: Iterable[NoticeDay]) -> YearNotice:
    listed = list(days)
    return YearNotice(
        source=source,
        breaks=tuple(_breaks([day for day in listed if day.kind == OFF])),
        working=frozenset(day.date for day in listed if day.kind == WORK),
    )


def _breaks(off: Sequence[NoticeDay]) -> Iterable[Break]:
    """Days in a row under one name are one holiday."""
    ordered = sorted(off, key=lambda day: day.date)
    runs = groupby(
        enumerate(ordered), lambda pair: (pair[1].date - pair[0] * ONE_DAY, pair[1].name)
    )
    for _, run in runs:
        days = [day for _, day in run]
        yield Break(days[0].name, days[0].date, days[-1].date)


def _day(number: int, row: Sequence[str]) -> NoticeDay:
    cells = [cell.strip() for cell in row] + ["", ""]
    try:
        day = date.fromisoformat(cells[0])
    except ValueError:
        message = f"第{number}行的日期“{cells[0][:20]}”不对，应写成 2027-01-01 这样。"
        raise Invalid(message, field="content") from None
    kind = _KINDS.get(cells[1].lower())
    if kind is None:
        raise Invalid(f"第{number}行第二栏应是 off（放假）或 work（上班）。", field="content")
    if kind == OFF and not cells[2]:
        raise Invalid(f"第{number}行没有写节日名称。", field="content")
    return NoticeDay(day, kind, cells[2][:32])


def _is_heading(row: Sequence[str]) -> bool:
    return row[0].strip().lower() in ("date", "日期")


def _year_of(days: Sequence[NoticeDay]) -> int:
    """The year most of the days lie in: a notice may give away the last days of the year before."""
    years = [day.date.year for day in days]
    year = max(set(years), key=years.count)
    if not FIRST_YEAR <= year <= LAST_YEAR or any(abs(one - year) > 1 for one in years):
        raise Invalid("这些日子不属于同一年的放假安排。", field="content")
    return year


def _require_administrator(actor: Actor) -> None:
    if actor.role is not Role.ADMINISTRATOR:
        raise Forbidden("只有管理员能改放假安排和承诺期限。")
