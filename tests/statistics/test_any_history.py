"""Whatever people do, in whatever order: the counts are those of the rows, and every table adds up."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.cases.opening import local_date
from assistant.disclosure.form import ApplicantClass
from assistant.statistics.applications import (
    ApplicationTable,
    application_figures,
    application_table,
)
from assistant.statistics.facts import Key, Measure
from assistant.statistics.gathering import gather, is_current, rebuild
from assistant.statistics.measures import sum_cases
from assistant.statistics.models import CaseDay
from assistant.statistics.periods import Quarter, Span, Year
from assistant.statistics.verifying import verify
from tests.cases.conftest import NOW
from tests.cases.test_life import Bureau, Life, bureau_on
from tests.conftest import PostgresFarm

YEARS = (2025, 2026, 2027)
Cells = Counter[tuple[Any, ...]]
# What becomes known only later: the worker may come by weeks after a due date, and an office may change.
KNOWN_LATER = (Measure.OVERDUE,)


class Counted(Life):
    """Cases of both families under any sequence of verbs, gathered in between, a few events at a time."""

    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.past: Cells = Counter()
        self.past_until: date = local_date(NOW)

    # What a step leaves of a case is watched elsewhere.
    def every_case_is_in_order(self) -> None:
        return

    @rule(limit=st.sampled_from([1, 3, 10, None]))
    def gather_some(self, limit: int | None) -> None:
        self.bureau.database.write(lambda s: gather(s, self.now, limit=limit))
        with self.bureau.database.reading() as session:
            # Right also where much is still to be gathered.
            assert verify(session) == []
            if is_current(session):
                self._remember(session)

    def _remember(self, session: Session) -> None:
        """A day that is over keeps its counts."""
        now = _by_day(session)
        for cell, count in now.items():
            if cell[0] < self.past_until:
                assert self.past[cell] == count, cell
        assert all(now[cell] == count for cell, count in self.past.items())
        self.past_until = local_date(self.now)
        self.past = Counter({cell: n for cell, n in now.items() if cell[0] < self.past_until})

    def teardown(self) -> None:
        try:
            self._prove()
        finally:
            super().teardown()

    def _prove(self) -> None:
        database = self.bureau.database
        database.write(lambda s: gather(s, self.now))
        with database.reading() as session:
            assert is_current(session)
            assert verify(session) == []
            gathered = _cells(session)
            for year in YEARS:
                _adds_up(session, year)
            _carries_over(session)
            _hangs_together(session)
            for measure in Measure:
                self.seen[measure] += sum_cases(session, measure, _always())[()]
        assert database.write(lambda s: gather(s, self.now)) == 0
        with database.reading() as session:
            assert _cells(session) == gathered
        database.write(lambda s: rebuild(s, self.now))
        with database.reading() as session:
            assert _cells(session) == gathered


def _cells(session: Session) -> Cells:
    names = [*Key.__slots__, "month"]
    columns = [getattr(CaseDay, name) for name in names]
    found: Cells = Counter()
    for *key, count in session.execute(select(*columns, CaseDay.count)):
        found[tuple(key)] += count
    return found


def _by_day(session: Session) -> Cells:
    """The counts whatever the office, without what becomes known only later."""
    found: Cells = Counter()
    at, measure_at = Key.__slots__.index("office_id"), Key.__slots__.index("measure")
    for key, count in _cells(session).items():
        if key[measure_at] not in KNOWN_LATER:
            found[(*key[:at], *key[at + 1 :])] += count
    return found


def _always() -> Span:
    return Span(date(2020, 1, 1), date(2035, 1, 1))


def _adds_up(session: Session, year: int) -> None:
    """Cross-footing of every column, quarters and the year, quarters one after the other."""
    whole = application_table(session, Year(year).span)
    quarters = [application_table(session, Quarter(year, n).span) for n in (1, 2, 3, 4)]
    for table in (whole, *quarters):
        for one in ApplicantClass:
            into = table.received[one] + table.carried_in[one]
            assert into == table.of_class(one) + table.carried_out[one]
            assert table.carried_in[one] >= 0 <= table.carried_out[one]
        assert table.closed == sum(sum(row.values()) for row in table.results.values())
    assert _flows(whole) == sum((_flows(quarter) for quarter in quarters), Counter())
    assert whole.carried_in == quarters[0].carried_in
    assert whole.carried_out == quarters[3].carried_out
    for before, after in itertools.pairwise(quarters):
        assert after.carried_in == before.carried_out
    _figures_add_up(session, year)


def _flows(table: ApplicationTable) -> Counter[tuple[str, str]]:
    found = Counter({("received", one.value): table.received[one] for one in ApplicantClass})
    for outcome, row in table.results.items():
        found.update({(outcome.value, one.value): count for one, count in row.items()})
    return +found


def _figures_add_up(session: Session, year: int) -> None:
    whole = application_figures(session, Year(year).span)
    parts = [application_figures(session, Quarter(year, n).span) for n in (1, 2, 3, 4)]
    for name in ("on_time", "late", "extended", "overdue", "replied"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    assert whole.reply_days.count == whole.replied
    assert whole.reply_days.count == sum(part.reply_days.count for part in parts)
    for name in ("asked", "asked_amount", "paid", "paid_amount"):
        assert getattr(whole.fees, name) == sum(getattr(part.fees, name) for part in parts)


def _carries_over(session: Session) -> None:
    tables = [application_table(session, Year(year).span) for year in YEARS]
    for before, after in itertools.pairwise(tables):
        assert after.carried_in == before.carried_out


def _hangs_together(session: Session) -> None:
    """No measure counts what another does not know of."""

    def total(measure: Measure, **only: str) -> int:
        return sum_cases(session, measure, _always(), **only)[()]

    assert total(Measure.ENDED) <= total(Measure.RECEIVED)
    assert total(Measure.LATE) <= total(Measure.OVERDUE)
    replies = total(Measure.ON_TIME) + total(Measure.LATE)
    assert replies == total(Measure.REPLY_DAYS) >= total(Measure.EXTENDED)
    for kind in CaseKind:
        ends = total(Measure.ENDED, kind=kind.value)
        assert ends <= total(Measure.RECEIVED, kind=kind.value)


BUDGET = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def prove(opened: Callable[[], AbstractContextManager[Bureau]], budget: settings) -> None:
    seen: Counter[str] = Counter()
    members = {"open_bureau": staticmethod(opened), "happened": set(), "seen": seen}
    run_machine(type("CountedHere", (Counted,), members), settings=budget)
    # Or it has shown nothing.
    for measure in (Measure.RECEIVED, Measure.ENDED, Measure.ON_TIME, Measure.CLOSING_DAYS):
        assert seen[measure] > 0


def test_any_history_is_counted_on_sqlite() -> None:
    @contextmanager
    def opened() -> Iterator[Bureau]:
        with (
            tempfile.TemporaryDirectory() as folder,
            bureau_on(f"sqlite:///{Path(folder) / 'life.db'}", create=True) as bureau,
        ):
            yield bureau

    prove(opened, BUDGET)


def test_any_history_is_counted_on_postgresql(postgres: PostgresFarm) -> None:
    @contextmanager
    def opened() -> Iterator[Bureau]:
        url = postgres.new_database()
        with bureau_on(url, create=False) as bureau:
            yield bureau
        postgres.drop_database(url)

    prove(opened, settings(BUDGET, max_examples=6))
