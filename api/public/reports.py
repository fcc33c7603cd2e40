"""Published reports: the list, each report with its tables and files, and an Atom feed of new ones."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Annotated
from xml.etree import ElementTree

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api.deps import service_of
from api.public.statistics_markup import report_dataset, root
from api.render import page
from assistant.service import Service
from assistant.statistics.reports.faces import Edition
from assistant.statistics.reports.faces.grids import Grid
from assistant.statistics.reports.faces.layout import Block, Heading, Page, lay_out
from assistant.statistics.reports.kinds import Format, ReportKind
from assistant.statistics.reports.reading import (
    PublishedReport,
    changes_in,
    get_published,
    published_reports,
    read_file,
)

router = APIRouter()

FEED_LENGTH = 30
_ATOM = "http://www.w3.org/2005/Atom"
ReportId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class ReportOut(BaseModel):
    """One published version; `files` by format."""

    id: int
    kind: str
    period: str
    version: int
    number: str
    title: str
    published_at: str
    note: str | None
    is_newest: bool
    data_hash: str
    url: str
    files: dict[str, str]


class ReportsOut(BaseModel):
    """Every published version of every report, newest first."""

    publisher: str
    sample: bool
    reports: list[ReportOut]


@router.get("/statistics/reports", include_in_schema=False)
def get_reports(request: Request) -> HTMLResponse:
    """The list of published reports, the newest first; what was corrected is under what corrects it."""
    with service_of(request).db.reading() as session:
        reports = published_reports(session)
    by_year: dict[str, list[PublishedReport]] = {}
    for report in sorted(reports, key=lambda one: one.period.span.last, reverse=True):
        by_year.setdefault(report.period.key[:4], []).append(report)
    context = {"reports": reports, "by_year": by_year, "kinds": list(ReportKind)}
    return page(request, "reports.html", context)


@router.get("/statistics/reports/{report_id}", include_in_schema=False)
def get_report(request: Request, report_id: ReportId) -> HTMLResponse:
    """One published version: its tables, texts and files, and what it says otherwise than the version before."""
    service = service_of(request)
    with service.db.reading() as session:
        view = get_published(session, report_id)
        changes = changes_in(session, report_id)
    entry = view.entry
    edition = Edition(
        view.data, entry.data_hash, entry.version, entry.number, entry.note, entry.published_at
    )
    laid_out = lay_out(edition)
    context = {
        "view": view,
        "entry": entry,
        "laid_out": laid_out,
        "blocks": blocks_of(laid_out),
        "changes": changes,
        "newest": next(one for one in view.versions if one.is_newest),
        "dataset": report_dataset(service, view),
    }
    return page(request, "report.html", context)


@router.get("/statistics/reports/{report_id}/{format}", include_in_schema=False)
def get_report_file(request: Request, report_id: ReportId, format: Format) -> Response:
    """A file of a report exactly as it was published."""
    with service_of(request).db.reading() as session:
        entry = get_published(session, report_id).entry
        content = read_file(session, report_id, format)
    name = f"{entry.kind.value}-{entry.period.key}-v{entry.version}.{format.value}"
    shown = "inline" if format is Format.HTML else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "ETag": f'"{entry.data_hash}"'}
    if format is Format.HTML:
        headers["Content-Security-Policy"] = _own_policy(content)
    return Response(content, media_type=format.media_type, headers=headers)


@router.get("/statistics/feed.atom", include_in_schema=False)
def get_feed(request: Request) -> Response:
    """New reports and corrections (RFC 4287), the newest first."""
    service = service_of(request)
    with service.db.reading() as session:
        reports = published_reports(session)[:FEED_LENGTH]
    return Response(feed(service, reports), media_type="application/atom+xml; charset=utf-8")


@router.get("/api/statistics/reports")
def get_reports_json(request: Request) -> ReportsOut:
    """统计报告的目录 for programs; the figures are in each report's own JSON file."""
    service = service_of(request)
    with service.db.reading() as session:
        views = [get_published(session, one.id) for one in published_reports(session)]
    return ReportsOut(
        publisher=service.shelf.bureau.name,
        sample=service.shelf.bureau.sample,
        reports=[
            ReportOut(
                id=view.entry.id,
                kind=view.entry.kind.value,
                period=view.entry.period.key,
                version=view.entry.version,
                number=view.entry.number,
                title=view.entry.title,
                published_at=view.entry.published_at.isoformat(timespec="seconds"),
                note=view.entry.note,
                is_newest=view.entry.is_newest,
                data_hash=view.entry.data_hash,
                url=f"/statistics/reports/{view.entry.id}",
                files={
                    file.format.value: f"/statistics/reports/{view.entry.id}/{file.format.value}"
                    for file in view.files
                },
            )
            for view in views
        ],
    )


def blocks_of(laid_out: Page) -> list[tuple[str, Block]]:
    """Headings, paragraphs and grids, each with the name of what it is."""
    return [(_kind_of(block), block) for block in laid_out.blocks]


def _kind_of(block: Block) -> str:
    if isinstance(block, Heading):
        return "heading"
    return "grid" if isinstance(block, Grid) else "paragraph"


def _own_policy(content: bytes) -> str:
    """A report published long ago brings the style of its time: the policy names the one that is in it."""
    styles = re.findall(rb"<style>(.*?)</style>", content, re.DOTALL)
    hashes = (base64.b64encode(hashlib.sha256(one).digest()).decode() for one in styles)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes) or "'none'"
    return (
        f"default-src 'none'; style-src {allowed}; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def feed(service: Service, reports: list[PublishedReport]) -> bytes:
    """The Atom document. Its ids never change, wherever the site moves to: they are hashes of the reports."""
    ElementTree.register_namespace("", _ATOM)
    site, bureau = root(service), service.shelf.bureau
    top = ElementTree.Element(f"{{{_ATOM}}}feed", {"xml:lang": "zh-CN"})
    mark = "（示例数据）" if bureau.sample else ""
    _add(top, "id", f"{site}/statistics/feed.atom")
    _add(top, "title", f"{bureau.name}统计报告{mark}")
    # Required even of an empty feed; nothing has changed since the beginning then.
    last = max((one.published_at for one in reports), default=None)
    _add(
        top, "updated", last.isoformat(timespec="seconds") if last else "1970-01-01T00:00:00+00:00"
    )
    author = ElementTree.SubElement(top, f"{{{_ATOM}}}author")
    _add(author, "name", bureau.name)
    _link(top, "self", f"{site}/statistics/feed.atom", "application/atom+xml")
    _link(top, "alternate", f"{site}/statistics/reports", "text/html")
    for report in reports:
        entry = ElementTree.SubElement(top, f"{{{_ATOM}}}entry")
        address = f"{site}/statistics/reports/{report.id}"
        _add(entry, "id", f"urn:sha256:{report.data_hash}:{report.version}")
        _add(entry, "title", f"{report.title}{_version(report)}{mark}")
        _add(entry, "updated", report.published_at.isoformat(timespec="seconds"))
        _add(entry, "published", report.published_at.isoformat(timespec="seconds"))
        _link(entry, "alternate", address, "text/html")
        _add(entry, "summary", report.note or f"{report.number}，统计期：{report.period.label}。")
    return bytes(ElementTree.tostring(top, encoding="utf-8", xml_declaration=True))


def _version(report: PublishedReport) -> str:
    return f"（第{report.version}版，更正）" if report.version > 1 else ""


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _link(parent: ElementTree.Element, rel: str, address: str, media: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": address, "type": media})
