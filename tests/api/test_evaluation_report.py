"""The HTML report: one file, nothing fetched, every text escaped, every chart well-formed and told in words."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from api.charts import PERCENT, Row, bar_chart
from api.reports import words
from api.reports.evaluation import SHEETS, render
from api.reports.lines import Line, line_chart
from assistant.training.evaluate import Judged, Question
from assistant.training.evaluate.curve import THRESHOLDS, Point
from assistant.training.evaluate.report import Evaluation
from assistant.training.evaluate.score import score
from tests.fixtures_service import read_golden_items

SVG = "{http://www.w3.org/2000/svg}"
SPITEFUL = "<script>alert('x')</script>&\"<img src=https://evil.example/x.png>"


def evaluation(*judged: Judged) -> Evaluation:
    curve = tuple(Point(at, 1 - at, 0.9 - 0.9 * at, 0.02, 0.01) for at in THRESHOLDS)
    now = datetime(2026, 1, 2, 20, tzinfo=UTC)
    return Evaluation(score(judged), curve, "tests/golden", None, 0.45, now)


def judged(text: str, outcome: str = "answered") -> Judged:
    question = Question(
        "q1", text, ("answered",), ("a",), facts=((text,),), register=text, topic=text, set=text
    )
    return Judged(question, outcome, "a", text + "x", 0.7, leaked=(text,))


@pytest.fixture(scope="module")
def page() -> str:
    return render(evaluation(*[judged(SPITEFUL), judged(SPITEFUL, "clarification")] * 3))


def test_texts_are_escaped(page: str) -> None:
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_nothing_is_fetched(page: str) -> None:
    addresses = re.findall(r"(?:src|href)\s*=\s*\"([^\"]*)\"", page)
    assert addresses
    assert all(address.startswith("data:") for address in addresses)
    sheet = base64.b64decode(page.split("data:text/css;base64,")[1].split('"')[0]).decode()
    assert "url(" not in sheet
    assert "@import" not in sheet
    assert "prefers-color-scheme: dark" in sheet
    assert "@media print" in sheet
    assert sheet == "\n".join(path.read_text(encoding="utf-8") for path in SHEETS)


def test_page_has_its_charts_beside_their_tables(page: str) -> None:
    pairs = page.split('<div class="pair">')[1:]
    assert len(pairs) == 4
    for pair in pairs:
        chart = ElementTree.fromstring(pair[pair.index("<svg") : pair.index("</svg>") + 6])
        assert chart.findtext(f"{SVG}title")
        assert chart.findtext(f"{SVG}desc")
        assert "<table" in pair.split("<h2>")[0]
    assert len(re.findall(r"(?<![-\w])id=", page)) == len(set(re.findall(r" id=\"([^\"]+)", page)))


def test_page_says_how_it_went(page: str) -> None:
    assert "没有达标" in page
    assert "2026-01-03 04:00（北京时间）" in page
    assert "没有分类器" in page
    well = render(evaluation(Judged(Question("q", "水", ("answered",)), "answered", "a", "", 0.9)))
    assert "各项都达标" in well
    assert "全部做对" in well


def test_nothing_judged_is_a_page_too() -> None:
    assert "0 道评测题" in render(evaluation())


def test_lines_stay_on_the_paper_and_differ_without_colour() -> None:
    lines = [Line("甲", (1.0,) * 3), Line("<乙>", (0.0,) * 3)]
    chart = ElementTree.fromstring(line_chart("c", "t", (0.0, 0.5, 1.0), lines, 0.45))
    _, _, width, height = map(float, chart.attrib["viewBox"].split())
    drawn = chart.findall(f"{SVG}polyline")
    for one in drawn:
        for point in one.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 < x < width
            assert 0 < y < height
    assert [one.attrib["class"] for one in drawn] == ["line line-1", "line line-2"]
    assert "阈值0.50时：甲100.0%，<乙>0.0%" in (chart.findtext(f"{SVG}desc") or "")


def test_shares_are_drawn_against_a_hundred() -> None:
    chart = ElementTree.fromstring(bar_chart("p", "t", [Row("甲", (50.0,))], scale=PERCENT))
    [bar] = [one for one in chart.iter(f"{SVG}rect") if one.get("class") == "bar bar-1"]
    room = 400 - PERCENT.label - PERCENT.number
    assert float(bar.attrib["width"]) == round(room / 2)
    assert "50.0%" in [text.text for text in chart.iter(f"{SVG}text")]


def test_every_register_and_set_has_its_word() -> None:
    for name, word in words.SETS.items():
        registers = {item["register"] for item in read_golden_items(name)}
        assert word
        assert registers <= set(words.REGISTERS)
