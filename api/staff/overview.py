"""For those who supervise: how every office and every person stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from api.deps import service_of
from api.render import page
from api.staff.access import roles
from api.staff.forms import office_name
from assistant.cases.actions.clockwork import IDLE_WORKDAYS
from assistant.cases.opening import local_date
from assistant.cases.overview import overview
from assistant.service import utc_now
from assistant.staff.roles import Role
from assistant.staff.sessions import SignedIn

router = APIRouter()

Watcher = Annotated[SignedIn, Depends(roles(Role.SUPERVISOR, Role.AUDITOR))]


@router.get("/staff/overview")
def get_overview(request: Request, member: Watcher) -> HTMLResponse:
    """Open cases by office and by person."""
    service = service_of(request)
    today = local_date(utc_now())
    with service.db.reading() as session:
        found = overview(session, today, service.rules.calendar)
    context = {
        "signed_in": member,
        "found": found,
        "office_names": {
            line.key: office_name(service.shelf, str(line.key) if line.key else None)
            for line in found.offices
        },
        "idle_days": IDLE_WORKDAYS,
    }
    return page(request, "staff_overview.html", context)
