"""What a citizen sees of a case and does with it, on both databases, by fixed dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.attachments.handing_in import (
    NewFile,
    add_identity,
    open_with_files,
    supplement_with_files,
)
from assistant.attachments.models import Attachment, AttachmentPurpose
from assistant.attachments.vault import Vault
from assistant.cases.actions.citizen import (
    AlreadyDone,
    bring_supplement,
    rate_reply,
    take_back,
    urge,
)
from assistant.cases.following import Following, Situation, follow
from assistant.cases.intake import CONSENT, checked
from assistant.cases.kinds import CaseKind, Resolution
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.rules import SHIPPED
from assistant.cases.states import CaseAction, CaseStatus
from assistant.db import Database
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.remedy_dates import remedy_dates
from assistant.errors import Conflict, Invalid
from tests.attachments.samples import PDF, png
from tests.cases.conftest import NOW, Staff, a_request
from tests.cases.roads import INTERNAL, MISSING, ROADS, WHY_CONSULT, WHY_LONGER, Way, travel

Travel = Callable[[str], int]
TODAY = local_date(NOW)


@pytest.fixture
def on_road(database: Database, staff: Staff) -> Travel:
    """The id of a case that stands at the end of a road at `NOW`."""
    return lambda name: database.write(lambda s: travel(name, s, staff, NOW).case_id)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "attachments", bytes(range(32)))


def followed(database: Database, case_id: int, today: date = TODAY) -> Following:
    with database.reading() as session:
        return follow(session, case_id, today, SHIPPED)


def status_of(database: Database, case_id: int) -> CaseStatus:
    with database.reading() as session:
        return session.get_one(Case, case_id).status


def purposes(database: Database, case_id: int) -> list[AttachmentPurpose]:
    with database.reading() as session:
        query = select(Attachment.purpose).where(Attachment.case_id == case_id)
        return list(session.scalars(query))


@pytest.mark.parametrize("name", ROADS)
def test_situation_is_the_citizens_word_for_the_state(
    database: Database, on_road: Travel, name: str
) -> None:
    seen = followed(database, on_road(name))
    assert seen.situation == Situation(ROADS[name][1])
    assert seen.is_late == name.endswith("overdue")
    assert seen.is_again == name.endswith("reopened")
    assert INTERNAL not in seen.told.values()
    assert WHY_CONSULT not in seen.told.values()


def test_what_is_told_are_the_words_for_the_citizen(database: Database, on_road: Travel) -> None:
    told = followed(database, on_road("application_supplementing")).told
    assert told == {CaseAction.ASK_SUPPLEMENT: MISSING}


def test_extension_knows_the_day_before_it(database: Database, on_road: Travel) -> None:
    seen = followed(database, on_road("application_extended"))
    assert seen.extension is not None
    assert (seen.extension.amount, seen.extension.due_before) == (20, date(2026, 5, 27))
    assert seen.told[CaseAction.EXTEND] == WHY_LONGER


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("inquiry_received", {"withdraw"}),
        ("inquiry_overdue", {"withdraw", "press"}),
        ("inquiry_merged", {"withdraw"}),
        ("inquiry_sent", {"rate"}),
        ("inquiry_closed", {"rate"}),
        ("inquiry_archived", set()),
        ("inquiry_rated", set()),
        ("inquiry_declined", set()),
        ("inquiry_withdrawn", set()),
        ("application_submitted", {"withdraw"}),
        ("application_supplementing", {"withdraw", "supplement"}),
        ("application_consulting_third_party", {"withdraw"}),
        ("application_overdue", {"withdraw", "press"}),
        ("application_delivered", set()),
    ],
)
def test_only_what_would_succeed_is_offered(
    database: Database, on_road: Travel, name: str, may: set[str]
) -> None:
    seen = followed(database, on_road(name))
    offered = {
        "withdraw": seen.may_withdraw,
        "press": seen.may_press,
        "supplement": seen.may_supplement,
        "rate": seen.may_rate,
    }
    assert {act for act, may_be in offered.items() if may_be} == may


def test_urging_begins_at_amber_and_is_heard_once_a_working_day(
    database: Database, staff: Staff
) -> None:
    # Opened on Monday, 15 working days: due 2026-05-20 (劳动节 1–5 May, 9 May worked), amber from 2026-05-15.
    case_id = database.write(lambda s: Way(s, staff, NOW).open(CaseKind.COMPLAINT).claim().case_id)

    def on(day: date) -> None:
        now = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        database.write(lambda s: urge(s, case_id, now, SHIPPED))

    with pytest.raises(Conflict, match="5月15日起可以催办"):
        on(date(2026, 5, 14))
    assert followed(database, case_id, date(2026, 5, 14)).press_from == date(2026, 5, 15)
    assert not followed(database, case_id, date(2026, 5, 14)).may_press
    assert followed(database, case_id, date(2026, 5, 15)).may_press
    on(date(2026, 5, 15))
    with pytest.raises(AlreadyDone):
        on(date(2026, 5, 15))
    on(date(2026, 5, 16))  # Saturday: counts with Monday
    with pytest.raises(AlreadyDone):
        on(date(2026, 5, 18))
    assert not followed(database, case_id, date(2026, 5, 18)).may_press
    on(date(2026, 5, 19))
    seen = followed(database, case_id, date(2026, 5, 19))
    assert (seen.pressed_on, seen.may_press) == (date(2026, 5, 19), False)


def test_what_staff_press_does_not_use_up_the_citizens_turn(
    database: Database, staff: Staff, on_road: Travel
) -> None:
    from assistant.cases.actions import remind

    case_id = on_road("inquiry_overdue")
    database.write(lambda s: remind(s, staff.supervisor, case_id, NOW))
    assert followed(database, case_id).may_press


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("application_supplementing", "停止计算"),
        ("application_consulting_agency", "停止计算"),
        ("application_submitted", "双方确认以后"),
        ("inquiry_sent", "已经有结果"),
        ("inquiry_withdrawn", "已经有结果"),
    ],
)
def test_urging_is_refused_where_no_clock_runs(
    database: Database, on_road: Travel, name: str, words: str
) -> None:
    case_id = on_road(name)
    with pytest.raises(Conflict, match=words) as refused:
        database.write(lambda s: urge(s, case_id, NOW, SHIPPED))
    assert not isinstance(refused.value, AlreadyDone)


@pytest.mark.parametrize("name", ["inquiry_claimed", "application_supplementing"])
def test_taking_back_twice_is_taking_back_once(
    database: Database, on_road: Travel, name: str
) -> None:
    case_id = on_road(name)
    database.write(lambda s: take_back(s, case_id, NOW))
    with pytest.raises(AlreadyDone):
        database.write(lambda s: take_back(s, case_id, NOW))
    assert followed(database, case_id).situation is Situation.WITHDRAWN


@pytest.mark.parametrize("name", ["inquiry_sent", "inquiry_declined", "application_delivered"])
def test_what_has_ended_is_not_taken_back(database: Database, on_road: Travel, name: str) -> None:
    case_id = on_road(name)
    before = status_of(database, case_id)
    with pytest.raises(Conflict) as refused:
        database.write(lambda s: take_back(s, case_id, NOW))
    assert not isinstance(refused.value, AlreadyDone)
    assert status_of(database, case_id) is before


def test_supplement_starts_the_clock_anew_and_is_taken_once(
    database: Database, on_road: Travel
) -> None:
    case_id = on_road("application_supplementing")
    later = NOW + timedelta(days=9)  # Wednesday 2026-05-06
    database.write(lambda s: bring_supplement(s, case_id, "要2025年的。", later, SHIPPED))
    with database.reading() as session:
        case = session.get_one(Case, case_id)
        assert (case.status, case.clock_from_on) == (CaseStatus.CLAIMED, date(2026, 5, 6))
        assert case.due_on == SHIPPED.calendar.add_workdays(date(2026, 5, 6), 20)
    with pytest.raises(AlreadyDone):
        database.write(lambda s: bring_supplement(s, case_id, "要2025年的。", later, SHIPPED))


def test_supplement_wants_words_or_files(database: Database, on_road: Travel, vault: Vault) -> None:
    case_id = on_road("application_supplementing")
    with pytest.raises(Invalid, match="太短"):
        database.write(lambda s: supplement_with_files(s, vault, case_id, " ", [], NOW, SHIPPED))
    assert status_of(database, case_id) is CaseStatus.SUPPLEMENTING
    files = [NewFile(AttachmentPurpose.SUPPLEMENT, "说明.pdf", PDF)]
    database.write(lambda s: supplement_with_files(s, vault, case_id, "", files, NOW, SHIPPED))
    assert status_of(database, case_id) is CaseStatus.CLAIMED
    assert purposes(database, case_id) == [AttachmentPurpose.SUPPLEMENT]


def test_bad_file_takes_the_supplement_back_with_it(
    database: Database, on_road: Travel, vault: Vault
) -> None:
    case_id = on_road("application_supplementing")
    files = [
        NewFile(AttachmentPurpose.SUPPLEMENT, "a.png", png()),
        NewFile(AttachmentPurpose.SUPPLEMENT, "b.exe", b"MZ not a picture"),
    ]
    with pytest.raises(Invalid):
        database.write(
            lambda s: supplement_with_files(s, vault, case_id, "补正如下", files, NOW, SHIPPED)
        )
    assert status_of(database, case_id) is CaseStatus.SUPPLEMENTING
    assert purposes(database, case_id) == []


def test_supplement_nobody_asked_for_is_refused(database: Database, on_road: Travel) -> None:
    case_id = on_road("application_claimed")
    with pytest.raises(Conflict, match="不需要补正"):
        database.write(lambda s: bring_supplement(s, case_id, "再补一点", NOW, SHIPPED))


@pytest.mark.parametrize("score", [1, 2])
def test_dissatisfaction_wants_a_reason_and_reopens_once(
    database: Database, on_road: Travel, score: int
) -> None:
    case_id = on_road("inquiry_sent")
    rating = partial(rate_reply, case_id=case_id, score=score, now=NOW, rules=SHIPPED)
    with pytest.raises(Invalid, match="写明哪里不满意"):
        database.write(lambda s: rating(s, reason=" "))
    assert followed(database, case_id).score is None
    database.write(lambda s: rating(s, reason="渠还是坏的"))
    seen = followed(database, case_id)
    assert (seen.situation, seen.is_again, seen.score) == (Situation.ACCEPTED, True, score)
    assert seen.is_earlier_score
    with pytest.raises(AlreadyDone):
        database.write(lambda s: rating(s, reason="渠还是坏的"))


def test_satisfied_rating_leaves_the_case_answered(database: Database, on_road: Travel) -> None:
    case_id = on_road("inquiry_closed")
    database.write(lambda s: rate_reply(s, case_id, 4, None, NOW, SHIPPED))
    assert status_of(database, case_id) is CaseStatus.CLOSED


@pytest.mark.parametrize("name", ["inquiry_declined", "inquiry_claimed", "application_delivered"])
def test_only_the_reply_to_an_inquiry_is_rated(
    database: Database, on_road: Travel, name: str
) -> None:
    case_id = on_road(name)
    with pytest.raises(Conflict, match="不能评价"):
        database.write(lambda s: rate_reply(s, case_id, 5, None, NOW, SHIPPED))


def test_remedies_count_from_the_delivery() -> None:
    granted = remedy_dates(Outcome.GRANTED, TODAY, SHIPPED)
    assert [(one.limit.code, one.deadline.due_on) for one in granted] == [
        ("reconsideration.apply", date(2026, 6, 26)),
        ("litigation.direct", date(2026, 10, 27)),
    ]
    denied = remedy_dates(Outcome.DENIED_PROCESS, TODAY, SHIPPED)
    assert [one.limit.code for one in denied] == ["reconsideration.apply"]
    assert not remedy_dates(Outcome.GRANTED, None, SHIPPED)


def test_case_and_files_are_taken_in_together_and_once(database: Database, vault: Vault) -> None:
    request = a_request(kind=CaseKind.DISCLOSURE)
    files = [
        NewFile(AttachmentPurpose.IDENTITY, "身份证.png", png()),
        NewFile(AttachmentPurpose.EVIDENCE, "地图.pdf", PDF),
    ]
    receipts = [
        database.write(lambda s: open_with_files(s, vault, request, files, NOW, SHIPPED))
        for _ in range(2)
    ]
    assert receipts[0] == receipts[1]
    kept = purposes(database, receipts[0].case_id)
    assert kept == [AttachmentPurpose.IDENTITY, AttachmentPurpose.EVIDENCE]
    assert len(list(vault.names())) == 2


def test_no_case_without_its_files(database: Database, vault: Vault) -> None:
    files = [NewFile(AttachmentPurpose.EVIDENCE, "a.html", b"<html>")]
    with pytest.raises(Invalid):
        database.write(lambda s: open_with_files(s, vault, a_request(), files, NOW, SHIPPED))
    with database.reading() as session:
        assert session.scalars(select(Case)).all() == []


def test_form_sent_again_after_the_reply_adds_nothing(
    database: Database, staff: Staff, vault: Vault
) -> None:
    request = a_request()
    files = [NewFile(AttachmentPurpose.EVIDENCE, "地图.pdf", PDF)]

    def answer(session: Session) -> int:
        way = Way(session, staff, NOW)
        way.receipt = open_with_files(session, vault, request, [], NOW, SHIPPED)
        return way.claim().answer().case_id

    case_id = database.write(answer)
    again = database.write(lambda s: open_with_files(s, vault, request, files, NOW, SHIPPED))
    assert again.case_id == case_id
    assert purposes(database, case_id) == []


def test_identity_may_follow_until_the_confirmation(
    database: Database, on_road: Travel, vault: Vault
) -> None:
    files = [NewFile(AttachmentPurpose.IDENTITY, "身份证.png", png())]
    waiting, confirmed = on_road("application_submitted"), on_road("application_accepted")
    database.write(lambda s: add_identity(s, vault, waiting, files, NOW))
    assert purposes(database, waiting) == [AttachmentPurpose.IDENTITY]
    with pytest.raises(Conflict, match="已经确认"):
        database.write(lambda s: add_identity(s, vault, confirmed, files, NOW))


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_consent_is_kept_with_an_inquiry_and_dropped_where_nothing_is_published(
    answer: str,
) -> None:
    details = {CONSENT: answer}
    assert checked(a_request(details=details)).details == details
    for kind in (CaseKind.REPORT, CaseKind.DISCLOSURE):
        assert checked(a_request(kind=kind, details=details)).details is None


@pytest.mark.parametrize("details", [{CONSENT: "maybe"}, {"purpose": "yes"}])
def test_details_of_no_known_kind_are_refused(details: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        checked(a_request(details=details))


def test_help_needed_is_kept_with_the_form_and_not_too_long() -> None:
    form = DisclosureForm("2025年公报", ApplicantClass.PERSON, Delivery.EMAIL, " 请用 大字 ")
    kept = checked(a_request(kind=CaseKind.DISCLOSURE, disclosure=form)).disclosure
    assert kept is not None
    assert kept.help_needed == "请用 大字"
    assert DisclosureForm.from_details(kept.to_details()) == kept
    long = DisclosureForm("2025年公报", ApplicantClass.PERSON, Delivery.EMAIL, "长" * 101)
    with pytest.raises(Invalid) as refused:
        checked(a_request(kind=CaseKind.DISCLOSURE, disclosure=long))
    assert refused.value.details == {"field": "help_needed"}


def test_withdrawn_application_is_told_from_one_that_ended_otherwise(
    database: Database, staff: Staff
) -> None:
    case_id = database.write(
        lambda s: (
            Way(s, staff, NOW)
            .open(CaseKind.DISCLOSURE)
            .confirm()
            .claim()
            .answer(Outcome.OTHER_OTHER)
            .case_id
        )
    )
    assert followed(database, case_id).situation is Situation.SENT
    with database.reading() as session:
        assert session.get_one(Case, case_id).resolution is not Resolution.WITHDRAWN
