"""Accuracy as it is printed, and what was promised of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from benchmarks.accuracy.held_out import CONFIDENCE, NARROWED, NARROWED_CONFIDENCE, XUNDA
from benchmarks.accuracy.peers import BM25, CLASSIFIER, DIET, ENCODER, LR, WRATIO

NAMES = {
    XUNDA: "询答",
    CONFIDENCE: "询答：对这一条的把握",
    NARROWED: "询答：只去列，不重新训练",
    NARROWED_CONFIDENCE: "同上，对这一条的把握",
    DIET: "Rasa（DIET）",
    LR: "Rasa（LR）",
    BM25: "jieba+BM25",
    WRATIO: "rapidfuzz WRatio",
    ENCODER: "只用编码器",
    CLASSIFIER: "只用询答的分类器",
    "witness:probability": "证人：分类器",
    "witness:lexical": "证人：词语",
    "witness:semantic": "证人：语义",
    "witness:coverage": "证人：用词",
}
PEERS = (DIET, LR, BM25, WRATIO, ENCODER)
COLUMNS = {
    "outcome": "结果对",
    "answer": "答案对",
    "facts": "要点全",
    "confident_error": "自信错",
    "must_not_answer": "误答",
}
# Points lost by answerable questions, and how each kind of noise is called in a heading and in a sentence.
LOSSES = {
    "homophone": ("同音−", "一个同音字"),
    "s2t": ("繁台−", "繁体（台湾）"),
    "s2hk": ("繁港−", "繁体（香港）"),
}
RANKS = {
    "leave_matters_out": "去掉事项 AUROC",
    "massive_dev": "MASSIVE dev",
}
MASSIVE_BAR, HOMOPHONE_BAR, SCRIPT_BAR = 0.855, 3.0, 1.0


def tables(latest: Mapping[str, Any]) -> RenderableType:
    """Everything that was measured of accuracy; nothing where it was not."""
    if "accuracy" not in latest:
        return Group()
    return Group(_accuracy_table(latest), _ranks_table(latest), _promises_table(latest))


def _accuracy_table(latest: Mapping[str, Any]) -> Table:
    table = _table("准确率", *COLUMNS.values(), *(short for short, _ in LOSSES.values()))
    for system, figures in latest["accuracy"].items():
        shares = (f"{figures[key]:.1%}" for key in COLUMNS)
        losses = (f"{figures[f'{key}_points_lost']:+.1f}" for key in LOSSES)
        table.add_row(NAMES.get(system, system), *shares, *losses)
    return table


def _ranks_table(latest: Mapping[str, Any]) -> Table:
    parts = [latest[key] for key in RANKS]
    table = _table("", *RANKS.values())
    for system in dict.fromkeys(name for part in parts for name in part):
        found = (f"{part[system]:.3f}" if system in part else "—" for part in parts)
        table.add_row(NAMES.get(system, system), *found)
    return table


def _promises_table(latest: Mapping[str, Any]) -> Table:
    table = _table("准确率的目标", "实测", "目标", "")
    for label, value, bound, is_met in promises(latest):
        mark = "[green]✓[/green]" if is_met else "[red]✗[/red]"
        table.add_row(label, value, bound, mark)
    return table


def promises(latest: Mapping[str, Any]) -> list[tuple[str, str, str, bool]]:
    """(what, measured, bound, whether it is met) of each promise; what was not measured is left out."""
    found = []
    massive = latest["massive_dev"]
    if massive:
        bar = max(MASSIVE_BAR, massive[DIET])
        own = massive[XUNDA]
        found.append(("MASSIVE dev，不低于 DIET", f"{own:.3f}", f"≥ {bar:.3f}", own >= bar))
    # Like against like: what was trained anew, and what only lost its columns.
    rejection = latest["leave_matters_out"]
    for label, mine, wanted in (
        ("去掉事项并重新训练，高于每个证人", XUNDA, lambda name: name.startswith("witness:")),
        ("去掉事项只去列，高于每个对手", NARROWED, lambda name: name in PEERS),
    ):
        others = max(value for name, value in rejection.items() if wanted(name))
        own = rejection[mine]
        found.append((label, f"{own:.3f}", f"> {others:.3f}", own > others))
    figures = latest["accuracy"][XUNDA]
    for key, (_, label) in LOSSES.items():
        lost, bar = (
            figures[f"{key}_points_lost"],
            HOMOPHONE_BAR if key == "homophone" else SCRIPT_BAR,
        )
        found.append((f"{label}，最多丢", f"{lost:.1f} 分", f"≤ {bar:g} 分", lost <= bar))
    return found


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2), title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=True)
    return table
