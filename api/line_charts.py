"""Line charts as SVG, drawn on the server. Pure: data in, markup out; nothing depends on colour (`charts`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

WIDTH, HEIGHT = 400, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 34, 34
_STEPS = (1, 2, 5)
_GRID = 4


def line_chart(
    name: str, title: str, labels: Sequence[str], series: Mapping[str, Sequence[int]]
) -> Markup:
    """One line a series over `labels`; every value stands in the description, and in the table beside the chart."""
    top = nice_top(max((value for values in series.values() for value in values), default=0))
    return Markup("").join(
        [
            Markup(
                '<svg class="chart" viewBox="0 0 {w} {h}" role="img"'
                ' aria-labelledby="{n}-title {n}-desc" xmlns="http://www.w3.org/2000/svg">'
                '<title id="{n}-title">{t}</title><desc id="{n}-desc">{d}</desc>'
            ).format(w=WIDTH, h=HEIGHT, n=name, t=title, d=_description(labels, series)),
            *_grid(top),
            *_names(labels),
            *(
                _line(number, values, len(labels), top)
                for number, values in enumerate(series.values())
            ),
            *(_legend(number, label) for number, label in enumerate(series)),
            Markup("</svg>"),
        ]
    )


def nice_top(most: int) -> int:
    """The least of 4, 8, 20, 40, 80, 200, … that is not below `most`: four even steps."""
    size = 1
    while True:
        for step in _STEPS:
            if most <= step * size * _GRID:
                return step * size * _GRID
        size *= 10


def _description(labels: Sequence[str], series: Mapping[str, Sequence[int]]) -> str:
    return "；".join(
        f"{label}月：" + "，".join(f"{name}{values[place]}" for name, values in series.items())
        for place, label in enumerate(labels)
    )


def _x(place: int, count: int) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * (place / (count - 1) if count > 1 else 0.5)


def _y(value: float, top: int) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top


def _grid(top: int) -> list[Markup]:
    return [
        Markup(
            '<line class="chart-grid" x1="{a}" x2="{b}" y1="{y:.1f}" y2="{y:.1f}"/>'
            '<text class="chart-axis" x="{x}" y="{ty:.1f}" text-anchor="end">{v}</text>'
        ).format(
            a=_LEFT, b=WIDTH - _RIGHT, y=_y(value, top), x=_LEFT - 6, ty=_y(value, top) + 5, v=value
        )
        for value in range(0, top + 1, top // _GRID)
    ]


def _names(labels: Sequence[str]) -> list[Markup]:
    return [
        Markup(
            '<text class="chart-axis" x="{x:.1f}" y="{y}" text-anchor="middle">{t}</text>'
        ).format(x=_x(place, len(labels)), y=HEIGHT - 12, t=label)
        for place, label in enumerate(labels)
    ]


def _line(number: int, values: Sequence[int], count: int, top: int) -> Markup:
    points = [(_x(place, count), _y(value, top)) for place, value in enumerate(values)]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    line = Markup('<polyline class="line line-{n}" points="{p}"/>').format(n=number + 1, p=drawn)
    return line + Markup("").join(_mark(number, x, y) for x, y in points)


def _mark(number: int, x: float, y: float) -> Markup:
    """A dot for the first series, an empty square for the second: told apart without colour."""
    if number == 0:
        return Markup('<circle class="mark mark-1" cx="{x:.1f}" cy="{y:.1f}" r="4"/>').format(
            x=x, y=y
        )
    return Markup(
        '<rect class="mark mark-2" x="{x:.1f}" y="{y:.1f}" width="8" height="8"/>'
    ).format(x=x - 4, y=y - 4)


def _legend(number: int, label: str) -> Markup:
    x = _LEFT + number * 130
    return Markup(
        '<line class="line line-{n}" x1="{a}" x2="{b}" y1="14" y2="14"/>{m}'
        '<text class="chart-text" x="{t}" y="20">{l}</text>'
    ).format(n=number + 1, a=x, b=x + 28, m=_mark(number, x + 14, 14), t=x + 36, l=label)
