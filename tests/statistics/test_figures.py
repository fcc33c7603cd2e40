"""The public figures, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from assistant.cases.intake import Channel
from assistant.cases.kinds import CaseKind
from assistant.conversation.models import Conversation, Message, Outcome
from assistant.db import Database
from assistant.knowledge.shelf import Shelf
from assistant.statistics.case_figures import CaseLine, crossings
from assistant.statistics.definitions import DEFINITIONS
from assistant.statistics.figures import Figures, interpretation_of, published_figures, tally
from assistant.statistics.gathering import gather
from assistant.statistics.periods import Month, Quarter, Span, Year, last_months
from assistant.statistics.published import sheets, singles
from assistant.statistics.rates import MINIMUM_SAMPLE, Rate
from assistant.statistics.sheets import HIDDEN
from assistant.statistics.suppression import SMALLEST_SHOWN
from tests.cases.conftest import Staff, staff
from tests.cases.roads import Way

__all__ = ["staff"]

# 31 March 2026, 23:30 in Shanghai: still March there, and in UTC.
LATE_MARCH = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
# An hour later it is April in Shanghai and still March in UTC.
EARLY_APRIL = LATE_MARCH + timedelta(hours=1)
NOW = datetime(2026, 5, 22, 2, 0, tzinfo=UTC)
YEAR = Year(2026)
Road = Callable[[Way], Way]
Turn = tuple[datetime, Outcome, str | None, bool | None]


def figures(
    database: Database, shelf: Shelf, period: Year | Quarter = YEAR, now: datetime = NOW
) -> Figures:
    database.write(lambda session: gather(session, now))
    with database.reading() as session:
        return published_figures(session, period, shelf, now)


def by_key(lines: Sequence[CaseLine]) -> dict[str, tuple[int, int]]:
    return {
        line.key: (line.received, line.closed) for line in lines if line.received or line.closed
    }


def go(database: Database, staff: Staff, at: datetime, *roads: Road) -> list[int]:
    """Each road from its beginning at `at`; the cases' numbers."""
    return database.write(lambda s: [road(Way(s, staff, at)).case_id for road in roads])


def answered(kind: CaseKind, days: int = 0) -> Road:
    return lambda way: way.open(kind).claim().wait(days).answer()


def talk(database: Database, turns: Sequence[Turn], channel: str = "web", near: str = "") -> int:
    """One conversation with these turns; `near` is the record that came nearest."""

    def work(session: Session) -> int:
        conversation = Conversation(
            token_hash=uuid4().hex * 2, channel=channel, created_at=NOW, last_at=NOW,
            turn_count=len(turns), miss_count=0, subject=None, aspects=[],
        )  # fmt: skip
        session.add(conversation)
        session.flush()
        candidates = [{"id": near, "title": near, "score": 0.4}] if near else []
        for turn, (at, outcome, answer, helpful) in enumerate(turns, start=1):
            message = Message(
                conversation_id=conversation.id, turn=turn, message_key=None, asked_at=at,
                question="谁也不该看到的话", outcome=outcome.value, reason=None, answer_id=answer,
                version_ids=[], reply={"candidates": candidates}, scores={}, helpful=helpful,
            )  # fmt: skip
            session.add(message)
        return conversation.id

    return database.write(work)


def test_nothing_has_happened_yet(database: Database, shelf: Shelf) -> None:
    found = figures(database, shelf)
    assert found.questions.total == 0
    assert found.cases.received == found.cases.closed == found.cases.open_at_end == 0
    rates = [one.value for one in singles(found) if one.unit == "%" and one.group != "documents"]
    assert rates == [None] * len(rates)
    assert len(found.by_month) == 12
    assert found.cases.reply_days.median is None


def test_month_ends_at_midnight_in_shanghai(database: Database, shelf: Shelf, staff: Staff) -> None:
    for at in (LATE_MARCH, EARLY_APRIL):
        talk(database, [(at, Outcome.ANSWERED, None, None)])
        go(database, staff, at, lambda way: way.open())
    found = figures(database, shelf)
    by_month = {line.key: (line.questions, line.cases.received) for line in found.by_month}
    assert by_month["2026-03"] == by_month["2026-04"] == (1, 1)
    assert sum(questions for questions, _ in by_month.values()) == 2


