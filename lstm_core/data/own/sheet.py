"""Some images of every class side by side, as one picture to look at."""

from __future__ import annotations

import numpy as np

from lstm_core.arrays import ByteArray
from lstm_core.data.info import Dataset, Pixels

_GAP = 2
_PER_CLASS = 8
_MOST_CLASSES = 30


def sheet(images: Pixels, labels: Pixels, classes: int) -> ByteArray:
    """Up to 8 images of each of the first 30 classes, one class a row, dark on light; ``(height, width)``
    uint8.

    Args:
        images: ``(n, rows, columns)`` uint8, light on dark.
        labels: ``(n,)``, below ``classes``.
        classes: how many there are.
    """
    rows, columns = images.shape[1:]
    shown = range(min(classes, _MOST_CLASSES))
    high, wide = rows + _GAP, columns + _GAP
    made = np.full((len(shown) * high + _GAP, _PER_CLASS * wide + _GAP), 0, np.uint8)
    for row in shown:
        found = np.flatnonzero(labels == row)
        chosen = found[np.linspace(0, len(found) - 1, min(_PER_CLASS, len(found))).astype(int)]
        for column, at in enumerate(chosen):
            top, left = row * high + _GAP, column * wide + _GAP
            made[top : top + rows, left : left + columns] = images[at]
    return 255 - made


def sheet_of(dataset: Dataset) -> ByteArray:
    """The same of the training images of a data set."""
    return sheet(dataset.train.images, dataset.train.labels, dataset.info.classes)
