"""All witnesses, one verdict: on testimony made by hand and weights that can be followed in the head."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.fusion import (
    ANSWERABLE,
    NOT_ANSWERS,
    SHORT,
    SURE,
    Verdict,
    chance,
    term,
    weigh,
)
from assistant.language.understanding import Candidate, Heard
from assistant.settings import Fusion, Judge

ONE, OTHER = "service.one", "matter.other"
FIRE, FLOOD = "emergency.fire", "emergency.flood"
FUSION = Fusion(
    probability=1.0,
    lexical=0.5,
    semantic=0.5,
    coverage=0.5,
    mention=0.3,
    answerable=Judge(bias=-5.0, weights={"answer_belief": 10.0}),
    sure=Judge(bias=-5.0, weights={"belief": 10.0}),
)


def heard(*candidates: Candidate, text: str = "某事", has_model: bool = True) -> Heard:
    return Heard(text, candidates, coverage=1.0, has_model=has_model, has_encoder=True)


def seen(label: str, score: float) -> Candidate:
    """A label of which all witnesses think the same."""
    return Candidate(label, score, score, score, score)


def weighed(*scores: tuple[str, float], mention: str | None = None, **given: object) -> Verdict:
    return weigh(heard(*(seen(*one) for one in scores), **given), mention, FUSION)  # type: ignore[arg-type]


def test_answers_and_others_are_told_apart() -> None:
    verdict = weighed((ONE, 0.4), ("offtopic", 0.3), (OTHER, 0.2), ("handover.person", 0.1))
    assert [choice.id for choice in verdict.answers] == [ONE, OTHER]
    assert (verdict.other, verdict.other_belief) == ("offtopic", 0.3)
    assert (verdict.danger, verdict.danger_belief) == (None, 0.0)


@pytest.mark.parametrize("head", NOT_ANSWERS)
def test_label_that_leads_to_no_answer_is_never_one(head: str) -> None:
    label = head + "x" if head.endswith(".") else head
    verdict = weighed((label, 0.9), (ONE, 0.1))
    assert [choice.id for choice in verdict.answers] == [ONE]
    assert verdict.other == label


def test_score_is_the_weighed_sum_of_the_testimony() -> None:
    candidate = Candidate(ONE, 0.5, 0.4, 0.2, 0.1)
    [choice] = weigh(heard(candidate), None, FUSION).answers
    assert choice.score == pytest.approx(0.5 + 0.5 * (0.4 + 0.2 + 0.1))
    [named] = weigh(heard(candidate), ONE, FUSION).answers
    assert named.score == pytest.approx(choice.score + 0.3)


def test_mention_lifts_what_is_named() -> None:
    equal = ((ONE, 0.5), (OTHER, 0.5))
    assert weighed(*equal).answers[0].id == OTHER  # equal scores stand by their names
    assert weighed(*equal, mention=ONE).answers[0].id == ONE


def test_small_beliefs_in_one_kind_are_added_up() -> None:
    """Each body's matter for itself is less believed than the chatter; that it is not ours is believed most."""
    verdict = weighed(("elsewhere.a", 0.25), ("elsewhere.b", 0.2), ("smalltalk.hello", 0.3))
    assert verdict.other == "elsewhere.a"
    assert verdict.other_belief == pytest.approx(0.45)


def test_off_topic_and_other_bodies_are_one_kind() -> None:
    verdict = weighed(("offtopic", 0.2), ("elsewhere.a", 0.25), ("unknown", 0.3))
    assert verdict.other == "elsewhere.a"
    assert verdict.other_belief == pytest.approx(0.45)


def test_all_dangers_are_believed_in_together() -> None:
    verdict = weighed((FIRE, 0.2), (FLOOD, 0.25), (ONE, 0.5))
    assert verdict.danger == FLOOD
    assert verdict.danger_belief == pytest.approx(0.45)


def test_without_a_model_beliefs_are_shares_of_the_scores() -> None:
    one, other = Candidate(ONE, 0.0, 0.8, 0.8, 0.8), Candidate("offtopic", 0.0, 0.7, 0.7, 0.7)
    verdict = weigh(heard(one, other, has_model=False), None, FUSION)
    answer, rest = verdict.for_answerable["answer_belief"], verdict.other_belief
    assert answer + rest == pytest.approx(1.0)
    assert answer > rest > 0
    assert verdict.answerable > 0.5


def test_with_a_model_beliefs_are_its_probabilities() -> None:
    verdict = weigh(
        heard(Candidate(ONE, 0.6, 0, 0), Candidate("offtopic", 0.1, 1, 1)), None, FUSION
    )
    assert verdict.for_answerable["answer_belief"] == pytest.approx(0.6)
    assert verdict.for_answerable["other_belief"] == pytest.approx(0.1)


