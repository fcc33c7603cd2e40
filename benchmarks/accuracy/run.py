"""The order of things: MASSIVE, held-out phrasings and the golden questions, every system on the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from assistant.db import Database
from assistant.knowledge.shelf import Shelf, load_shelf
from assistant.language.encoder import Encoder, default_encoder
from assistant.language.kernel import Recipe
from assistant.language.model import Model
from assistant.language.text import normalise
from assistant.settings import Settings, Tuning, load_tuning
from assistant.training import evaluate
from assistant.training.dataset import load_recipe
from benchmarks.accuracy import golden, held_out, massive, peers
from benchmarks.accuracy.golden import Exam
from benchmarks.accuracy.held_out import (
    CONFIDENCE,
    DRAWS,
    NARROWED,
    NARROWED_CONFIDENCE,
    XUNDA,
    HeldOut,
)
from benchmarks.accuracy.peers import CLASSIFIER, DIET, LR, UNTRAINED, Scores
from benchmarks.accuracy.rasa import RECOMMENDED_EPOCHS, Workshop, count_sentences, epochs_for
from benchmarks.accuracy.retrained import Narrowing, Retrainer
from benchmarks.prepare import Progress, Subject


@dataclass
class Seconds:
    """How long each part took, trainings included where one was due."""

    taken: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measuring(self, part: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        spent = time.perf_counter() - started
        self.taken[part] = round(self.taken.get(part, 0.0) + spent, 1)


@dataclass(frozen=True)
class Bench:
    """What every system is judged with."""

    workshop: Workshop
    examples: dict[str, list[str]]
    shelf: Shelf
    model: Model
    encoder: Encoder
    tuning: Tuning
    recipe: Recipe
    parts: HeldOut
    left: HeldOut
    """The golden questions that have an answer, for the draws in which it may be gone."""
    exam: Exam
    seconds: Seconds

    def score(self, system: str, learned: peers.Examples, texts: list[str]) -> Scores:
        """A peer's scores of texts after it has learned the given examples."""
        if system in UNTRAINED:
            return peers.score_untrained(system, learned, texts, self.encoder)
        if system == CLASSIFIER:
            is_whole = learned is self.examples
            model = self.model if is_whole else Model.load(self.workshop.artifact(learned))
            return score_model(model, texts, self.encoder)
        return self.workshop.score(system, learned, texts)


def measure_accuracy(settings: Settings, subject: Subject, progress: Progress) -> dict[str, Any]:
    """The keys of latest.json that say how often each system is right.

    What takes longest stands last, and every figure is told as soon as it is known.
    """
    bench = _prepare(settings, subject, progress)
    accuracy: dict[str, Any] = {}
    rejection: dict[str, float] = {}
    progress(f"准确率：{XUNDA}")
    with bench.seconds.measuring(XUNDA):
        accuracy[XUNDA] = _measure_xunda(bench)
    progress(str(accuracy[XUNDA]))
    progress(f"去掉三分之一事项，每次重新训练，{DRAWS} 次")
    with bench.seconds.measuring("leave_matters_out"):
        rejection |= _reject(bench)
    progress(str(_rounded(rejection)))
    massive_dev, notes = _measure_massive(bench, settings)
    progress(str(massive_dev))
    for system in (*UNTRAINED, CLASSIFIER, LR, DIET):
        progress(f"准确率：{system}")
        with bench.seconds.measuring(system):
            accuracy[system], rejection[system] = _measure_peer(bench, system)
        progress(f"{accuracy[system]}，去掉事项 {rejection[system]:.4f}")
    return {
        "accuracy": accuracy,
        "leave_matters_out": _rounded(rejection),
        "massive_dev": massive_dev,
        "accuracy_notes": _notes(bench) | notes,
    }


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}


def _prepare(settings: Settings, subject: Subject, progress: Progress) -> Bench:
    encoder = default_encoder(settings.encoder_cache)
    database = Database(settings.url)
    try:
        with database.reading() as session:
            shelf = load_shelf(session, encoder)
    finally:
        database.close()
    questions = evaluate.read_golden(settings.project_dir / "tests" / "golden")
    exam = golden.set_exam(questions)
    return Bench(
        workshop=Workshop(settings, progress),
        examples=subject.examples,
        shelf=shelf,
        model=Model.load(subject.artifact, subject.sha256),
        encoder=encoder,
        tuning=load_tuning(settings.project_dir / "config.yml"),
        recipe=load_recipe(settings.project_dir / "config.yml"),
        parts=held_out.hold_out(subject.examples, shelf),
        left=HeldOut(
            subject.examples, exam.with_answers(), held_out.matters_of(subject.examples, shelf)
        ),
        exam=exam,
        seconds=Seconds(),
    )


