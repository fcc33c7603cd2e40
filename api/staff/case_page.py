"""One case as staff see it: everything known of it, and the steps this person may take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from api.cases.handing import explain_due
from api.deps import service_of
from api.render import page
from api.staff.access import Member
from api.staff.case_extras import Prefill, extras
from api.staff.forms import StepForm, number_of, office_name
from api.staff.offers import Standpoint, offers, situation, supplement_until
from api.staff.verbs import STEPS
from api.staff.words import due_words
from assistant.cases.actions.applying import fee_for
from assistant.cases.intake import NOTE_MAX, REPLY_MAX
from assistant.cases.kinds import Family
from assistant.cases.limits import Unit
from assistant.cases.masking import mask_email, mask_name, mask_phone
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.queue import next_turn
from assistant.cases.reading import StaffView, get_case_for_staff
from assistant.cases.states import CaseAction
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.fees import Fee
from assistant.disclosure.outcomes import Outcome, OutcomeGroup
from assistant.disclosure.parties import Opinion, PartyKind, meaning_of
from assistant.errors import Invalid, Refused
from assistant.letters.case_facts import Told, form_of
from assistant.service import Service, utc_now
from assistant.staff.sessions import SignedIn

router = APIRouter()

DONE = {name: step.done for name, step in STEPS.items()} | {
    "letter": "文书已制发，可以下载。",
    "file": "文件已存入。",
}
UNITS = {Unit.WORKDAY: "个工作日", Unit.DAY: "日", Unit.MONTH: "个月", Unit.DATE: "日"}


@dataclass(frozen=True, slots=True)
class FeeAsked:
    """A fee worked out before it is charged: `fee` None where the numbers make no sense."""

    by: str
    units: str
    fee: Fee | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page says besides the case itself: what was done or refused, and what was typed."""

    done: str = ""
    refusal: Refused | None = None
    typed: StepForm | None = None
    tried: str = ""
    fee: FeeAsked | None = None
    prefill: Prefill | None = None

    @property
    def drafted(self) -> StepForm | None:
        """What was typed into the reply's own form."""
        return self.typed if self.tried in ("draft", "check") else None


@router.get("/staff/cases/{case_id}")
def get_case(
    request: Request,
    member: Member,
    case_id: int,
    done: Annotated[str, Query(max_length=32)] = "",
    by: Annotated[str, Query(max_length=8)] = "",
    units: Annotated[str, Query(max_length=12)] = "",
    outcome: Annotated[str | None, Query(max_length=32)] = None,
    published_at: Annotated[str, Query(max_length=300)] = "",
    other_body: Annotated[str, Query(max_length=100)] = "",
    other_body_contact: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """One case with its history, its due date explained, and the steps this person may take.

    With `outcome` the reply is composed from its template, by what the next three say where it is public already or
    another body's; with `by` and `units` a fee is worked out.
    """
    fee = _fee_asked(by, units) if by else None
    said = (published_at, other_body, other_body_contact)
    told = Told(*(" ".join(one.split()) or None for one in said))
    prefill = None if outcome is None else Prefill(outcome, told)
    return case_page(request, member, case_id, Shown(done=done, fee=fee, prefill=prefill))


def case_page(request: Request, member: SignedIn, case_id: int, shown: Shown) -> HTMLResponse:
    """The page, after a look or after a step; its status is that of what was refused."""
    service = service_of(request)
    now = utc_now()
    with service.db.reading() as session:
        view = get_case_for_staff(session, case_id, local_date(now), service.rules)
        at = Standpoint(member, view, now, service.rules)
        found = offers(at)
        following = next_turn(session, at.today, member.actor, case_id)
        more = extras(request, session, at, found, shown.drafted, shown.prefill)
    context = {
        **_facts(service, at),
        **_choices(service, at, shown),
        **more,
        "offers": {action.value: why for action, why in found.items()},
        "signed_in": member,
        "done": DONE.get(shown.done),
        "following": following,
        "refusal": shown.refusal,
        "typed": shown.typed,
        "tried": shown.tried,
    }
    status = shown.refusal.status if shown.refusal else 200
    return page(request, "staff_case.html", context, status)


def _facts(service: Service, at: Standpoint) -> dict[str, Any]:
    """What is known of the case."""
    view, case = at.view, at.view.case
    sees_contact = _needs_contact(at)
    return {
        "view": view,
        "case": case,
        "newest": view.drafts[0] if view.drafts else None,
        "names": _names(view),
        "office": office_name(service.shelf, case.office_id),
        "contact": _contact(case, sees_contact),
        "sees_contact": sees_contact,
        "form": form_of(case),
        "due": explain_due(service.rules, case.kind, view.clock),
        "due_words": due_words(
            view.urgency,
            case.status,
            case.due_on,
            case.waiting_until,
            at.today,
            service.rules.calendar,
        ),
        "is_disclosure": case.kind.family is Family.DISCLOSURE,
        "consultations": [
            (one, meaning_of(one.party, one.opinion) if one.opinion else None)
            for one in view.consultations
        ],
        "fees": [(one, fee_for(one.by_pages, one.units)) for one in view.fees],
        "pending": [one for one in view.contests if one.result is ContestResult.PENDING],
    }


def _choices(service: Service, at: Standpoint, shown: Shown) -> dict[str, Any]:
    """What can be done about it, and what its forms let one choose from."""
    limit = service.rules.limits[at.view.case.kind.limit]
    return {
        "situation": situation(at, office_name(service.shelf, at.view.case.office_id)),
        "offices": service.shelf.offices(),
        "outcomes": outcome_groups(),
        "parties": list(PartyKind),
        "opinions": list(Opinion),
        "contest_kinds": list(ContestKind),
        "contest_results": [one for one in ContestResult if one is not ContestResult.PENDING],
        "limit": limit,
        "unit": UNITS[limit.unit],
        "until": supplement_until(at),
        "today": at.today,
        "fee_asked": shown.fee,
        "note_max": NOTE_MAX,
        "reply_max": REPLY_MAX,
    }


def outcome_groups() -> list[tuple[OutcomeGroup, list[Outcome]]]:
    """The 21 results under the annual report's own headings."""
    return [(group, [one for one in Outcome if one.group is group]) for group in OutcomeGroup]


def _needs_contact(at: Standpoint) -> bool:
    """Whoever handles it, and whoever has to reach the applicant to confirm it."""
    found = offers(at)
    is_holder = at.view.case.handler_id == at.member.account_id
    return is_holder or CaseAction.CONFIRM in found


def _contact(case: Case, in_full: bool) -> list[tuple[str, str]]:
    """The contact data: in full for whoever has to use it, masked for everybody else."""
    found: list[tuple[str, str | None, Callable[[str], str]]] = [
        ("姓名", case.contact_name, mask_name),
        ("电话", case.contact_phone, mask_phone),
        ("电子邮箱", case.contact_email, mask_email),
    ]
    return [(label, value if in_full else masked(value)) for label, value, masked in found if value]


def _names(view: StaffView) -> Mapping[tuple[str, datetime], str]:
    """Who took a step at an instant: drafts hold account numbers, the history holds names."""
    return {(entry.action.value, entry.at): entry.actor_name for entry in view.history}


def _fee_asked(by: str, units: str) -> FeeAsked:
    try:
        fee = fee_for(by == "pages", number_of(units, "units"))
    except Invalid as fault:
        return FeeAsked(by, units, fault=fault.message)
    return FeeAsked(by, units, fee)
