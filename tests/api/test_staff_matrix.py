"""Every role before a case in every status: a page offers what the verbs would take, and nothing else is taken."""

from __future__ import annotations

import re
from itertools import count

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from api.staff.forms import StepForm
from api.staff.letters import _templates
from api.staff.verbs import STEPS, Taking
from assistant.cases.kinds import Family
from assistant.cases.reading import StaffView, get_case_for_staff
from assistant.cases.states import DISPATCHERS, CaseStatus
from assistant.errors import Refused
from assistant.letters.case_facts import facts_of
from assistant.letters.compose import compose_reply
from assistant.service import Service, utc_now
from assistant.settings import PROJECT_DIR, SHANGHAI
from assistant.staff.roles import Role
from tests.cases.roads import Road, Way

from .conftest import Browser
from .staff_desk import APPLY, OUTCOME, Desk, hire, steps_on

INQUIRIES: dict[CaseStatus, Road] = {
    CaseStatus.RECEIVED: lambda way: way.open(),
    CaseStatus.ACCEPTED: lambda way: way.open().accept(),
    CaseStatus.CLAIMED: lambda way: way.open().claim(),
    CaseStatus.DRAFTED: lambda way: way.open().claim().draft(),
    CaseStatus.APPROVED: lambda way: way.open().claim().draft().approve(),
    CaseStatus.SIGNED: lambda way: way.open().claim().draft().approve().sign(),
    CaseStatus.MERGED: lambda way: way.open().merge(),
    CaseStatus.SENT: lambda way: way.open().claim().answer(),
    CaseStatus.DELIVERED: lambda way: way.open().claim().answer().deliver(),
    CaseStatus.CLOSED: lambda way: way.open().claim().answer().close(),
    CaseStatus.ARCHIVED: lambda way: way.open().claim().answer().close().archive(),
}


def _claimed(way: Way) -> Way:
    return way.open(APPLY).confirm().claim()


def _drafted(way: Way) -> Way:
    """With a reply the linter lets pass: from its template, every place filled in."""
    _claimed(way)
    desk = way.people
    assert isinstance(desk, Desk)
    today = utc_now().astimezone(SHANGHAI).date()
    view = get_case_for_staff(way.session, way.case_id, today, way.rules)
    return way.draft(OUTCOME, _reply(desk.service, way.session, view))


APPLICATIONS: dict[CaseStatus, Road] = {
    CaseStatus.SUBMITTED: lambda way: way.open(APPLY),
    CaseStatus.ACCEPTED: lambda way: way.open(APPLY).confirm(),
    CaseStatus.CLAIMED: _claimed,
    CaseStatus.SUPPLEMENTING: lambda way: _claimed(way).ask_supplement(),
    CaseStatus.CONSULTING: lambda way: _claimed(way).consult(),
    CaseStatus.FEE_DUE: lambda way: _claimed(way).charge(),
    CaseStatus.DRAFTED: lambda way: _drafted(way),
    CaseStatus.APPROVED: lambda way: _drafted(way).approve(),
    CaseStatus.SIGNED: lambda way: _drafted(way).approve().sign(),
    CaseStatus.SENT: lambda way: _claimed(way).answer(OUTCOME),
    CaseStatus.DELIVERED: lambda way: _claimed(way).answer(OUTCOME).deliver(),
    CaseStatus.CLOSED: lambda way: _claimed(way).answer(OUTCOME).deliver().close(),
    CaseStatus.ARCHIVED: lambda way: _claimed(way).answer(OUTCOME).deliver().close().archive(),
}
PLACES = [(Family.INQUIRY, status) for status in INQUIRIES] + [
    (Family.DISCLOSURE, status) for status in APPLICATIONS
]
ROADS = {Family.INQUIRY: INQUIRIES, Family.DISCLOSURE: APPLICATIONS}
# Offered only beside another case that looks the same.
ELSEWHERE = {"absorb"}
_turn = count()


@pytest.fixture(scope="module")
def desk(application: TestClient, service: Service) -> Desk:
    app = application.app
    return hire(service, lambda: Browser(TestClient(app, headers={"Accept": "text/html"})))


@pytest.fixture(scope="module")
def main_case(desk: Desk) -> str:
    """The number of a case others can be merged into."""
    return desk.case(desk.brought(lambda way: way.open())).receipt_no


class _Undo(Exception):
    """Raised after a verb went through, so that nothing of it stays."""


def would_take(desk: Desk, role: Role, view: StaffView, step: str, form: StepForm) -> bool:
    """Whether the verb behind a step goes through for this person; nothing of it is kept."""
    service = desk.service
    templates = _templates(PROJECT_DIR / "responses" / "letters")
    taking = Taking(
        desk.actors[role], view.case.id, form, utc_now(), service.rules, service.shelf, templates
    )

    def attempt(session: object) -> None:
        STEPS[step].verb(taking)(session)  # type: ignore[arg-type]
        raise _Undo

    try:
        service.db.write(attempt)
    except _Undo:
        return True
    except Refused:
        return False
    return False


