"""Handing a case in, looking it up and acting on it, whichever way it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fastapi import Request

from api.cases.uploads import vault_of
from api.deps import service_of
from api.limits import address
from assistant.attachments.handing_in import NewFile, open_with_files
from assistant.attachments.models import Attachment, AttachmentPurpose
from assistant.attachments.store import list_for_citizen, list_of
from assistant.cases.actions import open_case
from assistant.cases.clock import Clock
from assistant.cases.deadlines import Deadline
from assistant.cases.following import LAPSES, Following, Situation, follow
from assistant.cases.intake import Channel, NewCase
from assistant.cases.kinds import CaseKind
from assistant.cases.limits import Limit
from assistant.cases.opening import Receipt, local_date
from assistant.cases.reading import CitizenView, find_case_for_citizen
from assistant.cases.rules import Rules
from assistant.conversation import chat
from assistant.disclosure.outcomes import remedy_text
from assistant.disclosure.remedy_dates import RemedyDate, remedy_dates
from assistant.errors import NotFound
from assistant.letters.for_citizen import letters_for_citizen
from assistant.letters.models import Letter
from assistant.service import Service, utc_now


@dataclass(frozen=True, slots=True)
class Explained:
    """A due date with the rule it follows and the working of every day."""

    limit: Limit
    clock: Clock


@dataclass(frozen=True, slots=True)
class Followed:
    """A case opened with its number and code: what it says, how it stands, what came with the reply.

    `letters` are those written to the citizen. `handed_in` counts the citizen's own files by purpose; they are not
    handed out again: a code can be overheard.
    """

    view: CitizenView
    following: Following
    files: Sequence[Attachment]
    letters: Sequence[Letter]
    handed_in: dict[AttachmentPurpose, int]


@dataclass(frozen=True, slots=True)
class Remedy:
    """How to contest: the words, and the last days as far as they can be told."""

    words: str
    dates: Sequence[RemedyDate]


def explain_due(rules: Rules, kind: CaseKind, clock: Clock) -> Explained | None:
    """How a due date came about; None while the clock has not begun."""
    return Explained(rules.limits[kind.limit], clock) if clock.started_on else None


def explain_deadline(limit: Limit, deadline: Deadline) -> Explained:
    """The same for a date that no case's clock has a say in: somebody else's period."""
    clock = Clock(
        started_on=deadline.received_on,
        due_on=deadline.due_on,
        is_waiting=False,
        provisional=deadline.provisional,
        amber_on=None,
        red_on=None,
        days=deadline.days,
    )
    return Explained(limit, clock)


def submit(
    request: Request, wanted: NewCase, token: str | None, files: Sequence[NewFile] = ()
) -> tuple[Receipt, CitizenView]:
    """Count it against the limits and store it. What is refused for its content is not counted."""
    service = service_of(request)
    limits = request.app.state.limits
    if token is not None:
        limits.check("case_session", token)
    limits.check("case_address", address(request))
    now = utc_now()

    if token is not None and wanted.channel is Channel.CHAT:
        with service.db.reading() as session:
            conversation_id = chat.conversation_id_of(session, token)
        wanted = replace(wanted, conversation_id=conversation_id)
    if files:
        vault = vault_of(request)
        receipt = service.db.write(
            lambda session: open_with_files(session, vault, wanted, files, now, service.rules)
        )
    else:
        receipt = service.db.write(lambda session: open_case(session, wanted, now, service.rules))
    with service.db.reading() as session:
        view = find_case_for_citizen(
            session, receipt.receipt_no, receipt.lookup_code, service.rules
        )
    return receipt, view


def look_up(request: Request, number: str, code: str) -> Followed:
    """The case behind number and code. A wrong one is `NotFound` and counts as a guess; one's own never counts."""
    limits, visitor = request.app.state.limits, address(request)
    limits.require_left("lookup_address", visitor)
    try:
        return read(service_of(request), number, code)
    except NotFound:
        limits.check("lookup_address", visitor)
        raise


def read(service: Service, number: str, code: str) -> Followed:
    """The same, not counted: for showing what an act has led to."""
    with service.db.reading() as session:
        view = find_case_for_citizen(session, number, code, service.rules)
        following = follow(session, view.case_id, today(), service.rules)
        own = [one.purpose for one in list_of(session, view.case_id) if one.uploaded_by is None]
        files = list_for_citizen(session, view.case_id)
        letters = letters_for_citizen(session, view.case_id)
    return Followed(
        view, following, files, letters, {purpose: own.count(purpose) for purpose in own}
    )


def act(request: Request, number: str, code: str, verb: Callable[..., object]) -> None:
    """Open the case with its code, then do to it what `verb(session, case_id, now, rules)` does."""
    service = service_of(request)
    case_id = look_up(request, number, code).view.case_id
    now = utc_now()
    service.db.write(lambda session: verb(session, case_id, now, service.rules))


def remedy_of(service: Service, followed: Followed) -> Remedy | None:
    """How the reply to an application, or its lapse, can be contested; nothing contests one's own withdrawal."""
    view, following = followed.view, followed.following
    is_lapsed = following.situation is Situation.LAPSED and view.outcome in LAPSES
    if view.outcome is None or not (view.reply_text or is_lapsed):
        return None
    bureau = service.shelf.bureau
    return Remedy(
        remedy_text(view.outcome, bureau.government, bureau.court),
        remedy_dates(view.outcome, following.delivered_on, service.rules),
    )


def today() -> date:
    """The date in Asia/Shanghai."""
    return local_date(utc_now())
