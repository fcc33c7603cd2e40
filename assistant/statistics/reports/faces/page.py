"""A report as one whole HTML page with its style in it, fit to be printed."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.statistics.reports.faces.edition import Edition
from assistant.statistics.reports.faces.grids import Grid
from assistant.statistics.reports.faces.layout import Heading, lay_out
from assistant.statistics.reports.wording import number_text

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_PAGES.filters["number"] = number_text
_PAGES.tests["grid"] = lambda block: isinstance(block, Grid)
_PAGES.tests["heading"] = lambda block: isinstance(block, Heading)


def to_html(edition: Edition) -> str:
    """The page, with every word escaped. Its dates are the publication's."""
    at = edition.dated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _PAGES.get_template("report.html").render(page=lay_out(edition), at=at)


def _style_hash() -> str:
    style = _PAGES.get_template("report.css").render()
    digest = hashlib.sha256(style.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


# What a Content-Security-Policy has to name for the page's own style: style-src 'sha256-…'.
STYLE_HASH = _style_hash()
