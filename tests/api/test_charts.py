"""Charts: well-formed, readable without colour, nothing the policy forbids."""

from __future__ import annotations

from xml.etree import ElementTree

from api.charts import Row, bar_chart

SVG = "{http://www.w3.org/2000/svg}"


def test_chart_tells_its_numbers_in_words_and_beside_the_bars() -> None:
    chart = ElementTree.fromstring(
        bar_chart("a", "按月", [Row("1月", (3, 0)), Row("2月", (6, 2))], ("收到", "答复"))
    )
    assert chart.findtext(f"{SVG}title") == "按月"
    assert chart.findtext(f"{SVG}desc") == "1月：收到3，答复0；2月：收到6，答复2"
    texts = [text.text for text in chart.iter(f"{SVG}text")]
    assert {"3", "0", "6", "2", "1月", "2月", "收到", "答复"} <= set(texts)


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
