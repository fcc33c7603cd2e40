"""All witnesses, one verdict: on testimony made by hand and weights that can be followed in the head."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.fusion import (
    ANSWER,
    FLOOR,
    NOT_ANSWERS,
    NOTHING,
    SHORT,
    TESTIMONY,
    Verdict,
    kind_of,
    nothing_signals,
    said_of,
    weigh,
)
from assistant.language.understanding import Candidate, Heard
from assistant.settings import Fusion

ONE, OTHER = "service.one", "matter.other"
FIRE, FLOOD = "emergency.fire", "emergency.flood"
# A label's chance is its belief's share of all beliefs and of a tenth for nothing.
FUSION = Fusion(witnesses={"belief": 1.0}, kinds={}, nothing={"always": math.log(0.1)})


def heard(*candidates: Candidate, text: str = "某事", known: float = 1.0) -> Heard:
    return Heard(text, candidates, coverage=known, has_model=True, has_encoder=True)


def seen(label: str, score: float) -> Candidate:
    """A label of which all witnesses think the same."""
    return Candidate(label, score, score, score, score)


def weighed(*scores: tuple[str, float], mention: str | None = None, text: str = "某事") -> Verdict:
    return weigh(heard(*(seen(*one) for one in scores), text=text), mention, FUSION)


def with_weights(**changed: dict[str, float]) -> Fusion:
    return FUSION.model_copy(update=changed)


def test_chances_are_shares_of_what_is_believed() -> None:
    verdict = weighed((ONE, 0.5), (OTHER, 0.2), ("offtopic", 0.2))
    assert [choice.id for choice in verdict.answers] == [ONE, OTHER]
    assert verdict.confidence == pytest.approx(0.5, abs=1e-3)
    assert verdict.answerable == pytest.approx(0.7, abs=1e-3)
    assert verdict.nothing == pytest.approx(0.1, abs=1e-3)
    assert (verdict.other, verdict.danger) == ("offtopic", None)
    assert verdict.other_belief == pytest.approx(0.2, abs=1e-3)


@pytest.mark.parametrize("head", NOT_ANSWERS)
def test_label_that_leads_to_no_answer_is_never_one(head: str) -> None:
    label = head + "x" if head.endswith(".") else head
    verdict = weighed((label, 0.9), (ONE, 0.1))
    assert [choice.id for choice in verdict.answers] == [ONE]
    assert label in (verdict.other, verdict.danger)


def test_strength_is_the_weighed_sum_of_the_testimony() -> None:
    """The odds between two labels are the exponential of what their testimony differs by."""
    fusion = with_weights(
        witnesses={"belief": 1.0, "lexical": 2.0, "semantic": 3.0, "coverage": 4.0, "mention": 0.5}
    )
    one, other = Candidate(ONE, 0.4, 0.9, 0.8, 0.7), Candidate(OTHER, 0.2, 0.8, 0.6, 0.4)
    first, second = weigh(heard(one, other), ONE, fusion).answers
    odds = math.log((0.4 + FLOOR) / (0.2 + FLOOR)) + 2 * 0.1 + 3 * 0.2 + 4 * 0.3 + 0.5
    assert math.log(first.score / second.score) == pytest.approx(odds)


def test_mention_lifts_what_is_named() -> None:
    fusion = with_weights(witnesses={"belief": 1.0, "mention": 0.3})
    equal = heard(seen(ONE, 0.5), seen(OTHER, 0.5))
    assert weigh(equal, None, fusion).answers[0].id == OTHER  # equal chances stand by their names
    assert weigh(equal, ONE, fusion).answers[0].id == ONE


def test_a_kind_starts_from_its_own_weight() -> None:
    fusion = with_weights(kinds={"unknown": math.log(2.0)})
    verdict = weigh(heard(seen(ONE, 0.3), seen("unknown", 0.3)), None, fusion)
    assert verdict.other_belief == pytest.approx(2 * verdict.confidence)


def test_nothing_grows_with_what_speaks_for_it() -> None:
    fusion = with_weights(nothing={"known_words": -3.0})
    strange = weigh(heard(seen(ONE, 0.3), known=0.0), None, fusion)
    familiar = weigh(heard(seen(ONE, 0.3), known=1.0), None, fusion)
    assert strange.nothing > familiar.nothing
    assert strange.answerable < familiar.answerable


def test_small_beliefs_in_one_kind_are_added_up() -> None:
    """Each body's matter for itself is less believed than the chatter; that it is not ours is believed most."""
    verdict = weighed(("elsewhere.a", 0.25), ("elsewhere.b", 0.2), ("smalltalk.hello", 0.3))
    assert verdict.other == "elsewhere.a"
    assert verdict.other_belief == pytest.approx(0.45 / 0.85, abs=1e-3)


