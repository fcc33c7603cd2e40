"""A report as an Excel file: what it says on the first sheet, every table on its own. Texts are never formulas."""

from __future__ import annotations

import io
import re
from datetime import datetime

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format as Style  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from assistant.statistics.reports.faces.edition import Edition
from assistant.statistics.reports.faces.grids import Grid, GridCell
from assistant.statistics.reports.faces.layout import Heading, Page, Paragraph, lay_out

FIRST_SHEET = "报告"
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_FONT = "宋体"
# Characters in all columns of a table together.
_BREADTH = 110


def to_xlsx(edition: Edition) -> bytes:
    """The grids stand as on paper, numbers as numbers; the file's date is the publication's."""
    out = io.BytesIO()
    page, day = lay_out(edition), edition.dated
    book = xlsxwriter.Workbook(out, _OPTIONS)
    created = datetime(*day.timetuple()[:6])  # noqa: DTZ001  xlsxwriter wants it without a zone
    book.set_properties({"title": page.title, "author": page.publisher, "created": created})
    styles = {
        name: book.add_format({"font_name": _FONT, "text_wrap": True, "valign": "vcenter", **own})
        for name, own in _STYLES.items()
    }
    _write_text(book.add_worksheet(FIRST_SHEET), page, styles)
    for grid in page.grids:
        _write_grid(book.add_worksheet(_FORBIDDEN.sub("", grid.caption)[:31]), grid, styles)
    book.close()
    return out.getvalue()


_STYLES: dict[str, dict[str, object]] = {
    "title": {"font_size": 18, "bold": True, "align": "center"},
    "heading": {"font_size": 12, "bold": True},
    "text": {"font_size": 11},
    "caption": {"font_size": 13, "bold": True, "align": "center"},
    "head": {"font_size": 10, "border": 1, "align": "center"},
    "label": {"font_size": 10, "border": 1, "align": "left"},
    "number": {"font_size": 10, "border": 1, "align": "center"},
}


def _write_text(sheet: Worksheet, page: Page, styles: dict[str, Style]) -> None:
    sheet.set_column(0, 0, 100)
    lines = [(page.title, "title"), *((mark, "text") for mark in page.marks)]
    lines += [(line, "text") for line in (page.number, page.publisher, page.dated) if line]
    for block in page.blocks:
        if isinstance(block, Heading):
            lines.append((block.text, "heading"))
        elif isinstance(block, Paragraph):
            lines.append((block.text, "text"))
        else:
            lines.append((f"（见“{block.caption}”工作表）", "text"))
    lines += [(line, "text") for line in page.foot]
    for y, (line, style) in enumerate(lines):
        sheet.write_string(y, 0, line, styles[style])
        sheet.set_row(y, 18 * (1 + len(line) // (28 if style == "title" else 50)))


def _write_grid(sheet: Worksheet, grid: Grid, styles: dict[str, Style]) -> None:
    last = len(grid.widths) - 1
    for x, width in enumerate(grid.widths):
        sheet.set_column(x, x, max(6, _BREADTH * width / sum(grid.widths)))
    if last:
        sheet.merge_range(0, 0, 0, last, "", styles["caption"])
    sheet.write_string(0, 0, grid.caption, styles["caption"])
    for y, x, cell in grid.placed():
        style = styles[_style_of(cell)]
        if cell.rows > 1 or cell.columns > 1:
            sheet.merge_range(y + 1, x, y + cell.rows, x + cell.columns - 1, "", style)
        if isinstance(cell.content, str):
            sheet.write_string(y + 1, x, cell.content, style)
        elif cell.content is None:
            sheet.write_blank(y + 1, x, None, style)
        else:
            sheet.write_number(y + 1, x, cell.content, style)
    sheet.freeze_panes(1 + grid.heads, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _style_of(cell: GridCell) -> str:
    if cell.is_number:
        return "number"
    return "head" if cell.scope in ("col", "colgroup") else "label"
