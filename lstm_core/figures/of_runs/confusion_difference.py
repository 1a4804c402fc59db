"""Which mistakes one network makes more often than another, with every cell open to a click.

A click is read by `lstm_core.figures.confusion.chosen_cell`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.aligned_panels import LOSS_AND_GAIN
from lstm_core.figures.confusion import cell_targets, matrix_layout
from lstm_core.figures.figure import Figure


@dataclass(frozen=True)
class ConfusionDifferenceInfo:
    """Second less first by true class (outer) and class read (inner).

    Attributes:
        counts: of all images.
        mistakes: the same with ``None`` on the diagonal, so that the colours are spent on mistakes.
        most: the largest difference of a mistake, at least 1.
        sentences: one a cell.
    """

    counts: list[list[int]]
    mistakes: list[list[int | None]]
    most: int
    sentences: list[list[str]]


def confusion_difference_info(
    difference: NDArray[np.integer[Any]], names: Sequence[str] = ()
) -> ConfusionDifferenceInfo:
    """The data half of `confusion_difference`.

    Args:
        difference: ``(classes, classes)``, row the true class, column the class read: second less first.
        names: what the classes are called, by label; left out where they are digits.

    Raises:
        InvalidValue: the difference is not square or is empty.
    """
    if difference.ndim != 2 or difference.shape[0] != difference.shape[1] or not difference.size:
        raise InvalidValue("difference", "of shape (classes, classes)", difference.shape)
    names = names or tuple(map(str, range(len(difference))))
    counts: list[list[int]] = difference.tolist()
    mistakes = [[None if t == r else count for r, count in enumerate(line)] for t, line in enumerate(counts)]
    most = max((abs(count) for line in mistakes for count in line if count is not None), default=0)
    sentences = [
        [_sentence(true, read, count, names) for read, count in enumerate(line)]
        for true, line in enumerate(counts)
    ]
    return ConfusionDifferenceInfo(counts, mistakes, max(1, most), sentences)


def confusion_difference(difference: NDArray[np.integer[Any]], names: Sequence[str] = ()) -> Figure:
    """The matrix: orange where the second makes a mistake more often, blue where less often.

    Raises:
        InvalidValue: see `confusion_difference_info`.
    """
    info = confusion_difference_info(difference, names)
    layout, size, cell = matrix_layout(len(info.counts), names)
    layout["annotations"] = [
        _number(info, true, read, size)
        for true, line in enumerate(info.counts)
        for read, count in enumerate(line)
        if count
    ]
    heatmap = {
        "type": "heatmap",
        "z": info.mistakes,
        "zmin": -info.most,
        "zmax": info.most,
        "colorscale": LOSS_AND_GAIN,
        "showscale": False,
        "hoverongaps": False,
        "hoverinfo": "skip",
        "xgap": 1,
        "ygap": 1,
    }
    return Figure({"data": [heatmap, cell_targets(info.sentences, round(0.75 * cell))], "layout": layout})


def signed(count: int) -> str:
    """Such as ``+3``, ``−2`` or ``0``."""
    return f"{count:+,}".replace("-", "−") if count else "0"


def _number(info: ConfusionDifferenceInfo, true: int, read: int, size: int) -> dict[str, Any]:
    count = info.counts[true][read]
    dark = true == read or abs(count) < 0.6 * info.most
    font = {"color": "#FFFFFF" if dark else "#000000", "size": size}
    return theme.caption(signed(count), read, true, xref="x", yref="y", font=font)


def _sentence(true: int, read: int, count: int, names: Sequence[str]) -> str:
    named = theme.harmless(names[true])
    what = f"{named} recognised" if true == read else f"true {named} read as {theme.harmless(names[read])}"
    if not count:
        return f"{what}: as often by both"
    return f"{what}: {abs(count):,} {'more' if count > 0 else 'fewer'} by the second"
