"""The published figures as single numbers and tables, the same for page, CSV, Excel and JSON. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversation.models import Outcome
from assistant.statistics.application_sheets import application_sheets, application_singles
from assistant.statistics.case_figures import CaseLine, Count, Crossing
from assistant.statistics.definitions import DEFINITIONS
from assistant.statistics.figures import Figures, TimeLine
from assistant.statistics.question_figures import Asked
from assistant.statistics.sheets import HIDDEN, Column, Line, Sheet, Single, Value, single, spread

CASES, QUESTIONS, DOCUMENTS = "cases", "questions", "documents"
_CASE_COLUMNS = (
    ("received", "收到", "件"),
    ("closed", "已答复", "件"),
    ("on_time_rate", "按期答复率", "%"),
)


def singles(figures: Figures) -> list[Single]:
    """The numbers that stand alone."""
    cases, questions = figures.cases, figures.questions
    found: list[tuple[str, str, Value]] = [
        (CASES, "received", cases.received),
        (CASES, "closed", cases.closed),
        (CASES, "on_time_rate", cases.on_time.value),
        (CASES, "open_at_end", cases.open_at_end),
        (CASES, "overdue", cases.overdue),
        (CASES, "extended", cases.extended),
        (CASES, "reopened", cases.reopened),
        (CASES, "case_satisfaction", cases.satisfaction.value),
    ]
    asked: list[tuple[str, str, Value]] = [
        (QUESTIONS, "questions", questions.total),
        (QUESTIONS, "answered_rate", questions.rate(Outcome.ANSWERED).value),
        (QUESTIONS, "bot_resolved", questions.resolved),
        (QUESTIONS, "bot_resolved_rate", questions.resolved_rate.value),
        (QUESTIONS, "clarification_rate", questions.rate(Outcome.CLARIFICATION).value),
        (QUESTIONS, "handover_rate", questions.rate(Outcome.HANDOVER).value),
        (QUESTIONS, "out_of_scope_rate", questions.rate(Outcome.OUT_OF_SCOPE).value),
        (QUESTIONS, "unanswerable_rate", questions.rate(Outcome.UNANSWERABLE).value),
        (QUESTIONS, "satisfaction", questions.helpful.value),
        (DOCUMENTS, "interpretation_rate", figures.interpretation.value),
    ]
    return [
        *(single(*one) for one in found),
        *spread(CASES, "reply_days", cases.reply_days),
        *spread(CASES, "closing_days", cases.closing_days),
        *application_singles(figures.applications),
        *(single(*one) for one in asked),
    ]


def sheets(figures: Figures) -> list[Sheet]:
    """The tables."""
    cases, questions = figures.cases, figures.questions
    return [
        _by_time("quarters", "按季度", "季度", figures.by_quarter),
        _by_time("months", "按月", "月份", figures.by_month),
        _by("cases_by_kind", "类别", cases.by_kind),
        _by("cases_by_office", "处室", cases.by_office),
        _by("cases_by_channel", "渠道", cases.by_channel),
        _counts(CASES, "results", "结果", cases.results),
        *map(_crossed, figures.crossed),
        *application_sheets(figures.applications, figures.contests),
        _counts(QUESTIONS, "outcomes", "结果", questions.by_outcome),
        _counts(QUESTIONS, "questions_by_topic", "主题", questions.by_topic),
        _counts(QUESTIONS, "questions_by_channel", "渠道", questions.by_channel),
        _counts(QUESTIONS, "top_questions", "事项或者问答", _asked(questions.top)),
        _counts(QUESTIONS, "top_gaps", "最接近的事项", _asked(questions.gaps)),
    ]


def _columns(*wanted: tuple[str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(*one) for one in wanted)


def _by_time(key: str, title: str, head: str, lines: Sequence[TimeLine]) -> Sheet:
    return Sheet(
        CASES,
        key,
        title,
        head,
        _columns(*_CASE_COLUMNS, ("questions", "在线提问", "条")),
        tuple(Line(one.key, one.label, (*_case_values(one.cases), one.questions)) for one in lines),
        DEFINITIONS["cases_by_time"],
    )


def _by(key: str, head: str, lines: Sequence[CaseLine]) -> Sheet:
    return Sheet(
        CASES,
        key,
        DEFINITIONS[key].label,
        head,
        _columns(*_CASE_COLUMNS),
        tuple(Line(one.key, one.label, _case_values(one)) for one in lines),
        DEFINITIONS[key],
    )


def _case_values(line: CaseLine) -> tuple[Value, ...]:
    return line.received, line.closed, line.on_time.value


def _counts(group: str, key: str, head: str, lines: Sequence[Count]) -> Sheet:
    definition = DEFINITIONS[key]
    return Sheet(
        group,
        key,
        definition.label,
        head,
        _columns(("count", f"{definition.unit}数", definition.unit)),
        tuple(Line(one.key, one.label, (one.count,)) for one in lines),
        definition,
    )


def _asked(asked: Sequence[Asked]) -> list[Count]:
    return [Count(one.record_id, one.title, one.count) for one in asked]


def _crossed(crossing: Crossing) -> Sheet:
    """Rows, columns and both totals."""
    table = crossing.table
    columns = tuple(
        Column(key or "none", label, "件")
        for key, label in zip(table.columns, crossing.column_labels, strict=True)
    )
    lines = [
        Line(key, label, (*(HIDDEN if cell is None else cell for cell in cells), total))
        for key, label, cells, total in zip(
            table.rows, crossing.row_labels, table.cells, table.row_totals, strict=True
        )
    ]
    lines.append(Line("total", "合计", (*table.column_totals, table.total)))
    return Sheet(
        CASES,
        crossing.key,
        f"收到的件，按{crossing.title}",
        "类别",
        (*columns, Column("total", "合计", "件")),
        tuple(lines),
        DEFINITIONS["crossed"],
    )
