"""Rows as years of a bureau would leave them, in the columns' order of the tables they are for. Pure.

Dates and instants are text both databases read; instants are in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from assistant.audit import GENESIS, AuditEvent
from assistant.audit import _hash_of as hash_of  # what every other link is made with
from assistant.cases.intake import Channel
from assistant.cases.kinds import CaseKind, Family, Resolution
from assistant.cases.states import CaseStatus
from assistant.cases.workdays import OFFICIAL
from assistant.conversation.models import Outcome as Turn
from assistant.disclosure.form import ApplicantClass
from assistant.disclosure.outcomes import Outcome

FIRST = date(2024, 1, 1)
CASE = """
id receipt_no lookup_hash form_key_hash kind status outcome resolution title text details channel office_id
received_at received_on counted_on clock_from_on due_on due_provisional replied_at closed_at supervised reopened
version
"""
EVENT = "seq subject_kind subject_id action actor_id actor_name at data prev_hash hash"
CONVERSATION = (
    "id token_hash channel created_at last_at turn_count miss_count aspects remaining spoken"
)
MESSAGE = (
    "id conversation_id turn asked_at question outcome answer_id version_ids reply scores helpful"
)
TURNS = 3

Row = tuple[Any, ...]


class Event(NamedTuple):
    """One entry of the log before it has its place in the chain."""

    at: datetime
    case_id: int
    action: str
    data: dict[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Filed:
    """One case and everything that happened to it."""

    row: Row
    events: tuple[Event, ...]


def cases(count: int, days: int, offices: Sequence[str], seed: int = 1) -> Iterator[Filed]:
    """`count` cases spread over `days` days; three in twenty are applications for information."""
    rng = Random(seed)
    kinds = [*CaseKind]
    shares = list(accumulate((30, 12, 8, 20, 7, 3, 6, 2, 15)))
    for id in range(1, count + 1):
        kind = rng.choices(kinds, cum_weights=shares)[0]
        day = FIRST + timedelta(days=(id * days) // (count + 1))
        yield _case(rng, id, kind, day, rng.choice(offices))


def _case(rng: Random, id: int, kind: CaseKind, day: date, office: str) -> Filed:
    is_application = kind.family is Family.DISCLOSURE
    received = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        minutes=rng.randrange(900)
    )
    due = OFFICIAL.add_workdays(day, 20 if is_application else 7)
    ended = received + timedelta(days=rng.randint(1, 30 if is_application else 11))
    outcome = rng.choice([*Outcome]) if is_application else None
    events = [
        Event(
            received, id, "open", {"to": "received", "due_on": f"{due}", "clock": f"start:{day}:0"}
        ),
        Event(received + timedelta(hours=1), id, "claim", {"to": "claimed", "due_on": f"{due}"}),
    ]
    if ended.date() > due:
        since = f"{due + timedelta(days=1)}"
        events.append(Event(ended, id, "overdue", {"to": "claimed", "since": since}))
    events.append(Event(ended, id, "send", {"to": "sent", "outcome": outcome and outcome.value}))
    if rng.random() < 0.3:
        rated = ended + timedelta(days=1)
        events.append(Event(rated, id, "rate", {"to": "sent", "score": rng.randint(1, 5)}))
    closed = ended + timedelta(days=15)
    events.append(Event(closed, id, "close", {"to": "closed"}))
    applicant = rng.choice([*ApplicantClass]).value
    row = (
        id, f"{day:%Y%m%d}-{id:06d}", f"{id:064x}", f"{id:064x}", kind.value, CaseStatus.CLOSED.value,
        outcome and outcome.value, None if is_application else Resolution.ANSWERED.value,
        "示例", "示例", json.dumps({"applicant": applicant}) if is_application else None,
        rng.choice([*Channel]).value, office, instant(received), f"{day}", f"{day}", f"{day}", f"{due}",
        False, instant(ended), instant(closed), False, 0, len(events),
    )  # fmt: skip
    return Filed(row, tuple(events))


def chained(events: Sequence[Event]) -> Iterator[Row]:
    """The log's rows: `events` in the order of their moments, each with the hash of the one before."""
    previous = GENESIS
    for seq, event in enumerate(sorted(events), start=1):
        at, id, action, data = event
        link = AuditEvent(
            seq=seq,
            subject_kind="case",
            subject_id=str(id),
            action=action,
            actor_name="示例",
            at=at,
            data=data,
            prev_hash=previous,
        )
        digest = hash_of(link)
        told = json.dumps(data, ensure_ascii=False)
        yield seq, "case", str(id), action, None, "示例", instant(at), told, previous, digest
        previous = digest


def conversations(messages: int, days: int) -> Iterator[Row]:
    """A conversation for every `TURNS` messages."""
    for id in range(1, _talks(messages) + 1):
        at = instant(_asked_at(id, messages, days))
        channel = ("web", "web", "wechat")[id % 3]
        yield id, f"{id:064x}", channel, at, at, TURNS, 0, "[]", "[]", "[]"


def messages(count: int, days: int, answers: Sequence[str], seed: int = 2) -> Iterator[Row]:
    """`count` questions in the order they were asked; a few answers are asked for very often."""
    rng = Random(seed)
    often = list(accumulate(1 / (place + 2) for place in range(len(answers))))
    turns = [*Turn]
    shares = list(accumulate((70, 8, 6, 6, 4, 6, 0.1)))
    for id in range(1, count + 1):
        talk, turn = divmod(id - 1, TURNS)
        outcome = rng.choices(turns, cum_weights=shares)[0]
        is_told = outcome is Turn.ANSWERED
        answer = rng.choices(answers, cum_weights=often)[0] if is_told else None
        helpful = rng.random() < 0.85 if is_told and rng.random() < 0.2 else None
        at = _asked_at(talk + 1, count, days) + timedelta(minutes=turn)
        yield (
            id, talk + 1, turn + 1, instant(at), f"问{id % 5000}", outcome.value, answer, "[]", "{}", "{}", helpful,
        )  # fmt: skip


def instant(at: datetime) -> str:
    """As SQLite keeps it, and PostgreSQL reads it in a session whose zone is UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def _talks(messages: int) -> int:
    return -(-messages // TURNS)


def _asked_at(talk: int, messages: int, days: int) -> datetime:
    minutes = (talk * days * 24 * 60) // (_talks(messages) + 1)
    return datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(minutes=minutes)
