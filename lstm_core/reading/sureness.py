"""From which row on a reading is sure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

SURE = 0.9
"""From this probability on people may call a verdict sure."""


def sure_from_row(probabilities: NDArray[np.floating], share: float = SURE) -> int | None:
    """The first row, from 1, from which the verdict has at least ``share`` after every row to the end.

    Args:
        probabilities: ``(rows, classes)`` in [0, 1], after every row; the verdict is the most probable class
            after the last, of equally probable ones the lowest.
        share: in (0, 1].

    Returns:
        The row; None when the verdict has less than ``share`` after the last row.

    Raises:
        InvalidValue: the array has another shape, no row or no class.
    """
    if probabilities.ndim != 2 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (rows, classes)", probabilities.shape)
    unsure = np.flatnonzero(probabilities[:, probabilities[-1].argmax()] < share)
    if not len(unsure):
        return 1
    last = int(unsure[-1])
    return None if last + 1 == len(probabilities) else last + 2
