"""The training set: everything published, in the words citizens use, and a mark that changes with it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from assistant.knowledge.files import Loaded
from assistant.knowledge.shelf import Shelf
from assistant.language.kernel import Recipe
from assistant.language.text import normalise
from assistant.settings import PROJECT_DIR
from assistant.training import dataset
from assistant.training.dataset import Examples


def test_every_phrasing_is_trained_on(examples: Examples, loaded: Loaded) -> None:
    for label, texts in loaded.examples.items():
        if len(texts) < 2:
            continue
        wanted = {normalise(text) for text in texts}
        assert wanted <= {normalise(text) for text in examples[label]}, label


def test_every_record_that_can_be_asked_for_has_examples(examples: Examples, shelf: Shelf) -> None:
    askable = {record.id for record in shelf.records.values() if record.kind != "bureau"}
    guarded = {record_id for record_id in askable if record_id.startswith("emergency.")}
    assert askable - guarded - set(examples) == set()


def test_every_name_of_a_service_is_trained_on(examples: Examples, shelf: Shelf) -> None:
    for service in shelf.services():
        known = {normalise(text) for text in examples[service.id]}
        assert {normalise(name) for name in (service.title, *service.aliases)} <= known


def test_examples_are_distinct_and_enough(examples: Examples) -> None:
    for label, texts in examples.items():
        assert len(texts) >= 2, label
        assert len({normalise(text) for text in texts}) == len(texts), label


def test_no_example_is_two_labels(examples: Examples) -> None:
    """The frames put around names may not run into each other or into what is written by hand."""
    pairs = [(normalise(text), label) for label, texts in examples.items() for text in texts]
    twice = {text for text, count in Counter(text for text, _ in pairs).items() if count > 1}
    assert {text: [label for t, label in pairs if t == text] for text in twice} == {}


def test_written_file_is_what_rasa_reads(examples: Examples, tmp_path: Path) -> None:
    dataset.write(examples, tmp_path / "nlu")
    data = yaml.safe_load((tmp_path / "nlu" / "nlu.yml").read_text(encoding="utf-8"))
    assert data["version"] == "3.1"
    found = {
        item["intent"]: [line.removeprefix("- ") for line in item["examples"].splitlines()]
        for item in data["nlu"]
    }
    assert found == {label: list(texts) for label, texts in examples.items()}


CONFIG = b"pipeline:\n  - name: A\n\nassistant:\n  answer_at: 0.6\n"
SET: Examples = {"a": ["one", "two"], "b": ["three", "four"]}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yml"
    path.write_bytes(CONFIG)
    return path


def written(folder: Path, pipeline: str) -> Path:
    path = folder / "recipe.yml"
    path.write_text(f"pipeline:\n{pipeline}", encoding="utf-8")
    return path


def test_recipe_is_read_from_the_pipeline(tmp_path: Path) -> None:
    """What is named there is taken, everything else stands at its default, and Rasa's own options are passed over."""
    classifier = f"  - name: {dataset.CLASSIFIER}\n    meaning: 0.5\n    ranking_length: 3\n"
    path = written(tmp_path, "  - name: A\n    meaning: 9\n" + classifier)
    assert dataset.load_recipe(path) == Recipe(meaning=0.5)


def test_pipeline_without_our_classifier_has_the_default_recipe(tmp_path: Path) -> None:
    assert dataset.load_recipe(written(tmp_path, "  - name: A\n    meaning: 9\n")) == Recipe()


def test_shares_of_the_shipped_recipe_make_a_whole() -> None:
    recipe = dataset.load_recipe(PROJECT_DIR / "config.yml")
    assert recipe.meaning + recipe.words + recipe.characters == pytest.approx(1.0)


@pytest.mark.parametrize(
    "changed",
    [
        {"a": ["one", "two", "more"], "b": ["three", "four"]},
        {"a": ["one"], "b": ["three", "four"]},
        {"a": ["one", "three"], "b": ["two", "four"]},
        {"a": ["onetwo"], "b": ["three", "four"]},
        {"a2": ["one", "two"], "b": ["three", "four"]},
        {"a": ["one", "two"], "b": ["three", "four"], "c": ["five", "six"]},
        {"a": ["one", "two", "b"], "three": ["four"]},
    ],
)
def test_fingerprint_changes_with_the_examples(config: Path, changed: Examples) -> None:
    assert dataset.fingerprint(changed, config) != dataset.fingerprint(SET, config)


def test_fingerprint_does_not_depend_on_the_order_of_labels(config: Path) -> None:
    turned = dict(reversed(SET.items()))
    assert dataset.fingerprint(turned, config) == dataset.fingerprint(SET, config)


def test_fingerprint_changes_with_the_pipeline(config: Path) -> None:
    before = dataset.fingerprint(SET, config)
    config.write_bytes(CONFIG.replace(b"name: A", b"name: B"))
    assert dataset.fingerprint(SET, config) != before


def test_fingerprint_does_not_change_with_the_thresholds(config: Path) -> None:
    """What is tuned after training is no reason to train again."""
    before = dataset.fingerprint(SET, config)
    config.write_bytes(CONFIG.replace(b"0.6", b"0.7"))
    assert dataset.fingerprint(SET, config) == before


def test_thresholds_stand_last_in_the_shipped_config() -> None:
    """The fingerprint reads config.yml up to `assistant:`; nothing of the pipeline may follow it."""
    text = (PROJECT_DIR / "config.yml").read_text(encoding="utf-8")
    before, after = text.split("\nassistant:")
    assert "pipeline" in yaml.safe_load(before)
    assert "assistant" not in yaml.safe_load(before)
    assert set(yaml.safe_load("assistant:" + after)) == {"assistant"}


def test_fingerprint_changes_with_the_words(config: Path, tmp_path: Path) -> None:
    """Another dictionary cuts other words: the same phrasings then make another model."""
    words = PROJECT_DIR / "nlu_data" / "words.txt"
    copy = tmp_path / "project"
    (copy / "nlu_data").mkdir(parents=True)
    (copy / "config.yml").write_bytes(CONFIG)
    (copy / "nlu_data" / "words.txt").write_text(words.read_text(encoding="utf-8"))
    before = dataset.fingerprint(SET, copy / "config.yml")
    (copy / "nlu_data" / "words.txt").write_text("取水 20000 n\n", encoding="utf-8")
    assert dataset.fingerprint(SET, copy / "config.yml") != before
