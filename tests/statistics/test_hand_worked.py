"""Two years worked out by hand, and the figures that come of them: exactly the same, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from assistant.cases.kinds import CaseKind, Family
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.form import ApplicantClass
from assistant.disclosure.outcomes import Outcome
from assistant.statistics.applications import (
    ApplicationTable,
    ByClass,
    application_figures,
    application_table,
)
from assistant.statistics.contests import contest_table
from assistant.statistics.facts import Measure, unpack
from assistant.statistics.gathering import is_current
from assistant.statistics.measures import count_messages, sum_cases
from assistant.statistics.models import CountedCase
from assistant.statistics.periods import Quarter, Span, Year
from assistant.statistics.verifying import verify
from tests.statistics.hand_worked_tables import (
    CONTESTS,
    INQUIRIES,
    INQUIRY_ENDS,
    INQUIRY_VALUES,
    QUARTERS,
    QUESTIONS,
    TIMES,
    YEARS,
)
from tests.statistics.playing import STORIES, Stage

INQUIRY_KINDS = tuple(kind.value for kind in CaseKind if kind.family is Family.INQUIRY)
ALL_QUARTERS = [(year, number) for year in (2025, 2026) for number in (1, 2, 3, 4)]
Lines = dict[str, tuple[int, ...]]


def read_table(text: str) -> Lines:
    """The lines of a table told in text; all 25 rows, 0 where it says nothing."""
    rows = ["received", "carried_in", *(outcome.value for outcome in Outcome), "closed"]
    found: Lines = dict.fromkeys((*rows, "carried_out"), (0,) * 7)
    for line in text.strip().splitlines():
        name, *numbers = line.split()
        assert name in found
        found[name] = tuple(map(int, numbers))
    return found


def lines_of(table: ApplicationTable) -> Lines:
    """The engine's table in the same form."""
    return {
        "received": _line(table.received),
        "carried_in": _line(table.carried_in),
        **{outcome.value: _line(table.results[outcome]) for outcome in Outcome},
        "closed": _line({one: table.of_class(one) for one in ApplicantClass}),
        "carried_out": _line(table.carried_out),
    }


def _line(row: ByClass) -> tuple[int, ...]:
    return (*(row[one] for one in ApplicantClass), sum(row.values()))


def span_of(year: int, quarter: int) -> Span:
    return Quarter(year, quarter).span if quarter else Year(year).span


def test_every_outcome_and_applicant_class_is_told() -> None:
    told = " ".join(line for story in STORIES.values() for line in story["steps"])
    lapsed = {Outcome.OTHER_CORRECTION_LAPSED, Outcome.OTHER_FEE_LAPSED, Outcome.OTHER_OTHER}
    assert len(STORIES) >= 60
    assert all(f"answer {outcome.value}" in told for outcome in set(Outcome) - lapsed)
    assert all(f"apply {applicant.value}" in told for applicant in ApplicantClass)
    for year in YEARS:
        assert all(read_table(YEARS[year])[outcome.value][6] for outcome in Outcome)


@pytest.mark.parametrize("year", [2025, 2026])
def test_table_3_of_the_year(hand_worked: Stage, year: int) -> None:
    assert len(YEARS[year].strip().splitlines()) == 25
    with hand_worked.database.reading() as session:
        assert is_current(session)
        assert lines_of(application_table(session, Year(year).span)) == read_table(YEARS[year])


@pytest.mark.parametrize(("year", "quarter"), ALL_QUARTERS)
def test_table_3_of_the_quarter(hand_worked: Stage, year: int, quarter: int) -> None:
    with hand_worked.database.reading() as session:
        found = application_table(session, span_of(year, quarter))
    assert lines_of(found) == read_table(QUARTERS[year, quarter])


