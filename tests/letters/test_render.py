"""Letters as pages, Word files and PDFs.

After a change of wording or layout that is meant, write the golden pages anew, look at them, and read the diff:

    .venv/bin/python -c "from tests.letters.test_render import write_golden; write_golden()"
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from assistant.disclosure.outcomes import Outcome
from assistant.errors import Unavailable
from assistant.letters.compose import Composed, compose, compose_reply
from assistant.letters.kinds import REPLY_KINDS, LetterKind, reply_kind
from assistant.letters.render import (
    STYLE_HASH,
    PrintedLetter,
    pdf_is_possible,
    portable,
    to_docx,
    to_html,
    to_pdf,
)
from tests.letters.samples import USUAL, facts_for, finished, templates

GOLDEN = Path(__file__).parent / "golden"
REPLIES = "replies.txt"
ISSUED_ON = date(2026, 5, 20)
OWN_KINDS = tuple(kind for kind in LetterKind if kind not in REPLY_KINDS)
# One reply of each group as a page; the words of all 21 are in one text.
SHOWN = (
    Outcome.GRANTED,
    Outcome.PARTIAL,
    Outcome.DENIED_THIRD_PARTY,
    Outcome.UNABLE_NOT_HELD,
    Outcome.UNPROCESSED_REPEAT,
    Outcome.OTHER_FEE_LAPSED,
)


def on_paper(letter: Composed) -> PrintedLetter:
    return PrintedLetter(
        number=letter.series and f"{letter.series}〔2026〕12号",
        title=letter.title,
        addressee=letter.addressee,
        paragraphs=letter.paragraphs,
        agency=letter.agency,
        issued_on=ISSUED_ON,
        sample=True,
    )


def letter_of(kind: LetterKind) -> PrintedLetter:
    return on_paper(compose(kind, facts_for(kind), templates()))


def reply_of(outcome: Outcome) -> PrintedLetter:
    return on_paper(compose(outcome, USUAL, templates()).with_text(finished(outcome)))


LETTERS: dict[str, Callable[[], PrintedLetter]] = {
    **{kind.value: lambda kind=kind: letter_of(kind) for kind in OWN_KINDS},
    **{reply_kind(one).value: lambda one=one: reply_of(one) for one in SHOWN},
}
FORMS = ("application_form", "register_form", "third_party_reply")


def all_replies() -> str:
    """The prefilled words of every outcome, as a handler first sees them."""
    return "\n".join(
        f"## {outcome.value}\n{compose_reply(outcome, USUAL, templates())}\n" for outcome in Outcome
    )


def write_golden() -> None:
    for name, letter in LETTERS.items():
        (GOLDEN / f"{name}.html").write_bytes(to_html(letter()).encode("utf-8"))
    (GOLDEN / REPLIES).write_bytes(all_replies().encode("utf-8"))


@pytest.mark.parametrize("name", LETTERS)
def test_page_is_byte_for_byte_the_golden_one(name: str) -> None:
    assert to_html(LETTERS[name]()).encode("utf-8") == (GOLDEN / f"{name}.html").read_bytes()


def test_words_of_all_replies_are_the_golden_ones() -> None:
    assert all_replies().encode("utf-8") == (GOLDEN / REPLIES).read_bytes()


def test_no_golden_page_is_left_behind() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{n}.html" for n in LETTERS} | {REPLIES}


class _Reader(HTMLParser):
    """The text of every element that is a line of the letter, and every address the page names."""

    LINES = frozenset({"p", "h1", "th", "td"})

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.addresses: list[str] = []
        self._is_in_line = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.LINES:
            self.lines.append("")
            self._is_in_line = True
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.LINES:
            self._is_in_line = False

    def handle_data(self, data: str) -> None:
        if self._is_in_line:
            self.lines[-1] += data


def read_page(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


def expected_lines(letter: PrintedLetter) -> list[str]:
    """What stands on the letter, top to bottom; a row gives two."""
    lines = [letter.agency, letter.number] if letter.agency else []
    lines += [letter.title, letter.addressee and f"{letter.addressee}："]
    for paragraph in letter.paragraphs:
        lines += paragraph.split("\t")
    if letter.agency:
        lines += [letter.agency, letter.dated, "（印章）"]
    return [line for line in lines if line]


@pytest.mark.parametrize("name", LETTERS)
def test_page_says_what_the_letter_says(name: str) -> None:
    letter = LETTERS[name]()
    reader = read_page(to_html(letter))
    assert reader.lines[0].startswith("示例")
    assert [line for line in reader.lines[1:] if line] == expected_lines(letter)
    assert reader.addresses == []


def test_everything_from_outside_is_escaped() -> None:
    attack = "<script>alert(1)</script>\"'&<img src=x>"
    letter = PrintedLetter(
        attack, attack, attack, (attack, f"{attack}\t{attack}"), attack, None, True
    )
    page = to_html(letter)
    assert "<script" not in page
    assert "<img" not in page
    assert expected_lines(letter) == [line for line in read_page(page).lines[1:] if line]


def test_style_hash_fits_the_style_in_the_page() -> None:
    style = re.search(r"<style>(.*?)</style>", to_html(LETTERS["receipt"]()), re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode("utf-8")).digest()).decode("ascii")
    assert f"sha256-{digest}" == STYLE_HASH


def test_sample_mark_stands_on_samples_only() -> None:
    letter = LETTERS["receipt"]()
    assert "虚构的机关" in to_html(letter)
    assert "虚构的机关" not in to_html(replace(letter, sample=False))
    assert "虚构的机关" not in "".join(read_word(replace(letter, sample=False)))


@pytest.mark.parametrize("name", LETTERS)
def test_head_and_signature_stand_on_our_own_letters_only(name: str) -> None:
    page = to_html(LETTERS[name]())
    assert ('class="head"' in page) == (name not in FORMS)
    assert ('class="signature"' in page) == (name not in FORMS)


def test_unsigned_letter_has_neither_number_nor_date() -> None:
    letter = replace(LETTERS["receipt"](), number=None, issued_on=None)
    assert 'class="number"' not in to_html(letter)
    assert "2026年5月20日" not in to_html(letter)
    assert read_word(letter)


def read_word(letter: PrintedLetter) -> list[str]:
    """The lines of the Word file in their order, cells of a row one after the other."""
    file = Document(io.BytesIO(to_docx(letter)))
    lines: list[str] = []
    for part in file.iter_inner_content():
        if hasattr(part, "rows"):
            lines += [cell.text for row in part.rows for cell in row.cells]
        else:
            lines.append(part.text)
    return lines


@pytest.mark.parametrize("name", LETTERS)
def test_word_file_says_what_the_letter_says(name: str) -> None:
    letter = LETTERS[name]()
    lines = read_word(letter)
    assert lines[0].startswith("示例")
    assert [line for line in lines[1:] if line] == expected_lines(letter)


@pytest.mark.parametrize("name", LETTERS)
def test_word_file_is_the_same_every_time(name: str) -> None:
    made = to_docx(LETTERS[name]())
    assert made == to_docx(LETTERS[name]())
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", ["reply_granted", "application_form"])
def test_word_file_names_chinese_fonts_and_the_letter_s_own_day(name: str) -> None:
    file = Document(io.BytesIO(to_docx(LETTERS[name]())))
    for run in (run for paragraph in file.paragraphs for run in paragraph.runs):
        fonts = run._element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in {"仿宋", "方正小标宋简体", "黑体"}
    properties = file.core_properties
    assert properties.created is not None
    assert properties.created.date() == ISSUED_ON
    assert properties.author == ("" if name in FORMS else "示例市林业水利局")
    assert file.sections[0].page_width.mm == pytest.approx(210, abs=0.1)


def _needs_pdf() -> None:
    reason = pdf_is_possible()
    if reason:
        pytest.skip(reason)


@pytest.mark.parametrize("name", ["reply_denied", "fee_notice", "application_form"])
def test_pdf_is_made(name: str) -> None:
    _needs_pdf()
    made = to_pdf(LETTERS[name]())
    assert made.startswith(b"%PDF-")
    assert len(made) > 20_000  # a page of Chinese carries its glyphs with it
    assert made == to_pdf(LETTERS[name]())


def test_pdf_fetches_nothing(tmp_path: Path) -> None:
    """Even a page that names an address gets nothing for it."""
    _needs_pdf()
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetchingError, fetch

    secret = tmp_path / "secret.css"
    secret.write_text("@page { size: A5 }", encoding="utf-8")
    nothing = URLFetcher(allowed_protocols=())
    with pytest.raises(URLFetchingError), fetch(nothing, secret.as_uri()):
        pass
    page = f"<link rel=stylesheet href='{secret.as_uri()}'><p>一</p>"
    document = HTML(string=page, url_fetcher=nothing).render()
    assert document.pages[0].width == pytest.approx(210 / 25.4 * 96, abs=1)


@pytest.mark.parametrize(
    ("fault", "told"), [(OSError("no pango"), "Pango"), (ImportError("none"), "WeasyPrint")]
)
def test_missing_pango_is_told_in_chinese(
    fault: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import itself is made to fail, as it does on a machine without the library."""
    import builtins

    real = builtins.__import__

    def failing(name: str, *rest: object, **named: object) -> object:
        if name == "weasyprint":
            raise fault
        return real(name, *rest, **named)  # type: ignore[arg-type]

    pdf_is_possible.cache_clear()
    monkeypatch.setattr(builtins, "__import__", failing)
    try:
        reason = pdf_is_possible()
        assert reason is not None
        assert told in reason
        assert "请先下载 Word 文件" in reason
        with pytest.raises(Unavailable, match=told):
            to_pdf(LETTERS["receipt"]())
    finally:
        monkeypatch.undo()
        pdf_is_possible.cache_clear()


def test_chinese_font_is_asked_of_fontconfig(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Asked in a process of its own, whose fontconfig is told of an empty folder only."""
    import subprocess
    import sys

    _needs_pdf()
    config = tmp_path / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    code = "from assistant.letters.render import pdf_is_possible; print(pdf_is_possible())"
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert "中文字体" in told
    assert portable._has_chinese_font()
