"""How much of each digit has to be read: accuracy of every class after every row, as a heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.data.info import thing_of
from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.reading.percents import PERCENT


@dataclass(frozen=True)
class ClassAccuracyInfo:
    """Accuracy by class and rows read.

    Attributes:
        percents: per class, in percent after 1 … T rows, rounded to 0.1; None for a class without images.
        needed: per class, the row from which accuracy stays at or over half of the final one; None for a
            class without images, or of which none is recognised in the end.
    """

    percents: list[list[float | None]]
    needed: list[int | None]


def class_accuracy_info(shares: NDArray[np.floating[Any]]) -> ClassAccuracyInfo:
    """The data half of `class_accuracy`.

    Args:
        shares: ``(classes, rows)`` in [0, 1], as `inside.reading_study.accuracy_by_class` gives them.

    Raises:
        InvalidValue: ``shares`` has another shape or is empty.
    """
    if shares.ndim != 2 or not shares.size:
        raise InvalidValue("shares", "of shape (classes, rows)", shares.shape)
    return ClassAccuracyInfo(
        [[None if np.isnan(share) else round(100 * float(share), 1) for share in line] for line in shares],
        [_needed(line) for line in shares],
    )


def class_accuracy(shares: NDArray[np.floating[Any]], names: Sequence[str] = ()) -> Figure:
    """One line of colours a class, over the rows read; a mark where half of the final accuracy is reached.

    Args:
        shares: ``(classes, rows)`` in [0, 1].
        names: what the classes are called, by label; left out where they are digits.

    Raises:
        InvalidValue: see `class_accuracy_info`.
    """
    info = class_accuracy_info(shares)
    classes, rows = shares.shape
    thing = thing_of(names)
    names = names or tuple(map(str, range(classes)))
    shown = [theme.harmless(name) for name in names]
    left = max(40, 24 + 7 * min(max(map(len, names)), theme.MOST_SHOWN))
    marked = [(row, label) for label, row in enumerate(info.needed) if row is not None]
    return Figure(
        {
            "data": [
                {
                    "type": "heatmap",
                    "z": info.percents,
                    "x0": 1,
                    "y0": 0,
                    "zmin": 0,
                    "zmax": 100,
                    "colorscale": theme.PROBABILITY,
                    "xgap": 1,
                    "ygap": 1,
                    "colorbar": {"title": {"text": "%"}, "thickness": 10, "outlinewidth": 0, "dtick": 25},
                    "hoverongaps": False,
                    "text": [[name] * rows for name in shown],
                    "hovertemplate": f"{thing} %{{text}} after %{{x}} rows · %{{z:.1f}}{PERCENT} "
                    "recognised<extra></extra>",
                },
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [row for row, _ in marked],
                    "y": [label for _, label in marked],
                    "marker": {
                        "symbol": "diamond",
                        "size": 10,
                        "color": theme.ACCENT,
                        "line": {"color": "#FFFFFF", "width": 1.5},
                    },
                    "text": [shown[label] for _, label in marked],
                    "hovertemplate": f"{thing} %{{text}}: half of its final accuracy from row "
                    "%{{x}}<extra></extra>",
                },
            ],
            "layout": {
                **theme.layout(
                    (28 if classes <= 15 else 18) * classes + 80, left=left, right=8, top=10, bottom=46
                ),
                "xaxis": theme.framed("rows read", range=[0.5, rows + 0.5], **theme.every_row(rows)),
                "yaxis": theme.framed(thing, range=[classes - 0.5, -0.5], **theme.class_ticks(names)),
            },
        }
    )


def _needed(shares: NDArray[np.floating[Any]]) -> int | None:
    if np.isnan(shares).any() or not shares[-1]:
        return None
    below = np.flatnonzero(shares < 0.5 * shares[-1])
    return int(below[-1]) + 2 if below.size else 1
