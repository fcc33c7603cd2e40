"""The periods: the bureau's own promises, which may be changed, beside those the law fixes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import service_of
from api.render import page
from api.staff.access import check_csrf
from api.staff.administration.who import Administrator
from api.staff.case_page import UNITS
from api.staff.forms import number_of
from assistant.cases import local_rules
from assistant.cases.limits import LIMITS
from assistant.errors import Refused
from assistant.service import utc_now
from assistant.staff.sessions import SignedIn

router = APIRouter()


@router.get("/staff/limits")
def get_limits(
    request: Request,
    member: Administrator,
    code: Annotated[str, Query(max_length=64)] = "",
    moved: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> HTMLResponse:
    """All periods; `code` was just changed and moved so many due dates."""
    return _limits_page(request, member, changed=code, moved=moved)


@router.post("/staff/limits")
def post_limit(
    request: Request,
    member: Administrator,
    csrf: Annotated[str, Form()] = "",
    code: Annotated[str, Form(max_length=64)] = "",
    amount: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    """Change one promise; what is open is counted again at once."""
    service, now = service_of(request), utc_now()
    try:
        check_csrf(member, csrf)
        days = number_of(amount, code)
        moved = service.db.write(
            lambda session: local_rules.set_limit(session, member.actor, code, days, now)
        )
    except Refused as refusal:
        return _limits_page(request, member, refusal, code, amount)
    service.refresh()
    return RedirectResponse(f"/staff/limits?code={code}&moved={moved}", status_code=303)


def _limits_page(
    request: Request,
    member: SignedIn,
    refusal: Refused | None = None,
    typed_code: str = "",
    typed_amount: str = "",
    changed: str = "",
    moved: int = 0,
) -> HTMLResponse:
    service = service_of(request)
    with service.db.reading() as session:
        limits = local_rules.load_rules(session).limits
    context = {
        "signed_in": member,
        "promised": [limit for limit in limits.values() if limit.is_local],
        "fixed": [limit for limit in limits.values() if not limit.is_local],
        "shipped": {code: limit.amount for code, limit in LIMITS.items()},
        "units": UNITS,
        "refusal": refusal,
        "typed_code": typed_code,
        "typed_amount": typed_amount,
        "changed": limits.get(changed),
        "moved": moved,
    }
    return page(request, "staff_limits.html", context, refusal.status if refusal else 200)