def _measure_peer(bench: Bench, system: str) -> tuple[dict[str, Any], float]:
    """A peer's figures on the golden questions, and its AUROC with matters taken away."""
    held = bench.score(system, bench.parts.learned, bench.parts.texts)
    # Rasa's FallbackClassifier has two thresholds: the confidence, and its lead over the second.
    threshold = held_out.tune_threshold(held, bench.parts, with_lead=system in (DIET, LR))
    scores = bench.score(system, bench.examples, bench.exam.texts)
    judged = golden.judge_peer(
        bench.exam, scores, threshold, bench.shelf, bench.tuning, datetime.now(UTC)
    )
    figures = golden.grade(bench.exam, judged) | {
        "threshold": round(threshold.score, 4),
        "threshold_lead": round(threshold.lead, 4),
        "held_out_first": round(held_out.first_right(held, bench.parts), 4),
    }
    rows = scores.taking(bench.exam.places_with_answers())
    return figures, held_out.peer_auroc(rows, bench.left)


def _measure_xunda(bench: Bench) -> dict[str, Any]:
    exam = bench.exam
    heard = evaluate.hear(exam.questions, bench.shelf, bench.model, bench.encoder)
    judged = evaluate.decide(exam.questions, heard, bench.shelf, bench.tuning, datetime.now(UTC))
    return golden.grade(exam, judged)


def _reject(bench: Bench) -> dict[str, float]:
    """Xunda and its witnesses, the classifier trained anew for every draw; and with columns taken out as the peers'."""
    remembering = held_out.Remembering(bench.encoder)

    def aurocs(retrainer: Retrainer | Narrowing) -> dict[str, float]:
        witnesses = held_out.Witnesses(
            bench.left, bench.shelf, remembering, bench.tuning.fusion, retrainer
        )
        return witnesses.aurocs()

    anew = aurocs(held_out.retraining(bench.left, remembering, bench.recipe))
    narrowed = aurocs(Narrowing(bench.model))
    return anew | {NARROWED: narrowed[XUNDA], NARROWED_CONFIDENCE: narrowed[CONFIDENCE]}


def _measure_massive(bench: Bench, settings: Settings) -> tuple[dict[str, float], dict[str, Any]]:
    """The shares, and what they rest on; nothing where the data do not lie beside the project."""
    folder = settings.project_dir.resolve().parent / "shared" / "data" / "massive_zh"
    data = massive.read_massive(folder)
    if data is None:
        bench.workshop.progress(f"没有 {folder}，不测 MASSIVE")
        return {}, {}
    with bench.seconds.measuring("massive"):
        found = massive.measure_massive(data, bench.workshop, bench.encoder)
    return found, {"diet_epochs_massive": epochs_for(data.examples)}


def score_model(model: Model, texts: list[str], encoder: Encoder) -> Scores:
    """Our classifier alone: what Rasa answers when it serves config.yml."""
    normal = [normalise(text) for text in texts]
    rows = model.probabilities(normal, peers.encode(encoder, normal))
    return Scores(tuple(model.labels), rows, sums_to_one=True)


def _notes(bench: Bench) -> dict[str, Any]:
    """What the figures rest on."""
    return {
        "golden_questions": len(bench.exam.plain),
        "held_out_questions": len(bench.parts.asked),
        "matters": len(bench.parts.matters),
        "draws": DRAWS,
        "leave_matters_out": "golden questions; Xunda rebuilt and retrained in every draw, with fewer marks; "
        "Rasa's, and xunda:narrowed beside them, lose the removed columns, which flatters",
        "left_out_questions": len(bench.left.asked),
        "sentences": count_sentences(bench.examples),
        "labels": len(bench.examples),
        "diet_epochs": epochs_for(bench.examples),
        "diet_epochs_held_out": epochs_for(bench.parts.learned),
        "diet_epochs_recommended": RECOMMENDED_EPOCHS,
        "must_not_answer": "share answered of the questions that must not be; lower is better",
        "seconds": bench.seconds.taken,
    }
