"""A network in NumPy learns to turn a sine into a cosine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.lesson.waves import BATCH, RADIANS_PER_STEP, WaveTraining
from lstm_core.reading.trace import read, read_stack
from lstm_core.reading.weights import LstmWeights
from tests.networks import random_weights


@pytest.mark.slow
@pytest.mark.parametrize(("units", "steps_in_time"), [((20, 30), 20), ((10,), 20), ((20, 30), 30)])
@pytest.mark.parametrize("seed", [0, 1])
def test_800_steps_bring_the_error_clearly_below_a_hundredth(
    units: tuple[int, ...], steps_in_time: int, seed: int
) -> None:
    training = WaveTraining(units, steps_in_time, seed=seed)
    losses = training.advance(800)
    assert np.mean(losses[:10]) > 0.2
    assert np.median(losses[-100:]) < 0.005
    assert training.network().predict().error < 0.005


@pytest.mark.slow
def test_a_deep_stack_learns_with_a_smaller_learning_rate() -> None:
    training = WaveTraining((32, 32, 64), 30, learning_rate=0.002)
    training.advance(300)
    assert np.mean(training.losses[-20:]) < 0.02


def test_the_slices_a_training_came_in_do_not_matter() -> None:
    whole, sliced = WaveTraining((6, 4), seed=3), WaveTraining((6, 4), seed=3)
    losses = whole.advance(12)
    assert [*sliced.advance(5), *sliced.advance(0), *sliced.advance(7)] == losses
    assert whole.losses == sliced.losses == losses
    assert whole.steps == sliced.steps == 12
    np.testing.assert_array_equal(whole.network().predict().prediction, sliced.network().predict().prediction)


def test_looking_does_not_disturb_the_training() -> None:
    looked, left_alone = WaveTraining((5,)), WaveTraining((5,))
    looked.advance(3)
    looked.network().predict(frequency=2)
    left_alone.advance(3)
    assert looked.advance(3) == left_alone.advance(3)


def test_another_seed_is_another_training() -> None:
    assert WaveTraining((5,), seed=0).advance(2) != WaveTraining((5,), seed=1).advance(2)


def test_a_training_equals_that_of_a_stateful_keras_model() -> None:
    """The tutorial as Keras has it: stateful layers, the mean squared error, Adam."""
    import keras
    import tensorflow as tf

    ours = WaveTraining((6, 4), 5, learning_rate=0.01, seed=2)
    x = inputs = keras.Input(batch_shape=(BATCH, 5, 1))
    for layer in ours._layers:
        made = keras.layers.LSTM(layer.units, return_sequences=True, stateful=True)
        x = made(x)
        made.set_weights([layer.kernel, layer.recurrent_kernel, layer.bias])
    head = keras.layers.Dense(1)
    outputs = head(x)
    head.set_weights([ours._head_kernel, ours._head_bias])
    model = keras.Model(inputs, outputs)
    optimizer = keras.optimizers.Adam(0.01)
    for loss in ours.advance(8):
        start = ours._start + RADIANS_PER_STEP * 5 * int(optimizer.iterations)
        angles = start + RADIANS_PER_STEP * np.arange(BATCH * 5).reshape(BATCH, 5, 1)
        with tf.GradientTape() as tape:
            wrong = model(np.sin(angles).astype(np.float32)) - np.cos(angles).astype(np.float32)
            theirs = tf.reduce_mean(wrong**2)
        gradients = tape.gradient(theirs, [v.value for v in model.trainable_variables])
        optimizer.apply(gradients, model.trainable_variables)
        assert loss == pytest.approx(float(theirs), rel=1e-4)


def test_states_are_handed_on_to_where_the_next_batch_begins() -> None:
    training = WaveTraining((3,), 20)
    first, _ = training._batch()
    training.advance(1)
    following, _ = training._batch()
    np.testing.assert_allclose(following[:, :-1], first[:, 1:], atol=1e-6)
    assert (training._states[0][0] != 0).all()


def test_the_first_weights_are_those_keras_would_draw() -> None:
    (layer,) = WaveTraining((8,))._layers
    np.testing.assert_allclose(layer.recurrent_kernel @ layer.recurrent_kernel.T, np.eye(8), atol=1e-6)
    assert np.abs(layer.kernel).max() <= np.sqrt(6 / (1 + 32))
    assert layer.bias.tolist() == [0] * 8 + [1] * 8 + [0] * 16
    assert layer.kernel.dtype == layer.recurrent_kernel.dtype == np.float32


def test_a_stack_read_from_zeros_is_what_reading_an_image_gives() -> None:
    weights: LstmWeights = random_weights((5, 3), columns=4, rows=6)
    image = np.random.default_rng(1).random((6, 4), dtype=np.float32)
    zeros: list[Any] = [(np.zeros(n, np.float32), np.zeros(n, np.float32)) for n in (5, 3)]
    for ours, theirs in zip(
        read_stack(weights.layers, image, zeros), read(weights, image).layers, strict=True
    ):
        for name, array in vars(ours).items():
            np.testing.assert_allclose(array, getattr(theirs, name), atol=1e-6)


def test_a_prediction_is_made_of_the_wave_that_was_asked_for() -> None:
    wave = WaveTraining((4,)).network().predict(frequency=2.0, phase=1.0, length=30, lead_in=7)
    angles = 1.0 + 2.0 * np.arange(30) / (10 * np.pi)
    np.testing.assert_array_equal(wave.time, np.arange(30))
    np.testing.assert_allclose(wave.input, np.sin(angles), atol=1e-6)
    np.testing.assert_allclose(wave.truth, np.cos(angles), atol=1e-6)
    assert wave.prediction.shape == (30,)
    assert wave.error == pytest.approx(np.mean((wave.prediction - np.cos(angles)) ** 2), abs=1e-6)


def test_a_lead_in_is_the_same_wave_read_earlier() -> None:
    training = WaveTraining((4,))
    led = training.network().predict(phase=1.0, length=20, lead_in=15)
    whole = training.network().predict(phase=1.0 - 15 * RADIANS_PER_STEP, length=35, lead_in=0)
    np.testing.assert_allclose(led.prediction, whole.prediction[15:], atol=1e-6)


def test_parameters_count_every_number_that_is_learnt() -> None:
    # 4 · (units · (features + units) + units) of each layer, and the output's.
    assert (
        WaveTraining((20, 30)).network().parameters == 4 * 20 * (1 + 20 + 1) + 4 * 30 * (20 + 30 + 1) + 30 + 1
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"units": ()}, "units"),
        ({"units": (4, 0)}, "units"),
        ({"units": (129,)}, "units"),
        ({"units": (4,) * 5}, "units"),
        ({"units": (True,)}, "units"),
        ({"units": (2.5,)}, "units"),
        ({"steps_in_time": 1}, "steps_in_time"),
        ({"steps_in_time": 61}, "steps_in_time"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"learning_rate": 1.5}, "learning_rate"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**31}, "seed"),
    ],
)
def test_values_that_break_a_rule_are_refused_by_name(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        WaveTraining(**values)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"frequency": 0.0}, "frequency"),
        ({"frequency": 11.0}, "frequency"),
        ({"phase": float("inf")}, "phase"),
        ({"length": 0}, "length"),
        ({"lead_in": -1}, "lead_in"),
    ],
)
def test_a_wave_that_cannot_be_read_is_refused_by_name(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        WaveTraining((3,)).network().predict(**values)
    assert caught.value.field == field


def test_a_step_backwards_is_refused() -> None:
    with pytest.raises(InvalidValue, match="steps"):
        WaveTraining((3,)).advance(-1)
