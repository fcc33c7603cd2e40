"""By when: the register of legal periods, and the day-by-day working behind every due date. Pure.

Counting rules: the day of the event is not counted (民法典第二百零一条); a working-day period ends on a working
day; a calendar period whose last day is a rest day runs to the next working day (第二百零三条); a period of
months ends on the corresponding day, or on the month's last (第二百零二条).
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from assistant.cases.workdays import ONE_DAY, Calendar, Day
from assistant.errors import Invalid


class Unit(StrEnum):
    WORKDAY = "workday"
    DAY = "day"
    MONTH = "month"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Limit:
    """One period: `amount` in `unit`, counted from the day after `starts`.

    With `Unit.DATE`, `amount` is the day of January after the year of the given date. `extendable_by` is in the
    same unit, 0 when the law allows no extension. `is_local` marks a promise of the bureau's own, which may be
    edited; a period fixed by law may not.
    """

    code: str
    label: str
    amount: int
    unit: Unit
    basis: str
    starts: str
    extendable_by: int = 0
    pausable: bool = False
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class DayNote:
    """One day of the working; `counted` is its number in the period, None when it does not count."""

    date: date
    counted: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due (Asia/Shanghai), and why: `days` holds every day from `received_on` to `due_on`.

    `provisional` when a day of it lies in a year whose holiday notice is not out yet.
    """

    kind: str
    received_on: date
    due_on: date
    provisional: bool
    days: tuple[DayNote, ...]


_LOCAL_BASIS = "本局设定"


def _local(code: str, label: str, amount: int) -> Limit:
    return Limit(code, label, amount, Unit.WORKDAY, _LOCAL_BASIS, "收到之日", is_local=True)


def _law(code: str, label: str, amount: int, unit: Unit, basis: str, starts: str) -> Limit:
    return Limit(code, label, amount, unit, basis, starts)


_DISCLOSURE = "《政府信息公开条例》"
_LICENCE = "《行政许可法》"
_PETITION = "《信访工作条例》"
_RECONSIDERATION = "《行政复议法》"
_LITIGATION = "《行政诉讼法》"

_REGISTER = (
    replace(
        _law(
            "disclosure.reply",
            "政府信息公开申请答复",
            20,
            Unit.WORKDAY,
            f"{_DISCLOSURE}第三十三条",
            "收到申请之日",
        ),
        extendable_by=20,
        pausable=True,
    ),
    _law(
        "disclosure.extension",
        "政府信息公开申请延期答复",
        20,
        Unit.WORKDAY,
        f"{_DISCLOSURE}第三十三条",
        "原答复期限届满之日",
    ),
    _law(
        "disclosure.correction_notice",
        "一次性告知补正",
        7,
        Unit.WORKDAY,
        f"{_DISCLOSURE}第三十条",
        "收到申请之日",
    ),
    _law(
        "disclosure.third_party",
        "第三方提出意见",
        15,
        Unit.WORKDAY,
        f"{_DISCLOSURE}第三十二条",
        "第三方收到征求意见书之日",
    ),
    _law(
        "disclosure.fee_pay",
        "缴纳信息处理费",
        20,
        Unit.WORKDAY,
        "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）",
        "收到收费通知之日",
    ),
    _law(
        "disclosure.proactive",
        "主动公开",
        20,
        Unit.WORKDAY,
        f"{_DISCLOSURE}第二十六条",
        "信息形成或者变更之日",
    ),
    _law(
        "disclosure.annual_report",
        "公布政府信息公开工作年度报告",
        31,
        Unit.DATE,
        f"{_DISCLOSURE}第四十九条",
        "报告所属年度",
    ),
    _law(
        "reconsideration.apply",
        "申请行政复议",
        60,
        Unit.DAY,
        f"{_RECONSIDERATION}第二十条",
        "知道或者应当知道行政行为之日",
    ),
    _law(
        "litigation.direct",
        "直接提起行政诉讼",
        6,
        Unit.MONTH,
        f"{_LITIGATION}第四十六条",
        "知道或者应当知道作出行政行为之日",
    ),
    _law(
        "litigation.after_reconsideration",
        "不服复议决定提起行政诉讼",
        15,
        Unit.DAY,
        f"{_LITIGATION}第四十五条",
        "收到复议决定书之日",
    ),
    replace(
        _law(
            "licence.decision",
            "作出行政许可决定",
            20,
            Unit.WORKDAY,
            f"{_LICENCE}第四十二条第一款、第八十二条",
            "受理之日",
        ),
        extendable_by=10,
        pausable=True,
    ),
    _law(
        "licence.correction",
        "一次性告知补正申请材料",
        5,
        Unit.WORKDAY,
        f"{_LICENCE}第三十二条第一款第四项、第八十二条",
        "收到申请材料之日",
    ),
    replace(
        _law(
            "licence.joint",
            "统一、联合或者集中办理行政许可",
            45,
            Unit.WORKDAY,
            f"{_LICENCE}第四十二条第二款、第八十二条",
            "受理之日",
        ),
        extendable_by=15,
        pausable=True,
    ),
    _law(
        "licence.delivery",
        "颁发、送达行政许可证件",
        10,
        Unit.WORKDAY,
        f"{_LICENCE}第四十四条、第八十二条",
        "作出准予许可决定之日",
    ),
    _law(
        "petition.notice",
        "告知信访事项接收情况",
        15,
        Unit.DAY,
        f"{_PETITION}第二十三条",
        "收到信访事项之日",
    ),
    replace(
        _law(
            "petition.finish",
            "办结信访事项",
            60,
            Unit.DAY,
            f"{_PETITION}第三十四条",
            "受理之日",
        ),
        extendable_by=30,
    ),
    _local("case.consultation", "咨询答复", 3),
    _local("case.help", "求助答复", 5),
    _local("case.suggestion", "建议答复", 10),
    _local("case.complaint", "投诉答复", 15),
    _local("case.report", "举报答复", 15),
    _local("case.leader_mailbox", "领导信箱答复", 7),
    _local("web.message", "网站留言答复", 7),
    _local("web.message_complex", "复杂网站留言答复", 15),
)