@pytest.mark.parametrize(("year", "quarter"), TIMES)
def test_times_and_fees(hand_worked: Stage, year: int, quarter: int) -> None:
    with hand_worked.database.reading() as session:
        found = application_figures(session, span_of(year, quarter))
    days, fees = found.reply_days, found.fees
    on_time, late, extended, overdue, total, count, median, p90, *money = TIMES[year, quarter]
    assert (found.on_time, found.late, found.extended, found.overdue) == (
        on_time,
        late,
        extended,
        overdue,
    )
    assert found.replied == count
    assert found.on_time_rate == on_time / count
    assert (days.count, days.average, days.median, days.p90) == (count, total / count, median, p90)
    assert [fees.asked, fees.asked_amount, fees.paid, fees.paid_amount] == money


@pytest.mark.parametrize(("year", "quarter"), CONTESTS)
def test_table_4(hand_worked: Stage, year: int, quarter: int) -> None:
    with hand_worked.database.reading() as session:
        found = contest_table(session, span_of(year, quarter))
    told = tuple(tuple(found[kind, result] for result in ContestResult) for kind in ContestKind)
    assert told == CONTESTS[year, quarter]


@pytest.mark.parametrize("measure", INQUIRIES)
def test_inquiries(hand_worked: Stage, measure: str) -> None:
    with hand_worked.database.reading() as session:
        for period in ALL_QUARTERS:
            span = span_of(*period)
            found = sum_cases(session, Measure(measure), span, kind=INQUIRY_KINDS)
            assert found[()] == INQUIRIES[measure].get(period, 0), period


def test_how_inquiries_ended(hand_worked: Stage) -> None:
    with hand_worked.database.reading() as session:
        for period in ALL_QUARTERS:
            span = span_of(*period)
            found = sum_cases(session, Measure.ENDED, span, ("result",), kind=INQUIRY_KINDS)
            assert _flat(found) == INQUIRY_ENDS.get(period, {}), period


@pytest.mark.parametrize("measure", INQUIRY_VALUES)
def test_how_long_inquiries_took(hand_worked: Stage, measure: str) -> None:
    with hand_worked.database.reading() as session:
        for period in ALL_QUARTERS:
            span = span_of(*period)
            found = sum_cases(session, Measure(measure), span, ("value",), kind=INQUIRY_KINDS)
            assert _flat(found) == INQUIRY_VALUES[measure].get(period, {}), period


def test_questions_of_the_chat(hand_worked: Stage) -> None:
    with hand_worked.database.reading() as session:
        for period in ALL_QUARTERS:
            found = count_messages(session, span_of(*period), ("outcome",))
            assert _flat(found) == QUESTIONS.get(period, {}), period


@pytest.mark.parametrize("name", STORIES)
def test_days_of_each_case(hand_worked: Stage, name: str) -> None:
    """What one case adds, beside what its story says of it."""
    story = STORIES[name]
    with hand_worked.database.reading() as session:
        counts = unpack(session.get_one(CountedCase, hand_worked.cases[name]).counts)
    found: dict[Measure, dict[date, dict[int, int]]] = {measure: {} for measure in Measure}
    for key, count in counts.items():
        found[Measure(key.measure)].setdefault(key.day, {})[key.value] = count
    reply_days = [value for by_value in found[Measure.REPLY_DAYS].values() for value in by_value]
    assert reply_days == ([story["days"]] if "days" in story else [])
    assert list(found[Measure.OVERDUE]) == ([story["late"]] if "late" in story else [])
    assert bool(found[Measure.LATE]) == ("late" in story and "days" in story)
    followed = {day: sum(by.values()) for day, by in found[Measure.FOLLOWED].items()}
    assert followed == story.get("followed", {})
    if "closing" in story:
        days = [value for by in found[Measure.CLOSING_DAYS].values() for value in by]
        assert days == story["closing"]


def test_everything_is_proved(hand_worked: Stage) -> None:
    with hand_worked.database.reading() as session:
        assert verify(session) == []


def _flat(found: Mapping[tuple[object, ...], int]) -> dict[object, int]:
    return {key: count for (key,), count in found.items()}
