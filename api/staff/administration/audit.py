"""The audit log: its newest events, and whether the chain still holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from api.deps import service_of
from api.render import page
from api.staff.administration.who import Checker
from assistant import audit
from assistant.staff.trail import latest_events

router = APIRouter()

PAGE_LENGTH = 50


@router.get("/staff/audit")
def get_audit(
    request: Request,
    member: Checker,
    check: Annotated[bool, Query()] = False,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> HTMLResponse:
    """The newest events first; with `check` the whole chain is walked, which takes its time."""
    with service_of(request).db.reading() as session:
        events = latest_events(session, PAGE_LENGTH + 1, before)
        broken = audit.verify(session) if check else None
    context = {
        "signed_in": member,
        "events": events[:PAGE_LENGTH],
        "older": events[PAGE_LENGTH - 1].seq if len(events) > PAGE_LENGTH else None,
        "before": before,
        "checked": check,
        "broken": broken,
    }
    return page(request, "staff_audit.html", context)
