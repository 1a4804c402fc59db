"""Training steps of a classifier in NumPy: by finite differences, by hand, and against Keras."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.errors import InvalidValue
from lstm_core.lesson.training_step import StepTraining, lesson, parameters
from lstm_core.pretrained.small_networks import SEEN, small_weights
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.trace import read
from lstm_core.reading.untrained import untrained
from lstm_core.reading.weights import LstmWeights
from tests.networks import random_weights


def in_float64(weights: LstmWeights) -> LstmWeights:
    arrays: Any = [array.astype(np.float64) for array in parameters(weights)]
    layers = tuple(LayerWeights(*arrays[3 * at : 3 * at + 3]) for at in range(len(weights.layers)))
    return replace(weights, layers=layers, head_kernel=arrays[-2], head_bias=arrays[-1])


def batch(count: int = 3, rows: int = 5, columns: int = 4, classes: int = 6) -> tuple[Any, Any]:
    rng = np.random.default_rng(11)
    return rng.random((count, rows, columns)), rng.integers(0, classes, count)


def small_batch() -> tuple[Any, Any]:
    return np.stack([stroke_digit(label, 28, 28) for label in range(10)]), np.arange(10)


@pytest.mark.parametrize("units", [(3,), (4, 2)])
def test_every_gradient_equals_finite_differences(units: tuple[int, ...]) -> None:
    weights = in_float64(random_weights(units, columns=4, rows=5, classes=6))
    images, labels = batch()
    found = lesson(weights, images, labels)
    change = 1e-5
    for array, gradient in zip(parameters(weights), found.gradients, strict=True):
        assert gradient.shape == array.shape and gradient.dtype == np.float64
        for where in np.ndindex(array.shape):
            kept = array[where]
            array[where] = kept + change
            above = lesson(weights, images, labels).loss
            array[where] = kept - change
            below = lesson(weights, images, labels).loss
            array[where] = kept
            np.testing.assert_allclose(gradient[where], (above - below) / (2 * change), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("row", range(5))
def test_what_a_row_adds_is_the_gradient_of_weights_that_only_this_row_uses(row: int) -> None:
    """Finite differences of a network whose layer has other weights at one row, and the same for the head."""
    weights = in_float64(random_weights((3,), columns=4, rows=5, classes=6))
    images, labels = batch()
    found = lesson(weights, images, labels)

    def loss(changed: LstmWeights, *, head: bool) -> float:
        total = 0.0
        for image, label in zip(images, labels, strict=True):
            hidden, cell = np.zeros(3), np.zeros(3)
            for t, x in enumerate(image):
                used = changed if t == row else weights
                one = (weights if head else used).layers[0]
                i, f, g, o = np.split(x @ one.kernel + hidden @ one.recurrent_kernel + one.bias, 4)
                i, f, o = (1 / (1 + np.exp(-z)) for z in (i, f, o))
                cell = f * cell + i * np.tanh(g)
                hidden = o * np.tanh(cell)
                top = used if head else weights
                logits = hidden @ top.head_kernel + top.head_bias
                total += np.log(np.exp(logits).sum()) - logits[label]
        return total / (len(images) * len(images[0]))

    for head, expected in ((False, found.layers_by_row[0, row]), (True, found.head_by_row[row])):
        squares = 0.0
        changed = in_float64(weights)
        for array in parameters(changed)[3:] if head else parameters(changed)[:3]:
            for where in np.ndindex(array.shape):
                kept = array[where]
                array[where] = kept + 1e-5
                above = loss(changed, head=head)
                array[where] = kept - 1e-5
                below = loss(changed, head=head)
                array[where] = kept
                squares += ((above - below) / 2e-5) ** 2
        assert expected == pytest.approx(squares**0.5, rel=1e-6)


def test_the_loss_is_the_surprise_at_the_right_answer_after_every_row() -> None:
    weights = random_weights((3,), columns=4, rows=5, classes=6)
    images, labels = batch()
    images = images.astype(np.float32)
    found = lesson(weights, images, labels)
    readings = [read(weights, image).probabilities for image in images]
    np.testing.assert_allclose(found.probabilities, readings, atol=1e-6)
    surprise = [-np.log(one[:, label]) for one, label in zip(readings, labels, strict=True)]
    np.testing.assert_allclose(found.loss_by_row, np.mean(surprise, axis=0), rtol=1e-5)
    assert found.loss == pytest.approx(np.mean(surprise), rel=1e-5)


def test_a_network_that_gives_all_classes_the_same_has_the_loss_of_guessing() -> None:
    weights = random_weights((3,), columns=4, rows=5, classes=6)
    weights = replace(
        weights, head_kernel=np.zeros_like(weights.head_kernel), head_bias=np.zeros_like(weights.head_bias)
    )
    images, labels = batch()
    found = lesson(weights, images.astype(np.float32), labels)
    np.testing.assert_allclose(found.loss_by_row, np.log(6), rtol=1e-6)
    assert not found.layers_by_row.any()  # a head of zeros hands nothing back


def test_the_first_step_moves_every_weight_by_the_learning_rate_against_its_gradient() -> None:
    training = StepTraining(untrained(small_weights(SEEN)), *small_batch(), learning_rate=0.02)
    steps = training.advance(1)
    for before, after, gradient in zip(
        parameters(steps.before), parameters(steps.after), steps.first.gradients, strict=True
    ):
        clear = np.abs(gradient) > 1e-3
        np.testing.assert_allclose(after[clear] - before[clear], -0.02 * np.sign(gradient[clear]), rtol=5e-3)


def test_steps_lower_the_loss_of_a_fresh_network_and_leave_the_given_weights_alone() -> None:
    weights = untrained(small_weights(SEEN))
    kept = [array.copy() for array in parameters(weights)]
    training = StepTraining(weights, *small_batch())
    one, ten = training.advance(1), training.advance(10)
    assert training.steps == 11 and len(training.losses) == 12
    assert one.first.loss == training.losses[0] > one.last.loss == training.losses[1]
    assert ten.first is one.last and ten.last.loss == training.losses[11] < one.last.loss
    assert ten.before is one.after and ten.after is training.weights
    for array, before in zip(parameters(weights), kept, strict=True):
        np.testing.assert_array_equal(array, before)


def test_ten_steps_at_once_are_ten_steps_one_by_one() -> None:
    weights = untrained(small_weights(SEEN))
    at_once, one_by_one = (StepTraining(weights, *small_batch()) for _ in range(2))
    at_once.advance(10)
    for _ in range(10):
        one_by_one.advance(1)
    assert at_once.losses == one_by_one.losses
    assert at_once.advance(0).count == 0 and at_once.steps == 10


def test_a_step_takes_less_than_a_tenth_of_a_second() -> None:
    training = StepTraining(untrained(small_weights(SEEN)), *small_batch())
    times = []
    for _ in range(5):
        began = time.perf_counter()
        training.advance(1)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.1


@pytest.mark.slow
def test_five_steps_equal_those_of_keras() -> None:
    import keras
    import tensorflow as tf

    weights = random_weights((6, 4), columns=8, rows=7)
    rng = np.random.default_rng(3)
    images, labels = rng.random((5, 7, 8), dtype=np.float32), rng.integers(0, 10, 5)
    x = inputs = keras.Input((7, 8))
    for layer in weights.layers:
        made = keras.layers.LSTM(layer.units, return_sequences=True)
        x = made(x)
        made.set_weights([layer.kernel, layer.recurrent_kernel, layer.bias])
    head = keras.layers.Dense(10)
    model = keras.Model(inputs, head(x))
    head.set_weights([weights.head_kernel, weights.head_bias])
    optimizer = keras.optimizers.Adam(0.01)
    measure = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    training = StepTraining(weights, images, labels, learning_rate=0.01)
    for step in range(5):
        with tf.GradientTape() as tape:
            loss = measure(np.repeat(labels[:, None], 7, axis=1), model(images))
        gradients = tape.gradient(loss, [variable.value for variable in model.trainable_variables])
        steps = training.advance(1)
        assert training.losses[step] == pytest.approx(float(loss), rel=1e-5)
        for ours, theirs in zip(steps.first.gradients, gradients, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-5)
        optimizer.apply(gradients, model.trainable_variables)
    for ours, variable in zip(parameters(training.weights), model.trainable_variables, strict=True):
        np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(variable), atol=1e-4)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"images": np.zeros((3, 5, 3), np.float32)}, "images"),
        ({"images": np.zeros((0, 5, 4), np.float32)}, "images"),
        ({"labels": np.array([0, 1])}, "labels"),
        ({"labels": np.array([0, 1, 6])}, "labels"),
        ({"labels": np.array([0, 1, -1])}, "labels"),
        ({"weights": random_weights((3,), columns=4, classes=6, cell="gru")}, "weights"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], field: str) -> None:
    images, labels = batch()
    given = {"weights": random_weights((3,), columns=4, classes=6), "images": images, "labels": labels}
    with pytest.raises(InvalidValue, match=field):
        StepTraining(**{**given, **change})


def test_layers_that_share_their_weights_are_refused() -> None:
    weights = random_weights((4, 4), columns=4, classes=6)
    weights = replace(weights, layers=(weights.layers[0],) * 2)
    with pytest.raises(InvalidValue, match="share"):
        StepTraining(weights, *batch())


def test_steps_below_zero_are_refused() -> None:
    with pytest.raises(InvalidValue, match="count"):
        StepTraining(random_weights((3,), columns=4, classes=6), *batch()).advance(-1)


def test_weights_of_pixels_without_ink_do_not_move() -> None:
    images, labels = small_batch()
    steps = StepTraining(untrained(small_weights(SEEN)), images, labels).advance(3)
    change = steps.after.layers[0].kernel - steps.before.layers[0].kernel
    without_ink = images.max(axis=(0, 1)) == 0
    assert 0 < without_ink.sum() < 28
    np.testing.assert_array_equal(change.any(axis=1), ~without_ink)
