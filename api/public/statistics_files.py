"""The public figures as files: CSV with its CSVW description, and Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.deps import service_of
from api.public.statistics import QuarterNumber, YearNumber, figures_of, period_asked
from api.public.statistics_data import rounded
from api.render import figure
from assistant.knowledge.content import Bureau
from assistant.statistics.figures import Figures
from assistant.statistics.published import sheets, singles
from assistant.statistics.reports.kinds import period_of
from assistant.statistics.sheets import HIDDEN, Sheet, Value

router = APIRouter(include_in_schema=False)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Names of columns never change; their titles are what the file's first line says.
COLUMNS = (
    ("nature", "数据性质", "string", "示例数据是虚构的，仅供演示。"),
    ("period", "统计期", "string", "年份，或者年份和季度，如 2026-Q3。"),
    ("table", "表", "string", "数字所在的表；单独的数字为“总览”。"),
    ("row", "行", "string", "行的名称。"),
    ("column", "列", "string", "列的名称。"),
    ("value", "数值", "number", "比例在0和1之间；没有的写成“-”，不公布的写成“*”。"),
    ("unit", "单位", "string", "计数的单位；%表示比例。"),
    ("definition", "口径", "string", "这个数字怎么数。"),
)
NOTHING = "-"


@router.get("/statistics.csv")
def get_old_csv(year: YearNumber = None, quarter: QuarterNumber = None) -> Response:
    """Where the file was before every period had its own address."""
    return RedirectResponse(f"/statistics/{period_asked(year, quarter).key}.csv", 307)


@router.get("/statistics/{key}.csv")
def get_csv(request: Request, key: str) -> Response:
    """One number a line."""
    found = figures_of(request, period_of(key))
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([title for _, title, _, _ in COLUMNS])
    for row in _rows(found, service_of(request).shelf.bureau):
        writer.writerow([cell if isinstance(cell, int | float) else defanged(cell) for cell in row])
    name = f"{key}.csv"
    return Response(
        "\ufeff" + written.getvalue(),  # without the mark Excel reads Chinese as Latin
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Link": f'<{name}-metadata.json>; rel="describedby"; type="application/csvm+json"',
        },
    )


@router.get("/statistics/{key}.csv-metadata.json")
def get_csv_metadata(request: Request, key: str) -> Response:
    """What stands in the CSV (W3C: Metadata Vocabulary for Tabular Data)."""
    bureau = service_of(request).shelf.bureau
    return JSONResponse(
        csv_metadata(period_of(key).key, bureau), media_type="application/csvm+json"
    )


@router.get("/statistics/{key}.xlsx")
def get_xlsx(request: Request, key: str) -> Response:
    """The numbers on the first sheet, every table on one of its own."""
    found = figures_of(request, period_of(key))
    return Response(
        workbook(found, service_of(request).shelf.bureau),
        media_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{key}.xlsx"'},
    )


def defanged(cell: object) -> str:
    """A cell no spreadsheet takes for a formula (OWASP: CSV injection)."""
    text = str(cell)
    risky = text.lstrip(" ").startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    )
    return f"'{text}" if risky and text != NOTHING else text


def csv_metadata(key: str, bureau: Bureau) -> dict[str, Any]:
    """The CSVW description of a period's CSV, to stand beside it."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "url": f"{key}.csv",
        "dc:title": f"{bureau.name}答复统计 {key}" + ("（示例数据）" if bureau.sample else ""),
        "dc:publisher": bureau.name,
        "dc:language": "zh",
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": title,
                    "dc:description": words,
                    "datatype": datatype,
                    **({"null": [NOTHING, HIDDEN]} if name == "value" else {"required": True}),
                }
                for name, title, datatype, words in COLUMNS
            ]
        },
    }


def workbook(found: Figures, bureau: Bureau) -> bytes:
    """An Excel file; texts stay texts, never formulas or links."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        # The same figures at the same moment give the same file.
        book.set_properties(
            {"created": found.counted_at.replace(tzinfo=None), "author": bureau.name}
        )
        looks = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "%": book.add_format({"num_format": "0.0%"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _overview(book, looks, found, bureau)
        for sheet in sheets(found):
            _table(book, looks, sheet, bureau)
    return written.getvalue()


def _overview(book: Any, looks: dict[str, Any], found: Figures, bureau: Bureau) -> None:
    page = book.add_worksheet("总览")
    page.set_column(0, 0, 24)
    page.set_column(3, 3, 80)
    lines = [
        f"{bureau.name}答复统计",
        *(["示例数据：机构、人员和数字都是虚构的，仅供演示。"] if bureau.sample else []),
        f"统计期：{found.period.label}（{found.period.span.first}至{found.period.span.last}）",
        f"统计时间：{found.counted_at:%Y-%m-%d %H:%M} UTC",
    ]
    for number, line in enumerate(lines):
        page.write_string(number, 0, line)
    top = len(lines) + 1
    for column, words in enumerate(("项目", "数值", "单位", "口径")):
        page.write_string(top, column, words, looks["head"])
    for number, one in enumerate(singles(found), start=top + 1):
        page.write_string(number, 0, one.label)
        _write(page, number, 1, one.value, one.unit, looks)
        page.write_string(number, 2, one.unit)
        page.write_string(number, 3, one.definition.text, looks["wrap"])


def _table(book: Any, looks: dict[str, Any], sheet: Sheet, bureau: Bureau) -> None:
    page = book.add_worksheet(_tab(sheet.title, book))
    page.set_column(0, 0, 30)
    page.set_column(1, len(sheet.columns), 12)
    page.write_string(0, 0, sheet.title + ("（示例数据）" if bureau.sample else ""))
    page.write_string(1, 0, f"口径：{sheet.definition.text}")
    for place, words in enumerate((sheet.head, *(one.label for one in sheet.columns))):
        page.write_string(3, place, words, looks["head"])
    for number, line in enumerate(sheet.lines, start=4):
        page.write_string(number, 0, line.label)
        for place, (value, column) in enumerate(zip(line.values, sheet.columns, strict=True), 1):
            _write(page, number, place, value, column.unit, looks)


def _tab(title: str, book: Any) -> str:
    """A sheet's name: no more than 31 characters, and none twice."""
    name = title[:28]
    taken = {one.get_name() for one in book.worksheets()}
    return name if name not in taken else f"{name}（{len(taken)}）"


def _write(
    page: Any, row: int, column: int, value: Value, unit: str, looks: dict[str, Any]
) -> None:
    if isinstance(value, int | float):
        page.write_number(row, column, value, looks["%"] if unit == "%" else None)
    else:
        page.write_string(row, column, figure(value, unit))


def _rows(found: Figures, bureau: Bureau) -> Iterator[tuple[object, ...]]:
    start = ("示例数据" if bureau.sample else "正式数据", found.period.key)
    for one in singles(found):
        cell = _cell(one.value)
        yield *start, "总览", one.label, "数值", cell, one.unit, one.definition.text
    for sheet in sheets(found):
        for line in sheet.lines:
            for column, value in zip(sheet.columns, line.values, strict=True):
                names = sheet.title, line.label, column.label
                yield *start, *names, _cell(value), column.unit, sheet.definition.text


def _cell(value: Value) -> Value:
    return NOTHING if value is None else rounded(value)  # type: ignore[return-value]
