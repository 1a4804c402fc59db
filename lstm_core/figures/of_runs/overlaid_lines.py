"""Lines of several runs over one axis, such as learning curves; seeds of the same settings look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.learning_curves import thinned

COLOURS = ("#3182CE", "#E8590C", "#2B8A5E", "#9C5FD6", "#A07D00", "#D6336C")
DASHES = ("solid", "dash", "dot")
"""Together 18 styles that can be told apart, also by who does not see colours as most do."""

MOST_POINTS = 300
"""Of a line; there are many of them."""


@dataclass(frozen=True)
class OverlaidLine:
    """One run.

    Attributes:
        name: what pointing at it says.
        group: number of its settings, from 0, which decides the style.
        x, y: as many of one as of the other; y that is not finite is a gap.
    """

    name: str
    group: int
    x: Sequence[float]
    y: Sequence[float]


def style_of(group: int) -> tuple[str, str]:
    """Colour and dash of a group of settings."""
    return COLOURS[group % len(COLOURS)], DASHES[group // len(COLOURS) % len(DASHES)]


def overlaid_lines_info(lines: Sequence[OverlaidLine]) -> list[OverlaidLine]:
    """The lines as they are drawn: of many points those that show, each to six digits.

    Raises:
        InvalidValue: a line has another number of x than of y.
    """
    drawn = []
    for line in lines:
        if len(line.x) != len(line.y):
            raise InvalidValue(line.name, f"a line of {len(line.x)} points", len(line.y))
        values = np.array(line.y, np.float64)
        kept: list[int] = thinned(values, MOST_POINTS).tolist() if len(values) else []
        x, y = ([float(f"{axis[at]:.6g}") for at in kept] for axis in (line.x, values))
        drawn.append(OverlaidLine(line.name, line.group, x, y))
    return drawn


def overlaid_lines(
    lines: Sequence[OverlaidLine], across: str, upwards: str, *, rows: int = 0, zoomable: bool = False
) -> Figure:
    """The lines with one hover across all of them.

    Args:
        lines: of the runs.
        across, upwards: titles of the axes.
        rows: where the lines go over the rows of an image, how many; otherwise 0.
        zoomable: whether dragging zooms; better not on a phone, where it takes the page's scrolling.

    Raises:
        InvalidValue: see `overlaid_lines_info`.
    """
    x_axis = theme.axis(across, ticks="", rangemode="tozero")
    if rows:
        x_axis = theme.axis(across, ticks="", range=[0.5, rows + 0.5], **theme.every_row(rows))
    y_axis = theme.axis(upwards, ticks="", showgrid=True)
    layout = theme.layout(380, left=58, right=14, top=12, bottom=48)
    # The nearest points however far they are: validations of different runs stand at different places.
    layout |= {"hovermode": "x unified", "hoverdistance": -1, "hoverlabel": {"namelength": 24}}
    if zoomable:
        layout |= {"dragmode": "zoom"}
        x_axis["fixedrange"] = y_axis["fixedrange"] = False
    return Figure(
        {
            "data": [_trace(line) for line in overlaid_lines_info(lines)],
            "layout": {**layout, "xaxis": x_axis, "yaxis": y_axis},
        }
    )


def _trace(line: OverlaidLine) -> dict[str, Any]:
    colour, dash = style_of(line.group)
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(line.x) <= 30 else "lines",
        "name": theme.harmless(line.name),
        "x": list(line.x),
        "y": [value if np.isfinite(value) else None for value in line.y],
        "line": {"color": colour, "dash": dash, "width": 2},
        "marker": {"size": 5},
        "hovertemplate": "%{y:.5g}",
    }
