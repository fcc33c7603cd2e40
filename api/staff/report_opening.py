"""Figures from before the system ran, entered with their source; and the list of all that were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import service_of
from api.render import page
from api.staff.access import Member, check_csrf
from api.staff.forms import member_of
from api.staff.report_page import Typed
from assistant.disclosure.form import ApplicantClass
from assistant.errors import Invalid, Refused
from assistant.service import utc_now
from assistant.staff.sessions import SignedIn
from assistant.statistics.reports.opening import (
    ENTERERS,
    TABLE_3,
    TABLE_4,
    enter_opening,
    opening_figures,
)

router = APIRouter()


@router.get("/staff/reports/opening")
def get_opening(request: Request, member: Member) -> HTMLResponse:
    """Everything entered, and the form for more."""
    return _page(request, member)


@router.post("/staff/reports/opening")
def post_opening(request: Request, member: Member, typed: Typed) -> Response:
    """One count more; nothing entered is ever changed."""
    check_csrf(member, typed.get("csrf", ""))
    now = utc_now()
    try:
        on, row = _day(typed.get("on", "")), typed.get("row", "")
        applicant = (
            member_of(ApplicantClass, typed.get("applicant", ""), "applicant")
            if row in TABLE_3
            else None
        )
        count, source = _count(typed.get("count", "")), typed.get("source", "")
        service_of(request).db.write(
            lambda s: enter_opening(s, member.actor, on, row, applicant, count, source, now)
        )
    except Refused as refusal:
        return _page(request, member, refusal, typed)
    return RedirectResponse("/staff/reports/opening", status_code=303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("请填写日期，例如 2025-12-31。", field="on") from None


def _count(text: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        raise Invalid("请填写件数，例如 12；要减去多填的，写负数。", field="count") from None


def _page(
    request: Request,
    member: SignedIn,
    refusal: Refused | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    with service_of(request).db.reading() as session:
        entries = opening_figures(session, member.actor)
    labels = {**TABLE_3, **TABLE_4}
    context = {
        "signed_in": member,
        "rows": [
            (
                one,
                labels.get(one.row, one.row),
                ApplicantClass(one.applicant).label if one.applicant else "",
            )
            for one in entries
        ],
        "table_3": TABLE_3,
        "table_4": TABLE_4,
        "classes": list(ApplicantClass),
        "may_enter": member.role in ENTERERS,
        "refusal": refusal,
        "typed": typed or {},
    }
    return page(request, "staff_report_opening.html", context, refusal.status if refusal else 200)
