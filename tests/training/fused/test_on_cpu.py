"""The fused LSTM's graph operations: changed in place, unless somebody still needs what they change.

That it computes what all other ways do is among the tests of `lstm_core.training.cells`.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
    pytest.skip("the fused way is TensorFlow's", allow_module_level=True)

import tensorflow as tf

from lstm_core.training.fused.on_cpu import fused_lstm, fused_reading
from lstm_core.training.fused.row_operations import row_operations

ROWS, BATCH, FEATURES, UNITS = 4, 3, 5, 6


def arguments(*, state: bool = False) -> list[Any]:
    random = np.random.default_rng(8)
    shapes = [(ROWS, BATCH, FEATURES), (FEATURES, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,)]
    shapes += [(BATCH, UNITS)] * (2 if state else 0)
    return [tf.constant(random.normal(size=shape).astype(np.float32)) for shape in shapes]


def test_what_others_still_need_is_not_changed() -> None:
    row_forward = row_operations("float32").forward
    sequence, kernel, _, bias = arguments()
    zeros = tf.zeros((BATCH, UNITS))

    @tf.function(autograph=False)
    def rows() -> Any:
        changed = [
            tf.zeros((ROWS + 1, BATCH, UNITS)),
            tf.zeros((2, BATCH, UNITS)),
            tf.zeros((1, BATCH, 4 * UNITS)),
            tf.zeros((BATCH, FEATURES + UNITS)),
        ]
        z = tf.matmul(sequence[0], kernel)
        once = row_forward(*changed, 0, z, bias, sequence, zeros, zeros)
        return changed, once, row_forward(*once, 1, z, bias, sequence, zeros, zeros)

    before, once, twice = rows()
    assert all(not np.any(tensor) for tensor in before)
    assert [[bool(np.any(row)) for row in hidden[0]] for hidden in (once, twice)] == [
        [False, True, False, False, False],
        [False, True, True, False, False],
    ]
    np.testing.assert_array_equal(once[0][1], twice[0][1])


def test_starting_from_nothing_is_starting_from_zeros() -> None:
    given, zeros = arguments(), [tf.zeros((BATCH, UNITS))] * 2
    found = []
    for state in ([], zeros):
        with tf.GradientTape() as tape:
            tape.watch(given)
            hidden, cell = fused_lstm(*given, *state)
            value = tf.reduce_sum(hidden**2) + tf.reduce_sum(cell)
        found.append([hidden, cell, *tape.gradient(value, given)])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("state", [False, True])
def test_a_reading_keeps_less_and_says_the_same(state: bool) -> None:
    given = arguments(state=state)
    for one, other in zip(fused_lstm(*given), fused_reading(*given), strict=True):
        np.testing.assert_array_equal(one, other)
