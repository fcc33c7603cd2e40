"""Every file says the same, is the same every time, and can be read back cell by cell."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import zipfile
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from docx import Document
from python_calamine import CalamineWorkbook

from assistant.letters.render import pdf_is_possible
from assistant.statistics.models import Report
from assistant.statistics.reports import reading
from assistant.statistics.reports.building import Publisher, build
from assistant.statistics.reports.faces import STYLE_HASH, Edition, possible_formats, render
from assistant.statistics.reports.kinds import Format, ReportKind
from assistant.statistics.reports.tables import APPLICATIONS, CONTESTS, cells_of, hash_of, table_of
from tests.statistics.reports.conftest import NOW, QUARTERS, YEAR, Desk
from tests.statistics.reports.fill import fill

AT = datetime(2027, 1, 12, 2, 3, 5, 678, tzinfo=UTC)
A_YEAR_LATER = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)
HOSTILE = "=1+1 <script>alert('x')</script> {{ 7*7 }} @SUM(A1) http://example.com"
FAST = tuple(one for one in Format if one is not Format.PDF)


@pytest.fixture
def annual(desk: Desk) -> Edition:
    return an_edition(desk, ReportKind.ANNUAL)


def an_edition(desk: Desk, kind: ReportKind, name: str = "示例市林业水利局") -> Edition:
    """A published report with a number of its own in every cell."""
    period = YEAR if kind is ReportKind.ANNUAL else QUARTERS[3]
    with desk.database.reading() as session:
        data = fill(build(session, kind, period, Publisher(name, True)))
    return Edition(data, hash_of(data), 2, "政务公开年报〔2027〕1号", "改正一处。", AT)


def the_175(data: Any) -> list[list[int]]:
    table = table_of(data, APPLICATIONS)
    assert table is not None
    found = [row["values"] for row in table["rows"]]
    assert sum(map(len, found)) == 175
    return found


@pytest.mark.parametrize("kind", ReportKind)
@pytest.mark.parametrize("format", FAST)
def test_same_edition_same_bytes(desk: Desk, kind: ReportKind, format: Format) -> None:
    edition = an_edition(desk, kind)
    once = render(edition, format)
    with time_machine.travel(A_YEAR_LATER):
        assert render(edition, format) == once


@pytest.mark.skipif(pdf_is_possible() is not None, reason=str(pdf_is_possible()))
def test_pdf_is_the_same_every_time_and_dated_as_published(annual: Edition) -> None:
    once = render(annual, Format.PDF)
    assert once.startswith(b"%PDF-")
    with time_machine.travel(A_YEAR_LATER):
        assert render(annual, Format.PDF) == once
    streams = re.findall(rb"FlateDecode[^>]*>>\nstream\n(.*?)\nendstream", once, re.DOTALL)
    plain = b"".join(zlib.decompressobj().decompress(one) for one in streams)
    assert b"20270112020305" in plain + once


def test_docx_read_back_gives_the_175_cells(annual: Edition) -> None:
    file = Document(io.BytesIO(render(annual, Format.DOCX)))
    table = next(one for one in file.tables if len(one.rows) == 28)
    read = [[int(cell.text) for cell in row.cells[-7:]] for row in table.rows[3:]]
    assert read == the_175(annual.data)
    labels = [row.cells[2].text for row in table.rows[3:]]
    own = table_of(annual.data, APPLICATIONS)
    assert own is not None
    assert labels == [row["label"] for row in own["rows"]]
    assert file.core_properties.created == datetime(2027, 1, 12, 10, 3, 5, tzinfo=UTC)
    contests = next(one for one in file.tables if len(one.columns) == 15)
    source = table_of(annual.data, CONTESTS)
    assert source is not None
    assert [int(cell.text) for cell in contests.rows[3].cells] == source["rows"][0]["values"]


def test_xlsx_read_back_gives_the_175_cells(annual: Edition) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(render(annual, Format.XLSX)))
    rows = book.get_sheet_by_name("收到和处理政府信息公开申请情况").to_python()
    # A caption and three rows of headings.
    read = [[int(value) for value in row[-7:]] for row in rows[4:]]
    assert read == the_175(annual.data)
    contests = book.get_sheet_by_name("政府信息公开行政复议、行政诉讼情况").to_python()
    source = table_of(annual.data, CONTESTS)
    assert source is not None
    assert contests[4] == source["rows"][0]["values"]


def test_html_read_back_gives_the_175_cells(annual: Edition) -> None:
    html = render(annual, Format.HTML).decode()
    table = html[html.index('<table class="applications">') :]
    numbers = re.findall(r'<td class="number">([^<]*)</td>', table[: table.index("</table>")])
    assert [int(one) for one in numbers] == [n for row in the_175(annual.data) for n in row]


def test_csv_and_json_have_every_cell(annual: Edition) -> None:
    raw = render(annual, Format.CSV)
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert list(lines[0]) == [
        "table",
        "row_key",
        "row_label",
        "column_key",
        "column_label",
        "value",
    ]
    cells = list(cells_of(annual.data))
    assert [int(line["value"]) for line in lines] == [cell.value for cell in cells]
    assert [(one["table"], one["row_key"], one["column_key"]) for one in lines] == [
        cell.key for cell in cells
    ]
    told = json.loads(render(annual, Format.JSON))
    assert told["data"] == annual.data
    assert told["data_sha256"] == hash_of(told["data"])
    assert (told["number"], told["published_on"]) == ("政务公开年报〔2027〕1号", "2027-01-12")


def test_zips_are_dated_as_published(annual: Edition) -> None:
    with zipfile.ZipFile(io.BytesIO(render(annual, Format.DOCX))) as file:
        # A zip counts in steps of two seconds.
        assert {entry.date_time for entry in file.infolist()} == {(2027, 1, 12, 10, 3, 4)}
    with zipfile.ZipFile(io.BytesIO(render(annual, Format.XLSX))) as file:
        assert b"2027-01-12T10:03:05Z" in file.read("docProps/core.xml")


def test_hostile_words_stay_words(desk: Desk) -> None:
    """The bureau's name is anybody's text here; it never becomes markup, a formula or a link."""
    edition = an_edition(desk, ReportKind.ANNUAL, HOSTILE)
    html = render(edition, Format.HTML).decode()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "{{ 7*7 }}" in html
    with zipfile.ZipFile(io.BytesIO(render(edition, Format.XLSX))) as file:
        sheets = b"".join(file.read(one) for one in file.namelist() if "sheet" in one)
        assert b"<f>" not in sheets
        assert b"hyperlink" not in sheets
    book = CalamineWorkbook.from_filelike(io.BytesIO(render(edition, Format.XLSX)))
    assert str(book.get_sheet_by_index(0).to_python()[0][0]).startswith("=1+1 <script>")


def test_marks_tell_sample_draft_and_correction(annual: Edition) -> None:
    page = render(annual, Format.HTML).decode()
    assert "虚构的机关，不具有法律效力" in page
    assert "第2版（更正）：改正一处。" in page
    assert annual.data_hash in page
    assert "草稿" not in page
    draft = Edition(annual.data, annual.data_hash, 1, None, None, None)
    assert "草稿，未经签发，不得对外提供" in render(draft, Format.HTML).decode()
    assert render(draft, Format.DOCX) == render(draft, Format.DOCX)


def test_style_is_named_for_the_content_security_policy(annual: Edition) -> None:
    html = render(annual, Format.HTML)
    style = html[html.index(b"<style>") + 7 : html.index(b"</style>")]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert f"sha256-{digest}" == STYLE_HASH


@pytest.mark.usefixtures("without_pdf")
def test_stored_files_are_made_again_from_the_stored_data(desk: Desk) -> None:
    """A year later, from the database alone; and with what has been entered since left out."""
    report = desk.published(ReportKind.ANNUAL, YEAR)
    desk.enter("received", 9, YEAR.span.first)
    with desk.database.reading() as session:
        view = reading.get_published(session, report.id)
        stored = session.get_one(Report, report.id)
        for file in view.files:
            content = reading.read_file(session, report.id, file.format)
            assert hashlib.sha256(content).hexdigest() == file.sha256
            assert len(content) == file.size
            assert render(Edition.of(stored), file.format) == content
    assert {file.format for file in view.files} == set(FAST)


@pytest.mark.skipif(pdf_is_possible() is not None, reason=str(pdf_is_possible()))
def test_published_with_its_pdf(desk: Desk) -> None:
    report = desk.published(ReportKind.QUARTERLY, QUARTERS[0])
    with desk.database.reading() as session:
        view = reading.get_published(session, report.id)
        content = reading.read_file(session, report.id, Format.PDF)
        again = render(Edition.of(session.get_one(Report, report.id)), Format.PDF)
    assert {file.format for file in view.files} == set(possible_formats()) == set(Format)
    assert again == content
    assert report.published_at == NOW
