"""Charts: well-formed, readable without colour, nothing the policy forbids."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from api.charts import Row, bar_chart
from api.line_charts import line_chart, nice_top

SVG = "{http://www.w3.org/2000/svg}"


def test_chart_tells_its_numbers_in_words_and_beside_the_bars() -> None:
    chart = ElementTree.fromstring(
        bar_chart("a", "按月", [Row("1月", (3, 0)), Row("2月", (6, 2))], ("收到", "答复"))
    )
    assert chart.findtext(f"{SVG}title") == "按月"
    assert chart.findtext(f"{SVG}desc") == "1月：收到3，答复0；2月：收到6，答复2"
    texts = [text.text for text in chart.iter(f"{SVG}text")]
    assert {"3", "0", "6", "2", "1月", "2月", "收到", "答复"} <= set(texts)


def test_long_label_is_broken_so_that_it_fits() -> None:
    chart = ElementTree.fromstring(
        bar_chart("a", "t", [Row("野生动植物保护与自然保护地处", (3, 2))], ("收到", "答复"))
    )
    labels = [text for text in chart.iter(f"{SVG}text") if text.get("text-anchor") == "end"]
    assert "".join(text.text or "" for text in labels) == "野生动植物保护与自然保护地处"
    for text in labels:
        assert len(text.text or "") * 16 <= float(text.attrib["x"])


def test_line_chart_tells_every_number_and_needs_no_colour() -> None:
    drawn = line_chart("b", "按月", ["1", "2"], {"收到": [3, 120], "答复": [0, 7]})
    chart = ElementTree.fromstring(drawn)
    assert chart.findtext(f"{SVG}desc") == "1月：收到3，答复0；2月：收到120，答复7"
    marks = {one.tag.removeprefix(SVG) for one in chart.iter() if "mark" in one.get("class", "")}
    assert marks == {"circle", "rect"}
    width, height = (float(one) for one in chart.attrib["viewBox"].split()[2:])
    for line in chart.iter(f"{SVG}polyline"):
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 < x < width
            assert 0 < y < height
    assert "style=" not in drawn


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (4, 4), (5, 8), (43, 80), (81, 200), (999, 2000)]
)
def test_axis_ends_on_an_even_number(most: int, top: int) -> None:
    assert nice_top(most) == top


def test_chart_keeps_to_the_policy_and_escapes() -> None:
    drawn = bar_chart("a", "<b>", [Row("<script>&", (1,))])
    ElementTree.fromstring(drawn)
    assert "style=" not in drawn
    assert "<script>" not in drawn


def test_longest_bar_fits_and_nothing_draws_nothing() -> None:
    for rows in ([], [Row("a", (0,))], [Row("a", (10**9,)), Row("b", (1,))]):
        chart = ElementTree.fromstring(bar_chart("a", "t", rows))
        width = float(chart.attrib["viewBox"].split()[2])
        bars = [one for one in chart.iter(f"{SVG}rect") if "bar" in one.get("class", "")]
        assert all(float(one.attrib["x"]) + float(one.attrib["width"]) < width for one in bars)