def test_off_topic_and_other_bodies_are_one_kind() -> None:
    verdict = weighed(("offtopic", 0.2), ("elsewhere.a", 0.25), ("unknown", 0.3))
    assert verdict.other == "elsewhere.a"


def test_all_dangers_are_believed_in_together() -> None:
    verdict = weighed((FIRE, 0.2), (FLOOD, 0.25), (ONE, 0.5))
    assert verdict.danger == FLOOD
    assert verdict.danger_belief == pytest.approx(0.45 / 1.05, abs=1e-3)
    assert verdict.other is None, "a danger too small to act on is no kind of non-answer"


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
    assert verdict.answerable == pytest.approx(0.5, abs=1e-3)


def test_no_testimony_is_no_verdict() -> None:
    verdict = weigh(heard(), None, FUSION)
    assert (verdict.answers, verdict.other, verdict.danger) == ((), None, None)
    assert (verdict.answerable, verdict.confidence, verdict.lead) == (0.0, 0.0, 0.0)
    assert verdict.nothing == pytest.approx(1.0)


def test_surer_testimony_is_a_surer_verdict() -> None:
    """Alone it is a matter of course; beside an equal rival it is a coin tossed."""
    alone, beside = weighed((ONE, 0.5)), weighed((ONE, 0.5), (OTHER, 0.5))
    assert alone.lead == pytest.approx(1.0)
    assert beside.lead == pytest.approx(0.5)
    assert beside.between_two == pytest.approx(1.0)
    many = weighed((ONE, 0.4), (OTHER, 0.1), ("service.a", 0.1), ("service.b", 0.1))
    assert many.lead == pytest.approx(0.8, abs=0.01), "a second is told where it rivals the first"
    assert many.between_two == pytest.approx(5 / 7, abs=0.01)


def test_every_signal_has_its_name() -> None:
    assert tuple(said_of(seen(ONE, 0.5), ONE)) == TESTIMONY
    assert tuple(nothing_signals(heard(seen(ONE, 0.5)), [seen(ONE, 0.5)])) == NOTHING
    assert (kind_of("unknown"), kind_of("elsewhere.a"), kind_of(ONE)) == (
        "unknown",
        "elsewhere",
        ANSWER,
    )


SHARES = st.floats(0, 1)
LABELS = st.sampled_from([ONE, OTHER, FIRE, FLOOD, "offtopic", "elsewhere.a", "aspect.fee"])
CANDIDATES = st.lists(
    st.builds(Candidate, LABELS, SHARES, SHARES, SHARES, SHARES),
    max_size=7,
    unique_by=lambda candidate: candidate.label,
)
WEIGHTS = st.floats(-1e4, 1e4)


@given(CANDIDATES, st.none() | LABELS, WEIGHTS, WEIGHTS)
def test_chances_are_shares_whatever_is_heard(
    candidates: list[Candidate], mention: str | None, weight: float, start: float
) -> None:
    fusion = Fusion(
        witnesses=dict.fromkeys(TESTIMONY, weight),
        kinds={"offtopic": start},
        nothing=dict.fromkeys(NOTHING, start),
    )
    verdict = weigh(heard(*candidates), mention, fusion)
    others = {c.label for c in candidates} - {choice.id for choice in verdict.answers}
    shares = [verdict.answerable, verdict.nothing, verdict.danger_belief, verdict.other_belief]
    assert all(0.0 <= share <= 1.0 + 1e-9 for share in shares)
    if len(others) <= 1:
        assert sum(shares) == pytest.approx(1.0)
    scores = [choice.score for choice in verdict.answers]
    assert scores == sorted(scores, reverse=True)
    assert 0.0 <= verdict.lead <= 1.0 + 1e-9
    assert 0.0 <= verdict.between_two <= 1.0 + 1e-9
