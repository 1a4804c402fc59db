"""A network of the same shape that has learnt nothing."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.reading.untrained import untrained
from tests.networks import random_weights, same_weights

WEIGHTS = random_weights((40, 30))


def test_it_has_the_same_shape_and_other_weights():
    drawn = untrained(WEIGHTS)
    assert (drawn.rows, drawn.columns, drawn.classes, drawn.units) == (8, 8, 10, (40, 30))
    assert not same_weights(drawn, WEIGHTS)


def test_the_seed_draws_it():
    assert same_weights(untrained(WEIGHTS, 4), untrained(WEIGHTS, 4))
    assert not same_weights(untrained(WEIGHTS, 4), untrained(WEIGHTS, 5))


def test_weights_are_spread_as_keras_spreads_them():
    layer = keras.layers.LSTM(40)
    layer.build((None, 8, 8))
    kernel, recurrent, bias = (np.asarray(array) for array in layer.get_weights())
    ours = untrained(WEIGHTS).layers[0]
    np.testing.assert_array_equal(ours.bias, bias)
    assert ours.kernel.std() == pytest.approx(kernel.std(), rel=0.1)
    assert np.abs(ours.kernel).max() <= np.sqrt(6 / (8 + 160))
    np.testing.assert_allclose(ours.recurrent_kernel @ ours.recurrent_kernel.T, np.eye(40), atol=1e-5)
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(40), atol=1e-5)


@pytest.mark.parametrize("kind", [{"cell": "gru"}, {"both": True}, {"projection": 4}], ids=str)
def test_other_networks_are_refused(kind: dict[str, Any]):
    with pytest.raises(InvalidValue, match="plain stack"):
        untrained(random_weights((5,), **kind))
