from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.mean_gates import LINES, mean_gates, mean_gates_info
from lstm_core.inside.latching import LayerMemory, layer_memory
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights

Sent = Callable[[Figure], bytes]
IMAGE = np.random.default_rng(4).random((8, 8)).astype(np.float32)


def memories(*units: int) -> list[LayerMemory]:
    layers = read(random_weights(units, scale=0.8), IMAGE).layers
    return [layer_memory(each, n) for n, each in enumerate(layers, 1) if isinstance(each, LayerTrace)]


def test_info_is_exact() -> None:
    layers = memories(6, 5)
    info = mean_gates_info(IMAGE, layers)
    assert info.rows == 8
    assert info.latched_at == [None, None]
    for percents, layer in zip(info.percents, layers, strict=True):
        assert list(percents) == list(LINES)
        for gate, drawn in percents.items():
            np.testing.assert_allclose(drawn, 100 * getattr(layer, gate), atol=0.0501)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("depth", [1, 2, 5])
def test_every_layer_stands_on_the_rows_of_an_image(sent: Sent, depth: int, narrow: bool) -> None:
    figure = mean_gates(mean_gates_info(IMAGE, memories(*[4] * depth)), 3, narrow=narrow)
    assert len(sent(figure)) < 60_000
    strips = depth if narrow else -(-depth // 3)
    kinds = [trace["type"] for trace in figure["data"]]
    assert kinds.count("heatmap") == strips
    assert kinds.count("scatter") == 3 * depth
    assert len([name for name in figure["layout"] if name.startswith("yaxis")]) == strips
    for trace in figure["data"]:
        across = figure["layout"][f"xaxis{trace['xaxis'][1:]}"]
        assert across["anchor"] == trace["yaxis"]
        assert 0 <= across["domain"][0] < across["domain"][1] <= 1


def test_frames_mark_their_row_in_every_strip() -> None:
    figure = mean_gates(mean_gates_info(IMAGE, memories(4, 4)), 3, narrow=True)
    assert [frame["name"] for frame in figure["frames"]] == [str(row) for row in range(1, 9)]
    for row, frame in enumerate(figure["frames"], start=1):
        marks = [(shape["y0"], shape["y1"]) for shape in frame["layout"]["shapes"]]
        assert marks == [(row - 0.5, row + 0.5)] * 2


def test_where_a_layer_latches_there_is_a_line() -> None:
    still = np.full(8, 0.95), np.full(8, 0.05), np.full(8, 0.5)
    figure = mean_gates(
        mean_gates_info(IMAGE, [LayerMemory(1, *still, latched_at=4, unit_rows=(4,), units=1)]), 1
    )
    (line,) = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "line"]
    assert (line["xref"], line["y0"], line["y1"]) == ("x2 domain", 3.5, 3.5)


@pytest.mark.parametrize("narrow", [False, True])
def test_where_the_verdict_settled_there_is_a_line_in_every_strip_and_frame(narrow: bool) -> None:
    info = mean_gates_info(IMAGE, memories(4, 4))
    figure = mean_gates(info, 1, settled_at=6, narrow=narrow)
    for shapes in (figure["layout"]["shapes"], *(frame["layout"]["shapes"] for frame in figure["frames"])):
        lines = [shape for shape in shapes if shape["type"] == "line"]
        assert [(line["y0"], line["y1"]) for line in lines] == [(5.5, 5.5)] * (2 if narrow else 1)
    assert all(shape["type"] == "rect" for shape in mean_gates(info, 1)["layout"]["shapes"])


def test_other_layers_and_rows_are_named() -> None:
    with pytest.raises(InvalidValue, match="at least one"):
        mean_gates_info(IMAGE, [])
    with pytest.raises(InvalidValue, match="layer 1"):
        mean_gates_info(IMAGE[:5], memories(4))
    with pytest.raises(InvalidValue, match="between 1 and 8"):
        mean_gates(mean_gates_info(IMAGE, memories(4)), 9)
    json.dumps(mean_gates(mean_gates_info(IMAGE, memories(4)), 8).to_dict())
