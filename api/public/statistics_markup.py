"""schema.org Dataset markup, so that catalogues and search engines find the figures."""

from __future__ import annotations

from typing import Any

from assistant.service import Service
from assistant.statistics.figures import Figures
from assistant.statistics.reports.kinds import Format
from assistant.statistics.reports.reading import ReportView

_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Markup = dict[str, Any]


def dataset(service: Service, found: Figures) -> Markup:
    """The live figures of one period as a Dataset."""
    period = found.period
    key = period.key
    year, _, quarter = key.partition("-Q")
    query = f"?year={year}" + (f"&quarter={quarter}" if quarter else "")
    files = {f"/statistics/{key}.{format}": media for format, media in _MEDIA.items()}
    files[f"/api/statistics{query}"] = "application/json"
    return {
        **_base(service, f"{period.label}答复统计"),
        "description": "留言、申请和在线提问的数量、办理时间和结果，每个数字附有口径。",
        "url": f"{root(service)}/statistics{query}",
        "temporalCoverage": f"{period.span.first}/{period.span.last}",
        "dateModified": found.counted_at.isoformat(timespec="seconds"),
        "distribution": [_download(service, address, media) for address, media in files.items()],
    }


def report_dataset(service: Service, view: ReportView) -> Markup:
    """A published report as a Dataset."""
    entry = view.entry
    return {
        **_base(service, entry.title),
        "description": f"{entry.title}，{entry.number}，第{entry.version}版。",
        "url": f"{root(service)}/statistics/reports/{entry.id}",
        "identifier": entry.number,
        "version": str(entry.version),
        "datePublished": entry.published_at.isoformat(timespec="seconds"),
        "temporalCoverage": f"{entry.period.span.first}/{entry.period.span.last}",
        "distribution": [
            {
                **_download(
                    service,
                    f"/statistics/reports/{entry.id}/{file.format.value}",
                    file.format.media_type.partition(";")[0],
                ),
                "sha256": file.sha256,
            }
            for file in view.files
            if file.format is not Format.HTML
        ],
    }


def root(service: Service) -> str:
    """Where this site stands for the outside."""
    return (service.settings.site_url or service.shelf.bureau.website).rstrip("/")


def _base(service: Service, name: str) -> Markup:
    bureau = service.shelf.bureau
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"{name}（示例数据）" if bureau.sample else name,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "creator": {"@type": "GovernmentOrganization", "name": bureau.name, "url": bureau.website},
        "publisher": {"@type": "GovernmentOrganization", "name": bureau.name},
    }


def _download(service: Service, address: str, media: str) -> Markup:
    return {
        "@type": "DataDownload",
        "encodingFormat": media,
        "contentUrl": f"{root(service)}{address}",
    }
