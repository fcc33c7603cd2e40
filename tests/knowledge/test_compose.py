"""Every record can be told, in every aspect, without a hole in the text."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from assistant.conversation.guard import DANGERS
from assistant.knowledge.compose import (
    OFFERED_ASPECTS,
    OFFICE_ASPECTS,
    SERVICE_ASPECTS,
    compose,
)
from assistant.knowledge.content import Answer, Aspect, Bureau, Document, Notice, Office, Service
from assistant.knowledge.files import INTENTS, Loaded
from assistant.knowledge.shelf import Shelf, UnknownPlaceholder
from assistant.language.text import normalise
from assistant.settings import PROJECT_DIR

# A brace left over, a Python value that slipped through, an empty bracket, a doubled full stop.
HOLE = re.compile(r"[{}]|\bNone\b|\bTrue\b|\bFalse\b|（）|《》|。。|^- $", re.MULTILINE)


def aspects_of(record: object) -> tuple[Aspect, ...]:
    if isinstance(record, Service):
        return SERVICE_ASPECTS
    return OFFICE_ASPECTS if isinstance(record, Office) else ()


def test_every_record_composes_in_every_aspect(shelf: Shelf) -> None:
    holes = []
    for record in shelf.records.values():
        if isinstance(record, Bureau):
            continue
        for aspects in ((), *((aspect,) for aspect in aspects_of(record))):
            composed = compose(shelf, record, aspects)
            assert composed.text
            if HOLE.search(composed.text):
                holes.append((record.id, aspects, HOLE.search(composed.text)))
    assert holes == []


def test_points_are_told_before_the_part_and_only_once(shelf: Shelf) -> None:
    record = shelf.records["service.water_permit"]
    plain = compose(shelf, record, (Aspect.FEE,)).text
    pointed = compose(shelf, record, (Aspect.FEE,), ("鹭鸶飞过要登记。",)).text
    assert pointed == f"{shelf.phrases['points']}\n- 鹭鸶飞过要登记。\n\n{plain}"
    assert isinstance(record, Service)
    assert compose(shelf, record, (Aspect.FEE,), (record.fee,)).text == plain


def test_every_sentence_that_can_be_a_point_fills_its_placeholders(shelf: Shelf) -> None:
    for service in shelf.services():
        for point in shelf.passages.points(service.id, normalise(service.needed)):
            assert "{" not in compose(shelf, service, (Aspect.PHONE,), (point,)).text


def test_asked_aspects_come_in_the_order_asked(shelf: Shelf) -> None:
    record = shelf.records["service.water_permit"]
    fee, limit = (
        compose(shelf, record, (aspect,)).text for aspect in (Aspect.FEE, Aspect.TIME_LIMIT)
    )
    assert compose(shelf, record, (Aspect.FEE, Aspect.TIME_LIMIT)).text == f"{fee}\n\n{limit}"


def test_aspect_an_item_does_not_have_gives_the_item_itself(shelf: Shelf) -> None:
    service = shelf.records["service.water_permit"]
    assert compose(shelf, service, (Aspect.LEADER,)).text == compose(shelf, service).text
    office = shelf.records["office.general"]
    assert compose(shelf, office, (Aspect.FEE,)).text == compose(shelf, office).text


# How to reach the bureau and to speak with this assistant follows from no law.
OWN = ("case.", "contact.")


def test_every_answer_names_its_source_its_date_and_its_office(shelf: Shelf) -> None:
    for record in shelf.records.values():
        if isinstance(record, Answer | Service):
            composed = compose(shelf, record)
            own = record.id.startswith(OWN)
            assert composed.sources or own, record.id
            assert composed.verified_on, record.id
            assert composed.effective_on, record.id
            assert composed.office, record.id
            assert composed.office_phone, record.id


def test_every_office_named_exists(shelf: Shelf) -> None:
    missing = {
        record.id: record.office
        for record in shelf.records.values()
        if hasattr(record, "office") and record.office not in shelf.records
    }
    assert missing == {}


def test_articles_of_one_law_stand_on_one_line(shelf: Shelf) -> None:
    for record in shelf.records.values():
        if not isinstance(record, Bureau):
            laws = [source.split("》")[0] for source in compose(shelf, record).sources]
            assert len(laws) == len(set(laws)), record.id


def test_every_placeholder_can_be_filled(shelf: Shelf, loaded: Loaded) -> None:
    texts = [*shelf.phrases.values()]
    for _, record in loaded.records:
        texts += re.findall(
            r"[^\n]*\{[^}\n]*\}[^\n]*", record.model_dump_json().replace("\\n", "\n")
        )
    assert any("{bureau." in text for text in texts)
    for text in texts:
        if text.startswith("{") and '"kind":"bureau"' in text:
            continue
        shelf.fill(text)


@pytest.mark.parametrize(
    "text",
    [
        "{bureau.nothing}",
        "{bureau.promised_days}",
        "{office.nowhere.phone}",
        "{office.general.nothing}",
        "{office.general}",
        "{weather.today}",
    ],
)
def test_unknown_placeholder_is_named(shelf: Shelf, text: str) -> None:
    with pytest.raises(UnknownPlaceholder, match=re.escape(text)):
        shelf.fill(f"前 {text} 后")


def test_text_in_braces_that_is_no_placeholder_is_left(shelf: Shelf) -> None:
    assert shelf.fill("{kinds} {} {A.b}") == "{kinds} {} {A.b}"


def test_interpretation_and_document_name_each_other(shelf: Shelf) -> None:
    pairs = [(d, shelf.records.get(d.interprets)) for d in shelf.documents() if d.interprets]
    assert pairs
    for interpretation, document in pairs:
        assert isinstance(document, Document), interpretation.id
        assert document.title in compose(shelf, interpretation).text
        assert interpretation.title in compose(shelf, document).text


def test_services_that_belong_to_another_name_one_that_exists(shelf: Shelf) -> None:
    for service in shelf.services():
        assert service.parent is None or isinstance(shelf.get(service.parent), Service), service.id


def test_promises_are_kept_within_the_law(shelf: Shelf) -> None:
    """本局承诺 may shorten the legal period and never lengthen it, and is promised for items that exist."""
    for service_id, days in shelf.bureau.promised_days.items():
        service = shelf.get(service_id)
        assert isinstance(service, Service), service_id
        assert not service.instant, service_id
        assert service.statutory_days is None or days <= service.statutory_days, service_id


def test_every_danger_has_a_record_that_answers_it(shelf: Shelf) -> None:
    for danger in DANGERS:
        record = shelf.get(danger.record_id)
        assert isinstance(record, Notice), danger.record_id
        assert record.kind == "emergency"
        assert re.search(r"11[09]|120|12345|122", record.text), danger.record_id
    assert isinstance(shelf.get("discipline.corruption"), Notice)
    assert "12388" in compose(shelf, shelf.records["discipline.corruption"]).text


def _phrases_named_in_code() -> set[str]:
    """Every constant used as `phrase=…` or as a key of `….phrases[…]`."""
    found: set[str] = set()
    for package in ("assistant", "api"):
        for path in (PROJECT_DIR / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    values = [k.value for k in node.keywords if k.arg == "phrase"]
                elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith(
                    ".phrases"
                ):
                    values = [node.slice]
                else:
                    continue
                for value in values:
                    found |= {
                        leaf.value
                        for leaf in ast.walk(value)
                        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                    }
    return {name for name in found if re.fullmatch(r"[a-z_]{4,}", name)}


def _phrases_named_in_templates() -> set[str]:
    found: set[str] = set()
    for path in (PROJECT_DIR / "api").rglob("*.html"):
        found |= set(
            re.findall(r"phrases(?:\.|\[['\"])([a-z_]+)", path.read_text(encoding="utf-8"))
        )
    return found - {"get", "items"}


def test_every_phrase_the_program_uses_exists(shelf: Shelf) -> None:
    used = _phrases_named_in_code() | _phrases_named_in_templates()
    assert {"missed", "did_you_mean", "masked", "off_topic"} <= used
    assert used - set(shelf.phrases) == set()


def test_every_handover_and_dialogue_intent_has_its_phrase(shelf: Shelf, loaded: Loaded) -> None:
    wanted = {
        label.replace(".", "_")
        for label in loaded.examples
        if label.startswith(("handover.", "dialogue."))
    } - {"dialogue_none_of_these", "dialogue_vague"}  # the one leads on, the other asks which item
    assert len(wanted) >= 6
    assert wanted - set(shelf.phrases) == set()


def test_every_phrasing_belongs_to_something_that_can_be_said(shelf: Shelf, loaded: Loaded) -> None:
    orphans = {
        label
        for label in loaded.examples
        if label not in shelf.records and not label.startswith(INTENTS)
    }
    assert orphans == set()
    for label in loaded.examples:
        if label.startswith("aspect."):
            Aspect(label.removeprefix("aspect."))


def test_every_aspect_has_a_name_cues_and_phrasings(shelf: Shelf, loaded: Loaded) -> None:
    for aspect in Aspect:
        assert aspect.label
        assert shelf.cues.get(aspect), aspect
    assert {f"aspect.{aspect}" for aspect in OFFERED_ASPECTS} <= set(loaded.examples)


def test_names_are_one_record_each(shelf: Shelf, loaded: Loaded) -> None:
    """A name two records share would be found under the one that happens to come last."""
    from assistant.language.text import bare, normalise

    owners: dict[str, set[str]] = {}
    for _, record in loaded.records:
        if isinstance(record, Service | Office | Document):
            for name in (record.title, *record.aliases):
                owners.setdefault(bare(normalise(name)), set()).add(record.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_every_file_of_answers_has_a_file_of_phrasings() -> None:
    for folder in ("answers", "services", "notices"):
        said = {p.name for p in Path(PROJECT_DIR / "responses" / folder).glob("*.yml")}
        asked = {p.name for p in Path(PROJECT_DIR / "nlu_data" / folder).glob("*.yml")}
        assert said == asked, folder
