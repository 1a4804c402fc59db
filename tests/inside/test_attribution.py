"""What a decision hangs on, against TensorFlow's gradients and against reading again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.inside.attribution import attribute, logits_without_rows
from lstm_core.reading.trace import Trace, read
from lstm_core.reading.weights import LstmWeights
from tests.networks import random_weights

SHAPES = [((6,), 5, 1), ((5,), 3, 4), ((7, 3), 8, 8), ((4, 9, 2), 5, 11)]
"""Units, columns, rows."""


def problem(units: tuple[int, ...], columns: int, rows: int) -> tuple[LstmWeights, FloatArray, Trace]:
    weights = random_weights(units, columns=columns, rows=rows, seed=3, scale=0.6)
    image = np.random.default_rng(4).uniform(size=(rows, columns)).astype(np.float32)
    return weights, image, read(weights, image)


def close(found: Any, expected: Any, relative: float = 1e-4) -> None:
    """Relative to the greatest number of the array."""
    expected = np.asarray(expected)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= relative * np.abs(expected).max()


@pytest.mark.parametrize("against", [None, 7])
@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_pixel_gradients_equal_those_of_tensorflow_through_keras_layers(
    units: tuple[int, ...], columns: int, rows: int, against: int | None
) -> None:
    import keras
    import tensorflow as tf

    weights, image, trace = problem(units, columns, rows)
    x = tf.constant(image[None])
    with tf.GradientTape() as tape:
        tape.watch(x)
        below = x
        for of_layer in weights.layers:
            layer = keras.layers.LSTM(of_layer.units, return_sequences=True)
            layer.build(below.shape)
            layer.set_weights([of_layer.kernel, of_layer.recurrent_kernel, of_layer.bias])
            below = layer(below)
        logits = (below[:, -1] @ weights.head_kernel + weights.head_bias)[0]
        score = logits[2] if against is None else logits[2] - logits[against]
    found = attribute(weights, image, trace, 2, against)
    close(found.pixels, tape.gradient(score, x)[0])
    assert found.pixels.dtype == np.float32
    assert found.score == pytest.approx(float(score), abs=1e-4)


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_state_gradients_equal_those_of_tensorflow_cell_by_cell(
    units: tuple[int, ...], columns: int, rows: int
) -> None:
    import tensorflow as tf

    weights, image, trace = problem(units, columns, rows)
    nudges = [[[tf.zeros(n) for _ in range(rows)] for n in units] for _ in range(2)]
    with tf.GradientTape() as tape:
        tape.watch(nudges)
        states = [(tf.zeros(n), tf.zeros(n)) for n in units]
        x = tf.zeros(0)
        for t in range(rows):
            x = tf.constant(image[t])
            for number, of_layer in enumerate(weights.layers):
                h, c = states[number]
                packed = tf.linalg.matvec(tf.transpose(of_layer.kernel), x) + of_layer.bias
                packed += tf.linalg.matvec(tf.transpose(of_layer.recurrent_kernel), h)
                i, f, g, o = tf.split(packed, 4)
                c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g) + nudges[1][number][t]
                x = tf.sigmoid(o) * tf.tanh(c) + nudges[0][number][t]
                states[number] = x, c
        score = tf.linalg.matvec(tf.transpose(weights.head_kernel), x)[2]
    by_hidden, by_cell = tape.gradient(score, nudges)
    found = attribute(weights, image, trace, 2)
    for number in range(len(units)):
        close(found.hidden_norms[number], np.linalg.norm(by_hidden[number], axis=1))
        close(found.cell_norms[number], np.linalg.norm(by_cell[number], axis=1))


def test_the_shipped_networks_gradient_is_that_of_tensorflow() -> None:
    import keras
    import tensorflow as tf

    from lstm_core.pretrained.shipped import shipped_weights

    weights = shipped_weights()
    image = np.random.default_rng(0).uniform(size=(28, 28)).astype(np.float32)
    x = tf.constant(image[None])
    with tf.GradientTape() as tape:
        tape.watch(x)
        below = x
        for of_layer in weights.layers:
            layer = keras.layers.LSTM(of_layer.units, return_sequences=True)
            layer.build(below.shape)
            layer.set_weights([of_layer.kernel, of_layer.recurrent_kernel, of_layer.bias])
            below = layer(below)
        score = (below[:, -1] @ weights.head_kernel)[0, 3]
    close(attribute(weights, image, read(weights, image), 3).pixels, tape.gradient(score, x)[0])


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES[1:])
def test_a_skipped_row_equals_reading_the_image_without_it(
    units: tuple[int, ...], columns: int, rows: int
) -> None:
    weights, image, trace = problem(units, columns, rows)
    found = logits_without_rows(weights, image, trace, "skip")
    expected = [read(weights, np.delete(image, k, axis=0)).logits[-1] for k in range(rows)]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert found.dtype == np.float32


@pytest.mark.parametrize(("units", "columns", "rows"), SHAPES)
def test_a_blank_row_equals_reading_the_image_with_no_ink_in_it(
    units: tuple[int, ...], columns: int, rows: int
) -> None:
    weights, image, trace = problem(units, columns, rows)
    found = logits_without_rows(weights, image, trace, "blank")
    for k in range(rows):
        changed = image.copy()
        changed[k] = 0
        np.testing.assert_allclose(found[k], read(weights, changed).logits[-1], atol=1e-5)


def test_blanking_a_row_without_ink_changes_nothing() -> None:
    weights, image, _ = problem((7, 3), 8, 8)
    image[[0, 4]] = 0
    trace = read(weights, image)
    found = logits_without_rows(weights, image, trace, "blank")
    np.testing.assert_allclose(found[[0, 4]], np.stack([trace.logits[-1]] * 2), atol=1e-6)


def test_without_its_only_row_nothing_but_the_heads_bias_speaks() -> None:
    weights, image, trace = problem(*SHAPES[0])
    np.testing.assert_array_equal(logits_without_rows(weights, image, trace), [weights.head_bias])


def test_reading_without_rows_leaves_image_and_trace_as_they_were() -> None:
    weights, image, trace = problem((7, 3), 8, 8)
    image.setflags(write=False)
    for layer in trace.layers:
        layer.hidden.setflags(write=False)
    logits_without_rows(weights, image, trace, "blank")
    attribute(weights, image, trace, 0)


def test_the_difference_of_two_classes_is_the_difference_of_their_gradients() -> None:
    weights, image, trace = problem((7, 3), 8, 8)
    one, other = attribute(weights, image, trace, 1), attribute(weights, image, trace, 4)
    both = attribute(weights, image, trace, 1, 4)
    close(both.pixels, one.pixels - other.pixels)
    assert both.score == pytest.approx(one.score - other.score, abs=1e-5)
    assert both.blank_score == pytest.approx(one.blank_score - other.blank_score, abs=1e-5)


def test_contributions_sum_to_the_score_up_to_what_is_called_unexplained() -> None:
    weights, image, trace = problem((7, 3), 8, 8)
    found = attribute(weights, image, trace, 1)
    assert found.blank_score == pytest.approx(
        float(read(weights, np.zeros_like(image)).logits[-1, 1]), abs=1e-5
    )
    total = found.row_contributions.sum() + found.unexplained
    assert total == pytest.approx(found.score - found.blank_score, abs=1e-4)
    assert abs(found.unexplained) > 1e-3


def test_with_hardly_any_ink_the_contributions_explain_all_but_the_second_order() -> None:
    weights, image, _ = problem((7, 3), 8, 8)
    errors = []
    for ink in (0.02, 0.01):
        faint = (ink * image).astype(np.float32)
        errors.append(abs(attribute(weights, faint, read(weights, faint), 1).unexplained))
    assert errors[1] == pytest.approx(errors[0] / 4, rel=0.1)


def test_row_norms_are_those_of_the_pixels() -> None:
    found = attribute(*problem((7, 3), 8, 8), 1)
    np.testing.assert_allclose(found.row_norms, [np.sqrt((row**2).sum()) for row in found.pixels], rtol=1e-5)


@pytest.mark.parametrize("row", [1, 4, 8])
def test_after_a_row_everything_is_as_if_the_image_ended_there(row: int) -> None:
    weights, image, trace = problem((7, 3), 8, 8)
    found = attribute(weights, image, trace, 1, 4, row=row)
    short = attribute(weights, image[:row], read(weights, image[:row]), 1, 4)
    assert found.score == pytest.approx(short.score, abs=1e-5)
    assert found.blank_score == pytest.approx(short.blank_score, abs=1e-5)
    close(found.pixels[:row], short.pixels)
    close(found.cell_norms[:, :row], short.cell_norms)
    close(found.hidden_norms[:, :row], short.hidden_norms)
    for later in (found.pixels[row:], found.cell_norms[:, row:], found.hidden_norms[:, row:]):
        assert not later.any()
    for way in ("skip", "blank"):
        without = logits_without_rows(weights, image, trace, way, row=row)
        short_ones = logits_without_rows(weights, image[:row], read(weights, image[:row]), way)
        np.testing.assert_allclose(without[:row], short_ones, atol=1e-5)
        np.testing.assert_array_equal(without[row:], np.tile(trace.logits[row - 1], (8 - row, 1)))


def test_bad_arguments_are_named() -> None:
    weights, image, trace = problem((7, 3), 8, 8)
    cases: list[tuple[Any, Any, Any, Any, str]] = [
        (weights, image, 10, None, "label"),
        (weights, image, -1, None, "label"),
        (weights, image, 1, 10, "against"),
        (weights, image, 1, 1, "against"),
        (weights, image[:, :5], 1, None, "image"),
        (weights, image[:5], 1, None, "trace"),
        (random_weights((7, 3), cell="gru"), image, 1, None, "weights"),
        (random_weights((7, 3), both=True), image, 1, None, "weights"),
        (random_weights((7, 3), initial=True), image, 1, None, "weights"),
        (random_weights((7, 3), projection=8), image, 1, None, "weights"),
    ]
    for network, pixels, label, against, named in cases:
        with pytest.raises(InvalidValue, match=f"`{named}`"):
            attribute(network, pixels, trace, label, against)
    for row in (0, 9):
        with pytest.raises(InvalidValue, match="row"):
            attribute(weights, image, trace, 1, row=row)
    with pytest.raises(InvalidValue, match="way"):
        logits_without_rows(weights, image, trace, "forget")  # type: ignore[arg-type]
