"""Counting along the log: a few events at a time, beside others who write, and what single histories come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases import actions
from assistant.cases.actions.clockwork import LOG_OVERDUE
from assistant.cases.intake import Channel
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.states import CaseAction, CaseStatus
from assistant.conversation.models import Conversation, Message
from assistant.db import Database
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.disclosure.outcomes import Outcome
from assistant.staff.roles import SYSTEM
from assistant.statistics.applications import application_table
from assistant.statistics.facts import Measure, unpack
from assistant.statistics.gathering import gather, gather_all, is_current
from assistant.statistics.measures import count_messages, sum_cases
from assistant.statistics.models import CaseDay, CountedCase, MessageDay, OpeningFigure
from assistant.statistics.periods import Month, Span, Year
from assistant.statistics.verifying import verify
from tests.cases.conftest import Staff
from tests.cases.roads import WHY_LONGER, Way
from tests.statistics.conftest import hire
from tests.statistics.playing import moment

MONDAY = moment("2026-03-02", "10:00")
LATER = moment("2026-09-01", "10:00")
ALWAYS = Span(date(2024, 1, 1), date(2030, 1, 1))


@pytest.fixture
def people(database: Database) -> Staff:
    return hire(database)


def travel(database: Database, people: Staff, road: Callable[[Way], Way]) -> int:
    """A case brought along `road` from Monday on; its id."""
    return database.write(lambda s: road(Way(s, people, MONDAY))).case_id


def counts_of_case(database: Database, case_id: int) -> list[tuple[str, date, int]]:
    """(measure, day, value) of what the case has added, in order."""
    with database.reading() as session:
        counts = unpack(session.get_one(CountedCase, case_id).counts)
    return sorted((key.measure, key.day, key.value) for key in counts.elements())


def days(database: Database, case_id: int, measure: Measure) -> list[tuple[date, int]]:
    found = counts_of_case(database, case_id)
    return [(day, value) for name, day, value in found if name == measure]


def test_nothing_has_happened_yet(database: Database) -> None:
    with database.reading() as session:
        assert is_current(session)
        assert verify(session) == []
    assert database.write(lambda s: gather(s, LATER)) == 0


def test_one_event_at_a_time_comes_to_the_same(database: Database, people: Staff) -> None:
    for _ in range(2):
        travel(database, people, lambda way: way.open().claim().answer().close())
    rounds = 0
    while True:
        database.write(lambda s: gather(s, LATER, limit=1))
        rounds += 1
        with database.reading() as session:
            assert verify(session) == []
            if is_current(session):
                break
    assert rounds > 10
    with database.reading() as session:
        assert sum_cases(session, Measure.ENDED, ALWAYS)[()] == 2
        assert session.scalars(select(CaseDay.count).where(CaseDay.measure == "ended")).all() == [2]


def test_events_of_other_things_are_passed_over(database: Database, people: Staff) -> None:
    def log(session: Session) -> None:
        for number in range(5):
            audit.append(session, "account", number, "signed_in", SYSTEM, MONDAY)

    database.write(log)
    travel(database, people, lambda way: way.open())
    database.write(log)
    assert gather_all(database, LATER) == 1
    with database.reading() as session:
        assert is_current(session)


def test_several_gather_while_others_write(database: Database, people: Staff) -> None:
    """The first gathering of all, too, has one winner and no loser."""
    failed: list[Exception] = []

    def guarded(work: Callable[[], object]) -> Thread:
        def run() -> None:
            try:
                work()
            except Exception as error:
                failed.append(error)

        return Thread(target=run)

    def write_cases() -> None:
        for _ in range(15):
            travel(database, people, lambda way: way.open().accept())

    def gather_often() -> None:
        for _ in range(15):
            database.write(lambda s: gather(s, LATER))

    threads = [guarded(work) for work in (write_cases, gather_often, write_cases, gather_often)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    database.write(lambda s: gather(s, LATER))
    with database.reading() as session:
        assert sum_cases(session, Measure.RECEIVED, ALWAYS)[()] == 30
        assert verify(session) == []


def test_questions_of_the_last_minutes_are_counted_from_their_rows(database: Database) -> None:
    ask(database, "a", [MONDAY - timedelta(hours=1), MONDAY - timedelta(minutes=5)])
    database.write(lambda s: gather(s, MONDAY))
    march = Month(2026, 3).span
    with database.reading() as session:
        assert session.scalars(select(MessageDay.count)).all() == [1]
        assert count_messages(session, march, ("outcome",)) == Counter({("answered",): 2})
        assert verify(session) == []
    for _ in range(2):
        database.write(lambda s: gather(s, MONDAY + timedelta(hours=1)))
    with database.reading() as session:
        assert session.scalars(select(MessageDay.count)).all() == [2]
        assert count_messages(session, march)[()] == 2
        assert verify(session) == []


def test_two_cases_at_once_share_no_answer(database: Database, people: Staff) -> None:
    talk = ask(database, "a", [MONDAY - timedelta(hours=1)])
    both = [travel(database, people, lambda way: way.open(conversation_id=talk)) for _ in range(2)]
    database.write(lambda s: gather(s, LATER))
    assert [len(days(database, one, Measure.FOLLOWED)) for one in both] == [1, 0]
    with database.reading() as session:
        assert verify(session) == []


def test_closed_twice_counts_on_both_days(database: Database, people: Staff) -> None:
    """What was published of the first closing stays true; a rating of a closed case closes nothing."""

    def closed(way: Way) -> Way:
        return way.open().claim().answer().wait(1).close()

    def again(way: Way) -> Way:
        return closed(way).wait(1).be_rated(1, "渠还是坏的").wait(1).claim().answer().close()

    case_id = travel(database, people, again)
    database.write(lambda s: gather(s, LATER))
    assert days(database, case_id, Measure.CLOSING_DAYS) == [
        (date(2026, 3, 3), 1),
        (date(2026, 3, 5), 3),
    ]
    assert len(days(database, case_id, Measure.ENDED)) == 1
    rated = travel(database, people, lambda way: closed(way).wait(1).be_rated(5))
    database.write(lambda s: gather(s, LATER))
    assert days(database, rated, Measure.CLOSING_DAYS) == [(date(2026, 3, 3), 1)]
    assert days(database, rated, Measure.RATED) == [(date(2026, 3, 4), 5)]


@pytest.mark.parametrize("end", ["withdraw", "decline", "answer", "send_on", "merge", "claim"])
def test_a_due_date_passes_without_the_worker(database: Database, people: Staff, end: str) -> None:
    """A consultation is due on the third working day; here it is touched again a week later."""
    case_id = travel(database, people, lambda way: _touched(way.open().wait(7), end))
    database.write(lambda s: gather(s, LATER))
    assert days(database, case_id, Measure.OVERDUE) == [(date(2026, 3, 6), 0)]


def _touched(way: Way, end: str) -> Way:
    touched: Way = way.claim().answer() if end == "answer" else getattr(way, end)()
    return touched


def test_a_due_date_counts_once_however_often_it_is_touched(
    database: Database, people: Staff
) -> None:
    def late(way: Way) -> Way:
        way.open().wait(7)
        actions.run_chore(LOG_OVERDUE, way.session, way.now, way.rules)
        return (
            way.claim().wait(1).answer().wait(1).be_rated(1, "渠还是坏的").wait(1).claim().answer()
        )

    case_id = travel(database, people, late)
    database.write(lambda s: gather(s, LATER))
    assert days(database, case_id, Measure.OVERDUE) == [(date(2026, 3, 6), 0)]
    assert len(days(database, case_id, Measure.LATE)) == 1


def test_an_extension_moves_the_day_it_becomes_late(database: Database, people: Staff) -> None:
    def road(way: Way) -> Way:
        way.open().claim()
        actions.extend(way.session, people.signer, way.case_id, 2, WHY_LONGER, way.now)
        return way.wait(14).answer()

    case_id = travel(database, people, road)
    database.write(lambda s: gather(s, LATER))
    # Due on 3.9 instead of 3.5.
    assert days(database, case_id, Measure.OVERDUE) == [(date(2026, 3, 10), 0)]
    assert len(days(database, case_id, Measure.EXTENDED)) == 1


def test_all_of_a_case_goes_with_it_to_another_office(database: Database, people: Staff) -> None:
    case_id = travel(database, people, lambda way: way.open(office_id="water").claim().draft())
    database.write(lambda s: gather(s, LATER))
    with database.reading() as session:
        assert sum_cases(session, Measure.RECEIVED, ALWAYS, ("office_id",)) == {("water",): 1}
    database.write(
        lambda s: actions.reassign(s, people.supervisor, case_id, "forest", "属林业事项", LATER)
    )
    database.write(lambda s: gather(s, LATER))
    with database.reading() as session:
        assert sum_cases(session, Measure.RECEIVED, ALWAYS, ("office_id",)) == {("forest",): 1}
        assert verify(session) == []


def test_a_column_below_nothing_is_not_hidden(database: Database, people: Staff) -> None:
    """One correction too many must show, or a table would no longer add up and nobody would know why."""

    def enter(session: Session) -> None:
        for on, count in ((date(2025, 1, 1), 1), (date(2025, 6, 1), -2)):
            session.add(
                OpeningFigure(
                    on=on,
                    row="carried_in",
                    applicant="person",
                    count=count,
                    source="登记簿",
                    entered_by=people.operator.id,
                    entered_at=MONDAY,
                )
            )

    database.write(enter)
    with database.reading() as session:
        tables = [application_table(session, Year(year).span) for year in (2025, 2026)]
    assert tables[0].carried_out == tables[1].carried_in == tables[1].carried_out
    assert tables[1].carried_in[ApplicantClass.PERSON] == -1


def test_cases_of_the_first_release(database: Database, people: Staff) -> None:
    """Their log says nothing of a clock: an inquiry's began when it came, an application's when it was confirmed."""
    inquiry = database.write(lambda s: _legacy(s, CaseKind.CONSULTATION))
    application = database.write(lambda s: _legacy(s, CaseKind.DISCLOSURE))
    database.write(lambda s: gather(s, LATER))
    assert counts_of_case(database, inquiry) == [
        ("ended", date(2026, 3, 4), 0),
        ("on_time", date(2026, 3, 4), 0),
        ("received", date(2026, 3, 2), 0),
        ("reply_days", date(2026, 3, 4), 2),
    ]
    assert counts_of_case(database, application) == [
        ("ended", date(2026, 3, 4), 0),
        ("on_time", date(2026, 3, 4), 0),
        ("received", date(2026, 3, 3), 0),
        ("reply_days", date(2026, 3, 4), 1),
    ]
    with database.reading() as session:
        found = sum_cases(session, Measure.ENDED, ALWAYS, ("result",))
        assert found == {("answered",): 1, ("partial",): 1}
        assert verify(session) == []


def _legacy(session: Session, kind: CaseKind) -> int:
    """A case as the first release left it: opened on Monday, confirmed on Tuesday, answered on Wednesday."""
    is_application = kind is CaseKind.DISCLOSURE
    form = DisclosureForm("批复", ApplicantClass.PERSON, Delivery.EMAIL)
    outcome = Outcome.PARTIAL if is_application else None
    due_on = date(2026, 3, 31) if is_application else date(2026, 3, 5)
    case = Case(
        receipt_no=f"XD-{kind}", lookup_hash="-", form_key_hash=f"-{kind}", kind=kind,
        status=CaseStatus.SENT, outcome=outcome, resolution=None, title="-", text="-",
        details=form.to_details() if is_application else None, channel=Channel.WEB,
        received_at=MONDAY, received_on=MONDAY.date(), due_on=due_on,
        counted_on=(MONDAY + timedelta(days=is_application)).date(),
    )  # fmt: skip
    session.add(case)
    session.flush()
    first = None if is_application else due_on
    steps: list[tuple[CaseAction, int, date | None]] = [(CaseAction.OPEN, 0, first)]
    if is_application:
        steps.append((CaseAction.CONFIRM, 1, due_on))
    steps += [(action, 2, due_on) for action in (CaseAction.CLAIM, CaseAction.DRAFT)]
    steps += [(action, 2, due_on) for action in (CaseAction.APPROVE, CaseAction.SEND)]
    for action, after, due in steps:
        data: dict[str, audit.Scalar] = {"due_on": due.isoformat() if due else None}
        if action is CaseAction.SEND:
            data["outcome"] = outcome and outcome.value
        at = MONDAY + timedelta(days=after)
        audit.append(session, "case", case.id, action.value, SYSTEM, at, data)
    return case.id


def ask(database: Database, token: str, moments: list[datetime]) -> int:
    """A conversation in which every question was answered; its id."""

    def work(session: Session) -> int:
        talk = Conversation(
            token_hash=token * 64, channel="web", created_at=MONDAY, last_at=MONDAY, turn_count=0,
            miss_count=0, subject=None, aspects=[],
        )  # fmt: skip
        session.add(talk)
        session.flush()
        for turn, at in enumerate(moments):
            session.add(
                Message(
                    conversation_id=talk.id,
                    turn=turn,
                    message_key=None,
                    asked_at=at,
                    question="?",
                    outcome="answered",
                    reason=None,
                    answer_id="k1",
                    version_ids=[],
                    reply={},
                    scores={},
                    helpful=None,
                )
            )
        return talk.id

    return database.write(work)


def test_questions_too_are_gathered_a_few_at_a_time(database: Database) -> None:
    """Also where numbers are missing among them."""
    ask(database, "a", [MONDAY - timedelta(hours=hours) for hours in range(1, 6)])
    database.write(lambda s: s.execute(delete(Message).where(Message.turn.in_([1, 2]))))
    for _ in range(5):
        database.write(lambda s: gather(s, MONDAY, limit=1))
        with database.reading() as session:
            assert verify(session) == []
            assert count_messages(session, ALWAYS)[()] == 3
    with database.reading() as session:
        assert sum(session.scalars(select(MessageDay.count))) == 3
    assert gather_all(database, MONDAY) == 0
