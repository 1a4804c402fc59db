"""One row of an LSTM layer in compiled loops, against NumPy in double precision."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
    pytest.skip("the compiled loops are for TensorFlow", allow_module_level=True)

from ml_dtypes import bfloat16

from lstm_core.training.fused.gate_kernels import row_backward, row_forward

for loop in (row_forward, row_backward):
    loop.enable_caching()  # compiling them takes ten seconds
ROWS, BATCH, FEATURES, UNITS = 3, 5, 7, 11
PRECISION = {np.float32: 1e-6, np.float64: 1e-13, bfloat16: 8e-3}


def seen(array: Any) -> Any:
    """As the loops take it."""
    return array.view(np.uint16) if array.dtype == bfloat16 else array


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


class Row:
    """Random arguments of a row, and what comes out of `row_forward`."""

    def __init__(self, kind: Any, *, row: int = 1, kept: int = ROWS, spread: float = 2.0) -> None:
        inner = np.float32 if kind is bfloat16 else kind
        random = np.random.default_rng(5)

        def normal(*shape: int, dtype: Any = kind) -> Any:
            return random.normal(0, spread, shape).astype(dtype)

        self.row, self.kept = row, kept
        self.z, self.sequence, self.h = (
            normal(BATCH, 4 * UNITS),
            normal(ROWS, BATCH, FEATURES),
            normal(BATCH, UNITS),
        )
        self.bias, self.c = normal(4 * UNITS, dtype=inner), normal(BATCH, UNITS, dtype=inner)
        self.hidden, self.cells = normal(ROWS + 1, BATCH, UNITS), normal(kept + 1, BATCH, UNITS, dtype=inner)
        self.gates, self.joined = normal(kept, BATCH, 4 * UNITS), normal(BATCH, FEATURES + UNITS)

    def read(self) -> None:
        row_forward(
            self.row,
            *(seen(each) for each in (self.z, self.bias, self.sequence, self.h, self.c)),
            *(seen(each) for each in (self.hidden, self.cells, self.gates, self.joined)),
        )


def expected(z: Any, bias: Any, before: Any) -> tuple[Any, Any, Any]:
    i, f, g, o = np.split(z.astype(np.float64) + bias, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    cell = f * before + i * g
    return np.concatenate([i, f, g, o], axis=1), cell, o * np.tanh(cell)


@pytest.mark.parametrize("kind", PRECISION)
@pytest.mark.parametrize("kept", [ROWS, 1])
@pytest.mark.parametrize("row", range(ROWS))
def test_a_row_is_read_as_the_equations_say(kind: Any, kept: int, row: int) -> None:
    one = Row(kind, row=row, kept=kept)
    before = one.c.copy() if row == 0 else one.cells[row % (kept + 1)].copy()
    one.read()
    gates, cell, hidden = expected(one.z, one.bias, before)
    near: Any = {"rtol": 0, "atol": PRECISION[kind]}
    np.testing.assert_allclose(one.gates[row % kept].astype(np.float64), gates, **near)
    np.testing.assert_allclose(one.cells[(row + 1) % (kept + 1)], cell, **near)
    np.testing.assert_allclose(one.hidden[row + 1].astype(np.float64), hidden, **near)


def test_the_next_row_and_the_hidden_state_come_side_by_side() -> None:
    one = Row(np.float32)
    one.read()
    np.testing.assert_array_equal(one.joined, np.concatenate([one.sequence[2], one.hidden[2]], axis=1))


def test_the_states_before_the_first_row_are_put_before_all_others() -> None:
    one = Row(np.float32, row=0)
    one.read()
    np.testing.assert_array_equal(one.hidden[0], one.h)
    np.testing.assert_array_equal(one.cells[0], one.c)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_largest_numbers_only_open_and_shut_gates(kind: Any) -> None:
    one = Row(kind, spread=1e30)
    one.read()
    input_gate, forget_gate, candidate, output_gate = np.split(one.gates[1], 4, axis=1)
    for gate in (input_gate, forget_gate, output_gate):
        assert set(np.unique(np.round(gate, 6))) == {0, 1}
    assert set(np.unique(candidate)) == {-1, 1}
    assert np.isfinite(one.hidden).all()


@pytest.mark.parametrize("kind", PRECISION)
def test_what_is_not_a_number_is_not_hidden(kind: Any) -> None:
    one = Row(kind)
    one.z[2, 3] = np.nan
    one.read()
    assert np.isnan(one.hidden[2, 2, 3])
    assert np.isnan(one.hidden[2]).sum() == 1


def test_bfloat16_is_rounded_to_the_nearest() -> None:
    """What is computed in float32 is the same with float32 arrays of the same numbers, before rounding."""
    short, long = Row(bfloat16), Row(np.float32)
    for name in ("z", "sequence", "h", "bias", "c", "cells"):
        setattr(long, name, getattr(short, name).astype(np.float32))
    short.read()
    long.read()
    np.testing.assert_array_equal(short.gates[1], long.gates[1].astype(bfloat16))
    np.testing.assert_array_equal(short.hidden[2], long.hidden[2].astype(bfloat16))


@pytest.mark.parametrize("kind", PRECISION)
def test_the_way_back_through_a_row_is_the_derivative(kind: Any) -> None:
    one, random = Row(kind), np.random.default_rng(6)
    before = one.cells[1].astype(np.float64)
    one.read()
    gates, _, _ = expected(one.z, one.bias, before)
    i, f, g, o = np.split(gates, 4, axis=1)
    d_hidden, d_outputs = random.normal(size=(BATCH, UNITS)), random.normal(size=(ROWS, BATCH, UNITS))
    d_cell, d_bias = random.normal(size=(BATCH, UNITS)), random.normal(size=4 * UNITS)
    given_cell, given_bias = (each.astype(one.bias.dtype) for each in (d_cell, d_bias))
    row_backward(
        1,
        one.cells,
        seen(d_hidden.astype(kind)),
        seen(d_outputs.astype(kind)),
        seen(one.gates),
        given_cell,
        given_bias,
    )
    tanh, dh = np.tanh(f * before + i * g), d_hidden + d_outputs[1]
    dc = d_cell + dh * o * (1 - tanh**2)
    dz = [dc * g * i * (1 - i), dc * before * f * (1 - f), dc * i * (1 - g**2), dh * tanh * o * (1 - o)]
    near: Any = {"rtol": 0, "atol": 10 * PRECISION[kind]}
    np.testing.assert_allclose(one.gates[1].astype(np.float64), np.concatenate(dz, axis=1), **near)
    np.testing.assert_allclose(given_cell, dc * f, **near)
    np.testing.assert_allclose(given_bias, d_bias + np.concatenate(dz, axis=1).sum(axis=0), **near)
