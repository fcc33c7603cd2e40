"""The service items: at least 25, every applicable field of domain.md §5.2 filled, nothing pointing nowhere."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.knowledge.content import Answer, Aspect, Bureau, Service
from assistant.knowledge.files import Loaded

# Fields that every item of whatever kind has something to say about.
ALWAYS = (
    "aliases",
    "category",
    "level",
    "summary",
    "needed",
    "conditions",
    "applicants",
    "channels",
    "materials",
    "steps",
    "result",
    "fee",
    "caution",
    "power",
    "online_depth",
    "proxy",
)


@pytest.fixture(scope="module")
def services(loaded: Loaded) -> list[Service]:
    return [record for _, record in loaded.records if isinstance(record, Service)]


@pytest.fixture(scope="module")
def bureau(loaded: Loaded) -> Bureau:
    return next(record for _, record in loaded.records if isinstance(record, Bureau))


def test_there_are_at_least_25_items(services: list[Service]) -> None:
    assert len(services) >= 25


def test_every_applicable_field_is_filled(services: list[Service]) -> None:
    empty = [(item.id, name) for item in services for name in ALWAYS if not getattr(item, name)]
    assert empty == []


def test_every_item_has_a_limit_or_says_why_not(services: list[Service], bureau: Bureau) -> None:
    for item in services:
        told = item.instant or item.statutory_days or bureau.promised_days.get(item.id)
        assert told or item.time_note, item.id


def test_every_item_has_a_code_and_no_code_is_given_twice(
    services: list[Service], bureau: Bureau
) -> None:
    assert set(bureau.service_codes) == {item.id for item in services}
    basic = [code.basic for code in bureau.service_codes.values()]
    assert all(len(code) == 12 and code.isdigit() for code in basic)
    assert [code for code, count in Counter(basic).items() if count > 1] == []


def test_related_answers_and_parents_exist(services: list[Service], loaded: Loaded) -> None:
    records = {record.id: record for _, record in loaded.records}
    for item in services:
        assert all(isinstance(records.get(other), Answer | Service) for other in item.related), (
            item.id
        )
        assert item.parent is None or isinstance(records.get(item.parent), Service), item.id


def test_no_name_belongs_to_two_items(services: list[Service]) -> None:
    names = Counter(name for item in services for name in {item.title, *item.aliases})
    assert [name for name, count in names.items() if count > 1] == []


def test_every_aspect_has_its_words(loaded: Loaded) -> None:
    assert {f"aspect_{aspect}" for aspect in Aspect} <= set(loaded.lookups)
