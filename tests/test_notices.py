"""The outbox: once per key, delivered once, nothing personal."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from assistant import notices
from assistant.cases import actions
from assistant.cases.intake import NewCase
from assistant.cases.kinds import CaseKind
from assistant.db import Database
from assistant.notices import Notice, NoticeKind

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def case_id(database: Database) -> int:
    request = NewCase(CaseKind.CONSULTATION, "取水许可怎么办？", str(uuid4()))
    return database.write(lambda s: actions.open_case(s, request, NOW)).case_id


def enqueue(database: Database, case_id: int, key: str) -> int:
    return database.write(
        lambda s: notices.enqueue(s, case_id, NoticeKind.REPLIED, key, NOW, {"n": 1})
    ).id


def test_same_key_is_one_notice(database: Database, case_id: int) -> None:
    assert enqueue(database, case_id, "a") == enqueue(database, case_id, "a")
    assert enqueue(database, case_id, "b") != enqueue(database, case_id, "a")


def test_delivery_takes_the_oldest_first_and_each_once(database: Database, case_id: int) -> None:
    first, second = enqueue(database, case_id, "a"), enqueue(database, case_id, "b")
    delivered = []
    for _ in range(3):
        database.write(lambda s: notices.deliver_due(s, NOW, limit=1))
        with database.reading() as session:
            found = [session.get(Notice, number) for number in (first, second)]
        delivered.append([notice is not None and notice.delivered_at == NOW for notice in found])
    assert delivered == [[True, False], [True, True], [True, True]]


def test_personal_payload_is_refused(database: Database, case_id: int) -> None:
    with pytest.raises(ValueError, match="must be an id"):
        database.write(
            lambda s: notices.enqueue(s, case_id, NoticeKind.REPLIED, "a", NOW, {"to": "王小明"})
        )
