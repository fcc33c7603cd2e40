"""The two tables of transitions, read as an official would read them."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.kinds import CaseKind, Family
from assistant.cases.limits import LIMITS
from assistant.cases.states import (
    OPEN_STATUSES,
    TRANSITIONS,
    WAITING_STATUSES,
    CaseAction,
    CaseStatus,
    Step,
    may,
    next_step,
    steps_from,
)
from assistant.disclosure.outcomes import Outcome, OutcomeGroup, RemedyClass, remedy_text
from assistant.errors import Conflict
from assistant.staff.roles import Party, Role

S, A = CaseStatus, CaseAction

STRAIGHT_ON = {
    Family.INQUIRY: [A.OPEN, A.CLAIM, A.DRAFT, A.APPROVE, A.SIGN, A.SEND],
    Family.DISCLOSURE: [A.OPEN, A.CONFIRM, A.CLAIM, A.DRAFT, A.APPROVE, A.SIGN, A.SEND],
}
every_step = [step for table in TRANSITIONS.values() for step in table.values()]


@pytest.mark.parametrize("kind", CaseKind)
def test_straight_way_leads_to_sent(kind: CaseKind) -> None:
    status: CaseStatus | None = None
    for action in STRAIGHT_ON[kind.family]:
        status = next_step(kind, status, action).status
    assert status is S.SENT


@pytest.mark.parametrize("kind", CaseKind)
def test_kind_has_label_and_limit(kind: CaseKind) -> None:
    assert kind.label
    assert kind.limit in LIMITS


@given(st.sampled_from(CaseKind), st.sampled_from([None, *S]), st.sampled_from(A))
def test_step_is_in_the_table_or_refused(
    kind: CaseKind, status: CaseStatus | None, action: CaseAction
) -> None:
    expected = TRANSITIONS[kind.family].get((status, action))
    if expected is None:
        with pytest.raises(Conflict, match=action.label):
            next_step(kind, status, action)
    else:
        assert next_step(kind, status, action) is expected


@pytest.mark.parametrize("family", Family)
def test_every_status_can_be_reached_and_leads_to_the_archive(family: Family) -> None:
    ways: dict[CaseStatus | None, set[CaseStatus]] = {}
    for (before, _), step in TRANSITIONS[family].items():
        ways.setdefault(before, set()).add(step.status)
    reached = reachable(ways, None)
    assert reached == {status for status in ways if status} | {S.ARCHIVED}
    for status in reached:
        assert S.ARCHIVED in reachable(ways, status) | {status}


def reachable(
    ways: dict[CaseStatus | None, set[CaseStatus]], start: CaseStatus | None
) -> set[CaseStatus]:
    found: set[CaseStatus] = set()
    waiting = list(ways.get(start, ()))
    while waiting:
        status = waiting.pop()
        if status not in found:
            found.add(status)
            waiting += ways.get(status, ())
    return found


def test_only_disclosure_waits_for_confirmation() -> None:
    assert next_step(CaseKind.HELP, None, A.OPEN).status is S.RECEIVED
    assert next_step(CaseKind.DISCLOSURE, None, A.OPEN).status is S.SUBMITTED
    with pytest.raises(Conflict):
        next_step(CaseKind.HELP, S.SUBMITTED, A.CONFIRM)


@pytest.mark.parametrize("kind", CaseKind)
def test_nothing_is_sent_without_approval_by_another(kind: CaseKind) -> None:
    table = TRANSITIONS[kind.family]
    senders = {before for (before, action) in table if action is A.SEND}
    for status, action in ((S.APPROVED, A.APPROVE), (S.SIGNED, A.SIGN)):
        ways_in = {
            (before, taken)
            for (before, taken), step in table.items()
            if step.status is status and before is not status
        }
        assert {taken for _, taken in ways_in} == {action}
        assert all(table[way].by_other_than_drafter for way in ways_in)
    # A merged case is sent only with the reply of the one it was merged into.
    assert senders - {S.MERGED} == {S.SIGNED}
    assert {before for (before, taken) in table if taken is A.SIGN} == {S.APPROVED}


@pytest.mark.parametrize("kind", CaseKind)
def test_ended_cases_end_by_named_steps_only(kind: CaseKind) -> None:
    """Every step out of the open states sets an outcome or a resolution; the state machine test holds them to it."""
    endings = {
        action
        for (before, action), step in TRANSITIONS[kind.family].items()
        if (before is None or before in OPEN_STATUSES) and step.status not in OPEN_STATUSES
    }
    assert endings <= {A.SEND, A.DECLINE, A.TRANSFER, A.WITHDRAW, A.LAPSE}


def test_new_draft_leaves_the_approved_state() -> None:
    assert next_step(CaseKind.HELP, S.APPROVED, A.DRAFT).status is S.DRAFTED


@pytest.mark.parametrize(("role", "step"), list(product(Role, every_step)))
def test_role_outside_the_list_may_never(role: Role, step: Step) -> None:
    if role not in step.roles:
        assert not may(role, False, step)


def test_drafter_may_not_approve() -> None:
    step = next_step(CaseKind.HELP, S.DRAFTED, A.APPROVE)
    assert may(Role.REVIEWER, False, step)
    assert not may(Role.REVIEWER, True, step)


def test_another_handler_may_not_draft_but_a_supervisor_may_release() -> None:
    draft = next_step(CaseKind.HELP, S.CLAIMED, A.DRAFT)
    release = next_step(CaseKind.HELP, S.CLAIMED, A.RELEASE)
    assert not may(Role.HANDLER, False, draft, is_holder=False)
    assert not may(Role.HANDLER, False, release, is_holder=False)
    assert may(Role.SUPERVISOR, False, release, is_holder=False)


def test_auditor_and_publisher_take_no_step() -> None:
    for step in every_step:
        assert not may(Role.AUDITOR, False, step)
        assert not may(Role.PUBLISHER, False, step)


def test_administrator_only_works_out_dates_again() -> None:
    may_take = {
        action
        for table in TRANSITIONS.values()
        for (_, action), step in table.items()
        if may(Role.ADMINISTRATOR, False, step)
    }
    assert may_take == {A.RECOMPUTE}


def test_public_takes_a_citizens_steps_only() -> None:
    may_take = {
        action
        for table in TRANSITIONS.values()
        for (_, action), step in table.items()
        if may(Party.PUBLIC, False, step, is_holder=False)
    }
    assert may_take == {A.OPEN, A.WITHDRAW, A.REMIND, A.RECEIVE_SUPPLEMENT, A.RATE, A.REOPEN}


def test_handler_of_another_office_may_not() -> None:
    step = next_step(CaseKind.HELP, S.ACCEPTED, A.CLAIM)
    assert may(Role.HANDLER, False, step)
    assert not may(Role.HANDLER, False, step, is_own_office=False)
    assert may(Role.REVIEWER, False, step, is_own_office=False)


def test_steps_from_lists_a_page_s_buttons() -> None:
    assert {A.DRAFT, A.APPROVE, A.RETURN_DRAFT, A.EXTEND, A.COUNTERSIGN} <= set(
        steps_from(CaseKind.HELP, S.DRAFTED)
    )
    assert steps_from(CaseKind.HELP, S.ARCHIVED) == {}
    assert set(steps_from(CaseKind.DISCLOSURE, S.ARCHIVED)) == {A.CONTEST}


def test_waiting_for_others_is_an_applications_affair() -> None:
    inquiry = {step.status for step in TRANSITIONS[Family.INQUIRY].values()}
    assert not inquiry & WAITING_STATUSES


def test_outcomes_are_the_21_rows_in_the_report_s_order() -> None:
    assert len(Outcome) == 21
    groups = [outcome.group for outcome in Outcome]
    assert groups == sorted(groups, key=list(OutcomeGroup).index)
    sizes = {group: groups.count(group) for group in OutcomeGroup}
    assert list(sizes.values()) == [1, 1, 8, 3, 5, 3]
    for earlier, later in pairwise(Outcome):
        if earlier.group is later.group:
            assert int(later.label[0]) == int(earlier.label[0]) + 1


@pytest.mark.parametrize("outcome", Outcome)
def test_remedy_is_reconsideration_first_exactly_for_refusals(outcome: Outcome) -> None:
    refuses = outcome.group in (OutcomeGroup.DENIED, OutcomeGroup.PARTIAL)
    text = remedy_text(outcome, "示例市人民政府", "示例市人民法院")
    assert (outcome.remedy_class is RemedyClass.B) == refuses
    assert ("应当先" in text) == refuses
    assert ("6个月内" in text) != refuses
    assert "示例市人民政府" in text
    assert "示例市人民法院" in text
    # What the old templates said and the law no longer does.
    assert "上级主管部门" not in text
    assert "3个月" not in text
