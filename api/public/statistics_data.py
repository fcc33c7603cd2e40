"""The public figures as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.deps import service_of
from api.public.statistics import Year, _figures, _rounded
from assistant.statistics import figures
from assistant.statistics.figures import DEFINITIONS

router = APIRouter()


class CountOut(BaseModel):
    key: str
    label: str
    count: int


class QuestionsOut(BaseModel):
    total: int
    by_outcome: list[CountOut]
    rated: int
    helpful: int
    satisfaction: float | None


class KindOut(BaseModel):
    key: str
    label: str
    total: int
    states: list[CountOut]


class CasesOut(BaseModel):
    """`on_time_rate` is null when nothing was closed."""

    received: int
    closed: int
    on_time: int
    on_time_rate: float | None
    average_workdays: float | None
    open: int
    overdue: int
    waiting: int
    by_kind: list[KindOut]
    by_disclosure_outcome: list[CountOut]


class MonthOut(BaseModel):
    month: str
    questions: int
    received: int
    closed: int


class StatisticsOut(BaseModel):
    """The figures of consecutive months in Asia/Shanghai, with their definitions."""

    publisher: str
    sample: bool
    first_month: str
    last_month: str
    counted_at: str
    questions: QuestionsOut
    cases: CasesOut
    by_month: list[MonthOut]
    definitions: dict[str, str]


@router.get("/api/statistics")
def get_statistics_json(request: Request, year: Year = None) -> StatisticsOut:
    """答复统计 for programs."""
    found = _figures(request, year)
    bureau = service_of(request).shelf.bureau
    questions, cases = found.questions, found.cases
    return StatisticsOut(
        publisher=bureau.name,
        sample=bureau.sample,
        first_month=found.months[0].key,
        last_month=found.months[-1].key,
        counted_at=found.counted_at.isoformat(timespec="seconds"),
        questions=QuestionsOut(
            total=questions.total,
            by_outcome=_counts(questions.by_outcome),
            rated=questions.rated,
            helpful=questions.helpful,
            satisfaction=_rounded(questions.satisfaction),
        ),
        cases=CasesOut(
            received=cases.received,
            closed=cases.closed,
            on_time=cases.on_time,
            on_time_rate=_rounded(cases.on_time_rate),
            average_workdays=_rounded(cases.average_workdays),
            open=cases.open,
            overdue=cases.overdue,
            waiting=cases.waiting,
            by_kind=[
                KindOut(
                    key=line.kind.value,
                    label=line.kind.label,
                    total=line.total,
                    states=_counts(line.states),
                )
                for line in cases.by_kind
            ],
            by_disclosure_outcome=_counts(cases.by_disclosure_outcome),
        ),
        by_month=[
            MonthOut(
                month=line.month.key,
                questions=line.questions,
                received=line.received,
                closed=line.closed,
            )
            for line in found.by_month
        ],
        definitions=DEFINITIONS,
    )


def _counts(counts: Sequence[figures.Count]) -> list[CountOut]:
    return [CountOut(key=one.key, label=one.label, count=one.count) for one in counts]
