"""The classifier on kernels small enough to work out by hand. (Its parity with Rasa: tests/training.)"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.kernel import Kernel, Recipe, TfIdf, grams_of, pack, unpack
from assistant.language.model import VERSION, BadModel, Model
from assistant.language.text import words_of
from assistant.training.ridge import train

TEXTS = ("取水许可", "取水许可证", "林木采伐", "林木采伐证")
LABELS = (0, 0, 1, 1)
# In two dimensions: the first two sentences point one way, the others across.
VECTORS = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=np.float32)
MEANING_ONLY = Recipe(meaning=1.0, words=0.0, characters=0.0)


def artifact_of(
    kernel: Kernel,
    labels: Sequence[str] = ("a", "b"),
    arrays: dict[str, Any] | None = None,
    **manifest: object,
) -> bytes:
    """An artifact as `rasa_export` writes it; `arrays` replaces some of the weights, None takes one out."""
    told, packed = pack(kernel)
    packed = {name: one for name, one in (packed | (arrays or {})).items() if one is not None}
    return zipped(
        {
            "version": VERSION,
            "labels": list(labels),
            "kernel": told,
            "rasa": "3.6.21",
            "trained_at": "2026-11-22T00:00:00",
            **manifest,
        },
        packed,
    )


def zipped(manifest: object, arrays: dict[str, Any]) -> bytes:
    """Members without a time: equal input, equal bytes."""
    weights, buffer = io.BytesIO(), io.BytesIO()
    np.savez(weights, **arrays)
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            zipfile.ZipInfo("manifest.json"), json.dumps(manifest), zipfile.ZIP_DEFLATED
        )
        archive.writestr(zipfile.ZipInfo("weights.npz"), weights.getvalue())
    return buffer.getvalue()


def random_model(labels: Sequence[str], texts: Sequence[str], dimensions: int = 512) -> Model:
    """A classifier that compares with `texts` by weights drawn at random; it knows nothing, and the same always."""
    random = np.random.default_rng(4)
    vectors = random.normal(size=(len(texts), dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = TfIdf.learn([words_of(text) for text in texts])
    grams = TfIdf.learn([grams_of(text) for text in texts])
    marks = (
        vectors,
        words.weigh([words_of(text) for text in texts]),
        grams.weigh([grams_of(text) for text in texts]),
    )
    weights = random.normal(size=(len(texts), len(labels)))
    return Model.load(artifact_of(Kernel(Recipe(), words, grams, marks, weights), labels))


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    return train(TEXTS, LABELS, VECTORS)


# Words and characters


def test_grams_are_all_runs_of_one_to_four_characters() -> None:
    assert grams_of("取水，许") == ["取", "水", "许", "取水", "水许", "取水许"]
    assert "取水许可" in grams_of("取水许可证")
    assert "取水许可证" not in grams_of("取水许可证")
    assert grams_of("？！") == grams_of("") == []


def test_counts_are_weighed_by_rarity() -> None:
    """Two documents: “a” stands in one, “b” in both. Weighed by hand: (1 + ln tf) · (ln((1+n)/(1+df)) + 1)."""
    rare, common = math.log(3 / 2) + 1, math.log(3 / 3) + 1
    tfidf = TfIdf.learn([["a", "a", "b"], ["b"]])
    assert tfidf.vocabulary == ["a", "b"]
    assert tfidf.idf == pytest.approx([rare, common])
    a, b = (1 + math.log(2)) * rare, common
    length = math.hypot(a, b)
    [row] = tfidf.weigh([["a", "a", "b"]]).toarray()
    assert row == pytest.approx([a / length, b / length])


@given(st.lists(st.lists(st.sampled_from("abcxyz"), max_size=8), max_size=6))
def test_rows_are_of_unit_length_or_empty(documents: list[list[str]]) -> None:
    tfidf = TfIdf.learn([["a", "b"], ["b", "c"], ["c"]])
    rows = tfidf.weigh(documents)
    assert rows.shape == (len(documents), 3)
    for document, row in zip(documents, rows.toarray(), strict=True):
        length = 1.0 if set(document) & set("abc") else 0.0
        assert np.linalg.norm(row) == pytest.approx(length)


def test_unknown_terms_count_nothing() -> None:
    tfidf = TfIdf.learn([["a", "b"], ["b"]])
    known, beside_unknown = tfidf.weigh([["a"], ["a", "z", "z"]]).toarray()
    assert known == pytest.approx(beside_unknown)


def test_term_of_too_few_documents_is_not_taken_up() -> None:
    assert TfIdf.learn([["a", "a", "b"], ["b"]], least=2).vocabulary == ["b"]


# Likeness


def test_identical_texts_are_alike_by_the_whole_of_all_shares(kernel: Kernel) -> None:
    likeness = kernel.likeness(TEXTS, VECTORS)
    assert likeness.shape == (len(TEXTS), len(TEXTS))
    assert np.diag(likeness) == pytest.approx(np.ones(len(TEXTS)))
    assert likeness == pytest.approx(likeness.T)
    assert likeness.max() <= 1 + 1e-9


def test_nothing_in_common_leaves_what_the_vectors_say(kernel: Kernel) -> None:
    """Across: cosine 0, so meaning · e^(narrowness · (0 − 1)); opposite: e^(−2 · narrowness)."""
    recipe = Recipe()
    across, opposite = kernel.likeness(["龘", "龘"], [[0.0, 1.0], [-1.0, 0.0]])[:, 0]
    assert across == pytest.approx(recipe.meaning * math.exp(-recipe.narrowness))
    assert opposite == pytest.approx(recipe.meaning * math.exp(-2 * recipe.narrowness))


def test_shared_words_and_characters_bring_texts_nearer(kernel: Kernel) -> None:
    [row] = kernel.likeness(["取水许可怎么办"], [[0.0, 1.0]])
    [strange] = kernel.likeness(["龘龘龘"], [[0.0, 1.0]])
    assert row[0] > strange[0]
    assert row[2] == pytest.approx(strange[2])


# Learning


def naive_weights(likeness: Any, chosen: Any, importance: Any, recipe: Recipe) -> Any:
    """Weighed ridge regression in so many words: min Σ wᵢ‖tᵢ − kᵢ·a‖² + λ·aᵀKa."""
    targets = np.eye(2)[list(LABELS)]
    by_importance = np.diag(importance)
    system = (
        likeness.T @ by_importance @ likeness + recipe.penalty * np.asarray(likeness)[chosen, :]
    )
    return np.linalg.solve(system, likeness.T @ by_importance @ targets)


def test_weights_solve_the_ridge_regression() -> None:
    random = np.random.default_rng(2)
    vectors = random.normal(size=(4, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kernel = train(TEXTS, LABELS, vectors, MEANING_ONLY)
    likeness = np.exp(MEANING_ONLY.narrowness * (vectors @ vectors.T - 1))
    assert kernel.likeness(TEXTS, vectors) == pytest.approx(likeness)
    expected = naive_weights(likeness, [0, 1, 2, 3], np.ones(4), MEANING_ONLY)
    assert kernel.weights == pytest.approx(expected, abs=1e-4)


def test_label_with_few_sentences_counts_no_less() -> None:
    """Three sentences against one, all alike far from each other: balanced, each label is as sure of its own."""
    vectors = np.eye(4)
    even = train(TEXTS, (0, 0, 0, 1), vectors, replace(MEANING_ONLY, balance=1.0, penalty=1.0))
    plain = train(TEXTS, (0, 0, 0, 1), vectors, replace(MEANING_ONLY, balance=0.0, penalty=1.0))
    assert even.scores(TEXTS[3:], vectors[3:])[0, 1] > plain.scores(TEXTS[3:], vectors[3:])[0, 1]


def test_kernel_knows_what_it_learned(kernel: Kernel) -> None:
    assert kernel.scores(TEXTS, VECTORS).argmax(axis=1).tolist() == list(LABELS)


def test_more_sentences_than_marks_leave_marks_of_every_label() -> None:
    """Thirty sentences, six marks: evenly over the labels, and still the right answer for every sentence."""
    texts = [f"第{number}句" for number in range(30)]
    labels = [number % 3 for number in range(30)]
    vectors = np.eye(3, dtype=np.float32)[labels]
    kernel = train(texts, labels, vectors, Recipe(most_marks=6))
    assert len(kernel.weights) == len(kernel.marks[0]) == 6
    assert kernel.marks[0].sum(axis=0) == pytest.approx([2, 2, 2])
    assert kernel.scores(texts, vectors).argmax(axis=1).tolist() == labels
    everything = train(texts, labels, vectors, Recipe(most_marks=30))
    assert len(everything.weights) == 30


def test_packing_changes_no_score(kernel: Kernel) -> None:
    told, arrays = pack(kernel)
    again = unpack(json.loads(json.dumps(told)), arrays)
    asked = ["取水", "采伐证怎么办", ""]
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]])
    assert (again.scores(asked, vectors) == kernel.scores(asked, vectors)).all()
    assert again.recipe == kernel.recipe


# The model


@pytest.fixture
def model(kernel: Kernel) -> Model:
    return Model.load(artifact_of(kernel))


def test_probabilities_are_the_sharpened_softmax_of_the_scores(kernel: Kernel) -> None:
    by_hand = Kernel(kernel.recipe, kernel.words, kernel.characters, kernel.marks, np.eye(4)[:, :3])
    model = Model.load(artifact_of(by_hand, ("a", "b", "c")))
    [likeness] = by_hand.likeness(["取水许可"], VECTORS[:1])
    powers = [math.exp(Recipe().sharpness * score) for score in likeness[:3]]
    [row] = model.probabilities(["取水许可"], VECTORS[:1])
    assert row == pytest.approx([power / sum(powers) for power in powers])
    assert [one.label for one in model.rank("取水许可", VECTORS[0])] == ["a", "b", "c"]


@given(st.lists(st.text(max_size=30), max_size=5), st.floats(0, 1e6))
@settings(max_examples=60, deadline=None)
def test_probabilities_sum_to_one_whatever_the_text(texts: list[str], stretch: float) -> None:
    learned = train(TEXTS, LABELS, VECTORS)
    steep = Kernel(
        learned.recipe,
        learned.words,
        learned.characters,
        learned.marks,
        learned.weights * stretch,
    )
    model = Model.load(artifact_of(steep))
    rows = model.probabilities(texts, np.tile(VECTORS[:1], (len(texts), 1)))
    assert rows.shape == (len(texts), 2)
    assert np.isfinite(rows).all()
    assert rows.sum(axis=1) == pytest.approx(np.ones(len(texts)))


def test_text_is_normalised_before_it_is_compared(model: Model) -> None:
    typed, plain = model.probabilities(["  取水許可\u200b ", "取水许可"], VECTORS[:2])
    assert (typed == plain).all()


def test_rank_gives_no_more_than_asked_for(model: Model) -> None:
    assert [one.label for one in model.rank("取水许可", VECTORS[0], most=1)] == ["a"]
    assert [one.label for one in model.rank("林木采伐", VECTORS[2], most=9)] == ["b", "a"]


def test_label_that_was_not_learned_is_improbable(model: Model) -> None:
    [row] = model.probabilities(["取水许可"], VECTORS[:1])
    assert model.probability_of("a", row) == row[0]
    assert model.probability_of("z", row) == 0.0


# Artifacts that are refused

GOOD = artifact_of(train(TEXTS, LABELS, VECTORS))


def good_parts() -> tuple[dict[str, Any], dict[str, Any]]:
    """The manifest and the arrays of a good artifact."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        with np.load(io.BytesIO(archive.read("weights.npz"))) as file:
            return manifest, {name: file[name] for name in file.files}


