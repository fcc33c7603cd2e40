"""The holidays: which years are known, and taking in the next notice."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import service_of
from api.render import page
from api.staff.access import check_csrf
from api.staff.administration.who import Administrator
from assistant.cases import local_rules
from assistant.cases.opening import local_date
from assistant.cases.years import known_years
from assistant.errors import Invalid, Refused
from assistant.service import utc_now
from assistant.staff.sessions import SignedIn

router = APIRouter()

# As far ahead as a period counted today can reach.
YEARS_AHEAD = 2


@router.get("/staff/calendar")
def get_calendar(
    request: Request,
    member: Administrator,
    year: Annotated[int, Query(ge=0, le=2100)] = 0,
    moved: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> HTMLResponse:
    """The years, the provisional ones marked; `year` was just imported and moved so many due dates."""
    return _calendar_page(request, member, imported=year, moved=moved)


@router.post("/staff/calendar")
def post_calendar(
    request: Request,
    member: Administrator,
    csrf: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
    content: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take in a notice, from the file where one was chosen, else from the box."""
    service, now = service_of(request), utc_now()
    try:
        check_csrf(member, csrf)
        content = _text_of(file) or content
        year, moved = service.db.write(
            lambda session: local_rules.import_notice(session, member.actor, source, content, now)
        )
    except Refused as refusal:
        return _calendar_page(request, member, refusal, source, content)
    service.refresh()
    return RedirectResponse(f"/staff/calendar?year={year}&moved={moved}", status_code=303)


def _text_of(file: UploadFile | None) -> str:
    raw = file.file.read(local_rules.CSV_MAX * 4) if file is not None else b""
    for encoding in ("utf-8-sig", "gb18030"):  # what a spreadsheet here saves
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("文件不是文本，请另存为 CSV 再上传。", field="content")


def _calendar_page(
    request: Request,
    member: SignedIn,
    refusal: Refused | None = None,
    source: str = "",
    content: str = "",
    imported: int = 0,
    moved: int = 0,
) -> HTMLResponse:
    service = service_of(request)
    through = local_date(utc_now()).year + YEARS_AHEAD
    with service.db.reading() as session:
        # Read afresh: what another process has imported is in force there already.
        calendar = local_rules.load_rules(session).calendar
        years = known_years(session, calendar, through)
    context = {
        "signed_in": member,
        "years": years,
        "refusal": refusal,
        "typed": {"source": source, "content": content},
        "imported": imported,
        "moved": moved,
    }
    return page(request, "staff_calendar.html", context, refusal.status if refusal else 200)
