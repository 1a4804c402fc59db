"""Which digits one network takes for which, less how often another one does, and the images behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

Counts = NDArray[np.integer[Any]]


def confusion_difference(first: Counts, second: Counts) -> NDArray[np.int64]:
    """Second less first, ``(classes, classes)``: row the true class, column the class read.

    Raises:
        InvalidValue: the counts are not square, or not of one shape.
    """
    if first.ndim != 2 or first.shape[0] != first.shape[1] or not first.size:
        raise InvalidValue("first", "of shape (classes, classes)", first.shape)
    if second.shape != first.shape:
        raise InvalidValue("second", f"of shape {first.shape}, as the first", second.shape)
    return second.astype(np.int64) - first.astype(np.int64)


@dataclass(frozen=True)
class ImagesBehind:
    """The images of one class that only one of two networks reads as another; indices, ascending.

    Attributes:
        first, second: those that this network alone reads so.
        both: those that both read so.
    """

    first: list[int]
    second: list[int]
    both: list[int]


def images_behind(labels: Counts, first: Counts, second: Counts, true: int, read: int) -> ImagesBehind:
    """The images behind a cell of the difference.

    Args:
        labels, first, second: see `lstm_core.comparison.mcnemar.paired_test`.
        true, read: the cell.
    """
    of_class = labels == true
    a, b = of_class & (first == read), of_class & (second == read)
    return ImagesBehind(*(np.flatnonzero(found).tolist() for found in (a & ~b, b & ~a, a & b)))