ARRAYS = sorted(good_parts()[1])


def test_good_artifact_loads_by_its_checksum() -> None:
    digest = hashlib.sha256(GOOD).hexdigest()
    assert Model.load(GOOD, digest).digest == digest


def test_artifact_of_another_checksum_is_refused() -> None:
    with pytest.raises(BadModel, match="校验和"):
        Model.load(GOOD, hashlib.sha256(b"other").hexdigest())


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_torn_artifact_is_refused(kept: float) -> None:
    with pytest.raises(BadModel):
        Model.load(GOOD[: int(len(GOOD) * kept)])


def test_damaged_byte_is_refused_or_harmless() -> None:
    """Whatever one byte is turned into, nothing but `BadModel` comes out, and no other probabilities."""
    right = Model.load(GOOD).probabilities(TEXTS, VECTORS)
    refused = 0
    for place in range(0, len(GOOD), 7):
        damaged = bytearray(GOOD)
        damaged[place] ^= 0xFF
        try:
            model = Model.load(bytes(damaged))
        except BadModel:
            refused += 1
        else:
            assert (model.probabilities(TEXTS, VECTORS) == right).all(), place
    assert refused > len(GOOD) / 7 / 2


@pytest.mark.parametrize("name", ["manifest.json", "weights.npz"])
def test_artifact_without_one_of_its_files_is_refused(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "{}")
    with pytest.raises(BadModel):
        Model.load(buffer.getvalue())


