"""The service without Rasa gives Rasa's own answers: the same intents, the same confidences."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import numpy as np
import opencc
import pytest

from assistant.knowledge.files import Loaded
from assistant.language.encoder import Encoder
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


@pytest.fixture(scope="module")
def rasa_rankings(
    trained: Trained, messages: list[str], tmp_path_factory: pytest.TempPathFactory
) -> list[list[dict[str, object]]]:
    """Rasa's own ranking of every message."""
    folder = tmp_path_factory.mktemp("parity")
    (folder / "messages.json").write_text(json.dumps(messages), encoding="utf-8")
    arguments = [str(SCRIPT), str(trained.archive), "messages.json", "parsed.json"]
    done = run_in_rasa(arguments, folder)
    assert done.returncode == 0, done.stderr[-2000:]
    rankings: list[list[dict[str, object]]] = json.loads((folder / "parsed.json").read_text())
    return rankings


@pytest.fixture(scope="module")
def our_rows(trained: Trained, messages: list[str], encoder: Encoder) -> np.ndarray:
    vectors = encoder.encode([normalise(text) for text in messages])
    return trained.model.probabilities(messages, vectors)


def test_messages_are_many_and_varied(messages: list[str]) -> None:
    assert len(messages) >= LEAST_MESSAGES
    assert any(len(text) == 1 for text in messages)
    assert any("龍" in text for text in messages)
    assert any("😀" in text for text in messages)


def test_top_intent_equals_rasas_on_every_message(
    trained: Trained,
    messages: list[str],
    rasa_rankings: list[list[dict[str, object]]],
    our_rows: np.ndarray,
) -> None:
    differing = [
        (text, ranking[0]["name"], trained.model.ranking(row, 1)[0].label)
        for text, ranking, row in zip(messages, rasa_rankings, our_rows, strict=True)
        if ranking[0]["name"] != trained.model.ranking(row, 1)[0].label
    ]
    assert differing == []


def test_confidences_equal_rasas(
    trained: Trained,
    messages: list[str],
    rasa_rankings: list[list[dict[str, object]]],
    our_rows: np.ndarray,
) -> None:
    place_of = {label: place for place, label in enumerate(trained.model.labels)}
    largest = max(
        (abs(float(item["confidence"]) - row[place_of[item["name"]]]), text)  # type: ignore[arg-type,index]
        for text, ranking, row in zip(messages, rasa_rankings, our_rows, strict=True)
        for item in ranking
    )
    print(f"{len(messages)} messages, largest difference {largest[0]:.2e}")
    assert largest[0] < LARGEST_DIFFERENCE, largest


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
