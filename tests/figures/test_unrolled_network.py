from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.unrolled_network import unrolled_info, unrolled_network

MNIST: dict[str, Any] = {"rows": 28, "columns": 28, "classes": 10}


def test_the_first_two_rows_and_the_last_are_drawn() -> None:
    assert unrolled_info((256, 256), **MNIST).rows == [1, 2, None, 28]
    assert unrolled_info((4,), rows=3, columns=8, classes=10).rows == [1, 2, 3]
    assert unrolled_info((4,), rows=1, columns=8, classes=10).rows == [1]


def test_three_layers_of_their_own_sizes() -> None:
    info = unrolled_info((32, 16, 64), **MNIST)
    first = [(box.title, box.size) for box in info.boxes if box.column == 0]
    assert first == [("x<sub>1</sub>", "28"), ("LSTM 1", "32"), ("LSTM 2", "16"), ("LSTM 3", "64")]
    last = [(box.title, box.size) for box in info.boxes if box.column == 3]
    assert last[-1] == ("y<sub>28</sub>", "10")
    assert info.lines == 5


def test_every_layer_hands_on_h_and_c_and_begins_at_zero() -> None:
    info = unrolled_info((5, 6), **MNIST)
    for line in (1, 2):
        across = [arrow.label for arrow in info.arrows if arrow.start[1] == arrow.end[1] == line]
        assert across == ["0", "h, c", "h, c", "h, c", "h, c"]
    upward = [arrow for arrow in info.arrows if arrow.start[1] != arrow.end[1]]
    assert [arrow.label for arrow in upward] == ["", "h", "", "h", "", "h", "h"]


def test_a_verdict_after_every_row_has_a_head_at_every_row() -> None:
    def heads(every_row: bool) -> list[str]:
        boxes = unrolled_info((5,), **MNIST, every_row=every_row).boxes
        return [box.title for box in boxes if box.kind == "output"]

    assert heads(False) == ["y<sub>28</sub>"]
    assert heads(True) == ["y<sub>1</sub>", "y<sub>2</sub>", "y<sub>28</sub>"]


@pytest.mark.parametrize("units", [(1,), (20, 30), (1024,) * 16])
def test_the_figure_holds_every_box(units: tuple[int, ...], sent: Callable[[Figure], bytes]) -> None:
    figure = unrolled_network(units, **MNIST)
    assert len(sent(figure)) < 120_000
    info = unrolled_info(units, **MNIST)
    assert figure["data"][0]["text"] == [f"<b>{box.title}</b><br>{box.size}" for box in info.boxes]
    assert len(figure["layout"]["shapes"]) == len(info.boxes)
    assert sum(note["showarrow"] for note in figure["layout"]["annotations"]) == len(info.arrows)


def test_boxes_do_not_overlap() -> None:
    boxes = unrolled_network((5, 6, 7), **MNIST)["layout"]["shapes"]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = one["x1"] <= other["x0"] or other["x1"] <= one["x0"]
            assert apart or one["y1"] <= other["y0"] or other["y1"] <= one["y0"]


@pytest.mark.parametrize(
    ("units", "sizes", "named"),
    [((), MNIST, "units"), ((0,), MNIST, "units"), ((4,), {**MNIST, "rows": 0}, "rows")],
)
def test_bad_sizes_are_named(units: tuple[int, ...], sizes: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        unrolled_info(units, **sizes)
