"""The verdict: the class probabilities after the last row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure


@dataclass(frozen=True)
class VerdictBarsInfo:
    """Per class: its probability in percent, rounded to 0.01, and the label of its bar."""

    percents: list[float]
    labels: list[str]
    winner: int


def verdict_bars_info(probabilities: NDArray[np.floating[Any]]) -> VerdictBarsInfo:
    """The data half of `verdict_bars`.

    Args:
        probabilities: ``(classes,)`` in [0, 1]: the last row of a `Trace`'s.

    Raises:
        InvalidValue: ``probabilities`` is not one-dimensional or is empty.
    """
    if probabilities.ndim != 1 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (classes,)", probabilities.shape)
    return VerdictBarsInfo(
        percents=np.round(100.0 * probabilities.astype(np.float64), 2).tolist(),
        labels=[theme.percent(float(p)) for p in probabilities],
        winner=int(probabilities.argmax()),
    )


def verdict_bars(probabilities: NDArray[np.floating[Any]]) -> Figure:
    """Horizontal bars, one a class, with percent labels and the winner in the accent colour.

    Args:
        probabilities: ``(classes,)`` in [0, 1].

    Raises:
        InvalidValue: see `verdict_bars_info`.
    """
    info = verdict_bars_info(probabilities)
    classes = len(info.percents)
    return Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "orientation": "h",
                    "x": info.percents,
                    "y": list(range(classes)),
                    "text": info.labels,
                    "textposition": "outside",
                    "textangle": 0,
                    "constraintext": "none",
                    "cliponaxis": False,
                    "marker": {
                        "color": [theme.ACCENT if k == info.winner else theme.QUIET for k in range(classes)]
                    },
                    "hovertemplate": "class %{y} · %{x:.1f} %<extra></extra>",
                }
            ],
            "layout": {
                **theme.layout(26 * classes + 56, left=44, right=52),
                "bargap": 0.25,
                "xaxis": theme.axis("probability (%)", range=[0, 100], dtick=25, showgrid=True, ticks=""),
                "yaxis": theme.axis("class", range=[classes - 0.5, -0.5], dtick=1, ticks=""),
            },
        }
    )
