"""Many messages at once are understood as each would be alone, and nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.knowledge.shelf import Shelf
from assistant.language.encoder import Encoder
from assistant.language.kernel import Kernel
from assistant.language.match import Index
from assistant.language.model import Model
from assistant.language.understanding import (
    MAX_BATCH,
    SHARPER,
    Heard,
    Understander,
    Witnesses,
    understand,
)
from assistant.training.ridge import train
from tests.fixtures_service import golden_texts
from tests.language.test_model import LABELS, TEXTS, VECTORS, artifact_of, random_model

CLOSE = 5e-6


@pytest.fixture(scope="module")
def model(shelf: Shelf) -> Model:
    """A classifier over the bureau's labels with weights drawn at random: batching is what is tested."""
    return random_model(shelf.index.labels, [p.text for p in shelf.index.phrasings[::200]])


def _inner(heard: Heard) -> tuple[Heard, ...]:
    """What is heard of a message's questions alone."""
    return heard.parts if heard.core is None else (*heard.parts, heard.core)


def assert_same(one: Heard, other: Heard) -> None:
    assert abs(one.doubt - other.doubt) < CLOSE
    plain = {"candidates": (), "doubt": 0.0, "parts": (), "core": None}
    assert replace(one, **plain) == replace(other, **plain)
    for part, twin_part in zip(_inner(one), _inner(other), strict=True):
        assert_same(part, twin_part)
    left = {c.label: c for c in one.candidates}
    right = {c.label: c for c in other.candidates}
    assert set(left) == set(right)
    for label, candidate in left.items():
        twin = right[label]
        assert abs(candidate.probability - twin.probability) < CLOSE
        assert (candidate.lexical, candidate.coverage) == (twin.lexical, twin.coverage)
        assert abs(candidate.semantic - twin.semantic) < CLOSE


def test_batched_equals_single(shelf: Shelf, model: Model, encoder: Encoder) -> None:
    texts = [*golden_texts()[:60], "", "？", "a", "龘" * 200]
    together = understand(texts, shelf.index, model, encoder)
    for text, heard in zip(texts, together, strict=True):
        assert_same(heard, understand([text], shelf.index, model, encoder)[0])


def test_question_of_a_story_is_heard_alone(shelf: Shelf, model: Model, encoder: Encoder) -> None:
    story = "我家有一片山林,去年种的杉木,儿子要结婚,现在想砍掉要办什么手续"
    told, plain = understand([story, "取水许可"], shelf.index, model, encoder)
    [alone] = understand(["现在想砍掉要办什么手续"], shelf.index, model, encoder)
    assert told.core is not None
    assert_same(told.core, alone)
    assert plain.core is None


def test_batch_of_nothing_is_nothing(shelf: Shelf, model: Model, encoder: Encoder) -> None:
    assert understand([], shelf.index, model, encoder) == []


def test_missing_witnesses_are_told(shelf: Shelf, model: Model, encoder: Encoder) -> None:
    both = understand(["取水许可"], shelf.index, model, encoder)[0]
    no_model = understand(["取水许可"], shelf.index, None, encoder)[0]
    # This model cannot be asked without the encoder whose vectors it was trained on.
    no_encoder = understand(["取水许可"], shelf.index, model, None)[0]
    assert (both.has_model, both.has_encoder) == (True, True)
    assert (no_model.has_model, no_model.has_encoder) == (False, True)
    assert (no_encoder.has_model, no_encoder.has_encoder) == (False, False)
    assert all(c.probability == 0.0 for c in no_model.candidates)
    assert all(c.semantic == 0.0 for c in no_encoder.candidates)
    assert no_encoder.candidates[0].label == "service.water_permit"


def test_every_score_is_a_share(shelf: Shelf, model: Model, encoder: Encoder) -> None:
    for heard in understand(golden_texts(), shelf.index, model, encoder):
        for candidate in heard.candidates:
            assert 0.0 <= candidate.probability <= 1.0
            assert 0.0 <= candidate.lexical <= 1.0
            assert 0.0 <= candidate.semantic <= 1.0
            assert 0.0 <= candidate.coverage <= 1.0


def test_several_questions_are_each_understood(
    shelf: Shelf, model: Model, encoder: Encoder
) -> None:
    several, one = understand(
        ["取水许可要哪些材料？林木采伐要几天？", "取水许可要哪些材料"], shelf.index, model, encoder
    )
    assert [part.text for part in several.parts] == ["取水许可要哪些材料", "林木采伐要几天"]
    assert_same(several.parts[0], one)
    assert one.parts == ()
    assert all(part.parts == () for part in several.parts)


def test_words_are_mended_and_the_typed_text_is_kept(shelf: Shelf) -> None:
    [heard] = understand(["采发证怎么办"], shelf.index, None, None)
    assert (heard.raw, heard.text) == ("采发证怎么办", "采伐证怎么办")


