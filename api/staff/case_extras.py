"""What other parts of the house add to a case's page: ready texts, findings, letters, files, publication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from api.cases.form import chosen
from api.deps import service_of
from api.staff.desk import Help, desk_of
from api.staff.forms import StepForm
from api.staff.letters import may_issue, may_read, templates_of, why_no_pdf
from api.staff.offers import Standpoint
from api.staff.queue_page import MERGERS
from assistant.attachments.access import require_may_attach, require_may_fetch
from assistant.attachments.models import Attachment, AttachmentPurpose
from assistant.attachments.store import list_of
from assistant.cases.kinds import Family, Resolution
from assistant.cases.models import Case
from assistant.cases.states import CaseAction
from assistant.disclosure.history import (
    Excess,
    SameRequest,
    is_excessive,
    monthly_count,
    repeats,
    same_information,
    yearly_count,
)
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.screening import Screening, screen
from assistant.errors import Refused
from assistant.letters.case_facts import Told, facts_of
from assistant.letters.compose import compose_reply
from assistant.letters.kinds import LetterKind
from assistant.letters.lint import Finding
from assistant.letters.numbering import letters_of
from assistant.letters.of_case import check_reply
from assistant.publication.models import PublicationStatus
from assistant.publication.reading import Proposal, publications_of
from assistant.publication.verbs import PROPOSERS
from assistant.staff.roles import Actor

_A = CaseAction
# Whoever reads a draft to let it pass sees what the linter sees.
_READING = frozenset({_A.APPROVE, _A.SIGN, _A.SECRECY_REVIEW, _A.LEGALITY_REVIEW, _A.COUNTERSIGN})
_ROUTING = frozenset({_A.ACCEPT, _A.ASSIGN})
_JUDGING = frozenset({_A.CONFIRM, _A.REGISTER, _A.CLAIM, _A.DRAFT, _A.APPROVE})


@dataclass(frozen=True, slots=True)
class Prefill:
    """A reply asked for from its template: the outcome as it was chosen, and what the handler says besides."""

    outcome: str
    told: Told


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the reply's box, and what the linter says of it."""

    text: str
    outcome: str
    told: Told
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Hints:
    """What an application looks like beside itself: something else, a repeat, one of very many, wanted by others."""

    screening: Screening
    repeats: Sequence[SameRequest]
    excess: Excess
    others: Sequence[SameRequest]
    this_month: int

    @property
    def has_any(self) -> bool:
        return bool(self.screening.explanation or self.repeats or self.excess or self.others)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file, and whether this person may look at it."""

    file: Attachment
    may_fetch: bool


def extras(
    request: Request,
    session: Any,
    at: Standpoint,
    found: dict[CaseAction, str | None],
    typed: StepForm | None,
    prefill: Prefill | None,
) -> dict[str, Any]:
    """The rest of the page's context; reads only, and only what this person has use for."""
    case, actor = at.view.case, at.member.actor
    publications = publications_of(session, actor, case.id)
    return {
        "draft": _draft(request, session, at, found, typed, prefill),
        "help": _help(request, session, at, found),
        "hints": _hints(session, at, found),
        "letters": [(one, LetterKind(one.kind).label) for one in letters_of(session, case.id)],
        "may_issue": may_issue(at.member, at.view),
        "may_read_letters": may_read(at.member, at.view),
        "no_pdf": why_no_pdf(),
        "papers": [Paper(one, _may_fetch(case, one, actor)) for one in list_of(session, case.id)],
        "purposes": [one for one in AttachmentPurpose if _may_attach(case, one, actor)],
        "publications": publications,
        "may_propose": _may_propose(at, publications),
        "may_merge": at.member.role in MERGERS,
    }


def _draft(
    request: Request,
    session: Any,
    at: Standpoint,
    found: dict[CaseAction, str | None],
    typed: StepForm | None,
    prefill: Prefill | None,
) -> Draft | None:
    """The text in the box: as typed, else composed, else as it stands; None where nobody here reads or writes one."""
    newest = at.view.drafts[0] if at.view.drafts else None
    if _A.DRAFT not in found and not (newest and _READING & found.keys()):
        return None
    if typed is not None:
        text, outcome = typed.text, typed.outcome
    elif prefill is not None and _A.DRAFT in found:
        text, outcome = _composed(request, session, at, prefill), prefill.outcome
    else:
        text = newest.text if newest else ""
        outcome = newest.outcome.value if newest and newest.outcome else ""
    bureau = service_of(request).shelf.bureau
    member = chosen(Outcome, outcome)
    is_readable = text.strip() and (member or at.view.case.kind.family is Family.INQUIRY)
    findings = check_reply(at.view.case, text, member, bureau) if is_readable else ()
    return Draft(text, outcome, prefill.told if prefill else Told(), findings)


def _composed(request: Request, session: Any, at: Standpoint, prefill: Prefill) -> str:
    service = service_of(request)
    is_application = at.view.case.kind.family is Family.DISCLOSURE
    outcome = chosen(Outcome, prefill.outcome) if is_application else None
    if is_application and outcome is None:
        return ""
    shelf, rules = service.shelf, service.rules
    facts = facts_of(session, at.view, shelf, rules, at.today, outcome, prefill.told)
    return compose_reply(outcome, facts, templates_of(request))


def _help(
    request: Request, session: Any, at: Standpoint, found: dict[CaseAction, str | None]
) -> Help:
    case, desk, steps = at.view.case, desk_of(request), found.keys()
    writes = _A.DRAFT in steps
    return Help(
        similar=desk.similar(session, case) if writes else (),
        answers=desk.answers(case, at.today) if writes else (),
        duplicates=desk.duplicates(session, case) if _A.MERGE in steps else (),
        advice=desk.advise(case, at.today) if _ROUTING & steps else None,
    )


def _hints(session: Any, at: Standpoint, found: dict[CaseAction, str | None]) -> Hints | None:
    """For whoever takes an application in or answers it; the officer decides."""
    case = at.view.case
    if case.kind.family is not Family.DISCLOSURE or not (_JUDGING & found.keys()):
        return None
    information = (case.details or {}).get("information", "")
    before, month = repeats(session, case), monthly_count(session, case, at.now)
    return Hints(
        screening=screen(information, "" if case.text == information else case.text),
        repeats=before,
        excess=is_excessive(
            month, yearly=yearly_count(session, case, at.now), repeated=len(before)
        ),
        others=same_information(session, case),
        this_month=month,
    )


def _may_fetch(case: Case, file: Attachment, actor: Actor) -> bool:
    try:
        require_may_fetch(case, file.purpose, actor)
    except Refused:
        return False
    return file.erased_at is None


def _may_attach(case: Case, purpose: AttachmentPurpose, actor: Actor) -> bool:
    try:
        require_may_attach(case, purpose, actor)
    except Refused:
        return False
    return True


def _may_propose(at: Standpoint, publications: list[Proposal]) -> bool:
    live = (PublicationStatus.PROPOSED, PublicationStatus.PUBLISHED)
    case = at.view.case
    return (
        at.member.role in PROPOSERS
        and at.is_own
        and case.kind.rule.may_be_published
        and case.resolution is Resolution.ANSWERED
        and not any(one.publication.status in live for one in publications)
    )
