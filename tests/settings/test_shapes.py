"""Shapes and parameters told without a model, against a model."""

from __future__ import annotations

from typing import Any

import pytest

from lstm_core.data.info import DATASETS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.shapes import cell_parameters, image_flops, layer_shapes, parameter_count, step_flops
from lstm_core.settings.validation import hyperparameters, with_changes


def trained(settings: HyperParameters) -> int:
    """Numbers that the Keras model of these settings learns."""
    from lstm_core.training.model import build

    model = build(settings, DATASETS[settings.dataset])
    return sum(v.shape.num_elements() for v in model.trainable_variables)


@pytest.mark.parametrize("dataset", ["mnist", "digits"])
@pytest.mark.parametrize("units", [(1,), (5, 3), (2, 7, 4, 3)])
def test_shapes_and_parameters_are_those_of_the_keras_model(dataset: str, units: tuple[int, ...]):
    from lstm_core.training.model import build

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


def test_dropout_that_drops_nothing_is_no_layer_of_its_own():
    settings = hyperparameters({"units": (256, 256), "dropout": 0.0})
    assert [layer.name for layer in layer_shapes(settings)] == [
        "image",
        "LSTM 1",
        "LSTM 2",
        "logits of every row",
    ]
    assert parameter_count(settings) == parameter_count(
        hyperparameters({"units": (256, 256), "dropout": 0.5})
    )


CHOICES: list[dict[str, Any]] = [
    {},
    {"cell": "gru"},
    {"cell": "rnn"},
    {"direction": "both"},
    {"cell": "gru", "direction": "both"},
    {"cell": "rnn", "direction": "both", "input_projection": 6},
    {"input_projection": 6},
    {"initial_state": "trainable"},
    {"initial_state": "trainable", "input_projection": 3, "input_dropout": 0.1},
    {"computation": "by-hand", "layout": "time-major"},
    {"computation": "unrolled", "layout": "time-major", "cell": "gru", "input_projection": 6},
    {"returned": "state"},
]


@pytest.mark.parametrize("units", [(5,), (5, 3), (2, 7, 4)])
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_every_choice_has_as_many_parameters_as_the_model(choice: dict[str, Any], units: tuple[int, ...]):
    settings = hyperparameters({"dataset": "digits", "units": units, **choice})
    assert parameter_count(settings) == trained(settings)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_shared_weights_count_once(cell: str, depth: int):
    settings = hyperparameters(
        {"dataset": "digits", "cell": cell, "units": (8,) * depth, "layer_weights": "shared"}
    )
    assert parameter_count(settings) == trained(settings)
    assert parameter_count(settings) == cell_parameters(cell, 8, 8) + 90
    separate = with_changes(settings, layer_weights="separate")
    assert step_flops(settings) == step_flops(separate)


@pytest.mark.parametrize(("cell", "packed"), [("lstm", "LSTM"), ("gru", "GRU"), ("rnn", "SimpleRNN")])
@pytest.mark.parametrize("direction", ["forward", "both"])
def test_outputs_and_final_states_are_those_of_stock_layers(cell: str, packed: str, direction: str):
    import keras

    settings = hyperparameters(
        {"dataset": "digits", "cell": cell, "units": (5, 3), "direction": direction, "batch_size": 4}
    )
    told = [layer for layer in layer_shapes(settings) if layer.state]
    x = keras.ops.zeros((4, 8, 8))
    for layer, units in zip(told, settings.units, strict=True):
        made = getattr(keras.layers, packed)(units, return_sequences=True, return_state=True)
        if direction == "both":
            made = keras.layers.Bidirectional(made)
        x, *states = made(x)
        assert layer.output == tuple(x.shape)
        assert list(layer.state.values()) == [tuple(state.shape) for state in states]
        assert layer.parameters == made.count_params()


def test_names_of_the_final_states():
    def names(**choice: Any) -> list[str]:
        return list(layer_shapes(hyperparameters({"units": (4,), **choice}))[1].state)

    assert names() == ["h", "c"]
    assert names(cell="gru") == names(cell="rnn") == ["h"]
    assert names(direction="both") == ["h↓", "c↓", "h↑", "c↑"]


def test_time_major_puts_the_rows_first_once_the_image_is_in():
    settings = hyperparameters(
        {"units": (5,), "computation": "by-hand", "layout": "time-major", "initial_state": "trainable"}
    )
    assert [(layer.name, layer.output) for layer in layer_shapes(settings)] == [
        ("image", (128, 28, 28)),
        ("rows first", (28, 128, 28)),
        ("h₀ of layer 1", (128, 5)),
        ("c₀ of layer 1", (128, 5)),
        ("LSTM 1", (28, 128, 5)),
        ("dropout 1", (28, 128, 5)),
        ("logits of every row", (28, 128, 10)),
    ]


def test_work_grows_in_proportion_to_the_batch():
    small, large = (hyperparameters({"batch_size": size}) for size in (64, 256))
    assert step_flops(large) == 4 * step_flops(small)


def test_a_trainable_initial_state_is_worked_out_once_an_image():
    zero, trainable = (
        hyperparameters({"dataset": "digits", "units": (5, 3), "initial_state": state})
        for state in ("zero", "trainable")
    )
    assert image_flops(trainable) - image_flops(zero) == 2 * 2 * (8 * 5 + 5 * 3)
