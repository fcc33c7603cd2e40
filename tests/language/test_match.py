"""The lexical and the semantic witness over the sample bureau's own phrasings."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from assistant.knowledge.shelf import Shelf
from assistant.language.encoder import Encoder
from assistant.language.match import Index, Phrasing, features
from assistant.language.text import bare, normalise
from assistant.language.understanding import RANKED
from tests.fixtures_service import golden_texts

SAMPLE = 1_000
TYPOS = 600


@pytest.fixture(scope="module")
def index(shelf: Shelf) -> Index:
    return shelf.index


@pytest.fixture(scope="module")
def labels_of(index: Index) -> dict[str, set[str]]:
    """Bare phrasing → the labels it is a phrasing of (a title may be shared)."""
    found: dict[str, set[str]] = {}
    for phrasing in index.phrasings:
        found.setdefault(bare(normalise(phrasing.text)), set()).add(phrasing.label)
    return found


@pytest.fixture(scope="module")
def sampled(index: Index) -> list[Phrasing]:
    return Random(7).sample(index.phrasings, SAMPLE)


def test_exact_phrasing_ranks_first_by_words(
    index: Index, sampled: list[Phrasing], labels_of: dict[str, set[str]]
) -> None:
    missed = []
    for phrasing in sampled:
        text = normalise(phrasing.text)
        found = index.lexical(text, 1)
        if not found or found[0].label not in labels_of[bare(text)]:
            missed.append((phrasing.text, phrasing.label, found[0].label if found else None))
    assert len(missed) / len(sampled) < 0.02, missed


def test_exact_phrasing_ranks_high_by_meaning(
    index: Index, sampled: list[Phrasing], labels_of: dict[str, set[str]], encoder: Encoder
) -> None:
    """First in nine of ten (a label's nearest three count, not one alone), and nearly always among those named."""
    texts = [normalise(phrasing.text) for phrasing in sampled]
    rows = index.similarities(encoder.encode(texts))
    assert rows is not None
    first = named = 0
    for text, row in zip(texts, rows, strict=True):
        found = [match.label for match in index.best_of(row, RANKED)]
        right = labels_of[bare(text)]
        first += found[0] in right
        named += bool(right & set(found))
    assert first / len(texts) >= 0.90
    assert named / len(texts) >= 0.99


def test_one_wrong_character_keeps_the_right_label_near(
    index: Index, labels_of: dict[str, set[str]]
) -> None:
    """A lost, swapped or replaced character: the label stays first in nine of ten, among three in most others."""
    random = Random(11)
    first = near = 0
    longer = [p for p in index.phrasings if len(bare(normalise(p.text))) >= 6]
    for phrasing in random.sample(longer, TYPOS):
        text = normalise(phrasing.text)
        place = random.randrange(len(text) - 1)
        wrong = random.choice(
            (
                text[:place] + text[place + 1 :],
                text[:place] + text[place + 1] + text[place] + text[place + 2 :],
                text[:place] + random.choice("的地去是市以在再") + text[place + 1 :],
            )
        )
        found = [match.label for match in index.lexical(wrong, 3)]
        right = labels_of[bare(text)]
        first += bool(found) and found[0] in right
        near += bool(right & set(found))
    assert first / TYPOS >= 0.90
    assert near / TYPOS >= 0.96


def test_scores_are_shares(index: Index, encoder: Encoder) -> None:
    texts = [normalise(text) for text in golden_texts()] + [
        "龘" * 30,
        "a",
        "1 2 3",
        "取水许可" * 50,
    ]
    rows = index.similarities(encoder.encode(texts))
    assert rows is not None
    for text, row in zip(texts, rows, strict=True):
        matches = index.lexical(text) + index.best_of(row)
        matches += index.best_of(index.coverages(text))
        assert all(0.0 <= match.score <= 1.0 for match in matches), text
        assert 0.0 <= index.coverage(text) <= 1.0


def test_ranking_is_best_first_and_names_each_label_once(index: Index, encoder: Encoder) -> None:
    for text in map(normalise, golden_texts()[:60]):
        row = index.similarities(encoder.encode([text]))
        assert row is not None
        for matches in (index.lexical(text), index.best_of(row[0])):
            scores = [match.score for match in matches]
            assert scores == sorted(scores, reverse=True)
            assert len({match.label for match in matches}) == len(matches)
            assert len(matches) <= 10


def test_exact_phrasing_scores_higher_than_a_part_of_it(index: Index) -> None:
    whole = index.lexical(normalise("新办取水许可要几天能批下来"))[0]
    part = index.lexical(normalise("取水许可吧天气真好啊我们"))[0]
    assert whole.label == "service.water_permit"
    assert whole.score > 0.8 > part.score


def test_match_says_why(index: Index) -> None:
    match = index.lexical(normalise("取水证怎么延期"))[0]
    assert match.label == "service.water_permit_renewal"
    assert "取水证" in match.words
    assert match.phrasing


def test_coverage_tells_known_words_from_unknown(index: Index) -> None:
    assert index.coverage(normalise("取水许可证材料")) > 0.9
    assert index.coverage(normalise("量子色动力学夸克禁闭")) < 0.3
    assert index.coverage("") == 0.0
    assert index.coverage("？！") == 0.0


@pytest.mark.parametrize("text", ["", " ", "？！……", "的了吗"])
def test_text_without_content_matches_nothing(index: Index, text: str) -> None:
    assert index.lexical(text) == []


def test_empty_index_matches_nothing() -> None:
    empty = Index([])
    assert empty.lexical("取水许可") == []
    assert empty.coverage("取水许可") == 0.0
    assert empty.similarities(np.zeros((2, 512), dtype=np.float32)) is None
    with_vectors = Index([], np.zeros((0, 512), dtype=np.float32))
    assert with_vectors.similarities(np.zeros((2, 512), dtype=np.float32)) is None
    assert with_vectors.lexical("取水许可") == []


def test_index_without_vectors_has_no_meaning_to_compare() -> None:
    index = Index([Phrasing("a.b", "取水许可怎么办")])
    assert index.similarities(np.ones((1, 512), dtype=np.float32)) is None
    assert index.lexical("取水许可怎么办")[0].label == "a.b"


def test_vectors_follow_their_phrasings() -> None:
    """The index sorts by label; a vector that stayed behind would answer for another label."""
    phrasings = [
        Phrasing("c", "丙"),
        Phrasing("a", "甲"),
        Phrasing("b", "乙"),
        Phrasing("a", "甲甲"),
    ]
    vectors = np.eye(4, dtype=np.float32)
    index = Index(phrasings, vectors)
    rows = index.similarities(vectors)
    assert rows is not None
    assert [index.best_of(row, 1)[0].label for row in rows] == ["c", "a", "b", "a"]
    assert [index.score_of(row, "a") for row in rows] == [0.0, 0.5, 0.0, 0.5]
    assert index.score_of(rows[0], "unknown") == 0.0


def test_similarity_is_the_mean_of_the_nearest_three() -> None:
    """One phrasing may resemble a message by chance; a label with fewer is asked for those it has."""
    phrasings = [Phrasing("many", f"句{number}") for number in range(5)] + [Phrasing("one", "甲")]
    cosines = np.array([0.9, 0.1, 0.8, 0.7, 0.2, 0.6], dtype=np.float32)
    vectors = np.stack([cosines, np.sqrt(1 - cosines**2)], axis=1)
    index = Index(phrasings, vectors)
    rows = index.similarities(np.array([[1.0, 0.0]], dtype=np.float32))
    assert rows is not None
    assert index.score_of(rows[0], "many") == pytest.approx((0.9 + 0.8 + 0.7) / 3)
    assert index.score_of(rows[0], "one") == pytest.approx(0.6)
    assert [match.label for match in index.best_of(rows[0])] == ["many", "one"]


def test_negative_cosines_count_as_nothing() -> None:
    index = Index([Phrasing("a", "甲")], np.array([[1.0, 0.0]], dtype=np.float32))
    rows = index.similarities(np.array([[-1.0, 0.0]], dtype=np.float32))
    assert rows is not None
    assert index.best_of(rows[0])[0].score == 0.0
    assert index.score_of(rows[0], "a") == 0.0


def test_features_are_content_words_and_pairs() -> None:
    assert features("请问取水许可的材料") == [
        *("取水许可", "材料"),
        *("#取水", "#水许", "#许可", "#可材", "#材料"),
    ]
    assert features("") == []


def test_order_of_equal_scores_does_not_depend_on_the_files(shelf: Shelf) -> None:
    """The same knowledge in another order ranks the same: a restart changes no answer."""
    some = [p for p in shelf.index.phrasings if p.label.startswith(("service.", "disclosure."))]
    shuffled = Random(3).sample(some, len(some))
    one, other = Index(some), Index(shuffled)
    for text in map(normalise, golden_texts()[:80]):
        # Below the first, which of many equally weak phrasings are compared at all may differ.
        left, right = one.lexical(text)[:1], other.lexical(text)[:1]
        assert [(m.label, m.score) for m in left] == [(m.label, m.score) for m in right], text
