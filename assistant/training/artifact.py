"""A trained kernel as two plain files in a folder: inside Rasa's model archive, and on its way out of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from assistant.language.kernel import Kernel, pack, unpack

MANIFEST, WEIGHTS = "kernel.json", "weights.npz"


def write_kernel(folder: Path, labels: list[str], kernel: Kernel) -> None:
    """Write what `read_kernel` reads. No pickle."""
    told, arrays = pack(kernel)
    text = json.dumps({"labels": labels, "kernel": told}, ensure_ascii=False)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    np.savez(folder / WEIGHTS, **arrays)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The labels and the kernel's plain data."""
    told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return told


def read_kernel(folder: Path) -> tuple[list[str], Kernel]:
    """The labels and the kernel of `write_kernel`."""
    told = read_manifest(folder)
    with np.load(folder / WEIGHTS, allow_pickle=False) as file:
        return told["labels"], unpack(told["kernel"], {name: file[name] for name in file.files})
