from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.row_grid import row_grid, row_grid_info

Probabilities = Callable[..., NDArray[np.float32]]
Sent = Callable[[Figure], bytes]

THREE_ROWS = np.array([[0.75, 0.25], [0.5, 0.5], [0.12341, 0.87659]], np.float32)


def test_info_is_exact() -> None:
    info = row_grid_info(THREE_ROWS, columns=2)
    assert (info.rows, info.classes, info.columns, info.lines) == (3, 2, 2, 2)
    assert info.left == [0.0, 3.6, 0.0]
    assert info.foot == [0.0, 0.0, -1.6]
    assert info.x == [0.0, 1.0, 3.6, 4.6, 0.0, 1.0]
    assert info.probabilities == [0.75, 0.25, 0.5, 0.5, 0.1234, 0.8766]
    assert info.winner == [1, 0, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("rows", "columns", "lines"), [(28, 4, 7), (8, 4, 2), (28, 2, 14), (1, 4, 1), (5, 4, 2)]
)
def test_lines_of_cells(
    probabilities: Probabilities, sent: Sent, rows: int, columns: int, lines: int
) -> None:
    assert row_grid_info(probabilities(rows), columns).lines == lines
    assert len(sent(row_grid(probabilities(rows), columns))) < 40_000


def test_one_class_is_one_bar_a_cell(probabilities: Probabilities, sent: Sent) -> None:
    figure = row_grid(probabilities(4, 1))
    sent(figure)
    _, losers, winners, *_ = figure["data"]
    assert losers["y"] == []
    assert winners["y"] == [1.0] * 4


def test_cells_do_not_overlap(probabilities: Probabilities) -> None:
    info = row_grid_info(probabilities(28), 4)
    boxes = [
        (left - 0.6, left + info.classes - 0.4, foot, foot + 1)
        for left, foot in zip(info.left, info.foot, strict=True)
    ]
    for i, (left, right, foot, top) in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert right <= other[0] or other[1] <= left or top <= other[2] or other[3] <= foot


def test_every_cell_is_titled_and_every_bar_explained(probabilities: Probabilities) -> None:
    figure = row_grid(probabilities(28))
    _, losers, winners, classes, titles = figure["data"]
    assert titles["text"] == [f"row {row}" for row in range(1, 29)]
    assert losers["hovertemplate"] == winners["hovertemplate"]
    explained = sorted(losers["customdata"] + winners["customdata"])
    assert [bar[:2] for bar in explained] == [[row, k] for row in range(1, 29) for k in range(10)]
    for bars in (losers, winners):
        assert [bar[2] for bar in bars["customdata"]] == pytest.approx([100 * y for y in bars["y"]])
    assert classes["text"] == [str(k) for k in range(10)] * 28


def test_every_bar_stands_in_its_cell_in_the_colour_of_its_place() -> None:
    _, losers, winners, *_ = row_grid(THREE_ROWS, columns=2)["data"]
    assert (losers["x"], losers["base"], losers["y"]) == (
        [1.0, 4.6, 0.0],
        [0.0, 0.0, -1.6],
        [0.25, 0.5, 0.1234],
    )
    assert (winners["x"], winners["base"], winners["y"]) == (
        [0.0, 3.6, 1.0],
        [0.0, 0.0, -1.6],
        [0.75, 0.5, 0.8766],
    )
    assert [bar[:2] for bar in winners["customdata"]] == [[1, 0], [2, 0], [3, 1]]
    assert (losers["marker"]["color"], winners["marker"]["color"]) == (theme.QUIET, theme.ACCENT)


def test_bars_of_both_colours_are_equally_wide_and_not_moved_aside(probabilities: Probabilities) -> None:
    figure = row_grid(probabilities(28))
    _, losers, winners, *_ = figure["data"]
    assert losers["width"] == winners["width"] < 1
    assert figure["layout"]["barmode"] == "overlay"


def test_the_settled_row_says_so(probabilities: Probabilities) -> None:
    titles = row_grid(probabilities(8), settled_at_row=5)["data"][4]["text"]
    assert [title for title in titles if "settled" in title] == ["<b>row 5</b> settled"]


@pytest.mark.parametrize(
    ("array", "columns", "named"),
    [(THREE_ROWS[0], 4, "probabilities"), (THREE_ROWS[:0], 4, "probabilities"), (THREE_ROWS, 0, "columns")],
)
def test_bad_arguments_are_named(array: NDArray[np.float32], columns: int, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        row_grid_info(array, columns)
