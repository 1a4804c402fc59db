"""The Keras model: its dropout, its first weights, its export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from lstm_core.datasets import DATASETS  # noqa: E402
from lstm_core.hyperparameters import hyperparameters  # noqa: E402
from lstm_core.model import AdjustableDropout, build, save_for_export  # noqa: E402
from lstm_core.trace import read_batch, softmax  # noqa: E402
from lstm_core.weights import weights_from_model  # noqa: E402
from tests.networks import random_weights, same_weights  # noqa: E402

DIGITS = DATASETS["digits"]


def settings(**values: Any) -> Any:
    return hyperparameters({"dataset": "digits", "units": (5, 3), **values})


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
    one, same, other = (weights_from_model(build(settings(seed=seed), DIGITS)) for seed in (1, 1, 2))
    assert same_weights(one, same)
    assert not same_weights(one, other)


def test_the_largest_seed_builds():
    build(settings(seed=2**31 - 1, units=(2, 2, 2)), DIGITS)


def test_the_first_weights_are_those_the_papers_advise():
    weights = weights_from_model(build(settings(units=(6,)), DIGITS))
    (layer,) = weights.layers
    np.testing.assert_array_equal(layer.bias, [0] * 6 + [1] * 6 + [0] * 12)
    product = layer.recurrent_kernel @ layer.recurrent_kernel.T
    np.testing.assert_allclose(product, np.eye(6), atol=1e-5)
    assert np.abs(layer.kernel).max() <= np.sqrt(6 / (8 + 24))


@pytest.mark.parametrize("units", [(4,), (5, 3), (2, 3, 4)])
def test_the_model_reads_as_numpy_does(units: tuple[int, ...]):
    model = build(settings(units=units), DIGITS)
    images = np.random.default_rng(0).random((5, 8, 8), dtype=np.float32)
    ours = read_batch(weights_from_model(model), images)
    np.testing.assert_allclose(ours, softmax(np.asarray(model(images))), atol=1e-5)


def test_an_exported_network_is_plain_keras_and_reads_the_same(tmp_path: Path):
    weights = random_weights((5, 3))
    save_for_export(weights, settings(dropout=0.3), tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras", custom_objects={}, safe_mode=True)
    assert {type(layer).__module__.split(".")[0] for layer in loaded.layers} == {"keras"}
    images = np.random.default_rng(0).random((5, 8, 8), dtype=np.float32)
    np.testing.assert_allclose(softmax(np.asarray(loaded(images))), read_batch(weights, images), atol=1e-5)
    assert loaded.get_layer("dropout_1").rate == 0.3
    assert [file.name for file in tmp_path.iterdir()] == ["network.keras"]
