"""Where two readings differ most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

Probabilities = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Difference:
    """The class and row at which two readings differ most.

    Attributes:
        row: counted from 1.
        label: the class.
        first, second: its probability after that row in each reading.
    """

    row: int
    label: int
    first: float
    second: float

    @property
    def size(self) -> float:
        return abs(self.second - self.first)


def difference(first: Probabilities, second: Probabilities) -> NDArray[np.float64]:
    """Second less first, over the rows that both have: ``(rows, classes)`` in [-1, 1].

    Args:
        first, second: ``(rows, classes)`` in [0, 1]; rows may differ in number, classes not.

    Raises:
        InvalidValue: the classes differ, or there is no row in common.
    """
    if first.ndim != 2 or not first.size:
        raise InvalidValue("first", "of shape (rows, classes)", first.shape)
    if second.ndim != 2 or not second.size or second.shape[1] != first.shape[1]:
        raise InvalidValue("second", f"of shape (rows, {first.shape[1]})", second.shape)
    rows = min(len(first), len(second))
    return second[:rows].astype(np.float64) - first[:rows].astype(np.float64)


def greatest_difference(first: Probabilities, second: Probabilities) -> Difference:
    """The greatest in size; of equal ones the first row, and there the lowest class.

    Raises:
        InvalidValue: see `difference`.
    """
    sizes = np.abs(difference(first, second))
    row, label = (int(place) for place in np.unravel_index(sizes.argmax(), sizes.shape))
    return Difference(row + 1, label, float(first[row, label]), float(second[row, label]))
