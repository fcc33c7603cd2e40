"""The encoder behind a file. What it would have cost is told by what it did cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.language.encoder import Encoder, Floats

BATCH = 4096


class CachedEncoder:
    """An `Encoder` that encodes each text once; `save` keeps what it knows."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self._encoder, self._file = encoder, file
        self._place_of: dict[str, int] = {}
        self._blocks: list[Floats] = []
        self.seconds = 0.0
        if file.exists():
            with np.load(file, allow_pickle=False) as kept:
                if str(kept["name"]) == self.name:
                    texts = str(kept["texts"]).split("\n")
                    self._place_of = {text: place for place, text in enumerate(texts)}
                    self._blocks = [kept["vectors"]]
                    self.seconds = float(kept["seconds"])

    @property
    def seconds_each(self) -> float:
        """What one text cost on average, whenever it was encoded."""
        return self.seconds / max(1, len(self._place_of))

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (len(texts), dimensions), float32."""
        missing = list(dict.fromkeys(text for text in texts if text not in self._place_of))
        for start in range(0, len(missing), BATCH):
            self._learn(missing[start : start + BATCH])
        known = self._known()
        return known[[self._place_of[text] for text in texts]]

    def _learn(self, texts: Sequence[str]) -> None:
        started = time.perf_counter()
        self._blocks.append(self._encoder.encode(texts))
        self.seconds += time.perf_counter() - started
        for text in texts:
            self._place_of[text] = len(self._place_of)

    def _known(self) -> Floats:
        if len(self._blocks) != 1:
            empty = np.zeros((0, self.dimensions), dtype=np.float32)
            self._blocks = [np.vstack([empty, *self._blocks])]
        return self._blocks[0]

    def save(self) -> None:
        """Keep everything; normalised texts hold no line breaks."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        texts = "\n".join(self._place_of)
        with self._file.open("wb") as file:
            np.savez(
                file,
                name=np.array(self.name),
                texts=np.array(texts),
                vectors=self._known(),
                seconds=np.array(self.seconds),
            )
