"""The convolutional network of the old tutorial."""

from __future__ import annotations

import numpy as np

from lstm_core.evidence import convolution

# By hand: kernels and biases of 5·5·1 → 32, 5·5·32 → 64, 7·7·64 → 1024 and 1024 → 10.
PARAMETERS = (25 * 32 + 32) + (25 * 32 * 64 + 64) + (3136 * 1024 + 1024) + (1024 * 10 + 10)


def test_it_has_the_tutorials_parameters_and_outputs() -> None:
    model = convolution.build()
    assert model.count_params() == PARAMETERS == 3_274_634
    assert model.output_shape == (None, 10)


def test_it_reads_images_without_channels() -> None:
    images = np.random.default_rng(0).random((3, 28, 28), np.float32)
    logits = np.asarray(convolution.build().predict_on_batch(images))
    assert logits.shape == (3, 10)
    assert np.isfinite(logits).all()


def test_weights_start_as_in_the_tutorial() -> None:
    kernel, bias = convolution.build(seed=3).layers[-1].get_weights()
    assert np.abs(kernel).max() <= 0.2  # truncated at two deviations
    np.testing.assert_array_equal(bias, np.float32(0.1))
