"""Strokes become ink, from points and from what the canvas reports."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from lstm_core.drawing.strokes import (
    MAX_PEN,
    MAX_POINTS,
    ink_from_fabric,
    ink_from_strokes,
    strokes_from_fabric,
)
from lstm_core.errors import ImageRejected, InvalidValue
from tests.drawings import CANVAS


class TestStrokes:
    def test_a_line_has_round_caps_and_the_width_of_the_pen(self) -> None:
        ink = ink_from_strokes([np.array([(60.0, 100.0), (160.0, 100.0)])], 20, (200, 220))
        assert ink.shape == (200, 220) and ink.dtype == np.float32
        assert ink[:, 110].sum() == pytest.approx(20, abs=0.5)
        assert ink.sum() == pytest.approx(100 * 20 + np.pi * 10**2, rel=0.02)
        assert ink[100, 51] == 1 and ink[92, 51] == 0

    def test_the_middle_of_a_line_lies_on_its_points(self) -> None:
        ink = ink_from_strokes([np.array([(30.0, 50.0), (90.0, 50.0)])], 10, (100, 120))
        # Pixel i covers i … i + 1, so the pixel centres' mean is half a pixel less than the coordinate.
        y, x = ndimage.center_of_mass(ink)
        assert (y + 0.5, x + 0.5) == pytest.approx((50, 60), abs=0.2)

    def test_every_stroke_may_have_its_own_pen(self) -> None:
        strokes = [np.array([(20.0, 20.0), (20.0, 180.0)]), np.array([(120.0, 20.0), (120.0, 180.0)])]
        ink = ink_from_strokes(strokes, [6, 30], (200, 200))
        assert ink[100, :70].sum() == pytest.approx(6, abs=0.5)
        assert ink[100, 70:].sum() == pytest.approx(30, abs=0.5)

    def test_an_eraser_takes_away_what_was_drawn_before_it_and_nothing_after(self) -> None:
        across = np.array([(20.0, 100.0), (180.0, 100.0)])
        down = np.array([(100.0, 20.0), (100.0, 180.0)])
        ink = ink_from_strokes(
            [across, down, np.add(across, (0, 40))], [10, 40, 10], (200, 200), erasing=[False, True, False]
        )
        assert ink[100, 100] == 0 and ink[100, 50] == 1
        assert ink[140, 100] == 1

    def test_no_strokes_are_no_ink(self) -> None:
        assert not ink_from_strokes([], 20, CANVAS).any()

    @pytest.mark.parametrize(
        ("strokes", "width"),
        [([np.zeros((3, 2))], 0), ([np.zeros((3, 2))], [1, 2]), ([np.zeros((3, 3))], 2), ([np.zeros(4)], 2)],
    )
    def test_impossible_strokes_are_refused(self, strokes: list[np.ndarray], width: Any) -> None:
        with pytest.raises(InvalidValue):
            ink_from_strokes(strokes, width, CANVAS)


def fabric(path: list[list[Any]], /, **changes: Any) -> dict[str, Any]:
    """A drawing as Fabric 7 reports it, unedited: the place is the centre of the path."""
    points = np.array([[command[-2], command[-1]] for command in path], float)
    left, top = (points.min(axis=0) + points.max(axis=0)) / 2
    stroke = {"type": "Path", "originX": "center", "originY": "center", "left": left, "top": top}
    stroke |= {"strokeWidth": 20, "scaleX": 1, "scaleY": 1, "angle": 0, "flipX": False, "flipY": False}
    return {"version": "7.4.0", "objects": [stroke | {"path": path} | changes], "background": "#fff"}


LINE = [["M", 100, 50], ["L", 100, 150]]


class TestFabric:
    def test_lines_become_polylines_with_the_pen_s_width(self) -> None:
        [(points, width)] = strokes_from_fabric(fabric([["M", 10, 20], ["L", 30, 40], ["L", 50, 20]]))
        np.testing.assert_allclose(points, [(10, 20), (30, 40), (50, 20)])
        assert width == 20

    def test_a_quadratic_curve_passes_through_its_middle(self) -> None:
        [(points, _)] = strokes_from_fabric(fabric([["M", 0, 0], ["Q", 50, 100, 100, 0]], originX="left"))
        np.testing.assert_allclose(points[len(points) // 2], (50, 50), atol=0.01)
        np.testing.assert_allclose(points[:, 1], 2 * points[:, 0] * (1 - points[:, 0] / 100), atol=1e-9)

    def test_a_moved_stroke_comes_where_it_is_shown(self) -> None:
        [(points, _)] = strokes_from_fabric(fabric(LINE, left=120, top=90))
        np.testing.assert_allclose(points, [(120, 40), (120, 140)])

    def test_a_stroke_turned_a_quarter_lies(self) -> None:
        [(points, _)] = strokes_from_fabric(fabric(LINE, angle=90))
        np.testing.assert_allclose(points, [(150, 100), (50, 100)], atol=1e-9)

    def test_a_scaled_stroke_has_a_scaled_pen(self) -> None:
        [(points, width)] = strokes_from_fabric(fabric(LINE, scaleX=0.5, scaleY=0.5))
        np.testing.assert_allclose(points, [(100, 75), (100, 125)])
        assert width == 10

    def test_every_move_starts_a_stroke(self) -> None:
        assert len(strokes_from_fabric(fabric([*LINE, ["M", 1, 1], ["L", 2, 2]], originX="left"))) == 2

    def test_an_empty_canvas_has_no_strokes(self) -> None:
        assert strokes_from_fabric({"objects": []}) == []
        assert not ink_from_fabric({"objects": []}, CANVAS).any()

    def test_drawing_from_json_equals_drawing_the_strokes(self) -> None:
        ink = ink_from_fabric(json.loads(json.dumps(fabric(LINE))), CANVAS)
        np.testing.assert_array_equal(
            ink, ink_from_strokes([np.array([(100.0, 50), (100, 150)])], 20, CANVAS)
        )

    @pytest.mark.parametrize(
        "bad",
        [
            {},
            None,
            [],
            {"objects": None},
            {"objects": [{"type": "rect"}]},
            {"objects": [None]},
            fabric([["L", 1, 2]], left=0, top=0),
            fabric([["M", 1, 2], ["Q", 1, 2]]),
            fabric([["M", 1, 2], ["A", 1, 2]]),
            fabric(LINE, path=[[]]),
            fabric(LINE, path="M 1 2"),
            fabric(LINE, path=[["M", "x", 2]]),
            fabric(LINE, path=[["M", float("nan"), 2]]),
            fabric(LINE, path=[["M", 1e300, 2]]),
            fabric(LINE, strokeWidth=0),
            fabric(LINE, strokeWidth="wide"),
            fabric(LINE, left=float("inf")),
            fabric(LINE, scaleX=0),
            fabric(LINE, strokeWidth=MAX_PEN + 1),
            fabric(LINE, strokeWidth=999, scaleX=99, scaleY=99),
            fabric(LINE, angle=None),
        ],
    )
    def test_malformed_drawings_are_rejected(self, bad: Any) -> None:
        with pytest.raises(ImageRejected, match="draw again"):
            strokes_from_fabric(bad)

    def test_endless_drawings_are_rejected(self) -> None:
        with pytest.raises(ImageRejected, match="too many strokes"):
            strokes_from_fabric(fabric([["M", 0, 0]] + [["L", 1, 1]] * MAX_POINTS))

    @pytest.mark.parametrize(
        ("command", "count", "width"),
        [
            (["L", 1, 1], MAX_POINTS + 1, 1),
            (["Q", 9e4, 9e4, 0, 0], MAX_POINTS // 30, 1),
            (["L", 1, 1], 500, 999),
            (["L", 1, 1], 11_000, 40),
        ],
    )
    def test_what_would_take_long_to_draw_is_rejected_before_it_is_drawn(
        self, command: list[Any], count: int, width: float
    ) -> None:
        with pytest.raises(ImageRejected, match="too many strokes"):
            strokes_from_fabric(fabric([["M", 0, 0], *[command] * count], strokeWidth=width))

    def test_points_are_counted_over_all_strokes(self) -> None:
        half = fabric([["M", 0, 0]] + [["L", 1, 1]] * (MAX_POINTS // 2))["objects"][0]
        with pytest.raises(ImageRejected, match="too many strokes"):
            strokes_from_fabric({"objects": [half, half]})

    def test_a_page_full_of_scribbles_is_drawn(self) -> None:
        scribble = [["Q", x % 280, 10, x % 270, 270] for x in range(0, 4_000, 40)]
        assert ink_from_fabric(fabric([["M", 0, 0], *scribble], strokeWidth=40), (280, 280)).any()
