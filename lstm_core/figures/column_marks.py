"""A frame around one unit's column in every heatmap of a figure."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure

_FRAME = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" preserveAspectRatio="none"><rect width="1" '
    f'height="1" fill="none" stroke="{theme.ACCENT}" stroke-width="2.5" '
    'vector-effect="non-scaling-stroke"/></svg>'
)
"""Cut in the middle of its line by the picture's edge."""


def column_marks(figure: Figure, column: int) -> list[dict[str, Any]]:
    """A thin frame around a unit's column in every heatmap, and its neighbours where it is a pixel wide.

    A layout's ``images``, which no frame of the player touches and which can be exchanged without drawing
    anything else anew.

    Args:
        figure: as `gate_heatmaps` makes it.
        column: of the units' heatmaps, from 0.

    Raises:
        InvalidValue: there is no such column.
    """
    panels = [trace for trace in figure["data"] if trace.get("meta") == "units"]
    columns = len(panels[0]["x"])
    if not 0 <= column < columns:
        raise InvalidValue("column", f"between 0 and {columns - 1}", column)
    half = max(0.5, columns / 100)
    return [
        {
            "source": _FRAME,
            "xref": panel["xaxis"],
            "yref": panel["yaxis"],
            "x": column - half,
            "sizex": 2 * half,
            "y": 0.5,
            "sizey": len(panel["z"]),
            "sizing": "stretch",
            "layer": "above",
        }
        for panel in panels
    ]
