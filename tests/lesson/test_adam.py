"""Adam in NumPy, against Keras' and a step worked out by hand."""

from __future__ import annotations

import numpy as np

from lstm_core.lesson.adam import Adam


def test_twenty_steps_equal_those_of_keras() -> None:
    import keras

    rng = np.random.default_rng(0)
    ours = [rng.standard_normal(shape).astype(np.float32) for shape in ((3, 4), (5,))]
    theirs = [keras.Variable(array) for array in ours]
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(theirs)
    adam = Adam(ours, 0.01)
    for _ in range(20):
        gradients = [rng.standard_normal(array.shape).astype(np.float32) for array in ours]
        adam.step(gradients)
        optimizer.apply(gradients)
    assert adam.steps == 20
    for array, variable in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(array, keras.ops.convert_to_numpy(variable), atol=1e-6)


def test_the_first_step_is_as_long_as_the_learning_rate_whatever_the_gradient() -> None:
    parameter = np.zeros(3)
    Adam([parameter], 0.25).step([np.array([1e-2, -3.0, 500.0])])
    np.testing.assert_allclose(parameter, [-0.25, 0.25, -0.25], rtol=1e-3)