def filled(desk: Desk, view: StaffView, main_case: str) -> StepForm:
    """A form in which every field holds what a sensible person would put there."""
    today = utc_now().astimezone(SHANGHAI).date()
    newest = view.drafts[0] if view.drafts else None
    is_application = view.case.kind.family is Family.DISCLOSURE
    reply = "您好。水渠由镇里维修，我们已经转请他们三天内修好。"
    if is_application:
        with desk.service.db.reading() as session:
            reply = _reply(desk.service, session, view)
    return StepForm(
        version=view.case.version,
        draft_id=newest.id if newest else 0,
        text=reply,
        note="情况属实，照此办理。",
        seen_hash=newest.text_hash if newest else "",
        outcome=OUTCOME.value if is_application else "",
        office_id="office.rivers",
        received_on=today.isoformat(),
        until=today.replace(year=today.year).fromordinal(today.toordinal() + 20).isoformat(),
        party="third_party",
        name="示例水务有限公司",
        opinion="agrees",
        answered_on=today.isoformat(),
        by="pages",
        units="120",
        paid_on=today.isoformat(),
        amount="3",
        agrees="yes",
        delivered_on=today.isoformat(),
        into_id=main_case,
        kind="reconsideration",
        filed_on=today.isoformat(),
        result="upheld",
        decided_on=today.isoformat(),
        contest_id="0",
        score="5",
    )


def _reply(service: Service, session: Session, view: StaffView) -> str:
    today = utc_now().astimezone(SHANGHAI).date()
    facts = facts_of(session, view, service.shelf, service.rules, today)
    text = compose_reply(OUTCOME, facts, _templates(PROJECT_DIR / "responses" / "letters"))
    return re.sub("【[^】]*】", "档案室2019年以来的批复目录和办公系统", text)


def state_of(desk: Desk, case_id: int) -> tuple[object, ...]:
    view = desk.view(case_id)
    drafts = [(one.text_hash, one.approved_hash, one.signed_hash) for one in view.drafts]
    return view.case.version, view.case.status, len(view.history), drafts, len(view.reviews)


@pytest.mark.parametrize(("family", "status"), PLACES)
def test_page_offers_what_the_verbs_would_take_and_nothing_else_is_taken(
    desk: Desk, main_case: str, family: Family, status: CaseStatus
) -> None:
    case_id = desk.brought(ROADS[family][status])
    view = desk.view(case_id)
    assert view.case.status is status
    form = filled(desk, view, main_case)
    before = state_of(desk, case_id)
    for role in Role:
        page = desk.open(role, case_id)
        assert page.status == 200
        offered = steps_on(page, case_id) - {"letters", "publication"} - ELSEWHERE
        offered |= (
            {"charge_fee"}
            if "step-charge_fee" in page.text and 'name="units"' in page.text
            else set()
        )
        # Whoever accepts chooses the office in the same form; there is no second one for it.
        offered |= {"assign"} if "accept" in offered and role in DISPATCHERS else set()
        taken = {
            step for step in STEPS.keys() - ELSEWHERE if would_take(desk, role, view, step, form)
        }
        assert offered == taken, role
        _refused(page, desk, case_id, sorted(STEPS.keys() - ELSEWHERE - taken), form)
    assert state_of(desk, case_id) == before


def _refused(page: Browser, desk: Desk, case_id: int, steps: list[str], form: StepForm) -> None:
    """Two of the steps this role may not take, others each time, sent all the same: refused, with the page."""
    token = page.hidden("/staff/sign-out")["csrf"]
    for _ in range(2):
        step = steps[next(_turn) % len(steps)]
        values = {**form.model_dump(mode="json"), "csrf": token}
        page.post(f"/staff/cases/{case_id}/{step}", {name: str(v) for name, v in values.items()})
        assert page.status in (403, 404, 409, 422), step
        assert page.status == 404 or page.alert().startswith("这一步没有办成"), step


def test_every_status_a_table_knows_is_in_the_matrix() -> None:
    from assistant.cases.states import TRANSITIONS

    for family, table in TRANSITIONS.items():
        known = {step.status for step in table.values()}
        assert known == set(ROADS[family])


def test_every_step_of_the_tables_has_a_form() -> None:
    from assistant.cases.states import TRANSITIONS, CaseAction

    staffed = {
        action
        for table in TRANSITIONS.values()
        for (before, action), step in table.items()
        if before is not None and step.roles & set(Role)
    }
    assert staffed == {page.action for page in STEPS.values()}
    assert CaseAction.OVERDUE not in staffed
