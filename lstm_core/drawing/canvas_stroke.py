"""A stroke as the canvas of the Draw page keeps it, made of the places that the pen went through."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_core.drawing.strokes import ERASER, Points, strokes_from_fabric

_DOT = 0.02
"""Half the length in pixels of the line that a canvas draws for a dot; without any it would not be shown."""

_PEN_COLOUR = "#FFFFFF"


def canvas_stroke(
    points: Points, pen: float, *, curved: bool = False, erases: bool = False
) -> dict[str, Any]:
    """An object of a Fabric.js canvas that `lstm_core.drawing.strokes.strokes_from_fabric` reads.

    Args:
        points: ``(n, 2)``, x then y in pixels of the canvas, at least one.
        pen: its width in the same pixels.
        curved: whether curves join the places, as Fabric's pencil draws them; otherwise straight lines.
        erases: whether the stroke takes ink away.
    """
    places = points.tolist()
    if np.ptp(points, axis=0).max() < _DOT:
        (x, y) = places[0]
        path: list[list[Any]] = [["M", x - _DOT, y], ["L", x + _DOT, y]]
    elif not curved:
        path = [["M", *places[0]], *(["L", *place] for place in places[1:])]
    else:
        halves = ((points[1:-1] + points[2:]) / 2).tolist()
        curves = [["Q", *place, *half] for place, half in zip(places[1:-1], halves, strict=True)]
        path = [["M", *places[0]], *curves, ["L", *places[-1]]]
    (line, _), *_ = strokes_from_fabric({"objects": [{"path": path, "strokeWidth": pen}]})
    low, high = line.min(axis=0), line.max(axis=0)
    (x, y), (width, height) = ((low + high) / 2).tolist(), (high - low).tolist()
    return {
        "type": "Path",
        "originX": "center",
        "originY": "center",
        "left": x,
        "top": y,
        "width": width,
        "height": height,
        "fill": None,
        "stroke": ERASER if erases else _PEN_COLOUR,
        "strokeWidth": pen,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "path": path,
    }
