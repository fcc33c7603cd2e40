"""For those who supervise: today and this week, how every office and person stands, what is about to be late."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from api.deps import service_of
from api.public.statistics import bring_up_to_date
from api.render import page
from api.staff.access import roles
from api.staff.forms import office_name
from assistant.cases.actions.clockwork import IDLE_WORKDAYS
from assistant.cases.opening import local_date
from assistant.cases.overview import overview
from assistant.service import utc_now
from assistant.staff.roles import Role
from assistant.staff.sessions import SignedIn
from assistant.statistics.today import SOON_WORKDAYS, how_it_stands

router = APIRouter()

Watcher = Annotated[SignedIn, Depends(roles(Role.SUPERVISOR, Role.AUDITOR))]


@router.get("/staff/overview")
def get_overview(request: Request, member: Watcher) -> HTMLResponse:
    """What came and went, open cases by office and by person, and what will be late next."""
    service = service_of(request)
    today = local_date(utc_now())
    bring_up_to_date(service)
    with service.db.reading() as session:
        found = overview(session, today, service.rules.calendar)
        standing = how_it_stands(session, today, service.rules.calendar)
    context = {
        "signed_in": member,
        "found": found,
        "office_names": {
            line.key: office_name(service.shelf, str(line.key) if line.key else None)
            for line in found.offices
        },
        "idle_days": IDLE_WORKDAYS,
        "now": standing,
        "nearly_late": [
            (one, office_name(service.shelf, one.office_id) if one.office_id else "还没有派办")
            for one in standing.nearly_late
        ],
        "today": today,
        "soon_days": SOON_WORKDAYS,
    }
    return page(request, "staff_overview.html", context)
