from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.aligned_panels import (
    Panel,
    aligned_panels,
    difference_panel,
    ink_panel,
    probability_panel,
)
from lstm_core.figures.figure import Figure

IMAGE = np.array([[0.0, 1.0], [0.251, 0.5], [1.0, 0.0]], np.float32)
FIRST = np.array([[0.5, 0.5], [0.25, 0.75], [0.0, 1.0]], np.float32)
SECOND = np.array([[0.5, 0.5], [0.75, 0.25]], np.float32)
INK = ink_panel("image", IMAGE)
SHARES = probability_panel("shares", FIRST)
APART = difference_panel("apart", FIRST, SECOND)


def test_numbers_are_exact_and_rounded():
    assert INK.numbers == [[0, 100], [25, 50], [100, 0]]
    assert SHARES.numbers == [[50, 50], [25, 75], [0, 100]]
    assert APART.numbers == [[0, 0], [50, -50]]
    assert probability_panel("thirds", np.array([[1 / 3]])).numbers == [[33.33]]


def test_all_panels_of_a_line_are_on_the_same_rows(sent: Callable[[Figure], bytes]):
    figure = aligned_panels([[INK, SHARES], [APART]], cursor=2)
    sent(figure)
    assert [trace["yaxis"] for trace in figure["data"]] == ["y", "y", "y2"]
    assert [trace["xaxis"] for trace in figure["data"]] == ["x", "x2", "x3"]
    layout = figure["layout"]
    assert layout["yaxis"]["range"] == layout["yaxis2"]["range"] == [3.5, 0.5]
    assert layout["yaxis"]["domain"][0] > layout["yaxis2"]["domain"][1]
    assert [(shape["y0"], shape["y1"]) for shape in layout["shapes"]] == [(1.5, 2.5)] * 3


@pytest.mark.parametrize("narrow", [False, True])
def test_panels_of_a_line_stand_beside_each_other(narrow: bool):
    layout = aligned_panels([[INK, SHARES, APART, SHARES, INK]], narrow=narrow)["layout"]
    names = ["xaxis", *(f"xaxis{number}" for number in range(2, 6))]
    ends = [end for name in names for end in layout[name]["domain"]]
    assert ends == sorted(ends)
    assert ends[-1] == pytest.approx(1.0, abs=1e-3)
    assert layout["shapes"] == []


def test_a_title_from_outside_is_text_and_stays_over_its_panel():
    figure = aligned_panels([[Panel("<a href='x'>" + 40 * "n", "probability", [[1.0]])]])
    (title,) = figure["layout"]["annotations"]
    assert title["text"].startswith("&lt;a href='x'&gt;n")
    assert title["text"].endswith("…")
    assert len(title["text"]) < 40


def test_what_cannot_be_shown_is_named():
    with pytest.raises(InvalidValue, match="lines"):
        aligned_panels([[]])
    with pytest.raises(InvalidValue, match="cursor"):
        aligned_panels([[INK]], cursor=4)
    with pytest.raises(InvalidValue, match="image"):
        ink_panel("image", IMAGE[0])
    with pytest.raises(InvalidValue, match="probabilities"):
        probability_panel("shares", FIRST[:0])