def test_quarters_make_the_year(database: Database, shelf: Shelf, staff: Staff) -> None:
    for month in range(1, 6):
        at = datetime(2026, month, 10, 2, 0, tzinfo=UTC)
        go(database, staff, at, answered(CaseKind.CONSULTATION), *[lambda way: way.open()] * month)
        talk(database, [(at, Outcome.ANSWERED, None, None)] * month)
    year = figures(database, shelf)
    quarters = [figures(database, shelf, quarter) for quarter in YEAR.quarters]
    assert year.cases.received == 20
    assert year.cases.closed == 5
    assert [one.cases.received for one in quarters] == [9, 11, 0, 0]
    assert sum(one.cases.closed for one in quarters) == year.cases.closed
    assert sum(one.questions.total for one in quarters) == year.questions.total == 15
    for line, quarter in zip(year.by_quarter, quarters, strict=True):
        assert line.key == quarter.period.key
        assert line.cases.received == quarter.cases.received
        assert line.cases.on_time == quarter.cases.on_time
        assert line.questions == quarter.questions.total
    assert quarters[3].cases.open_at_end == year.cases.open_at_end == 15
    assert quarters[0].cases.open_at_end == 6


def test_breakdowns_add_up_and_say_who(database: Database, shelf: Shelf, staff: Staff) -> None:
    at = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)
    office = shelf.offices()[0].id
    go(
        database, staff, at,
        answered(CaseKind.COMPLAINT),
        lambda way: way.open(CaseKind.COMPLAINT, channel=Channel.HOTLINE, office_id=office),
        lambda way: way.open(CaseKind.SUGGESTION),
        lambda way: way.open(CaseKind.DISCLOSURE).confirm(),
    )  # fmt: skip
    found = figures(database, shelf).cases
    assert by_key(found.by_kind) == {
        "complaint": (2, 1),
        "suggestion": (1, 0),
        "disclosure": (1, 0),
    }
    assert by_key(found.by_channel) == {"web": (3, 1), "hotline": (1, 0)}
    assert by_key(found.by_office) == {"": (3, 1), office: (1, 0)}
    assert found.by_office[0].label == shelf.offices()[0].title
    assert found.by_office[-1].label == "还没有派办"
    for lines in (found.by_kind, found.by_office, found.by_channel):
        assert sum(line.received for line in lines) == found.received == 4
        assert sum(line.closed for line in lines) == found.closed == 1
    results = {one.label: one.count for one in found.results if one.count}
    assert results == {"已答复": 1}


def test_an_application_counts_from_its_confirmation(
    database: Database, shelf: Shelf, staff: Staff
) -> None:
    go(database, staff, NOW, lambda way: way.open(CaseKind.DISCLOSURE))
    assert figures(database, shelf).cases.received == 0
    with database.reading() as session:
        assert tally(session, date(2026, 5, 22), date(2026, 5, 26)).unconfirmed == 1


def test_on_time_overdue_and_how_long_it_took(
    database: Database, shelf: Shelf, staff: Staff
) -> None:
    # Received on Monday 4 May; a consultation is due after three working days.
    at = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
    quick, slow = answered(CaseKind.CONSULTATION, 1), answered(CaseKind.CONSULTATION, 8)
    go(database, staff, at, *[quick] * 9)
    few = figures(database, shelf).cases
    assert few.on_time == Rate(9, 9)
    assert few.on_time.value is None
    go(database, staff, at, slow)
    found = figures(database, shelf).cases
    assert found.on_time == Rate(9, 10)
    assert found.on_time.value == 0.9
    assert found.reply_days.median == 1
    assert found.reply_days.p90 == 1
    assert found.reply_days.average == pytest.approx((9 * 1 + 7) / 10)


def test_questions_by_outcome_and_what_the_chat_resolved(
    database: Database, shelf: Shelf, staff: Staff
) -> None:
    answer = "disclosure.fees"
    turns: list[Turn] = [
        *[(NOW, Outcome.ANSWERED, answer, True)] * 8,
        *[(NOW, Outcome.ANSWERED, answer, False)] * 2,
        (NOW, Outcome.HANDOVER, None, None),
        (NOW, Outcome.SMALLTALK, "smalltalk.hello", None),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), Outcome.ANSWERED, answer, True),
    ]
    talk(database, turns)
    followed = talk(database, [(NOW, Outcome.ANSWERED, answer, None)], "wechat")
    go(database, staff, NOW + timedelta(hours=1), lambda way: way.open(conversation_id=followed))
    found = figures(database, shelf, now=NOW + timedelta(hours=2)).questions
    assert found.total == 13
    assert sum(one.count for one in found.by_outcome) == 13
    assert (found.of(Outcome.ANSWERED), found.resolved) == (11, 10)
    assert found.real == 12
    assert found.rate(Outcome.HANDOVER) == Rate(1, 12)
    assert found.resolved_rate.value == pytest.approx(10 / 12)
    assert found.helpful == Rate(8, 10)
    assert {one.label: one.count for one in found.by_channel} == {"网站": 12, "微信": 1}
    topics = {one.label: one.count for one in found.by_topic}
    assert topics == {"政府信息公开": 11, "寒暄": 1, "没有归类": 1}


