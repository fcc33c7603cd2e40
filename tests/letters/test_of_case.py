"""A case and its letters: what is known of it stands in them, and no wording goes out that the linter refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.actions.handling import REQUIRED_REVIEWS
from assistant.cases.actions.moving import newest_draft
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.reading import get_case_for_staff
from assistant.cases.rules import SHIPPED
from assistant.cases.states import CaseStatus
from assistant.db import Database
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.parties import Opinion
from assistant.errors import Forbidden, Invalid
from assistant.knowledge.shelf import Shelf
from assistant.letters.case_facts import Told, facts_of
from assistant.letters.compose import compose, compose_reply
from assistant.letters.facts import LABELS, LetterFacts, blank
from assistant.letters.kinds import LetterKind
from assistant.letters.of_case import fit_for, issue_letter, send_with_letters
from tests.cases.conftest import NOW, Staff
from tests.cases.roads import Way
from tests.letters.samples import finished, templates

On = Callable[[Way], object]
TODAY = local_date(NOW)


def facts(
    session: Session, way: Way, shelf: Shelf, kind: LetterKind | Outcome, told: Told | None = None
) -> LetterFacts:
    today = local_date(way.now)
    view = get_case_for_staff(session, way.case_id, today)
    return facts_of(session, view, shelf, SHIPPED, today, kind, told)


def fitting(session: Session, way: Way, shelf: Shelf, outcome: Outcome = Outcome.GRANTED) -> str:
    known = replace(facts(session, way, shelf, outcome), supplemented_on=None)
    return finished(outcome, known)


@pytest.fixture
def on(database: Database, staff: Staff) -> Callable[[On], object]:
    """Does something to a claimed application, and says what came of it."""

    def go(work: On) -> object:
        def begin(session: Session) -> object:
            way = Way(session, staff, NOW).open(CaseKind.DISCLOSURE)
            return work(way.confirm().claim())

        return database.write(begin)

    return go


# What the linter refuses goes no further ----------------------------------------------------------

UNFIT = "现予以公开。【请写明获取的方式】"


def _step(way: Way, step: str, shelf: Shelf) -> None:
    people, session = way.people, way.session
    draft = newest_draft(session, way.case_id)
    assert draft is not None
    fit, seen = fit_for(shelf.bureau), draft.text_hash
    if step == "approve":
        actions.approve(session, people.reviewer, way.case_id, seen, way.now, fit)
    elif step == "sign":
        actions.sign(session, people.signer, way.case_id, seen, way.now, fit)
    else:
        handler = people.handler
        send_with_letters(session, handler, way.case_id, shelf, templates(), SHIPPED, way.now)


def _up_to(way: Way, step: str, text: str) -> Way:
    """Everything before `step`, as an import or an older version of the rules would have let it through."""
    way.draft(Outcome.GRANTED, text)
    way.approve()
    return way.sign() if step == "send" else way


@pytest.mark.parametrize("step", ["sign", "send"])
def test_wording_the_linter_refuses_goes_no_further(
    on: Callable[[On], object], shelf: Shelf, step: str
) -> None:
    def work(way: Way) -> None:
        _up_to(way, step, UNFIT)
        before = way.session.get_one(Case, way.case_id)
        status, version = before.status, before.version
        with pytest.raises(
            Invalid, match=r"第1行：.*还没有填写。（本局拟稿规则）另外还有"
        ) as refused:
            _step(way, step, shelf)
        assert refused.value.details["field"] == "text"
        after = way.session.get_one(Case, way.case_id, populate_existing=True)
        assert (after.status, after.version) == (status, version)

    on(work)


def test_wording_the_linter_refuses_is_not_approved(
    on: Callable[[On], object], shelf: Shelf
) -> None:
    def work(way: Way) -> CaseStatus:
        way.draft(Outcome.GRANTED, UNFIT)
        _review(way)
        with pytest.raises(Invalid, match="另外还有"):
            _step(way, "approve", shelf)
        return way.session.get_one(Case, way.case_id, populate_existing=True).status

    assert on(work) is CaseStatus.DRAFTED


def test_wording_the_linter_refuses_is_not_submitted(
    on: Callable[[On], object], shelf: Shelf
) -> None:
    def work(way: Way) -> None:
        with pytest.raises(Invalid, match="第1行"):
            actions.draft_reply(
                way.session,
                way.people.handler,
                way.case_id,
                UNFIT,
                way.now,
                Outcome.GRANTED,
                fit_for(shelf.bureau),
            )
        assert newest_draft(way.session, way.case_id) is None

    on(work)


def test_inquiry_is_held_against_the_linter_too(
    database: Database, staff: Staff, shelf: Shelf
) -> None:
    def work(session: Session) -> None:
        way = Way(session, staff, NOW).open().accept().claim().draft(text="您好，来信收悉。谢谢！")
        with pytest.raises(Invalid, match="没有实质内容"):
            _step(way, "approve", shelf)

    database.write(work)


def test_who_may_not_approve_hears_that_first(on: Callable[[On], object], shelf: Shelf) -> None:
    def work(way: Way) -> None:
        way.draft(Outcome.GRANTED, UNFIT)
        draft = newest_draft(way.session, way.case_id)
        assert draft is not None
        seen, fit = draft.text_hash, fit_for(shelf.bureau)
        with pytest.raises(Forbidden):
            actions.approve(way.session, way.people.operator, way.case_id, seen, way.now, fit)

    on(work)


def test_fitting_reply_goes_the_whole_way_and_becomes_a_letter(
    on: Callable[[On], object], shelf: Shelf
) -> None:
    def work(way: Way) -> tuple[str, str]:
        text = fitting(way.session, way, shelf)
        way.draft(Outcome.GRANTED, text)
        _review(way)
        _step(way, "approve", shelf)
        _step(way, "sign", shelf)
        people, now = way.people, way.now
        [letter] = send_with_letters(
            way.session, people.handler, way.case_id, shelf, templates(), SHIPPED, now
        )
        assert letter.number is not None
        return letter.body, text

    body, text = on(work)  # type: ignore[misc]
    assert body == text


def _review(way: Way) -> None:
    draft = newest_draft(way.session, way.case_id)
    assert draft is not None
    for kind in REQUIRED_REVIEWS:
        by, seen = way.people.reviewer, draft.text_hash
        actions.review(way.session, by, way.case_id, kind, seen, True, way.now)


# What is known stands in the letter ---------------------------------------------------------------


def test_supplement_asked_for_is_told_where_the_reply_tells_of_it(
    on: Callable[[On], object], shelf: Shelf
) -> None:
    def work(way: Way) -> None:
        way.ask_supplement(days=10).wait(3)
        case_id, now = way.case_id, way.now
        actions.receive_supplement(way.session, way.people.handler, case_id, now)
        for outcome in (Outcome.UNABLE_STILL_UNCLEAR, Outcome.OTHER_CORRECTION_LAPSED):
            known = facts(way.session, way, shelf, outcome)
            assert (known.asked_on, known.until) == (TODAY, TODAY + timedelta(days=10))
            text = compose_reply(outcome, known, templates())
            assert "2026年4月27日一次性告知您补正" in text
            assert blank(LABELS["asked_on"]) not in text

    on(work)


def test_fee_asked_for_is_told_where_the_reply_tells_of_it(
    on: Callable[[On], object], shelf: Shelf
) -> None:
    def work(way: Way) -> None:
        way.consult().wait(2)
        actions.receive_opinion(
            way.session, way.people.handler, way.case_id, Opinion.OBJECTS, way.now
        )
        way.charge()
        asked_on = local_date(way.now)
        until = date(2026, 5, 29)
        known = facts(way.session, way, shelf, Outcome.OTHER_FEE_LAPSED)
        assert (known.asked_on, known.until) == (asked_on, until)
        text = compose_reply(Outcome.OTHER_FEE_LAPSED, known, templates())
        assert "本机关于2026年4月29日向您发出收费通知，缴费期限到2026年5月29日" in text

    on(work)


def test_reasons_asked_for_are_told_by_the_notice_that_asked(
    on: Callable[[On], object], shelf: Shelf
) -> None:
    def work(way: Way) -> None:
        session, kind = way.session, LetterKind.REASONS_NOTICE
        assert facts(session, way, shelf, Outcome.UNPROCESSED_EXCESSIVE).asked_on is None
        view = get_case_for_staff(session, way.case_id, TODAY)
        known = replace(facts(session, way, shelf, kind), reason="本月共提出86件", until=TODAY)
        text = compose(kind, known, templates()).text
        by, now = way.people.handler, way.now
        issue_letter(session, by, view, kind, text, known, templates(), now, sample=True)
        way.wait(5)
        known = facts(session, way, shelf, Outcome.UNPROCESSED_EXCESSIVE)
        assert known.asked_on == TODAY

    on(work)


def test_third_party_is_reminded_of_the_day_it_was_asked(
    on: Callable[[On], object], shelf: Shelf
) -> None:
    def work(way: Way) -> None:
        way.consult().wait(4)
        for kind in (LetterKind.THIRD_PARTY_REPLY, LetterKind.DISCLOSURE_NOTICE):
            assert facts(way.session, way, shelf, kind).asked_on == TODAY
        assert facts(way.session, way, shelf, LetterKind.REASONS_NOTICE).asked_on is None

    on(work)


def test_repeat_names_the_reply_it_has_had(on: Callable[[On], object], shelf: Shelf) -> None:
    def work(way: Way) -> None:
        session = way.session
        way.draft(Outcome.GRANTED, fitting(session, way, shelf)).approve().sign()
        people, now = way.people, way.now
        [letter] = send_with_letters(
            session, people.handler, way.case_id, shelf, templates(), SHIPPED, now
        )
        again = Way(session, people, NOW + timedelta(days=9)).open(CaseKind.DISCLOSURE)
        again.confirm().claim()
        known = facts(session, again, shelf, Outcome.UNPROCESSED_REPEAT)
        assert (known.earlier_no, known.earlier_on) == (letter.number, TODAY)
        text = compose_reply(Outcome.UNPROCESSED_REPEAT, known, templates())
        assert f"已经于2026年4月27日作出答复，文号：{letter.number}。" in text
        assert facts(session, again, shelf, Outcome.GRANTED).earlier_no is None

    on(work)


def test_repeat_of_a_reply_from_before_the_letters_leaves_its_number_open(
    on: Callable[[On], object], shelf: Shelf
) -> None:
    def work(way: Way) -> None:
        way.answer(Outcome.GRANTED)
        again = Way(way.session, way.people, NOW + timedelta(days=9)).open(CaseKind.DISCLOSURE)
        again.confirm().claim()
        known = facts(way.session, again, shelf, Outcome.UNPROCESSED_REPEAT)
        assert (known.earlier_no, known.earlier_on) == (None, TODAY)

    on(work)


def test_first_application_is_no_repeat(on: Callable[[On], object], shelf: Shelf) -> None:
    def work(way: Way) -> None:
        known = facts(way.session, way, shelf, Outcome.UNPROCESSED_REPEAT)
        assert (known.earlier_no, known.earlier_on) == (None, None)

    on(work)


def test_what_the_handler_says_chooses_the_wording(
    on: Callable[[On], object], shelf: Shelf
) -> None:
    def text(way: Way, outcome: Outcome, told: Told | None) -> str:
        return compose_reply(outcome, facts(way.session, way, shelf, outcome, told), templates())

    def work(way: Way) -> None:
        public = Told(published_at="https://www.example.gov.cn/12.html")
        assert "第三十六条第一项" in text(way, Outcome.GRANTED, public)
        assert "第三十六条第二项" in text(way, Outcome.GRANTED, None)
        theirs = Told(other_body="示例市水文中心", other_body_contact="0571-00000301")
        told = text(way, Outcome.UNABLE_NOT_HELD, theirs)
        assert "您可以向示例市水文中心提出申请，联系方式：0571-00000301。" in told
        assert "第三十六条第四项" in text(way, Outcome.UNABLE_NOT_HELD, None)

    on(work)
