"""What flows through a cell, against Gers' equations by hand and against one unit's arithmetic at one row."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.inside.arithmetic import unit_arithmetic
from lstm_core.inside.cell_flow import gate_terms, mean_flow, unit_flow
from lstm_core.inside.unit import unit_trace
from lstm_core.reading.gates import GATES
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights

IMAGE = np.random.default_rng(4).random((8, 8)).astype(np.float32)
WEIGHTS = random_weights((6, 5), scale=0.8)
LAYERS = [layer for layer in read(WEIGHTS, IMAGE).layers if isinstance(layer, LayerTrace)]
INPUTS = [IMAGE, LAYERS[0].hidden]


@pytest.mark.parametrize("number", [0, 1])
def test_a_units_numbers_obey_the_equations_and_carry_over_to_the_next_row(number: int) -> None:
    for unit in range(WEIGHTS.units[number]):
        flow = unit_flow(LAYERS[number], unit)
        np.testing.assert_allclose(flow.kept, flow.forget_gate * flow.before)
        np.testing.assert_allclose(flow.kept + flow.added, flow.cell, atol=1e-6)
        np.testing.assert_allclose(flow.output_gate * flow.squashed, flow.hidden, atol=1e-6)
        assert flow.before[0] == flow.hidden_before[0] == 0
        np.testing.assert_array_equal(flow.before[1:], flow.cell[:-1])
        np.testing.assert_array_equal(flow.hidden_before[1:], flow.hidden[:-1])
        by_recurrence = unit_trace(LAYERS[number], unit)
        np.testing.assert_allclose(flow.cell, by_recurrence.cell, atol=1e-6)
        np.testing.assert_allclose(flow.added, by_recurrence.added)


def test_the_mean_is_of_the_sizes_of_every_units_numbers() -> None:
    flows = [unit_flow(LAYERS[0], unit) for unit in range(6)]
    mean = mean_flow(LAYERS[0])
    for name in vars(mean):
        by_hand = sum(np.abs(getattr(flow, name)) for flow in flows) / 6
        np.testing.assert_allclose(getattr(mean, name), by_hand)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("gate", GATES)
def test_terms_are_those_of_the_units_arithmetic_at_every_row(number: int, gate: str) -> None:
    of_units = []
    for unit in range(WEIGHTS.units[number]):
        terms = gate_terms(WEIGHTS.layers[number], INPUTS[number], LAYERS[number].hidden, gate, unit)  # type: ignore[arg-type]
        of_units.append(terms)
        for row in range(8):
            at_row = unit_arithmetic(WEIGHTS.layers[number], INPUTS[number], LAYERS[number], unit, row)
            wanted = at_row.terms[gate]  # type: ignore[index]
            np.testing.assert_allclose(
                terms.products[row], np.concatenate([wanted.input_products, wanted.hidden_products])
            )
            np.testing.assert_allclose(terms.parts[row], wanted.parts)
    mean = gate_terms(WEIGHTS.layers[number], INPUTS[number], LAYERS[number].hidden, gate, None)  # type: ignore[arg-type]
    np.testing.assert_allclose(mean.products, np.mean([t.products for t in of_units], axis=0), atol=1e-12)
    np.testing.assert_allclose(mean.parts, np.mean([t.parts for t in of_units], axis=0), atol=1e-12)


def test_the_largest_terms_come_first_whatever_their_sign() -> None:
    terms = gate_terms(WEIGHTS.layers[0], IMAGE, LAYERS[0].hidden, "forget_gate", 2)
    places = terms.largest(3)
    for products, largest in zip(terms.products, places, strict=True):
        sizes = sorted((abs(float(product)) for product in products), reverse=True)
        assert [abs(float(products[place])) for place in largest] == sizes[:3]


@pytest.mark.parametrize("unit", [-1, 6])
def test_a_unit_that_is_not_there_is_named(unit: int) -> None:
    with pytest.raises(InvalidValue, match="between 0 and 5"):
        unit_flow(LAYERS[0], unit)
