"""The compiled classifier on artifacts small enough to work out by hand. (Its parity with Rasa: tests/training.)"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from typing import Any

import numpy as np
import pytest

from assistant.language.model import VERSION, BadModel, Model
from assistant.language.text import segmenter


def artifact_of(
    featurizers: list[dict[str, Any]],
    coefficients: Any,
    intercepts: Any,
    labels: tuple[str, ...] = ("a", "b"),
    **manifest: object,
) -> bytes:
    """An artifact as `rasa_export` writes it."""
    weights, buffer = io.BytesIO(), io.BytesIO()
    np.savez_compressed(
        weights,
        coefficients=np.asarray(coefficients, dtype=np.float32),
        intercepts=np.asarray(intercepts, dtype=np.float64),
    )
    told = {
        "version": VERSION,
        "labels": list(labels),
        "featurizers": featurizers,
        "rasa": "3.6.21",
        "trained_at": "2026-11-22T00:00:00",
        **manifest,
    }
    with zipfile.ZipFile(
        buffer, "w"
    ) as archive:  # members without a time: equal input, equal bytes
        archive.writestr(zipfile.ZipInfo("manifest.json"), json.dumps(told))
        archive.writestr(zipfile.ZipInfo("weights.npz"), weights.getvalue())
    return buffer.getvalue()


def words(*vocabulary: str) -> dict[str, Any]:
    return {"kind": "word", "ngrams": [1, 1], "vocabulary": list(vocabulary)}


def chars(*vocabulary: str, low: int = 1, high: int = 4) -> dict[str, Any]:
    return {"kind": "char_wb", "ngrams": [low, high], "vocabulary": list(vocabulary)}


def counts(model: Model, text: str, vocabulary: list[str]) -> dict[str, float]:
    """What the model counts in a text, by gram."""
    rows, values = model._sparse_features(text)
    return {vocabulary[row]: value for row, value in zip(rows, values, strict=True)}


def test_words_are_counted_as_scikit_learn_does() -> None:
    """Cut by our segmenter, joined by spaces, lower-cased, digits-only tokens one word."""
    vocabulary = ["取水", "许可", "__number__", "gb", "app"]
    model = Model.load(artifact_of([words(*vocabulary)], np.zeros((5, 2)), [0, 0]))
    cut = segmenter().cut
    assert cut("gb 50433 app app 取水") == ["gb", "50433", "app", "app", "取水"]
    assert counts(model, "gb 50433 app app 取水", vocabulary) == {
        "gb": 1,
        "__number__": 1,
        "app": 2,
        "取水": 1,
    }


def test_punctuation_and_unknown_words_count_nothing() -> None:
    model = Model.load(artifact_of([words("取水")], np.zeros((1, 2)), [0, 0]))
    assert counts(model, "？！，龘", ["取水"]) == {}


def test_character_grams_are_counted_inside_padded_words() -> None:
    """`char_wb` of “ab c”, 1–4: each word padded by a space, a word shorter than n counted once.

    " ab " gives ␣ a b ␣ / ␣a ab b␣ / ␣ab ab␣ / ␣ab␣; " c " gives ␣ c ␣ / ␣c c␣ / ␣c␣ and, being
    shorter than four, nothing more.
    """
    expected = {
        " ": 4,
        "a": 1,
        "b": 1,
        "c": 1,
        " a": 1,
        "ab": 1,
        "b ": 1,
        " c": 1,
        "c ": 1,
        " ab": 1,
        "ab ": 1,
        " c ": 1,
        " ab ": 1,
    }
    vocabulary = list(expected)
    model = Model.load(artifact_of([chars(*vocabulary)], np.zeros((len(vocabulary), 2)), [0, 0]))
    assert segmenter().cut("ab c") == ["ab", "c"]
    assert counts(model, "ab c", vocabulary) == expected


def test_word_shorter_than_the_shortest_gram_counts_once() -> None:
    """scikit-learn counts the whole padded word once when it is shorter than n, even at the first n."""
    vocabulary = [" c ", " ab "]
    artifact = artifact_of([chars(*vocabulary, low=4, high=6)], np.zeros((2, 2)), [0, 0])
    assert counts(Model.load(artifact), "ab c", vocabulary) == {" c ": 1, " ab ": 1}


def test_probabilities_are_the_softmax_of_the_linear_scores() -> None:
    coefficients = [[1.0, 0.0, -1.0], [0.0, 2.0, 0.0]]
    model = Model.load(
        artifact_of([words("取水", "许可")], coefficients, [0.5, 0, 0], labels=("a", "b", "c"))
    )
    assert segmenter().cut("取水 许可 许可") == ["取水", "许可", "许可"]
    scores = [1.0 + 0.5, 2 * 2.0, -1.0]
    total = sum(map(math.exp, scores))
    row = model.probabilities(["取水 许可 许可"])[0]
    assert row == pytest.approx([math.exp(score) / total for score in scores])
    assert [ranked.label for ranked in model.rank("取水 许可 许可")] == ["b", "a", "c"]


def test_two_featurizers_stand_one_after_the_other() -> None:
    coefficients = [[1.0, 0.0], [0.0, 3.0]]
    model = Model.load(artifact_of([words("取水"), chars("水", high=1)], coefficients, [0, 0]))
    row = model.probabilities(["取水"])[0]
    assert row == pytest.approx([1 / (1 + math.exp(2)), 1 / (1 + math.exp(-2))])


def test_encoder_features_are_scaled() -> None:
    model = Model.load(
        artifact_of(
            [words("取水"), {"kind": "encoder", "scale": 4.0}], [[0, 0], [1, 0], [0, 1]], [0, 0]
        )
    )
    assert model.needs_encoder
    row = model.probabilities(["无"], np.array([[0.5, 0.25]], dtype=np.float32))[0]
    assert row == pytest.approx([1 / (1 + math.exp(-1)), 1 / (1 + math.exp(1))])
    with pytest.raises(BadModel, match="编码器"):
        model.probabilities(["无"])


def test_probabilities_sum_to_one_whatever_the_text() -> None:
    random = np.random.default_rng(1)
    vocabulary = list("取水许可怎么办证林木")
    model = Model.load(
        artifact_of(
            [chars(*vocabulary, high=1)],
            random.normal(scale=40, size=(len(vocabulary), 9)),
            random.normal(scale=40, size=9),
            labels=tuple("abcdefghi"),
        )
    )
    texts = ["", "取水许可", "取" * 500, "龘", "😀", "林木取水证" * 100]
    rows = model.probabilities(texts)
    assert rows.shape == (len(texts), 9)
    assert np.isfinite(rows).all()
    assert rows.sum(axis=1) == pytest.approx(np.ones(len(texts)))


def test_no_texts_give_no_rows() -> None:
    model = Model.load(artifact_of([words("取水")], np.zeros((1, 2)), [0, 0]))
    assert model.probabilities([]).shape == (0, 2)


def test_rank_gives_no_more_than_asked_for() -> None:
    model = Model.load(artifact_of([words("取水")], np.zeros((1, 2)), [1, 0]))
    assert [ranked.label for ranked in model.rank("取水", most=1)] == ["a"]


GOOD = artifact_of([words("取水")], np.zeros((1, 2)), [0, 0])


def test_good_artifact_loads_by_its_checksum() -> None:
    digest = hashlib.sha256(GOOD).hexdigest()
    model = Model.load(GOOD, digest)
    assert model.digest == digest
    assert model.labels == ["a", "b"]
    assert not model.needs_encoder


def test_wrong_checksum_is_refused() -> None:
    with pytest.raises(BadModel, match="校验和"):
        Model.load(GOOD, "0" * 64)


def test_one_flipped_bit_is_refused() -> None:
    digest = hashlib.sha256(GOOD).hexdigest()
    for place in range(0, len(GOOD), 97):
        torn = bytearray(GOOD)
        torn[place] ^= 1
        with pytest.raises(BadModel):
            Model.load(bytes(torn), digest)


@pytest.mark.parametrize("kept", [0.0, 0.01, 0.3, 0.6, 0.9, 0.99])
def test_torn_artifact_is_refused(kept: float) -> None:
    with pytest.raises(BadModel):
        Model.load(GOOD[: int(len(GOOD) * kept)])


def test_corrupted_member_is_refused() -> None:
    """A zip whose directory is whole and whose contents are not: its CRC tells, or the reader does."""
    place = GOOD.index(b'"labels"')
    torn = GOOD[:place] + b"\x00\xff\x00" + GOOD[place + 3 :]
    with pytest.raises(BadModel):
        Model.load(torn)


def test_artifact_without_weights_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("manifest.json", "{}")
    with pytest.raises(BadModel):
        Model.load(buffer.getvalue())


@pytest.mark.parametrize("missing", ["coefficients", "intercepts"])
def test_artifact_without_one_of_the_weights_is_refused(missing: str) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        manifest = archive.read("manifest.json")
    weights, buffer = io.BytesIO(), io.BytesIO()
    arrays = {"coefficients": np.zeros((1, 2)), "intercepts": np.zeros(2)}
    np.savez_compressed(weights, **{n: a for n, a in arrays.items() if n != missing})
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("manifest.json", manifest)
        archive.writestr("weights.npz", weights.getvalue())
    with pytest.raises(BadModel):
        Model.load(buffer.getvalue())


def test_artifact_of_another_version_is_refused() -> None:
    newer = artifact_of([words("取水")], np.zeros((1, 2)), [0, 0], version=VERSION + 1)
    with pytest.raises(BadModel, match=f"{VERSION + 1}.*{VERSION}"):
        Model.load(newer)


def test_pickled_weights_are_refused() -> None:
    """An artifact is data: what could run code when read is not read."""
    weights, buffer = io.BytesIO(), io.BytesIO()
    np.savez(weights, coefficients=np.array([{"a": 1}], dtype=object), intercepts=np.zeros(2))
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"version": VERSION}))
        archive.writestr("weights.npz", weights.getvalue())
    with pytest.raises(BadModel):
        Model.load(buffer.getvalue())


def test_weights_that_do_not_fit_the_vocabulary_are_refused() -> None:
    """Fewer rows than features would fail under a citizen's question instead of here."""
    short = artifact_of([words("取水", "许可", "林木")], np.zeros((1, 2)), [0, 0])
    with pytest.raises(BadModel):
        Model.load(short)
