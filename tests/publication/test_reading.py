"""What everybody reads, what the staff see waiting, and the sums above the list; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from assistant.cases.kinds import CaseKind
from assistant.db import Database
from assistant.errors import Forbidden, NotFound
from assistant.publication import reading, verbs
from assistant.publication.counting import Counts, monthly_counts
from assistant.publication.models import PublicationBasis
from assistant.staff.roles import CITIZEN, Role
from assistant.statistics.periods import Month, months_of

from .answered import NOW, People
from .conftest import Make

# 2025-12-31, 23:30 in UTC, is the first day of the next year in Shanghai.
NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


@pytest.fixture
def shown(answer: Make, propose: Make, publish: Make) -> Callable[..., int]:
    """A published reply; `now` is when it was answered."""

    def show(title: str = "东山村水渠何时修复", now: datetime = NOW, **fields: object) -> int:
        case_id = answer(now=now, **fields)
        return publish(propose(case_id, now=now, title=title), now=now)

    return show


def titles(page: reading.PublicPage) -> list[str]:
    return [row.title for row in page.rows]


def test_list_is_newest_first_and_shows_what_the_rules_want(
    database: Database, shown: Callable[..., int]
) -> None:
    for days, title in ((0, "第二件"), (-1, "第一件"), (1, "第三件")):
        shown(title, NOW + timedelta(days=days))
    with database.reading() as session:
        page = reading.list_public(session)
    assert titles(page) == ["第三件", "第二件", "第一件"]
    assert (page.total, page.has_more) == (3, False)
    row = page.rows[1]
    assert (row.received_on, row.replied_on) == (date(2026, 4, 27), date(2026, 4, 27))
    assert (row.office_id, row.kind) == ("office.water_resources", CaseKind.CONSULTATION)


def test_what_is_not_published_is_not_there(
    database: Database,
    answer: Make,
    propose: Make,
    publish: Make,
    people: People,
) -> None:
    waiting, refused, gone = (propose(answer()) for _ in range(3))
    publish(gone)
    database.write(
        lambda session: verbs.refuse(session, people.publisher, refused, "请再遮盖。", NOW)
    )
    database.write(
        lambda session: verbs.withdraw(session, people.publisher, gone, "内容过时。", NOW)
    )
    with database.reading() as session:
        assert reading.list_public(session).total == 0
        assert reading.public_entries(session) == []
        for publication_id in (waiting, refused, 404):
            with pytest.raises(NotFound):
                reading.get_public(session, publication_id)


def test_list_filters(database: Database, shown: Callable[..., int]) -> None:
    shown("水渠", NOW)
    shown("采伐", NOW, kind=CaseKind.COMPLAINT)
    shown("去年", NEW_YEAR - timedelta(days=1))
    shown("新年", NEW_YEAR)
    with database.reading() as session:
        list_public = reading.list_public
        assert titles(list_public(session, kind=CaseKind.COMPLAINT)) == ["采伐"]
        assert titles(list_public(session, year=2025)) == ["去年"]
        assert titles(list_public(session, year=2026)) == ["采伐", "水渠", "新年"]
        assert list_public(session, office="office.water_resources").total == 4
        assert list_public(session, office="office.fire").total == 0
        assert titles(list_public(session, text="水渠")) == ["采伐", "水渠", "新年", "去年"]
        assert titles(list_public(session, text="采伐 东山村")) == ["采伐"]
        assert list_public(session, text="100%").total == 0
        assert reading.years_published(session) == [2026, 2025]


def test_list_turns_pages_in_as_many_queries_for_one_as_for_many(
    database: Database, shown: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PER_PAGE", 2)
    asked: list[str] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *given: asked.append(str(given[2]))
    )
    numbers = []
    for count in (1, 3):
        while True:
            with database.reading() as session:
                asked.clear()
                page = reading.list_public(session)
                numbers.append(len(asked)) if page.total == count else None
            if page.total >= count:
                break
            shown(f"第{page.total + 1}件")
    assert numbers[0] == numbers[-1]
    with database.reading() as session:
        assert titles(reading.list_public(session, 1)) == ["第3件", "第2件"]
        assert titles(reading.list_public(session, 2)) == ["第1件"]
        assert reading.list_public(session, 1).has_more
        assert not reading.list_public(session, 2).has_more


def test_one_reply_is_read_and_leaves_a_tombstone(
    database: Database, shown: Callable[..., int], people: People
) -> None:
    publication_id = shown()
    with database.reading() as session:
        read = reading.get_public(session, publication_id)
    assert read.title == "东山村水渠何时修复"
    assert read.reply is not None
    assert "小明" not in read.reply
    assert (read.withdrawn_on, read.reason) == (None, None)
    assert read.basis is PublicationBasis.ANONYMISED
    later = NOW + timedelta(days=2)
    database.write(
        lambda session: verbs.withdraw(
            session, people.by_role[Role.SUPERVISOR], publication_id, "政策已经调整。", later
        )
    )
    with database.reading() as session:
        gone = reading.get_public(session, publication_id)
    assert (gone.title, gone.question, gone.reply) == (None, None, None)
    assert (gone.withdrawn_on, gone.reason) == (date(2026, 4, 29), "政策已经调整。")
    assert gone.replied_on == date(2026, 4, 27)


# What waits -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_every_role_reads_the_proposals_and_the_publisher_decides(
    role: Role, database: Database, answer: Make, propose: Make, people: People
) -> None:
    propose(answer())
    with database.reading() as session:
        (waiting,) = reading.list_proposals(session, people.by_role[role])
    assert waiting.proposer == "示例承办人"
    assert waiting.receipt_no.startswith("XD2026")
    assert waiting.may_decide == (role is Role.PUBLISHER)
    spans = waiting.spans("reply")
    assert [waiting.publication.reply[start:end] for start, end in spans] == [
        "某某",
        "[门牌]",
        "某某",
    ]


def test_proposer_may_not_decide_and_citizens_see_nothing(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    case_id = answer()
    propose(case_id, actor=people.publisher)
    with database.reading() as session:
        (own,) = reading.list_proposals(session, people.publisher)
        assert not own.may_decide
        (others,) = reading.list_proposals(session, people.second_publisher)
        assert others.may_decide
        assert reading.list_proposals(session, people.outsider) == []
        assert len(reading.publications_of(session, people.handler, case_id)) == 1
        with pytest.raises(Forbidden):
            reading.list_proposals(session, CITIZEN)


def test_decided_proposals_wait_no_more_but_stay_with_their_case(
    database: Database, answer: Make, propose: Make, publish: Make, people: People
) -> None:
    case_id = answer()
    first = propose(case_id)
    database.write(
        lambda session: verbs.refuse(session, people.publisher, first, "请再遮盖。", NOW)
    )
    second = publish(propose(case_id))
    with database.reading() as session:
        assert reading.list_proposals(session, people.publisher) == []
        every = reading.publications_of(session, people.publisher, case_id)
        assert [one.publication.id for one in every] == [second, first]


def test_what_is_on_the_website_is_listed_for_those_who_may_take_it_down(
    database: Database, answer: Make, propose: Make, publish: Make, people: People
) -> None:
    first, second = publish(propose(answer())), publish(propose(answer()))
    propose(answer())
    with database.reading() as session:
        shown = reading.list_published(session, people.publisher)
        assert [one.publication.id for one in shown] == [second, first]
        assert reading.list_published(session, people.outsider) == []
        with pytest.raises(Forbidden):
            reading.list_published(session, CITIZEN)
    database.write(
        lambda session: verbs.withdraw(session, people.publisher, first, "内容有误。", NOW)
    )
    with database.reading() as session:
        (left,) = reading.list_published(session, people.publisher)
        assert left.publication.id == second


# Counts, revision -----------------------------------------------------------------------


def test_months_count_what_was_asked_answered_and_published(
    database: Database, answer: Make, propose: Make, publish: Make, people: People
) -> None:
    may = NOW + timedelta(days=10)
    publish(propose(answer()), now=may)
    answer(kind=CaseKind.COMPLAINT)
    answer(kind=CaseKind.REPORT)  # never published, so not counted here
    answer(now=NEW_YEAR)
    gone = publish(propose(answer()), now=may)
    database.write(
        lambda session: verbs.withdraw(session, people.publisher, gone, "内容过时。", may)
    )
    with database.reading() as session:
        counts = monthly_counts(session, months_of(2026))
        assert counts.of() == Counts(4, 4, 1)
        assert counts.of(Month(2026, 4)) == Counts(3, 3, 0)
        assert counts.of(Month(2026, 5)) == Counts(0, 0, 1)
        assert counts.of(Month(2026, 1)) == Counts(1, 1, 0)
        assert counts.of(kind=CaseKind.COMPLAINT) == Counts(1, 1, 0)
        assert counts.of(Month(2026, 4), CaseKind.CONSULTATION) == Counts(2, 2, 0)
        assert counts.of(kind=CaseKind.REPORT) == Counts()
        assert monthly_counts(session, months_of(2025)).of() == Counts()


def test_revision_grows_with_what_the_public_sees(
    database: Database, answer: Make, propose: Make, publish: Make, people: People
) -> None:
    def revision() -> int:
        with database.reading() as session:
            return reading.revision(session)

    seen = [revision()]
    proposed = propose(answer())
    assert revision() == seen[-1]
    publish(proposed)
    seen.append(revision())
    publish(propose(answer()))
    seen.append(revision())
    database.write(
        lambda session: verbs.withdraw(session, people.publisher, proposed, "内容过时。", NOW)
    )
    seen.append(revision())
    assert seen == sorted(set(seen))
