"""What pages show: one's own, once it has appeared, until it has been read."""

from __future__ import annotations

from datetime import timedelta

from assistant import notices
from assistant.db import Database
from assistant.notices import NoticeKind, reading
from assistant.notices.reading import Told
from tests.cases.conftest import NOW, Open, Staff
from tests.notices.conftest import tell


def appear(database: Database) -> None:
    database.write(lambda s: notices.deliver_due(s, NOW))


def unread(database: Database, account_id: int | None, limit: int = 50) -> list[Told]:
    assert account_id is not None
    with database.reading() as session:
        return reading.unread_for(session, account_id, limit)


def test_unread_are_ones_own_newest_first_once_they_have_appeared(
    database: Database, open_one: Open, staff: Staff
) -> None:
    case_id = open_one().case_id
    handler = staff.handler.id
    first = tell(database, case_id, "a", kind=NoticeKind.REMINDED, account_id=handler)
    second = tell(database, case_id, "b", kind=NoticeKind.DUE_SOON, account_id=handler)
    tell(database, case_id, "c", account_id=staff.colleague.id)
    tell(database, case_id, "d")
    assert unread(database, handler) == []
    appear(database)
    found = unread(database, handler)
    assert [one.notice_id for one in found] == [second, first]
    assert (found[0].kind, found[0].case_id, found[0].at) == (NoticeKind.DUE_SOON, case_id, NOW)
    assert found[0].payload["status"] == "sent"
    assert [one.notice_id for one in unread(database, handler, limit=1)] == [second]


def test_reading_marks_what_was_shown_and_nothing_of_others(
    database: Database, open_one: Open, staff: Staff
) -> None:
    case_id = open_one().case_id
    handler, colleague = staff.handler.id, staff.colleague.id
    assert handler is not None
    theirs = tell(database, case_id, "a", account_id=colleague)
    shown = tell(database, case_id, "b", account_id=handler)
    later = tell(database, case_id, "c", account_id=handler)
    appear(database)
    hidden = tell(database, case_id, "d", account_id=handler)
    read_at = NOW + timedelta(hours=1)
    for expected in (1, 0):
        marked = database.write(lambda s: reading.mark_read(s, handler, shown, read_at))
        assert marked == expected
    assert [one.notice_id for one in unread(database, handler)] == [later]
    assert [one.notice_id for one in unread(database, colleague)] == [theirs]
    # What has not appeared cannot have been read, whatever number the page sends.
    database.write(lambda s: reading.mark_read(s, handler, hidden + 100, read_at))
    appear(database)
    assert [one.notice_id for one in unread(database, handler)] == [hidden]


def test_citizen_sees_what_their_case_was_told_oldest_first(
    database: Database, open_one: Open, staff: Staff
) -> None:
    case_id, other = open_one().case_id, open_one().case_id
    first = tell(database, case_id, "a", kind=NoticeKind.EXTENDED)
    second = tell(database, case_id, "b")
    tell(database, case_id, "c", account_id=staff.handler.id)
    tell(database, other, "d")
    appear(database)
    tell(database, case_id, "e")
    with database.reading() as session:
        found = reading.of_case(session, case_id)
    assert [one.notice_id for one in found] == [first, second]
