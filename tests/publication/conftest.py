"""The makers of `answered`, bound to the test's own database."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from assistant.db import Database

from .answered import People, answer_case, hire_people, propose_reply, publish_reply

Make = Callable[..., int]


@pytest.fixture
def people(database: Database) -> People:
    return hire_people(database)


@pytest.fixture
def answer(database: Database, people: People) -> Make:
    return partial(answer_case, database, people)


@pytest.fixture
def propose(database: Database, people: People) -> Make:
    return partial(propose_reply, database, people)


@pytest.fixture
def publish(database: Database, people: People) -> Make:
    return partial(publish_reply, database, people)
