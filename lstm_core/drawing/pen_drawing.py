"""What was drawn with a pen, as strokes on a sheet: it comes from the canvas, and can be laid on it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.drawing.canvas_stroke import canvas_stroke
from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.strokes import (
    MAX_PEN,
    MAX_PEN_OF_ALL_POINTS,
    MAX_POINTS,
    Points,
    erasing_strokes,
    ink_from_strokes,
    strokes_from_fabric,
)
from lstm_core.errors import InvalidValue

MIN_SHEET, MAX_SHEET = 16, 1_000
"""Side of a sheet in pixels."""

_FARTHEST = 1e5


@dataclass(frozen=True, eq=False)
class PenDrawing:
    """Strokes on a sheet.

    Attributes:
        strokes: each ``(points, 2)`` float64, x then y in pixels of the sheet, y downward; at least one.
        widths: of the pen or the eraser for each stroke, in the same pixels.
        erasing: of each stroke, whether it takes ink away.
        sheet: height and width of the sheet in pixels; what lies outside is not seen.

    Raises:
        InvalidValue: one of them is not as said, or it is all too much to be drawn.
    """

    strokes: tuple[Points, ...]
    widths: tuple[float, ...]
    erasing: tuple[bool, ...]
    sheet: tuple[int, int]

    def __post_init__(self) -> None:
        count = len(self.strokes)
        if not count:
            raise InvalidValue("strokes", "at least one stroke", 0)
        for points in self.strokes:
            if points.ndim != 2 or points.shape[1] != 2 or not len(points):
                raise InvalidValue("strokes", "arrays of shape (points, 2)", points.shape)
            if not np.abs(points).max() < _FARTHEST:
                raise InvalidValue("strokes", f"numbers below {_FARTHEST:,.0f}", "one that is not")
        points_of_all = sum(map(len, self.strokes))
        if points_of_all > MAX_POINTS:
            raise InvalidValue("strokes", f"at most {MAX_POINTS:,} points together", points_of_all)
        if len(self.widths) != count or not all(0 < width <= MAX_PEN for width in self.widths):
            rule = f"one width for each of {count} strokes, above 0 and at most {MAX_PEN:,.0f}"
            raise InvalidValue("widths", rule, self.widths)
        pens = sum(len(points) * width for points, width in zip(self.strokes, self.widths, strict=True))
        if pens > MAX_PEN_OF_ALL_POINTS:
            raise InvalidValue("widths", "narrower, for so many points", max(self.widths))
        if len(self.erasing) != count:
            raise InvalidValue("erasing", f"one answer for each of {count} strokes", len(self.erasing))
        if not all(MIN_SHEET <= side <= MAX_SHEET for side in self.sheet):
            raise InvalidValue("sheet", f"{MIN_SHEET} to {MAX_SHEET} pixels high and wide", self.sheet)

    def ink(self) -> FloatArray:
        """``sheet`` float32 ink in [0, 1]."""
        return ink_from_strokes(self.strokes, self.widths, self.sheet, erasing=self.erasing)

    def image(self, rows: int, columns: int) -> FloatArray:
        """``(rows, columns)`` float32 in [0, 1], as a network of this size sees it; black without ink."""
        return normalise(self.ink(), rows, columns)

    def on_canvas(self, side: int) -> list[dict[str, Any]]:
        """The objects of a square Fabric.js canvas of ``side`` pixels that show it."""
        scale = side / max(self.sheet)
        return [
            canvas_stroke(points * scale, width * scale, erases=takes_away)
            for points, width, takes_away in zip(self.strokes, self.widths, self.erasing, strict=True)
        ]


def pen_drawing_of_canvas(drawing: Mapping[str, Any], sheet: tuple[int, int]) -> PenDrawing:
    """What a Fabric.js canvas reports; see `lstm_core.drawing.strokes.strokes_from_fabric`.

    Raises:
        ImageRejected: the drawing is malformed or too large.
        InvalidValue: there is no stroke on it.
    """
    strokes = strokes_from_fabric(drawing)
    return PenDrawing(
        tuple(points for points, _ in strokes),
        tuple(width for _, width in strokes),
        tuple(erasing_strokes(drawing)),
        sheet,
    )