def test_long_message_is_about_something() -> None:
    """A greeting or “不对” before a long question is not what it is about."""
    short_only = (("smalltalk.hello", 0.5), ("dialogue.no", 0.3), ("aspect.fee", 0.1), (ONE, 0.1))
    short = weighed(*short_only, text="水" * SHORT)
    long = weighed(*short_only, text="水" * (SHORT + 1))
    assert short.other == "smalltalk.hello"
    assert long.other is None
    assert long.answers[0].id == ONE
    vague = weighed(("dialogue.vague", 0.5), (ONE, 0.1), text="水" * (SHORT + 1))
    assert vague.other == "dialogue.vague", "a story that names no matter may be long"
    punctuated = weighed(*short_only, text="水" * SHORT + "，！？" * 9)
    assert punctuated.other == "smalltalk.hello"


def test_withdrawn_label_is_not_weighed() -> None:
    verdict = weigh(
        heard(seen(ONE, 0.9), seen(OTHER, 0.1)), None, FUSION, lambda label: label != ONE
    )
    assert [choice.id for choice in verdict.answers] == [OTHER]
    assert verdict.for_answerable["answer_belief"] == pytest.approx(0.1)


@pytest.mark.parametrize("has_model", [True, False])
def test_no_testimony_is_no_verdict(has_model: bool) -> None:
    verdict = weigh(heard(has_model=has_model), None, FUSION)
    assert (verdict.answers, verdict.other, verdict.danger) == ((), None, None)
    assert verdict.answerable < 0.01
    assert set(verdict.for_sure.values()) == {0.0}


def test_surer_testimony_is_a_surer_verdict() -> None:
    """Alone it is a matter of course; beside an equal rival it is a coin tossed."""
    alone, beside = weighed((ONE, 0.5)), weighed((ONE, 0.5), (OTHER, 0.5))
    assert alone.sure > 0.9
    assert beside.sure == pytest.approx(0.5, abs=0.01)
    assert alone.for_sure["belief_lead"] == pytest.approx(1.0, abs=0.01)
    assert beside.for_sure["belief_lead"] == pytest.approx(0.0, abs=0.01)


def test_agreement_counts_the_witnesses_for_the_first() -> None:
    agreed = weighed((ONE, 0.8), (OTHER, 0.1))
    assert agreed.for_sure["agreement"] == 1.0
    split = weigh(
        heard(Candidate(ONE, 0.9, 0.1, 0.9, 0.1), Candidate(OTHER, 0.1, 0.8, 0.1, 0.2)),
        None,
        FUSION,
    )
    assert split.answers[0].id == ONE
    assert split.for_sure["agreement"] == 0.5
    assert split.for_sure["lexical_lead"] == pytest.approx(-0.7)


def test_every_signal_has_its_name() -> None:
    verdict = weighed((ONE, 0.5), (OTHER, 0.2), ("offtopic", 0.1), mention=ONE)
    assert set(verdict.for_sure) == set(SURE)
    assert set(verdict.for_answerable) == set(ANSWERABLE)
    assert verdict.for_sure["mention"] == verdict.for_answerable["mention"] == 1.0


SHARES = st.floats(0, 1)
LABELS = st.sampled_from([ONE, OTHER, FIRE, FLOOD, "offtopic", "elsewhere.a", "aspect.fee"])
CANDIDATES = st.lists(
    st.builds(Candidate, LABELS, SHARES, SHARES, SHARES, SHARES),
    max_size=7,
    unique_by=lambda candidate: candidate.label,
)
WEIGHTS = st.floats(-1e4, 1e4)


@given(CANDIDATES, st.booleans(), st.none() | LABELS, WEIGHTS, WEIGHTS)
def test_chances_are_shares_whatever_is_heard(
    candidates: list[Candidate], has_model: bool, mention: str | None, bias: float, weight: float
) -> None:
    judge = Judge(bias=bias, weights=dict.fromkeys(SURE, weight))
    other = Judge(bias=bias, weights=dict.fromkeys(ANSWERABLE, weight) | {"doubt*doubt": weight})
    fusion = FUSION.model_copy(update={"sure": judge, "answerable": other})
    verdict = weigh(heard(*candidates, has_model=has_model), mention, fusion)
    assert 0.0 <= verdict.sure <= 1.0
    assert 0.0 <= verdict.answerable <= 1.0
    assert all(-1.0 <= value <= 1.0 + 1e-9 for value in verdict.for_sure.values())
    scores = [choice.score for choice in verdict.answers]
    assert scores == sorted(scores, reverse=True)
    if not has_model:
        assert sum(verdict.for_answerable[n] for n in ("answer_belief", "other_belief")) <= 1 + 1e-9


def test_chance_is_the_logistic_of_the_weighed_terms() -> None:
    values = {"a": 0.5, "b": 0.25}
    judge = Judge(bias=1.0, weights={"a": 2.0, "a*b": -4.0})
    assert term("a*b", values) == 0.125
    assert chance(values, judge) == pytest.approx(1 / (1 + math.exp(-(1.0 + 1.0 - 0.5))))
