"""Reading with NumPy, against Keras and against a case worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.trace import read, read_batch, softmax
from lstm_core.weights import FloatArray, LayerWeights, LstmWeights
from tests.networks import random_weights
from tests.seeded import seeded

SHAPES = [((1,), 1, 1), ((5,), 3, 4), ((7, 3), 8, 8), ((4, 9, 2), 5, 11), ((16, 8, 12, 6), 28, 28)]
"""Units, columns, rows."""


def images(count: int, rows: int, columns: int, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).random((count, rows, columns), dtype=np.float32)


def keras_model(weights: LstmWeights) -> Any:
    """Stock layers only, so that nothing of ours is compared with itself."""
    import keras

    x = inputs = keras.Input((None, weights.columns))
    for layer in weights.layers:
        made = keras.layers.LSTM(layer.units, return_sequences=True)
        x = made(x)
        made.set_weights([layer.kernel, layer.recurrent_kernel, layer.bias])
    head = keras.layers.Dense(weights.classes, activation="softmax")
    outputs = head(x)
    head.set_weights([weights.head_kernel, weights.head_bias])
    return keras.Model(inputs, outputs)


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_probabilities_of_every_row_equal_those_of_keras(units: tuple[int, ...], columns: int, rows: int):
    weights = random_weights(units, columns=columns, rows=rows, classes=7)
    batch = images(6, rows, columns)
    theirs = np.asarray(keras_model(weights)(batch))
    np.testing.assert_allclose(read_batch(weights, batch), theirs, atol=1e-5)
    for image, expected in zip(batch, theirs, strict=True):
        np.testing.assert_allclose(read(weights, image).probabilities, expected, atol=1e-5)


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_gates_and_states_equal_those_of_a_keras_cell_stepped_row_by_row(
    units: tuple[int, ...], columns: int, rows: int
):
    import keras

    weights = random_weights(units, columns=columns, rows=rows, seed=3)
    image = images(1, rows, columns)[0]
    trace = read(weights, image)
    inputs = image
    for layer, ours in zip(weights.layers, trace.layers, strict=True):
        cell = keras.layers.LSTMCell(layer.units)
        cell.build((1, layer.features))
        cell.set_weights([layer.kernel, layer.recurrent_kernel, layer.bias])
        hidden = carry = np.zeros((1, layer.units), np.float32)
        for row in range(rows):
            # One gate at a time, from its own quarter of the arrays.
            quarter = {
                name: slice(k * layer.units, (k + 1) * layer.units)
                for k, name in enumerate(("input_gate", "forget_gate", "candidate", "output_gate"))
            }
            for name, part in quarter.items():
                squash = keras.ops.tanh if name == "candidate" else keras.ops.sigmoid
                gate = squash(
                    inputs[row] @ layer.kernel[:, part]
                    + hidden[0] @ layer.recurrent_kernel[:, part]
                    + layer.bias[part]
                )
                np.testing.assert_allclose(getattr(ours, name)[row], np.asarray(gate), atol=1e-5)
            _, (hidden, carry) = (
                np.asarray(part) if not isinstance(part, list) else [np.asarray(p) for p in part]
                for part in cell(inputs[row][None], [hidden, carry])
            )
            np.testing.assert_allclose(ours.hidden[row], hidden[0], atol=1e-5)
            np.testing.assert_allclose(ours.cell[row], carry[0], atol=1e-5)
        inputs = ours.hidden


def test_one_unit_with_constant_weights_as_worked_out_by_hand():
    """x = 1, 0 with W = U = 1 and b = 0 except for the forget gate's b = 1."""
    one = np.ones((1, 4), np.float32)
    layer = LayerWeights(one, one, np.array([0, 1, 0, 0], np.float32))
    head = np.array([[2.0, 0.0]], np.float32)
    weights = LstmWeights((layer,), head, np.zeros(2, np.float32), rows=2)
    trace = read(weights, np.array([[1.0], [0.0]], np.float32))

    def sigmoid(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    # first row: every gate sees 1, the forget gate 2, but there is nothing to forget
    c1 = sigmoid(1) * math.tanh(1)
    h1 = sigmoid(1) * math.tanh(c1)
    assert c1 == pytest.approx(0.5567699, abs=1e-6)
    # second row: every gate sees h1, the forget gate h1 + 1
    c2 = sigmoid(h1 + 1) * c1 + sigmoid(h1) * math.tanh(h1)
    h2 = sigmoid(h1) * math.tanh(c2)
    ours = trace.layers[0]
    np.testing.assert_allclose(ours.input_gate[:, 0], [sigmoid(1), sigmoid(h1)], rtol=1e-6)
    np.testing.assert_allclose(ours.forget_gate[:, 0], [sigmoid(2), sigmoid(h1 + 1)], rtol=1e-6)
    np.testing.assert_allclose(ours.candidate[:, 0], [math.tanh(1), math.tanh(h1)], rtol=1e-6)
    np.testing.assert_allclose(ours.output_gate[:, 0], [sigmoid(1), sigmoid(h1)], rtol=1e-6)
    np.testing.assert_allclose(ours.cell[:, 0], [c1, c2], rtol=1e-6)
    np.testing.assert_allclose(ours.hidden[:, 0], [h1, h2], rtol=1e-6)
    np.testing.assert_allclose(trace.logits, [[2 * h1, 0], [2 * h2, 0]], rtol=1e-6)
    np.testing.assert_allclose(trace.probabilities[:, 0], [sigmoid(2 * h1), sigmoid(2 * h2)], rtol=1e-6)


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_shapes_types_and_ranges(units: tuple[int, ...], columns: int, rows: int):
    weights = random_weights(units, columns=columns, rows=rows, classes=4, scale=3.0)
    trace = read(weights, images(1, rows, columns)[0])
    assert trace.probabilities.shape == trace.logits.shape == (rows, 4)
    np.testing.assert_allclose(trace.probabilities.sum(axis=1), 1, rtol=1e-5)
    for layer, n in zip(trace.layers, units, strict=True):
        for name, array in vars(layer).items():
            assert array.shape == (rows, n)
            assert array.dtype == np.float32
            if name != "cell":
                assert np.abs(array).max() <= 1
            if name.endswith("_gate"):
                assert array.min() >= 0


@pytest.mark.parametrize("units", [(1,), (6, 3), (5, 4, 3, 2)])
def test_a_batch_reads_as_its_images_one_by_one(units: tuple[int, ...]):
    weights = random_weights(units)
    batch = images(4, 8, 8)
    one_by_one = [read(weights, image).probabilities for image in batch]
    np.testing.assert_allclose(read_batch(weights, batch), one_by_one, atol=1e-6)
    assert read_batch(weights, batch[:0]).shape == (0, 8, 10)


def test_what_is_read_later_does_not_change_what_was_read_before():
    weights = random_weights((6, 4))
    image = images(1, 8, 8)[0]
    whole = read(weights, image)
    for rows in range(1, 9):
        part = read(weights, image[:rows])
        np.testing.assert_allclose(part.probabilities, whole.probabilities[:rows], atol=1e-6)


def test_other_orders_and_types_of_memory_read_the_same():
    weights = random_weights((6,))
    image = images(1, 8, 8)[0]
    expected = read(weights, image).probabilities
    np.testing.assert_array_equal(read(weights, np.asfortranarray(image)).probabilities, expected)
    np.testing.assert_allclose(
        read(weights, image.astype(np.float64)).probabilities,
        expected,
        atol=1e-6,
    )


def test_reading_leaves_the_image_and_the_weights_as_they_were():
    weights = random_weights((6, 4))
    image = images(1, 8, 8)[0]
    before = image.copy(), {name: array.copy() for name, array in weights.arrays().items()}
    read(weights, image)
    np.testing.assert_array_equal(image, before[0])
    for name, array in weights.arrays().items():
        np.testing.assert_array_equal(array, before[1][name])


@pytest.mark.parametrize("shape", [(8,), (8, 7), (0, 8), (1, 8, 8), ()])
def test_an_image_of_the_wrong_shape_is_refused(shape: tuple[int, ...]):
    with pytest.raises(InvalidValue, match=r"`image` must be of shape \(rows, 8\)"):
        read(random_weights((2,)), np.zeros(shape, np.float32))


@pytest.mark.parametrize("shape", [(8, 8), (2, 8, 7), (2, 0, 8), (1, 2, 8, 8)])
def test_images_of_the_wrong_shape_are_refused(shape: tuple[int, ...]):
    with pytest.raises(InvalidValue, match=r"`images` must be of shape \(batch, rows, 8\)"):
        read_batch(random_weights((2,)), np.zeros(shape, np.float32))


def test_huge_weights_saturate_without_a_warning():
    trace = read(random_weights((4,), scale=1e6), images(1, 8, 8)[0])
    assert np.isfinite(trace.probabilities).all()


@seeded
@given(st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=1, max_size=6))
def test_softmax_is_a_distribution_that_keeps_the_order(numbers: list[float]):
    logits = np.array(numbers, np.float32)
    out = softmax(logits)
    assert out.sum() == pytest.approx(1, abs=1e-5)
    assert out[logits.argmax()] == out.max()


def test_softmax_of_a_known_case():
    np.testing.assert_allclose(
        softmax(np.log(np.array([[1, 2, 5]], np.float32))), [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-6
    )
