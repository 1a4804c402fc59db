"""The classic view: one small bar chart of the class probabilities per row.

28 subplots would be 56 axes, each laid out and drawn by itself. Here all cells stand in one pair of axes,
moved to their place, so the browser draws a few traces.

The bars are two of them, of one colour each. Given a list of colours, Plotly tries again and again to read
all of it as one colour, and writes each failure with its stack to the console: 500 times for 28 rows, after
every stroke.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure

CELL_PIXELS = 92

_CELL_GAP = 1.6
"""Between two cells of a line, in distances from bar to bar."""
_BAR_WIDTH = 0.85
"""In distances from bar to bar."""
_CELL_HEIGHT = 1.6
"""From the foot of a cell to the foot of the next, in units of probability."""


@dataclass(frozen=True)
class RowGridInfo:
    """Where every bar stands: row ``t``, class ``k`` is entry ``t * classes + k`` of the flat lists.

    Attributes:
        rows, classes, columns: sizes; ``lines`` is the number of lines of cells.
        x: the middle of each bar; ``left`` of each cell is the middle of its first bar.
        foot: per row, the height at which its bars begin.
        probabilities: the heights of the bars, rounded to 1e-4.
        winner: 1 where the class is its row's most probable one (the lowest, when tied), else 0.
    """

    rows: int
    classes: int
    columns: int
    lines: int
    left: list[float]
    foot: list[float]
    x: list[float]
    probabilities: list[float]
    winner: list[int]


def row_grid_info(probabilities: NDArray[np.floating[Any]], columns: int = 4) -> RowGridInfo:
    """The data half of `row_grid`.

    Args:
        probabilities: ``(rows, classes)`` in [0, 1].
        columns: cells side by side; the first row of the image is the top left cell.

    Raises:
        InvalidValue: ``probabilities`` is not two-dimensional or is empty, or ``columns`` is below 1.
    """
    if probabilities.ndim != 2 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (rows, classes)", probabilities.shape)
    if columns < 1:
        raise InvalidValue("columns", "at least 1", columns)
    rows, classes = probabilities.shape
    line, column = np.divmod(np.arange(rows), columns)
    left = column * (classes + _CELL_GAP)
    winner = np.arange(classes) == probabilities.argmax(axis=1)[:, None]
    return RowGridInfo(
        rows=rows,
        classes=classes,
        columns=columns,
        lines=int(line[-1]) + 1,
        left=np.round(left, 2).tolist(),
        foot=np.round(-_CELL_HEIGHT * line, 2).tolist(),
        x=np.round(left[:, None] + np.arange(classes), 2).ravel().tolist(),
        probabilities=np.round(probabilities.astype(np.float64), 4).ravel().tolist(),
        winner=winner.astype(int).ravel().tolist(),
    )


def row_grid(
    probabilities: NDArray[np.floating[Any]], columns: int = 4, *, settled_at_row: int | None = None
) -> Figure:
    """One small bar chart per row, left to right and top to bottom.

    Args:
        probabilities: ``(rows, classes)`` in [0, 1].
        columns: cells side by side: 4 on a screen, 2 on a phone.
        settled_at_row: counted from 1; its cell says so.

    Raises:
        InvalidValue: see `row_grid_info`.
    """
    info = row_grid_info(probabilities, columns)
    width = min(info.columns, info.rows) * (info.classes + _CELL_GAP) - _CELL_GAP
    feet = sorted(set(info.foot), reverse=True)
    return Figure(
        {
            "data": [
                _frames(info),
                _bars(info, theme.QUIET, winning=0),
                _bars(info, theme.ACCENT, winning=1),
                _classes(info),
                _titles(info, settled_at_row),
            ],
            "layout": {
                **theme.layout(info.lines * CELL_PIXELS + 44, left=52, right=8, top=8, bottom=36),
                "barmode": "overlay",
                "xaxis": theme.axis("class", range=[-0.8, width - 0.2], showticklabels=False, ticks=""),
                "yaxis": theme.axis(
                    "probability",
                    range=[feet[-1] - 0.3, 1.4],
                    tickvals=[foot + top for foot in feet for top in (0, 1)],
                    ticktext=["0", "1"] * len(feet),
                    tickfont={"size": 10},
                    ticks="",
                ),
            },
        }
    )


def _bars(info: RowGridInfo, colour: str, *, winning: int) -> dict[str, Any]:
    """The bars of all cells that are their row's ``winner``, or that are not."""
    chosen = [bar for bar, winner in enumerate(info.winner) if winner == winning]
    return {
        "type": "bar",
        "x": [info.x[bar] for bar in chosen],
        "y": [info.probabilities[bar] for bar in chosen],
        "base": [info.foot[bar // info.classes] for bar in chosen],
        "width": _BAR_WIDTH,
        "marker": {"color": colour, "line": {"width": 0}},
        "customdata": [
            [bar // info.classes + 1, bar % info.classes, round(100 * info.probabilities[bar], 2)]
            for bar in chosen
        ],
        "hovertemplate": "row %{customdata[0]} · class %{customdata[1]} · %{customdata[2]:.1f} %"
        "<extra></extra>",
    }


def _frames(info: RowGridInfo) -> dict[str, Any]:
    """The edge of every cell, as one broken line."""
    x: list[float | None] = []
    y: list[float | None] = []
    for left, foot in zip(info.left, info.foot, strict=True):
        right = round(left + info.classes - 0.4, 2)
        left = round(left - 0.6, 2)
        x += [left, right, right, left, left, None]
        y += [foot, foot, foot + 1, foot + 1, foot, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": theme.FAINT, "width": 1},
        "hoverinfo": "skip",
    }


def _classes(info: RowGridInfo) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": info.x,
        "y": [round(foot - 0.13, 2) for foot in info.foot for _ in range(info.classes)],
        "text": [str(k) for k in range(info.classes)] * info.rows,
        "textfont": {"size": 9},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _titles(info: RowGridInfo, settled_at_row: int | None) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [round(left - 0.6, 2) for left in info.left],
        "y": [foot + 1 for foot in info.foot],
        "text": [
            f"<b>row {row}</b> settled" if row == settled_at_row else f"row {row}"
            for row in range(1, info.rows + 1)
        ],
        "textposition": "top right",
        "textfont": {"size": 11},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
