"""The disclosure catalogue and the service items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from api.deps import service_of
from api.render import page
from assistant.cases.opening import local_date
from assistant.errors import NotFound
from assistant.knowledge.compose import compose
from assistant.knowledge.content import Answer, Aspect, Document
from assistant.knowledge.content import Service as ServiceItem
from assistant.knowledge.shelf import Shelf
from assistant.language.text import bare, normalise
from assistant.service import utc_now

router = APIRouter()


MAX_SEARCH = 100


# The parts of a service page that are told in sentences; the rest is laid out by the template.
_TOLD = (
    Aspect.NEEDED,
    Aspect.TIME_LIMIT,
    Aspect.VISITS,
    Aspect.FEE,
    Aspect.RESULT,
    Aspect.PROXY,
    Aspect.REMEDY,
)


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
    shelf = service_of(request).shelf
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
    shelf = service_of(request).shelf
    by_office: dict[str, list[ServiceItem]] = {}
    for service in shelf.services():
        by_office.setdefault(service.office, []).append(service)
    groups = [(shelf.office(office), services) for office, services in by_office.items()]
    return page(request, "services.html", {"groups": groups, "days": shelf.bureau.promised_days})


@router.get("/services/{service_id}", include_in_schema=False)
def get_service(request: Request, service_id: str) -> HTMLResponse:
    """One item with all its fields."""
    shelf = service_of(request).shelf
    item = shelf.get(service_id)
    if not isinstance(item, ServiceItem):
        raise NotFound("没有这个办事事项。")
    overview = compose(shelf, item)
    context = {
        "item": shelf.filled(item),
        "overview": overview,
        "office": shelf.office(item.office),
        "told": {aspect.value: _told(shelf, item, aspect) for aspect in _TOLD},
        "promised": shelf.bureau.promised_days.get(item.id),
        "site": shelf.bureau.services_online.get(item.id, shelf.bureau.service_site),
        "expired": shelf.is_expired(item, local_date(utc_now())),
        "parent": shelf.get(item.parent) if item.parent else None,
        "code": shelf.bureau.service_codes.get(item.id),
        "related": [
            other
            for other in map(shelf.get, item.related)
            if isinstance(other, Answer | ServiceItem)
        ],
        "children": [other for other in shelf.services() if other.parent == item.id],
    }
    return page(request, "service.html", context)


def _told(shelf: Shelf, item: ServiceItem, aspect: Aspect) -> str:
    return compose(shelf, item, (aspect,)).text
