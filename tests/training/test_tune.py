"""The weights are chosen on what the witnesses have not seen, and what is chosen tells right from wrong."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from assistant.conversation.fusion import NOTHING, TESTIMONY, weigh
from assistant.language.encoder import Encoder
from assistant.language.kernel import Recipe
from assistant.language.text import normalise
from assistant.language.understanding import Candidate, Heard
from assistant.training.dataset import Examples
from assistant.training.tune import (
    HELD_OUT_EVERY,
    LEAST_EXAMPLES,
    REMOVED_EVERY,
    THRESHOLDS,
    Ground,
    Tuned,
    hear_held_out,
    split,
    tune,
)

EXAMPLES: Examples = {
    **{
        f"matter.m{place}": [f"第{place}件事的第{turn}问" for turn in range(10)]
        for place in range(12)
    },
    "offtopic": [f"闲话第{turn}句" for turn in range(10)],
    "emergency.fire": [f"着火第{turn}处" for turn in range(10)],
    "matter.small": [f"小事第{turn}问" for turn in range(LEAST_EXAMPLES - 1)],
}
Asked = list[tuple[Heard, str | None, str | None]]


# Holding out


def removed_from(examples: Examples, learned: Examples) -> set[str]:
    return set(examples) - set(learned)


@pytest.mark.parametrize("seed", range(5))
def test_split_holds_out_and_removes(seed: int) -> None:
    parts = split(EXAMPLES, seed)
    removed = removed_from(EXAMPLES, parts.learned)
    assert len(removed) == 13 // REMOVED_EVERY
    assert all(label.startswith("matter.") for label in removed)
    for label, texts in EXAMPLES.items():
        held = [text for text, right in parts.asked if text in texts]
        if label in removed:
            assert all(right is None for text, right in parts.asked if text in texts)
        else:
            assert sorted(parts.learned[label] + held) == sorted(texts)
            assert {right for text, right in parts.asked if text in texts} <= {label}
        enough = len(texts) >= LEAST_EXAMPLES
        assert len(held) == (len(texts) // HELD_OUT_EVERY if enough else 0)


def test_same_seed_gives_the_same_split() -> None:
    assert split(EXAMPLES, 3) == split(EXAMPLES, 3)
    assert split(EXAMPLES, 3) != split(EXAMPLES, 4)
    assert split(dict(reversed(EXAMPLES.items())), 3) == split(EXAMPLES, 3)


def test_nothing_asked_was_learned() -> None:
    for seed in range(5):
        parts = split(EXAMPLES, seed)
        learned = {text for texts in parts.learned.values() for text in texts}
        assert not learned & {text for text, _ in parts.asked}


# Hearing


@pytest.fixture(scope="module")
def held_out(encoder: Encoder) -> tuple[Asked, Asked, list[str]]:
    told: list[str] = []
    mentions = {normalise("第1件事"): "matter.m1", normalise("第2件事"): "matter.m2"}
    ground = Ground(EXAMPLES, {}, mentions, encoder, Recipe(most_marks=40))
    with_model, without = hear_held_out(ground, told.append, rounds=2)
    return list(with_model), list(without), told


def test_every_held_out_question_is_heard_with_and_without_the_classifier(
    held_out: tuple[Asked, Asked, list[str]],
) -> None:
    with_model, without, told = held_out
    asked = [one for seed in range(2) for one in split(EXAMPLES, seed).asked]
    assert [(one.raw, right) for one, right, _ in with_model] == [
        (normalise(text), right) for text, right in asked
    ]
    assert [right for _, right, _ in without] == [right for _, right in asked]
    assert all(one.has_model for one, _, _ in with_model)
    assert not any(one.has_model for one, _, _ in without)
    assert len(told) == 2


def test_removed_matter_is_known_to_no_witness(
    held_out: tuple[Asked, Asked, list[str]],
) -> None:
    with_model, without, _ = held_out
    size = len(split(EXAMPLES, 0).asked)
    for seed in range(2):
        removed = removed_from(EXAMPLES, split(EXAMPLES, seed).learned)
        for heard_in_round in (with_model, without):
            for one, _, mention in heard_in_round[seed * size : (seed + 1) * size]:
                assert not removed & {candidate.label for candidate in one.candidates}
                assert mention not in removed


# Fitting


def heard(*candidates: Candidate, known: float = 1.0) -> Heard:
    return Heard("某事", candidates, coverage=known, has_model=True, has_encoder=True)


def witnessed(random: Random, count: int) -> Asked:
    """Half has an answer. The classifier names the wrong matter, the words name the right one; where there is
    no answer nobody believes in anything, and the words are unknown."""
    asked: Asked = []
    for place in range(count):
        noise = random.uniform(0, 0.1)
        if place % 2:
            right = Candidate("matter.right", 0.3 + noise, 0.9, 0.5, 0.5)
            wrong = Candidate("matter.wrong", 0.5 + noise, 0.1, 0.5, 0.5)
            asked.append((heard(right, wrong), "matter.right", None))
        else:
            some = Candidate("matter.some", 0.2 + noise, 0.2, 0.3, 0.2)
            asked.append(
                (heard(some, Candidate("offtopic", 0.3, 0, 0.4, 0), known=0.3), None, None)
            )
    return asked


@pytest.fixture(scope="module")
def tuned() -> Tuned:
    return tune(witnessed(Random(1), 200))


def test_witness_that_is_right_is_given_weight(tuned: Tuned) -> None:
    assert tuned.fusion.witnesses["lexical"] > 0
    assert tuned.top1 == 1.0


def test_what_has_an_answer_is_told_from_what_has_none(tuned: Tuned) -> None:
    assert tuned.answerable_auroc == 1.0
    for one, label, named in witnessed(Random(2), 50):
        assert (weigh(one, named, tuned.fusion).answerable > 0.5) == (label is not None)


def test_chances_are_those_of_the_questions_asked() -> None:
    """The same testimony has an answer seven times of ten, and the first is it six times: so say the chances."""
    same = heard(
        Candidate("matter.a", 0.5, 0.5, 0.5, 0.5), Candidate("matter.b", 0.4, 0.5, 0.5, 0.5)
    )
    labels = ["matter.a"] * 6 + ["matter.b"] + [None] * 3
    found = tune([(same, label, None) for label in labels * 30])
    verdict = weigh(same, None, found.fusion)
    assert verdict.confidence == pytest.approx(0.6, abs=0.03)
    assert verdict.answerable == pytest.approx(0.7, abs=0.03)
    assert verdict.nothing == pytest.approx(0.3, abs=0.03)


def test_kind_that_is_never_right_starts_low() -> None:
    pair = heard(
        Candidate("matter.a", 0.4, 0.5, 0.5, 0.5), Candidate("unknown", 0.4, 0.5, 0.5, 0.5)
    )
    found = tune([(pair, "matter.a", None)] * 40)
    assert found.fusion.kinds["unknown"] < 0


def test_question_whose_answer_no_witness_names_teaches_nothing() -> None:
    asked = witnessed(Random(4), 40)
    lost = (heard(Candidate("matter.some", 0.9, 0.9, 0.9, 0.9)), "matter.elsewhere", None)
    assert tune([*asked, lost]).fusion == tune(asked).fusion


def test_weights_are_named_after_signals(tuned: Tuned) -> None:
    """What is printed goes into config.yml, and `weigh` reads it by these names."""
    fusion = tuned.fusion
    assert tuple(fusion.witnesses) == TESTIMONY
    assert tuple(fusion.nothing) == NOTHING
    assert set(fusion.kinds) == {"offtopic"}
    for weights in (fusion.witnesses, fusion.kinds, fusion.nothing):
        assert all(round(weight, 3) == weight for weight in weights.values())


def test_curve_shows_the_trade_off(tuned: Tuned) -> None:
    assert tuple(point.threshold for point in tuned.curve) == THRESHOLDS
    for point in tuned.curve:
        assert point.answered == pytest.approx(point.right + point.wrong_on_known)
        assert 0.0 <= point.wrong_on_unknown <= 1.0
    for lower, higher in pairwise(tuned.curve):
        assert lower.answered >= higher.answered
        assert lower.wrong_on_unknown >= higher.wrong_on_unknown
    assert tuned.curve[0].answered == tuned.curve[0].right == 1.0
    assert tuned.curve[-1].wrong_on_unknown == 0.0
