"""Everything a report says, worked out from the figures and from what people gave, as JSON.

    {"kind", "period", "template", "source", "title", "publisher", "sample", "first", "last", "intro",
     "period_sentence", "calendar_provisional", "log": {"seq", "hash"}, "tables": [`tables`],
     "sections": [{"key", "heading", "parts": [{"key", "heading", "text"}], "tables": [table keys]}],
     "definitions": {table key: text}}

The files are made from this alone, and the signature is over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import GENESIS, AuditHead
from assistant.cases.workdays import OFFICIAL, Calendar
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.form import ApplicantClass
from assistant.disclosure.outcomes import Outcome, OutcomeGroup
from assistant.knowledge.content import Bureau, Document
from assistant.letters.facts import chinese_date
from assistant.statistics.applications import (
    ApplicationFigures,
    ApplicationTable,
    ByClass,
    application_figures,
)
from assistant.statistics.contests import Cell, contest_table
from assistant.statistics.measures import count_messages
from assistant.statistics.periods import Span
from assistant.statistics.reports.kinds import ReportKind, ReportPeriod, require_period
from assistant.statistics.reports.tables import (
    APPLICATIONS,
    CARRIED_IN,
    CARRIED_OUT,
    CLOSED,
    CONTESTS,
    FIGURES,
    RECEIVED,
    TOTAL,
    Data,
    Table,
    Value,
    make_table,
)
from assistant.statistics.reports.template import CURRENT, Template, load_template
from assistant.statistics.reports.wording import Fact, write

NORMATIVE = "行政规范性文件"


@dataclass(frozen=True, slots=True)
class Edits:
    """What people gave: reworded texts by part, entered counts by `table.row.column`."""

    texts: Mapping[str, str]
    counts: Mapping[str, Value]

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Edits:
        return cls(dict(stored.get("texts", {})), dict(stored.get("counts", {})))

    def stored(self) -> dict[str, Any]:
        return {"texts": dict(self.texts), "counts": dict(self.counts)}


NO_EDITS = Edits({}, {})


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose report it is, and what stands in its catalogue (条例第十二条)."""

    name: str
    sample: bool
    documents: tuple[Document, ...] = ()

    @classmethod
    def of(cls, bureau: Bureau, documents: Iterable[Document] = ()) -> Publisher:
        return cls(bureau.name, bureau.sample, tuple(documents))


def build(
    session: Session,
    kind: ReportKind,
    period: ReportPeriod,
    publisher: Publisher,
    edits: Edits = NO_EDITS,
    calendar: Calendar = OFFICIAL,
    template_name: str | None = None,
) -> Data:
    """The report of `period` as the figures are now; `Invalid` for a period the kind does not report on.

    Reads the days' counts: gather first.
    """
    require_period(kind, period)
    name = template_name or CURRENT[kind]
    template = load_template(name)
    span = period.span
    figures = application_figures(session, span)
    contests = contest_table(session, span)
    entered = _entered_counts(template, publisher, span, edits)
    facts = _facts(session, period, publisher, figures, contests)
    facts |= {
        row.key: entered[key] for key, (form, row, _) in template.counts.items() if _is_list(form)
    }
    head = session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    names = {
        "publisher": publisher.name,
        "period": period.label,
        "year": period.key[:4],
        "first": chinese_date(span.first),
        "last": chinese_date(span.last),
    }
    return {
        "kind": kind.value,
        "period": period.key,
        "template": name,
        "source": template.source,
        "title": template.title.format_map(names),
        "publisher": publisher.name,
        "sample": publisher.sample,
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "intro": template.intro,
        "period_sentence": template.period_sentence.format_map(names),
        "calendar_provisional": not calendar.is_announced(span.first.year),
        "log": {"seq": head.seq, "hash": head.hash} if head else {"seq": 0, "hash": GENESIS},
        "tables": _tables(template, figures, contests, entered),
        "sections": _sections(template, facts, edits),
        "definitions": dict(template.definitions),
    }


def _tables(
    template: Template,
    figures: ApplicationFigures,
    contests: Mapping[Cell, int],
    entered: Mapping[str, Value],
) -> list[Table]:
    made = {
        APPLICATIONS: applications_in_form(template, figures.table),
        CONTESTS: contests_in_form(template, contests),
        **{form.key: _entered(template, form.key, entered) for form in template.entered},
    }
    if template.figures:
        made[FIGURES] = _figures(template, figures)
    return [made[key] for section in template.sections for key in section.tables]


def applications_rows(table: ApplicationTable) -> dict[str, list[int]]:
    """Table 3 by row key: six classes and the total."""
    rows = {
        RECEIVED: table.received,
        CARRIED_IN: table.carried_in,
        **{outcome.value: table.results[outcome] for outcome in Outcome},
        CLOSED: {applicant: table.of_class(applicant) for applicant in ApplicantClass},
        CARRIED_OUT: table.carried_out,
    }
    return {key: _with_total(row) for key, row in rows.items()}


def _with_total(row: ByClass) -> list[int]:
    counts = [row[applicant] for applicant in ApplicantClass]
    return [*counts, sum(counts)]


