"""How a due date stands, in words: colour alone tells nobody. Pure."""

from __future__ import annotations

from datetime import date

from assistant.cases.states import CaseStatus
from assistant.cases.urgency import Urgency
from assistant.cases.workdays import Calendar


def due_words(
    urgency: Urgency,
    status: CaseStatus,
    due_on: date | None,
    waiting_until: date | None,
    today: date,
    calendar: Calendar,
) -> str:
    """One short phrase for a badge."""
    if urgency is Urgency.CLOSED:
        return status.label
    if due_on is None:
        return _no_clock_words(status, waiting_until, today)
    if urgency is Urgency.OVERDUE:
        return f"已超期{(today - due_on).days}天"
    if due_on == today:
        return "今天到期"
    words = f"还剩{calendar.workdays_between(today, due_on)}个工作日"
    return {Urgency.DUE_SOON: f"快到期，{words}", Urgency.URGENT: f"马上到期，{words}"}.get(
        urgency, words
    )


def _no_clock_words(status: CaseStatus, waiting_until: date | None, today: date) -> str:
    if status is CaseStatus.SUBMITTED:
        return "待确认，尚未起算"
    if waiting_until is None:
        return "停止计算"
    if waiting_until < today:
        return f"对方逾期{(today - waiting_until).days}天"
    return f"等对方，到{waiting_until.month}月{waiting_until.day}日"
