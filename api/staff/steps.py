"""From a step's form to its verb: one table, one route, and a refusal that shows the case as it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from api.deps import service_of
from api.staff.access import Member, check_csrf
from api.staff.case_page import Shown, case_page
from api.staff.finding import by_number, exactly
from api.staff.forms import (
    StepForm,
    day_of,
    day_or_none,
    member_of,
    number_of,
    office_of,
)
from assistant.cases import actions
from assistant.cases.opening import local_date
from assistant.cases.queue import list_queue
from assistant.cases.reading import StaffView, get_case_for_staff
from assistant.cases.rules import Rules
from assistant.cases.states import CaseAction
from assistant.db import Work
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.parties import Opinion, PartyKind
from assistant.errors import Conflict, Invalid, NotFound, Refused
from assistant.knowledge.shelf import Shelf
from assistant.service import utc_now
from assistant.staff.roles import Actor

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Taking:
    """One person about to take one step: everything a verb may ask for, except the session."""

    actor: Actor
    case_id: int
    form: StepForm
    now: datetime
    rules: Rules
    shelf: Shelf

    @property
    def today(self) -> date:
        return local_date(self.now)

    @property
    def note(self) -> str:
        return self.form.note


Verb = Callable[[Taking], Work[object]]


@dataclass(frozen=True, slots=True)
class StepPage:
    """A form of the case's page: which action it takes, by which verb, and what is said afterwards."""

    action: CaseAction
    verb: Verb
    done: str


def _merge(t: Taking) -> Work[object]:
    wanted = by_number(t.form.into_id)

    def merging(session):  # type: ignore[no-untyped-def]
        main = exactly(t.form.into_id, list_queue(session, t.today, wanted))
        if main is None:
            raise Invalid("没有这个编号的件，请核对受理编号。", field="into_id")
        return actions.merge(session, t.actor, t.case_id, main.case_id, t.now)

    return merging
