from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.margin_by_row import AGAINST, FOR, margin_by_row, margin_by_row_info
from lstm_core.inside.margin import Margin

IMAGE = np.array([[0.0, 1.0], [0.25, 0.5], [1.0, 0.0]], np.float32)
MARGIN = Margin(3, 2, 0.5, np.array([-1.23456, 2.5, 4.0]), 1)


def test_info_is_exact() -> None:
    info = margin_by_row_info(IMAGE, MARGIN)
    assert info.ink == [[0, 100], [25, 50], [100, 0]]
    assert (info.label, info.against, info.rows, info.settled_at_row) == ("3", "2", 3, 2)
    assert info.after == [0.5, -1.235, 2.5, 4.0]
    assert info.shares == [-1.735, 3.735, 1.5]


@pytest.mark.parametrize("narrow", [False, True])
def test_curve_and_bars_stand_on_the_images_rows(narrow: bool, sent: Callable[[Figure], bytes]) -> None:
    figure = margin_by_row(IMAGE, MARGIN, 3, narrow=narrow)
    sent(figure)
    ink, curve, bars = figure["data"]
    assert ink["z"] == [[0, 100], [25, 50], [100, 0]]
    assert (curve["x"], curve["y"]) == ([0.5, -1.235, 2.5, 4.0], [0.5, 1, 2, 3])
    assert curve["customdata"] == ["before any row", "after row 1", "after row 2", "after row 3"]
    assert curve["marker"]["color"] == [FOR, AGAINST, FOR, FOR]
    assert (bars["x"], bars["y"]) == ([-1.735, 3.735, 1.5], [1, 2, 3])
    assert bars["marker"]["color"] == [AGAINST, FOR, FOR]
    bound, cursor, settled = figure["layout"]["shapes"]
    assert bound["x0"] == pytest.approx(np.log(10))
    assert settled["y0"] == settled["y1"] == 1.5
    assert (cursor["y0"], cursor["y1"]) == (2.5, 3.5)
    texts = [annotation["text"] for annotation in figure["layout"]["annotations"]]
    assert "for 2" in texts[0]
    assert "settled at row 2" in texts[1]


def test_what_did_not_settle_has_no_line_and_says_so() -> None:
    figure = margin_by_row(IMAGE, Margin(3, 2, 0.5, np.array([1.0, 2.0, 1.0]), 1), 1)
    assert [shape["type"] for shape in figure["layout"]["shapes"]] == ["rect"]
    assert "not settled" in figure["layout"]["annotations"][1]["text"]


def test_a_margin_that_never_moves_has_an_axis() -> None:
    figure = margin_by_row(IMAGE, Margin(3, 2, 0.0, np.zeros(3), 1), 1)
    assert figure["layout"]["xaxis2"]["range"] == [-1.0, 1.0]


def test_bad_arguments_are_named() -> None:
    with pytest.raises(InvalidValue, match="margin"):
        margin_by_row_info(IMAGE[:2], MARGIN)
    with pytest.raises(InvalidValue, match="image"):
        margin_by_row_info(IMAGE[0], MARGIN)
    for row in (0, 4):
        with pytest.raises(InvalidValue, match="row"):
            margin_by_row(IMAGE, MARGIN, row)
