"""A text as routing learns from it: hashed runs of characters and words, and where they stand. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.cases.kinds import CaseKind
from assistant.language.features import is_content
from assistant.language.text import bare, normalise, segmenter

Ints = np.ndarray[Any, np.dtype[np.int64]]

LONGEST_RUN = 3
BUCKET_BITS = 18
BUCKETS = 1 << BUCKET_BITS
# Odd numbers with well-mixed bits: one for each place in a run (Knuth's multiplicative hashing).
_MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint32)
_LENGTHS = np.array([0x27D4EB2F, 0x165667B1, 0xB5297A4D], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Read:
    """A text's content words, where each begins in their joined characters, and its features.

    Feature i is hashed to `buckets[i]` and stands for the characters `[begins[i], ends[i])`; equal ones are each kept.
    """

    words: tuple[str, ...]
    starts: tuple[int, ...]
    buckets: Ints
    begins: Ints
    ends: Ints

    @property
    def length(self) -> int:
        """How many characters the words have together."""
        return self.starts[-1] + len(self.words[-1]) if self.words else 0


def read(text: str, kind: CaseKind | None = None) -> Read:
    """Cut a text into what is learned from. The kind is a feature of its own that stands for no characters."""
    cut = segmenter().cut(normalise(text))
    words = tuple(plain for word in cut if is_content(word) and (plain := bare(word)))
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    long = [(word, start) for word, start in zip(words, starts, strict=False) if len(word) > 1]
    named = [f" {word}" for word, _ in long] + ([f"  {kind.value}"] if kind is not None else [])
    begins = [start for _, start in long] + [0] * (len(named) - len(long))
    lengths = [len(word) for word, _ in long] + [0] * (len(named) - len(long))
    runs, at, size = _runs("".join(words))
    return Read(
        words,
        tuple(starts[: len(words)]),
        np.concatenate([_buckets(named), runs]),
        np.concatenate([np.array(begins, dtype=np.int64), at]),
        np.concatenate([np.array(begins, dtype=np.int64) + lengths, at + size]),
    )


def _runs(joined: str) -> tuple[Ints, Ints, Ints]:
    """The bucket, beginning and length of every run of one to `LONGEST_RUN` characters."""
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
    buckets, begins, sizes = [], [], []
    for size in range(1, LONGEST_RUN + 1):
        count = max(0, len(codes) - size + 1)
        mixed = np.full(count, _LENGTHS[size - 1], dtype=np.uint32)
        for place in range(size):
            mixed += codes[place : place + count] * _MIX[place]
        buckets.append((mixed >> np.uint32(32 - BUCKET_BITS)).astype(np.int64))
        begins.append(np.arange(count, dtype=np.int64))
        sizes.append(np.full(count, size, dtype=np.int64))
    return np.concatenate(buckets), np.concatenate(begins), np.concatenate(sizes)


def _buckets(features: Sequence[str]) -> Ints:
    # Not `hash`: that differs from process to process.
    return np.array([zlib.crc32(one.encode()) % BUCKETS for one in features], dtype=np.int64)
