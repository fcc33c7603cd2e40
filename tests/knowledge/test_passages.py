"""Which part of an item's guide a question is about, on an item made by hand and on the bureau's own."""

from __future__ import annotations

import pytest

from assistant.knowledge.content import Aspect, Material, Service
from assistant.knowledge.passages import FIELDS, MOST_POINTS, Passages
from assistant.knowledge.shelf import Shelf
from assistant.language.text import normalise

ID = "service.water_permit"


@pytest.fixture(scope="module")
def service(shelf: Shelf) -> Service:
    """An item whose parts share no word, so that each test says what they share."""
    found = shelf.records[ID]
    assert isinstance(found, Service)
    return found.model_copy(
        update={
            "summary": "从河里取水要先办证。",
            "caution": "采砂现场要立公示牌，不立的罚款。",
            "remedy": "可以申请行政复议。",
            "proxy": "可以委托亲戚代跑。",
        }
    )


@pytest.fixture(scope="module")
def passages(service: Service) -> Passages:
    return Passages([service])


def told(passages: Passages, text: str, *named: Aspect, name: str = "") -> tuple[Aspect, ...]:
    return passages.add_told(ID, normalise(text), named, name)


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("采砂现场立什么公示牌", Aspect.CAUTION),
        ("委托亲戚代跑行不", Aspect.PROXY),
        ("行政复议", Aspect.REMEDY),
    ],
)
def test_part_that_shares_the_words_is_told(passages: Passages, text: str, aspect: Aspect) -> None:
    assert told(passages, text) == (aspect,)


@pytest.mark.parametrize("text", ["", "？", "的了吗", "量子色动力学夸克禁闭"])
def test_question_that_shares_nothing_is_told_the_overview(passages: Passages, text: str) -> None:
    assert told(passages, text) == ()


def test_part_is_added_to_those_named(passages: Passages) -> None:
    found = told(passages, "采砂现场立什么公示牌", Aspect.FEE)
    assert found == (Aspect.FEE, Aspect.CAUTION)


def test_part_that_is_named_already_is_told_once(passages: Passages) -> None:
    assert told(passages, "采砂现场立公示牌", Aspect.CAUTION) == (Aspect.CAUTION,)


def test_part_must_say_clearly_more_than_those_named(service: Service) -> None:
    """Equal parts leave it at the one that was named."""
    same = service.model_copy(update={"remedy": service.caution})
    assert told(Passages([same]), "采砂现场立什么公示牌", Aspect.CAUTION) == (Aspect.CAUTION,)
    assert told(Passages([same]), "采砂现场立什么公示牌", Aspect.REMEDY) == (Aspect.REMEDY,)


def test_name_of_the_item_speaks_for_no_part(service: Service) -> None:
    """Every part may name the item: a question that says nothing else asks for the overview."""
    named = service.model_copy(update={"caution": "鹭鸶牌取水证丢了要补办。"})
    passages = Passages([named])
    assert told(passages, "鹭鸶牌取水证") == (Aspect.CAUTION,)
    assert told(passages, "鹭鸶牌取水证", name="鹭鸶牌取水证") == ()


def test_unknown_item_has_no_parts(passages: Passages) -> None:
    assert passages.add_told("service.gone", "采砂现场", (Aspect.FEE,)) == (Aspect.FEE,)
    assert Passages([]).add_told(ID, "采砂现场", ()) == ()


def test_aspects_that_are_the_bureaus_are_kept(passages: Passages) -> None:
    """Telephone and place are no parts of the item; a part found beside them is still told."""
    assert told(passages, "采砂现场立什么公示牌", Aspect.PHONE) == (Aspect.PHONE, Aspect.CAUTION)


def test_sentences_that_say_what_was_asked_come_first(passages: Passages) -> None:
    assert passages.points(ID, normalise("采砂现场立什么公示牌")) == (
        "采砂现场要立公示牌，不立的罚款。",
    )
    assert len(passages.points(ID, normalise("采砂现场的公示牌，能委托亲戚代跑吗"))) <= MOST_POINTS


@pytest.mark.parametrize("text", ["", "？", "量子色动力学夸克禁闭"])
def test_nothing_shared_is_no_point(passages: Passages, text: str) -> None:
    assert passages.points(ID, normalise(text)) == ()
    assert passages.points("service.gone", normalise("采砂现场")) == ()


def test_material_with_its_note_is_one_sentence(service: Service) -> None:
    paper = Material(name="鹭鸶飞行图", form="原件1份", note="超过两只才要交")
    passages = Passages([service.model_copy(update={"materials": (paper,)})])
    assert passages.points(ID, "鹭鸶飞行图") == ("鹭鸶飞行图：超过两只才要交",)


def test_every_field_exists() -> None:
    fields = {field for some in FIELDS.values() for field in some}
    assert fields <= set(Service.model_fields)


def test_every_item_on_the_shelf_can_be_asked(shelf: Shelf) -> None:
    for service in shelf.services():
        found = shelf.passages.add_told(service.id, normalise(service.summary), ())
        assert len(found) <= 1
        assert set(found) <= set(FIELDS)
