"""Gradients in NumPy, against TensorFlow's through Keras' own layers and against finite differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.inside.backpropagation import Gradients, backpropagate
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.trace import read_stack
from tests.networks import random_weights

SHAPES = [((1,), 1, 1), ((5,), 3, 4), ((7, 3), 8, 8), ((4, 9, 2), 5, 11)]
"""Units, columns, rows."""
BATCH = 3


class Problem:
    """A random stack, a random batch, random states, and a loss that looks at every row's hidden state."""

    def __init__(self, units: tuple[int, ...], columns: int, rows: int, dtype: Any) -> None:
        rng = np.random.default_rng(7)
        self.layers: list[Any] = [
            LayerWeights(
                layer.kernel.astype(dtype), layer.recurrent_kernel.astype(dtype), layer.bias.astype(dtype)
            )
            for layer in random_weights(units, columns=columns, rows=rows, seed=2, scale=0.6).layers
        ]
        self.inputs: Any = rng.standard_normal((rows, BATCH, columns)).astype(dtype)
        self.initial: list[Any] = [
            tuple(rng.uniform(-0.9, 0.9, (BATCH, n)).astype(dtype) for _ in range(2)) for n in units
        ]
        self.weighing: Any = rng.standard_normal((rows, BATCH, units[-1])).astype(dtype)

    def loss(self) -> float:
        hidden = read_stack(self.layers, self.inputs, self.initial)[-1].hidden
        return float(np.sum(self.weighing * hidden**2))

    def gradients(self) -> Gradients:
        traces = read_stack(self.layers, self.inputs, self.initial)
        by_hidden: Any = 2 * self.weighing * traces[-1].hidden
        return backpropagate(self.layers, self.inputs, traces, by_hidden, self.initial)


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_gradients_equal_those_of_tensorflow_through_keras_layers(
    units: tuple[int, ...], columns: int, rows: int
) -> None:
    import keras
    import tensorflow as tf

    problem = Problem(units, columns, rows, np.float32)
    x = tf.constant(problem.inputs.swapaxes(0, 1))
    states = [[tf.constant(state) for state in pair] for pair in problem.initial]
    made = []
    for weights in problem.layers:
        layer = keras.layers.LSTM(weights.units, return_sequences=True)
        layer.build((BATCH, rows, weights.features))
        layer.set_weights([weights.kernel, weights.recurrent_kernel, weights.bias])
        made.append(layer)
    with tf.GradientTape() as tape:
        tape.watch([x, states])
        hidden, below = [], x
        for layer, pair in zip(made, states, strict=True):
            below = layer(below, initial_state=pair)
            hidden.append(below)
        loss = tf.reduce_sum(problem.weighing.swapaxes(0, 1) * below**2)
    weights = [layer.trainable_weights for layer in made]
    expected = tape.gradient(loss, [x, [[w.value for w in ws] for ws in weights], states])

    found = problem.gradients()
    assert found.inputs.dtype == np.float32
    close(found.inputs.swapaxes(0, 1), expected[0])
    for ours, by_weights, by_states in zip(found.layers, *expected[1:], strict=True):
        for array, theirs in zip((ours.kernel, ours.recurrent_kernel, ours.bias), by_weights, strict=True):
            close(array, theirs)
        close(ours.initial_hidden, by_states[0])
        close(ours.initial_cell, by_states[1])


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_gradients_equal_finite_differences(units: tuple[int, ...], columns: int, rows: int) -> None:
    problem = Problem(units, columns, rows, np.float64)
    found = problem.gradients()
    pairs = [(problem.inputs, found.inputs)]
    for layer, pair, ours in zip(problem.layers, problem.initial, found.layers, strict=True):
        pairs += [
            (layer.kernel, ours.kernel),
            (layer.recurrent_kernel, ours.recurrent_kernel),
            (layer.bias, ours.bias),
            (pair[0], ours.initial_hidden),
            (pair[1], ours.initial_cell),
        ]
    rng = np.random.default_rng(4)
    for array, gradient in pairs:
        assert gradient.shape == array.shape and gradient.dtype == np.float64
        for flat in rng.choice(array.size, min(array.size, 12), replace=False):
            where = np.unravel_index(flat, array.shape)
            kept, change = array[where], 1e-5
            array[where] = kept + change
            above = problem.loss()
            array[where] = kept - change
            below = problem.loss()
            array[where] = kept
            np.testing.assert_allclose(gradient[where], (above - below) / (2 * change), rtol=1e-6, atol=1e-7)


