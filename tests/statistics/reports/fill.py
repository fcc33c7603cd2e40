"""Numbers that add up, put into a report's tables: for tests of what is made from them."""

from __future__ import annotations

import random
from typing import Any

from assistant.disclosure.outcomes import Outcome
from assistant.statistics.reports.tables import (
    APPLICATIONS,
    CARRIED_IN,
    CARRIED_OUT,
    CLOSED,
    CONTESTS,
    RECEIVED,
    table_of,
)

RESULTS = tuple(outcome.value for outcome in Outcome)


def fill(data: dict[str, Any], seed: int = 1) -> dict[str, Any]:
    """Every cell of `data` with a number of its own, in place; the tables of the form cross-foot."""
    draw = random.Random(seed)
    for table in data["tables"]:
        if table["key"] not in (APPLICATIONS, CONTESTS, "figures"):
            for row in table["rows"]:
                row["values"] = [draw.randint(0, 90) for _ in row["values"]]
    fill_applications(data, [[draw.randint(0, 40) for _ in range(6)] for _ in RESULTS], draw)
    contests = table_of(data, CONTESTS)
    assert contests is not None
    values: list[int] = []
    for _ in range(3):
        four = [draw.randint(0, 9) for _ in range(4)]
        values += [*four, sum(four)]
    contests["rows"][0]["values"] = values
    return data


def fill_applications(data: dict[str, Any], results: list[list[int]], draw: random.Random) -> None:
    """Table 3 from its results by class; the rest follows, or is drawn where it is free."""
    closed = [sum(column) for column in zip(*results, strict=True)]
    carried_out = [draw.randint(0, 9) for _ in closed]
    carried_in = [draw.randint(0, min(9, one)) for one in closed]
    received = [
        done + left - before
        for done, left, before in zip(closed, carried_out, carried_in, strict=True)
    ]
    rows = {RECEIVED: received, CARRIED_IN: carried_in, CLOSED: closed, CARRIED_OUT: carried_out}
    rows |= dict(zip(RESULTS, results, strict=True))
    table = table_of(data, APPLICATIONS)
    assert table is not None
    for row in table["rows"]:
        row["values"] = [*rows[row["key"]], sum(rows[row["key"]])]
