"""Search: a few words in, everything published about them out; as a page and as JSON. Nothing of it is kept."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from api.deps import service_of
from api.limits import address
from api.render import page
from api.schemas import SearchReply, search_reply_of
from assistant.cases.opening import local_date
from assistant.knowledge.search import MAX_QUERY, EntryKind
from assistant.service import utc_now

router = APIRouter()

PER_PAGE = 20
MOST = 100
DEEPEST = 10_000

# The finder checks the length, and its refusal says what to do; here it is only told.
Wanted = Annotated[str, Query(json_schema_extra={"minLength": 1, "maxLength": MAX_QUERY})]
Kinds = Annotated[list[EntryKind] | None, Query()]
OfficeId = Annotated[str | None, Query(max_length=64)]


@router.get("/api/search")
def get_search_json(
    request: Request,
    q: Wanted,
    kind: Kinds = None,
    office: OfficeId = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = PER_PAGE,
    offset: Annotated[int, Query(ge=0, le=DEEPEST)] = 0,
) -> SearchReply:
    """Answers, services, offices, documents, notices and published replies in one ranked list."""
    return _search(request, q, kind or [], office, limit, offset)


@router.get("/search", include_in_schema=False)
def get_search(
    request: Request,
    q: Annotated[str, Query()] = "",
    kind: Kinds = None,
    office: OfficeId = None,
    number: Annotated[int, Query(alias="page", ge=1, le=DEEPEST // PER_PAGE)] = 1,
) -> HTMLResponse:
    """The same for a reader: one field, and links in order below it. Works without script."""
    chosen = list(dict.fromkeys(kind or []))
    found = None
    if q.strip():
        found = _search(request, q, chosen, office, PER_PAGE, (number - 1) * PER_PAGE)
    offices = service_of(request).shelf.offices()
    context = {
        "q": q,
        "found": found,
        "kinds": chosen,
        "office": office or "",
        "offices": offices,
        "phones": {one.id: one.phone for one in offices},
        "number": number,
        "per_page": PER_PAGE,
        "has_more": found is not None and number * PER_PAGE < found.total,
        "address_with": _Addresses(q, chosen, office or ""),
        "max_query": MAX_QUERY,
    }
    return page(request, "search.html", context)


def _search(
    request: Request, q: str, kinds: list[EntryKind], office: str | None, limit: int, offset: int
) -> SearchReply:
    request.app.state.limits.check("search_address", address(request))
    today = local_date(utc_now())
    finder = service_of(request).finder
    return search_reply_of(finder.search(q, today, kinds, office or None, limit, offset))


class _Addresses:
    """Addresses of this search with one choice changed."""

    def __init__(self, q: str, kinds: list[EntryKind], office: str) -> None:
        self._q = q
        self._kinds = kinds
        self._office = office

    def toggled(self, kind: EntryKind) -> str:
        others = [one for one in self._kinds if one is not kind]
        return self._of(others if kind in self._kinds else [*self._kinds, kind])

    def all_kinds(self) -> str:
        return self._of([])

    def anywhere(self) -> str:
        return f"/search?{urlencode({'q': self._q})}"

    def page(self, number: int) -> str:
        return self._of(self._kinds) + f"&page={number}"

    def _of(self, kinds: list[EntryKind]) -> str:
        chosen = [("q", self._q), *(("kind", kind.value) for kind in kinds)]
        chosen += [("office", self._office)] if self._office else []
        return f"/search?{urlencode(chosen)}"
