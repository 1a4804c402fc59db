"""How much of a digit the network needs: accuracy when only the first rows have been read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.reading.percents import accuracy, percent

FRACTIONS = (0.9, 0.99)


@dataclass(frozen=True)
class AccuracyByRowsInfo:
    """Accuracy in percent after 1 … T rows, and the rows needed for fractions of the final one.

    Attributes:
        percents: rounded to 0.001.
        needed: pairs (fraction, row): from that row on, accuracy stays at or above the fraction of the
            final accuracy.
    """

    percents: list[float]
    needed: list[tuple[float, int]]


def accuracy_by_rows_info(accuracies: NDArray[np.floating[Any]]) -> AccuracyByRowsInfo:
    """The data half of `accuracy_by_rows`.

    Args:
        accuracies: ``(rows,)`` in [0, 1]; entry ``t`` is the accuracy after rows ``0 … t``.

    Raises:
        InvalidValue: ``accuracies`` is not one-dimensional or is empty.
    """
    if accuracies.ndim != 1 or not accuracies.size:
        raise InvalidValue("accuracies", "of shape (rows,)", accuracies.shape)
    exact = accuracies.astype(np.float64)
    return AccuracyByRowsInfo(
        percents=np.round(100.0 * exact, 3).tolist(),
        needed=[(fraction, _needed(exact, fraction)) for fraction in FRACTIONS],
    )


def accuracy_by_rows(accuracies: NDArray[np.floating[Any]]) -> Figure:
    """Accuracy over the rows read, with the final value and where it is nearly reached.

    Args:
        accuracies: ``(rows,)`` in [0, 1].

    Raises:
        InvalidValue: see `accuracy_by_rows_info`.
    """
    info = accuracy_by_rows_info(accuracies)
    rows = len(info.percents)
    needed = " · ".join(f"{percent(fraction, 0)} of that from row {row}" for fraction, row in info.needed)
    return Figure(
        {
            "data": [
                {
                    "type": "scatter",
                    "mode": "lines+markers",
                    "x": list(range(1, rows + 1)),
                    "y": info.percents,
                    "line": {"color": theme.TRAINING, "width": 2.5},
                    "marker": {"size": 6},
                    "cliponaxis": False,
                    "hovertemplate": "after %{x} rows · %{y:.2f} %<extra></extra>",
                }
            ],
            "layout": {
                **theme.layout(340, left=52, right=14, top=48),
                "xaxis": theme.axis("rows read", range=[0.5, rows + 0.5], ticks="", **theme.every_row(rows)),
                "yaxis": theme.axis("accuracy (%)", range=[0, 101], showgrid=True, ticks=""),
                "shapes": [_mark_line(row, info.percents[row - 1]) for _, row in info.needed],
                "annotations": [
                    theme.caption(
                        f"final accuracy {accuracy(float(accuracies[-1]))}<br>{needed}",
                        0.0,
                        1.03,
                        xanchor="left",
                        yanchor="bottom",
                        align="left",
                    )
                ],
            },
        }
    )


def _needed(accuracies: NDArray[np.float64], fraction: float) -> int:
    below = np.flatnonzero(accuracies < fraction * accuracies[-1])
    return int(below[-1]) + 2 if below.size else 1


def _mark_line(row: int, percent: float) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": row,
        "x1": row,
        "y0": 0,
        "y1": percent,
        "line": {"color": theme.ACCENT, "width": 1.5, "dash": "dot"},
    }
