"""The panel of the cell without a browser: what it sends, for networks of many sizes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.inside.cell_data import cell_data
from dashboard.inside.panels import PANELS
from dashboard.session import current_reading, networks
from dashboard.session.current_reading import CurrentReading
from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.inside.cell_flow import mean_flow, unit_flow
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.gates import GATES
from lstm_core.reading.trace import LayerTrace, read
from lstm_core.reading.verdict import last_ink, verdict
from lstm_core.reading.weights import LstmWeights
from tests.networks import random_weights
from tests.pretended import open_page, pretend, run, text

SMALL = random_weights((6, 5), columns=28, rows=28, scale=0.5)
THREE = stroke_digit(3, 28, 28)
MOST_SENT = 400_000


def reading(weights: LstmWeights) -> CurrentReading:
    image = np.random.default_rng(2).random((weights.rows, weights.columns)).astype(np.float32)
    return CurrentReading(image, weights, read(weights, image), "a network", drawn=True, notes=())


def layer(current: CurrentReading, at: int) -> LayerTrace:
    return current.layers[at]


@pytest.fixture
def small_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, tmp_path)
    monkeypatch.setattr(current_reading, "reading_network", lambda: (networks.shipped(), SMALL))


@pytest.mark.parametrize("unit", [None, 3])
@pytest.mark.parametrize("at", [0, 1])
def test_what_is_sent_are_the_numbers_of_the_reading(at: int, unit: int | None) -> None:
    current = reading(SMALL)
    sent = cell_data(current, at, unit, 4)
    assert (sent["row"], sent["layer"]) == (5, at + 1)
    trace = layer(current, at)
    flow = mean_flow(trace) if unit is None else unit_flow(trace, unit)
    for name, values in vars(flow).items():
        np.testing.assert_allclose(sent["flow"][name], values, atol=6e-5)
        written = [float(number.replace("−", "-")) for number in sent["numbers"][name]]
        np.testing.assert_allclose(written, values, atol=0.0101)
    for number, shown in enumerate(sent["layers"]):
        np.testing.assert_allclose(shown["f"], layer(current, number).forget_gate.mean(axis=1), atol=6e-4)
    states = np.frombuffer(base64.b64decode(sent["states"]), np.uint8).reshape(trace.hidden.shape)
    np.testing.assert_allclose(states / 127 - 1, trace.hidden, atol=0.5 / 127 + 1e-6)
    assert [bars["winner"] for bars in sent["bars"]] == current.trace.probabilities.argmax(axis=1).tolist()


def test_of_a_unit_the_numbers_that_are_written_add_up_to_the_cell_state() -> None:
    numbers = cell_data(reading(SMALL), 1, 2, 0)["numbers"]
    kept, added, cell = (
        [round(100 * float(number.replace("−", "-"))) for number in numbers[name]]
        for name in ("kept", "added", "cell")
    )
    assert [a + b for a, b in zip(kept, added, strict=True)] == cell


@pytest.mark.parametrize("unit", [None, 3])
def test_the_terms_of_a_sum_make_the_sum_of_which_the_gate_is_the_squashed(unit: int | None) -> None:
    current = reading(SMALL)
    sums = cell_data(current, 0, unit, 0)["sums"]
    for gate in GATES:
        for row, shown in enumerate(sums[gate]):
            alone = sum(x * weight for _, x, weight in shown["terms"])
            whole = alone + sum(shown["others"]) + shown["parts"][2]
            assert whole == pytest.approx(shown["z"], abs=0.02)
            assert sum(shown["parts"]) == pytest.approx(shown["z"])
            if unit is not None and GATES[gate].squash == "sigmoid":
                value = getattr(layer(current, 0), gate)[row, unit]
                assert 1 / (1 + np.exp(-whole)) == pytest.approx(value, abs=2e-3)


@pytest.mark.parametrize(
    ("units", "rows"),
    [((256, 256), 28), ((1024, 1024), 28), ((8,) * 16, 28), ((300,), 256)],
    ids=["as shipped", "widest", "deepest", "most rows"],
)
@pytest.mark.parametrize("unit", [None, 3])
def test_a_whole_reading_is_at_most_400_kilobytes(
    units: tuple[int, ...], rows: int, unit: int | None
) -> None:
    current = reading(random_weights(units, columns=28, rows=rows, scale=0.05))
    sent = json.dumps(cell_data(current, len(units) - 1, unit, 0), ensure_ascii=False).encode()
    assert len(sent) <= MOST_SENT


@pytest.mark.usefixtures("small_network")
def test_the_cell_is_what_inside_opens_with_and_other_addresses_open_what_they_did() -> None:
    assert open_page("inside").header[0].value == "A cell at work on your digit"
    assert open_page("inside", panel="arithmetic").header[0].value.startswith("One unit's arithmetic")
    assert open_page("inside", panel="nonsense").header[0].value == "A cell at work on your digit"


@pytest.mark.usefixtures("small_network")
def test_a_unit_that_is_not_there_is_named_and_another_one_shown() -> None:
    page = open_page("inside", unit="7", layer="1")
    assert "between 1 and 6" in page.error[0].value
    assert "They add up as drawn" in text(page)


@pytest.mark.usefixtures("small_network")
def test_the_mean_of_the_layer_asks_for_no_unit() -> None:
    page: Any = open_page("inside", layer="1")
    assert len(page.number_input) == 1
    page.button_group(key="inside-cell-of").set_value("the whole layer")
    page = run(page)
    assert not page.number_input
    assert "All numbers are means of 6 units" in text(page)
    assert "a mean of products is not the product of the means" in text(page)


@pytest.mark.usefixtures("small_network")
def test_a_network_of_other_cells_is_named_and_the_one_that_ships_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gru = random_weights((6,), columns=28, rows=28, cell="gru")
    monkeypatch.setattr(current_reading, "reading_network", lambda: (networks.shipped(), gru))
    page = open_page("inside")
    assert "is not a plain LSTM, so this page shows the network that comes with Row by Row" in text(page)
    assert page.number_input[0].label == "Unit, 1 to 256"


SETTLED = verdict(read(shipped_weights(), THREE).probabilities, THREE).settled_at_row


@pytest.mark.parametrize("panel", [panel.name for panel in PANELS if panel.row and not panel.asks_settled])
def test_a_panel_opens_at_the_row_where_the_verdict_settled_unless_a_row_was_chosen(
    panel: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, tmp_path)
    page: Any = open_page("inside", panel=panel)
    assert page.slider(key="row").value == SETTLED
    page.slider(key="row").set_value(5)
    assert run(page).slider(key="row").value == 5
    assert open_page("inside", panel=panel, row="9").slider(key="row").value == 9


@pytest.mark.usefixtures("small_network")
def test_a_panel_of_an_unsettled_verdict_opens_at_the_last_row_with_ink() -> None:
    assert verdict(read(SMALL, THREE).probabilities, THREE).settled_at_row is None
    page: Any = open_page("inside")
    assert page.slider(key="row").value == last_ink(THREE) == 25


@pytest.mark.usefixtures("small_network")
def test_how_far_does_not_say_that_its_numbers_are_of_the_digit() -> None:
    assert "All numbers are real: a sample digit" in text(open_page("inside"))
    page = text(open_page("inside", panel="how far"))
    assert "All numbers are real: all test images, each read by" in page
