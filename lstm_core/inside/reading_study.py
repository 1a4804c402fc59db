"""How far a network has to read, over many labelled images: from one pass of probabilities.

The functions take the probabilities ``(n, rows, classes)`` of `reading.trace.read_batch`; for the 10,000
test digits of MNIST they take 11 MB.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data.info import Split
from lstm_core.errors import InvalidValue
from lstm_core.reading.trace import BLOCK, read_batch
from lstm_core.reading.verdict import first_ink
from lstm_core.reading.weights import LstmWeights

IntArray = NDArray[np.int64]

_AT_ONCE = 2 * BLOCK


def read_all(
    weights: LstmWeights, split: Split, progress: Callable[[int], object] | None = None
) -> FloatArray:
    """Class probabilities ``(n, rows, classes)`` float32 of every image after every row.

    Args:
        weights: the network.
        split: images of the size it reads, at least one.
        progress: told the images done.

    Raises:
        InvalidValue: the split is empty or its images have another size.
    """
    if not len(split):
        raise InvalidValue("split", "at least one image", len(split))
    probabilities = np.empty((*split.images.shape[:2], weights.classes), np.float32)
    for start in range(0, len(split), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        images = np.divide(split.images[part], 255, dtype=np.float32)
        probabilities[part] = read_batch(weights, images)
        if progress:
            progress(min(start + _AT_ONCE, len(split)))
    return probabilities


def latest_settled(settled: IntArray, probabilities: FloatArray, count: int) -> IntArray:
    """The ``count`` images whose verdict settled latest, the latest first.

    Of those that settled at the same row the least sure one, after the last row, comes first.

    Args:
        settled: ``(n,)``, as `lstm_core.reading.verdict.settled_rows` gives it; those at 0 are left out.
        probabilities: ``(n, rows, classes)``.
        count: at most.
    """
    _check(probabilities)
    order = np.lexsort((probabilities[:, -1].max(axis=1), -settled))
    return order[settled[order] > 0][: max(0, count)].astype(np.int64)


def least_settled(settled: IntArray, probabilities: FloatArray, count: int) -> IntArray:
    """The ``count`` images that did not settle, the one whose two first classes end nearest first.

    Args:
        settled, probabilities, count: see `latest_settled`; images that settled are left out.
    """
    _check(probabilities)
    ranked = np.sort(probabilities[:, -1], axis=1)
    order = np.argsort(ranked[:, -1] / np.maximum(ranked[:, -2:-1].sum(axis=1), 1e-30), kind="stable")
    return order[settled[order] == 0][: max(0, count)].astype(np.int64)


def accuracy_by_class(
    probabilities: FloatArray, labels: NDArray[np.integer], images: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Share of each class's images recognised after 1, 2, … rows: read correctly, and not before any ink.

    On blank rows all images get the same guess; where it is right, nothing was recognised.

    Args:
        probabilities: ``(n, rows, classes)``.
        labels: ``(n,)``.
        images: ``(n, rows, columns)``; ink is above 0.

    Returns:
        ``(classes, rows)`` float64; nan for a class without images.

    Raises:
        InvalidValue: the arrays do not fit each other.
    """
    _check(probabilities)
    if labels.shape != probabilities.shape[:1]:
        raise InvalidValue("labels", f"of shape {probabilities.shape[:1]}", labels.shape)
    if images.shape[:2] != probabilities.shape[:2]:
        raise InvalidValue("images", f"of shape {(*probabilities.shape[:2], 'columns')}", images.shape)
    right = probabilities.argmax(axis=2) == labels[:, None]
    right &= np.arange(right.shape[1]) >= first_ink(images)[:, None]
    shares = np.full((probabilities.shape[2], probabilities.shape[1]), np.nan)
    for label in range(len(shares)):
        if (labels == label).any():
            shares[label] = right[labels == label].mean(axis=0)
    return shares


def _check(probabilities: FloatArray) -> None:
    if probabilities.ndim != 3 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (n, rows, classes)", probabilities.shape)
