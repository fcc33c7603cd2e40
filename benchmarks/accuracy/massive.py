"""MASSIVE zh-CN (Amazon, CC BY 4.0; 60 intents): everybody learns train, dev is asked once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from assistant.conversation.fusion import weigh
from assistant.language.encoder import Encoder
from assistant.language.match import Index, Phrasing
from assistant.language.model import Model
from assistant.language.text import normalise
from assistant.language.understanding import Heard, understand
from assistant.settings import Fusion
from assistant.training.pool import fit
from benchmarks.accuracy import peers
from benchmarks.accuracy.held_out import SEED, XUNDA
from benchmarks.accuracy.peers import CLASSIFIER, DIET, ENCODER, LR, UNTRAINED, Scores
from benchmarks.accuracy.rasa import Workshop

# Votes of the nearest sentences and how steeply they count less; 10 was best of 5, 10, 20 on a fifth of train.
VOTES, STEEPNESS = 10, 10.0
TOGETHER = 256


@dataclass(frozen=True)
class Massive:
    """Sentences with their intents."""

    train: list[tuple[str, str]]
    dev: list[tuple[str, str]]

    @property
    def examples(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for text, intent in self.train:
            found.setdefault(intent, []).append(text)
        return found

    @property
    def asked(self) -> list[str]:
        return [text for text, _ in self.dev]

    def without_dev(self) -> Massive:
        """Train alone, a fifth of it to be asked: for choosing weights."""
        shuffled = Random(SEED).sample(self.train, len(self.train))
        asked = len(shuffled) // 5
        return Massive(shuffled[asked:], shuffled[:asked])

    def share_right(self, firsts: Sequence[str]) -> float:
        pairs = zip(firsts, self.dev, strict=True)
        return round(float(np.mean([first == intent for first, (_, intent) in pairs])), 4)


def read_massive(folder: Path) -> Massive | None:
    """The two parts, or None where they do not lie beside the project."""
    if not (folder / "train.jsonl").exists() or not (folder / "dev.jsonl").exists():
        return None
    return Massive(_read(folder / "train.jsonl"), _read(folder / "dev.jsonl"))


def _read(file: Path) -> list[tuple[str, str]]:
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [(line["text"], line["intent"]) for line in lines]


def measure_massive(data: Massive, workshop: Workshop, encoder: Encoder) -> dict[str, float]:
    """Every system's share of dev sentences whose intent it puts first."""
    workshop.progress(f"MASSIVE：{XUNDA}")
    chosen = _fit_fusion(data.without_dev(), workshop, encoder)
    heard = _hear(data, workshop, encoder)
    found = {
        XUNDA: data.share_right(_firsts(heard, chosen)),
        CLASSIFIER: data.share_right([_most_probable(one) for one in heard]),
    }
    for system in (DIET, LR):
        workshop.progress(f"MASSIVE：{system}")
        found[system] = data.share_right(workshop.score(system, data.examples, data.asked).firsts())
    for system in UNTRAINED:
        workshop.progress(f"MASSIVE：{system}")
        found[system] = data.share_right(_ask_nearest(system, data, encoder))
    return found


def _fit_fusion(data: Massive, workshop: Workshop, encoder: Encoder) -> Fusion:
    """The pool's weights on a held-out fifth of train: the bureau's are for the bureau."""
    heard = _hear(data, workshop, encoder)
    return fit([(one, intent, None) for one, (_, intent) in zip(heard, data.dev, strict=True)])


def _hear(data: Massive, workshop: Workshop, encoder: Encoder) -> list[Heard]:
    """The product's own way: its trained classifier and every other witness on one index."""
    model = Model.load(workshop.artifact(data.examples))
    phrasings = [Phrasing(intent, text) for text, intent in data.train]
    vectors = peers.encode(encoder, [normalise(text) for text, _ in data.train])
    index = Index(phrasings, vectors)
    heard: list[Heard] = []
    for start in range(0, len(data.asked), TOGETHER):
        heard += understand(data.asked[start : start + TOGETHER], index, model, encoder)
    return heard


def _firsts(heard: Sequence[Heard], fusion: Fusion) -> list[str]:
    return [weigh(one, None, fusion).answers[0].id for one in heard]


def _most_probable(heard: Heard) -> str:
    return max(heard.candidates, key=lambda one: one.probability).label


def _ask_nearest(system: str, data: Massive, encoder: Encoder) -> list[str]:
    """The intent of the nearest sentence; for the encoder, of the ten nearest, which is better."""
    labels = [intent for _, intent in data.train]
    known = [normalise(text) for text, _ in data.train]
    asked = [normalise(text) for text in data.asked]
    rows = peers.score_phrasings(system, known, asked, encoder)
    scores = vote(labels, rows) if system == ENCODER else peers.by_label(labels, rows)
    return scores.firsts()


def vote(labels: Sequence[str], rows: Any) -> Scores:
    """Votes of the nearest; `labels` names the label of each column."""
    names, columns = np.unique(np.array(labels), return_inverse=True)
    most = min(VOTES, rows.shape[1])
    nearest = np.argpartition(-rows, most - 1, axis=1)[:, :most]
    weights = np.exp(STEEPNESS * (np.take_along_axis(rows, nearest, axis=1) - 1))
    votes = np.zeros((len(rows), len(names)))
    np.add.at(votes, (np.arange(len(rows))[:, None], columns[nearest]), weights)
    return Scores(tuple(names.tolist()), votes)
