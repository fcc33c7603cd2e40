"""All witnesses on one message, and one thread that asks them for many messages at a time.

The encoder costs 1.7 ms alone and 0.4 ms in a batch here, so whatever arrives together is encoded together.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from assistant.batching import Batcher, Job
from assistant.language.clauses import find_core, split_questions
from assistant.language.encoder import Encoder
from assistant.language.match import Index, Match
from assistant.language.model import Floats, Model
from assistant.language.text import normalise

MAX_BATCH = 32
# Each witness names this many labels; their union is what is decided between.
RANKED = 8
# Softmax of 8 times the scores becomes that of 20 times: the one agrees with Rasa to 1e-6, the other with the truth.
SHARPER = 2.5
# Keeps the logarithm of an impossible label finite.
TINY = 1e-12


@dataclass(frozen=True)
class Candidate:
    """One label as the witnesses see it, each in [0, 1]."""

    label: str
    probability: float
    lexical: float
    semantic: float
    coverage: float = 0.0


@dataclass(frozen=True)
class Heard:
    """One message, understood as far as language goes.

    `text` is normalised and mended; `raw` only normalised. `parts` are its separate questions, if it is several.
    """

    text: str
    candidates: tuple[Candidate, ...]
    coverage: float
    """How much of the message any phrasing has ever used."""
    has_model: bool
    has_encoder: bool
    words: tuple[str, ...] = ()
    doubt: float = 0.0
    """How far the classifier spreads its belief over many labels: entropy in nats."""
    raw: str = ""
    parts: tuple[Heard, ...] = ()
    core: Heard | None = None
    """The question of a long message alone, without the story around it."""


def understand(
    texts: Sequence[str], index: Index, model: Model | None, encoder: Encoder | None
) -> list[Heard]:
    """Ask every witness there is about each text and about each question in it."""
    raw = [normalise(text) for text in texts]
    parts = [split_questions(text) for text in raw]
    # What falls into several questions has its story in the first of them.
    cores = ["" if several else find_core(text) for text, several in zip(raw, parts, strict=True)]
    every = [*raw, *(part for several in parts for part in several), *filter(None, cores)]
    heard = _hear(every, index, model, encoder)
    rest = iter(heard[len(raw) :])
    split = [tuple(islice(rest, len(several))) for several in parts]
    alone = [next(rest) if core else None for core in cores]
    return [
        replace(whole, parts=several, core=core)
        for whole, several, core in zip(heard, split, alone, strict=False)
    ]


def _hear(
    raw: Sequence[str], index: Index, model: Model | None, encoder: Encoder | None
) -> list[Heard]:
    normal = [index.sounds.mend(text) for text in raw]
    vectors = encoder.encode(normal) if encoder is not None else None
    probable = None
    if model is not None and vectors is not None:
        probable = _sharpened(model.probabilities(normal, vectors))
    lexical = [index.lexical(text, RANKED) for text in normal]
    covered = [index.coverages(text) for text in normal]
    named = [
        _named(index, lexical[at], covered[at], model, None if probable is None else probable[at])
        for at in range(len(normal))
    ]
    similar = index.similarities(vectors, named) if vectors is not None else None
    heard = []
    for at, text in enumerate(normal):
        chances = None if probable is None else probable[at]
        similarity = None if similar is None else similar[at]
        heard.append(
            Heard(
                text=text,
                candidates=_candidates(
                    index, named[at], lexical[at], covered[at], similarity, model, chances
                ),
                coverage=index.coverage(text),
                has_model=probable is not None,
                has_encoder=similar is not None,
                words=lexical[at][0].words if lexical[at] else (),
                doubt=0.0 if chances is None else float(-(chances * np.log(chances + TINY)).sum()),
                raw=raw[at],
            )
        )
    return heard


def _sharpened(shares: Floats) -> Floats:
    """Beliefs from the classifier's confidences, which are flatter than it deserves (held-out log loss)."""
    raised: Floats = shares**SHARPER
    raised /= raised.sum(axis=1, keepdims=True)
    return raised


def _named(
    index: Index,
    lexical: list[Match],
    covered: Floats,
    model: Model | None,
    chances: Floats | None,
) -> dict[str, None]:
    """The labels that classifier, words and coverage name, in this order, each once."""
    believed = [] if model is None or chances is None else model.ranking(chances, RANKED)
    about = index.best_of(covered, RANKED) if index.labels else []
    matched = [match.label for match in (*lexical, *about)]
    return dict.fromkeys([*(one.label for one in believed), *matched])


def _candidates(
    index: Index,
    named: dict[str, None],
    lexical: list[Match],
    covered: Floats,
    similarity: Floats | None,
    model: Model | None,
    chances: Floats | None,
) -> tuple[Candidate, ...]:
    """The labels any witness names, as all of them see them."""
    words = {match.label: match.score for match in lexical}
    near = [] if similarity is None else index.best_of(similarity, RANKED)
    return tuple(
        Candidate(
            label,
            0.0 if model is None or chances is None else model.probability_of(label, chances),
            words.get(label, 0.0),
            0.0 if similarity is None else index.score_of(similarity, label),
            index.score_of(covered, label),
        )
        for label in named | dict.fromkeys(one.label for one in near)
    )


@dataclass(frozen=True)
class Witnesses:
    """What messages are asked of; replaced as a whole when knowledge or model change."""

    index: Index
    model: Model | None
    encoder: Encoder | None


class Understander:
    """Batches what arrives together."""

    def __init__(self, witnesses: Witnesses) -> None:
        self.witnesses = witnesses
        self._batcher: Batcher[str, Heard] = Batcher("xunda-language", MAX_BATCH, self._answer)

    def submit(self, text: str) -> Future[Heard]:
        """Queue one message; the future holds what was heard. `Unavailable` after `close`."""
        return self._batcher.submit(text)

    def close(self) -> None:
        """Answer what is still waiting, then end."""
        self._batcher.close()

    def _answer(self, batch: list[Job[str, Heard]]) -> None:
        now = self.witnesses  # one set of witnesses for the whole batch
        texts = [job.given for job in batch]
        for job, heard in zip(
            batch, understand(texts, now.index, now.model, now.encoder), strict=True
        ):
            job.future.set_result(heard)
