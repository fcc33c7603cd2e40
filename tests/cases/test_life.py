"""Any verb, by anybody, at any time: a machine that tries them all and holds every case to the tables."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases import actions
from assistant.cases.actions.clockwork import (
    CLOSE_SETTLED,
    LOG_OVERDUE,
    RELEASE_IDLE,
    RESUME_SILENT,
)
from assistant.cases.clock import run
from assistant.cases.clock_log import read_acts
from assistant.cases.intake import reply_hash
from assistant.cases.kinds import CaseKind, Family
from assistant.cases.models import Case, ReplyDraft
from assistant.cases.opening import local_date
from assistant.cases.rules import SHIPPED
from assistant.cases.states import (
    OPEN_STATUSES,
    TRANSITIONS,
    CaseAction,
    CaseStatus,
    may,
)
from assistant.db import Database
from assistant.disclosure.contests import ContestKind
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.parties import Opinion, PartyKind
from assistant.errors import Conflict, Forbidden, Invalid, Refused
from assistant.staff.models import Account
from assistant.staff.roles import CITIZEN, SYSTEM, Actor, Role
from assistant.tables import metadata
from tests.cases.conftest import NOW, a_request
from tests.conftest import PostgresFarm

A = CaseAction
REASON = "这里写明理由。"
Verb = Callable[[Session, Actor, Case, datetime], object]


def newest(session: Session, case: Case) -> ReplyDraft | None:
    return session.scalars(
        select(ReplyDraft).where(ReplyDraft.case_id == case.id).order_by(ReplyDraft.id.desc())
    ).first()


def seen(session: Session, case: Case) -> str:
    draft = newest(session, case)
    return draft.text_hash if draft else ""


def write_draft(session: Session, actor: Actor, case: Case, now: datetime) -> object:
    outcome = Outcome.GRANTED if case.kind.family is Family.DISCLOSURE else None
    text = f"第{case.version}稿。"
    return actions.draft_reply(session, actor, case.id, text, now, outcome)


def read_review(
    kind: CaseAction, session: Session, actor: Actor, case: Case, now: datetime
) -> object:
    return actions.review(session, actor, case.id, kind, seen(session, case), True, now)


def merge_into_another(session: Session, actor: Actor, case: Case, now: datetime) -> object:
    other = session.scalars(select(Case.id).where(Case.id != case.id).order_by(Case.id)).first()
    return actions.merge(session, actor, case.id, other or case.id, now)


VERBS: dict[CaseAction, Verb] = {
    A.CONFIRM: lambda s, who, case, now: actions.confirm(s, who, case.id, now),
    A.REGISTER: lambda s, who, case, now: actions.register(s, who, case.id, local_date(now), now),
    A.ACCEPT: lambda s, who, case, now: actions.accept(s, who, case.id, now),
    A.DECLINE: lambda s, who, case, now: actions.decline(s, who, case.id, REASON, now),
    A.ASSIGN: lambda s, who, case, now: actions.assign(s, who, case.id, "water", now),
    A.REASSIGN: lambda s, who, case, now: actions.reassign(s, who, case.id, "forest", REASON, now),
    A.RETURN: lambda s, who, case, now: actions.return_case(s, who, case.id, REASON, now),
    A.TRANSFER: lambda s, who, case, now: actions.transfer(s, who, case.id, REASON, now),
    A.CLAIM: lambda s, who, case, now: actions.claim(s, who, case.id, now),
    A.RELEASE: lambda s, who, case, now: actions.release(s, who, case.id, now),
    A.ASK_SUPPLEMENT: lambda s, who, case, now: actions.ask_supplement(
        s, who, case.id, REASON, local_date(now) + timedelta(days=15), now
    ),
    A.RECEIVE_SUPPLEMENT: lambda s, who, case, now: actions.receive_supplement(
        s, who, case.id, now
    ),
    A.CONSULT: lambda s, who, case, now: actions.consult(
        s, who, case.id, PartyKind.THIRD_PARTY, "某公司", REASON, now
    ),
    A.RECEIVE_OPINION: lambda s, who, case, now: actions.receive_opinion(
        s, who, case.id, Opinion.AGREES, now
    ),
    A.CHARGE_FEE: lambda s, who, case, now: actions.charge_fee(
        s, who, case.id, True, 120, REASON, now
    ),
    A.RECEIVE_FEE: lambda s, who, case, now: actions.receive_fee(s, who, case.id, now),
    A.LAPSE: lambda s, who, case, now: actions.lapse(s, who, case.id, REASON, now),
    A.EXTEND: lambda s, who, case, now: actions.extend(s, who, case.id, 3, REASON, now),
    A.DRAFT: write_draft,
    A.COUNTERSIGN: partial(read_review, A.COUNTERSIGN),
    A.SECRECY_REVIEW: partial(read_review, A.SECRECY_REVIEW),
    A.LEGALITY_REVIEW: partial(read_review, A.LEGALITY_REVIEW),
    A.APPROVE: lambda s, who, case, now: actions.approve(s, who, case.id, seen(s, case), now),
    A.RETURN_DRAFT: lambda s, who, case, now: actions.return_draft(s, who, case.id, REASON, now),
    A.SIGN: lambda s, who, case, now: actions.sign(s, who, case.id, seen(s, case), now),
    A.SEND: lambda s, who, case, now: actions.send(s, who, case.id, now),
    A.DELIVER: lambda s, who, case, now: actions.deliver(s, who, case.id, local_date(now), now),
    A.CLOSE: lambda s, who, case, now: actions.close(s, who, case.id, now),
    A.REOPEN: lambda s, who, case, now: actions.reopen(s, who, case.id, REASON, now),
    A.WITHDRAW: lambda s, who, case, now: actions.withdraw(s, who, case.id, now),
    A.ARCHIVE: lambda s, who, case, now: actions.archive(s, who, case.id, now),
    A.MERGE: merge_into_another,
    A.UNMERGE: lambda s, who, case, now: actions.unmerge(s, who, case.id, now),
    A.REMIND: lambda s, who, case, now: actions.remind(s, who, case.id, now),
    A.SUPERVISE: lambda s, who, case, now: actions.supervise(s, who, case.id, REASON, now),
    A.RATE: lambda s, who, case, now: actions.rate(s, who, case.id, 1, now, REASON),
    A.CONTEST: lambda s, who, case, now: actions.record_contest(
        s, who, case.id, ContestKind.RECONSIDERATION, local_date(now), now
    ),
    A.RECOMPUTE: lambda s, who, case, now: actions.recompute(s, who, case.id, now, SHIPPED),
}
# Their own way in: `open_case`, and the worker's log.
ELSEWHERE = {A.OPEN, A.OVERDUE}
STAFF = [*Role, "colleague", "outsider"]
S = CaseStatus
# What usually happens next: cases left to chance alone hardly ever get as far as a reply.
USUAL: dict[CaseStatus, list[CaseAction]] = {
    S.SUBMITTED: [A.CONFIRM, A.REGISTER],
    S.RECEIVED: [A.ACCEPT, A.ASSIGN, A.CLAIM],
    S.ACCEPTED: [A.CLAIM],
    S.CLAIMED: [A.DRAFT, A.DRAFT, A.ASK_SUPPLEMENT, A.CONSULT, A.CHARGE_FEE, A.EXTEND, A.MERGE],
    S.SUPPLEMENTING: [A.RECEIVE_SUPPLEMENT, A.LAPSE],
    S.CONSULTING: [A.RECEIVE_OPINION],
    S.FEE_DUE: [A.RECEIVE_FEE, A.LAPSE],
    S.DRAFTED: [A.SECRECY_REVIEW, A.LEGALITY_REVIEW, A.APPROVE, A.APPROVE, A.COUNTERSIGN],
    S.APPROVED: [A.SIGN, A.SIGN, A.DRAFT, A.RETURN_DRAFT],
    S.SIGNED: [A.SEND, A.SEND, A.REASSIGN],
    S.MERGED: [A.UNMERGE],
    S.SENT: [A.DELIVER, A.RATE, A.CLOSE],
    S.DELIVERED: [A.CLOSE, A.REOPEN],
    S.CLOSED: [A.ARCHIVE, A.RATE],
    S.ARCHIVED: [A.CONTEST],
}
SIDE_STEPS = [A.CONSULT, A.ASK_SUPPLEMENT, A.CHARGE_FEE, A.MERGE, A.EXTEND, A.RATE, A.REOPEN]
SIDE_STEPS += [A.LAPSE, A.RECEIVE_OPINION, A.RECEIVE_SUPPLEMENT, A.RECEIVE_FEE, A.TRANSFER]
PROPER = [
    (A.CONFIRM, "operator"),
    (A.CLAIM, "handler"),
    (A.DRAFT, "handler"),
    (A.SECRECY_REVIEW, "reviewer"),
    (A.LEGALITY_REVIEW, "colleague"),
    (A.APPROVE, "reviewer"),
    (A.SIGN, "signer"),
    (A.SEND, "handler"),
    (A.DELIVER, "operator"),
]
MOST_CASES = 7
# What a run of the machine must have seen succeed, or it has shown nothing.
MUST_HAPPEN = {A.LEGALITY_REVIEW, A.APPROVE, A.SIGN, A.SEND, A.DELIVER, A.CLOSE}


def test_every_action_is_tried() -> None:
    assert set(VERBS) | ELSEWHERE == set(CaseAction)


@dataclass
class Bureau:
    """A database with one of each role, a second reviewer and handler, and the public."""

    database: Database
    people: dict[str, Actor]


@contextmanager
def bureau_on(url: str, create: bool) -> Iterator[Bureau]:
    database = Database(url)
    if create:
        with database.engine.execution_options(writes=True).begin() as connection:
            metadata.create_all(connection)
    try:
        yield Bureau(database, hire(database))
    finally:
        database.close()


def hire(database: Database) -> dict[str, Actor]:
    def work(session: Session) -> dict[str, Actor]:
        accounts = {str(role): account(str(role), role) for role in Role}
        accounts["colleague"] = account("colleague", Role.REVIEWER)
        accounts["outsider"] = account("outsider", Role.HANDLER, "another")
        session.add_all(accounts.values())
        session.flush()
        return {name: one.actor for name, one in accounts.items()}

    return database.write(work) | {"citizen": CITIZEN, "system": SYSTEM}


def account(name: str, role: Role, office_id: str | None = None) -> Account:
    return Account(
        username=name,
        display_name=name,
        role=role,
        office_id=office_id,
        password_hash="-",
        must_change_password=False,
        created_at=NOW,
    )


class Life(RuleBasedStateMachine):
    """Cases of both families under any sequence of verbs."""

    open_bureau: Callable[[], AbstractContextManager[Bureau]]
    happened: set[CaseAction]

    def __init__(self) -> None:
        super().__init__()
        self._around = type(self).open_bureau()
        self.bureau: Bureau = self._around.__enter__()
        self.now = NOW
        self.cases: list[int] = []

    @initialize(steps=st.integers(0, 9))
    def begin(self, steps: int) -> None:
        """Three cases, one of them some steps on, and an application answered to its end: no run shows nothing."""
        for kind in (CaseKind.DISCLOSURE, CaseKind.COMPLAINT, CaseKind.CONSULTATION):
            self.open(kind)
        self._answer(self.cases[0], steps)
        self.open(CaseKind.DISCLOSURE)
        self._answer(self.cases[-1], len(PROPER))
        self._try(self.cases[-1], A.CLOSE, self.bureau.people["handler"])

    @rule(kind=st.sampled_from(CaseKind))
    def open(self, kind: CaseKind) -> None:
        if len(self.cases) >= MOST_CASES:
            return
        request = a_request(kind=kind)
        who = CITIZEN if kind.rule.by_public else self.bureau.people["operator"]
        receipt = self.bureau.database.write(
            lambda s: actions.open_case(s, request, self.now, actor=who)
        )
        self.cases.append(receipt.case_id)

    @rule(days=st.sampled_from([1, 1, 2, 7, 16, 40]))
    def wait(self, days: int) -> None:
        if self.now < NOW + timedelta(days=400):
            self.now += timedelta(days=days)

    @rule()
    def run_the_worker(self) -> None:
        for task in (
            lambda s: actions.run_chore(LOG_OVERDUE, s, self.now, SHIPPED),
            lambda s: actions.run_chore(RESUME_SILENT, s, self.now, SHIPPED),
            lambda s: actions.run_chore(RELEASE_IDLE, s, self.now, SHIPPED),
            lambda s: actions.run_chore(CLOSE_SETTLED, s, self.now, SHIPPED),
        ):
            self.bureau.database.write(task)

    @rule(
        place=st.integers(0, MOST_CASES - 1),
        action=st.sampled_from(list(VERBS)),
        name=st.sampled_from([*map(str, STAFF), "citizen", "system"]),
    )
    def attempt(self, place: int, action: CaseAction, name: str) -> None:
        self._try(self.cases[place % len(self.cases)], action, self.bureau.people[name])

    @rule(place=st.integers(0, MOST_CASES - 1), data=st.data())
    def go_on(self, place: int, data: st.DataObject) -> None:
        """Some usual steps of one case, each by somebody the tables allow."""
        case_id = self.cases[place % len(self.cases)]
        for _ in range(data.draw(st.integers(1, 8))):
            case = self._case(case_id)
            steps = TRANSITIONS[case.kind.family]
            usual = [one for one in USUAL[case.status] if (case.status, one) in steps]
            if not usual:
                return
            action = data.draw(st.sampled_from(usual))
            step = steps[case.status, action]
            able = [
                person
                for person in self.bureau.people.values()
                if may(person.role, False, step, is_holder=case.handler_id == person.id)
            ]
            if able:
                self._try(case_id, action, data.draw(st.sampled_from(able)))

    @rule(action=st.sampled_from(SIDE_STEPS), data=st.data())
    def take_a_side_step(self, action: CaseAction, data: st.DataObject) -> None:
        """A rarer step, on the first case that can take it."""
        for case_id in self.cases:
            case = self._case(case_id)
            step = TRANSITIONS[case.kind.family].get((case.status, action))
            able = [
                person
                for person in self.bureau.people.values()
                if step and may(person.role, False, step, is_holder=case.handler_id == person.id)
            ]
            if able:
                self._try(case_id, action, data.draw(st.sampled_from(able)))
                return

    @rule(place=st.integers(0, MOST_CASES - 1))
    def answer_properly(self, place: int) -> None:
        """Everything a reply needs, by those who may, as far as it goes."""
        self._answer(self.cases[place % len(self.cases)], len(PROPER))

    def _answer(self, case_id: int, steps: int) -> None:
        for action, name in PROPER[:steps]:
            self._try(case_id, action, self.bureau.people[name])

    def _try(self, case_id: int, action: CaseAction, actor: Actor) -> None:
        database = self.bureau.database
        before = self._case(case_id)

        def work(session: Session) -> object:
            case = session.get_one(Case, case_id, populate_existing=True)
            return VERBS[action](session, actor, case, self.now)

        try:
            database.write(work)
        except (Conflict, Forbidden, Invalid):
            assert self._case(case_id).version == before.version
            return
        except Refused as refusal:
            raise AssertionError(f"{action}: {refusal.message}") from refusal
        if action is A.RECOMPUTE and self._case(case_id).version == before.version:
            return  # nothing had changed
        type(self).happened.add(action)
        step = TRANSITIONS[before.kind.family][before.status, action]
        assert actor.role in step.roles
        after = self._case(case_id)
        reopened = action is A.RATE and after.status is CaseStatus.ACCEPTED
        assert reopened or after.status is step.status

    def _case(self, case_id: int) -> Case:
        with self.bureau.database.reading() as session:
            return session.get_one(Case, case_id)

    @invariant()
    def every_case_is_in_order(self) -> None:
        with self.bureau.database.reading() as session:
            for case in session.scalars(select(Case)):
                self._check(session, case)

    def _check(self, session: Session, case: Case) -> None:
        events = audit.events_of(session, "case", case.id)
        self._walks_the_table(case, events)
        if case.status not in OPEN_STATUSES:
            ended = case.outcome if case.kind.family is Family.DISCLOSURE else case.resolution
            assert ended is not None, "closed without an outcome"
        if case.replied_at is not None:
            self._sent_what_was_approved(session, case)
        if case.status in OPEN_STATUSES:
            clock = run(SHIPPED.limits[case.kind.limit], read_acts(events), SHIPPED.calendar)
            assert (case.due_on, case.clock_from_on) == (clock.due_on, clock.started_on)
            assert case.due_on is None or SHIPPED.calendar.is_workday(case.due_on)

    @staticmethod
    def _walks_the_table(case: Case, events: object) -> None:
        table = TRANSITIONS[case.kind.family]
        status: CaseStatus | None = None
        for event in events:  # type: ignore[attr-defined]
            assert event.data["from"] == (status and status.value)
            step = table[status, CaseAction(event.action)]
            assert event.data["to"] == step.status.value
            status = step.status
        assert status is case.status

    @staticmethod
    def _sent_what_was_approved(session: Session, case: Case) -> None:
        sent = session.scalars(
            select(ReplyDraft)
            .where(ReplyDraft.case_id == case.id, ReplyDraft.sent_at == case.replied_at)
            .order_by(ReplyDraft.id.desc())
        ).first()
        assert sent is not None
        assert reply_hash(sent.text, sent.outcome) == sent.approved_hash == sent.signed_hash
        assert sent.drafter_id not in (sent.approved_by, sent.signed_by)

    def teardown(self) -> None:
        with self.bureau.database.reading() as session:
            assert audit.verify(session) is None
        self._around.__exit__(None, None, None)


BUDGET = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # A whole life is slow to shrink; the printed steps are short enough to be read.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def live(opened: Callable[[], AbstractContextManager[Bureau]], budget: settings) -> None:
    happened: set[CaseAction] = set()
    members = {"open_bureau": staticmethod(opened), "happened": happened}
    run_machine(type("LifeHere", (Life,), members), settings=budget)
    assert happened >= MUST_HAPPEN


def test_no_path_leaves_the_tables_on_sqlite() -> None:
    @contextmanager
    def opened() -> Iterator[Bureau]:
        with (
            tempfile.TemporaryDirectory() as folder,
            bureau_on(f"sqlite:///{Path(folder) / 'life.db'}", create=True) as bureau,
        ):
            yield bureau

    live(opened, BUDGET)


def test_no_path_leaves_the_tables_on_postgresql(postgres: PostgresFarm) -> None:
    @contextmanager
    def opened() -> Iterator[Bureau]:
        url = postgres.new_database()
        with bureau_on(url, create=False) as bureau:
            yield bureau
        postgres.drop_database(url)

    live(opened, settings(BUDGET, max_examples=12))


@pytest.mark.parametrize("limit", ["disclosure.reply"])
def test_last_dates_of_the_calendar_are_far_off(limit: str) -> None:
    """The machine's longest life stays where the calendar knows every day."""
    assert SHIPPED.calendar.add_workdays(date(2028, 1, 1), SHIPPED.limits[limit].amount)
