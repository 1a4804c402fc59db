"""One row of a cell; `tests/test_trace.py` compares whole readings with Keras."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.arrays import FloatArray
from lstm_core.reading.recurrence import STATES, State, advance, first_state, input_products
from tests.networks import random_weights

CELLS = ["lstm", "gru", "rnn"]


def numbers(*shape: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def state_of(cell: str, *shape: int) -> State:
    return tuple(np.tanh(numbers(*shape, seed=seed)) for seed, _ in enumerate(STATES[cell]))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("leading", [(), (4,), (3, 2)])
def test_the_state_can_be_replaced_in_place(cell: str, leading: tuple[int, ...]):
    layer = random_weights((5,), cell=cell).layers[0]
    x, state = numbers(*leading, 8, seed=9), state_of(cell, *leading, 5)
    after = state_of(cell, *leading, 5)
    advance(layer, input_products(layer, x), state, after)
    advance(layer, input_products(layer, x), state, state)
    for replaced, separate in zip(state, after, strict=True):
        np.testing.assert_array_equal(replaced, separate)


@pytest.mark.parametrize("cell", CELLS)
def test_no_state_is_a_state_of_zeros(cell: str):
    layer = random_weights((5,), cell=cell).layers[0]
    x = numbers(4, 8)
    zeros = tuple(np.zeros((4, 5), np.float32) for _ in STATES[cell])
    fresh, after = state_of(cell, 4, 5), state_of(cell, 4, 5)
    z, same = input_products(layer, x), input_products(layer, x)
    advance(layer, z, None, fresh)
    advance(layer, same, zeros, after)
    np.testing.assert_allclose(z, same, atol=1e-7)
    for one, other in zip(fresh, after, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-7)


def test_the_first_state_is_zero_unless_it_is_learnt():
    assert first_state(random_weights((5,)).layers[0], numbers(8)) is None
    layer = random_weights((5,), initial=True).layers[0]
    assert layer.initial_hidden is not None
    assert layer.initial_cell is not None
    previous = numbers(3, 8)
    state = first_state(layer, previous)
    assert state is not None
    for got, matrix in zip(state, (layer.initial_hidden, layer.initial_cell), strict=True):
        np.testing.assert_allclose(got, np.tanh(previous.astype(np.float64) @ matrix), atol=1e-6)