def applications_in_form(template: Template, table: ApplicationTable) -> Table:
    """Table 3 as the form has it."""
    form, rows = template.applications, applications_rows(table)
    return make_table(
        APPLICATIONS,
        form.title,
        [(column.key, column.label) for column in form.columns],
        [(row.key, row.label, rows[row.key]) for row in form.rows],
    )


def contests_in_form(template: Template, counts: Mapping[Cell, int]) -> Table:
    """Table 4 as the form has it."""
    form = template.contests
    columns, values = [], []
    for kind in form.kinds:
        row = [counts[ContestKind(kind.key), result] for result in ContestResult]
        values += [*row, sum(row)]
        columns += [
            (f"{kind.key}.{result.key}", f"{kind.label}—{result.label}") for result in form.results
        ]
    return make_table(CONTESTS, form.title, columns, [(TOTAL, "件数", values)])


def _entered(template: Template, key: str, counts: Mapping[str, Value]) -> Table:
    form = next(form for form in template.entered if form.key == key)
    return make_table(
        key,
        form.title,
        [(column.key, column.label) for column in form.columns],
        [
            (
                row.key,
                row.label,
                [counts[f"{key}.{row.key}.{column.key}"] for column in form.columns],
            )
            for row in form.rows
        ],
    )


def _figures(template: Template, figures: ApplicationFigures) -> Table:
    form = template.figures
    assert form is not None
    values = figure_values(figures)
    table = make_table(
        FIGURES,
        form.title,
        [("value", form.column)],
        [(row.key, row.label, [values[row.key]]) for row in form.rows],
    )
    for row, said in zip(table["rows"], form.rows, strict=True):
        row |= {"unit": said.unit, "definition": said.definition}
    return table


def figure_values(figures: ApplicationFigures) -> dict[str, Value]:
    """The figures beside the tables: rates in percent and days to one digit, fees in yuan."""
    days, fees = figures.reply_days, figures.fees
    rate = figures.on_time_rate
    return {
        "replied": figures.replied,
        "on_time": figures.on_time,
        "late": figures.late,
        "on_time_rate": None if rate is None else _tenths(rate * 100),
        "extended": figures.extended,
        "overdue": figures.overdue,
        "average_days": None if days.average is None else _tenths(days.average),
        "median_days": None if days.median is None else _tenths(days.median),
        "p90_days": days.p90,
        "fees_asked": fees.asked,
        "fees_asked_amount": fees.asked_amount,
        "fees_paid": fees.paid,
        "fees_paid_amount": fees.paid_amount,
    }


def _tenths(value: float) -> int | float:
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _entered_counts(
    template: Template, publisher: Publisher, span: Span, edits: Edits
) -> dict[str, Value]:
    """What was entered; else counted in the catalogue where the form says so; else None."""
    found: dict[str, Value] = {}
    for key, (_, row, _) in template.counts.items():
        if key in edits.counts:
            found[key] = edits.counts[key]
        elif row.catalogue:
            found[key] = len(_created(publisher, span, row.catalogue))
        else:
            found[key] = None
    return found


def _created(publisher: Publisher, span: Span, topic: str | None = None) -> list[Document]:
    return [
        document
        for document in publisher.documents
        if document.created_on in span and topic in (None, document.topic)
    ]


def _facts(
    session: Session,
    period: ReportPeriod,
    publisher: Publisher,
    figures: ApplicationFigures,
    contests: Mapping[Cell, int],
) -> dict[str, Fact]:
    table = figures.table
    new = _created(publisher, period.span, NORMATIVE)
    explained = {document.interprets for document in publisher.documents}
    received, carried_in = sum(table.received.values()), sum(table.carried_in.values())
    person = table.received[ApplicantClass.PERSON]
    values = figure_values(figures)
    groups: dict[str, Fact] = {
        group.value: sum(
            sum(table.results[outcome].values()) for outcome in Outcome if outcome.group is group
        )
        for group in OutcomeGroup
    }
    return {
        **values,
        **groups,
        "year": period.key[:4],
        "period": period.label,
        "catalogue_new": len(_created(publisher, period.span)),
        "normative_new": len(new),
        "normative_explained": sum(document.id in explained for document in new),
        "questions": count_messages(session, period.span)[()],
        "received": received,
        "received_person": person,
        "received_organisation": received - person,
        "carried_in": carried_in,
        "to_handle": received + carried_in,
        "closed": table.closed,
        "carried_out": sum(table.carried_out.values()),
        "contests_corrected": sum(
            count for (_, result), count in contests.items() if result is ContestResult.CORRECTED
        ),
        "fees_any": figures.fees.asked + figures.fees.paid,
    }


def _sections(template: Template, facts: Mapping[str, Fact], edits: Edits) -> list[dict[str, Any]]:
    labels = {row.key: row.label for form in template.entered for row in form.rows}
    return [
        {
            "key": section.key,
            "heading": section.heading,
            "parts": [
                {
                    "key": part.key,
                    "heading": part.heading,
                    "text": edits.texts.get(part.key) or write(part.text, facts, labels),
                }
                for part in section.parts
            ],
            "tables": list(section.tables),
        }
        for section in template.sections
    ]


def _is_list(form: Any) -> bool:
    return len(form.columns) == 1
