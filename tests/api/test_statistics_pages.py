"""The public figures: page, JSON, CSV with its description, Excel; all say the same."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from html import unescape
from pathlib import Path

import pytest
from csvw import CSVW
from python_calamine import CalamineWorkbook

from api.public.statistics import bring_up_to_date, period_asked
from api.public.statistics_files import COLUMNS, NOTHING, csv_metadata, defanged
from api.render import figure
from assistant.errors import Invalid, Unavailable
from assistant.service import Service, utc_now
from assistant.settings import SHANGHAI
from assistant.statistics.gathering import is_current
from assistant.statistics.periods import Year

from .conftest import Browser

Data = dict[str, object]


@pytest.fixture(scope="module")
def this_year() -> int:
    return utc_now().astimezone(SHANGHAI).year


@pytest.fixture
def busy(citizen: Browser) -> Browser:
    """Somebody has asked and handed something in."""
    citizen.get("/").submit("/chat", text="取水许可要哪些材料")
    citizen.open_case("suggestion")
    citizen.open_case("complaint", contact_name="某", contact_phone="13800001234")
    return citizen


def told(page: Browser, query: str = "") -> dict[str, object]:
    return json.loads(page.get(f"/api/statistics{query}").text)  # type: ignore[no-any-return]


def rows_of(page: Browser, key: object) -> list[dict[str, str]]:
    text = page.get(f"/statistics/{key}.csv").text
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_all_forms_say_the_same(busy: Browser, this_year: int) -> None:
    data = told(busy)
    assert data["period"] == str(this_year)
    words = unescape(re.sub(r"<[^>]+>", "|", busy.get("/statistics").text))
    sheet = {(row["表"], row["行"], row["列"]): row["数值"] for row in rows_of(busy, this_year)}
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(busy.client.get(f"/statistics/{this_year}.xlsx").content)
    )
    overview = {row[0]: row[1] for row in book.get_sheet_by_name("总览").to_python()}
    values = {one["key"]: one["value"] for one in data["figures"]}  # type: ignore[attr-defined]
    assert values["questions"] >= 1
    assert values["received"] >= 2
    for one in data["figures"]:  # type: ignore[attr-defined]
        assert one["definition"] in words
        assert f"|{figure(one['value'], one['unit'])}|" in words
        cell = sheet["总览", one["label"], "数值"]
        assert cell == (NOTHING if one["value"] is None else str(one["value"]))
        if one["value"] is None:
            assert overview[one["label"]] == "—"
        else:
            assert overview[one["label"]] == pytest.approx(one["value"], abs=5e-5)
    for table in data["tables"]:  # type: ignore[attr-defined]
        assert table["definition"] in words
        for row in table["rows"]:
            for column, value in zip(table["columns"], row["values"], strict=True):
                cell = sheet[table["title"], row["label"], column["label"]]
                assert cell == (NOTHING if value is None else str(value))


def test_excel_holds_every_table(busy: Browser, this_year: int) -> None:
    data = told(busy)
    content = busy.client.get(f"/statistics/{this_year}.xlsx").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert len(book.sheet_names) == 1 + len(data["tables"])  # type: ignore[arg-type]
    kinds = next(t for t in data["tables"] if t["key"] == "cases_by_kind")  # type: ignore[attr-defined]
    found = book.get_sheet_by_name("按类别").to_python()
    assert "示例数据" in found[0][0]
    received = {row[0]: row[1] for row in found[4:]}
    assert received == {row["label"]: row["values"][0] for row in kinds["rows"]}


def test_quarters_of_the_page_make_the_year(busy: Browser) -> None:
    tables = {table["key"]: table for table in told(busy)["tables"]}  # type: ignore[attr-defined]
    received = next(
        one["value"]
        for one in told(busy)["figures"]
        if one["key"] == "received"  # type: ignore[attr-defined]
    )
    for key in ("quarters", "months", "cases_by_kind", "cases_by_office", "cases_by_channel"):
        assert sum(row["values"][0] for row in tables[key]["rows"]) == received


def test_csv_is_what_its_description_says(
    busy: Browser, this_year: int, tmp_path: Path, service: Service
) -> None:
    page = busy.client.get(f"/statistics/{this_year}.csv")
    assert page.headers["link"] == (
        f'<{this_year}.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    )
    described = busy.client.get(f"/statistics/{this_year}.csv-metadata.json")
    assert described.headers["content-type"].startswith("application/csvm+json")
    assert described.json() == csv_metadata(str(this_year), service.shelf.bureau)
    (tmp_path / f"{this_year}.csv").write_bytes(page.content)
    described_file = tmp_path / f"{this_year}.csv-metadata.json"
    described_file.write_bytes(described.content)
    table = CSVW(str(described_file), validate=True)
    assert table.is_valid
    rows = list(table.tables[0])
    assert len(rows) == len(rows_of(busy, this_year))
    assert {row["nature"] for row in rows} == {"示例数据"}
    received = next(row for row in rows if row["row"] == "收到" and row["table"] == "总览")
    assert received["value"] >= 2
    assert any(row["value"] is None for row in rows)


def test_a_wrong_number_would_not_pass_as_described(tmp_path: Path, service: Service) -> None:
    header = ",".join(title for _, title, _, _ in COLUMNS)
    (tmp_path / "2026.csv").write_text(f"{header}\n示例数据,2026,总览,收到,数值,很多,件,口径\n")
    metadata = json.dumps(csv_metadata("2026", service.shelf.bureau))
    (tmp_path / "2026.csv-metadata.json").write_text(metadata)
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # csvw collects what is wrong from its own warnings
        assert not CSVW(str(tmp_path / "2026.csv-metadata.json"), validate=True).is_valid


def test_old_address_of_the_csv_leads_to_the_new(citizen: Browser) -> None:
    page = citizen.get("/statistics.csv?year=2025&quarter=3")
    assert page.status == 200
    assert page.url.endswith("/statistics/2025-Q3.csv")


def test_year_without_replies_has_no_rate(citizen: Browser) -> None:
    values = {one["key"]: one["value"] for one in told(citizen, "?year=2024")["figures"]}  # type: ignore[attr-defined]
    assert values["on_time_rate"] is None
    assert "<strong>—</strong>" in citizen.get("/statistics?year=2024").text


@pytest.mark.parametrize(
    "path",
    ["2025", "2025-Q5", "x", "99999", "2025-Q1%0d", "..%2f2025"],
)
def test_nonsense_names_no_file(citizen: Browser, path: str) -> None:
    for ending in ("csvx", "csv-metadata.jsonx"):
        assert citizen.get(f"/statistics/{path}.{ending}").status == 404
    if path != "2025":
        for ending in ("csv", "xlsx", "csv-metadata.json"):
            assert citizen.get(f"/statistics/{path}.{ending}").status in (404, 422)


def test_page_is_described_as_a_dataset(citizen: Browser) -> None:
    text = citizen.get("/statistics?year=2025").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert (data["@type"], data["temporalCoverage"]) == ("Dataset", "2025-01-01/2025-12-31")
    assert "示例数据" in data["name"]
    site = data["url"].split("/statistics")[0]
    for one in data["distribution"]:
        address = one["contentUrl"].removeprefix(site)
        page = citizen.client.get(address)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith(one["encodingFormat"])


def test_sample_bureau_is_marked_in_every_form(citizen: Browser) -> None:
    assert "不是真实的统计" in citizen.get("/statistics").text
    assert told(citizen)["sample"] is True
    assert {row["数据性质"] for row in rows_of(citizen, 2025)} == {"示例数据"}


def test_reading_counts_what_has_just_happened(busy: Browser, service: Service) -> None:
    with service.db.reading() as session:
        assert not is_current(session)
    told(busy)
    with service.db.reading() as session:
        assert is_current(session)


def test_figures_are_shown_even_when_nothing_can_be_counted_now(
    busy: Browser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is read-only for a while: the page says as of when it counts."""

    def refuse(work: object) -> object:
        raise Unavailable

    monkeypatch.setattr(service.db, "write", refuse)
    bring_up_to_date(service)
    assert busy.get("/statistics").status == 200


def test_period_is_this_year_unless_named(this_year: int) -> None:
    assert period_asked(None, None) == Year(this_year)
    with pytest.raises(Invalid, match="年份"):
        period_asked(None, 2)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_csv_cell_is_never_a_formula(cell: str) -> None:
    assert defanged(cell).startswith("'")


def test_nobodys_words_are_in_the_figures(citizen: Browser, service: Service) -> None:
    words = "我家门口那棵三百年的樟树疑似被人剥了皮zzqx"
    citizen.get("/").submit("/chat", text=words)
    for path in ("/statistics", "/api/statistics"):
        assert "zzqx" not in citizen.get(path).text
