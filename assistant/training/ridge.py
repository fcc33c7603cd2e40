"""How the classifier learns: ridge regression's normal equations (`assistant.language.kernel` has what they are about).

Runs in Rasa's environment (Python 3.10) and in ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.blas import dsyrk

from assistant.language.kernel import Floats, Kernel, Recipe, TfIdf, grams_of
from assistant.language.text import words_of

# Below this the system of equations would not be safely positive in floating point.
JITTER = 1e-8
# Sentences compared with all marks at a time while learning: bounds the memory, 8 bytes a sentence and mark.
AT_ONCE = 2_048


def train(
    texts: Sequence[str], labels: Sequence[int], vectors: Any, recipe: Recipe | None = None
) -> Kernel:
    """Learn from normalised texts, their labels (0, 1, … without gaps) and their unit vectors."""
    recipe = recipe or Recipe()
    chosen = choose_marks(labels, recipe.most_marks)
    kernel = unlearned(texts, vectors, chosen, recipe)
    targets, importance = targets_of(labels, recipe.balance)
    weights = _solve(kernel, texts, vectors, chosen, targets, importance)
    return Kernel(recipe, kernel.words, kernel.characters, kernel.marks, weights)


def unlearned(texts: Sequence[str], vectors: Any, chosen: Any, recipe: Recipe) -> Kernel:
    """A kernel that tells likeness to the chosen sentences, and nothing of labels yet."""
    words = TfIdf.learn([words_of(text) for text in texts])
    characters = TfIdf.learn([grams_of(text) for text in texts], least=2)
    marks = (
        np.asarray(vectors, dtype=np.float64)[chosen],
        words.weigh([words_of(texts[place]) for place in chosen]),
        characters.weigh([grams_of(texts[place]) for place in chosen]),
    )
    return Kernel(recipe, words, characters, marks, np.zeros((len(chosen), 0)))


def choose_marks(labels: Sequence[int], most: int) -> Any:
    """Places of the sentences to compare with: all, or so many evenly over the labels."""
    by_label = np.argsort(np.asarray(labels), kind="stable")
    if len(by_label) <= most:
        return np.sort(by_label)
    return np.sort(by_label[np.linspace(0, len(by_label) - 1, most).astype(np.int64)])


def targets_of(labels: Sequence[int], balance: float) -> tuple[Floats, Floats]:
    """One column a label; and each sentence's importance, greater where its label has few."""
    label = np.asarray(labels)
    targets = np.zeros((len(label), int(label.max()) + 1))
    targets[np.arange(len(label)), label] = 1.0
    sizes = targets.sum(axis=0)
    importance = (sizes.mean() / sizes[label]) ** balance
    return targets, importance


def _solve(
    kernel: Kernel,
    texts: Sequence[str],
    vectors: Any,
    chosen: Any,
    targets: Floats,
    importance: Floats,
) -> Floats:
    """The ridge regression's normal equations, summed some sentences at a time and solved by Cholesky.

    Every sentence's likeness to every mark at once would take gigabytes.
    """
    count, vectors = len(chosen), np.asarray(vectors)
    system = np.zeros((count, count), order="F")
    pulls = np.zeros((count, targets.shape[1]))
    root = np.sqrt(importance)[:, None]
    for start in range(0, len(texts), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        rows = kernel.likeness(texts[some], vectors[some]) * root[some]
        # Half of a symmetric matrix is half of the work.
        system = dsyrk(1.0, rows.T, beta=1.0, c=system, lower=1, overwrite_c=1)
        pulls += rows.T @ (root[some] * targets[some])
    for start in range(0, count, AT_ONCE):
        some = chosen[start : start + AT_ONCE]
        alike = kernel.likeness([texts[place] for place in some], vectors[some])
        system[start : start + AT_ONCE] += kernel.recipe.penalty * alike
    system[np.diag_indices(count)] += JITTER * np.trace(system) / count
    factor = cho_factor(system, lower=True, overwrite_a=True)
    return np.asarray(cho_solve(factor, pulls))
