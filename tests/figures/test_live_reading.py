from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.live_reading import LiveReadingInfo, live_reading, live_reading_info
from lstm_core.inside.latching import LayerMemory

Sent = Callable[[Figure], bytes]


def memory(rows: int, number: int) -> LayerMemory:
    means = np.linspace(0, 1, rows)
    return LayerMemory(number, means, means / 2, 1 - means, None, (), 4)


def test_info_is_exact() -> None:
    image = np.array([[0.0, 1.0], [0.5, 0.25]])
    rows = np.array([[0.5, 0.5], [0.38, 0.62]], np.float32)
    assert live_reading_info(image, rows, 2, [memory(2, 1)]) == LiveReadingInfo(
        ink=[[0, 100], [50, 25]],
        percents=[[50.0, 50.0], [38.0, 62.0]],
        settled_at_row=2,
        gates={1: {"forget_gate": [0.0, 100.0], "input_gate": [0.0, 50.0], "output_gate": [100.0, 0.0]}},
        names=("0", "1"),
    )


@pytest.mark.parametrize(("depth", "shown"), [(0, []), (1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (5, [1, 4, 5])])
def test_of_many_layers_the_lowest_and_the_top_ones_are_shown(depth: int, shown: list[int]) -> None:
    layers = [memory(3, number) for number in range(1, depth + 1)]
    info = live_reading_info(np.ones((3, 3)), np.full((3, 10), 0.1), 1, layers)
    assert list(info.gates) == shown


@pytest.mark.parametrize(("rows", "classes"), [(28, 10), (8, 10), (3, 1)])
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("depth", [0, 2])
def test_scale_and_view_stay_the_same(
    probabilities: Callable[..., NDArray[np.float32]],
    sent: Sent,
    rows: int,
    classes: int,
    narrow: bool,
    depth: int,
) -> None:
    layers = [memory(rows, number) for number in range(1, depth + 1)]
    info = live_reading_info(np.ones((rows, rows)), probabilities(rows, classes), rows, layers)
    figure = live_reading(info, narrow=narrow)
    assert len(sent(figure)) < 14_000
    heatmap = figure["data"][1]
    assert (heatmap["zmin"], heatmap["zmax"]) == (0, 100)
    assert len(figure["data"]) == 2 + 3 * depth
    layout = figure["layout"]
    assert layout["uirevision"] == "watched"
    assert ("yaxis2" in layout) == (narrow and depth > 0)
    for shape in layout["shapes"]:
        assert shape["y0"] == shape["y1"] == rows - 0.5
    for axis in (value for name, value in layout.items() if name.startswith("yaxis")):
        assert axis["range"] == [rows + 0.5, 0.5]


@pytest.mark.parametrize("shape", [(4,), (0, 3), (4, 0), (3, 3)])
def test_other_shapes_are_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match="probabilities"):
        live_reading_info(np.ones((4, 4)), np.zeros(shape, np.float32), 1, [])


@pytest.mark.parametrize("row", [0, 5])
def test_a_row_that_is_none_is_named(row: int) -> None:
    with pytest.raises(InvalidValue, match="settled_at_row"):
        live_reading_info(np.ones((4, 4)), np.zeros((4, 3), np.float32), row, [])
