"""Cases of all kinds in a period: how many, how fast, how well; by kind, office, channel and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assistant.cases.intake import Channel
from assistant.cases.kinds import CaseKind, Resolution
from assistant.disclosure.outcomes import Outcome, OutcomeGroup
from assistant.statistics.facts import Measure
from assistant.statistics.measures import Spread, spread_of, sum_cases
from assistant.statistics.periods import FIRST_YEAR, Month, Span
from assistant.statistics.rates import Rate
from assistant.statistics.suppression import SMALLEST_SHOWN, CrossTable, cross

SATISFIED = 4
"""满意 of the five steps of 好差评."""
Received = Mapping[tuple[str, str, str], int]
"""Cases received by kind, office and channel."""
_BY = ("month", "kind", "office_id", "channel")


@dataclass(frozen=True, slots=True)
class Count:
    """One line of a simple table."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """Received and answered, of one kind, office, channel, month or quarter."""

    key: str
    label: str
    received: int
    closed: int
    on_time: Rate


@dataclass(frozen=True, slots=True)
class Crossing:
    """A crossed table of what was received, and how its rows and columns are called."""

    key: str
    title: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    table: CrossTable[str, str]


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Everything published on cases of one period."""

    received: int
    on_time: Rate
    extended: int
    overdue: int
    reopened: int
    open_at_end: int
    reply_days: Spread
    closing_days: Spread
    satisfaction: Rate
    results: tuple[Count, ...]
    by_kind: tuple[CaseLine, ...]
    by_office: tuple[CaseLine, ...]
    by_channel: tuple[CaseLine, ...]
    by_month: Mapping[Month, CaseLine]
    received_by: Received
    """What the crossed tables are made of; not published as it stands."""

    @property
    def closed(self) -> int:
        """Answered in the period, whenever received."""
        return self.on_time.whole


@dataclass(frozen=True, slots=True)
class _Cells:
    """Counts by month, kind, office and channel, of which every table is a sum."""

    received: Counter[tuple[int, str, str, str]]
    on_time: Counter[tuple[int, str, str, str]]
    late: Counter[tuple[int, str, str, str]]

    def lines(self, place: int, labels: Mapping[str, str]) -> tuple[CaseLine, ...]:
        """One line a value of the `place`-th column: those named, and what else there is after them."""
        received, on_time, late = (
            _summed(counts, place) for counts in (self.received, self.on_time, self.late)
        )
        others = sorted((received | on_time | late).keys() - labels.keys())
        return tuple(
            CaseLine(
                key,
                labels.get(key, key),
                received[key],
                on_time[key] + late[key],
                Rate(on_time[key], on_time[key] + late[key]),
            )
            for key in (*labels, *others)
        )


def case_figures(
    session: Session, months: tuple[Month, ...], offices: Mapping[str, str]
) -> CaseFigures:
    """The figures of consecutive `months`; `offices`: id → name, in the order to be shown."""
    span = Span(months[0].first, months[-1].span.last)
    cells = _cells(session, span)
    on_time, late = cells.on_time.total(), cells.late.total()
    rated = _values(session, Measure.RATED, span)
    satisfied = sum(count for score, count in rated.items() if score >= SATISFIED)
    by_month = {line.key: line for line in cells.lines(0, {})}
    return CaseFigures(
        received=cells.received.total(),
        on_time=Rate(on_time, on_time + late),
        extended=_total(session, Measure.EXTENDED, span),
        overdue=_total(session, Measure.OVERDUE, span),
        reopened=_total(session, Measure.REOPENED, span),
        open_at_end=_open_after(session, span),
        reply_days=spread_of(_values(session, Measure.REPLY_DAYS, span)),
        closing_days=spread_of(_values(session, Measure.CLOSING_DAYS, span)),
        satisfaction=Rate(satisfied, sum(rated.values())),
        results=_results(session, span),
        by_kind=cells.lines(1, _labels(CaseKind)),
        by_office=_with_nobody_last(cells.lines(2, offices)),
        by_channel=cells.lines(3, _labels(Channel)),
        by_month={
            month: by_month.get(str(month.code), CaseLine(str(month.code), "", 0, 0, Rate(0, 0)))
            for month in months
        },
        received_by=_received_by(cells.received),
    )


