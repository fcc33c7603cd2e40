"""How accuracy is measured: noise that keeps the sound, matters that are gone, thresholds, votes, promises."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from pypinyin import lazy_pinyin

from benchmarks.accuracy import tables
from benchmarks.accuracy.held_out import HeldOut, auroc, draws, first_right, tune_threshold
from benchmarks.accuracy.massive import Massive, vote
from benchmarks.accuracy.noise import in_traditional, with_homophone
from benchmarks.accuracy.peers import BM25, DIET, WRATIO, Scores, by_label, score_phrasings
from benchmarks.accuracy.rasa import diet_epochs, fingerprint, set_epochs

MATTERS = ("a", "b", "c", "d", "e", "f")
PARTS = HeldOut({}, [(f"问{label}", (label,)) for label in MATTERS], MATTERS)
# Everything is first where it belongs; whatever is asked, “x” comes second.
SURE = Scores((*MATTERS, "x"), np.hstack([np.eye(6) * 0.8, np.full((6, 1), 0.2)]))


def test_one_character_changes_and_its_sound_stays() -> None:
    text = "取水许可证到期了怎么办理延续手续"
    for seed in range(20):
        noisy = with_homophone(text, Random(seed))
        changed = [place for place in range(len(text)) if noisy[place] != text[place]]
        assert len(noisy) == len(text)
        assert len(changed) == 1
        assert lazy_pinyin(noisy[changed[0]]) == lazy_pinyin(text[changed[0]])


def test_the_same_dice_give_the_same_noise() -> None:
    text = "林木采伐许可证怎么办"
    assert with_homophone(text, Random(1)) == with_homophone(text, Random(1))


@pytest.mark.parametrize("text", ["", "???", "abc 123", "的了吗"])
def test_a_text_without_content_stays_as_it_is(text: str) -> None:
    assert with_homophone(text, Random(1)) == text


def test_traditional_script_is_of_the_whole_text() -> None:
    assert in_traditional("取水许可证怎么办", "s2t") == "取水許可證怎麼辦"


def test_a_removed_label_leaves_a_distribution_that_sums_to_one() -> None:
    scores = Scores(("a", "b", "c"), np.array([[0.5, 0.3, 0.2]]), sums_to_one=True)
    left = scores.without(frozenset("a"))
    assert left.labels == ("b", "c")
    assert left.rows.tolist() == [[0.6, 0.4]]


def test_other_scores_stay_as_they_are_when_a_label_is_removed() -> None:
    scores = Scores(("a", "b", "c"), np.array([[9.0, 3.0, 2.0]]))
    left = scores.without(frozenset("a"))
    assert left.rows.tolist() == [[3.0, 2.0]]
    assert (left.firsts(), left.best().tolist(), left.leads().tolist()) == (["b"], [3.0], [1.0])


def test_a_label_scores_as_its_best_phrasing() -> None:
    scores = by_label(["b", "a", "b"], np.array([[0.1, 0.2, 0.9], [0.3, 0.8, 0.0]]))
    assert scores.labels == ("a", "b")
    assert scores.rows.tolist() == [[0.2, 0.9], [0.8, 0.3]]


def test_auroc_counts_ties_by_half() -> None:
    positive = np.array([True, True, False, False])
    assert auroc(np.array([3.0, 2.0, 1.0, 0.0]), positive) == 1.0
    assert auroc(np.array([0.0, 1.0, 2.0, 3.0]), positive) == 0.0
    assert auroc(np.array([1.0, 1.0, 1.0, 1.0]), positive) == 0.5


def test_each_draw_takes_a_third_of_the_matters_and_comes_again() -> None:
    first, again = list(draws(PARTS, 5)), list(draws(PARTS, 5))
    assert [one.removed for one in first] == [one.removed for one in again]
    for one in first:
        assert len(one.removed) == 2
        assert one.stayed.sum() == 4
    assert len({one.removed for one in first}) > 1


def test_a_threshold_tells_those_that_stayed_from_those_removed() -> None:
    threshold = tune_threshold(SURE, PARTS, with_lead=False)
    assert 0.2 < threshold.score <= 0.8
    assert threshold.passes(SURE).all()
    assert first_right(SURE, PARTS) == 1.0


def test_a_lead_can_tell_where_the_score_cannot() -> None:
    flat = Scores((*MATTERS, "x", "y"), np.hstack([np.eye(6), np.ones((6, 2)) * 0.5]) + 0.0)
    flat = Scores(flat.labels, flat.rows / flat.rows.max(axis=1, keepdims=True), sums_to_one=True)
    threshold = tune_threshold(flat, PARTS, with_lead=True)
    removed = flat.without(frozenset("a"))
    assert threshold.passes(removed).tolist() == [False, True, True, True, True, True]


def test_peers_find_the_phrasing_that_was_asked() -> None:
    known = ["取水许可怎么办", "捡到猫头鹰怎么处理", "水土保持方案谁来批"]
    for system in (BM25, WRATIO):
        rows = score_phrasings(system, known, ["猫头鹰捡到了", "zzz"], encoder=None)  # type: ignore[arg-type]
        assert rows.shape == (2, 3)
        assert rows[0].argmax() == 1


def test_the_nearest_vote_and_nearer_ones_count_more() -> None:
    rows = np.array([[0.9, 0.3, 0.3, 0.2]])
    assert vote(["a", "b", "b", "b"], rows).firsts() == ["a"]
    assert vote(["a", "b", "b", "b"], np.array([[0.5, 0.5, 0.5, 0.2]])).firsts() == ["b"]


def test_massive_groups_its_sentences_by_intent() -> None:
    data = Massive([("一", "x"), ("二", "y"), ("三", "x")], [("四", "x"), ("五", "y")])
    assert data.examples == {"x": ["一", "三"], "y": ["二"]}
    assert data.share_right(["x", "x"]) == 0.5


def test_weights_are_chosen_without_dev() -> None:
    data = Massive([(str(number), "x") for number in range(10)], [("问", "y")])
    parts = data.without_dev()
    assert (len(parts.train), len(parts.dev)) == (8, 2)
    assert sorted(parts.train + parts.dev) == sorted(data.train)


def test_diet_is_trained_as_long_as_a_quarter_of_an_hour_allows() -> None:
    assert diet_epochs(1_000, 50) == 100
    assert diet_epochs(11_514, 60) == 30
    assert diet_epochs(1_000_000, 400) == 1
    assert set_epochs("epochs: 100  # why", 21) == "epochs: 21  # why"
    assert set_epochs("max_iter: 60", 21) == "max_iter: 60"


def test_another_sentence_or_pipeline_is_another_fingerprint() -> None:
    one = fingerprint({"a": ["甲"]}, "config")
    assert one == fingerprint({"a": ["甲"]}, "config")
    assert one != fingerprint({"a": ["乙"]}, "config")
    assert one != fingerprint({"a": ["甲"]}, "config 2")


def latest(**own: float) -> dict[str, Any]:
    losses = {f"{key}_points_lost": own.get(key, 0.5) for key in tables.LOSSES}
    return {
        "accuracy": {"xunda": dict.fromkeys(tables.COLUMNS, 0.9) | losses},
        "leave_matters_out": {
            "xunda": own.get("auroc", 0.9),
            "xunda:narrowed": own.get("narrowed", 0.9),
            "witness:lexical": 0.8,
            "bm25s": 0.8,
        },
        "massive_dev": {"xunda": own.get("massive", 0.86), DIET: 0.85},
    }


def test_every_promise_is_met_or_named() -> None:
    assert all(is_met for *_, is_met in tables.promises(latest()))
    for fault in (
        {"auroc": 0.8},
        {"narrowed": 0.8},
        {"massive": 0.852},
        {"homophone": 3.1},
        {"s2t": 1.1},
    ):
        assert [is_met for *_, is_met in tables.promises(latest(**fault))].count(False) == 1


def test_not_below_diet_even_above_the_bar() -> None:
    measured = latest(massive=0.86)
    measured["massive_dev"][DIET] = 0.87
    assert not tables.promises(measured)[0][-1]


def test_what_was_not_measured_is_not_printed() -> None:
    assert not tables.tables({}).renderables  # type: ignore[attr-defined]
    assert len(tables.tables(latest()).renderables) == 3  # type: ignore[attr-defined]
