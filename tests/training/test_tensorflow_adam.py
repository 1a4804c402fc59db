"""Adam in one operation, against Keras' own."""

from __future__ import annotations

import os

import keras
import numpy as np
import pytest

if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
    pytest.skip("an operation of TensorFlow", allow_module_level=True)

from lstm_core.training.tensorflow_adam import Adam


@pytest.mark.parametrize("clip_norm", [None, 0.5])
def test_twenty_steps_and_all_that_is_kept_equal_those_of_keras(clip_norm: float | None) -> None:
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(shape).astype(np.float32) for shape in ((3, 4), (5,), ())]
    gradients = [[rng.standard_normal(array.shape).astype(np.float32) for array in arrays] for _ in range(20)]
    found = []
    for kind in (Adam, keras.optimizers.Adam):
        variables = [keras.Variable(array) for array in arrays]
        optimizer = kind(0.01, global_clipnorm=clip_norm)
        optimizer.build(variables)
        for step, given in enumerate(gradients):
            optimizer.learning_rate = 0.01 / (1 + step)
            optimizer.apply(given)
        found.append([keras.ops.convert_to_numpy(each) for each in (*variables, *optimizer.variables)])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
