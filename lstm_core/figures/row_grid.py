"""The classic view: one small bar chart of the class probabilities per row, which the page draws itself.

As a Plotly figure, its 280 bars and as many labels took the browser a quarter of a second after every stroke.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.verdict_bars import VerdictBars, verdict_bars


@dataclass(frozen=True)
class RowCell:
    """Of one row, counted from 1: the bars of its classes, and whether the verdict was settled there."""

    row: int
    bars: VerdictBars
    settled: bool


def row_grid(probabilities: NDArray[np.floating[Any]], settled_at_row: int | None = None) -> list[RowCell]:
    """One cell for each row, from the top of the image.

    Args:
        probabilities: ``(rows, classes)`` in [0, 1].
        settled_at_row: counted from 1.

    Raises:
        InvalidValue: ``probabilities`` is not two-dimensional or is empty.
    """
    if probabilities.ndim != 2 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (rows, classes)", probabilities.shape)
    return [
        RowCell(row, verdict_bars(of_row), row == settled_at_row)
        for row, of_row in enumerate(probabilities, start=1)
    ]
