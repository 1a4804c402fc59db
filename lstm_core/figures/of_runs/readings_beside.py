"""One image read by several networks, row by row, side by side under one cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lstm_core.errors import InvalidValue
from lstm_core.figures.aligned_panels import Numbers, Panel, aligned_panels, ink_panel, probability_panel
from lstm_core.figures.figure import Figure

MOST_IN_A_LINE, MOST_NARROW = 5, 2
"""Panels side by side, the image among them."""


@dataclass(frozen=True)
class NamedReading:
    """What one network made of the image.

    Attributes:
        name: stands over its panel.
        probabilities: ``(rows, classes)`` in [0, 1].
    """

    name: str
    probabilities: Numbers


def readings_beside_info(image: Numbers, readings: Sequence[NamedReading]) -> tuple[Panel, ...]:
    """The panels of the figure: the image, then one a network.

    Args:
        image: ``(rows, columns)`` in [0, 1].
        readings: at least one, of as many rows as the image.

    Raises:
        InvalidValue: there is none, or one has another number of rows.
    """
    if not readings:
        raise InvalidValue("readings", "at least one", 0)
    for reading in readings:
        if len(reading.probabilities) != len(image):
            shape = reading.probabilities.shape
            raise InvalidValue("probabilities", f"of shape ({len(image)}, classes)", shape)
    return (ink_panel("image", image), *(probability_panel(r.name, r.probabilities) for r in readings))


def readings_beside(
    image: Numbers, readings: Sequence[NamedReading], cursor: int, *, narrow: bool = False
) -> Figure:
    """The image and the class probabilities of every reading, in lines that are about equally long.

    Args:
        image, readings: see `readings_beside_info`.
        cursor: the row that is framed everywhere, 1 … rows.
        narrow: for widths under about 500 pixels.

    Raises:
        InvalidValue: see `readings_beside_info`; or the cursor is no row.
    """
    panels = readings_beside_info(image, readings)
    count = -(-len(panels) // (MOST_NARROW if narrow else MOST_IN_A_LINE))
    ends = [round(at * len(panels) / count) for at in range(count + 1)]
    lines = [panels[start:end] for start, end in pairwise(ends)]
    return aligned_panels(lines, cursor=cursor, narrow=narrow)
