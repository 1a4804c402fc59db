"""The Keras model: its dropout, its first weights, its export."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from lstm_core.data.info import DATASETS
from lstm_core.errors import InvalidValue
from lstm_core.reading.trace import read_batch, softmax
from lstm_core.reading.weights import LstmWeights
from lstm_core.settings.first_weights import shape_of
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import (
    hyperparameters,
    with_changes,
)
from lstm_core.training.model import AdjustableDropout, build, last_row_model, save_for_export
from lstm_core.training.model_weights import put_weights, weights_from_model
from tests.networks import random_weights, same_weights

DIGITS = DATASETS["digits"]


def settings(**values: Any) -> Any:
    return hyperparameters({"dataset": "digits", "units": (5, 3), **values})


def started(**values: Any) -> LstmWeights:
    """The first weights of a network."""
    chosen = settings(**values)
    return weights_from_model(build(chosen, DIGITS), chosen)


def randomised(chosen: HyperParameters) -> LstmWeights:
    """Random weights for these settings."""
    model = build(chosen, DIGITS)
    rng = np.random.default_rng(1)
    for variable in model.trainable_variables:
        variable.assign(0.5 * rng.standard_normal(variable.shape))
    return weights_from_model(model, chosen)


def ones(*shape: int) -> Any:
    return np.ones(shape, np.float32)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_zeroes_its_share_and_scales_the_rest(rate: float):
    out = np.asarray(AdjustableDropout(rate, seed=1)(ones(100, 20, 50), training=True))
    zeros = float((out == 0).mean())
    # four standard deviations of the share of 100,000 independent draws
    assert zeros == pytest.approx(rate, abs=4 * np.sqrt(rate * (1 - rate) / out.size))
    np.testing.assert_allclose(out[out != 0], 1 / (1 - rate), rtol=1e-6)


def test_dropout_draws_a_fresh_mask_for_every_row_image_and_call():
    layer = AdjustableDropout(0.5, seed=1)
    first, second = (np.asarray(layer(ones(4, 6, 64), training=True)) for _ in range(2))
    masks = [first[i, t] for i in range(4) for t in range(6)] + [
        second[i, t] for i in range(4) for t in range(6)
    ]
    assert len({mask.tobytes() for mask in masks}) == len(masks)


def test_dropout_draws_the_same_masks_from_the_same_seed():
    def draw(seed: int) -> Any:
        return np.asarray(AdjustableDropout(0.5, seed=seed)(ones(4, 6, 8), training=True))

    np.testing.assert_array_equal(draw(3), draw(3))
    assert (draw(3) != draw(4)).any()


def test_dropout_of_nothing_and_outside_training_changes_nothing():
    x = np.random.default_rng(0).random((3, 4, 5), dtype=np.float32)
    np.testing.assert_array_equal(AdjustableDropout(0.0, seed=1)(x, training=True), x)
    np.testing.assert_array_equal(AdjustableDropout(0.9, seed=1)(x, training=False), x)
    np.testing.assert_array_equal(AdjustableDropout(0.9, seed=1)(x), x)


def test_the_rate_changes_in_a_compiled_step_without_compiling_again():
    layer = AdjustableDropout(0.0, seed=1)
    if keras.backend.backend() != "tensorflow":
        pytest.skip("counts TensorFlow's traces")
    import tensorflow as tf

    @tf.function
    def step(x: Any) -> Any:
        return layer(x, training=True)

    x = tf.ones((50, 20, 20))
    assert float((np.asarray(step(x)) == 0).mean()) == 0
    layer.rate.assign(0.5)
    assert float((np.asarray(step(x)) == 0).mean()) == pytest.approx(0.5, abs=0.02)
    assert step.experimental_get_tracing_count() == 1


def test_the_seed_decides_the_first_weights():
    one, same, other = (started(seed=seed) for seed in (1, 1, 2))
    assert same_weights(one, same)
    assert not same_weights(one, other)


def test_the_largest_seed_builds():
    build(settings(seed=2**31 - 1, units=(2, 2, 2)), DIGITS)


def test_the_first_weights_are_those_the_papers_advise():
    weights = started(units=(6,))
    (layer,) = weights.layers
    np.testing.assert_array_equal(layer.bias, [0] * 6 + [1] * 6 + [0] * 12)
    product = layer.recurrent_kernel @ layer.recurrent_kernel.T
    np.testing.assert_allclose(product, np.eye(6), atol=1e-5)
    assert np.abs(layer.kernel).max() <= np.sqrt(6 / (8 + 24))


@pytest.mark.parametrize("units", [(4,), (5, 3), (2, 3, 4)])
def test_the_model_reads_as_numpy_does(units: tuple[int, ...]):
    chosen = settings(units=units)
    model = build(chosen, DIGITS)
    images = np.random.default_rng(0).random((5, 8, 8), dtype=np.float32)
    ours = read_batch(weights_from_model(model, chosen), images)
    np.testing.assert_allclose(ours, softmax(np.asarray(model(images))), atol=1e-5)


def test_what_came_later_leaves_the_first_networks_as_they_were():
    """At the defaults the layers, their order and every first number are those of plain Keras."""
    model = build(settings(seed=5), DIGITS)
    keras.utils.set_random_seed(5)
    x = inputs = keras.Input((8, 8))
    for units in (5, 3):
        x = keras.layers.LSTM(units, return_sequences=True)(x)
    plain = keras.Model(inputs, keras.layers.Dense(10)(x))
    names = ["rows", "lstm_1", "dropout_1", "lstm_2", "dropout_2", "logits"]
    assert [layer.name for layer in model.layers] == names
    for ours, theirs in zip(model.trainable_variables, plain.trainable_variables, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_keras_keeps_for_the_process_is_as_before(precision: str, tmp_path: Path):
    """A network built elsewhere in the process is not made of 16 bits, nor of the same numbers every time."""
    keras.config.set_dtype_policy("float64")
    random.seed(7)
    keras.utils.set_random_seed(8)
    before = random.getstate(), str(np.random.get_state()), tf.random.uniform(()).numpy()  # noqa: NPY002
    keras.utils.set_random_seed(8)
    chosen = settings(seed=5, precision=precision)
    model = build(chosen, DIGITS)
    last_row_model(model, chosen)
    save_for_export(weights_from_model(model, chosen), chosen, tmp_path / "x.keras")
    after = random.getstate(), str(np.random.get_state()), tf.random.uniform(()).numpy()  # noqa: NPY002
    assert after == before
    assert keras.config.dtype_policy().name == "float64"


@pytest.mark.parametrize("bias", [-2.5, 0.0, 1.0])
@pytest.mark.parametrize("direction", ["forward", "both"])
def test_the_forget_gate_starts_with_its_bias(bias: float, direction: str):
    for layer in started(forget_bias=bias, direction=direction).layers:
        for weights in (layer, layer.backward):
            if weights is not None:
                n = weights.units
                np.testing.assert_array_equal(weights.bias, [0] * n + [bias] * n + [0] * 2 * n)


def test_a_gru_and_a_simple_rnn_start_without_bias():
    for cell in ("gru", "rnn"):
        assert not any(layer.bias.any() for layer in started(cell=cell, forget_bias=3.0).layers)


def test_the_first_layer_starts_from_the_numbers_that_were_brought():
    chosen = settings(initializer="csv", initial_kernel="0" * 64)
    kernel = np.random.default_rng(0).standard_normal(shape_of(chosen)).astype(np.float32)
    first, second = weights_from_model(build(chosen, DIGITS, kernel), chosen).layers
    np.testing.assert_array_equal(np.vstack([first.kernel, first.recurrent_kernel]), kernel)
    np.testing.assert_array_equal(first.bias, [0] * 5 + [1] * 5 + [0] * 10)
    np.testing.assert_allclose(second.recurrent_kernel @ second.recurrent_kernel.T, np.eye(3), atol=1e-5)


@pytest.mark.parametrize("kernel", [None, np.zeros((13, 12), np.float32)], ids=["none", "of another shape"])
def test_numbers_that_do_not_fit_the_first_layer_are_refused(kernel: Any):
    with pytest.raises(InvalidValue, match=r"shape \(13, 20\); got (None|\(13, 12\))"):
        build(settings(initializer="csv", initial_kernel="0" * 64), DIGITS, kernel)


@pytest.mark.parametrize("way", ["keras", "by-hand"])
def test_the_verdict_from_the_state_is_that_from_the_outputs_but_is_not_dropped(way: str):
    images = np.random.default_rng(0).random((5, 8, 8), dtype=np.float32)
    dropped, kept = (
        {training: np.asarray(model(images, training=training)) for training in (False, True)}
        for model in (
            build(settings(units=(7,), returned=returned, computation=way, dropout=0.5), DIGITS)
            for returned in ("outputs", "state")
        )
    )
    np.testing.assert_allclose(kept[False], dropped[False], atol=1e-6)
    np.testing.assert_allclose(kept[True][:, -1], kept[False][:, -1], atol=1e-6)
    assert (dropped[True][:, -1] != dropped[False][:, -1]).any()


def test_dropout_of_inputs_is_drawn_apart_and_only_in_training():
    chosen = settings(input_dropout=0.5, dropout=0.25, input_projection=6)
    model = build(chosen, DIGITS)
    names = [layer.name for layer in model.layers if isinstance(layer, AdjustableDropout)]
    assert names == ["input_dropout_1", "dropout_1", "input_dropout_2", "dropout_2"]
    rates = [float(np.asarray(model.get_layer(name).rate)) for name in names]
    assert rates == [0.5, 0.25, 0.5, 0.25]
    assert model.layers.index(model.get_layer("projection")) < model.layers.index(
        model.get_layer("input_dropout_1")
    )
    drawn = {np.asarray(model.get_layer(name)(ones(4, 8, 4), training=True) == 0).tobytes() for name in names}
    assert len(drawn) == 4
    images = np.random.default_rng(0).random((5, 8, 8), dtype=np.float32)
    ours = read_batch(weights_from_model(model, chosen), images)
    np.testing.assert_allclose(ours, softmax(np.asarray(model(images))), atol=1e-5)


def test_shared_layers_are_one_layer():
    chosen = settings(units=(8, 8, 8), layer_weights="shared")
    model = build(chosen, DIGITS)
    assert [layer.name for layer in model.layers if isinstance(layer, keras.layers.LSTM)] == ["lstm_1"]
    assert len(model.trainable_variables) == 5
    first, second, third = weights_from_model(model, chosen).layers
    assert first.kernel is second.kernel is third.kernel


@pytest.mark.parametrize("way", ["keras", "whole-sequence", "unrolled", "by-hand", "separate-matrices"])
def test_mixed_precision_computes_in_16_bits_and_gives_logits_of_32(way: str):
    chosen = settings(
        computation=way, precision="mixed", initial_state="trainable", input_projection=4, input_dropout=0.2
    )
    model = build(chosen, DIGITS)
    assert model.get_layer("lstm_1").compute_dtype == "float16"
    images = np.random.default_rng(0).random((5, 8, 8), dtype=np.float32)
    logits = np.asarray(model(images))
    assert logits.dtype == np.float32
    ours = read_batch(weights_from_model(model, chosen), images)
    np.testing.assert_allclose(softmax(logits), ours, atol=2e-3)
    assert np.isfinite(np.asarray(model(images, training=True))).all()


def test_time_major_puts_the_rows_first_inside_and_the_images_first_outside():
    model = build(settings(computation="unrolled", layout="time-major"), DIGITS)
    assert model.get_layer("lstm_2").input.shape == (8, None, 5)
    assert model.output_shape == (None, 8, 10)


def test_an_exported_network_is_plain_keras_and_reads_the_same(tmp_path: Path):
    weights = random_weights((5, 3))
    save_for_export(weights, settings(dropout=0.3), tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras", custom_objects={}, safe_mode=True)
    assert {type(layer).__module__.split(".")[0] for layer in loaded.layers} == {"keras"}
    images = np.random.default_rng(0).random((5, 8, 8), dtype=np.float32)
    np.testing.assert_allclose(softmax(np.asarray(loaded(images))), read_batch(weights, images), atol=1e-5)
    assert loaded.get_layer("dropout_1").rate == 0.3
    assert [file.name for file in tmp_path.iterdir()] == ["network.keras"]


@pytest.mark.parametrize(
    "values",
    [
        {"units": (8, 8), "layer_weights": "shared", "computation": "separate-matrices"},
        {
            "input_projection": 6,
            "initial_state": "trainable",
            "computation": "by-hand",
            "layout": "time-major",
        },
        {"cell": "gru", "returned": "state", "input_dropout": 0.2},
        {"cell": "rnn", "direction": "both", "computation": "whole-sequence"},
        {"direction": "both", "input_projection": 3},
        {"initializer": "csv", "initial_kernel": "0" * 64},
        {"computation": "cudnn", "precision": "mixed"},
    ],
    ids=lambda values: " ".join(map(str, values.values())),
)
def test_every_network_is_exported_as_plain_keras_and_reads_the_same(values: dict[str, Any], tmp_path: Path):
    chosen = settings(**values)
    weights = randomised(with_changes(chosen, initializer="keras", initial_kernel="", precision="float32"))
    save_for_export(weights, chosen, tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras", custom_objects={}, safe_mode=True)
    assert {type(layer).__module__.split(".")[0] for layer in loaded.layers} == {"keras"}
    images = np.random.default_rng(0).random((5, 8, 8), dtype=np.float32)
    np.testing.assert_allclose(softmax(np.asarray(loaded(images))), read_batch(weights, images), atol=1e-5)
    put_weights(weights, loaded, chosen)
