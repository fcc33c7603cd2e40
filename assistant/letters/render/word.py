"""A letter as a Word file, for those who still have to sign or seal on paper. Equal letters make equal bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

from docx import Document
from docx.document import Document as DocumentFile
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from assistant.letters.render.printed import SAMPLE, SAMPLE_NOTE, SEAL, Block, PrintedLetter

BODY_FONT, TITLE_FONT, MARK_FONT = "仿宋", "方正小标宋简体", "黑体"
_LATIN = "Times New Roman"
_RED, _GREY = RGBColor(0xC0, 0, 0), RGBColor(0x76, 0x76, 0x76)
_LINE = Pt(29)
# 三号, 二号, and the head after GB/T 9704-2012.
_BODY, _TITLE, _HEAD, _CELL, _SMALL = Pt(16), Pt(22), Pt(32), Pt(14), Pt(12)
_CENTER, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
# The earliest a zip can say; a file's own time would make every download differ.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def to_docx(letter: PrintedLetter) -> bytes:
    """The letter as .docx, A4, Chinese fonts named for the east-asian script."""
    file = Document()
    _set_page(file, is_form=letter.agency is None)
    _set_properties(file, letter)
    if letter.sample:
        mark = _line(file, f"{SAMPLE}　{SAMPLE_NOTE}", _SMALL, MARK_FONT, _CENTER)
        mark.runs[0].font.color.rgb = _RED
    if letter.agency:
        _add_head(file, letter.agency, letter.number)
    title = _line(file, letter.title, _TITLE, TITLE_FONT, _CENTER)
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(29), Pt(20)
    if letter.addressee:
        _line(file, f"{letter.addressee}：", _BODY, BODY_FONT, _LEFT)
    size = _BODY if letter.agency else _SMALL
    for block in letter.blocks:
        _add_block(file, block, size)
    if letter.agency:
        _add_signature(file, letter.agency, letter.dated)
    return _saved(file)


def _set_page(file: DocumentFile, *, is_form: bool) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = (Mm(22), Mm(24)) if is_form else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = (Mm(24), Mm(24)) if is_form else (Mm(28), Mm(26))
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN, _BODY
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FONT)


def _set_properties(file: DocumentFile, letter: PrintedLetter) -> None:
    """Who and when by the letter, not by the machine."""
    day = letter.issued_on or date(*_EPOCH[:3])
    properties = file.core_properties
    properties.title, properties.author = letter.title, letter.agency or ""
    properties.last_modified_by, properties.comments, properties.language = "", "", "zh-CN"
    properties.created = properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001


def _add_head(file: DocumentFile, agency: str, number: str | None) -> None:
    last = head = _line(file, agency, _HEAD, TITLE_FONT, _CENTER)
    head.runs[0].font.color.rgb = _RED
    head.paragraph_format.line_spacing = Pt(44)
    if number:
        last = _line(file, number, _BODY, BODY_FONT, _CENTER)
        last.paragraph_format.space_before = Pt(16)
    _rule_below(last)


def _rule_below(paragraph: Paragraph) -> None:
    """The red line that closes the head."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.makeelement(qn("w:pBdr"), {})
    below = {"w:val": "single", "w:sz": "12", "w:space": "11", "w:color": "C00000"}
    borders.append(borders.makeelement(qn("w:bottom"), {qn(k): v for k, v in below.items()}))
    # Word wants the border before the spacing.
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc")


def _add_block(file: DocumentFile, block: Block, size: Pt) -> None:
    if not block.rows:
        body = _line(file, block.paragraph, size, BODY_FONT, WD_ALIGN_PARAGRAPH.JUSTIFY)
        body.paragraph_format.first_line_indent = Pt(size.pt * 2)
        return
    table = file.add_table(rows=0, cols=2, style="Table Grid")
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], text, _CELL, BODY_FONT)
    for column, width in zip(table.columns, (Mm(60), Mm(96)), strict=True):
        for cell in column.cells:
            cell.width = width


def _add_signature(file: DocumentFile, agency: str, dated: str) -> None:
    lines = ((agency, _BODY), (dated, _BODY), (SEAL, _SMALL))
    # A signature alone on its page could be put under any letter.
    file.paragraphs[-1].paragraph_format.keep_with_next = True
    for place, (text, size) in enumerate(lines):
        signed = _line(file, text, size, BODY_FONT, _CENTER)
        # A block in the right half, centred in itself, as a seal covers it.
        signed.paragraph_format.left_indent = Mm(70)
        signed.paragraph_format.keep_with_next = place < len(lines) - 1
        if not place:
            signed.paragraph_format.space_before = Pt(44)
        if text == SEAL:
            signed.runs[0].font.color.rgb = _GREY


def _line(
    file: DocumentFile, text: str, size: Pt, font: str, alignment: WD_ALIGN_PARAGRAPH
) -> Paragraph:
    paragraph = file.add_paragraph()
    layout = paragraph.paragraph_format
    layout.alignment, layout.space_before, layout.space_after = alignment, Pt(0), Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    _write(paragraph, text, size, font)
    return paragraph


def _write(paragraph: Paragraph, text: str, size: Pt, font: str) -> Run:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = _LATIN, size
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _saved(file: DocumentFile) -> bytes:
    """The package with every entry's time set to the same day."""
    raw, out = io.BytesIO(), io.BytesIO()
    file.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()
