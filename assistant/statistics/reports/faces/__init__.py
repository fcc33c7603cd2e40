"""The files of a report, made from what it says alone: equal editions make equal bytes.

edition     what is rendered: the data, its number and its date
layout      the report as headings, paragraphs and grids with merged cells, the same for HTML, DOCX and XLSX
page        HTML, whole in itself
portable    PDF, where the machine can make one
word        DOCX
sheets      XLSX
plain       CSV and JSON
"""

from __future__ import annotations

from assistant.letters.render import pdf_is_possible
from assistant.statistics.reports.faces.edition import Edition
from assistant.statistics.reports.faces.page import STYLE_HASH, to_html
from assistant.statistics.reports.faces.plain import to_csv, to_json
from assistant.statistics.reports.kinds import Format

__all__ = ["STYLE_HASH", "Edition", "possible_formats", "render"]


def possible_formats() -> tuple[Format, ...]:
    """Every face this machine can make: all, or all but PDF."""
    return tuple(one for one in Format if one is not Format.PDF or pdf_is_possible() is None)


def render(edition: Edition, format: Format) -> bytes:
    """One face; `Unavailable` with the reason for a PDF on a machine that cannot make one."""
    match format:
        case Format.HTML:
            return to_html(edition).encode()
        case Format.CSV:
            return to_csv(edition)
        case Format.JSON:
            return to_json(edition)
        # Loaded when first wanted: no start of the service should wait for them.
        case Format.PDF:
            from assistant.statistics.reports.faces.portable import to_pdf

            return to_pdf(edition)
        case Format.DOCX:
            from assistant.statistics.reports.faces.word import to_docx

            return to_docx(edition)
        case Format.XLSX:
            from assistant.statistics.reports.faces.sheets import to_xlsx

            return to_xlsx(edition)
