"""Very many phrasings: the rough comparison must lead to the labels the exact one finds."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np
import pytest

from assistant.knowledge.shelf import Shelf
from assistant.language import nearness
from assistant.language.encoder import Encoder
from assistant.language.nearness import NEAREST, REFINED, Floats, Nearness
from assistant.language.text import normalise
from tests.fixtures_service import golden_texts

ON_RECORD = 800
RANKED = 8
# What keeping a vector in bytes may cost a cosine.
CLOSE = 4e-3


@dataclass(frozen=True)
class Both:
    """The values of the same messages, exact and in two stages; shape (messages, labels)."""

    exact: Floats
    rough: Floats


@pytest.fixture(scope="module")
def both(shelf: Shelf, encoder: Encoder) -> Both:
    index = shelf.index
    texts = [normalise(phrasing.text) for phrasing in index.phrasings]
    vectors = encoder.encode(texts)
    places = {label: number for number, label in enumerate(index.labels)}
    sizes = np.bincount([places[phrasing.label] for phrasing in index.phrasings])
    starts = np.cumsum(sizes) - sizes
    # Questions nobody has put on record, and phrasings with a character lost.
    asked = [normalise(text) for text in golden_texts()]
    asked += [text[1:] for text in Random(5).sample(texts, ON_RECORD)]
    messages = encoder.encode(asked)
    exact, rough = (Nearness(vectors, starts, sizes, exact_up_to=most) for most in (10**9, 0))
    return Both(exact.of(messages), rough.of(messages))


def test_the_best_label_is_the_same(both: Both) -> None:
    same = both.exact.argmax(axis=1) == both.rough.argmax(axis=1)
    assert same.mean() >= 0.99


def test_nearly_all_labels_that_are_ranked_are_the_same(both: Both) -> None:
    """The rest are named by other witnesses or by none; the first four are what is decided between."""
    for ranked, least in ((RANKED, 0.95), (RANKED // 2, 0.975)):
        best = [np.argsort(-rows, axis=1)[:, :ranked] for rows in (both.exact, both.rough)]
        shared = [len(set(one) & set(other)) / ranked for one, other in zip(*best, strict=True)]
        assert np.mean(shared) >= least


def test_what_is_refined_is_as_good_as_exact(both: Both) -> None:
    told = both.rough > 0
    assert (told.sum(axis=1) <= REFINED).all()
    errors = np.abs(both.exact - both.rough)[told]
    assert np.quantile(errors, 0.999) < CLOSE
    assert errors.max() < 0.1, "two phrasings rounded apart that were one, or the other way about"
    assert both.rough.min() >= 0.0
    assert both.rough.max() <= 1.0


def _plain(vectors: Floats, sizes: list[int], asked: Floats) -> Floats:
    """The definition, label by label."""
    rows, start = [], 0
    for size in sizes:
        cosines = np.clip(asked @ vectors[start : start + size].T, 0.0, 1.0)
        best = np.sort(cosines, axis=1)[:, ::-1][:, :NEAREST]
        rows.append(best.mean(axis=1))
        start += size
    return np.stack(rows, axis=1)


@pytest.mark.parametrize("exact_up_to", [0, 10**9])
def test_few_labels_of_every_size(exact_up_to: int) -> None:
    dice = np.random.default_rng(3)
    sizes = [1, 2, 3, 4, 50]
    vectors = dice.normal(size=(sum(sizes), 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = vectors[::7] + dice.normal(scale=0.02, size=vectors[::7].shape).astype(np.float32)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    counts = np.array(sizes)
    near = Nearness(vectors, np.cumsum(counts) - counts, counts, exact_up_to)
    close = 2e-6 if exact_up_to else CLOSE
    np.testing.assert_allclose(near.of(asked), _plain(vectors, sizes, asked), atol=close)


def test_named_labels_are_told_however_far_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearness, "REFINED", 1)
    dice = np.random.default_rng(5)
    vectors = dice.normal(size=(40, 128)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    sizes = [4] * 10
    near = Nearness(vectors, np.arange(0, 40, 4), np.array(sizes), exact_up_to=0)
    found = near.of(vectors[:2], [(3, 7), ()])
    wanted = _plain(vectors, sizes, vectors[:2])
    np.testing.assert_allclose(found[0, [0, 3, 7]], wanted[0, [0, 3, 7]], atol=CLOSE)
    assert np.flatnonzero(found[1]).tolist() == [0]


def test_more_messages_than_are_compared_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(4)
    vectors = dice.normal(size=(90, 128)).astype(np.float32)
    sizes = np.full(30, 3)
    near = Nearness(vectors, np.cumsum(sizes) - sizes, sizes, exact_up_to=0)
    whole = near.of(vectors[:20])
    monkeypatch.setattr(nearness, "AT_ONCE", 3)
    np.testing.assert_allclose(near.of(vectors[:20]), whole, atol=1e-5)
    assert near.of(vectors[:0]).shape == (0, 30)
