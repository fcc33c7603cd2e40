"""An application's own steps: supplement, consultation, fee, extension, lapse, contest; and the worker's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from assistant import audit
from assistant.cases import actions
from assistant.cases.actions.applying import open_consultation
from assistant.cases.actions.clockwork import LOG_OVERDUE, RELEASE_IDLE, RESUME_SILENT
from assistant.cases.kinds import CaseKind, Resolution
from assistant.cases.local_rules import import_notice, load_rules, set_limit
from assistant.cases.models import Case, CaseNote
from assistant.cases.reading import get_case_for_staff
from assistant.cases.rules import SHIPPED
from assistant.cases.states import CaseAction, CaseStatus
from assistant.db import Database
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.models import Contest
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.parties import Opinion, PartyKind, meaning_of
from assistant.errors import Conflict, Forbidden, Invalid
from assistant.notices.models import Notice
from assistant.staff.roles import SYSTEM
from tests.cases.conftest import NOW, Open, Staff

DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """09:30 in Shanghai of a date."""
    return datetime.fromisoformat(f"{text}T01:30").replace(tzinfo=UTC)


def case_of(database: Database, case_id: int) -> Case:
    with database.reading() as session:
        return session.get_one(Case, case_id)


@pytest.fixture
def applied(database: Database, open_one: Open, staff: Staff) -> int:
    """An application confirmed on 2026-04-27 and claimed; its 20 working days end on 2026-05-27."""
    receipt = open_one(kind=CaseKind.DISCLOSURE)
    database.write(lambda s: actions.confirm(s, staff.operator, receipt.case_id, NOW))
    database.write(lambda s: actions.claim(s, staff.handler, receipt.case_id, NOW))
    return receipt.case_id


def test_confirmation_gives_a_register_number(database: Database, applied: int) -> None:
    case = case_of(database, applied)
    assert (case.register_no, case.due_on) == ("2026-0001", date(2026, 5, 27))
    assert (case.counted_on, case.amber_on, case.red_on) == (
        date(2026, 4, 27),
        date(2026, 5, 20),
        date(2026, 5, 25),
    )


def test_signed_for_letter_counts_from_its_day(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one(kind=CaseKind.DISCLOSURE)
    day = date(2026, 4, 24)
    database.write(lambda s: actions.register(s, staff.operator, receipt.case_id, day, NOW))
    assert case_of(database, receipt.case_id).clock_from_on == day
    other = open_one(kind=CaseKind.DISCLOSURE)
    with pytest.raises(Invalid, match="不能晚于今天"):
        database.write(
            lambda s: actions.register(s, staff.operator, other.case_id, date(2026, 4, 28), NOW)
        )


def test_supplement_is_asked_once_in_seven_working_days_and_restarts_the_clock(
    database: Database, applied: int, staff: Staff
) -> None:
    until = date(2026, 5, 29)
    database.write(
        lambda s: actions.ask_supplement(
            s, staff.handler, applied, "请写明是哪一年的公报。", until, at("2026-05-09")
        )
    )
    case = case_of(database, applied)
    assert (case.status, case.due_on, case.waiting_until) == (
        CaseStatus.SUPPLEMENTING,
        None,
        until,
    )
    database.write(
        lambda s: actions.receive_supplement(s, staff.operator, applied, at("2026-05-20"))
    )
    case = case_of(database, applied)
    assert (case.status, case.due_on) == (CaseStatus.CLAIMED, date(2026, 6, 17))
    # Received in April for the figures, whatever restarted the clock.
    assert (case.counted_on, case.clock_from_on) == (date(2026, 4, 27), date(2026, 5, 20))
    with pytest.raises(Conflict, match="一次性告知"):
        database.write(
            lambda s: actions.ask_supplement(
                s, staff.handler, applied, "再补一次", date(2026, 6, 9), at("2026-05-21")
            )
        )


def test_supplement_on_the_eighth_working_day_is_too_late(
    database: Database, applied: int, staff: Staff
) -> None:
    with pytest.raises(Conflict, match="7个工作日"):
        database.write(
            lambda s: actions.ask_supplement(
                s, staff.handler, applied, "请补正", date(2026, 5, 29), at("2026-05-11")
            )
        )


def test_missing_supplement_ends_the_application_only_after_its_day(
    database: Database, applied: int, staff: Staff
) -> None:
    until = date(2026, 5, 20)
    database.write(
        lambda s: actions.ask_supplement(s, staff.handler, applied, "请补正", until, NOW)
    )
    with pytest.raises(Conflict, match="还不能按逾期"):
        database.write(
            lambda s: actions.lapse(s, staff.reviewer, applied, "没有补正", at("2026-05-20"))
        )
    with pytest.raises(Forbidden):
        database.write(
            lambda s: actions.lapse(s, staff.handler, applied, "没有补正", at("2026-05-21"))
        )
    database.write(
        lambda s: actions.lapse(s, staff.reviewer, applied, "没有补正", at("2026-05-21"))
    )
    case = case_of(database, applied)
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, Outcome.OTHER_CORRECTION_LAPSED)


def consult(database: Database, staff: Staff, case_id: int, now: datetime) -> None:
    database.write(
        lambda s: actions.consult(
            s, staff.handler, case_id, PartyKind.THIRD_PARTY, "某公司", "涉及商业秘密", now
        )
    )


def test_consultation_pauses_and_its_answer_resumes(
    database: Database, applied: int, staff: Staff
) -> None:
    consult(database, staff, applied, at("2026-04-29"))
    case = case_of(database, applied)
    # Fifteen working days after 29 April, over the May holiday and the make-up Saturday.
    assert (case.due_on, case.waiting_until) == (None, date(2026, 5, 22))
    database.write(
        lambda s: actions.receive_opinion(
            s, staff.handler, applied, Opinion.OBJECTS_WITH_REASON, at("2026-05-11")
        )
    )
    # 28, 29 April are days 1 and 2; 12 May is day 3.
    assert case_of(database, applied).due_on == date(2026, 6, 4)
    with database.reading() as session:
        clock = get_case_for_staff(session, applied, date(2026, 5, 12)).clock
    assert {one.note for one in clock.days if one.date == date(2026, 5, 6)} == {
        "征求第三方意见（条例第三十三条第三款），不计入"
    }


def test_silence_is_recorded_by_the_worker_and_means_different_things(
    database: Database, applied: int, staff: Staff
) -> None:
    consult(database, staff, applied, at("2026-04-29"))
    with pytest.raises(Conflict, match="还不能按逾期"):
        database.write(
            lambda s: actions.receive_opinion(
                s, staff.handler, applied, Opinion.SILENT, at("2026-05-22")
            )
        )
    rules = None
    with database.reading() as session:
        rules = load_rules(session)
    assert (
        database.write(lambda s: actions.run_chore(RESUME_SILENT, s, at("2026-05-22"), rules)) == 0
    )
    assert (
        database.write(lambda s: actions.run_chore(RESUME_SILENT, s, at("2026-05-27"), rules)) == 1
    )
    assert (
        database.write(lambda s: actions.run_chore(RESUME_SILENT, s, at("2026-05-27"), rules)) == 0
    )
    case = case_of(database, applied)
    # The pause ended with the third party's last day, not when the worker happened to run.
    assert (case.status, case.due_on) == (CaseStatus.CLAIMED, date(2026, 6, 17))
    with database.reading() as session:
        assert open_consultation(session, case) is None
    assert "视为同意" in meaning_of(PartyKind.CO_MAKER, Opinion.SILENT)
    assert "不等于同意" in meaning_of(PartyKind.THIRD_PARTY, Opinion.SILENT)


def test_fee_stops_the_clock_and_payment_restarts_it(
    database: Database, applied: int, staff: Staff
) -> None:
    with pytest.raises(Invalid, match="不收费"):
        database.write(
            lambda s: actions.charge_fee(s, staff.handler, applied, False, 10, "第10件", NOW)
        )
    notice = database.write(
        lambda s: actions.charge_fee(s, staff.handler, applied, True, 120, "120页", NOW)
    )
    assert (notice.amount, notice.due_on) == (1100, date(2026, 5, 27))
    database.write(
        lambda s: actions.receive_fee(
            s, staff.operator, applied, at("2026-05-12"), date(2026, 5, 11)
        )
    )
    # 12 May is the first day of twenty.
    assert case_of(database, applied).due_on == date(2026, 6, 8)


def test_extension_is_the_signers_once_and_before_the_end(
    database: Database, applied: int, staff: Staff
) -> None:
    def extend(actor: object, amount: int, now: datetime) -> None:
        database.write(
            lambda s: actions.extend(s, actor, applied, amount, "材料多，需要逐件核对", now)  # type: ignore[arg-type]
        )

    for actor in (staff.handler, staff.reviewer, staff.supervisor, staff.administrator):
        with pytest.raises(Forbidden):
            extend(actor, 20, NOW)
    with pytest.raises(Invalid, match="1至20"):
        extend(staff.signer, 21, NOW)
    with pytest.raises(Conflict, match="期限已过"):
        extend(staff.signer, 20, at("2026-05-28"))
    extend(staff.signer, 20, at("2026-05-27"))
    assert case_of(database, applied).due_on == date(2026, 6, 25)
    with pytest.raises(Conflict, match="只能延长一次"):
        extend(staff.signer, 1, at("2026-05-27"))
    with database.reading() as session:
        note = session.scalars(select(CaseNote)).one()
        told = session.scalars(select(Notice.kind).where(Notice.account_id.is_(None))).all()
    assert note.for_citizen
    assert "extended" in told


def test_reason_is_asked_for_where_somebody_is_put_off(
    database: Database, applied: int, staff: Staff
) -> None:
    for words in ("", " \n"):
        with pytest.raises(Invalid) as refusal:
            database.write(
                lambda s, words=words: actions.extend(s, staff.signer, applied, 5, words, NOW)
            )
        assert refusal.value.details["field"] == "note"


def test_contest_is_recorded_and_decided_once(
    database: Database, applied: int, staff: Staff
) -> None:
    database.write(lambda s: actions.withdraw(s, staff.operator, applied, NOW))
    contest = database.write(
        lambda s: actions.record_contest(
            s, staff.handler, applied, ContestKind.RECONSIDERATION, date(2026, 4, 27), NOW
        )
    )
    assert contest.result is ContestResult.PENDING
    for expected in (None, Conflict):
        decide = lambda s: actions.decide_contest(  # noqa: E731
            s, staff.handler, contest.id, ContestResult.UPHELD, date(2026, 4, 27), NOW
        )
        if expected is None:
            database.write(decide)
        else:
            with pytest.raises(expected):
                database.write(decide)
    with database.reading() as session:
        assert session.scalars(select(Contest.result)).all() == [ContestResult.UPHELD]


def test_withdrawn_application_has_an_outcome_and_a_withdrawn_question_a_resolution(
    database: Database, applied: int, open_one: Open, staff: Staff
) -> None:
    question = open_one().case_id
    for case_id in (applied, question):
        database.write(lambda s, case_id=case_id: actions.withdraw(s, staff.operator, case_id, NOW))
    assert case_of(database, applied).outcome is Outcome.OTHER_OTHER
    assert case_of(database, question).resolution is Resolution.WITHDRAWN


def test_overdue_is_logged_once_and_dated_the_day_it_became_so(
    database: Database, open_one: Open
) -> None:
    receipt = open_one()  # due on 2026-04-30
    for now in ("2026-04-30", "2026-05-06", "2026-05-06", "2026-05-09"):
        database.write(lambda s, now=now: actions.run_chore(LOG_OVERDUE, s, at(now), SHIPPED))
    with database.reading() as session:
        events = audit.events_of(session, "case", receipt.case_id)
    late = [event.data for event in events if event.action == CaseAction.OVERDUE]
    assert [data["since"] for data in late] == ["2026-05-01"]


def test_idle_claim_returns_after_three_working_days(
    database: Database, open_one: Open, staff: Staff
) -> None:
    receipt = open_one()
    database.write(lambda s: actions.claim(s, staff.handler, receipt.case_id, NOW))
    with database.reading() as session:
        rules = load_rules(session)
    # 28, 29, 30 April; then the holiday until 5 May.
    assert (
        database.write(lambda s: actions.run_chore(RELEASE_IDLE, s, at("2026-04-30"), rules)) == 0
    )
    assert (
        database.write(lambda s: actions.run_chore(RELEASE_IDLE, s, at("2026-05-06"), rules)) == 1
    )
    assert (
        database.write(lambda s: actions.run_chore(RELEASE_IDLE, s, at("2026-05-06"), rules)) == 0
    )
    case = case_of(database, receipt.case_id)
    assert (case.status, case.handler_id) == (CaseStatus.ACCEPTED, None)


NOTICE_2027 = "date,kind,name\n" + "".join(
    f"{day},off,{name}\n"
    for day, name in (
        ("2027-01-01", "元旦"),
        ("2027-01-02", "元旦"),
        ("2027-01-03", "元旦"),
        ("2027-01-04", "元旦"),
        ("2027-05-01", "劳动节"),
        ("2027-05-02", "劳动节"),
        ("2027-10-01", "国庆节"),
        ("2027-10-02", "国庆节"),
        ("2027-10-03", "国庆节"),
    )
)


def test_imported_notice_moves_open_cases_with_an_event(
    database: Database, open_one: Open, staff: Staff
) -> None:
    now = at("2026-12-21")
    receipt = open_one(now, kind=CaseKind.SUGGESTION)
    assert receipt.due_provisional
    before = receipt.due_on
    untouched = open_one(kind=CaseKind.HELP)
    year, moved = database.write(
        lambda s: import_notice(
            s, staff.administrator, "国办发明电〔2026〕7号", NOTICE_2027, now + DAY
        )
    )
    assert (year, moved) == (2027, 1)
    case = case_of(database, receipt.case_id)
    assert case.due_on == before + DAY  # type: ignore[operator]
    assert not case.due_provisional
    with database.reading() as session:
        last = audit.events_of(session, "case", receipt.case_id)[-1]
        assert load_rules(session).calendar.kind_of(date(2027, 1, 4)).name == "元旦放假"
    assert (last.action, last.data["due_before"]) == ("recompute", before.isoformat())  # type: ignore[union-attr]
    assert case_of(database, untouched.case_id).version == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2027-13-01,off,元旦", "第11行"),
        ("2027-02-06,maybe,春节", "第11行"),
        ("2027-02-06,off,", "第11行"),
        ("2027-02-08,work,", "不是周末"),
        ("2027-01-01,off,元旦", "写了两次"),
    ],
)
def test_wrong_notice_is_refused_naming_the_line(
    database: Database, staff: Staff, line: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        database.write(
            lambda s: import_notice(s, staff.administrator, "通知", NOTICE_2027 + line, NOW)
        )
    without = NOTICE_2027.replace("2027-10-03,off,国庆节\n", "")
    with pytest.raises(Invalid, match="2027-10-03"):
        database.write(lambda s: import_notice(s, staff.administrator, "通知", without, NOW))


def test_changed_promise_moves_open_cases(database: Database, open_one: Open, staff: Staff) -> None:
    receipt = open_one()
    with pytest.raises(Forbidden):
        database.write(lambda s: set_limit(s, staff.supervisor, "case.consultation", 5, NOW))
    with pytest.raises(Invalid, match="不能修改"):
        database.write(lambda s: set_limit(s, staff.administrator, "disclosure.reply", 15, NOW))
    assert (
        database.write(lambda s: set_limit(s, staff.administrator, "case.consultation", 5, NOW))
        == 1
    )
    assert case_of(database, receipt.case_id).due_on == date(2026, 5, 7)


def test_case_of_the_first_release_keeps_its_clock(
    database: Database, open_one: Open, staff: Staff
) -> None:
    """Events written before the clock was logged still tell when it began."""
    receipt = open_one()
    with database.reading() as session:
        event = audit.events_of(session, "case", receipt.case_id)[0]
    old = {name: value for name, value in event.data.items() if name != "clock"}
    with database.reading() as session:
        rules = load_rules(session)

    def as_before(session: object) -> bool:
        audit.append(session, "case", receipt.case_id, "open", SYSTEM, NOW, old)  # type: ignore[arg-type]
        return actions.recompute(session, SYSTEM, receipt.case_id, NOW, rules)  # type: ignore[arg-type]

    assert database.write(as_before) is False


def test_merged_cases_share_the_reply_or_are_let_go(
    database: Database, open_one: Open, staff: Staff
) -> None:
    main, twin, third = (open_one(contact_phone=f"1380000123{n}").case_id for n in range(3))
    for case_id in (twin, third):
        database.write(
            lambda s, case_id=case_id: actions.merge(s, staff.handler, case_id, main, NOW)
        )
    with pytest.raises(Conflict, match="并入"):
        database.write(lambda s: actions.merge(s, staff.handler, main, twin, NOW))
    database.write(lambda s: actions.unmerge(s, staff.handler, third, NOW))
    with pytest.raises(Conflict, match="已有别的件并入"):
        database.write(lambda s: actions.merge(s, staff.handler, main, third, NOW))
    database.write(lambda s: actions.claim(s, staff.handler, main, NOW))
    seen = database.write(
        lambda s: actions.draft_reply(s, staff.handler, main, "答复如下。", NOW)
    ).text_hash
    database.write(lambda s: actions.approve(s, staff.reviewer, main, seen, NOW))
    database.write(lambda s: actions.sign(s, staff.signer, main, seen, NOW))
    database.write(lambda s: actions.send(s, staff.handler, main, NOW))
    with database.reading() as session:
        answered = {case.id for case in session.scalars(select(Case)) if case.replied_at}
        told = session.scalars(select(Notice.case_id).where(Notice.kind == "replied")).all()
    assert answered == set(told) == {main, twin}


def test_main_case_that_ends_unanswered_lets_the_merged_go(
    database: Database, open_one: Open, staff: Staff
) -> None:
    main, twin = open_one().case_id, open_one().case_id
    database.write(lambda s: actions.merge(s, staff.handler, twin, main, NOW))
    database.write(lambda s: actions.withdraw(s, staff.operator, main, NOW))
    case = case_of(database, twin)
    assert (case.status, case.merged_into_id) == (CaseStatus.ACCEPTED, None)


def test_what_was_asked_for_comes_no_earlier_than_it_was_asked(
    database: Database, applied: int, staff: Staff
) -> None:
    """A date mistyped would let the clock run while it stood, and make the case late."""
    asked, came = at("2026-04-29"), at("2026-05-07")
    database.write(
        lambda s: actions.ask_supplement(
            s, staff.handler, applied, "请写明是哪一年的公报。", date(2026, 5, 29), asked
        )
    )

    def bring(on: date) -> Case:
        by = staff.operator
        return database.write(lambda s: actions.receive_supplement(s, by, applied, came, on))

    for on in (date(2026, 4, 28), date(2026, 5, 8)):
        with pytest.raises(Invalid) as refused:
            bring(on)
        assert refused.value.details["field"] == "received_on"
    bring(date(2026, 4, 29))
    database.write(
        lambda s: actions.charge_fee(s, staff.handler, applied, True, 120, "按页计费。", came)
    )
    with pytest.raises(Invalid, match="不会早于发出收费通知之日"):
        database.write(
            lambda s: actions.receive_fee(s, staff.operator, applied, came, date(2026, 5, 6))
        )
    database.write(lambda s: actions.receive_fee(s, staff.operator, applied, came))
    assert case_of(database, applied).clock_from_on == date(2026, 5, 7)


def test_a_case_sent_on_lets_go_of_those_merged_into_it(
    database: Database, open_one: Open, staff: Staff
) -> None:
    main, merged = open_one(), open_one()
    database.write(lambda s: actions.merge(s, staff.handler, merged.case_id, main.case_id, NOW))
    database.write(
        lambda s: actions.transfer(s, staff.operator, main.case_id, "属住建局，电话12345。", NOW)
    )
    case = case_of(database, merged.case_id)
    assert (case.status, case.merged_into_id) == (CaseStatus.ACCEPTED, None)
