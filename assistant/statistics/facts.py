"""What the figures need of one case, read from its history, and what it adds to each day's counts. Pure.

Everything counts on the day it happened, Asia/Shanghai, and stays there, whatever follows: a case handled again (重办)
is still one case received and one answered. Only its office is that of today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from assistant.cases.clock import ClockAct, ClockEvent
from assistant.cases.clock_log import read_acts
from assistant.cases.kinds import CaseKind, Family, Resolution
from assistant.cases.states import CaseAction, CaseStatus
from assistant.cases.workdays import ONE_DAY, Calendar
from assistant.disclosure.outcomes import Outcome
from assistant.labels import Labelled
from assistant.settings import SHANGHAI


class Measure(Labelled):
    """What is counted; `value` of an entry is given where there is one."""

    RECEIVED = "received", "收到"
    ENDED = "ended", "办结"
    """Answered, declined, transferred, withdrawn or lapsed, by result."""
    ON_TIME = "on_time", "按期答复"
    LATE = "late", "超期答复"
    EXTENDED = "extended", "延期后答复"
    REPLY_DAYS = "reply_days", "答复用时"
    """Value: working days the clock ran until the reply."""
    CLOSING_DAYS = "closing_days", "办结用时"
    """Value: working days from receipt until the case was closed; once more where it was reopened and closed again."""
    OVERDUE = "overdue", "超过期限"
    """On the first day after a due date that passed without a reply, whenever the worker came by."""
    REOPENED = "reopened", "重办"
    RATED = "rated", "评价"
    """Value: 1 (very dissatisfied) to 5."""
    FOLLOWED = "followed", "在线答复后又来件"
    """Answers of the chat in the 24 hours before their citizen filed a case."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the case record itself says."""

    kind: CaseKind
    office_id: str | None
    channel: str
    applicant: str | None
    counted_on: date | None


class Logged(Protocol):
    """One entry of the case's history."""

    @property
    def action(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, str | int | bool | None]: ...


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """One cell of the day's counts; empty text and 0 where a dimension does not apply."""

    day: date
    measure: str
    kind: str
    office_id: str
    channel: str
    applicant: str
    result: str
    value: int


Counts = Counter[Key]


def counts_of(
    subject: Subject,
    history: Sequence[Logged],
    calendar: Calendar,
    followed: Mapping[date, int] | None = None,
) -> Counts:
    """What the case adds to the counts; of itself nothing before its clock has started (条例第三十一条).

    `followed`: answers the chat gave its citizen in the 24 hours before, by day.
    """
    found: Counts = Counter()
    for day, answers in (followed or {}).items():
        found[_key(subject, day, Measure.FOLLOWED, "", 0)] += answers
    if subject.counted_on is not None:
        for day, measure, result, value in _entries(subject, subject.counted_on, history, calendar):
            found[_key(subject, day, measure, result, value)] += 1
    return found


Entry = tuple[date, Measure, str, int]


def _key(subject: Subject, day: date, measure: Measure, result: str, value: int) -> Key:
    return Key(
        day=day,
        measure=measure.value,
        kind=subject.kind.value,
        office_id=subject.office_id or "",
        channel=subject.channel,
        applicant=subject.applicant or "",
        result=result,
        value=value,
    )


def _entries(
    subject: Subject, received_on: date, history: Sequence[Logged], calendar: Calendar
) -> Iterator[Entry]:
    yield received_on, Measure.RECEIVED, "", 0
    yield from _end_entries(subject, received_on, history, calendar)
    for due_on in _passed(history):
        yield due_on + ONE_DAY, Measure.OVERDUE, "", 0
    for entry in history:
        if _closes(entry):
            closed_on = max(_day(entry), received_on)
            days = _workdays(calendar, received_on, closed_on)
            yield closed_on, Measure.CLOSING_DAYS, "", days
        elif entry.action == CaseAction.REOPEN:
            yield _day(entry), Measure.REOPENED, "", 0
        elif entry.action == CaseAction.RATE:
            yield _day(entry), Measure.RATED, "", int(entry.data.get("score") or 0)


