"""Putting a reply on the website: proposed with every covered span shown, decided by a second person, withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import service_of
from api.render import page
from api.staff.access import Member, check_csrf
from api.staff.forms import member_of
from assistant.cases.kinds import CaseKind
from assistant.cases.opening import local_date
from assistant.cases.reading import StaffView, get_case_for_staff
from assistant.db import Work
from assistant.errors import NotFound, Refused
from assistant.help.wording import words_of_case
from assistant.knowledge.shelf import Shelf
from assistant.publication import verbs
from assistant.publication.masking import cover_chosen, preview
from assistant.publication.models import PublicationBasis
from assistant.publication.reading import (
    LAST_PUBLISHED,
    list_proposals,
    list_published,
    publications_of,
)
from assistant.service import utc_now
from assistant.staff.roles import Actor, Role
from assistant.staff.sessions import SignedIn

router = APIRouter()

_FIELDS = ("title", "question", "reply")


class ProposalForm(BaseModel):
    """What is proposed, as typed. `look` asks for a preview only."""

    csrf: str = ""
    title: str = ""
    question: str = ""
    reply: str = ""
    basis: str = ""
    look: str = ""


class DecisionForm(BaseModel):
    """A decision: `seen_hash` says which wording was read."""

    csrf: str = ""
    seen_hash: str = ""
    secrecy_reviewed: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as the public would read it, and where in it something is covered."""

    text: str
    places: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Deciding:
    """One person about to decide on one publication."""

    actor: Actor
    publication_id: int
    form: DecisionForm
    now: datetime


_DECISIONS: Mapping[str, Callable[[Deciding], Work[object]]] = {
    "publish": lambda d: (
        lambda s: verbs.publish(
            s,
            d.actor,
            d.publication_id,
            d.form.seen_hash,
            d.now,
            secrecy_reviewed=d.form.secrecy_reviewed == "yes",
        )
    ),
    "refuse": lambda d: lambda s: verbs.refuse(s, d.actor, d.publication_id, d.form.reason, d.now),
    "withdraw": lambda d: (
        lambda s: verbs.withdraw(s, d.actor, d.publication_id, d.form.reason, d.now)
    ),
}


@router.get("/staff/publications")
def get_publications(request: Request, member: Member) -> HTMLResponse:
    """What waits for a publisher, the oldest first, and what is on the website, the latest first."""
    service = service_of(request)
    with service.db.reading() as session:
        waiting = list_proposals(session, member.actor)
        published = list_published(session, member.actor)
    context = {
        "signed_in": member,
        "rows": [(one, CaseKind(one.publication.kind).label) for one in waiting],
        "published": [one.publication for one in published],
        "most": LAST_PUBLISHED,
    }
    return page(request, "staff_publications.html", context)


@router.get("/staff/cases/{case_id}/publication")
def get_publication(request: Request, member: Member, case_id: int) -> HTMLResponse:
    """Everything proposed of one case, with what may be decided; the form for a proposal where there is none."""
    return _publication_page(request, member, case_id)


@router.post("/staff/cases/{case_id}/publication")
def post_proposal(
    request: Request, member: Member, case_id: int, form: Annotated[ProposalForm, Form()]
) -> Response:
    """Propose it, or show what it would look like."""
    service, now = service_of(request), utc_now()
    try:
        check_csrf(member, form.csrf)
        if form.look:
            return _publication_page(request, member, case_id, typed=form)
        basis = member_of(PublicationBasis, form.basis, "basis")
        service.db.write(
            lambda session: verbs.propose(
                session,
                member.actor,
                case_id,
                form.title,
                form.question,
                form.reply,
                basis,
                now,
                keep=own_data(service.shelf),
            )
        )
    except NotFound:
        raise
    except Refused as refusal:
        return _publication_page(request, member, case_id, refusal, form)
    return RedirectResponse(f"/staff/cases/{case_id}/publication", status_code=303)


@router.post("/staff/cases/{case_id}/publication/{publication_id}/{decision}")
def post_decision(
    request: Request,
    member: Member,
    case_id: int,
    publication_id: int,
    decision: str,
    form: Annotated[DecisionForm, Form()],
) -> Response:
    """Publish, refuse, or take off the website."""
    if decision not in _DECISIONS:
        raise NotFound("没有这个页面。")
    work = _DECISIONS[decision](Deciding(member.actor, publication_id, form, utc_now()))
    try:
        check_csrf(member, form.csrf)
        service_of(request).db.write(work)
    except NotFound:
        raise
    except Refused as refusal:
        return _publication_page(request, member, case_id, refusal, decided=form)
    return RedirectResponse(f"/staff/cases/{case_id}/publication", status_code=303)


def own_data(shelf: Shelf) -> tuple[str, ...]:
    """What the bureau itself has published, and need not be covered: its telephones and addresses."""
    bureau = shelf.bureau
    own = [
        bureau.address,
        bureau.phone,
        bureau.duty_phone,
        bureau.fax,
        bureau.email,
        bureau.hall,
        bureau.complaint_phone,
    ]
    for office in shelf.offices():
        own += [office.phone, office.address, office.email or ""]
    return tuple(dict.fromkeys(filter(None, own)))


def _publication_page(
    request: Request,
    member: SignedIn,
    case_id: int,
    refusal: Refused | None = None,
    typed: ProposalForm | None = None,
    decided: DecisionForm | None = None,
) -> HTMLResponse:
    service = service_of(request)
    with service.db.reading() as session:
        view = get_case_for_staff(session, case_id, local_date(utc_now()), service.rules)
        proposals = publications_of(session, member.actor, case_id)
    form = typed or _suggested(view, service.shelf)
    context = {
        "signed_in": member,
        "case": view.case,
        "proposals": proposals,
        "may_propose": member.role in verbs.PROPOSERS,
        "may_withdraw": member.role in verbs.WITHDRAWERS,
        "is_publisher": member.role is Role.PUBLISHER,
        "typed": form,
        "seen": _seen(view, form, service.shelf),
        "bases": [
            one
            for one in PublicationBasis
            if one is not PublicationBasis.CONSENT or verbs.has_consent(view.case)
        ],
        "decided": decided or DecisionForm(),
        "refusal": refusal,
    }
    return page(request, "staff_publication.html", context, refusal.status if refusal else 200)


def _suggested(view: StaffView, shelf: Shelf) -> ProposalForm:
    """Title, question and reply with everything covered that leads to a person."""
    person, keep = verbs.person_of(view.case), own_data(shelf)
    sent = [draft.text for draft in view.drafts if draft.sent_at is not None]
    texts = (view.case.title, words_of_case(view.case), sent[0] if sent else "")
    covered = [preview(text, person, keep=keep).text for text in texts]
    return ProposalForm(title=covered[0], question=covered[1], reply=covered[2])


def _seen(view: StaffView, form: ProposalForm, shelf: Shelf) -> Mapping[str, Seen]:
    """Each text as it would be read, with its covers; the editor's own marks are covers too."""
    person, keep = verbs.person_of(view.case), own_data(shelf)
    seen = {}
    for name in _FIELDS:
        text = getattr(form, name)
        try:
            found = preview(cover_chosen(text, field=name), person, keep=keep)
            seen[name] = Seen(found.text, [(span.start, span.end) for span in found.spans])
        except Refused:  # a mark without its partner: said by the refusal, shown as it stands
            seen[name] = Seen(text, [])
    return seen
