"""Many cases at once, chosen in the queue: sent to an office, or merged into one; each refusal is told by itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse

from api.deps import service_of
from api.render import page
from api.staff.access import Member, check_csrf
from api.staff.forms import office_of
from assistant.cases.finding import get_id_by_number
from assistant.errors import Invalid, Refused
from assistant.help.bulk import Done, Result, bulk_assign, bulk_merge
from assistant.service import utc_now
from assistant.staff.sessions import SignedIn

router = APIRouter()


@router.post("/staff/bulk/assign")
def post_assign(
    request: Request,
    member: Member,
    case: Annotated[list[str], Form()] = [],  # noqa: B006 (FastAPI copies it)
    csrf: Annotated[str, Form()] = "",
    office_id: Annotated[str, Form(max_length=64)] = "",
) -> HTMLResponse:
    """Send every chosen case to one office."""
    service, now = service_of(request), utc_now()
    try:
        check_csrf(member, csrf)
        office = office_of(service.shelf, office_id)
        if office is None:
            raise Invalid("请选择承办处室。", field="office_id")
        chosen = _numbers(case)
        results = service.db.write(
            lambda session: bulk_assign(session, member.actor, chosen, office, now)
        )
    except Refused as refusal:
        return _result_page(request, member, "派办", refusal=refusal)
    return _result_page(request, member, f"派给{service.shelf.title(office)}", results)


@router.post("/staff/bulk/merge")
def post_merge(
    request: Request,
    member: Member,
    case: Annotated[list[str], Form()] = [],  # noqa: B006 (FastAPI copies it)
    csrf: Annotated[str, Form()] = "",
    into_id: Annotated[str, Form(max_length=64)] = "",
) -> HTMLResponse:
    """Merge every chosen case into the one with this number."""
    now = utc_now()
    try:
        check_csrf(member, csrf)
        chosen = _numbers(case)
        main_id, results = service_of(request).db.write(
            lambda session: (
                main := get_id_by_number(session, into_id, "into_id"),
                bulk_merge(session, member.actor, chosen, main, now),
            )
        )
    except Refused as refusal:
        return _result_page(request, member, "并案", refusal=refusal)
    return _result_page(request, member, f"并入 {into_id.strip()[:32]}", results, main_id)


def _numbers(values: list[str]) -> list[int]:
    found = [int(value) for value in values if value.isdecimal() and len(value) <= 18]
    if not found:
        raise Invalid("请先在表里选中要办的件。", field="case")
    return found


def _result_page(
    request: Request,
    member: SignedIn,
    what: str,
    results: list[Result] | None = None,
    main_id: int | None = None,
    refusal: Refused | None = None,
) -> HTMLResponse:
    found = results or []
    context = {
        "signed_in": member,
        "what": what,
        "done": [one for one in found if isinstance(one, Done)],
        "refused": [one for one in found if not isinstance(one, Done)],
        "refusal": refusal,
        "main_id": main_id,
    }
    return page(request, "staff_bulk.html", context, refusal.status if refusal else 200)