def crossings(
    received: Received, offices: Mapping[str, str], smallest: int = SMALLEST_SHOWN
) -> tuple[Crossing, ...]:
    """Crossed tables of what was received; cells under `smallest` are left out (0: none, for the staff alone).

    All share the kinds and nothing else, so that no two of them together say more than each alone. For the same reason
    only of whole years: quarters beside the year would give by subtraction what each leaves out.
    """
    kinds, channels = _labels(CaseKind), _labels(Channel)
    offices = {**offices, "": "还没有派办"}
    wanted = (
        ("kind_office", "类别与处室", 1, offices),
        ("kind_channel", "类别与渠道", 2, channels),
    )
    found = []
    for key, title, place, labels in wanted:
        counts: Counter[tuple[str, str]] = Counter()
        for row, count in received.items():
            counts[row[0], row[place]] += count
        rows = [kind for kind in kinds if any(of == kind for of, _ in counts)]
        columns = _known(labels, (name for _, name in counts))
        table = cross(rows, columns, counts, smallest)
        found.append(
            Crossing(
                key,
                title,
                tuple(kinds[row] for row in rows),
                tuple(labels.get(name, name) for name in columns),
                table,
            )
        )
    return tuple(found)


def _known(labels: Mapping[str, str], present: Iterable[str]) -> list[str]:
    """Those of `labels` that occur, in their order, then whatever else occurs."""
    found = set(present)
    return [*(name for name in labels if name in found), *sorted(found - labels.keys())]


def _received_by(cells: Counter[tuple[int, str, str, str]]) -> Received:
    found: Counter[tuple[str, str, str]] = Counter()
    for (_, *rest), count in cells.items():
        found[rest[0], rest[1], rest[2]] += count
    return found


def _cells(session: Session, span: Span) -> _Cells:
    return _Cells(
        *(
            sum_cases(session, measure, span, _BY)
            for measure in (Measure.RECEIVED, Measure.ON_TIME, Measure.LATE)
        )
    )


def _summed(counts: Counter[tuple[int, str, str, str]], place: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, count in counts.items():
        found[str(key[place])] += count
    return found


def _labels(members: type[CaseKind] | type[Channel]) -> dict[str, str]:
    return {member.value: member.label for member in members}


def _with_nobody_last(lines: tuple[CaseLine, ...]) -> tuple[CaseLine, ...]:
    named = [line for line in lines if line.key]
    nobody = [
        CaseLine("", "还没有派办", line.received, line.closed, line.on_time)
        for line in lines
        if not line.key
    ]
    return (*named, *nobody)


def _results(session: Session, span: Span) -> tuple[Count, ...]:
    counts = sum_cases(session, Measure.ENDED, span, ("kind", "result"))
    inquiries: Counter[str] = Counter()
    groups: Counter[OutcomeGroup] = Counter()
    for (kind, result), count in counts.items():
        if kind == CaseKind.DISCLOSURE.value:
            groups[Outcome(result).group] += count
        else:
            inquiries[result] += count
    return (
        *(Count(one.value, one.label, inquiries[one.value]) for one in Resolution),
        *(Count(one.value, f"依申请公开{one.label}", groups[one]) for one in OutcomeGroup),
    )


def _open_after(session: Session, span: Span) -> int:
    """Received until the end of `span` without a result by then."""
    ever = Span(date(FIRST_YEAR, 1, 1), span.last)
    return _total(session, Measure.RECEIVED, ever) - _total(session, Measure.ENDED, ever)


def _total(session: Session, measure: Measure, span: Span) -> int:
    return sum_cases(session, measure, span)[()]


def _values(session: Session, measure: Measure, span: Span) -> dict[int, int]:
    sums = sum_cases(session, measure, span, ("value",))
    return {int(value): count for (value,), count in sums.items()}
