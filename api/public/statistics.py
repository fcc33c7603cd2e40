"""The public figures as a page and as JSON; their files are `statistics_files`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api.charts import Row, bar_chart
from api.deps import service_of
from api.line_charts import line_chart
from api.public.statistics_data import StatisticsOut, as_data
from api.public.statistics_markup import dataset
from api.render import page
from assistant.cases.opening import local_date
from assistant.errors import Invalid, Unavailable
from assistant.service import Service, utc_now
from assistant.statistics.application_sheets import APPLICATIONS
from assistant.statistics.figures import Figures, published_figures
from assistant.statistics.gathering import gather, is_current
from assistant.statistics.measures import first_day
from assistant.statistics.periods import Quarter, Year
from assistant.statistics.published import CASES, DOCUMENTS, QUESTIONS, sheets, singles
from assistant.statistics.reports.reading import published_reports
from assistant.statistics.sheets import Sheet

router = APIRouter()

GATHERED_AT_ONCE = 500
LATEST_REPORTS = 3

YearNumber = Annotated[int | None, Query(alias="year", description="自然年；不填为今年")]
QuarterNumber = Annotated[int | None, Query(alias="quarter", description="季度，1至4；不填为全年")]


def period_asked(year: int | None, quarter: int | None) -> Year | Quarter:
    """The year or quarter an address names, this year where it names none; `Invalid` for nonsense."""
    if year is None and quarter is not None:
        raise Invalid("请把年份也写上。", field="year")
    number = year if year is not None else local_date(utc_now()).year
    return Year(number) if quarter is None else Quarter(number, quarter)


def figures_of(request: Request, period: Year | Quarter) -> Figures:
    """The figures of `period`, with everything counted that has happened until now."""
    service = service_of(request)
    now = utc_now()
    bring_up_to_date(service)
    with service.db.reading() as session:
        return published_figures(session, period, service.shelf, now)


def bring_up_to_date(service: Service) -> None:
    """Count what has happened since the last time, a bounded bit of it; the worker does the same every round."""
    with service.db.reading() as session:
        if is_current(session):
            return
    now, calendar = utc_now(), service.rules.calendar
    try:
        service.db.write(lambda session: gather(session, now, calendar, GATHERED_AT_ONCE))
    except Unavailable:
        return  # whoever reads is shown what is counted; the page says as of when


@router.get("/statistics", include_in_schema=False)
def get_statistics(
    request: Request, year: YearNumber = None, quarter: QuarterNumber = None
) -> HTMLResponse:
    """答复统计 as a page."""
    period = period_asked(year, quarter)
    found = figures_of(request, period)
    service = service_of(request)
    with service.db.reading() as session:
        first = first_day(session)
        reports = [one for one in published_reports(session) if one.is_newest][:LATEST_REPORTS]
    this_year = local_date(found.counted_at).year
    tables = sheets(found)
    chosen = period.year if isinstance(period, Quarter) else period.number
    context = {
        "figures": found,
        "chosen": Year(chosen),
        "years": list(range(this_year, min(first.year if first else this_year, this_year) - 1, -1)),
        "singles": singles(found),
        "sheets": {sheet.key: sheet for sheet in tables},
        "crossed": [sheet for sheet in tables if sheet.definition.label == "交叉表"],
        "groups": {
            "cases": CASES,
            "applications": APPLICATIONS,
            "questions": QUESTIONS,
            "documents": DOCUMENTS,
        },
        "charts": _charts({sheet.key: sheet for sheet in tables}),
        "reports": reports,
        "dataset": dataset(service, found),
    }
    return page(request, "statistics.html", context)


@router.get("/api/statistics")
def get_statistics_json(
    request: Request, year: YearNumber = None, quarter: QuarterNumber = None
) -> StatisticsOut:
    """答复统计 for programs: every figure and table of the page, with its definition."""
    found = figures_of(request, period_asked(year, quarter))
    return as_data(found, service_of(request).shelf.bureau)


def _charts(tables: dict[str, Sheet]) -> dict[str, Markup]:
    months = tables["months"]
    names = [line.label.split("年")[1].removesuffix("月") for line in months.lines]
    return {
        "months": line_chart(
            "months",
            "办件按月：收到与已答复",
            names,
            {"收到": _counts(months, "received"), "已答复": _counts(months, "closed")},
        ),
        "asked": line_chart("asked", "在线提问按月", names, {"提问": _counts(months, "questions")}),
        **{
            key: _bars(tables[key], ("received", "closed"), ("收到", "已答复"))
            for key in ("cases_by_kind", "cases_by_office", "cases_by_channel")
        },
        **{
            key: _bars(tables[key], ("count",), ())
            for key in ("outcomes", "questions_by_topic", "questions_by_channel")
        },
    }


def _bars(sheet: Sheet, columns: tuple[str, ...], series: tuple[str, ...]) -> Markup:
    values = zip(*(_counts(sheet, column) for column in columns), strict=True)
    rows = [Row(line.label, row) for line, row in zip(sheet.lines, values, strict=True)]
    return bar_chart(sheet.key, sheet.title, rows, series)


def _counts(sheet: Sheet, column: str) -> list[int]:
    """A column of counts; none of those drawn is ever left out."""
    return [value if isinstance(value, int) else 0 for value in sheet.values_of(column)]
