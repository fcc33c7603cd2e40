"""Published replies: the list with its monthly sums, and each reply on a page of its own."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from pydantic import BeforeValidator, Field
from starlette.responses import HTMLResponse

from api.deps import service_of
from api.limits import address
from api.render import page
from assistant.cases.kinds import CaseKind
from assistant.cases.opening import local_date
from assistant.publication.counting import PUBLISHABLE, monthly_counts
from assistant.publication.reading import PER_PAGE, get_public, list_public, years_published
from assistant.service import utc_now
from assistant.statistics.periods import FIRST_YEAR, LAST_YEAR, Month, last_months, months_of

router = APIRouter()

MAX_WORDS = 100
DEEPEST = 10_000
# A form sends what was not chosen as an empty field.
_CHOSEN = BeforeValidator(lambda value: value or None)

Kind = Annotated[CaseKind | None, _CHOSEN, Query()]
OfficeId = Annotated[str, Query(max_length=64)]
Year = Annotated[Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | None, _CHOSEN, Query()]
Words = Annotated[str, Query(max_length=MAX_WORDS)]
PublicationId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/replies", include_in_schema=False)
def get_replies(
    request: Request,
    kind: Kind = None,
    office: OfficeId = "",
    year: Year = None,
    q: Words = "",
    number: Annotated[int, Query(alias="page", ge=1, le=DEEPEST // PER_PAGE)] = 1,
) -> HTMLResponse:
    """受理日期、答复日期、答复部门 of every published reply, and what came in and was answered month by month."""
    service = service_of(request)
    if q.strip():
        request.app.state.limits.check("search_address", address(request))
    months = _months(year)
    with service.db.reading() as session:
        found = list_public(session, number, kind, office, year, q)
        counts = monthly_counts(session, months)
        years = years_published(session)
    offices = service.shelf.offices()
    chosen = {
        "q": q.strip(),
        "kind": kind.value if kind else "",
        "office": office,
        "year": str(year or ""),
    }
    context = {
        "found": found,
        "chosen": chosen,
        "kinds": PUBLISHABLE,
        "kind": kind,
        "offices": offices,
        "office_titles": {one.id: one.title for one in offices},
        "years": years,
        "counts": counts,
        "max_words": MAX_WORDS,
        "first": (number - 1) * PER_PAGE + 1,
        "address_of": lambda turned: _address(chosen, turned),
    }
    return page(request, "replies.html", context)


@router.get("/replies/{publication_id}", include_in_schema=False)
def get_reply(request: Request, publication_id: PublicationId) -> HTMLResponse:
    """One reply, or the notice that it was withdrawn and why (410, so that search engines drop it)."""
    service = service_of(request)
    with service.db.reading() as session:
        item = get_public(session, publication_id)
    office = service.shelf.office(item.office_id) if item.office_id else None
    status = 410 if item.withdrawn_on else 200
    return page(request, "reply.html", {"item": item, "office": office}, status)


def _months(year: int | None) -> tuple[Month, ...]:
    """The months of the table, the latest first; none that is still to come."""
    present = Month.of(local_date(utc_now()))
    months = last_months(present.first) if year is None else months_of(year)
    return tuple(month for month in reversed(months) if month <= present) or months[::-1]


def _address(chosen: dict[str, str], number: int) -> str:
    wanted = {name: value for name, value in chosen.items() if value} | {"page": str(number)}
    return f"/replies?{urlencode(wanted)}"
