"""How a verdict evolved: the image, and the probabilities after every row, which the page draws itself.

As a Plotly figure with a frame for each row it took the browser 75 ms of processor time after every stroke,
and its 280 small bars, as HTML, another 45: two fifths of all that a stroke cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.image import ink_percents
from lstm_core.figures.verdict_bars import VerdictBars, verdict_bars


@dataclass(frozen=True)
class Evolution:
    """What is shown. Rows are counted from 1.

    Attributes:
        ink: per row, the columns' ink in whole percent, 0 (paper) to 100.
        bars: per row, the classes' probabilities after it.
        settled_at_row: of the verdict; None if it did not settle.
    """

    ink: list[list[int]]
    bars: list[VerdictBars]
    settled_at_row: int | None


def evolution(
    image: NDArray[np.floating[Any]], probabilities: NDArray[np.floating[Any]], settled_at_row: int | None
) -> Evolution:
    """The evolution of a verdict.

    Args:
        image: ``(rows, columns)`` in [0, 1], ink 1.
        probabilities: ``(rows, classes)`` in [0, 1]; row ``t`` is what the network thinks after it.
        settled_at_row: 1 … rows, or None.

    Raises:
        InvalidValue: the two arrays differ in rows, one is empty, or the settled row is not a row.
    """
    ink = ink_percents(image)
    if probabilities.ndim != 2 or len(probabilities) != len(image) or not probabilities.size:
        raise InvalidValue("probabilities", f"of shape ({len(image)}, classes)", probabilities.shape)
    if settled_at_row is not None and not 1 <= settled_at_row <= len(image):
        raise InvalidValue("settled_at_row", f"between 1 and {len(image)}", settled_at_row)
    return Evolution(
        ink=ink, bars=[verdict_bars(row) for row in probabilities], settled_at_row=settled_at_row
    )
