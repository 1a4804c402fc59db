"""Which digits are taken for which, with every cell open to a click.

Plotly does not select cells of a heatmap, so an invisible marker lies on each; what
``st.plotly_chart(…, on_select="rerun", selection_mode="points")`` returns for it is read by `chosen_cell`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure

_ROOMY = 15
"""Classes, beyond which cells and numbers are small."""


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


def confusion(counts: NDArray[np.integer[Any]], names: Sequence[str] = ()) -> Figure:
    """The confusion matrix; colour shows errors only, right answers are plain numbers.

    Args:
        counts: ``(classes, classes)``, row the true class, column the class read.
        names: what the classes are called, by label; left out where they are digits.

    Raises:
        InvalidValue: see `confusion_info`.
    """
    info = confusion_info(counts)
    classes = len(info.counts)
    names = names or tuple(map(str, range(classes)))
    layout, size, cell = matrix_layout(classes, names)
    layout["annotations"] = [
        _number(info, true, read, size)
        for true in range(classes)
        for read in range(classes)
        if info.counts[true][read]
    ]
    sentences = [
        [_sentence(true, read, count, names) for read, count in enumerate(line)]
        for true, line in enumerate(info.counts)
    ]
    return Figure({"data": [_heatmap(info), cell_targets(sentences, round(0.75 * cell))], "layout": layout})


def matrix_layout(classes: int, names: Sequence[str] = ()) -> tuple[dict[str, Any], int, int]:
    """The layout of a matrix of classes, the size of the numbers in it, and the pixels of a cell.

    Args:
        names: what the classes are called, by label; left out where they are digits.
    """
    names = names or tuple(map(str, range(classes)))
    cell, size = (40, 13) if classes <= _ROOMY else (22, 9)
    left = max(44, 26 + 7 * min(max(map(len, names)), theme.MOST_SHOWN))
    ticks = theme.class_ticks(names)
    edge = [classes - 0.5, -0.5]
    layout = {
        **theme.layout(cell * classes + 60, left=left, right=8, top=8, bottom=44),
        "hoverdistance": -1,
        "xaxis": theme.framed("read as", range=edge[::-1], **ticks),
        "yaxis": theme.framed("true class", range=edge, **ticks),
        "plot_bgcolor": theme.RIGHT,
    }
    return layout, size, cell


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


def _number(info: ConfusionInfo, true: int, read: int, size: int) -> dict[str, Any]:
    """The count, in black or white after its cell's colour."""
    count = info.counts[true][read]
    dark = true == read or count < 0.75 * info.most
    font = {"color": "#FFFFFF" if dark else "#000000", "size": size}
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


def cell_targets(sentences: Sequence[Sequence[str]], size: int) -> dict[str, Any]:
    """An invisible marker of ``size`` pixels on every cell, which takes clicks and says its sentence."""
    cells = [(true, read) for true, line in enumerate(sentences) for read in range(len(line))]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [read for _, read in cells],
        "y": [true for true, _ in cells],
        "customdata": [list(cell) for cell in cells],
        "text": [sentences[true][read] for true, read in cells],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": "square-open", "size": size, "color": theme.TRAINING, "line": {"width": 3}},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 0}},
        "selectedpoints": [],
    }


def _sentence(true: int, read: int, count: int, names: Sequence[str]) -> str:
    images = "image" if count == 1 else "images"
    if true == read:
        return f"{theme.harmless(names[true])} recognised: {count} {images}"
    return f"true {theme.harmless(names[true])} read as {theme.harmless(names[read])}: {count} {images}"
