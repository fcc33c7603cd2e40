"""One person about to take one step, and what a step's form needs to say about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from api.staff.forms import StepForm, member_of, office_of
from assistant.cases.rules import Rules
from assistant.cases.states import CaseAction
from assistant.db import Work
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Invalid
from assistant.knowledge.shelf import Shelf
from assistant.letters.templates import Templates
from assistant.staff.roles import Actor


@dataclass(frozen=True, slots=True)
class Taking:
    """One person about to take one step: everything a verb may ask for, except the session."""

    actor: Actor
    case_id: int
    form: StepForm
    now: datetime
    rules: Rules
    shelf: Shelf
    templates: Templates

    @property
    def outcome(self) -> Outcome | None:
        return member_of(Outcome, self.form.outcome, "outcome") if self.form.outcome else None

    @property
    def agrees(self) -> bool:
        if self.form.agrees not in ("yes", "no"):
            raise Invalid("请选择同意或者不同意。", field="agrees")
        return self.form.agrees == "yes"

    @property
    def by_pages(self) -> bool:
        if self.form.by not in ("pages", "items"):
            raise Invalid("请选择按件还是按量收费。", field="by")
        return self.form.by == "pages"

    def office(self) -> str | None:
        return office_of(self.shelf, self.form.office_id)


Verb = Callable[[Taking], Work[object]]


@dataclass(frozen=True, slots=True)
class StepPage:
    """`action` decides who sees the form; `done` is said when it has been taken."""

    action: CaseAction
    verb: Verb
    done: str