@pytest.mark.parametrize("name", ARRAYS)
def test_artifact_without_one_of_the_arrays_is_refused(kernel: Kernel, name: str) -> None:
    with pytest.raises(BadModel, match="权重"):
        Model.load(artifact_of(kernel, arrays={name: None}))


@pytest.mark.parametrize("name", ["labels", "kernel", "trained_at"])
def test_manifest_without_one_of_its_parts_is_refused(name: str) -> None:
    manifest, arrays = good_parts()
    del manifest[name]
    with pytest.raises(BadModel):
        Model.load(zipped(manifest, arrays))


@pytest.mark.parametrize("manifest", [[], "x", None, 3, {}, {"version": VERSION, "kernel": []}])
def test_manifest_that_is_none_is_refused(manifest: object) -> None:
    with pytest.raises(BadModel):
        Model.load(zipped(manifest, good_parts()[1]))


@pytest.mark.parametrize("version", [VERSION - 1, VERSION + 1, None])
def test_artifact_of_another_version_is_refused(kernel: Kernel, version: int | None) -> None:
    with pytest.raises(BadModel, match=f"{version}.*{VERSION}"):
        Model.load(artifact_of(kernel, version=version))


def test_pickled_weights_are_refused(kernel: Kernel) -> None:
    """An artifact is data: what could run code when read is not read."""
    with pytest.raises(BadModel):
        Model.load(artifact_of(kernel, arrays={"weights": np.array([{"a": 1}], dtype=object)}))


