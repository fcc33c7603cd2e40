"""A finished letter as a page, a Word file and a PDF, after the layout of GB/T 9704-2012.

printed     what is rendered
page        HTML, the same bytes every time
word        DOCX
portable    PDF, where the machine can make one
"""

from assistant.letters.render.page import STYLE_HASH, to_html
from assistant.letters.render.portable import page_to_pdf, pdf_is_possible, to_pdf
from assistant.letters.render.printed import PrintedLetter

__all__ = [
    "STYLE_HASH",
    "PrintedLetter",
    "page_to_pdf",
    "pdf_is_possible",
    "to_docx",
    "to_html",
    "to_pdf",
]


def to_docx(letter: PrintedLetter) -> bytes:
    """The letter as a Word file."""
    # Loaded when first wanted: it takes most of a second, which no start of the service should wait for.
    from assistant.letters.render.word import to_docx as render

    return render(letter)
