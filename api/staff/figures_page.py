"""The figures for the staff: every cell leads to the cases behind it, nothing is left out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.deps import service_of
from api.public.statistics import QuarterNumber, YearNumber, bring_up_to_date, period_asked
from api.render import page
from api.staff.figure_cases import CellQuery, Reader, form_of
from assistant.cases.opening import local_date
from assistant.service import utc_now
from assistant.statistics.application_sheets import APPLICATIONS
from assistant.statistics.case_figures import crossings
from assistant.statistics.figures import published_figures
from assistant.statistics.measures import first_day
from assistant.statistics.periods import Quarter, Year
from assistant.statistics.published import CASES, singles
from assistant.statistics.reports.standing import standing_forms
from assistant.statistics.reports.tables import FIGURES

router = APIRouter()

# Where a number that stands alone leads, by its key.
_LEADS: dict[str, dict[str, str]] = {
    **{
        key: {"measure": measure}
        for key, measure in {
            "received": "received",
            "closed": "closed",
            "open_at_end": "open",
            "on_time_rate": "late",
            "overdue": "overdue",
            "extended": "extended",
            "reopened": "reopened",
            "case_satisfaction": "rated",
            "reply_days_median": "reply_days",
            "closing_days_median": "closing_days",
        }.items()
    },
    **{
        key: {"table": FIGURES, "row": row, "column": "value"}
        for key, row in {
            "application_on_time_rate": "late",
            "application_extended": "extended",
            "application_overdue": "overdue",
            "application_days_median": "median_days",
            "fees_asked": "fees_asked",
            "fees_asked_amount": "fees_asked_amount",
            "fees_paid": "fees_paid",
            "fees_paid_amount": "fees_paid_amount",
        }.items()
    },
}
_LEAD_WORDS = {
    "on_time_rate": "看超期的",
    "application_on_time_rate": "看超期的",
    "case_satisfaction": "看有评价的",
}


@router.get("/staff/figures")
def get_figures(
    request: Request, member: Reader, year: YearNumber = None, quarter: QuarterNumber = None
) -> HTMLResponse:
    """The figures on cases with a way into each."""
    period = period_asked(year, quarter)
    service = service_of(request)
    bring_up_to_date(service)
    now = utc_now()
    with service.db.reading() as session:
        found = published_figures(session, period, service.shelf, now)
        offices = {office.id: office.title for office in service.shelf.offices()}
        crossed = crossings(found.cases.received_by, offices, smallest=0)
        forms = standing_forms(session, form_of(period), period.span)
        first = first_day(session)
    this_year = local_date(now).year
    base = CellQuery(period=period.key)
    context = {
        "signed_in": member,
        "figures": found,
        "period": period,
        "chosen": Year(period.year) if isinstance(period, Quarter) else period,
        "years": list(range(this_year, min(first.year if first else this_year, this_year) - 1, -1)),
        "singles": singles(found),
        "groups": {"cases": CASES, "applications": APPLICATIONS},
        "leads": {key: base.address(**way) for key, way in _LEADS.items()},
        "lead_words": _LEAD_WORDS,
        "crossed": crossed,
        "forms": forms,
        "address": base.address,
    }
    return page(request, "staff_figures.html", context)
