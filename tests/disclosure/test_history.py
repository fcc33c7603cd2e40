"""Repeats, numbers and what others ask, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.states import CaseAction
from assistant.db import Database
from assistant.disclosure import history
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.disclosure.history import Reasonable, SameRequest, is_excessive
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.sameness import sameness
from assistant.staff.models import Account
from assistant.staff.roles import CITIZEN, Actor, Role
from tests.cases.conftest import NOW, a_request

BULLETIN = "2025年水资源公报"
Apply = Callable[..., int]
Reply = Callable[..., None]


@pytest.fixture
def apply(database: Database) -> Apply:
    """Hands in an application and gives its id."""

    def apply_for(information: str = BULLETIN, now: datetime = NOW, **fields: object) -> int:
        form = DisclosureForm(information, ApplicantClass.PERSON, Delivery.EMAIL)
        usual = {"kind": CaseKind.DISCLOSURE, "text": information}
        request = replace(a_request(**(usual | fields)), disclosure=form)
        return database.write(lambda session: actions.open_case(session, request, now)).case_id

    return apply_for


@pytest.fixture
def reply(database: Database) -> Reply:
    """Takes an application the whole way to its reply."""

    def hire(session: Session, name: str, role: Role) -> Actor:
        account = Account(
            username=name,
            display_name=f"示例{name}",
            role=role,
            password_hash="-",
            must_change_password=False,
            created_at=NOW,
        )
        session.add(account)
        session.flush()
        return account.actor

    def reply_to(case_id: int, now: datetime = NOW, outcome: Outcome = Outcome.GRANTED) -> None:
        def work(session: Session) -> None:
            people = {
                role: hire(session, f"{role.value}{case_id}", role)
                for role in (Role.OPERATOR, Role.HANDLER, Role.REVIEWER, Role.SIGNER)
            }
            handler, reviewer = people[Role.HANDLER], people[Role.REVIEWER]
            actions.confirm(session, people[Role.OPERATOR], case_id, now)
            actions.claim(session, handler, case_id, now)
            draft = actions.draft_reply(session, handler, case_id, "现答复如下。", now, outcome)
            for kind in (CaseAction.SECRECY_REVIEW, CaseAction.LEGALITY_REVIEW):
                actions.review(session, reviewer, case_id, kind, draft.text_hash, True, now)
            actions.approve(session, reviewer, case_id, draft.text_hash, now)
            actions.sign(session, people[Role.SIGNER], case_id, draft.text_hash, now)
            actions.send(session, handler, case_id, now)

        database.write(work)

    return reply_to


def repeats(database: Database, case_id: int, **how: int) -> list[SameRequest]:
    with database.reading() as session:
        return history.repeats(session, session.get_one(Case, case_id), **how)


def others(database: Database, case_id: int, **how: int) -> list[SameRequest]:
    with database.reading() as session:
        return history.same_information(session, session.get_one(Case, case_id), **how)


def monthly(database: Database, case_id: int, now: datetime = NOW) -> int:
    with database.reading() as session:
        return history.monthly_count(session, session.get_one(Case, case_id), now)


def test_answered_application_asked_again_is_found(
    database: Database, apply: Apply, reply: Reply
) -> None:
    first = apply()
    reply(first, outcome=Outcome.PARTIAL)
    again = apply("请提供２０２５年水資源公報複印件一份", NOW + timedelta(days=9))
    [found] = repeats(database, again)
    assert (found.case_id, found.outcome, found.replied_at) == (first, Outcome.PARTIAL, NOW)
    assert found.received_on.isoformat() == "2026-04-27"
    assert found.score >= 92
    assert not found.is_exact
    assert repeats(database, first) == []


def test_exact_repeat_comes_first_and_says_so(
    database: Database, apply: Apply, reply: Reply
) -> None:
    exact, longer = apply(), apply("申请公开2025年水资源公报的电子版")
    for case_id in (exact, longer):
        reply(case_id)
    found = repeats(database, apply(" ２０２５年　水資源公報。"))
    assert [one.case_id for one in found] == [exact, longer]
    assert [one.is_exact for one in found] == [True, False]


def test_what_is_asked_beyond_the_earlier_one_is_named(
    database: Database, apply: Apply, reply: Reply
) -> None:
    reply(apply("青石水库除险加固批复"))
    [found] = repeats(database, apply("青石水库除险加固批复和设计图"))
    assert "".join(found.beyond) in ("设计图", "图设计")


@pytest.mark.parametrize(
    "other",
    [
        {"contact_name": "李小红"},
        {"contact_phone": "13900001234"},
        {"information": "2024年水资源公报"},
        {"information": "2025年森林资源公报"},
    ],
)
def test_other_person_or_other_information_is_no_repeat(
    database: Database, apply: Apply, reply: Reply, other: dict[str, str]
) -> None:
    reply(apply())
    assert repeats(database, apply(**other)) == []


def test_unanswered_or_withdrawn_application_makes_no_repeat(
    database: Database, apply: Apply
) -> None:
    pending, withdrawn = apply(), apply()
    database.write(lambda session: actions.withdraw(session, CITIZEN, withdrawn, NOW))
    assert repeats(database, apply()) == []
    assert pending != withdrawn


def test_one_contact_in_common_and_the_same_name_make_the_same_applicant(
    database: Database, apply: Apply, reply: Reply
) -> None:
    reply(apply(contact_phone="13800001234", contact_email="Wang@Example.com"))
    by_mail = apply(contact_phone=None, contact_email="wang@example.COM", contact_name="王 小 明")
    by_phone = apply(contact_phone="13800001234", contact_email="new@example.com")
    assert len(repeats(database, by_mail)) == 1
    assert len(repeats(database, by_phone)) == 1


def test_repeat_is_looked_for_within_the_window_only(
    database: Database, apply: Apply, reply: Reply
) -> None:
    reply(apply())
    again = apply(now=NOW + timedelta(days=30))
    assert len(repeats(database, again, days=30)) == 1
    assert repeats(database, again, days=29) == []


def test_inquiries_are_no_applications(database: Database, apply: Apply) -> None:
    case_id = apply()
    request = a_request(text=BULLETIN)
    database.write(lambda session: actions.open_case(session, request, NOW))
    assert monthly(database, case_id) == 1
    assert others(database, case_id) == []


def test_month_is_the_natural_one_of_shanghai(database: Database, apply: Apply) -> None:
    instants = {
        "last of April": datetime(2026, 4, 30, 15, 59, tzinfo=UTC),
        "first of May": datetime(2026, 4, 30, 16, 0, tzinfo=UTC),
        "last of May": datetime(2026, 5, 31, 15, 59, tzinfo=UTC),
        "first of June": datetime(2026, 5, 31, 16, 0, tzinfo=UTC),
    }
    ids = [apply(f"{name}的批复", now) for name, now in instants.items()]
    assert monthly(database, ids[0], instants["last of April"]) == 1
    assert monthly(database, ids[1], instants["last of May"]) == 2
    assert monthly(database, ids[3], instants["first of June"]) == 1


def test_month_counts_this_applicants_standing_applications(
    database: Database, apply: Apply, reply: Reply
) -> None:
    ids = [apply(f"{number}号批复") for number in range(1, 13)]
    apply("13号批复", contact_name="李小红")
    apply("14号批复", contact_phone="13900001234")
    reply(ids[0], outcome=Outcome.OTHER_OTHER)
    assert monthly(database, ids[-1]) == 12
    database.write(lambda session: actions.withdraw(session, CITIZEN, ids[1], NOW))
    assert monthly(database, ids[-1]) == 11


def test_year_counts_twelve_months_back(database: Database, apply: Apply) -> None:
    apply("旧批复", NOW - timedelta(days=366))
    apply("批复", NOW - timedelta(days=365))
    newest = apply()
    with database.reading() as session:
        case = session.get_one(Case, newest)
        assert history.yearly_count(session, case, NOW) == 2


def test_others_asking_the_same_are_told_once_each(
    database: Database, apply: Apply, reply: Reply
) -> None:
    mine = apply()
    apply("申请公开2025年水资源公报", contact_name="李小红", contact_phone="13900001234")
    newest = apply(contact_name="李小红", contact_phone="13900001234")
    answered = apply(contact_name="青石公司", contact_phone="88888888")
    gone = apply(contact_name="赵六", contact_phone="13700001234")
    apply("2024年水资源公报", contact_name="钱七", contact_phone="13600001234")
    apply(now=NOW - timedelta(days=400), contact_name="孙八", contact_phone="13500001234")
    apply()  # one's own second application is no other's
    reply(answered)
    database.write(lambda session: actions.withdraw(session, CITIZEN, gone, NOW))
    found = others(database, mine)
    assert [one.case_id for one in found] == [answered, newest]
    assert [one.outcome for one in found] == [Outcome.GRANTED, None]
    assert len(others(database, mine, days=500)) == 3


def test_each_question_is_one_query_by_an_index(database: Database, apply: Apply) -> None:
    case_id = apply()
    for number in range(5):
        apply(contact_name=f"某{number}", contact_phone=f"1380000000{number}")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    questions: list[Callable[[Session, Case], object]] = [
        history.repeats,
        history.same_information,
        lambda session, case: history.monthly_count(session, case, NOW),
    ]
    for question in questions:
        with database.reading() as session:
            case = session.get_one(Case, case_id)
            event.listen(database.engine, "before_cursor_execute", note)
            question(session, case)
            event.remove(database.engine, "before_cursor_execute", note)
    assert len(asked) == len(questions)
    assert all("receipt_no >= " in statement for statement in asked)
    if database.is_sqlite:
        query = "select * from case_file where receipt_no >= 'XD2026' and receipt_no < 'XD2027'"
        with database.engine.connect() as connection:
            plan = connection.execute(text(f"explain query plan {query}")).all()
        assert "USING INDEX" in str(plan)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((11,), "本月已提出11件申请"),
        ((1, 51), "近一年已提出51件申请"),
        ((1, 1, 3), "相同信息已答复过3次"),
    ],
)
def test_conspicuous_number_is_advice_with_the_article(
    numbers: tuple[int, ...], words: str
) -> None:
    count, yearly, repeated = (*numbers, 0, 0)[:3]
    found = is_excessive(count, yearly=yearly, repeated=repeated)
    assert found
    assert len(found.reasons) == 1
    assert words in found.advice
    assert "第三十五条" in found.advice
    assert "由您判断" in found.advice


def test_usual_numbers_are_no_matter() -> None:
    found = is_excessive(10, yearly=50, repeated=2)
    assert not found
    assert found.advice == ""


def test_thresholds_are_the_officers_to_set() -> None:
    assert is_excessive(6, limits=Reasonable(monthly=5))
    assert not is_excessive(60, limits=Reasonable(monthly=100))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2025年水资源公报", "２０２５年水資源公報。"),
        ("二〇二四年部门决算", "申请公开2024年度部门决算"),
        ("某林水〔2021〕33号文件", "某林水[2021]33号文"),
        (
            "根据《政府信息公开条例》，申请公开我村2019年补偿款发放明细",
            "我村2019年补偿款发放明细，谢谢",
        ),
        ("青石水库除险加固工程的批复", "请给我一份青石水库除险加固项目批复文件复印件"),
    ],
)
def test_same_information_in_other_words(one: str, other: str) -> None:
    for new, old in ((one, other), (other, one)):
        found = sameness(new, old)
        assert found is not None
        assert found.score >= 92
        assert found.beyond == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2025年水资源公报", "2024年水资源公报"),
        ("某林水〔2021〕33号", "某林水〔2021〕34号"),
        ("东岭水库除险加固工程初步设计批复", "西岭水库除险加固工程初步设计批复"),
        ("青石水库批复", "青石水库合同"),
        ("批复", "青石水库除险加固工程初步设计批复"),
        ("申请公开信息", "请公开材料"),
        ("", "2025年水资源公报"),
    ],
)
def test_other_information_in_like_words(one: str, other: str) -> None:
    assert sameness(one, other) is None
    assert sameness(other, one) is None


@given(st.text(max_size=100), st.text(max_size=100))
def test_sameness_of_any_texts_is_a_score_and_agrees_both_ways(one: str, other: str) -> None:
    found, back = sameness(one, other), sameness(other, one)
    assert (found is None) == (back is None)
    if found is not None and back is not None:
        assert 0 <= found.score <= 100
        assert found.score == pytest.approx(back.score)
    own = sameness(one, one)
    assert own is not None
    assert own.is_exact
