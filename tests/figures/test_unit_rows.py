from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.unit_rows import Curve, Panel, unit_rows, unit_rows_info

IMAGE = np.array([[0.0, 1.0], [0.25, 0.5], [1.0, 0.0]], np.float32)
GATE = Panel("gate", [Curve("f", np.array([0.1, 0.20004, 0.9]))], (0.0, 1.0))
CELL = Panel(
    "cell", [Curve("c", np.array([-1.0, 0.5, 2.0]), np.array([-1.0, 0.5, 3.0])), Curve("d", np.zeros(3))]
)


def test_info_is_exact() -> None:
    info = unit_rows_info(IMAGE, [GATE, CELL], 2)
    assert info.ink == [[0, 100], [25, 50], [100, 0]]
    assert info.values == [[[0.1, 0.2, 0.9]], [[-1.0, 0.5, 2.0], [0.0, 0.0, 0.0]]]
    assert info.changed == [[None], [[-1.0, 0.5, 3.0], None]]
    assert info.bounds == [(0.0, 1.0), (-1.0, 3.0)]
    assert (info.rows, info.row) == (3, 2)


def test_what_would_be_the_same_is_not_drawn_twice() -> None:
    same = Panel("cell", [Curve("c", np.ones(3), np.ones(3))])
    assert unit_rows_info(IMAGE, [same], 1).changed == [[None]]


def test_curves_that_are_zero_everywhere_still_have_a_scale() -> None:
    assert unit_rows_info(IMAGE, [Panel("cell", [Curve("c", np.zeros(3))])], 1).bounds == [(-1.0, 1.0)]


@pytest.mark.parametrize("narrow", [False, True])
def test_every_curve_stands_on_the_images_rows(narrow: bool, sent: Callable[[Figure], bytes]) -> None:
    figure = unit_rows(IMAGE, [GATE, CELL], 2, narrow=narrow)
    sent(figure)
    image, gate, cell, changed, second = figure["data"]
    assert image["z"] == [[0, 100], [25, 50], [100, 0]]
    assert all(curve["y"] == [1, 2, 3] for curve in (gate, cell, changed, second))
    assert [curve["xaxis"] for curve in (gate, cell, changed, second)] == ["x2", "x3", "x3", "x3"]
    assert changed["line"] == {"color": theme.ACCENT, "width": 2, "dash": "dot"}
    assert figure["layout"]["yaxis"]["range"] == [3.5, 0.5]


def test_the_row_that_is_looked_at_is_framed_in_every_panel() -> None:
    figure = unit_rows(IMAGE, [GATE, CELL], 3)
    frames = figure["layout"]["shapes"]
    assert [frame["xref"] for frame in frames] == ["x domain", "x2 domain", "x3 domain"]
    assert all((frame["y0"], frame["y1"]) == (2.5, 3.5) for frame in frames)
    assert figure["data"][1]["marker"]["size"] == [4, 4, 10]


def test_panels_do_not_overlap() -> None:
    for narrow in (False, True):
        layout = unit_rows(IMAGE, [GATE, CELL, GATE], 1, narrow=narrow)["layout"]
        ends = [end for axis in ("xaxis", "xaxis2", "xaxis3", "xaxis4") for end in layout[axis]["domain"]]
        assert ends == sorted(ends)
        assert ends[-1] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("image", "panels", "row", "named"),
    [
        (IMAGE[0], [GATE], 1, "image"),
        (IMAGE, [], 1, "panels"),
        (IMAGE, [GATE], 4, "row"),
        (IMAGE[:2], [GATE], 1, "f"),
    ],
)
def test_bad_arguments_are_named(image: Any, panels: list[Panel], row: int, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        unit_rows_info(image, panels, row)
