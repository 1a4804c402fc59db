"""The verdict: the class probabilities after the last row, as bars that the page draws itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.reading.percents import percent


@dataclass(frozen=True)
class VerdictBars:
    """Per class: its probability in percent, rounded to 0.01, and the label of its bar."""

    percents: list[float]
    labels: list[str]
    winner: int


def verdict_bars(probabilities: NDArray[np.floating[Any]]) -> VerdictBars:
    """One bar for each class.

    Args:
        probabilities: ``(classes,)`` in [0, 1]: the last row of a `Trace`'s.

    Raises:
        InvalidValue: ``probabilities`` is not one-dimensional or is empty.
    """
    if probabilities.ndim != 1 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (classes,)", probabilities.shape)
    return VerdictBars(
        percents=np.round(100.0 * probabilities.astype(np.float64), 2).tolist(),
        labels=[percent(float(p)) for p in probabilities],
        winner=int(probabilities.argmax()),
    )
