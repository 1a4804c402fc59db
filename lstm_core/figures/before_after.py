"""A reading as it was and as it is after interventions, on the rows of the image that was read."""

from __future__ import annotations

from dataclasses import dataclass

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
class BeforeAfterInfo:
    """The four panels of the figure."""

    image: Panel
    before: Panel
    after: Panel
    difference: Panel


def before_after_info(image: Numbers, before: Numbers, after: Numbers) -> BeforeAfterInfo:
    """The data half of `before_after`.

    Args:
        image: ``(rows read, columns)`` in [0, 1], as it was read.
        before: ``(rows, classes)`` in [0, 1], of the truthful reading.
        after: ``(rows read, classes)`` in [0, 1].

    Raises:
        InvalidValue: an array has another shape.
    """
    return BeforeAfterInfo(
        image=ink_panel("as read", image),
        before=probability_panel("before", before),
        after=probability_panel("after", after),
        difference=difference_panel("difference", before, after),
    )


def before_after(image: Numbers, before: Numbers, after: Numbers, *, narrow: bool = False) -> Figure:
    """The image as read, the class probabilities before and after, and after less before.

    Args:
        image, before, after: see `before_after_info`.
        narrow: for widths under about 500 pixels: in two lines.

    Raises:
        InvalidValue: see `before_after_info`.
    """
    info = before_after_info(image, before, after)
    if narrow:
        return aligned_panels([[info.image, info.before], [info.after, info.difference]], narrow=True)
    return aligned_panels([[info.image, info.before, info.after, info.difference]])
