"""Kinds of report, their states, their periods and their files. Pure."""

from __future__ import annotations

import re

from assistant.errors import Invalid
from assistant.labels import Labelled
from assistant.statistics.periods import Quarter, Year

ReportPeriod = Quarter | Year

_KEY = re.compile(r"(\d{4})(?:-Q([1-4]))?")


class ReportKind(Labelled):
    QUARTERLY = "quarterly", "依申请公开季度报告"
    ANNUAL = "annual", "政府信息公开工作年度报告"


class ReportStatus(Labelled):
    DRAFT = "draft", "草稿"
    SIGNED = "signed", "已签发"
    PUBLISHED = "published", "已公布"


class Format(Labelled):
    """A face of a report; `label` is what a reader is offered."""

    HTML = "html", "网页"
    PDF = "pdf", "PDF 文件"
    DOCX = "docx", "Word 文件"
    XLSX = "xlsx", "Excel 表格"
    CSV = "csv", "CSV 数据"
    JSON = "json", "JSON 数据"

    @property
    def media_type(self) -> str:
        """What it is served as."""
        return _MEDIA_TYPES[self]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Format.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
}


def period_of(key: str) -> ReportPeriod:
    """`2025` or `2025-Q4` read; `Invalid` for anything else."""
    found = _KEY.fullmatch(key)
    if not found:
        raise Invalid("统计期应写成 2025 或者 2025-Q4。", field="period")
    year, quarter = found.groups()
    return Quarter(int(year), int(quarter)) if quarter else Year(int(year))


def require_period(kind: ReportKind, period: ReportPeriod) -> None:
    """Raise `Invalid` unless the kind reports on such a period."""
    if isinstance(period, Year) is not (kind is ReportKind.ANNUAL):
        raise Invalid("年度报告的统计期是一年，季度报告的统计期是一个季度。", field="period")


def previous_of(period: ReportPeriod) -> ReportPeriod:
    """The period just before."""
    if isinstance(period, Year):
        return Year(period.number - 1)
    if period.number == 1:
        return Quarter(period.year - 1, 4)
    return Quarter(period.year, period.number - 1)
