"""How much of what is asked a label has anything to do with, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.coverage import Coverage
from assistant.language.match import Index, Phrasing
from assistant.language.text import normalise

LABELS = ["a", "b", "c"]
USED = {"a": {"水", "证"}, "b": {"林", "证"}, "c": set[str]()}


def weight(users: int, count: int = len(LABELS)) -> float:
    """A feature weighs the more the fewer labels use it; one nobody uses the most."""
    return math.log(1 + count / (1 + users))


def test_share_is_weighed_by_rarity() -> None:
    total = weight(1) + weight(2)
    expected = [1.0, weight(2) / total, 0.0]
    assert Coverage(LABELS, USED).of(["水", "证"]) == pytest.approx(expected)


def test_unknown_feature_counts_against_every_label() -> None:
    total = weight(1) + weight(0)
    found = Coverage(LABELS, USED).of(["水", "龘"])
    assert found == pytest.approx([weight(1) / total, 0.0, 0.0])


def test_feature_asked_twice_counts_once() -> None:
    coverage = Coverage(LABELS, USED)
    assert (coverage.of(["水", "林", "水", "水"]) == coverage.of(["水", "林"])).all()


def test_nothing_asked_is_covered_by_nobody() -> None:
    assert Coverage(LABELS, USED).of([]).tolist() == [0.0, 0.0, 0.0]
    assert Coverage([], {}).of(["水"]).tolist() == []


def test_label_without_features_covers_nothing() -> None:
    assert Coverage(["a"], {}).of(["水"]).tolist() == [0.0]


FEATURES = st.sets(st.sampled_from("水林证河山木"), max_size=6)


@given(FEATURES, FEATURES, FEATURES, st.lists(st.sampled_from("水林证河山木龘"), max_size=8))
def test_share_equals_the_sum_over_the_features(
    a: set[str], b: set[str], c: set[str], asked: list[str]
) -> None:
    used = {"a": a, "b": b, "c": c}
    weights = {f: weight(sum(f in features for features in used.values())) for f in set(asked)}
    total = sum(weights.values())
    found = Coverage(LABELS, used).of(asked)
    assert found.min() >= 0.0
    assert found.max() <= 1.0
    for label, share in zip(LABELS, found, strict=True):
        known = sum(weights[feature] for feature in set(asked) & used[label])
        assert share == pytest.approx(known / total if total else 0.0, abs=1e-6)


def test_index_covers_what_a_record_says_and_nobody_asks() -> None:
    """“公示牌” stands in the record's text alone: it still speaks for that record."""
    phrasings = [Phrasing("a", "取水许可怎么办"), Phrasing("b", "采伐证怎么办")]
    index = Index(phrasings, bodies={"a": normalise("取水口要立公示牌。")})
    row = index.coverages("公示牌")
    assert index.score_of(row, "a") == pytest.approx(1.0)
    assert index.score_of(row, "b") == 0.0
    assert [match.label for match in index.best_of(row, 1)] == ["a"]
    assert Index(phrasings).coverages("公示牌").tolist() == [0.0, 0.0]
    assert index.coverage("公示牌") == 0.0, "no citizen has ever written it"


def test_label_with_a_record_and_no_phrasing_is_not_ranked() -> None:
    index = Index([Phrasing("a", "取水许可怎么办")], bodies={"z": "公示牌"})
    assert index.labels == ["a"]
    assert index.coverages("公示牌").shape == (1,)
    assert np.isfinite(index.coverages("")).all()
