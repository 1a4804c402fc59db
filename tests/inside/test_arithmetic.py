"""One unit's products, against the network's reading and Keras's cell stepped one row at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.inside.arithmetic import (
    Terms,
    UnitArithmetic,
    logit_terms,
    rounded_sum,
    unit_arithmetic,
)
from lstm_core.reading.gates import GATES
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights
from tests.seeded import seeded

IMAGE = np.random.default_rng(3).random((8, 8)).astype(np.float32)
WEIGHTS = random_weights((6, 5), scale=0.8)
TRACE = read(WEIGHTS, IMAGE)


def layer(number: int) -> LayerTrace:
    found = TRACE.layers[number]
    assert isinstance(found, LayerTrace)
    return found


def at(number: int, unit: int, row: int) -> UnitArithmetic:
    inputs = layer(number - 1).hidden if number else IMAGE
    return unit_arithmetic(WEIGHTS.layers[number], inputs, layer(number), unit, row)


@pytest.mark.parametrize("number", [0, 1])
def test_gates_and_states_are_those_of_a_keras_cell_stepped_row_by_row(number: int) -> None:
    keras = pytest.importorskip("keras")
    weights = WEIGHTS.layers[number]
    cell = keras.layers.LSTMCell(weights.units)
    cell.build((1, weights.features))
    cell.set_weights([weights.kernel, weights.recurrent_kernel, weights.bias])
    state = [np.zeros((1, weights.units), np.float32)] * 2
    inputs = layer(number - 1).hidden if number else IMAGE
    for row, x in enumerate(inputs):
        _, after = cell(x[None], state)
        state = [np.asarray(each) for each in after]
        for unit in range(weights.units):
            found = at(number, unit, row)
            assert found.hidden == pytest.approx(state[0][0, unit], abs=1e-5)
            assert found.cell == pytest.approx(state[1][0, unit], abs=1e-5)


@pytest.mark.parametrize("number", [0, 1])
def test_every_gate_and_state_is_the_readings_own(number: int) -> None:
    trace = layer(number)
    for row in range(8):
        for unit in range(WEIGHTS.units[number]):
            found = at(number, unit, row)
            for gate in GATES:
                assert found.value(gate) == pytest.approx(getattr(trace, gate)[row, unit], abs=1e-5)
            assert found.cell == pytest.approx(trace.cell[row, unit], abs=1e-5)
            assert found.hidden == pytest.approx(trace.hidden[row, unit], abs=1e-5)
            assert found.previous_cell == (trace.cell[row - 1, unit] if row else 0.0)


def test_before_the_first_row_there_is_nothing_to_remember() -> None:
    first = at(1, 2, 0)
    assert all(not terms.hidden_products.any() for terms in first.terms.values())
    assert first.kept == 0


@seeded
@given(st.integers(1, 9), st.integers(1, 9), st.floats(0.1, 4.0), st.integers(0, 99))
def test_contributions_sum_to_the_pre_activation(columns: int, units: int, scale: float, seed: int) -> None:
    weights = random_weights((units,), columns=columns, rows=4, seed=seed, scale=scale)
    image = np.random.default_rng(seed).random((4, columns)).astype(np.float32)
    trace = read(weights, image).layers[0]
    assert isinstance(trace, LayerTrace)
    only = weights.layers[0]
    before = np.vstack([np.zeros((1, units), np.float32), trace.hidden[:-1]])
    packed = image @ only.kernel + before @ only.recurrent_kernel + only.bias
    for row, unit in ((0, 0), (3, units - 1)):
        found = unit_arithmetic(only, image, trace, unit, row)
        for place, gate in enumerate(GATES):
            terms = found.terms[gate]
            products = float(terms.input_products.sum() + terms.hidden_products.sum() + terms.bias)
            assert products == pytest.approx(terms.total, abs=1e-9)
            assert products == pytest.approx(packed[row, place * units + unit], abs=1e-5, rel=1e-5)


def test_what_a_unit_adds_to_the_logits_and_the_rest_are_the_logits() -> None:
    for unit in range(5):
        terms = logit_terms(WEIGHTS, layer(1).hidden[4], unit)
        np.testing.assert_allclose(terms.total, TRACE.logits[4], atol=1e-5)
        np.testing.assert_allclose(terms.from_unit, layer(1).hidden[4, unit] * WEIGHTS.head_kernel[unit])


numbers = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40)


@seeded
@given(numbers, st.integers(0, 5))
def test_rounded_parts_add_up_to_the_rounded_sum(parts: list[float], decimals: int) -> None:
    rounded, total = rounded_sum(parts, decimals)
    step = 10.0**-decimals
    assert round(sum(rounded), decimals) == pytest.approx(total, abs=step / 100)
    assert total == pytest.approx(sum(parts), abs=0.5 * step * 1.001 + 1e-9)
    assert all(abs(a - b) <= step * 1.001 for a, b in zip(rounded, parts, strict=True))


@seeded
@given(numbers, st.integers(-1, 1))
def test_rounded_parts_add_up_to_a_sum_that_is_shown_already(parts: list[float], off: int) -> None:
    shown = round(sum(parts) + off * 0.001, 3)
    rounded, total = rounded_sum(parts, total=shown)
    assert total == pytest.approx(shown)
    assert sum(rounded) == pytest.approx(shown, abs=1e-6)
    assert all(abs(a - b) <= 0.00301 for a, b in zip(rounded, parts, strict=True))


def test_rounding_by_hand() -> None:
    assert rounded_sum([0.0006, 0.0006, 0.0006], 3) == ([0.001, 0.001, 0.0], 0.002)
    assert rounded_sum([0.5], 0) == ([0.0], 0.0)


def test_the_sum_of_the_parts_by_hand() -> None:
    terms = Terms(np.array([1.0, 2.0]), np.array([3.0, -1.0]), np.array([0.5]), np.array([4.0]), -0.25)
    assert terms.parts == (1.0, 2.0, -0.25)
    assert terms.total == 2.75


@pytest.mark.parametrize(("unit", "row", "named"), [(5, 0, "unit"), (-1, 0, "unit"), (0, 8, "row")])
def test_a_unit_or_a_row_that_is_not_there_is_named(unit: int, row: int, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        at(1, unit, row)


def test_bad_logit_arguments_are_named() -> None:
    with pytest.raises(InvalidValue, match="unit"):
        logit_terms(WEIGHTS, layer(1).hidden[0], 5)
    with pytest.raises(InvalidValue, match="hidden"):
        logit_terms(WEIGHTS, layer(0).hidden[0], 0)


@pytest.mark.parametrize("parts", [[], [float("nan")]])
def test_parts_that_cannot_be_rounded_are_named(parts: list[float]) -> None:
    with pytest.raises(InvalidValue, match="parts"):
        rounded_sum(parts)
