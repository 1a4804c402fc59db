"""Weights go into a model and come back, whatever the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras")

from lstm_core.data.info import DATASETS
from lstm_core.errors import WeightsError
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters
from lstm_core.training.model import build
from lstm_core.training.model_weights import cells, put_weights, weights_from_model
from tests.networks import random_weights, same_weights

DIGITS = DATASETS["digits"]

NETWORKS: list[dict[str, Any]] = [
    {},
    {"computation": "by-hand", "layout": "time-major", "initial_state": "trainable"},
    {"computation": "whole-sequence", "input_projection": 6},
    {"cell": "gru", "computation": "unrolled"},
    {"cell": "rnn", "direction": "both"},
    {"direction": "both", "computation": "whole-sequence", "input_projection": 4},
    {"units": (8, 8, 8), "layer_weights": "shared", "returned": "state"},
]


def settings(**values: Any) -> HyperParameters:
    return hyperparameters({"dataset": "digits", "units": (5, 3), **values})


@pytest.mark.parametrize("units", [(3,), (5, 2), (2, 3, 4, 5)])
def test_weights_go_into_a_model_and_come_back(units: tuple[int, ...]):
    chosen = settings(units=units)
    model = build(chosen, DIGITS)
    weights = random_weights(units)
    put_weights(weights, model, chosen)
    assert same_weights(weights_from_model(model, chosen), weights)


@pytest.mark.parametrize("values", NETWORKS, ids=lambda values: " ".join(map(str, values.values())))
def test_every_weight_of_every_network_is_copied(values: dict[str, Any]):
    chosen, other = settings(**values), settings(**values, seed=1)
    weights, model = weights_from_model(build(chosen, DIGITS), chosen), build(other, DIGITS)
    assert weights.parameters == sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    assert weights.cell == chosen.cell
    assert not same_weights(weights_from_model(model, other), weights)
    put_weights(weights, model, other)
    assert same_weights(weights_from_model(model, other), weights)


def test_a_copy_stays_as_it_was():
    chosen = settings()
    model = build(chosen, DIGITS)
    weights = weights_from_model(model, chosen)
    before = weights.layers[0].kernel.copy()
    cells(model, chosen, 1)[0].kernel.assign(np.zeros((8, 20)))
    np.testing.assert_array_equal(weights.layers[0].kernel, before)


@pytest.mark.parametrize("units", [(3, 3), (4,), (3, 2, 2)])
def test_a_model_of_another_shape_is_refused_and_left_alone(units: tuple[int, ...]):
    chosen = settings(units=(3, 2))
    model = build(chosen, DIGITS)
    before = weights_from_model(model, chosen)
    with pytest.raises(WeightsError) as caught:
        put_weights(random_weights(units), model, chosen)
    assert str(list(units)) in str(caught.value)
    assert "(8, 12)" in str(caught.value)
    assert same_weights(weights_from_model(model, chosen), before)


def test_a_model_of_another_cell_is_refused():
    chosen = settings(cell="gru")
    with pytest.raises(WeightsError, match=r"units \[5, 3\] of lstm .* the model of gru has arrays"):
        put_weights(random_weights((5, 3)), build(chosen, DIGITS), chosen)


def test_layers_that_differ_do_not_go_into_a_model_that_shares_them():
    chosen = settings(units=(8, 8), layer_weights="shared")
    model = build(chosen, DIGITS)
    before = weights_from_model(model, chosen)
    with pytest.raises(WeightsError, match=r"share their weights; layer1_kernel differs"):
        put_weights(random_weights((8, 8)), model, chosen)
    assert same_weights(weights_from_model(model, chosen), before)
