"""What everybody may read: catalogue, services, figures; and whether the service is well."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api.charts import Row, bar_chart
from api.render import page
from assistant.cases.opening import local_date
from assistant.cases.states import CaseStatus
from assistant.errors import NotFound, Unavailable
from assistant.knowledge.compose import compose
from assistant.knowledge.content import Aspect, Document
from assistant.knowledge.content import Service as ServiceItem
from assistant.knowledge.shelf import Shelf
from assistant.language.text import bare, normalise
from assistant.service import Service, utc_now
from assistant.statistics import figures
from assistant.statistics.figures import DEFINITIONS, Figures

router = APIRouter()

MAX_SEARCH = 100
# The parts of a service page that are told in sentences; the rest is laid out by the template.
_TOLD = (Aspect.NEEDED, Aspect.TIME_LIMIT, Aspect.VISITS, Aspect.FEE, Aspect.RESULT, Aspect.REMEDY)

# 政府信息公开条例第二十条: the fifteen things every authority publishes, by their ordinal.
CATALOGUE_CATEGORIES = (
    "行政法规、规章和规范性文件",
    "机关职能、机构设置、联系方式",
    "规划及相关政策",
    "统计信息",
    "行政许可和对外管理服务",
    "行政处罚、行政强制",
    "财政预算、决算",
    "行政事业性收费",
    "政府集中采购",
    "重大建设项目",
    "扶贫、教育、医疗、社会保障、促进就业",
    "突发公共事件应急预案、预警",
    "环境保护、安全生产等监督检查",
    "公务员招考",
    "其他应当主动公开的信息",
)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@router.get("/healthz")
def get_health(request: Request) -> dict[str, str]:
    """Well: the database answers."""
    _check_database(request)
    return {"status": "ok"}


@router.get("/readyz")
def get_readiness(request: Request) -> dict[str, str | int | bool]:
    """Ready for citizens: the database answers and something is published."""
    _check_database(request)
    service = _service(request)
    return {
        "status": "ready",
        "knowledge_revision": service.shelf.revision,
        "has_model": service.model is not None,
        "has_encoder": service.encoder is not None,
    }


def _check_database(request: Request) -> None:
    try:
        _service(request).db.check()
    except Exception as error:  # whatever is wrong with it, the asker learns only that it is
        raise Unavailable from error


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    document: Document
    category: str
    office: str
    text: str


@router.get("/catalogue", include_in_schema=False)
def get_catalogue(
    request: Request, q: Annotated[str, Query(max_length=MAX_SEARCH)] = ""
) -> HTMLResponse:
    """公开目录: 索引、名称、内容概述、生成日期 (条例第十二条), newest first."""
    shelf = _service(request).shelf
    documents = sorted(shelf.documents(), key=lambda one: one.created_on, reverse=True)
    rows = [
        CatalogueRow(
            document,
            CATALOGUE_CATEGORIES[document.category - 1],
            shelf.office(document.office).title,
            shelf.fill(document.summary),
        )
        for document in documents
        if _contains(document, q)
    ]
    context = {"rows": rows, "q": q, "total": len(documents)}
    return page(request, "catalogue.html", context)


def _contains(document: Document, wanted: str) -> bool:
    """Every word of `wanted` occurs in what the catalogue says of the document."""
    said = (
        document.index,
        document.number or "",
        document.title,
        *document.aliases,
        document.summary,
        document.topic,
        CATALOGUE_CATEGORIES[document.category - 1],
    )
    text = bare(normalise(" ".join(said)))
    return all(bare(word) in text for word in normalise(wanted).split())


@router.get("/services", include_in_schema=False)
def get_services(request: Request) -> HTMLResponse:
    """办事事项, under the office that is in charge of them."""
    shelf = _service(request).shelf
    by_office: dict[str, list[ServiceItem]] = {}
    for service in shelf.services():
        by_office.setdefault(service.office, []).append(service)
    groups = [(shelf.office(office), services) for office, services in by_office.items()]
    return page(request, "services.html", {"groups": groups, "days": shelf.bureau.promised_days})


@router.get("/services/{service_id}", include_in_schema=False)
def get_service(request: Request, service_id: str) -> HTMLResponse:
    """One item with all its fields."""
    shelf = _service(request).shelf
    item = shelf.get(service_id)
    if not isinstance(item, ServiceItem):
        raise NotFound("没有这个办事事项。")
    overview = compose(shelf, item)
    context = {
        "item": item,
        "overview": overview,
        "office": shelf.office(item.office),
        "told": {aspect.value: _told(shelf, item, aspect) for aspect in _TOLD},
        "promised": shelf.bureau.promised_days.get(item.id),
        "site": shelf.bureau.services_online.get(item.id, shelf.bureau.service_site),
        "expired": shelf.is_expired(item, local_date(utc_now())),
        "parent": shelf.get(item.parent) if item.parent else None,
        "children": [other for other in shelf.services() if other.parent == item.id],
    }
    return page(request, "service.html", context)


def _told(shelf: Shelf, item: ServiceItem, aspect: Aspect) -> str:
    return compose(shelf, item, (aspect,)).text


Year = Annotated[int | None, Query(description="自然年；不填为最近12个月")]


def _figures(request: Request, year: int | None) -> Figures:
    now = utc_now()
    months = figures.last_months(local_date(now)) if year is None else figures.months_of(year)
    with _service(request).db.reading() as session:
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
    publisher = _service(request).shelf.bureau.name
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


class CountOut(BaseModel):
    key: str
    label: str
    count: int


class QuestionsOut(BaseModel):
    total: int
    by_outcome: list[CountOut]
    rated: int
    helpful: int
    satisfaction: float | None


class KindOut(BaseModel):
    key: str
    label: str
    total: int
    states: list[CountOut]


class CasesOut(BaseModel):
    """`on_time_rate` is null when nothing was closed."""

    received: int
    closed: int
    on_time: int
    on_time_rate: float | None
    average_workdays: float | None
    open: int
    overdue: int
    waiting: int
    by_kind: list[KindOut]
    by_disclosure_outcome: list[CountOut]


class MonthOut(BaseModel):
    month: str
    questions: int
    received: int
    closed: int


class StatisticsOut(BaseModel):
    """The figures of consecutive months in Asia/Shanghai, with their definitions."""

    publisher: str
    sample: bool
    first_month: str
    last_month: str
    counted_at: str
    questions: QuestionsOut
    cases: CasesOut
    by_month: list[MonthOut]
    definitions: dict[str, str]


@router.get("/api/statistics")
def get_statistics_json(request: Request, year: Year = None) -> StatisticsOut:
    """答复统计 for programs."""
    found = _figures(request, year)
    bureau = _service(request).shelf.bureau
    questions, cases = found.questions, found.cases
    return StatisticsOut(
        publisher=bureau.name,
        sample=bureau.sample,
        first_month=found.months[0].key,
        last_month=found.months[-1].key,
        counted_at=found.counted_at.isoformat(timespec="seconds"),
        questions=QuestionsOut(
            total=questions.total,
            by_outcome=_counts(questions.by_outcome),
            rated=questions.rated,
            helpful=questions.helpful,
            satisfaction=_rounded(questions.satisfaction),
        ),
        cases=CasesOut(
            received=cases.received,
            closed=cases.closed,
            on_time=cases.on_time,
            on_time_rate=_rounded(cases.on_time_rate),
            average_workdays=_rounded(cases.average_workdays),
            open=cases.open,
            overdue=cases.overdue,
            waiting=cases.waiting,
            by_kind=[
                KindOut(
                    key=line.kind.value,
                    label=line.kind.label,
                    total=line.total,
                    states=_counts(line.states),
                )
                for line in cases.by_kind
            ],
            by_disclosure_outcome=_counts(cases.by_disclosure_outcome),
        ),
        by_month=[
            MonthOut(
                month=line.month.key,
                questions=line.questions,
                received=line.received,
                closed=line.closed,
            )
            for line in found.by_month
        ],
        definitions=DEFINITIONS,
    )


def _counts(counts: Sequence[figures.Count]) -> list[CountOut]:
    return [CountOut(key=one.key, label=one.label, count=one.count) for one in counts]
