"""The service without Rasa gives Rasa's own answers: the same intents, the same confidences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import opencc
import pytest

from assistant.knowledge.files import Loaded
from assistant.language.encoder import Encoder, Floats
from assistant.language.model import Model
from assistant.language.text import normalise
from tests.fixtures_service import golden_texts
from tests.training.conftest import Trained, run_in_rasa

SCRIPT = Path(__file__).with_name("parse_with_rasa.py")
LEAST_MESSAGES = 2_000
LARGEST_DIFFERENCE = 1e-6
LATIN = (
    "GB/T 50433",
    "PDF",
    "App",
    "wifi",
    "3.5KW",
    "A4纸",
    "Https://x.cn",
    "No.7",
    "it's",
    "e-mail",
)
EMOJI = ("😀", "🌲🌲", "👍🏻", "🔥", "①", "㎡", "℃", "～", "……", "!!!", "？？", "「」")
SINGLE = "水树林火证办吗a1?。，１Ａ龙龍"


def _typo(random: Random, text: str) -> str:
    """One character lost, doubled, swapped with its neighbour, or replaced."""
    if len(text) < 3:
        return text + text
    place = random.randrange(len(text) - 1)
    return random.choice(
        (
            text[:place] + text[place + 1 :],
            text[:place] + text[place] + text[place:],
            text[:place] + text[place + 1] + text[place] + text[place + 2 :],
            text[:place] + random.choice("的去水是事木以已再在") + text[place + 1 :],
        )
    )


def _joined(random: Random, texts: list[str]) -> str:
    """The beginning of one sentence and the end of another, with something between."""
    one, other = random.sample(texts, 2)
    between = random.choice((*LATIN, *EMOJI, "，", " ", "  ", str(random.randrange(10**9)), ""))
    return one[: random.randint(1, len(one))] + between + other[random.randrange(len(other)) :]


def varied_messages(phrasings: list[str], seed: int = 20261122) -> list[str]:
    """Real messages and generated ones; none begins with Rasa's command sign and none is empty."""
    random = Random(seed)
    traditional = opencc.OpenCC("s2t")
    messages = golden_texts() + random.sample(phrasings, 500) + list(SINGLE)
    messages += [_typo(random, random.choice(phrasings)) for _ in range(450)]
    messages += [_joined(random, phrasings) for _ in range(500)]
    messages += [traditional.convert(text) for text in random.sample(phrasings, 150)]
    messages += [text + random.choice(EMOJI) for text in random.sample(phrasings, 100)]
    messages += [f"{random.choice(LATIN)} {text}" for text in random.sample(phrasings, 100)]
    messages += [" ".join(random.sample(LATIN, 3)) for _ in range(40)]
    messages += ["".join(chr(random.randint(0x4E00, 0x9FA5)) for _ in range(12)) for _ in range(60)]
    messages += ["，".join(random.sample(phrasings, 40))[:500] for _ in range(40)]
    fit = {text for text in messages if not text.lstrip().startswith("/") and normalise(text)}
    return sorted(fit)


@pytest.fixture(scope="module")
def messages(loaded: Loaded) -> list[str]:
    return varied_messages([text for texts in loaded.examples.values() for text in texts])


@dataclass(frozen=True)
class Parsed:
    """Rasa's own ranking of every message, and the vectors its process made of them."""

    rankings: list[list[dict[str, Any]]]
    vectors: Floats


@pytest.fixture(scope="module")
def rasa(trained: Trained, messages: list[str], tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    folder = tmp_path_factory.mktemp("parity")
    (folder / "messages.json").write_text(json.dumps(messages), encoding="utf-8")
    arguments = [str(SCRIPT), str(trained.archive), "messages.json", "parsed.json", "vectors.npy"]
    done = run_in_rasa(arguments, folder)
    assert done.returncode == 0, done.stderr[-2000:]
    rankings = json.loads((folder / "parsed.json").read_text())
    return Parsed(rankings, np.load(folder / "vectors.npy"))


@pytest.fixture(scope="module")
def our_vectors(messages: list[str], encoder: Encoder) -> Floats:
    """In large batches, as nobody but a test would send them: the least like Rasa's."""
    return encoder.encode([normalise(text) for text in messages])


@pytest.fixture(scope="module")
def our_rows(trained: Trained, messages: list[str], our_vectors: Floats) -> Any:
    return trained.model.probabilities(messages, our_vectors)


def largest_difference(model: Model, rows: Any, rasa: Parsed) -> float:
    """Over every confidence Rasa gives."""
    return max(
        abs(float(item["confidence"]) - model.probability_of(item["name"], row))
        for row, ranking in zip(rows, rasa.rankings, strict=True)
        for item in ranking
    )


def test_messages_are_many_and_varied(messages: list[str]) -> None:
    assert len(messages) >= LEAST_MESSAGES
    assert any(len(text) == 1 for text in messages)
    assert any("龍" in text for text in messages)
    assert any("😀" in text for text in messages)


def test_top_intent_equals_rasas_on_every_message(
    trained: Trained, messages: list[str], rasa: Parsed, our_rows: Any
) -> None:
    differing = [
        (text, ranking[0]["name"], trained.model.ranking(row, 1)[0].label)
        for text, ranking, row in zip(messages, rasa.rankings, our_rows, strict=True)
        if ranking[0]["name"] != trained.model.ranking(row, 1)[0].label
    ]
    assert differing == []


def test_confidences_equal_rasas(trained: Trained, messages: list[str], rasa: Parsed) -> None:
    """From the same vectors the same confidences: nothing was lost on the way out of Rasa's archive."""
    rows = trained.model.probabilities(messages, rasa.vectors)
    largest = largest_difference(trained.model, rows, rasa)
    print(f"{len(messages)} messages, largest difference {largest:.2e} from the same vectors")
    assert largest < LARGEST_DIFFERENCE


def test_vectors_equal_those_of_rasas_process(rasa: Parsed, our_vectors: Floats) -> None:
    """Two Pythons, two numpys, one encoder in single precision: equal but for its last digit."""
    assert np.abs(rasa.vectors - our_vectors).max() < LARGEST_DIFFERENCE


def test_whole_way_differs_by_single_precision_alone(
    trained: Trained, rasa: Parsed, our_rows: Any
) -> None:
    """The vectors' last digit, magnified by the classifier's sharpness, and nothing more."""
    largest = largest_difference(trained.model, our_rows, rasa)
    print(f"largest difference {largest:.2e} the whole way")
    assert largest < LARGEST_DIFFERENCE


def test_model_knows_its_training_set(trained: Trained, encoder: Encoder) -> None:
    """The parity of two models that have learned nothing would prove nothing."""
    asked = [(text, label) for label, texts in trained.examples.items() for text in texts]
    vectors = encoder.encode([normalise(text) for text, _ in asked])
    rows = trained.model.probabilities([text for text, _ in asked], vectors)
    right = sum(
        trained.model.ranking(row, 1)[0].label == label
        for row, (_, label) in zip(rows, asked, strict=True)
    )
    assert right / len(asked) > 0.95


def test_artifact_of_the_archive_loads_by_its_checksum(trained: Trained) -> None:
    assert sorted(trained.model.labels) == sorted(trained.examples)
    assert Model.load(trained.artifact, trained.model.digest).labels == trained.model.labels
