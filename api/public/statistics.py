"""The public figures, as a page and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from api.charts import Row, bar_chart
from api.deps import service_of
from api.render import page
from assistant.cases.opening import local_date
from assistant.cases.states import (
    CaseStatus,
)
from assistant.service import utc_now
from assistant.statistics import figures
from assistant.statistics.figures import DEFINITIONS, Figures

router = APIRouter()


Year = Annotated[int | None, Query(description="自然年；不填为最近12个月")]


def _figures(request: Request, year: int | None) -> Figures:
    now = utc_now()
    months = figures.last_months(local_date(now)) if year is None else figures.months_of(year)
    with service_of(request).db.reading() as session:
        return figures.published_figures(session, months, now)


@router.get("/statistics", include_in_schema=False)
def get_statistics(request: Request, year: Year = None) -> HTMLResponse:
    """答复统计 as a page."""
    found = _figures(request, year)
    this_year = local_date(found.counted_at).year
    context = {
        "figures": found,
        "definitions": DEFINITIONS,
        "statuses": list(CaseStatus),
        "year": year,
        "years": [this_year, this_year - 1],
        "period": _period_words(found),
        "charts": {
            "outcomes": bar_chart(
                "outcomes",
                "提问按结果分",
                [Row(one.label, (one.count,)) for one in found.questions.by_outcome],
            ),
            "questions": bar_chart(
                "questions",
                "提问按月分",
                [Row(line.month.label, (line.questions,)) for line in found.by_month],
            ),
            "cases": bar_chart(
                "cases",
                "办件按月分：收到与答复",
                [Row(line.month.label, (line.received, line.closed)) for line in found.by_month],
                ("收到", "已答复"),
            ),
        },
    }
    return page(request, "statistics.html", context)


@router.get("/statistics.csv", include_in_schema=False)
def get_statistics_csv(request: Request, year: Year = None) -> Response:
    """The same numbers for a spreadsheet."""
    found = _figures(request, year)
    written = io.StringIO()
    writer = csv.writer(written)
    publisher = service_of(request).shelf.bureau.name
    for row in _csv_rows(found, publisher):
        writer.writerow([defanged(cell) for cell in row])
    name = f"xunda-{found.months[0].key}-{found.months[-1].key}.csv"
    return Response(
        "\ufeff" + written.getvalue(),  # without the mark Excel reads Chinese as Latin
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def defanged(cell: object) -> str:
    """A cell no spreadsheet takes for a formula (OWASP: CSV injection)."""
    text = str(cell)
    risky = text.lstrip(" ").startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    )
    return f"'{text}" if risky else text


def _csv_rows(found: Figures, publisher: str) -> Iterator[Sequence[object]]:
    yield "分组", "项目", "数值", "口径"
    yield "说明", "发布机构", publisher, ""
    yield "说明", "统计期", _period_words(found), "北京时间"
    yield "说明", "统计时间", found.counted_at.isoformat(timespec="seconds"), "UTC"
    for group, key, label, value in _single_figures(found):
        yield group, label, "—" if value is None else value, DEFINITIONS[key]
    for one in found.questions.by_outcome:
        yield "提问按结果", one.label, one.count, DEFINITIONS["by_outcome"]
    for line in found.by_month:
        yield "提问按月", line.month.label, line.questions, DEFINITIONS["questions"]
    for line in found.by_month:
        yield "收到按月", line.month.label, line.received, DEFINITIONS["received"]
    for line in found.by_month:
        yield "答复按月", line.month.label, line.closed, DEFINITIONS["closed"]
    for kind in found.cases.by_kind:
        for state in kind.states:
            label = f"{kind.kind.label}：{state.label}"
            yield "办件按类别和状态", label, state.count, DEFINITIONS["by_kind"]
    for one in found.cases.by_disclosure_outcome:
        yield "依申请公开按结果", one.label, one.count, DEFINITIONS["by_disclosure_outcome"]


def _single_figures(found: Figures) -> Iterator[tuple[str, str, str, int | float | None]]:
    questions, cases = found.questions, found.cases
    yield "提问", "questions", "提问总数", questions.total
    yield "提问", "satisfaction", "评价有帮助的比例", _rounded(questions.satisfaction)
    yield "办件", "received", "收到", cases.received
    yield "办件", "closed", "已答复", cases.closed
    yield "办件", "on_time_rate", "按期答复率", _rounded(cases.on_time_rate)
    yield "办件", "average_workdays", "平均答复用时（工作日）", _rounded(cases.average_workdays)
    yield "办件", "open", "正在办理", cases.open
    yield "办件", "overdue", "已经超期", cases.overdue
    yield "办件", "waiting", "等待确认", cases.waiting


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _period_words(found: Figures) -> str:
    return f"{found.months[0].label}至{found.months[-1].label}"
