"""A report as a Word file with the form's merged cells. Equal editions make equal bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from docx import Document
from docx.document import Document as DocumentFile
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from assistant.statistics.reports.faces.edition import Edition
from assistant.statistics.reports.faces.grids import Grid, GridCell
from assistant.statistics.reports.faces.layout import Heading, Page, Paragraph, lay_out
from assistant.statistics.reports.wording import number_text

_BODY, _TITLE, _MARK = "仿宋", "方正小标宋简体", "黑体"
_LATIN = "Times New Roman"
_RED, _GREY = RGBColor(0xB0, 0, 0), RGBColor(0x44, 0x44, 0x44)
_CENTER, _LEFT, _BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
_PAGE_WIDTH = 170  # mm between the margins


def to_docx(edition: Edition) -> bytes:
    """The report as .docx, A4; the file's dates are the publication's."""
    page, day = lay_out(edition), edition.dated
    file = Document()
    _set_page(file)
    properties = file.core_properties
    properties.title, properties.author, properties.language = page.title, page.publisher, "zh-CN"
    properties.last_modified_by, properties.comments = "", ""
    properties.created = properties.modified = datetime(*day.timetuple()[:6])  # noqa: DTZ001
    _add_top(file, page)
    for block in page.blocks:
        if isinstance(block, Heading):
            _add_heading(file, block)
        elif isinstance(block, Paragraph):
            _add_paragraph(file, block)
        else:
            _add_grid(file, block)
    _add_end(file, page)
    return _saved(file, day)


def _set_page(file: DocumentFile) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    section.left_margin, section.right_margin = Mm(20), Mm(20)
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN, Pt(14)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY)


def _add_top(file: DocumentFile, page: Page) -> None:
    for mark in page.marks:
        line = _line(file, mark, 11, _MARK, _CENTER)
        line.runs[0].font.color.rgb = _RED
    for text in page.title_lines:
        _line(file, text, 22, _TITLE, _CENTER)
    number = _line(file, page.number or "", 14, _BODY, _CENTER)
    number.paragraph_format.space_before = number.paragraph_format.space_after = Pt(8)


def _add_heading(file: DocumentFile, heading: Heading) -> None:
    """A real heading, so that the navigation pane and screen readers find it."""
    line = file.add_paragraph(style=f"Heading {heading.level}")
    _write(line, heading.text, 15 if heading.level == 2 else 14, _MARK)
    line.runs[0].font.color.rgb = RGBColor(0, 0, 0)
    layout = line.paragraph_format
    layout.space_before, layout.space_after = Pt(10 if heading.level == 2 else 4), Pt(4)


def _add_paragraph(file: DocumentFile, block: Paragraph) -> None:
    size = 10 if block.is_note else 14
    line = _line(file, block.text, size, _BODY, _BOTH)
    if not block.is_note:
        line.paragraph_format.first_line_indent = Pt(size * 2)


def _add_grid(file: DocumentFile, grid: Grid) -> None:
    if not grid.is_headed:
        caption = _line(file, grid.caption, 11, _MARK, _CENTER)
        caption.paragraph_format.space_before = Pt(6)
        caption.paragraph_format.keep_with_next = True
    width = len(grid.widths)
    table = file.add_table(rows=len(grid.rows), cols=width, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    cells = table._cells  # `table.cell` walks the whole table every time
    for place, cell in enumerate(cells):
        cell.width = Mm(_PAGE_WIDTH * grid.widths[place % width] / sum(grid.widths))
    for y, x, cell in grid.placed():
        corner = cells[y * width + x]
        if cell.rows > 1 or cell.columns > 1:
            corner = corner.merge(cells[(y + cell.rows - 1) * width + x + cell.columns - 1])
        _fill(corner.paragraphs[0], cell, 8 if width > 10 else 9)
    _repeat_head(table, grid.heads)


def _fill(line: WordParagraph, cell: GridCell, size: int) -> None:
    text = cell.content if isinstance(cell.content, str) else number_text(cell.content)
    _write(line, text, size, _BODY)
    is_label = isinstance(cell.content, str) and cell.scope not in ("col", "colgroup")
    line.paragraph_format.alignment = _LEFT if is_label else _CENTER
    line.paragraph_format.space_after = Pt(0)


def _repeat_head(table: Table, heads: int) -> None:
    """The header stands again on every page, and no row breaks over two."""
    for place, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(properties.makeelement(qn("w:cantSplit"), {}))
        if place < heads:
            properties.append(properties.makeelement(qn("w:tblHeader"), {}))


def _add_end(file: DocumentFile, page: Page) -> None:
    for place, text in enumerate(filter(None, (page.publisher, page.dated))):
        signed = _line(file, text, 14, _BODY, _CENTER)
        signed.paragraph_format.left_indent = Mm(70)
        signed.paragraph_format.space_before = Pt(0 if place else 28)
    for text in page.foot:
        _line(file, text, 8, _BODY, _LEFT).runs[0].font.color.rgb = _GREY


def _line(
    file: DocumentFile, text: str, size: int, font: str, alignment: WD_ALIGN_PARAGRAPH
) -> WordParagraph:
    line = file.add_paragraph()
    layout = line.paragraph_format
    layout.alignment, layout.space_before, layout.space_after = alignment, Pt(0), Pt(0)
    layout.line_spacing = 1.5 if size >= 14 else 1.25
    _write(line, text, size, font)
    return line


def _write(line: WordParagraph, text: str, size: int, font: str) -> None:
    run = line.add_run(text)
    run.font.name, run.font.size = _LATIN, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _saved(file: DocumentFile, day: datetime) -> bytes:
    """The package with every entry dated as the publication."""
    raw, out = io.BytesIO(), io.BytesIO()
    file.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, day.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()
