"""Time passes in the sample bureau: every script's next step and the worker's nightly round, in the order of moments.

A script is the way of one case: a generator that gives the moment of its next step and is woken there. It calls the
verbs staff and citizens use, so whatever they refuse cannot happen here either.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.intake import NewCase
from assistant.cases.models import Case
from assistant.cases.opening import Receipt, local_date
from assistant.cases.reading import get_case_for_staff
from assistant.cases.rules import Rules
from assistant.cases.states import CaseStatus
from assistant.disclosure.outcomes import Outcome
from assistant.knowledge.shelf import Shelf
from assistant.letters.case_facts import facts_of
from assistant.letters.compose import compose
from assistant.letters.kinds import LetterKind
from assistant.letters.of_case import issue_letter, send_with_letters
from assistant.letters.templates import Templates
from assistant.samples.texts import Texts
from assistant.settings import SHANGHAI
from assistant.staff.accounts import create_account
from assistant.staff.passwords import PasswordHash
from assistant.staff.roles import CITIZEN, SYSTEM, Actor, Role

Script = Generator[datetime, datetime, None]

_OPENS, _CLOSES = 8 * 60 + 35, 17 * 60 + 15
_NIGHTLY = time(0, 5)
# No password hashes to this, so nobody signs in as one of them before an administrator resets it.
_NO_PASSWORD = PasswordHash("!")


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works in the sample bureau; one handler for each office."""

    operator: Actor
    reviewer: Actor
    signer: Actor
    publisher: Actor
    handlers: dict[str, Actor]


def hire(session: Session, shelf: Shelf, now: datetime) -> Staff:
    """Accounts for the sample years: nobody can sign in with them."""

    def account(name: str, shown: str, role: Role, office: str | None = None) -> Actor:
        made = create_account(
            session, SYSTEM, f"sample.{name}", shown, role, _NO_PASSWORD, now, office_id=office
        )
        return made.actor

    return Staff(
        operator=account("operator", "示例登记员", Role.OPERATOR),
        reviewer=account("reviewer", "示例审核员", Role.REVIEWER),
        signer=account("signer", "示例签发员", Role.SIGNER),
        publisher=account("publisher", "示例公开员", Role.PUBLISHER),
        handlers={
            office.id: account(
                office.id.removeprefix("office."),
                f"示例承办（{office.title[:20]}）",
                Role.HANDLER,
                office.id,
            )
            for office in shelf.offices()
        },
    )


@dataclass
class Stage:
    """What the scripts share."""

    session: Session
    rules: Rules
    shelf: Shelf
    templates: Templates
    texts: Texts
    staff: Staff
    # By matter: the case others of the same matter may still be merged into.
    mains: dict[str, int] = field(default_factory=dict)

    def after(self, rng: Random, at: datetime, workdays: int) -> datetime:
        """A moment of work so many working days on; later the same day with 0, while there is time."""
        local = at.astimezone(SHANGHAI)
        minute = local.hour * 60 + local.minute
        if not workdays and self.rules.calendar.is_workday(local.date()):
            later = max(minute, _OPENS) + rng.randint(4, 70)
            if later <= _CLOSES:
                return _at(local.date(), later)
        day = self.rules.calendar.add_workdays(local.date(), max(1, workdays))
        return _at(day, rng.randint(_OPENS, _CLOSES))

    def open(self, request: NewCase, at: datetime, actor: Actor = CITIZEN) -> Receipt:
        return actions.open_case(self.session, request, at, self.rules, actor=actor)

    def case(self, case_id: int) -> Case:
        return self.session.get_one(Case, case_id, populate_existing=True)

    def handler_of(self, case_id: int) -> Actor:
        return self.staff.handlers[self.case(case_id).office_id or "office.general"]

    def hold(self, case_id: int, at: datetime) -> bool:
        """Take the case in hand, again where it lay idle; False where it is no longer to be handled."""
        status = self.case(case_id).status
        if status in (CaseStatus.RECEIVED, CaseStatus.ACCEPTED):
            actions.claim(self.session, self.handler_of(case_id), case_id, at)
            return True
        return status is CaseStatus.CLAIMED

    def workdays_left(self, case_id: int, at: datetime) -> int:
        due_on = self.case(case_id).due_on
        today = local_date(at)
        return self.rules.calendar.workdays_between(today, due_on) if due_on else 0

    def reply_text(self, case_id: int, outcome: Outcome | None, words: str, at: datetime) -> str:
        """The letter a reply will be, its blanks filled in."""
        kind = outcome or LetterKind.INQUIRY_REPLY
        fills = self.texts.blanks.get(outcome.value, ()) if outcome else (words,)
        return self.texts.complete(self._composed(case_id, kind, at).text, fills)

    def issue(self, case_id: int, kind: LetterKind, at: datetime, **told: Any) -> None:
        """Send one of the letters that are written by hand."""
        view = get_case_for_staff(self.session, case_id, local_date(at), self.rules)
        facts = facts_of(self.session, view, self.shelf, self.rules, local_date(at), kind)
        facts = replace(facts, **told)
        text = self.texts.complete(compose(kind, facts, self.templates).text, ())
        issue_letter(
            self.session,
            self.handler_of(case_id),
            view,
            kind,
            text,
            facts,
            self.templates,
            at,
            sample=True,
        )

    def send(self, case_id: int, at: datetime) -> None:
        send_with_letters(
            self.session,
            self.handler_of(case_id),
            case_id,
            self.shelf,
            self.templates,
            self.rules,
            at,
        )

    def _composed(self, case_id: int, kind: LetterKind | Outcome, at: datetime) -> Any:
        view = get_case_for_staff(self.session, case_id, local_date(at), self.rules)
        facts = facts_of(self.session, view, self.shelf, self.rules, local_date(at), kind)
        return compose(kind, facts, self.templates)


def play(
    stage: Stage, scripts: Iterable[Script], first: date, last: date, tell: Callable[[date], None]
) -> None:
    """Run the scripts from the morning of `first` to the end of `last`; what is still to come then does not happen.

    `tell` is told of every day that begins.
    """
    queue = [(next(script), number, script) for number, script in enumerate(scripts)]
    heapify(queue)
    day, ends = first, _at(last + timedelta(days=1), 0)
    while queue and queue[0][0] < ends:
        at, number, script = heappop(queue)
        day = _nights(stage, day, local_date(at), tell)
        try:
            heappush(queue, (script.send(at), number, script))
        except StopIteration:
            continue
    _nights(stage, day, last, tell)


def _nights(stage: Stage, day: date, today: date, tell: Callable[[date], None]) -> date:
    """The worker's round of every night up to the one before `today`'s work."""
    while day < today:
        day += timedelta(days=1)
        tell(day)
        now = datetime.combine(day, _NIGHTLY, SHANGHAI).astimezone(UTC)
        for chore in actions.CHORES:
            actions.run_chore(chore, stage.session, now, stage.rules)
    return day


def _at(day: date, minute: int) -> datetime:
    local = datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minute)
    return local.astimezone(UTC)
