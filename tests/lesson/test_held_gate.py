"""A gate that stands still, seen in the network's own trace."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.lesson.held_gate import with_held_gate
from lstm_core.reading.gates import Gate
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights, same_weights

IMAGE = np.random.default_rng(1).random((8, 8)).astype(np.float32)
WEIGHTS = random_weights((6, 4))


@pytest.mark.parametrize("gate", ["input_gate", "forget_gate", "candidate", "output_gate"])
@pytest.mark.parametrize("value", [0.0, 0.2, 0.5, 1.0])
def test_every_unit_has_the_value_at_every_row(gate: Gate, value: float) -> None:
    for layer in read(with_held_gate(WEIGHTS, gate, value), IMAGE).layers:
        np.testing.assert_allclose(getattr(layer, gate), value, atol=1e-6)


def test_a_candidate_may_be_negative() -> None:
    for value in (-1.0, -0.3):
        layer = read(with_held_gate(WEIGHTS, "candidate", value), IMAGE).layers[0]
        assert isinstance(layer, LayerTrace)
        np.testing.assert_allclose(layer.candidate, value, atol=1e-6)


def test_the_first_layers_other_gates_at_the_first_row_are_untouched() -> None:
    before, after = (
        read(WEIGHTS, IMAGE).layers[0],
        read(with_held_gate(WEIGHTS, "forget_gate", 0.0), IMAGE).layers[0],
    )
    assert isinstance(before, LayerTrace) and isinstance(after, LayerTrace)
    np.testing.assert_array_equal(before.input_gate[0], after.input_gate[0])
    np.testing.assert_array_equal(before.candidate[0], after.candidate[0])


def test_the_network_itself_is_left_as_it_is() -> None:
    with_held_gate(WEIGHTS, "input_gate", 1.0)
    assert same_weights(WEIGHTS, random_weights((6, 4)))


@pytest.mark.parametrize(
    ("gate", "value"), [("forget_gate", -0.1), ("forget_gate", 1.1), ("candidate", -2.0)]
)
def test_values_out_of_range_are_named(gate: Gate, value: float) -> None:
    with pytest.raises(InvalidValue, match=gate):
        with_held_gate(WEIGHTS, gate, value)
