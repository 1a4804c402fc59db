"""The tutorials' loop, against the reading layer by layer."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.lesson.tutorial_loop import step_by_step
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights

IMAGES = np.random.default_rng(4).random((3, 8, 8)).astype(np.float32)


@pytest.mark.parametrize("units", [(5,), (6, 4), (3, 7, 5)])
def test_outputs_and_states_are_those_of_the_trace(units: tuple[int, ...]) -> None:
    weights = random_weights(units)
    outputs, state = step_by_step(weights, IMAGES)
    assert outputs.shape == (3, 8, units[-1])
    for number, image in enumerate(IMAGES):
        layers = read(weights, image).layers
        np.testing.assert_allclose(outputs[number], layers[-1].hidden, atol=1e-6)
        for layer, (c, h) in zip(layers, state, strict=True):
            assert isinstance(layer, LayerTrace)
            np.testing.assert_allclose(c[number], layer.cell[-1], atol=1e-6)
            np.testing.assert_allclose(h[number], layer.hidden[-1], atol=1e-6)


def test_the_last_output_is_the_last_states_h_bit_by_bit() -> None:
    outputs, state = step_by_step(random_weights((6, 4)), IMAGES)
    np.testing.assert_array_equal(outputs[:, -1, :], state[-1][1])
    assert not np.array_equal(outputs[:, -1, :], state[-1][0])


def test_the_images_are_left_as_they_are() -> None:
    before = IMAGES.copy()
    step_by_step(random_weights((4,)), IMAGES)
    np.testing.assert_array_equal(IMAGES, before)


@pytest.mark.parametrize("shape", [(3, 8), (3, 8, 7), (3, 0, 8)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match="images"):
        step_by_step(random_weights((4,)), np.zeros(shape, np.float32))
