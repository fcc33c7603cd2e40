"""Templates: one environment, autoescape on, and what every page may count on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from assistant.disclosure.outcomes import Outcome
from assistant.errors import Refused
from assistant.settings import SHANGHAI
from assistant.statistics.reports.wording import number_text

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"

_templates = Environment(
    loader=FileSystemLoader(HERE / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_LISTED = re.compile(r"\s*(?:(?P<dash>-)|\d+\.)\s+(?P<text>.*)")
_ORDINAL = re.compile(r"^(?:（[一二三四五六]）|\d+\.)")
_WEEKDAYS = "一二三四五六日"


def _day(value: date | str | None) -> str:
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def _weekday(value: date) -> str:
    return f"星期{_WEEKDAYS[value.weekday()]}"


def _moment(value: datetime | None) -> str:
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    return f"{_day(local.date())} {local:%H:%M}"


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    """An editor's text cut into paragraphs (`p`), dashed (`ul`) and numbered (`ol`) lists."""
    blocks: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        listed = _LISTED.fullmatch(line)
        if not line.strip():
            blocks.append(("", []))
            continue
        kind = "p" if listed is None else "ul" if listed["dash"] else "ol"
        content = line.strip() if listed is None else listed["text"]
        if blocks and blocks[-1][0] == kind:
            blocks[-1][1].append(content)
        else:
            blocks.append((kind, [content]))
    return [block for block in blocks if block[1]]


def outcome_words(outcome: Outcome) -> str:
    """An outcome in a citizen's words: the annual report's headings without their numbering."""
    group = _ORDINAL.sub("", outcome.group.label).split("（")[0]
    own = _ORDINAL.sub("", outcome.label).split("（")[0]
    return group if own == group else f"{group}：{own}"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def figure(value: float | str | None, unit: str) -> str:
    """A published figure as a reader sees it: shares as percent, days to one place, — where there is none."""
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:.1%}" if unit == "%" else f"{value:.1f}"
    return str(value)


@cache
def asset(name: str) -> str:
    """A static file's address; it changes with the content, so browsers may keep the file."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


_templates.filters.update(
    day=_day,
    weekday=_weekday,
    moment=_moment,
    blocks=_blocks,
    outcome_words=outcome_words,
    percent=_percent,
    figure=figure,
    number_text=number_text,
)
_templates.globals["asset"] = asset


def page(
    request: Request, name: str, context: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    """Render a page. `bureau`, `path`, `back` and `senior` (长辈版) are always there.

    `back` is where 长辈版 may return to: None on a page that answers a POST, which cannot be
    fetched again.
    """
    service = request.app.state.service
    query = f"?{request.url.query}" if request.url.query else ""
    values = {
        "bureau": service.shelf.bureau,
        "path": request.url.path,
        "back": request.url.path + query if request.method == "GET" else None,
        "senior": request.cookies.get("senior") == "1",
        "signed_in": None,
        **context,
    }
    return HTMLResponse(_templates.get_template(name).render(values), status)


def with_retry_after(response: HTMLResponse, refusal: Refused | None) -> HTMLResponse:
    """The page, saying in its header too how long to wait, when the refusal knows."""
    if refusal is not None and "retry_after" in refusal.details:
        response.headers["Retry-After"] = str(refusal.details["retry_after"])
    return response