def _end_entries(
    subject: Subject, received_on: date, history: Sequence[Logged], calendar: Calendar
) -> Iterator[Entry]:
    place = next((i for i, entry in enumerate(history) if entry.action in _RESULTS), None)
    if place is None:
        return
    end = history[place]
    ended_on = max(_day(end), received_on)
    yield ended_on, Measure.ENDED, _result(subject, end), 0
    if end.action == CaseAction.SEND:
        before = history[:place]
        yield ended_on, _punctuality(end, before, ended_on), "", 0
        if any(entry.action == CaseAction.EXTEND for entry in before):
            yield ended_on, Measure.EXTENDED, "", 0
        days = running_workdays(read_acts(before), ended_on, calendar)
        yield ended_on, Measure.REPLY_DAYS, "", days


# How a case can end, and how an inquiry's end is called; an application's end names its outcome.
_RESULTS: Mapping[str, Resolution | None] = {
    CaseAction.SEND: Resolution.ANSWERED,
    CaseAction.DECLINE: Resolution.DECLINED,
    CaseAction.TRANSFER: Resolution.TRANSFERRED,
    CaseAction.WITHDRAW: Resolution.WITHDRAWN,
    CaseAction.LAPSE: None,
}


def _result(subject: Subject, end: Logged) -> str:
    resolution = _RESULTS[end.action]
    if subject.kind.family is not Family.DISCLOSURE:
        return resolution.value if resolution else ""
    outcome = end.data.get("outcome")
    # 撤回 counts under 其他处理—其他.
    return Outcome(str(outcome)).value if outcome else Outcome.OTHER_OTHER.value


def _punctuality(end: Logged, before: Sequence[Logged], ended_on: date) -> Measure:
    due = next((entry.data["due_on"] for entry in reversed(before) if "due_on" in entry.data), None)
    due = end.data.get("due_on", due)
    is_late = isinstance(due, str) and ended_on > date.fromisoformat(due)
    return Measure.LATE if is_late else Measure.ON_TIME


def _closes(entry: Logged) -> bool:
    """Whether nothing more is to be done from this entry on; a rating or a contest afterwards changes nothing."""
    before, after = entry.data.get("from"), entry.data.get("to")
    return after == CaseStatus.CLOSED and before != CaseStatus.CLOSED


def _passed(history: Sequence[Logged]) -> list[date]:
    """The due dates that passed while the case waited for a reply, each once: anything logged later shows it."""
    due: object = None
    is_open, passed = True, set()
    for entry in history:
        if is_open and isinstance(due, str) and _day(entry) > date.fromisoformat(due):
            passed.add(date.fromisoformat(due))
        due = entry.data.get("due_on", due)
        is_open = entry.action not in _RESULTS and (is_open or entry.action == CaseAction.REOPEN)
    return sorted(passed)


def running_workdays(acts: Iterable[ClockEvent], until: date, calendar: Calendar) -> int:
    """Working days on which the bureau's clock ran, to `until`: waiting for others is taken out.

    The day of a start, a restart or a resumption is not counted, as in every period (民法典第二百零一条).
    """
    running_since: date | None = None
    # A day entered late must not count the days before the halt twice.
    counted_to = date.min
    days = 0
    for act in acts:
        if act.act in (ClockAct.STOP, ClockAct.PAUSE) and running_since is not None:
            counted_to = min(act.on, until)
            days += _workdays(calendar, running_since, counted_to)
            running_since = None
        elif act.act in (ClockAct.START, ClockAct.RESUME) and running_since is None:
            running_since = max(act.on, counted_to)
    return days + (_workdays(calendar, running_since, until) if running_since else 0)


@lru_cache(maxsize=65536)
def _workdays(calendar: Calendar, start: date, end: date) -> int:
    return max(0, calendar.workdays_between(start, end))


def _day(entry: Logged) -> date:
    return entry.at.astimezone(SHANGHAI).date()


def pack(counts: Counts) -> dict[str, Any]:
    """Counts of one case as JSON: what all its keys share, once."""
    if not counts:
        return {}
    one = next(iter(counts))
    return {
        "of": [one.kind, one.office_id, one.channel, one.applicant],
        "entries": [
            [key.day.isoformat(), key.measure, key.result, key.value, number]
            for key, number in sorted(counts.items())
        ],
    }


def unpack(packed: dict[str, Any]) -> Counts:
    """What `pack` wrote."""
    if not packed:
        return Counter()
    kind, office_id, channel, applicant = packed["of"]
    return Counter(
        {
            Key(
                day=date.fromisoformat(day),
                measure=measure,
                kind=kind,
                office_id=office_id,
                channel=channel,
                applicant=applicant,
                result=result,
                value=value,
            ): number
            for day, measure, result, value, number in packed["entries"]
        }
    )
