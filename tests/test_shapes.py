"""Shapes and parameters told without a model, against a model."""

from __future__ import annotations

import pytest

from lstm_core.datasets import DATASETS
from lstm_core.hyperparameters import hyperparameters
from lstm_core.shapes import layer_shapes, parameter_count, step_flops


@pytest.mark.parametrize("dataset", ["mnist", "digits"])
@pytest.mark.parametrize("units", [(1,), (5, 3), (2, 7, 4, 3)])
def test_shapes_and_parameters_are_those_of_the_keras_model(dataset: str, units: tuple[int, ...]):
    from lstm_core.model import build

    settings = hyperparameters({"dataset": dataset, "units": units, "batch_size": 32})
    model = build(settings, DATASETS[dataset])
    told = layer_shapes(settings)
    assert [layer.output for layer in told] == [(32, *layer.output.shape[1:]) for layer in model.layers]
    theirs = [sum(v.shape.num_elements() for v in layer.trainable_variables) for layer in model.layers]
    assert [layer.parameters for layer in told] == theirs
    assert parameter_count(settings) == sum(theirs)
    rates = len(units)  # each dropout keeps its rate in a variable
    assert model.count_params() == sum(theirs) + rates


def test_the_tutorial_network_as_counted_by_hand():
    settings = hyperparameters({"units": (256, 256)})
    assert [layer.name for layer in layer_shapes(settings)] == [
        "image",
        "LSTM 1",
        "dropout 1",
        "LSTM 2",
        "dropout 2",
        "logits of every row",
    ]
    assert parameter_count(settings) == 4 * 256 * (28 + 256 + 1) + 4 * 256 * (256 + 256 + 1) + 257 * 10


def test_work_grows_in_proportion_to_the_batch():
    small, large = (hyperparameters({"batch_size": size}) for size in (64, 256))
    assert step_flops(large) == 4 * step_flops(small)
