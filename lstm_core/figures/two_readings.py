"""Two readings side by side under one cursor, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_core.errors import InvalidValue
from lstm_core.figures.aligned_panels import (
    Numbers,
    Panel,
    aligned_panels,
    difference_panel,
    ink_panel,
    probability_panel,
)
from lstm_core.figures.figure import Figure


@dataclass(frozen=True)
class Reading:
    """What one network made of one image.

    Attributes:
        name: stands over its panel.
        image: ``(rows, columns)`` in [0, 1].
        probabilities: ``(rows, classes)`` in [0, 1].
    """

    name: str
    image: Numbers
    probabilities: Numbers


@dataclass(frozen=True)
class TwoReadingsInfo:
    """The panels of the figure; one image where both readings are of the same."""

    images: tuple[Panel, ...]
    probabilities: tuple[Panel, Panel]
    difference: Panel


def two_readings_info(first: Reading, second: Reading) -> TwoReadingsInfo:
    """The data half of `two_readings`.

    Raises:
        InvalidValue: a reading's image and probabilities, or the two readings, differ in rows or classes.
    """
    rows = len(first.image)
    for reading in (first, second):
        if len(reading.image) != rows or len(reading.probabilities) != rows:
            raise InvalidValue(
                reading.name, f"of {rows} rows", (reading.image.shape, reading.probabilities.shape)
            )
    if np.array_equal(first.image, second.image):
        images: tuple[Panel, ...] = (ink_panel("drawing", first.image),)
    else:
        images = ink_panel("first drawing", first.image), ink_panel("second drawing", second.image)
    return TwoReadingsInfo(
        images=images,
        probabilities=(
            probability_panel(first.name, first.probabilities),
            probability_panel(second.name, second.probabilities),
        ),
        difference=difference_panel("second minus first", first.probabilities, second.probabilities),
    )


def two_readings(first: Reading, second: Reading, cursor: int, *, narrow: bool = False) -> Figure:
    """Image and class probabilities of both readings, and second less first.

    Args:
        first, second: of as many rows and classes.
        cursor: the row that is framed everywhere, 1 … rows.
        narrow: for widths under about 500 pixels: in two or three lines.

    Raises:
        InvalidValue: see `two_readings_info`; or the cursor is no row.
    """
    info = two_readings_info(first, second)
    left, right = info.probabilities
    if len(info.images) == 1:
        lines = [[info.images[0], left, right, info.difference]]
        if narrow:
            lines = [[info.images[0], info.difference], [left, right]]
    else:
        lines = [[info.images[0], left, info.difference, right, info.images[1]]]
        if narrow:
            lines = [[info.images[0], left], [info.images[1], right], [info.difference]]
    return aligned_panels(lines, cursor=cursor, narrow=narrow)
