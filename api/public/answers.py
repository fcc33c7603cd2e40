"""One answer, one notice, one office on a page of its own: what search leads to and what can be passed on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.deps import service_of
from api.render import page
from assistant.cases.opening import local_date
from assistant.errors import NotFound
from assistant.knowledge.compose import compose
from assistant.knowledge.content import Answer, Notice, Office
from assistant.knowledge.search import kind_of
from assistant.service import utc_now

router = APIRouter()


@router.get("/answers/{answer_id}", include_in_schema=False)
def get_answer(request: Request, answer_id: str) -> HTMLResponse:
    """An answer or a notice with its sources, dates and office. Past its date the text is not given out."""
    shelf = service_of(request).shelf
    record = shelf.get(answer_id)
    if not isinstance(record, Answer | Notice) or record.kind == "smalltalk":
        raise NotFound("没有这条问答。")
    context = {
        "item": record,
        "told": compose(shelf, record),
        "kind": kind_of(record).label,
        "office": shelf.office(record.office),
        "expired": shelf.is_expired(record, local_date(utc_now())),
    }
    return page(request, "answer.html", context)


@router.get("/offices/{office_id}", include_in_schema=False)
def get_office(request: Request, office_id: str) -> HTMLResponse:
    """An office: what it does, where it is, and the items it is in charge of."""
    shelf = service_of(request).shelf
    office = shelf.get(office_id)
    if not isinstance(office, Office):
        raise NotFound("没有这个处室。")
    services = [item for item in shelf.services() if item.office == office.id]
    return page(request, "office.html", {"office": office, "services": services})
