"""`xunda evaluate` in the terminal: against the bars, by group, and what was taken for what."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.reports import words
from assistant.training.evaluate.groups import Group, confusions, group
from assistant.training.evaluate.judged import Judged
from assistant.training.evaluate.report import FAULTS, Evaluation, faults
from assistant.training.evaluate.score import BARS, Score

# The terminal shows the worst; JSON and the HTML report have everything.
MOST_TOPICS, MOST_CONFUSIONS, MOST_IDS = 12, 12, 8
LEAST_ASKED = 3


def print_evaluation(evaluation: Evaluation, most_failures: int) -> None:
    """Every table, then the questions that went wrong."""
    out = Console(highlight=False)
    judged = evaluation.score.judged
    model = f"分类器 {evaluation.model_id} 号" if evaluation.model_id else "没有分类器，只凭匹配"
    out.print(f"{evaluation.score.count} 道评测题，{model}，答复阈值 {evaluation.answer_at:.2f}")
    out.print(_bars(evaluation.score))
    for name in ("set", "outcome", "register"):
        out.print(_groups(name, group(judged, name)))
    topics = [one for one in group(judged, "topic") if one.count >= LEAST_ASKED and one.right < 1]
    if topics:
        out.print(_groups("topic", topics[:MOST_TOPICS], "最差的事项"))
    if confusions(judged):
        out.print(_confusions(judged))
    for one in evaluation.failures[:most_failures]:
        out.print(_failure(one), soft_wrap=True)
    left = len(evaluation.failures) - most_failures
    if left > 0:
        out.print(f"还有 {left} 道没有做对，--failures 可以多列，--html 有全部")


def _bars(score: Score) -> Table:
    table = Table(title="总体")
    table.add_column("指标")
    for head in ("数值", "要求"):
        table.add_column(head, justify="right")
    table.add_column("")
    for bar in BARS:
        value = getattr(score, bar.name)
        mark = "[green]✓[/green]" if bar.is_met(value) else "[red]✗[/red]"
        table.add_row(bar.label, words.percent(value), words.limit(bar.at_least, bar.limit), mark)
    return table


def _groups(name: str, groups: Sequence[Group], title: str = "") -> Table:
    table = Table(title=title or f"按{words.GROUPINGS[name]}")
    table.add_column(words.GROUPINGS[name])
    for head in ("题数", "全对", "结果", "答案", "要点", "自信答错"):
        table.add_column(head, justify="right")
    for one in groups:
        shares = (one.right, one.outcome, one.answer, one.facts, one.confident_error)
        table.add_row(
            escape(words.name_of(name, one.name)), str(one.count), *map(words.percent, shares)
        )
    return table


def _confusions(judged: Sequence[Judged]) -> Table:
    table = Table(title="最多的混淆")
    for head in ("应当是", "给出的是"):
        table.add_column(head)
    table.add_column("题数", justify="right")
    table.add_column("题号")
    for one in confusions(judged)[:MOST_CONFUSIONS]:
        more = " …" if len(one.questions) > MOST_IDS else ""
        table.add_row(
            escape(words.outcome_or_id(one.expected)),
            escape(words.outcome_or_id(one.given)),
            str(len(one.questions)),
            " ".join(one.questions[:MOST_IDS]) + more,
        )
    return table


def _failure(one: Judged) -> str:
    wrong = "、".join(FAULTS[name] for name in faults(one))
    given = words.outcome_or_id(one.outcome) + (f" {one.answer_id}" if one.answer_id else "")
    expected = "或".join(map(words.outcome_or_id, one.question.outcomes))
    wanted = f"{expected} {' / '.join(one.question.answers)}".rstrip()
    return (
        f"[red]✗[/red] {one.question.id} {escape(one.question.text)}\n"
        f"    {wrong}：应当 {escape(wanted)}，给出 {escape(given)}（把握 {one.confidence:.2f}）"
    )
