"""The texts of a report, worded from its figures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from assistant.statistics.reports.tables import Value

# What a text may name; the counts of the template's own entered tables come to these.
FIGURE_FACTS = frozenset(
    {
        "replied",
        "on_time",
        "late",
        "on_time_rate",
        "extended",
        "overdue",
        "average_days",
        "median_days",
        "p90_days",
        "fees_asked",
        "fees_asked_amount",
        "fees_paid",
        "fees_paid_amount",
    }
)
FACTS = FIGURE_FACTS | {
    "year",
    "period",
    "catalogue_new",
    "normative_new",
    "normative_explained",
    "questions",
    "received",
    "received_person",
    "received_organisation",
    "carried_in",
    "to_handle",
    "closed",
    "granted",
    "partial",
    "denied",
    "unable",
    "unprocessed",
    "other",
    "carried_out",
    "contests_corrected",
    "fees_any",
}
BLANK = "【"
_PERCENT = frozenset({"on_time_rate"})

Fact = str | Value


class Said(Protocol):
    """A sentence of the template."""

    @property
    def text(self) -> str: ...
    @property
    def when(self) -> str | None: ...
    @property
    def unless(self) -> str | None: ...


def write(sentences: Iterable[Said], facts: Mapping[str, Fact], labels: Mapping[str, str]) -> str:
    """One paragraph. A fact that is not known becomes a blank naming it by `labels`, for a person to fill in."""
    words = {name: _word(name, fact, labels) for name, fact in facts.items()}
    return "".join(
        sentence.text.format_map(words)
        for sentence in sentences
        if (sentence.when is None or facts[sentence.when])
        and (sentence.unless is None or not facts[sentence.unless])
    )


def number_text(value: Value) -> str:
    """A number as it is printed: no more digits than it has; a dash where there is none."""
    if value is None:
        return "—"
    return str(value) if isinstance(value, int) else f"{value:.4f}".rstrip("0").rstrip(".")


def has_blank(text: str) -> bool:
    """Whether something in it still waits to be written."""
    return BLANK in text


def _word(name: str, fact: Fact, labels: Mapping[str, str]) -> str:
    if fact is None:
        return f"{BLANK}请填写：{labels.get(name, name)}】"
    if isinstance(fact, str):
        return fact
    return number_text(fact) + ("%" if name in _PERCENT else "")
