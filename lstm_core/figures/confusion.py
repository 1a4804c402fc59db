"""Which digits are taken for which, with every cell open to a click.

Plotly does not select cells of a heatmap, so an invisible marker lies on each; what
``st.plotly_chart(…, on_select="rerun", selection_mode="points")`` returns for it is read by `chosen_cell`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure


@dataclass(frozen=True)
class ConfusionInfo:
    """Counts by true class (outer) and class read (inner), and the errors alone.

    Attributes:
        counts: all images.
        errors: the same with ``None`` on the diagonal, so that the colours are spent on mistakes.
        most: the largest number of errors in a cell, at least 1.
    """

    counts: list[list[int]]
    errors: list[list[int | None]]
    most: int


def confusion_info(counts: NDArray[np.integer[Any]]) -> ConfusionInfo:
    """The data half of `confusion`.

    Args:
        counts: ``(classes, classes)``, row the true class, column the class read, non-negative.

    Raises:
        InvalidValue: the counts are not square or are empty.
    """
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise InvalidValue("counts", "of shape (classes, classes)", counts.shape)
    every: list[list[int]] = counts.tolist()
    errors: list[list[int | None]] = [
        [None if true == read else count for read, count in enumerate(line)]
        for true, line in enumerate(every)
    ]
    most = max((count for line in errors for count in line if count is not None), default=0)
    return ConfusionInfo(every, errors, max(1, most))


def confusion(counts: NDArray[np.integer[Any]]) -> Figure:
    """The confusion matrix; colour shows errors only, right answers are plain numbers.

    Args:
        counts: ``(classes, classes)``, row the true class, column the class read.

    Raises:
        InvalidValue: see `confusion_info`.
    """
    info = confusion_info(counts)
    classes = len(info.counts)
    cells = [(true, read) for true in range(classes) for read in range(classes)]
    edge = [classes - 0.5, -0.5]
    return Figure(
        {
            "data": [_heatmap(info), _targets(info, cells)],
            "layout": {
                **theme.layout(40 * classes + 60, left=44, right=8, top=8, bottom=44),
                "hoverdistance": -1,
                "xaxis": theme.framed("read as", range=edge[::-1], dtick=1),
                "yaxis": theme.framed("true class", range=edge, dtick=1),
                "plot_bgcolor": theme.RIGHT,
                "annotations": [_number(info, true, read) for true, read in cells if info.counts[true][read]],
            },
        }
    )


def chosen_cell(event: Mapping[str, Any]) -> tuple[int, int] | None:
    """The (true class, class read) that was clicked, or None.

    Args:
        event: what ``st.plotly_chart(confusion(…), on_select="rerun")`` returned.
    """
    points = event["selection"]["points"]
    if not points:
        return None
    true, read = points[0]["customdata"]
    return int(true), int(read)


def _number(info: ConfusionInfo, true: int, read: int) -> dict[str, Any]:
    """The count, in black or white after its cell's colour."""
    count = info.counts[true][read]
    dark = true == read or count < 0.75 * info.most
    font = {"color": "#FFFFFF" if dark else "#000000", "size": 13}
    return theme.caption(str(count), read, true, xref="x", yref="y", font=font)


def _heatmap(info: ConfusionInfo) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": info.errors,
        "zmin": 0,
        "zmax": info.most,
        "colorscale": theme.ERRORS,
        "showscale": False,
        "hoverongaps": False,
        "hoverinfo": "skip",
        "xgap": 1,
        "ygap": 1,
    }


def _targets(info: ConfusionInfo, cells: list[tuple[int, int]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [read for _, read in cells],
        "y": [true for true, _ in cells],
        "customdata": [list(cell) for cell in cells],
        "text": [_sentence(true, read, info.counts[true][read]) for true, read in cells],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": "square-open", "size": 30, "color": theme.TRAINING, "line": {"width": 3}},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 0}},
        "selectedpoints": [],
    }


def _sentence(true: int, read: int, count: int) -> str:
    images = "image" if count == 1 else "images"
    if true == read:
        return f"{true} recognised: {count} {images}"
    return f"true {true} read as {read}: {count} {images}"
