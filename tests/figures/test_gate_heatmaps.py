from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from plotly import graph_objects

from lstm_core.errors import InvalidValue
from lstm_core.figures.column_marks import column_marks
from lstm_core.figures.figure import Figure
from lstm_core.figures.gate_heatmaps import (
    TITLES,
    GateHeatmapsInfo,
    gate_heatmaps,
    gate_heatmaps_info,
)
from lstm_core.figures.heatmap import BALANCE
from lstm_core.reading.trace import LayerTrace, Trace, read
from tests.networks import random_weights

IMAGE = np.random.default_rng(3).random((8, 8)).astype(np.float32)
TRACE = read(random_weights((6,), scale=0.8), IMAGE)
ALONE = [[unit] for unit in range(6)]


def layer_of(trace: Trace) -> LayerTrace:
    found = trace.layers[0]
    assert isinstance(found, LayerTrace)
    return found


def info(**changed: Any) -> GateHeatmapsInfo:
    arguments: dict[str, Any] = {
        "image": IMAGE,
        "layer": layer_of(TRACE),
        "groups": ALONE,
        "probabilities": TRACE.probabilities,
        "logits": TRACE.logits,
    }
    return gate_heatmaps_info(**arguments | changed)


def test_values_are_the_readings_own_rounded() -> None:
    found = info()
    assert [panel.title for panel in found.quantities] == list(TITLES.values())
    for name, panel in zip(TITLES, found.quantities, strict=True):
        np.testing.assert_allclose(panel.values, getattr(layer_of(TRACE), name), atol=0.00051)
        assert panel.names == ["1", "2", "3", "4", "5", "6"]
    np.testing.assert_allclose(found.probabilities.values, 100 * TRACE.probabilities, atol=0.0051)
    np.testing.assert_allclose(found.logits.values, TRACE.logits, atol=0.00051)
    winner = int(TRACE.probabilities[2].argmax())
    assert found.thoughts[2].startswith(f"after row 3 of 8: {winner}, ")


def test_columns_stand_in_the_order_asked_for() -> None:
    order = [[4], [0], [2]]
    (panel,) = info(groups=order, quantities=("hidden",)).quantities
    assert panel.names == ["5", "1", "3"]
    np.testing.assert_allclose(panel.values, layer_of(TRACE).hidden[:, [4, 0, 2]], atol=0.00051)


def test_neighbours_are_averaged() -> None:
    (panel,) = info(groups=[[5, 0], [1, 2, 3]], quantities=("cell",)).quantities
    cell = layer_of(TRACE).cell
    expected = np.stack([cell[:, [5, 0]].mean(axis=1), cell[:, 1:4].mean(axis=1)], axis=1)
    np.testing.assert_allclose(panel.values, expected, atol=0.00051)
    assert panel.names == ["6, 1", "2, 3, 4"]


def test_each_scale_fits_its_quantity() -> None:
    bounds = {panel.title[-1]: panel.bounds for panel in info().quantities}
    assert bounds["i"] == bounds["f"] == bounds["o"] == (0.0, 1.0)
    assert bounds["g"] == bounds["h"] == (-1.0, 1.0)
    assert bounds["c"][0] == -bounds["c"][1]
    low, high = info().logits.bounds
    assert low == -high and high >= np.abs(TRACE.logits).max()


def test_a_few_large_cell_states_do_not_darken_the_others() -> None:
    trace = layer_of(read(random_weights((200,), scale=0.5), IMAGE))
    trace.cell[0, 0] = 100.0
    (panel,) = info(layer=trace, groups=[[unit] for unit in range(200)], quantities=("cell",)).quantities
    assert panel.bounds[1] < 10
    assert panel.beyond
    figure = gate_heatmaps(info(layer=trace, groups=ALONE, quantities=("cell",)), 1)
    assert figure["data"][1]["colorbar"]["ticktext"][2].startswith("≥")


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("quantities", [tuple(TITLES), ("hidden",)])
def test_every_panel_stands_on_the_images_rows(
    quantities: Any, narrow: bool, sent: Callable[[Figure], bytes]
) -> None:
    found = info(quantities=quantities)
    figure = gate_heatmaps(found, 3, narrow=narrow)
    sent(figure)
    images = [trace for trace in figure["data"] if trace.get("z") == found.ink]
    strips = {trace["yaxis"] for trace in figure["data"]}
    assert {trace["yaxis"] for trace in images} == strips
    assert len(figure["data"]) == len(images) + len(quantities) + 2
    for name, axis in figure["layout"].items():
        if name.startswith("yaxis"):
            assert axis["range"] == [8.5, 0.5]
    assert all(trace.get("y0") == 1 for trace in figure["data"])
    domains = [a["domain"] for name, a in figure["layout"].items() if name.startswith(("xaxis", "yaxis"))]
    assert all(0 <= low < high <= 1 for low, high in domains)


