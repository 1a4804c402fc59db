"""One drawing, read again and again while the network learns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure


@dataclass(frozen=True)
class LiveReadingInfo:
    """Per row, the classes' probabilities in percent (rounded to 0.01), and the title."""

    percents: list[list[float]]
    title: str


def live_reading_info(probabilities: NDArray[np.floating[Any]], step: int) -> LiveReadingInfo:
    """The data half of `live_reading`.

    Args:
        probabilities: ``(rows, classes)`` in [0, 1].
        step: how many steps the network had been trained for.

    Raises:
        InvalidValue: ``probabilities`` is not two-dimensional or is empty.
    """
    if probabilities.ndim != 2 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (rows, classes)", probabilities.shape)
    label = int(probabilities[-1].argmax())
    confidence = theme.percent(float(probabilities[-1, label]))
    return LiveReadingInfo(
        percents=np.round(100.0 * probabilities.astype(np.float64), 2).tolist(),
        title=f"step {step}: reads as {label} ({confidence})",
    )


def live_reading(probabilities: NDArray[np.floating[Any]], step: int) -> Figure:
    """A small heatmap, rows × classes, always on the same scale, with the verdict as its title.

    Args:
        probabilities: ``(rows, classes)`` in [0, 1].
        step: how many steps the network had been trained for.

    Raises:
        InvalidValue: see `live_reading_info`.
    """
    info = live_reading_info(probabilities, step)
    rows, classes = len(info.percents), len(info.percents[0])
    return Figure(
        {
            "data": [
                {
                    "type": "heatmap",
                    "z": info.percents,
                    "y0": 1,
                    "zmin": 0,
                    "zmax": 100,
                    "colorscale": theme.PROBABILITY,
                    "showscale": False,
                    "hovertemplate": "row %{y} · class %{x} · %{z:.1f} %<extra></extra>",
                }
            ],
            "layout": {
                **theme.layout(320, top=36),
                "uirevision": "watched",
                "title": {"text": info.title, "x": 0, "y": 0.98, "yanchor": "top", "font": {"size": 15}},
                "xaxis": theme.framed("class", range=[-0.5, classes - 0.5], dtick=1),
                "yaxis": theme.framed("row", range=[rows + 0.5, 0.5], **theme.every_row(rows)),
            },
        }
    )
