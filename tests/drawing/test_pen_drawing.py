"""Strokes with their pens: onto the canvas and back, and what cannot be drawn is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstm_core.drawing.pen_drawing import PenDrawing, pen_drawing_of_canvas
from lstm_core.drawing.strokes import MAX_POINTS, ink_from_fabric
from lstm_core.errors import InvalidValue
from tests.drawings import CANVAS, FOUR

LINE = np.array([[20.0, 20.0], [200.0, 240.0]])


def test_what_is_laid_on_a_canvas_comes_back_as_it_was() -> None:
    strokes = tuple(stroke * 180 + (60, 50) for stroke in FOUR)
    drawing = PenDrawing(strokes, (20.0, 34.5), (False, True), CANVAS)
    canvas = {"objects": drawing.on_canvas(CANVAS[0])}
    again = pen_drawing_of_canvas(canvas, CANVAS)
    assert (again.widths, again.erasing, again.sheet) == (drawing.widths, drawing.erasing, drawing.sheet)
    for one, other in zip(again.strokes, drawing.strokes, strict=True):
        np.testing.assert_allclose(one, other)
    np.testing.assert_array_equal(again.ink(), ink_from_fabric(canvas, CANVAS))
    np.testing.assert_array_equal(again.ink(), drawing.ink())


def test_a_drawing_on_a_smaller_sheet_fills_the_canvas_and_shows_the_same() -> None:
    small = PenDrawing((LINE / 2,), (10.0,), (False,), (140, 140))
    (shown,) = small.on_canvas(280)
    assert shown["strokeWidth"] == 20
    large = pen_drawing_of_canvas({"objects": [shown]}, CANVAS)
    np.testing.assert_allclose(large.strokes[0], LINE)
    assert np.abs(large.image(28, 28) - small.image(28, 28)).max() < 0.2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"strokes": ()}, "strokes"),
        ({"strokes": (np.zeros((0, 2)),)}, "strokes"),
        ({"strokes": (np.zeros((3, 3)),)}, "strokes"),
        ({"strokes": (np.array([[0.0, np.nan]]),)}, "strokes"),
        ({"strokes": (np.array([[0.0, np.inf]]),)}, "strokes"),
        ({"strokes": (np.zeros((MAX_POINTS + 1, 2)),)}, "strokes"),
        ({"widths": (0.0,)}, "widths"),
        ({"widths": (float("nan"),)}, "widths"),
        ({"widths": (20.0, 20.0)}, "widths"),
        ({"strokes": (np.zeros((MAX_POINTS, 2)),), "widths": (999.0,)}, "widths"),
        ({"erasing": ()}, "erasing"),
        ({"sheet": (280, 1)}, "sheet"),
        ({"sheet": (10**6, 280)}, "sheet"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(changes: dict[str, Any], field: str) -> None:
    values: dict[str, Any] = {"strokes": (LINE,), "widths": (20.0,), "erasing": (False,), "sheet": CANVAS}
    with pytest.raises(InvalidValue) as refused:
        PenDrawing(**(values | changes))
    assert refused.value.field == field