def test_the_gradient_by_a_hidden_state_is_what_it_changes_through_all_later_rows() -> None:
    """A hidden state's gradient is that by the state which a reading of the later rows starts from."""
    problem = Problem((4, 6), 3, 5, np.float64)
    whole = problem.gradients()
    traces = read_stack(problem.layers, problem.inputs, problem.initial)
    for row in range(4):
        later: Any = [(trace.hidden[row], trace.cell[row]) for trace in traces]
        rest = read_stack(problem.layers, problem.inputs[row + 1 :], later)
        weighing = problem.weighing[row + 1 :]
        by_hidden: Any = 2 * weighing * rest[-1].hidden
        part = backpropagate(problem.layers, problem.inputs[row + 1 :], rest, by_hidden, later)
        seen_now = 2 * problem.weighing[row] * traces[-1].hidden[row]
        top = whole.layers[-1].hidden[row]
        np.testing.assert_allclose(top, part.layers[-1].initial_hidden + seen_now, rtol=1e-9)


def test_a_loss_on_the_last_row_alone_reaches_the_first() -> None:
    problem = Problem((3, 2), 2, 6, np.float64)
    problem.weighing[:-1] = 0
    found = problem.gradients()
    assert (np.abs(found.inputs[0]) > 0).all()
    assert (np.abs(found.layers[0].hidden[0]) > 0).all()


def test_any_number_of_batch_axes_gives_the_same() -> None:
    problem = Problem((3, 5), 2, 4, np.float64)
    found = problem.gradients()
    traces = read_stack(problem.layers, problem.inputs, problem.initial)

    def deeper(array: Any, axis: int) -> Any:
        return np.expand_dims(array, axis)

    again = backpropagate(
        problem.layers,
        deeper(problem.inputs, 1),
        [replace(t, **{name: deeper(a, 1) for name, a in vars(t).items()}) for t in traces],
        2 * deeper(problem.weighing * traces[-1].hidden, 1),
        [(deeper(h, 0), deeper(c, 0)) for h, c in problem.initial],
    )
    np.testing.assert_allclose(again.inputs[:, 0], found.inputs)
    for ours, expected in zip(again.layers, found.layers, strict=True):
        np.testing.assert_allclose(ours.kernel, expected.kernel)
        np.testing.assert_allclose(ours.bias, expected.bias)


def test_without_initial_states_zeros_are_meant() -> None:
    problem = Problem((3, 5), 2, 4, np.float64)
    problem.initial = [(np.zeros((BATCH, n)), np.zeros((BATCH, n))) for n in (3, 5)]
    traces = read_stack(problem.layers, problem.inputs, problem.initial)
    by_hidden: Any = 2 * problem.weighing * traces[-1].hidden
    found = backpropagate(problem.layers, problem.inputs, traces, by_hidden)
    np.testing.assert_array_equal(found.inputs, problem.gradients().inputs)


def test_the_arguments_are_left_as_they_were() -> None:
    problem = Problem((3,), 2, 4, np.float64)
    traces = read_stack(problem.layers, problem.inputs, problem.initial)
    by_hidden: Any = np.ones_like(problem.weighing)
    kept = [array.copy() for array in vars(traces[0]).values()]
    backpropagate(problem.layers, problem.inputs, traces, by_hidden, problem.initial)
    assert (by_hidden == 1).all()
    for array, before in zip(vars(traces[0]).values(), kept, strict=True):
        np.testing.assert_array_equal(array, before)


def test_what_does_not_fit_is_refused_by_name() -> None:
    problem = Problem((3, 5), 2, 4, np.float32)
    traces = read_stack(problem.layers, problem.inputs, problem.initial)
    by_hidden = problem.weighing
    with pytest.raises(InvalidValue, match="layers"):
        backpropagate([], problem.inputs, [], by_hidden)
    with pytest.raises(InvalidValue, match="traces"):
        backpropagate(problem.layers, problem.inputs, traces[:1], by_hidden)
    with pytest.raises(InvalidValue, match="traces"):
        backpropagate(problem.layers, problem.inputs, traces[::-1], by_hidden)
    with pytest.raises(InvalidValue, match="inputs"):
        backpropagate(problem.layers, problem.inputs[..., :1], traces, by_hidden)
    with pytest.raises(InvalidValue, match="hidden_gradient"):
        backpropagate(problem.layers, problem.inputs, traces, by_hidden[..., :3])
    for other in (
        replace(problem.layers[0], cell="gru"),
        replace(problem.layers[0], backward=problem.layers[0]),
    ):
        with pytest.raises(InvalidValue, match="LSTM cells that read forward"):
            backpropagate([other, problem.layers[1]], problem.inputs, traces, by_hidden)
    with pytest.raises(InvalidValue, match="initial"):
        backpropagate(problem.layers, problem.inputs, traces, by_hidden, problem.initial[:1])
