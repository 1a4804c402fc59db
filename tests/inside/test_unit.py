"""One unit's story, against the network's own trace and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.inside.unit import UnitTrace, gate_sums, unit_trace, units_by_variation
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights

IMAGE = np.random.default_rng(3).random((8, 8)).astype(np.float32)
WEIGHTS = random_weights((6, 5), scale=0.8)
TRACE = read(WEIGHTS, IMAGE)


def layer(number: int) -> LayerTrace:
    found = TRACE.layers[number]
    assert isinstance(found, LayerTrace)
    return found


def by_hand() -> UnitTrace:
    return UnitTrace(
        input_gate=np.array([1.0, 0.5, 0.0]),
        forget_gate=np.array([0.3, 0.5, 1.0]),
        candidate=np.array([0.8, -1.0, 0.9]),
        output_gate=np.array([0.0, 1.0, 0.5]),
    )


@pytest.mark.parametrize("number", [0, 1])
def test_states_are_the_networks_own(number: int) -> None:
    for unit in range(WEIGHTS.units[number]):
        ours = unit_trace(layer(number), unit)
        np.testing.assert_allclose(ours.cell, layer(number).cell[:, unit], atol=1e-6)
        np.testing.assert_allclose(ours.hidden, layer(number).hidden[:, unit], atol=1e-6)


def test_the_recurrence_by_hand() -> None:
    unit = by_hand()
    np.testing.assert_allclose(unit.cell, [0.8, -0.1, -0.1])
    np.testing.assert_allclose(unit.previous, [0.0, 0.8, -0.1])
    np.testing.assert_allclose(unit.kept, [0.0, 0.4, -0.1])
    np.testing.assert_allclose(unit.added, [0.8, -0.5, 0.0])
    np.testing.assert_allclose(unit.hidden, [0.0, np.tanh(-0.1), 0.5 * np.tanh(-0.1)])
    assert unit.busiest_row() == 1


def test_a_changed_gate_changes_its_row_and_carries_on() -> None:
    changed = by_hand().with_gate("forget_gate", 0.0, 1)
    np.testing.assert_allclose(changed.cell, [0.8, -0.5, -0.5])
    np.testing.assert_allclose(by_hand().cell, [0.8, -0.1, -0.1])


def test_a_gate_changed_at_every_row() -> None:
    np.testing.assert_allclose(by_hand().with_gate("forget_gate", 1.0).cell, [0.8, 0.3, 0.3])
    np.testing.assert_allclose(by_hand().with_gate("forget_gate", 0.0).cell, by_hand().added)
    np.testing.assert_allclose(by_hand().with_gate("output_gate", 1.0).hidden, by_hand().squashed)


@pytest.mark.parametrize("gate", ["input_gate", "forget_gate", "candidate", "output_gate"])
def test_the_sums_behind_a_gate_give_the_gate(gate: str) -> None:
    for number, inputs in enumerate((IMAGE, layer(0).hidden)):
        for unit in range(WEIGHTS.units[number]):
            sums = gate_sums(WEIGHTS.layers[number], inputs, layer(number).hidden, gate, unit)  # type: ignore[arg-type]
            squashed = np.tanh(sums.total) if gate == "candidate" else 1 / (1 + np.exp(-sums.total))
            np.testing.assert_allclose(squashed, getattr(layer(number), gate)[:, unit], atol=1e-6)


def test_the_first_row_has_nothing_to_remember() -> None:
    assert gate_sums(WEIGHTS.layers[0], IMAGE, layer(0).hidden, "forget_gate", 0).from_memory[0] == 0


def test_the_liveliest_unit_comes_first_and_none_is_left_out() -> None:
    order = units_by_variation(layer(0))
    assert sorted(order) == list(range(6))
    spreads = [float(layer(0).hidden[:, unit].std()) for unit in order]
    assert spreads == sorted(spreads, reverse=True)


@pytest.mark.parametrize(
    ("gate", "value", "row", "named"),
    [
        ("forget_gate", -0.1, 0, "forget_gate"),
        ("candidate", -1.1, 0, "candidate"),
        ("input_gate", 1.1, None, "input_gate"),
        ("input_gate", 0.5, 3, "row"),
    ],
)
def test_bad_changes_are_named(gate: str, value: float, row: int | None, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        by_hand().with_gate(gate, value, row)  # type: ignore[arg-type]


def test_a_unit_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidValue, match="unit"):
        unit_trace(layer(0), 6)
