"""Handing a case in and looking it up, whichever way it was asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastapi import Request

from api.deps import service_of
from api.limits import address
from assistant.cases.actions import open_case
from assistant.cases.clock import Clock
from assistant.cases.intake import Channel, NewCase
from assistant.cases.kinds import CaseKind
from assistant.cases.limits import Limit
from assistant.cases.opening import Receipt
from assistant.cases.reading import CitizenView, find_case_for_citizen
from assistant.cases.rules import Rules
from assistant.conversation import chat
from assistant.service import utc_now


@dataclass(frozen=True, slots=True)
class Explained:
    """A due date with the rule it follows and the working of every day."""

    limit: Limit
    clock: Clock


def explain_due(rules: Rules, kind: CaseKind, clock: Clock) -> Explained | None:
    """How a due date came about; None while the clock has not begun."""
    return Explained(rules.limits[kind.limit], clock) if clock.started_on else None


def submit(request: Request, wanted: NewCase, token: str | None) -> tuple[Receipt, CitizenView]:
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
    receipt = service.db.write(lambda session: open_case(session, wanted, now, service.rules))
    with service.db.reading() as session:
        view = find_case_for_citizen(
            session, receipt.receipt_no, receipt.lookup_code, service.rules
        )
    return receipt, view


def look_up(request: Request, number: str, code: str) -> CitizenView:
    request.app.state.limits.check("lookup_address", address(request))
    service = service_of(request)
    with service.db.reading() as session:
        return find_case_for_citizen(session, number, code, service.rules)