@pytest.mark.parametrize(
    "arrays",
    [
        {"weights": np.zeros((3, 2))},
        {"weights": np.zeros(4)},
        {"weights": np.zeros((4, 3))},
        {"vectors": np.zeros((3, 2), dtype=np.float32)},
        {"vectors": np.zeros(4, dtype=np.float32)},
        {"word_idf": np.zeros(1)},
        {"gram_idf": np.zeros(99)},
        {"word_starts": np.array([0, 1], dtype=np.int32)},
        {"gram_places": np.array([0], dtype=np.int32)},
    ],
    ids=lambda arrays: "{0[0]}{0[1].shape}".format(*arrays.items()),
)
def test_arrays_that_do_not_fit_are_refused(kernel: Kernel, arrays: dict[str, Any]) -> None:
    """They would fail under a citizen's question instead of here."""
    with pytest.raises(BadModel):
        Model.load(artifact_of(kernel, arrays=arrays))


@pytest.mark.parametrize("place", [-1, 10_000])
def test_term_outside_the_vocabulary_is_refused(kernel: Kernel, place: int) -> None:
    """Compiled code would read memory that is not its own."""
    places = pack(kernel)[1]["gram_places"].copy()
    places[0] = place
    with pytest.raises(BadModel):
        Model.load(artifact_of(kernel, arrays={"gram_places": places}))


def test_recipe_of_another_program_is_refused() -> None:
    manifest, arrays = good_parts()
    manifest["kernel"]["recipe"]["magic"] = 1.0
    with pytest.raises(BadModel):
        Model.load(zipped(manifest, arrays))
