"""A chart of shares over a threshold, as SVG in the manner of `api.charts`: dashed apart, titled, told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 400, 330
_LEFT, _RIGHT, _BOTTOM = 52, 24, 44
_LEGEND_ROW = 26
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One share at each threshold."""

    label: str
    values: tuple[float, ...]


def line_chart(
    name: str, title: str, thresholds: Sequence[float], lines: Sequence[Line], now: float
) -> Markup:
    """Lines over thresholds in [0, 1]; `now` is the threshold in force, drawn upright."""
    top = len(lines) * _LEGEND_ROW + 32
    frame = _Frame(top)
    parts = [
        Markup(
            '<svg class="chart" viewBox="0 0 {w} {h}" role="img"'
            ' aria-labelledby="{n}-title {n}-desc" xmlns="http://www.w3.org/2000/svg">'
            '<title id="{n}-title">{t}</title><desc id="{n}-desc">{d}</desc>'
        ).format(w=WIDTH, h=HEIGHT + top, n=name, t=title, d=_description(thresholds, lines, now)),
        *_axes(frame),
        *_threshold_in_force(frame, now),
    ]
    for number, line in enumerate(lines):
        parts += _legend(number, line.label)
        parts.append(_polyline(frame, number, thresholds, line.values))
    return Markup("").join([*parts, Markup("</svg>")])


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a value lies on the paper."""

    top: int

    def x(self, threshold: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * threshold

    def y(self, value: float) -> float:
        return self.top + (HEIGHT - _BOTTOM) * (1 - value)


def _description(thresholds: Sequence[float], lines: Sequence[Line], now: float) -> str:
    """The row nearest to the threshold in force; the table beside the chart has them all."""
    if not thresholds:
        return "没有数据"
    near = min(range(len(thresholds)), key=lambda place: abs(thresholds[place] - now))
    told = "，".join(f"{line.label}{line.values[near]:.1%}" for line in lines)
    return f"现行阈值{now:.2f}。阈值{thresholds[near]:.2f}时：{told}"


def _axes(frame: _Frame) -> list[Markup]:
    parts = []
    for tick in _TICKS:
        parts.append(
            Markup(
                '<line class="grid" x1="{a:.1f}" x2="{b:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
            ).format(a=frame.x(0), b=frame.x(1), y=frame.y(tick))
        )
        parts.append(_text(frame.x(0) - 6, frame.y(tick) + 5, f"{tick:.0%}", "end"))
        parts.append(_text(frame.x(tick), frame.y(0) + 20, f"{tick:.2f}", "middle"))
    parts.append(_text(frame.x(0.5), frame.y(0) + 40, "答复阈值", "middle"))
    return parts


def _threshold_in_force(frame: _Frame, now: float) -> list[Markup]:
    return [
        Markup(
            '<line class="in-force" x1="{x:.1f}" x2="{x:.1f}" y1="{a:.1f}" y2="{b:.1f}"/>'
        ).format(x=frame.x(now), a=frame.y(1), b=frame.y(0)),
        _text(frame.x(now), frame.y(1) - 6, f"现行 {now:.2f}", "middle"),
    ]


def _legend(number: int, label: str) -> list[Markup]:
    y = number * _LEGEND_ROW + 12
    return [
        Markup('<line class="line line-{n}" x1="{a}" x2="{b}" y1="{y}" y2="{y}"/>').format(
            n=number + 1, a=_LEFT, b=_LEFT + 48, y=y
        ),
        _text(_LEFT + 58, y + 5, label, "start"),
    ]


def _polyline(
    frame: _Frame, number: int, thresholds: Sequence[float], values: Sequence[float]
) -> Markup:
    points = " ".join(
        f"{frame.x(threshold):.1f},{frame.y(value):.1f}"
        for threshold, value in zip(thresholds, values, strict=True)
    )
    return Markup('<polyline class="line line-{n}" points="{p}"/>').format(n=number + 1, p=points)


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup(
        '<text class="chart-text" x="{x:.1f}" y="{y:.1f}" text-anchor="{a}">{t}</text>'
    ).format(x=x, y=y, a=anchor, t=text)
