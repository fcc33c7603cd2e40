"""The year ends at midnight in Shanghai, whatever zone the machine, or PostgreSQL's session, lives in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import PROJECT_DIR, inherited_environment
from tests.conftest import PostgresFarm

ZONES = ["America/New_York", "UTC", "Asia/Shanghai", "Pacific/Kiritimati"]
# By hand: A35, A39 and I08 came in the last seconds of 2025 or before, A36 and I09 in the first instant of 2026, I16
# ten minutes later, A34 was confirmed on 4 January, A66 in the first instant of 2027. One answer of the chat was
# given at ten to midnight and followed by I16 in the new year; the other eight questions were asked in March 2026.
EXPECTED: dict[str, dict[str, Any]] = {
    "2025": {
        "received": {"person": 2},
        "carried_in": 3,
        "results": {"denied_process": 1},
        "inquiries": 1,
        "followed": 1,
        "january": 0,
        "questions": 1,
    },
    "2026": {
        "received": {"company": 1, "legal_service": 1},
        "carried_in": 1,
        "results": {"granted": 1, "denied_internal_affairs": 1, "unable_not_held": 1},
        "inquiries": 2,
        "followed": 0,
        "january": 4,
        "questions": 8,
    },
    "2027": {
        "received": {"other": 1},
        "carried_in": 0,
        "results": {},
        "inquiries": 0,
        "followed": 0,
        "january": 1,
        "questions": 0,
    },
}
# The opening figures are loaded too: 3 carried in, 2 received and 5 ended in 2025, 1 of them `denied_admin_query`.
EXPECTED["2025"]["received"] = {"person": 4}
EXPECTED["2025"]["results"] |= {"granted": 4, "denied_admin_query": 1}


def play_at(zone: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.statistics.edge", *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        cwd=PROJECT_DIR,
        env={**inherited_environment(), "TZ": zone},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_sqlite_in_any_zone(zone: str, tmp_path: Path) -> None:
    found = play_at(zone, f"sqlite:///{tmp_path / 'xunda.db'}")
    assert found["zone"] == {"America/New_York": "EST", "UTC": "UTC", "Asia/Shanghai": "CST"}.get(
        zone, "+14"
    )
    assert found["counts"] == EXPECTED


@pytest.mark.parametrize("zone", ZONES)
def test_postgresql_in_any_zone(zone: str, postgres: PostgresFarm) -> None:
    url = postgres.new_database()
    try:
        found = play_at("America/New_York", url, zone)
    finally:
        postgres.drop_database(url)
    assert found["counts"] == EXPECTED
