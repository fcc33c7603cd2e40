"""Templates: one environment, autoescape on, and what every page may count on."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from assistant.settings import SHANGHAI

HERE = Path(__file__).resolve().parent

_templates = Environment(
    loader=FileSystemLoader(HERE / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _day(value: date | None) -> str:
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def _moment(value: datetime | None) -> str:
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    return f"{_day(local.date())} {local:%H:%M}"


_templates.filters["day"] = _day
_templates.filters["moment"] = _moment


def page(
    request: Request, name: str, context: dict[str, Any], status: int = 200
) -> HTMLResponse:
    """Render a page. `bureau`, `path` and `senior` (长辈版) are always there."""
    service = request.app.state.service
    values = {
        "bureau": service.shelf.bureau,
        "path": request.url.path,
        "senior": request.cookies.get("senior") == "1",
        "signed_in": None,
        **context,
    }
    return HTMLResponse(_templates.get_template(name).render(values), status)