LIMITS: dict[str, Limit] = {limit.code: limit for limit in _REGISTER}


def with_local_limits(workdays: Mapping[str, int]) -> dict[str, Limit]:
    """The register with the bureau's own promises replaced, in working days.

    Raises `Invalid` for an unknown code, a period fixed by law, or a number outside 1–60.
    """
    return LIMITS | {code: _adjusted(code, amount) for code, amount in workdays.items()}


def _adjusted(code: str, amount: int) -> Limit:
    limit = limit_of(code)
    if not limit.is_local:
        raise Invalid(f"“{limit.label}”的期限由{limit.basis}规定，不能修改。", field=code)
    if not 1 <= amount <= 60:
        raise Invalid(f"“{limit.label}”的期限应在1至60个工作日之间。", field=code)
    return replace(limit, amount=amount)


def limit_of(kind: str, limits: Mapping[str, Limit] = LIMITS) -> Limit:
    """The period called `kind`; raises `Invalid` when there is none."""
    try:
        return limits[kind]
    except KeyError:
        raise Invalid(f"没有名为“{kind}”的期限。", field="kind") from None


def compute(
    kind: str, received_on: date, calendar: Calendar, limits: Mapping[str, Limit] = LIMITS
) -> Deadline:
    """The due date of `kind` for an event on `received_on`, with the working of every day.

    Raises `Invalid` for an unknown kind or a date the calendar does not reach.
    """
    limit = limit_of(kind, limits)
    first = calendar.kind_of(received_on)
    nominal = _nominal_end(limit, received_on, calendar)
    by_workdays = limit.unit is Unit.WORKDAY
    rolls = limit.unit in (Unit.DAY, Unit.MONTH)
    due_on = calendar.on_or_after(nominal) if rolls else nominal
    following = _days_after(received_on, due_on, calendar)
    notes = _notes_by_workday(following) if by_workdays else _notes_by_day(following, nominal)
    return Deadline(
        kind=kind,
        received_on=received_on,
        due_on=due_on,
        provisional=any(day.provisional for day in (first, *following)),
        days=(DayNote(received_on, None, _first_note(limit, first)), *notes),
    )


def _nominal_end(limit: Limit, start: date, calendar: Calendar) -> date:
    """The last day before any roll over rest days."""
    match limit.unit:
        case Unit.WORKDAY:
            return calendar.add_workdays(start, limit.amount)
        case Unit.DAY:
            return start + timedelta(days=limit.amount)
        case Unit.MONTH:
            return add_months(start, limit.amount)
        case Unit.DATE:
            return date(start.year + 1, 1, limit.amount)


def add_months(start: date, months: int) -> date:
    """The corresponding day `months` later, or that month's last day (民法典第二百零二条)."""
    years, month_index = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month_index + 1
    return date(year, month, min(start.day, gregorian.monthrange(year, month)[1]))


def _days_after(start: date, end: date, calendar: Calendar) -> list[Day]:
    count = (end - start).days
    return [calendar.kind_of(start + offset * ONE_DAY) for offset in range(1, count + 1)]


def _first_note(limit: Limit, day: Day) -> str:
    if limit.unit is Unit.DATE:
        return "起算日"
    return "收到当日不计入" if day.is_workday else f"收到当日不计入（{day.name}）"


def _notes_by_workday(days: list[Day]) -> list[DayNote]:
    notes: list[DayNote] = []
    counted = 0
    for day in days:
        if not day.is_workday:
            notes.append(DayNote(day.date, None, day.name))
            continue
        counted += 1
        words = f"{day.name}，" if day.name else ""
        notes.append(DayNote(day.date, counted, f"{words}第{counted}个工作日"))
    return notes


def _notes_by_day(days: list[Day], nominal: date) -> list[DayNote]:
    return [_calendar_note(number, day, nominal) for number, day in enumerate(days, start=1)]


def _calendar_note(number: int, day: Day, nominal: date) -> DayNote:
    if day.date < nominal:
        return DayNote(day.date, number, f"第{number}日")
    if day.date == nominal and day.is_workday:
        return DayNote(day.date, number, f"第{number}日，期限届满")
    if day.date == nominal:
        return DayNote(day.date, number, f"第{number}日，{day.name}，期限顺延")
    return DayNote(day.date, None, day.name if not day.is_workday else "顺延至此日，期限届满")
