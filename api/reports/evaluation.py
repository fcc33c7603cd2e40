"""An evaluation as one HTML file: style and charts inside, nothing fetched, readable on a phone and on paper."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.charts import PERCENT, Row, Scale, bar_chart
from api.reports import words
from api.reports.lines import Line, line_chart
from assistant.settings import SHANGHAI
from assistant.training.evaluate.groups import Bin, Group, confusions, group, histogram
from assistant.training.evaluate.judged import Judged
from assistant.training.evaluate.report import FAULTS, Evaluation, faults
from assistant.training.evaluate.score import BARS

HERE = Path(__file__).resolve().parent
SHEETS = (HERE.parent / "static" / "xunda.css", HERE / "report.css")
# A matter asked about once or twice says little; the chart shows the worst of the others.
LEAST_ASKED, MOST_DRAWN = 3, 20
LONGEST_LABEL = 11
# So many question ids stand beside a confusion, and so many failures lie open, before they are folded.
MOST_IDS, MOST_OPEN = 12, 40
_TOPICS = Scale(label=190, number=66, unit="%", most=100.0)

_templates = Environment(
    loader=FileSystemLoader(HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(percent=words.percent, outcome=words.outcome_or_id)


def render(evaluation: Evaluation) -> str:
    """The whole page."""
    judged = evaluation.score.judged
    topics = group(judged, "topic")
    shown = [one for one in topics if one.count >= LEAST_ASKED][:MOST_DRAWN]
    registers, bins = group(judged, "register"), histogram(judged)
    context: dict[str, Any] = {
        "sheet": _stylesheet(),
        "evaluation": evaluation,
        "at": f"{evaluation.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "measures": [_measure(evaluation, bar.name) for bar in BARS],
        "groups": {name: _named(name, group(judged, name)) for name in ("set", "outcome")},
        "registers": _named("register", registers),
        "topics": _named("topic", shown),
        "all_topics": _named("topic", topics),
        "least_asked": LEAST_ASKED,
        "confusions": confusions(judged),
        "bins": bins,
        "failures": _by_fault(evaluation.failures),
        "most_ids": MOST_IDS,
        "most_open": MOST_OPEN,
        "faults": lambda one: [FAULTS[name] for name in faults(one)],
        "set_name": lambda name: words.name_of("set", name),
        "register_name": lambda name: words.name_of("register", name),
        "charts": {
            "curve": _curve(evaluation),
            "registers": _shares("registers", "各种说法的全对率", _named("register", registers)),
            "topics": _shares("topics", "各事项的全对率", _named("topic", shown), _TOPICS),
            "confidence": _confidence(bins),
        },
    }
    return _templates.get_template("evaluation.html").render(context)


def _stylesheet() -> str:
    """The site's sheet and the report's own as one address that needs no network."""
    sheets = "\n".join(path.read_text(encoding="utf-8") for path in SHEETS)
    return "data:text/css;base64," + base64.b64encode(sheets.encode()).decode()


def _measure(evaluation: Evaluation, name: str) -> dict[str, Any]:
    bar = next(bar for bar in BARS if bar.name == name)
    value = getattr(evaluation.score, name)
    return {
        "label": bar.label,
        "definition": bar.definition,
        "value": value,
        "limit": words.limit(bar.at_least, bar.limit),
        "met": bar.is_met(value),
    }


def _named(grouping: str, groups: Sequence[Group]) -> list[tuple[str, Group]]:
    return [(words.name_of(grouping, one.name), one) for one in groups]


def _by_fault(failures: Sequence[Judged]) -> list[tuple[str, list[Judged]]]:
    """The failures under the gravest thing that is wrong with each."""
    found = [
        (label, [one for one in failures if faults(one)[0] == name])
        for name, label in FAULTS.items()
    ]
    return [(label, members) for label, members in found if members]


def _shares(
    name: str, title: str, groups: Sequence[tuple[str, Group]], scale: Scale = PERCENT
) -> Markup:
    rows = [Row(_shortened(label), (one.right * 100,)) for label, one in groups]
    return bar_chart(name, title, rows, scale=scale)


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _curve(evaluation: Evaluation) -> Markup:
    curve = evaluation.curve
    lines = [
        Line("该答的题：答了", tuple(point.answered for point in curve)),
        Line("该答的题：答对", tuple(point.right for point in curve)),
        Line("不该答的题：答了", tuple(point.must_not_answered for point in curve)),
        Line("全部题：自信答错", tuple(point.confident_error for point in curve)),
    ]
    thresholds = [point.threshold for point in curve]
    return line_chart("curve", "答复阈值的取舍", thresholds, lines, evaluation.answer_at)


def _confidence(bins: Sequence[Bin]) -> Markup:
    rows = [Row(f"{one.low:.1f}–{one.high:.1f}", (one.right, one.wrong)) for one in bins]
    return bar_chart("confidence", "把握的分布：对与错", rows, ("对", "错"))
