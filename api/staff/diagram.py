"""A diagram of states and the steps between them as SVG, drawn on the server. Pure: graph in, markup out.

Nothing depends on colour: every line carries its word, what leads back is dashed, what leads on is not. Classes
only, no style (our CSP forbids it). The main way runs down the first column; what branches off it stands in the
second. Steps that skip or go back run in lanes of their own: back on the left, between the columns in the middle,
on to the end on the right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from markupsafe import Markup

WIDTH, HEIGHT = 164, 46
_PITCH = 92
_LANE = 28
_MARGIN = 12
_TOP = 46
_LETTER = 15


@dataclass(frozen=True, slots=True)
class Node:
    """A state: `column` 0 for the main way, 1 for what branches off; `row` from the top."""

    key: str
    label: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Edge:
    """One step."""

    source: str
    target: str
    label: str


class _Side(Enum):
    """Where a lane runs."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class _Bus:
    """Steps of one name from several states to one, drawn as one line with several beginnings."""

    sources: tuple[Node, ...]
    target: Node
    label: str
    side: _Side

    @property
    def ends(self) -> tuple[Node, ...]:
        return (*self.sources, self.target)

    @property
    def first_row(self) -> int:
        return min(node.row for node in self.ends)

    @property
    def last_row(self) -> int:
        return max(node.row for node in self.ends)

    @property
    def leads_back(self) -> bool:
        return any(source.row > self.target.row for source in self.sources)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything stands."""

    nodes: tuple[Node, ...]
    lanes: Mapping[_Bus, int]
    counts: Mapping[_Side, int]

    @property
    def columns(self) -> tuple[int, int]:
        """The left edges of the two columns."""
        first = _MARGIN + self.counts[_Side.LEFT] * _LANE + _MARGIN
        return first, first + WIDTH + (self.counts[_Side.MIDDLE] + 1) * _LANE

    @property
    def width(self) -> int:
        return self._right + (self.counts[_Side.RIGHT] + 1) * _LANE + _MARGIN

    @property
    def height(self) -> int:
        return _TOP + max(node.row for node in self.nodes) * _PITCH + HEIGHT + _MARGIN

    @property
    def _right(self) -> int:
        has_second = any(node.column for node in self.nodes)
        return self.columns[1 if has_second else 0] + WIDTH

    def x_of(self, node: Node) -> int:
        return self.columns[node.column]

    def lane_x(self, bus: _Bus) -> int:
        lane = self.lanes[bus] + 1
        if bus.side is _Side.LEFT:
            return self.columns[0] - lane * _LANE
        if bus.side is _Side.MIDDLE:
            return self.columns[0] + WIDTH + lane * _LANE
        return self._right + lane * _LANE


def transition_diagram(
    name: str, title: str, nodes: Sequence[Node], edges: Sequence[Edge], start: str
) -> Markup:
    """The diagram; `name` makes its ids unique on a page, `start` is the word on the arrow into the first state."""
    by_key = {node.key: node for node in nodes}
    straight, buses = _sorted_out(by_key, edges)
    plan = _plan(tuple(nodes), buses)
    parts = [_head(name, title, plan, by_key, edges)]
    parts += [_bus(bus, plan, _ports(buses, plan)) for bus in buses]
    parts += [_straight(pair, labels, plan) for pair, labels in straight.items()]
    parts.append(_entry(nodes[0], start, plan))
    parts += [_box(node, plan) for node in nodes]
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _sorted_out(
    by_key: Mapping[str, Node], edges: Iterable[Edge]
) -> tuple[dict[tuple[Node, Node], list[str]], list[_Bus]]:
    """What leads straight down to the next state, and everything else, gathered by name and goal."""
    straight: dict[tuple[Node, Node], list[str]] = defaultdict(list)
    gathered: dict[tuple[Node, str], list[Node]] = defaultdict(list)
    for edge in edges:
        source, target = by_key[edge.source], by_key[edge.target]
        if _is_next(source, target, by_key.values()):
            straight[source, target].append(edge.label)
        else:
            gathered[target, edge.label].append(source)
    named: dict[tuple[Node, tuple[Node, ...]], list[str]] = defaultdict(list)
    for (target, label), sources in gathered.items():
        named[target, tuple(sources)].append(label)
    buses = [
        _Bus(sources, target, "、".join(labels), _side_of(sources, target))
        for (target, sources), labels in named.items()
    ]
    return dict(straight), buses


def _is_next(source: Node, target: Node, nodes: Iterable[Node]) -> bool:
    if source.column != target.column or source.row >= target.row:
        return False
    between = range(source.row + 1, target.row)
    return not any(node.column == source.column and node.row in between for node in nodes)


def _side_of(sources: Sequence[Node], target: Node) -> _Side:
    leads_on = all(source.row < target.row for source in sources)
    branches = target.column == 1 or all(source.column == 1 for source in sources)
    if branches and (target.column == 1 or not leads_on):
        return _Side.MIDDLE
    return _Side.RIGHT if leads_on else _Side.LEFT


def _plan(nodes: tuple[Node, ...], buses: Sequence[_Bus]) -> _Plan:
    """Give every bus a lane, the short ones nearest to the states, no two in one place."""
    lanes: dict[_Bus, int] = {}
    counts: dict[_Side, int] = {}
    for side in _Side:
        taken: list[list[_Bus]] = []
        own = [bus for bus in buses if bus.side is side]
        for bus in sorted(own, key=lambda one: (one.last_row - one.first_row, one.first_row)):
            lane = next((i for i, others in enumerate(taken) if _fits(bus, others)), len(taken))
            if lane == len(taken):
                taken.append([])
            taken[lane].append(bus)
            lanes[bus] = lane
        counts[side] = len(taken)
    return _Plan(nodes, lanes, counts)


def _fits(bus: _Bus, others: Iterable[_Bus]) -> bool:
    return all(bus.last_row < other.first_row or bus.first_row > other.last_row for other in others)


_Port = tuple[Node, _Bus]


def _ports(buses: Sequence[_Bus], plan: _Plan) -> dict[_Port, int]:
    """The height at which each bus meets each of its states, so that lines of one state do not cross."""
    meeting: dict[tuple[Node, bool], list[_Bus]] = defaultdict(list)
    for bus in buses:
        for node in bus.ends:
            meeting[node, _on_the_left(node, bus)].append(bus)
    found: dict[_Port, int] = {}
    for (node, _), own in meeting.items():
        ordered = sorted(own, key=lambda bus: _port_order(node, bus, plan))
        for place, bus in enumerate(ordered, start=1):
            top = _TOP + node.row * _PITCH
            found[node, bus] = top + round(place * HEIGHT / (len(ordered) + 1))
    return found


def _on_the_left(node: Node, bus: _Bus) -> bool:
    return bus.side is _Side.LEFT or (bus.side is _Side.MIDDLE and node.column == 1)


def _port_order(node: Node, bus: _Bus, plan: _Plan) -> tuple[int, int]:
    """What goes up meets the upper half, the nearest lane first; what goes down the lower, the nearest last."""
    edge = plan.x_of(node) + (0 if _on_the_left(node, bus) else WIDTH)
    distance = abs(plan.lane_x(bus) - edge)
    others = [other.row for other in bus.ends if other != node]
    goes_up = sum(others) / len(others) < node.row
    return (0, distance) if goes_up else (1, -distance)


def _bus(bus: _Bus, plan: _Plan, ports: Mapping[_Port, int]) -> Markup:
    x = plan.lane_x(bus)
    heights = sorted(ports[node, bus] for node in bus.ends)
    lines = [f"M{x} {heights[0]}V{heights[-1]}"]
    lines += [f"M{_edge_x(node, bus, plan)} {ports[node, bus]}H{x}" for node in bus.ends]
    joints = [
        Markup('<circle class="joint" cx="{x}" cy="{y}" r="3"/>').format(x=x, y=y)
        for y in heights[1:-1]
    ]
    return Markup('<path class="way way-{k}" d="{d}"/>{j}{a}{t}').format(
        k="back" if bus.leads_back else "on",
        d="".join(lines),
        j=Markup("").join(joints),
        a=_arrow_sideways(_edge_x(bus.target, bus, plan), ports[bus.target, bus], x),
        t=_upright(bus.label, x, heights),
    )


def _edge_x(node: Node, bus: _Bus, plan: _Plan) -> int:
    return plan.x_of(node) + (0 if _on_the_left(node, bus) else WIDTH)


def _arrow_sideways(x: int, y: int, lane_x: int) -> Markup:
    back = -9 if lane_x < x else 9
    return Markup('<path class="arrow" d="M{x} {y}l{b} -5v10z"/>').format(x=x, y=y, b=back)


def _upright(label: str, x: int, heights: Sequence[int]) -> Markup:
    """The word down the lane, in the longest free part of it."""
    gaps = list(pairwise(heights))
    low, high = max(gaps, key=lambda gap: gap[1] - gap[0])
    y = (low + high) / 2 - len(label) * _LETTER / 2 + _LETTER - 3
    letters = Markup("").join(
        Markup('<tspan x="{x}" y="{y:.0f}">{c}</tspan>').format(x=x, y=y + place * _LETTER, c=c)
        for place, c in enumerate(label)
    )
    return Markup('<text class="way-word" text-anchor="middle">{l}</text>').format(l=letters)


def _straight(pair: tuple[Node, Node], labels: Sequence[str], plan: _Plan) -> Markup:
    source, target = pair
    x = plan.x_of(source) + WIDTH // 2
    top = _TOP + source.row * _PITCH + HEIGHT
    bottom = _TOP + target.row * _PITCH
    return Markup(
        '<path class="way way-on" d="M{x} {t}V{b}"/><path class="arrow" d="M{x} {b}l-5 -9h10z"/>'
        '<text class="way-word" x="{w}" y="{m}">{l}</text>'
    ).format(x=x, t=top, b=bottom, w=x + 10, m=(top + bottom) // 2 + 5, l="、".join(labels))


def _entry(first: Node, word: str, plan: _Plan) -> Markup:
    x = plan.x_of(first) + WIDTH // 2
    y = _TOP + first.row * _PITCH
    return Markup(
        '<path class="way way-on" d="M{x} {t}V{y}"/><path class="arrow" d="M{x} {y}l-5 -9h10z"/>'
        '<text class="way-word" x="{w}" y="{m}">{l}</text>'
    ).format(x=x, t=y - 34, y=y, w=x + 10, m=y - 16, l=word)


def _box(node: Node, plan: _Plan) -> Markup:
    x, y = plan.x_of(node), _TOP + node.row * _PITCH
    return Markup(
        '<rect class="state" x="{x}" y="{y}" width="{w}" height="{h}" rx="8"/>'
        '<text class="state-word" x="{c}" y="{m}" text-anchor="middle">{l}</text>'
    ).format(x=x, y=y, w=WIDTH, h=HEIGHT, c=x + WIDTH // 2, m=y + HEIGHT // 2 + 6, l=node.label)


def _head(
    name: str, title: str, plan: _Plan, by_key: Mapping[str, Node], edges: Iterable[Edge]
) -> Markup:
    told = "；".join(
        f"{by_key[edge.source].label}，{edge.label}，到{by_key[edge.target].label}"
        for edge in edges
    )
    return Markup(
        '<svg class="states" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img"'
        ' aria-labelledby="{n}-title {n}-desc" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{n}-title">{t}</title><desc id="{n}-desc">{d}</desc>'
    ).format(w=plan.width, h=plan.height, n=name, t=title, d=told)
