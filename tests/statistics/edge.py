"""Plays the year's edge and prints what it counts for; run in a process with a time zone of its own."""

from __future__ import annotations

import json
import sys
import time

from sqlalchemy import event

from assistant.cases.kinds import CaseKind, Family
from assistant.db import Database
from assistant.disclosure.form import ApplicantClass
from assistant.statistics.applications import application_table
from assistant.statistics.facts import Measure
from assistant.statistics.gathering import gather
from assistant.statistics.measures import count_messages, sum_cases
from assistant.statistics.periods import Month, Year
from assistant.statistics.verifying import verify
from assistant.tables import metadata
from tests.statistics.conftest import AFTER, hire
from tests.statistics.playing import play

TOLD = ("A34", "A35", "A36", "A39", "A66", "I08", "I09", "I16")
INQUIRY_KINDS = [kind.value for kind in CaseKind if kind.family is Family.INQUIRY]


def main(url: str, session_zone: str) -> None:
    database = Database(url)
    if database.is_sqlite:
        with database.engine.execution_options(writes=True).begin() as connection:
            metadata.create_all(connection)
    else:
        statement = f"SET TIME ZONE '{session_zone}'"
        event.listen(database.engine, "connect", lambda raw, _: _run(raw, statement))
    play(database, hire(database), only=TOLD)
    database.write(lambda session: gather(session, AFTER))
    with database.reading() as session:
        assert verify(session) == []
        found = {str(year): _year(session, year) for year in (2025, 2026, 2027)}
    database.close()
    print(json.dumps({"zone": time.tzname[0], "counts": found}))


def _run(raw: object, statement: str) -> None:
    raw.execute(statement)  # type: ignore[attr-defined]
    raw.commit()  # type: ignore[attr-defined]


def _year(session: object, year: int) -> dict[str, object]:
    span = Year(year).span
    table = application_table(session, span)  # type: ignore[arg-type]

    def total(measure: Measure) -> int:
        return sum_cases(session, measure, span, kind=INQUIRY_KINDS)[()]  # type: ignore[arg-type]

    january = Month(year, 1).span
    return {
        "received": {one.value: n for one, n in table.received.items() if n},
        "carried_in": sum(table.carried_in.values()),
        "results": {
            outcome.value: sum(row.values())
            for outcome, row in table.results.items()
            if any(row[one] for one in ApplicantClass)
        },
        "inquiries": total(Measure.RECEIVED),
        "followed": total(Measure.FOLLOWED),
        "january": sum_cases(session, Measure.RECEIVED, january)[()],  # type: ignore[arg-type]
        "questions": count_messages(session, span)[()],  # type: ignore[arg-type]
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "UTC")