def test_beliefs_are_the_classifiers_sharpened(
    shelf: Shelf, model: Model, encoder: Encoder
) -> None:
    """The classifier's own order, further apart: shares to the power of `SHARPER`, again summing to one."""
    [row] = model.probabilities(["取水许可"], encoder.encode(["取水许可"]))
    powers = row**SHARPER / (row**SHARPER).sum()
    [heard] = understand(["取水许可"], shelf.index, model, encoder)
    for candidate in heard.candidates:
        expected = model.probability_of(candidate.label, powers)
        assert candidate.probability == pytest.approx(expected, abs=CLOSE)


def test_doubt_grows_with_the_labels_believed_in(shelf: Shelf, encoder: Encoder) -> None:
    """All on one label is no doubt; evenly over two is ln 2."""
    kernel = train(TEXTS, LABELS, encoder.encode(list(TEXTS)))
    marks = (kernel.recipe, kernel.words, kernel.characters, kernel.marks)
    for weights, doubt in ((np.zeros((4, 2)), float(np.log(2))), (np.array([[1e4, 0]] * 4), 0.0)):
        model = Model.load(artifact_of(Kernel(*marks, weights)))
        [heard] = understand(["取水许可"], shelf.index, model, encoder)
        assert heard.doubt == pytest.approx(doubt, abs=1e-9)


def test_empty_index_hears_nothing(encoder: Encoder) -> None:
    empty = Index([], np.zeros((0, 512), dtype=np.float32))
    heard = understand(["取水许可"], empty, None, encoder)[0]
    assert heard.candidates == ()
    assert heard.coverage == 0.0


@pytest.fixture
def understander(shelf: Shelf, encoder: Encoder):  # type: ignore[no-untyped-def]
    one = Understander(Witnesses(shelf.index, None, encoder))
    yield one
    one.close()


def test_many_callers_each_get_their_own(
    understander: Understander, shelf: Shelf, encoder: Encoder
) -> None:
    texts = golden_texts()
    with ThreadPoolExecutor(16) as pool:
        heard = [f.result(30) for f in pool.map(understander.submit, texts)]
    for text, one in list(zip(texts, heard, strict=True))[::9]:
        assert_same(one, understand([text], shelf.index, None, encoder)[0])


def test_close_answers_what_is_waiting(shelf: Shelf, encoder: Encoder) -> None:
    understander = Understander(Witnesses(shelf.index, None, encoder))
    waiting = [understander.submit(text) for text in golden_texts()[: MAX_BATCH * 3 + 5]]
    understander.close()
    assert all(future.done() for future in waiting)
    assert all(future.result(0).has_encoder for future in waiting)


def test_message_after_close_does_not_wait_for_ever(shelf: Shelf) -> None:
    understander = Understander(Witnesses(shelf.index, None, None))
    understander.close()
    try:
        late: Future[Heard] = understander.submit("取水许可")
    except Exception:
        return  # refused at once: nobody waits
    assert late.exception(2) is not None or late.result(0)


def test_failure_is_told_and_does_not_kill_the_thread(shelf: Shelf, encoder: Encoder) -> None:
    """A model trained on vectors of another size fails on every message: the caller learns it."""
    wrong = Model.load(artifact_of(train(TEXTS, LABELS, VECTORS)))
    understander = Understander(Witnesses(shelf.index, wrong, encoder))
    try:
        failed = [understander.submit("取水许可") for _ in range(5)]
        for future in failed:
            with pytest.raises(ValueError):
                future.result(10)
        understander.witnesses = Witnesses(shelf.index, None, encoder)
        assert understander.submit("取水许可").result(10).candidates
    finally:
        understander.close()


def test_cancelled_caller_does_not_kill_the_thread(shelf: Shelf, encoder: Encoder) -> None:
    """A citizen who leaves cancels the request; the next one must still be understood."""
    understander = Understander(Witnesses(shelf.index, None, encoder))
    try:
        busy = [understander.submit(text) for text in golden_texts()[:40]]
        given_up = understander.submit("取水许可")
        given_up.cancel()
        assert busy[0].result(10)
        assert understander.submit("林木采伐").result(5).candidates
    finally:
        threading.Thread(target=understander.close, daemon=True).start()


def test_witnesses_can_be_exchanged_while_messages_arrive(shelf: Shelf, encoder: Encoder) -> None:
    understander = Understander(Witnesses(shelf.index, None, encoder))
    stop = threading.Event()

    def exchange() -> None:
        while not stop.is_set():
            understander.witnesses = Witnesses(shelf.index, None, None)
            understander.witnesses = Witnesses(shelf.index, None, encoder)

    thread = threading.Thread(target=exchange)
    thread.start()
    try:
        futures = [understander.submit(text) for text in golden_texts()[:100]]
        heard = [future.result(30) for future in futures]
    finally:
        stop.set()
        thread.join()
        understander.close()
    for one in heard:  # each message met one whole set of witnesses
        assert one.has_encoder or all(c.semantic == 0.0 for c in one.candidates)


def test_language_runs_without_rasa_or_database() -> None:
    """`language/` is shared with Rasa's own process: it may not drag a database or a web server in."""
    import subprocess
    import sys

    code = (
        "import sys; import assistant.language.understanding, assistant.language.privacy; "
        "print([m for m in ('sqlalchemy', 'fastapi', 'pydantic', 'rasa') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