def test_the_frame_moves_through_every_strip() -> None:
    figure = gate_heatmaps(info(), 3)
    assert [frame["name"] for frame in figure["frames"]] == [str(row) for row in range(1, 9)]
    for row, frame in enumerate(figure["frames"], start=1):
        marks = [shape for shape in frame["layout"]["shapes"] if shape["line"]["width"]]
        assert [(mark["yref"], mark["y0"], mark["y1"]) for mark in marks] == [
            ("y", row - 0.5, row + 0.5),
            ("y2", row - 0.5, row + 0.5),
        ]
        assert frame["layout"]["shapes"][-1]["label"]["text"] == info().thoughts[row - 1]
    assert figure["layout"]["shapes"] == figure["frames"][2]["layout"]["shapes"]
    assert figure["layout"]["sliders"][0]["active"] == 2


def test_colours_are_diverging_where_numbers_have_a_sign() -> None:
    for trace in gate_heatmaps(info(), 1)["data"]:
        if trace.get("zmin", 0) < 0:
            assert trace["colorscale"] == BALANCE


@pytest.mark.parametrize("units", [256, 1024])
@pytest.mark.parametrize("narrow", [False, True])
def test_a_large_layer_stays_within_the_payload(
    units: int, narrow: bool, sent: Callable[[Figure], bytes]
) -> None:
    weights = random_weights((units,), columns=28, rows=28, scale=0.1)
    image = np.random.default_rng(1).random((28, 28)).astype(np.float32)
    trace = read(weights, image)
    together = units // 256
    groups = [list(range(at, at + together)) for at in range(0, units, together)]
    found = gate_heatmaps_info(image, layer_of(trace), groups, trace.probabilities, trace.logits)
    assert len(sent(gate_heatmaps(found, 28, narrow=narrow))) < 500_000


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"image": IMAGE[0]}, "image"),
        ({"image": IMAGE[:7]}, "layer"),
        ({"logits": TRACE.logits[:7]}, "logits"),
        ({"groups": []}, "groups"),
        ({"groups": [[0], []]}, "groups"),
        ({"groups": [[6]]}, "groups"),
        ({"groups": [[0]] * 257}, "groups"),
        ({"quantities": ()}, "quantities"),
        ({"quantities": ("mood",)}, "quantities"),
    ],
)
def test_bad_arguments_are_named(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        info(**changed)


@pytest.mark.parametrize("row", [0, 9])
def test_a_row_that_is_not_there_is_named(row: int) -> None:
    with pytest.raises(InvalidValue, match="row"):
        gate_heatmaps(info(), row)


def test_a_column_is_framed_in_every_heatmap_of_units() -> None:
    figure = gate_heatmaps(info(groups=[[4], [0], [2]]), 3)
    units = [trace for trace in figure["data"] if trace.get("meta") == "units"]
    assert len(units) == len(TITLES)
    marks = column_marks(figure, 1)
    axes = [(mark["xref"], mark["yref"]) for mark in marks]
    assert axes == [(trace["xaxis"], trace["yaxis"]) for trace in units]
    assert {(mark["x"], mark["sizex"], mark["y"], mark["sizey"]) for mark in marks} == {(0.5, 1.0, 0.5, 8)}
    graph_objects.Figure(layout={"images": marks})


@pytest.mark.parametrize("column", [-1, 6])
def test_a_column_that_is_not_there_is_refused(column: int) -> None:
    with pytest.raises(InvalidValue, match="column"):
        column_marks(gate_heatmaps(info(), 1), column)