def test_what_is_asked_often_and_what_is_missing(database: Database, shelf: Shelf) -> None:
    often, seldom, gap = "disclosure.fees", "service.felling", "service.water_permit"
    assert shelf.get(gap) is not None
    talk(database, [(NOW, Outcome.ANSWERED, often, None)] * SMALLEST_SHOWN)
    talk(database, [(NOW, Outcome.ANSWERED, seldom, None)] * (SMALLEST_SHOWN - 1))
    talk(database, [(NOW, Outcome.UNANSWERABLE, None, None)] * 3, near=gap)
    talk(database, [(NOW, Outcome.CLARIFICATION, None, None)] * 3, near=gap)
    talk(database, [(NOW, Outcome.UNANSWERABLE, None, None)] * 9)
    talk(database, [(NOW, Outcome.UNANSWERABLE, None, None)] * 9, near="gone.record")
    found = figures(database, shelf).questions
    assert [(one.record_id, one.count) for one in found.top] == [(often, SMALLEST_SHOWN)]
    assert [(one.record_id, one.count) for one in found.gaps] == [(gap, 6)]
    assert found.gaps[0].title == shelf.title(gap)


def test_crossed_tables_only_of_years_that_are_over(
    database: Database, shelf: Shelf, staff: Staff
) -> None:
    roads = [lambda way: way.open(CaseKind.PRAISE)] * 2
    roads += [lambda way: way.open(CaseKind.PRAISE, channel=Channel.HOTLINE)] * 7
    roads += [lambda way: way.open(CaseKind.SUGGESTION)] * 8
    roads += [lambda way: way.open(CaseKind.SUGGESTION, channel=Channel.HOTLINE)] * 9
    go(database, staff, NOW, *roads)
    assert figures(database, shelf).crossed == ()
    assert (
        figures(database, shelf, Quarter(2026, 2), datetime(2027, 1, 5, tzinfo=UTC)).crossed == ()
    )
    later = figures(database, shelf, now=datetime(2027, 1, 5, tzinfo=UTC))
    sheet = next(one for one in sheets(later) if one.key == "kind_channel")
    assert [(line.label, line.values) for line in sheet.lines] == [
        ("建议", (HIDDEN, HIDDEN, 17)),
        ("表扬", (HIDDEN, HIDDEN, 9)),
        ("合计", (10, 16, 26)),
    ]
    whole = crossings(later.cases.received_by, {}, smallest=0)
    assert all(one.table.is_whole for one in whole)


def test_normative_documents_and_their_interpretation(shelf: Shelf) -> None:
    rules = [one for one in shelf.documents() if one.topic == "行政规范性文件"]
    interpreted = {one.interprets for one in shelf.documents()}
    found = interpretation_of(shelf, Span(date(2008, 1, 1), date(2100, 12, 31)))
    assert found.documents == len(rules) > 0
    assert found.interpreted == sum(one.id in interpreted for one in rules)
    assert interpretation_of(shelf, Span(date(2008, 1, 1), date(2008, 1, 2))).value is None


def test_every_figure_has_its_definition(database: Database, shelf: Shelf) -> None:
    found = figures(database, shelf)
    told = {one.definition.text for one in singles(found)}
    told |= {one.definition.text for one in sheets(found)}
    untold = {key for key, one in DEFINITIONS.items() if one.text not in told}
    assert untold == {"crossed"}
    assert all(len(one.text) >= 8 for one in DEFINITIONS.values())


def test_a_rate_needs_its_sample() -> None:
    assert Rate(MINIMUM_SAMPLE - 1, MINIMUM_SAMPLE - 1).value is None
    assert Rate(3, MINIMUM_SAMPLE).value == 3 / MINIMUM_SAMPLE


def test_last_months_cross_the_year() -> None:
    months = last_months(date(2026, 2, 28), 3)
    assert [month.key for month in months] == ["2025-12", "2026-01", "2026-02"]
    assert months[0].starts_at == datetime(2025, 11, 30, 16, 0, tzinfo=UTC)
    assert Month(2026, 12).shifted(1) == Month(2027, 1)


def test_what_waits_is_told_apart(database: Database, staff: Staff) -> None:
    at = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
    go(database, staff, at, lambda way: way.open(), lambda way: way.open(CaseKind.DISCLOSURE))
    go(database, staff, NOW, lambda way: way.open())
    with database.reading() as session:
        found = tally(session, date(2026, 5, 22), date(2026, 5, 26))
    assert (found.overdue, found.unconfirmed, found.open) == (1, 1, 3)
    assert found.due_soon + found.on_time == 1
