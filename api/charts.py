"""Charts as SVG, drawn on the server. Pure: data in, markup out.

Nothing depends on colour: every bar carries its number, a second series is hatched, lines are dashed
differently, and the chart has a title and a description for those who hear it. Classes only, no style
(our CSP forbids it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 400
_BAR = 22
_GAP = 14
_FONT = 16
_PITCH = 18
_BEFORE_BAR = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One label and its value in each series."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Room for labels and numbers, what a number is of, and the value of the longest bar (None: the greatest)."""

    label: int = 112
    number: int = 48
    unit: str = ""
    most: float | None = None


COUNTS = Scale()
PERCENT = Scale(label=136, number=70, unit="%", most=100.0)


def bar_chart(
    name: str,
    title: str,
    rows: Sequence[Row],
    series: Sequence[str] = (),
    scale: Scale = COUNTS,
) -> Markup:
    """Horizontal bars. `name` makes ids unique on a page; `series` names more than one value."""
    per_row = max((len(row.values) for row in rows), default=1)
    row_height = per_row * (_BAR + 2) + _GAP
    top = 30 if len(series) > 1 else 0
    height = top + len(rows) * row_height
    most = scale.most or max((value for row in rows for value in row.values), default=0) or 1
    parts = [
        Markup(
            '<svg class="chart" viewBox="0 0 {w} {h}" role="img"'
            ' aria-labelledby="{n}-title {n}-desc" xmlns="http://www.w3.org/2000/svg">'
            '<title id="{n}-title">{t}</title><desc id="{n}-desc">{d}</desc>'
            '<defs><pattern id="{n}-hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
            ' patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/>'
            '<rect class="hatch-line" width="2.5" height="6"/></pattern></defs>'
        ).format(w=WIDTH, h=height, n=name, t=title, d=_description(rows, series, scale))
    ]
    parts += _legend(name, series, scale) if top else []
    for number, row in enumerate(rows):
        parts += _bars(name, row, top + number * row_height, most, scale)
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _told(value: float, scale: Scale) -> str:
    """A count as it is, a share to one place."""
    return f"{value}{scale.unit}" if isinstance(value, int) else f"{value:.1f}{scale.unit}"


def _description(rows: Sequence[Row], series: Sequence[str], scale: Scale) -> str:
    def told(row: Row) -> str:
        values = [_told(value, scale) for value in row.values]
        if len(series) > 1:
            return "，".join(f"{name}{value}" for name, value in zip(series, values, strict=True))
        return "，".join(values)

    return "；".join(f"{row.label}：{told(row)}" for row in rows)


def _legend(name: str, series: Sequence[str], scale: Scale) -> list[Markup]:
    spaced = [(scale.label + number * 120, label) for number, label in enumerate(series)]
    return [
        _box(name, number, x, 2, 16, 16)
        + Markup('<text class="chart-text" x="{x}" y="16">{t}</text>').format(x=x + 22, t=label)
        for number, (x, label) in enumerate(spaced)
    ]


def _label(text: str, scale: Scale, middle: float) -> Markup:
    """A label left of its bars, on as many lines as it takes."""
    lines = _broken(text, (scale.label - _BEFORE_BAR) // _FONT)
    top = middle - (len(lines) - 1) * _PITCH / 2
    return Markup("").join(
        Markup('<text class="chart-text" x="{x}" y="{y:.0f}" text-anchor="end">{t}</text>').format(
            x=scale.label - _BEFORE_BAR, y=top + number * _PITCH, t=line
        )
        for number, line in enumerate(lines)
    )


def _broken(text: str, most: int) -> list[str]:
    """Lines of about equal length, none longer than `most` Chinese characters; Latin letters take half the room."""
    width = sum(1 if ord(letter) > 0x2000 else 0.55 for letter in text)
    count = max(1, -int(-width // most))
    size = -(-len(text) // count)
    return [text[start : start + size] for start in range(0, len(text), size)] or [""]


def _bars(name: str, row: Row, y: int, most: float, scale: Scale) -> list[Markup]:
    middle = y + (len(row.values) * (_BAR + 2)) / 2 + 5
    parts = [_label(row.label, scale, middle)]
    for number, value in enumerate(row.values):
        bar_y = y + number * (_BAR + 2)
        length = max(2, round((WIDTH - scale.label - scale.number) * value / most)) if value else 0
        parts.append(_box(name, number, scale.label, bar_y, length, _BAR))
        parts.append(
            Markup('<text class="chart-number" x="{x}" y="{y}">{v}</text>').format(
                x=scale.label + length + 8, y=bar_y + 17, v=_told(value, scale)
            )
        )
    return parts


def _box(name: str, series: int, x: int, y: int, width: int, height: int) -> Markup:
    # A hatched bar is filled by reference: a class cannot name a pattern whose id differs by chart.
    fill = Markup(' fill="url(#{n}-hatch)"').format(n=name) if series else Markup("")
    return Markup(
        '<rect class="bar bar-{s}"{f} x="{x}" y="{y}" width="{w}" height="{h}" rx="3"/>'
    ).format(s=series + 1, f=fill, x=x, y=y, w=width, h=height)
