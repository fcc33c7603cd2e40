"""The two tables of transitions, read as an official would read them."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.limits import LIMITS
from assistant.cases.states import (
    OPEN_STATUSES,
    TRANSITIONS,
    CaseAction,
    CaseKind,
    CaseStatus,
    Family,
    Step,
    may,
    next_step,
    steps_from,
)
from assistant.disclosure.outcomes import Outcome, OutcomeGroup, RemedyClass, remedy_text
from assistant.errors import Conflict
from assistant.staff.roles import Role

S, A = CaseStatus, CaseAction

STRAIGHT_ON = {
    Family.INQUIRY: [A.OPEN, A.CLAIM, A.DRAFT, A.APPROVE, A.SEND],
    Family.DISCLOSURE: [A.OPEN, A.CONFIRM, A.CLAIM, A.DRAFT, A.APPROVE, A.SEND],
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
def test_every_status_leads_on_until_sent(family: Family) -> None:
    table = TRANSITIONS[family]
    starts = {before for before, _ in table}
    ends = {step.status for step in table.values()}
    assert S.SENT not in starts
    assert ends - {S.SENT} == starts - {None}


def test_only_disclosure_waits_for_confirmation() -> None:
    assert next_step(CaseKind.HELP, None, A.OPEN).status is S.ACCEPTED
    assert next_step(CaseKind.DISCLOSURE, None, A.OPEN).status is S.SUBMITTED
    with pytest.raises(Conflict):
        next_step(CaseKind.HELP, S.SUBMITTED, A.CONFIRM)


@pytest.mark.parametrize("kind", CaseKind)
def test_nothing_is_sent_without_approval_by_another(kind: CaseKind) -> None:
    senders = {before for (before, action) in TRANSITIONS[kind.family] if action is A.SEND}
    approval = next_step(kind, S.DRAFTED, A.APPROVE)
    into_approved = [
        action
        for (_, action), step in TRANSITIONS[kind.family].items()
        if step.status is S.APPROVED
    ]
    assert senders == {S.APPROVED}
    assert into_approved == [A.APPROVE]
    assert approval.by_other_than_drafter


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


@pytest.mark.parametrize("step", every_step)
def test_administrator_and_public_only_open(step: Step) -> None:
    opens = step.status in (S.ACCEPTED, S.SUBMITTED) and None in step.roles
    assert may(Role.ADMINISTRATOR, False, step) == opens
    assert may(None, False, step) == opens


def test_steps_from_lists_a_page_s_buttons() -> None:
    assert set(steps_from(CaseKind.HELP, S.DRAFTED)) == {A.DRAFT, A.APPROVE, A.RETURN_DRAFT}
    assert steps_from(CaseKind.HELP, S.SENT) == {}


def test_open_statuses_are_all_but_sent() -> None:
    assert set(S) - OPEN_STATUSES == {S.SENT}


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
