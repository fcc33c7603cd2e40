"""All witnesses on one message, and one thread that asks them for many messages at a time.

The encoder costs 1.7 ms alone and 0.4 ms in a batch here, so whatever arrives while a batch is being
understood forms the next batch. Nobody is made to wait for company.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from assistant.errors import Unavailable
from assistant.language.encoder import Encoder
from assistant.language.match import Index, Match
from assistant.language.model import Floats, Model
from assistant.language.text import normalise

MAX_BATCH = 32
# Each witness names this many labels; their union is what is decided between.
RANKED = 8


@dataclass(frozen=True)
class Candidate:
    """One label as the three witnesses see it, each in [0, 1]."""

    label: str
    probability: float
    lexical: float
    semantic: float


@dataclass(frozen=True)
class Heard:
    """One message, understood as far as language goes."""

    text: str
    candidates: tuple[Candidate, ...]
    coverage: float
    has_model: bool
    has_encoder: bool
    words: tuple[str, ...] = ()


def understand(
    texts: Sequence[str], index: Index, model: Model | None, encoder: Encoder | None
) -> list[Heard]:
    """Ask every witness there is about each text."""
    normal = [normalise(text) for text in texts]
    vectors = encoder.encode(normal) if encoder is not None else None
    similar = index.similarities(vectors) if vectors is not None else None
    probable = None
    if model is not None and (vectors is not None or not model.needs_encoder):
        probable = model.probabilities(normal, vectors)
    heard = []
    for place, text in enumerate(normal):
        lexical = index.lexical(text, RANKED)
        similarity = None if similar is None else similar[place]
        semantic = [] if similarity is None else index.semantic(similarity, RANKED)
        chances = None if probable is None else probable[place]
        candidates = _candidates(index, lexical, semantic, similarity, model, chances)
        heard.append(
            Heard(
                text=text,
                candidates=candidates,
                coverage=index.coverage(text),
                has_model=probable is not None,
                has_encoder=similar is not None,
                words=lexical[0].words if lexical else (),
            )
        )
    return heard


def _candidates(
    index: Index,
    lexical: list[Match],
    semantic: list[Match],
    similarity: Floats | None,
    model: Model | None,
    chances: Floats | None,
) -> tuple[Candidate, ...]:
    words = {match.label: match.score for match in lexical}
    ranked = [] if model is None or chances is None else model.ranking(chances, RANKED)
    labels = dict.fromkeys([*(r.label for r in ranked), *words, *(m.label for m in semantic)])
    return tuple(
        Candidate(
            label,
            0.0 if model is None or chances is None else model.probability_of(label, chances),
            words.get(label, 0.0),
            0.0 if similarity is None else index.score_of(similarity, label),
        )
        for label in labels
    )


@dataclass(frozen=True)
class Witnesses:
    """What messages are asked of; replaced as a whole when knowledge or model change."""

    index: Index
    model: Model | None
    encoder: Encoder | None


class Understander:
    """Batches what arrives together. `close` answers what is still waiting."""

    def __init__(self, witnesses: Witnesses) -> None:
        self.witnesses = witnesses
        self._jobs: queue.SimpleQueue[tuple[str, Future[Heard]] | None] = queue.SimpleQueue()
        self._door = threading.Lock()  # so that nothing is queued behind the end
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="xunda-language", daemon=True)
        self._thread.start()

    def submit(self, text: str) -> Future[Heard]:
        """Queue one message; the future holds what was heard. `Unavailable` after `close`."""
        future: Future[Heard] = Future()
        with self._door:
            if self._closed:
                raise Unavailable
            self._jobs.put((text, future))
        return future

    def close(self) -> None:
        with self._door:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch = [job]
            while len(batch) < MAX_BATCH:
                try:
                    following = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    self._answer(batch)
                    return
                batch.append(following)
            self._answer(batch)

    def _answer(self, taken: list[tuple[str, Future[Heard]]]) -> None:
        # A caller that gave up before its turn is left out; from here on nobody can.
        batch = [one for one in taken if one[1].set_running_or_notify_cancel()]
        now = self.witnesses  # one set of witnesses for the whole batch
        try:
            heard = understand([text for text, _ in batch], now.index, now.model, now.encoder)
        except Exception as error:  # the thread must outlive every failure
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), result in zip(batch, heard, strict=True):
            future.set_result(result)
