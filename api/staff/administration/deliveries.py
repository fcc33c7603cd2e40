"""Notices that could not be delivered: why, and trying again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import service_of
from api.render import page
from api.staff.access import check_csrf
from api.staff.administration.who import Administrator
from assistant.errors import Refused
from assistant.notices import outbox
from assistant.service import utc_now
from assistant.staff.sessions import SignedIn

router = APIRouter()


@router.get("/staff/deliveries")
def get_deliveries(request: Request, member: Administrator) -> HTMLResponse:
    """What was given up, the latest first."""
    return _deliveries_page(request, member)


@router.post("/staff/deliveries/{delivery_id}/retry")
def post_retry(
    request: Request,
    member: Administrator,
    delivery_id: int,
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Begin anew with one."""
    now = utc_now()
    try:
        check_csrf(member, csrf)
        service_of(request).db.write(
            lambda session: outbox.retry_dead(session, delivery_id, member.actor, now)
        )
    except Refused as refusal:
        return _deliveries_page(request, member, refusal)
    return RedirectResponse("/staff/deliveries", status_code=303)


def _deliveries_page(
    request: Request, member: SignedIn, refusal: Refused | None = None
) -> HTMLResponse:
    with service_of(request).db.reading() as session:
        dead = outbox.list_dead(session)
    context = {"signed_in": member, "dead": dead, "refusal": refusal}
    return page(request, "staff_deliveries.html", context, refusal.status if refusal else 200)
