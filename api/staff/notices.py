"""What a member of staff has been told, marked as seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from api.deps import service_of
from api.staff.access import Member, check_csrf
from assistant.notices.reading import mark_read
from assistant.service import utc_now

router = APIRouter()


@router.post("/staff/notices/read")
def post_read(
    request: Request,
    member: Member,
    csrf: Annotated[str, Form()] = "",
    up_to: Annotated[int, Form(ge=0, le=2**62)] = 0,
) -> Response:
    """Mark one's own notices as read, up to the newest that was shown: what came since stays new."""
    check_csrf(member, csrf)
    now = utc_now()
    service_of(request).db.write(lambda session: mark_read(session, member.account_id, up_to, now))
    return RedirectResponse("/staff", status_code=303)
