"""`xunda`: one command for those who run the assistant. Exit 0 when all is well, 1 with one plain sentence.

Each part imports what it needs inside the command: `xunda due` must not wait for the web framework.
"""

from __future__ import annotations

from api.cli import content, counting, reporting, running, searching, training, working
from api.cli.base import app

__all__ = [
    "app",
    "content",
    "counting",
    "reporting",
    "running",
    "searching",
    "training",
    "working",
]
