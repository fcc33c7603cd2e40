"""Whose turn it is: every case waits for somebody, and nobody is shown what they cannot take."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.opening import local_date
from assistant.cases.queue import QueueFilter, count_turn, list_queue, next_turn
from assistant.db import Database
from assistant.disclosure.outcomes import Outcome
from assistant.staff.roles import Actor, Role
from tests.cases.conftest import NOW, Open, Staff
from tests.cases.roads import Road, Way

TODAY = local_date(NOW)
_DENIED = Outcome.DENIED_PROCESS


def _apply(way: Way) -> Way:
    return way.open(CaseKind.DISCLOSURE)


ROADS: dict[str, tuple[Road, set[str]]] = {
    "submitted": (_apply, {"operator"}),
    "received": (lambda way: way.open(), {"operator", "handler"}),
    "accepted": (lambda way: way.open().accept(), {"handler"}),
    "claimed": (lambda way: way.open().claim(), {"handler"}),
    "drafted": (lambda way: way.open().claim().draft(), {"reviewer"}),
    "approved": (lambda way: way.open().claim().draft().approve(), {"signer"}),
    "signed": (lambda way: way.open().claim().draft().approve().sign(), {"handler"}),
    "sent": (lambda way: way.open().claim().answer(), set()),
    "merged": (lambda way: way.open().merge(), set()),
    "waiting": (lambda way: _apply(way).confirm().claim().ask_supplement(), set()),
    "to be delivered": (
        lambda way: _apply(way).confirm().claim().answer(_DENIED),
        {"operator", "handler"},
    ),
    "delivered": (lambda way: _apply(way).confirm().claim().answer(_DENIED).deliver(), set()),
}
NAMES = ("operator", "handler", "reviewer", "signer", "supervisor")


def waiting_for(database: Database, actor: Actor) -> list[int]:
    with database.reading() as session:
        return [row.case_id for row in list_queue(session, TODAY, QueueFilter(turn_of=actor))]


@pytest.mark.parametrize("name", ROADS)
def test_case_waits_for_those_who_can_take_its_next_step(
    database: Database, staff: Staff, name: str
) -> None:
    road, expected = ROADS[name]
    case_id = database.write(lambda s: road(Way(s, staff, NOW)).case_id)
    found = {who for who in NAMES if case_id in waiting_for(database, getattr(staff, who))}
    assert found == expected


@pytest.fixture
def elsewhere(staff: Staff) -> Actor:
    return Actor(staff.handler.id, staff.handler.name, Role.HANDLER, "office.forestry")


def test_handler_is_shown_their_own_offices_and_nobodys(
    database: Database, open_one: Open, elsewhere: Actor
) -> None:
    open_one(office_id="office.rivers")
    own, nobodys = open_one(office_id="office.forestry"), open_one()
    assert waiting_for(database, elsewhere) == [own.case_id, nobodys.case_id]


def test_what_a_colleague_holds_waits_for_them_alone(database: Database, staff: Staff) -> None:
    case_id = database.write(lambda s: Way(s, staff, NOW).open().claim().case_id)
    colleague = Actor((staff.handler.id or 0) + 1000, "同事", Role.HANDLER)
    assert waiting_for(database, staff.handler) == [case_id]
    assert waiting_for(database, colleague) == []


def test_reviewer_does_not_wait_for_their_own_words(database: Database, staff: Staff) -> None:
    def road(session: Session) -> None:
        case_id = Way(session, staff, NOW).open().case_id
        actions.claim(session, staff.reviewer, case_id, NOW)
        actions.draft_reply(session, staff.reviewer, case_id, "您好，已经修好。", NOW)

    database.write(road)
    assert waiting_for(database, staff.reviewer) == []


def test_next_is_the_one_after_and_then_from_the_top(
    database: Database, open_one: Open, staff: Staff
) -> None:
    first, second, third = (open_one(NOW - timedelta(days=3 - n)).case_id for n in range(3))
    other = database.write(lambda s: Way(s, staff, NOW).open().claim().draft().case_id)

    def following(case_id: int) -> int | None:
        with database.reading() as session:
            found = next_turn(session, TODAY, staff.handler, case_id)
            return found.case_id if found else None

    assert [following(one) for one in (first, second, third)] == [second, third, first]
    assert following(other) == first
    with database.reading() as session:
        assert count_turn(session, TODAY, staff.handler) == 3
        assert count_turn(session, TODAY, staff.supervisor) == 0
        assert next_turn(session, TODAY, staff.supervisor, first) is None
