"""A report as a tagged PDF: the HTML page printed, with the edition's own date and identifier in it."""

from __future__ import annotations

import hashlib

from assistant.letters.render import page_to_pdf
from assistant.statistics.reports.faces.edition import Edition
from assistant.statistics.reports.faces.page import to_html


def to_pdf(edition: Edition) -> bytes:
    """`Unavailable` with the reason on a machine that cannot make a PDF."""
    page = to_html(edition)
    return page_to_pdf(page, hashlib.sha256(page.encode()).digest()[:16])
