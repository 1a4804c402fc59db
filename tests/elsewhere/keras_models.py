"""Models of stock Keras layers, with weights that tell pictures apart, as people bring them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROWS = COLUMNS = 8

STACKS: dict[str, Callable[[Any], Any]] = {}
"""By what they show: a function of `keras` that gives a model."""


def stack(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    STACKS[function.__name__.replace("_", " ")] = function
    return function


@stack
def lstm_with_dropout(k: Any) -> Any:
    layers = [k.layers.LSTM(12, return_sequences=True, dropout=0.1), k.layers.Dropout(0.3), k.layers.LSTM(9)]
    return k.Sequential([k.Input((8, 8)), *layers, k.layers.Dropout(0.2), k.layers.Dense(10, "softmax")])


@stack
def gru_that_is_functional(k: Any) -> Any:
    pixels = k.Input((8, 8), name="pixels")
    x = k.layers.GRU(11, return_sequences=True, name="below")(pixels)
    x = k.layers.GRU(7, name="above")(x)
    return k.Model(pixels, k.layers.Softmax()(k.layers.Dense(10)(x)))


@stack
def simple_rnn_without_biases(k: Any) -> Any:
    layers = [
        k.layers.SimpleRNN(9, return_sequences=True, use_bias=False),
        k.layers.SimpleRNN(8, use_bias=False),
    ]
    head = k.layers.Dense(10, "softmax", use_bias=False)
    return k.Sequential([k.Input((8, 8)), *layers, head])


@stack
def gru_without_biases(k: Any) -> Any:
    return k.Sequential([k.Input((8, 8)), k.layers.GRU(9, use_bias=False), k.layers.Dense(10, "softmax")])


@stack
def flat_pixels_made_rows(k: Any) -> Any:
    pixels = [k.Input((64,)), k.layers.Reshape((8, -1))]
    return k.Sequential([*pixels, k.layers.LSTM(9), k.layers.Dense(10, "softmax")])


@stack
def pictures_with_a_channel(k: Any) -> Any:
    pixels = [k.Input((8, 8, 1)), k.layers.Flatten(), k.layers.Reshape((8, 8))]
    return k.Sequential([*pixels, k.layers.LSTM(9), k.layers.Dense(10, "softmax")])


@stack
def pixels_from_0_to_255(k: Any) -> Any:
    pixels = [k.Input((8, 8)), k.layers.Rescaling(1 / 255)]
    return k.Sequential([*pixels, k.layers.LSTM(9), k.layers.Dense(10, "softmax")])


@stack
def pixels_from_minus_1_to_1(k: Any) -> Any:
    pixels = [k.Input((8, 8)), k.layers.Rescaling(1 / 127.5, offset=-1)]
    cells = k.layers.Bidirectional(k.layers.GRU(6, return_sequences=True))
    return k.Sequential([*pixels, cells, k.layers.TimeDistributed(k.layers.Dense(10, "softmax"))])


@stack
def projected_rows_of_rescaled_pixels(k: Any) -> Any:
    pixels = [k.Input((8, 8)), k.layers.Rescaling(1 / 127.5, offset=-1), k.layers.Dense(5)]
    return k.Sequential([*pixels, k.layers.LSTM(9), k.layers.Dense(10, "softmax")])


@stack
def both_directions_at_every_row(k: Any) -> Any:
    first = k.layers.Bidirectional(k.layers.LSTM(6, return_sequences=True))
    second = k.layers.Bidirectional(k.layers.LSTM(5, return_sequences=True), name="second")
    head = k.layers.TimeDistributed(k.layers.Dense(10, "softmax"), name="head")
    return k.Sequential([k.Input((8, 8)), first, second, head])


@stack
def an_answer_after_every_row(k: Any) -> Any:
    layers = [k.layers.LSTM(9, return_sequences=True), k.layers.Dense(10), k.layers.Activation("softmax")]
    return k.Sequential([k.Input((8, 8)), *layers])


@stack
def letters_of_20_rows_and_12_columns(k: Any) -> Any:
    layers = [k.layers.LSTM(9, return_sequences=True), k.layers.LSTM(9), k.layers.Flatten()]
    return k.Sequential([k.Input((20, 12)), *layers, k.layers.Dense(26, "softmax")])


@stack
def layers_made_in_another_order(k: Any) -> Any:
    head, top, bottom = (
        k.layers.Dense(10, "softmax"),
        k.layers.LSTM(7),
        k.layers.LSTM(9, return_sequences=True),
    )
    noise = k.layers.GaussianNoise(0.1)
    pixels = k.Input((8, 8))
    return k.Model(pixels, head(top(noise(bottom(pixels)))))


@stack
def one_layer_used_twice(k: Any) -> Any:
    pixels, cells = k.Input((8, 8)), k.layers.LSTM(8, return_sequences=True)
    return k.Model(pixels, k.layers.Dense(10, "softmax")(cells(cells(pixels))))


@stack
def any_number_of_rows(k: Any) -> Any:
    return k.Sequential([k.Input((None, 8)), k.layers.LSTM(9), k.layers.Dense(10, "softmax")])


def built(name: str) -> Any:
    """The model with weights that are drawn, so that its answers are far from alike."""
    import keras

    model = STACKS[name](keras)
    rng = np.random.default_rng(7)
    model.set_weights([rng.standard_normal(array.shape) for array in model.get_weights()])
    return model


def saved(model: Any, form: str, folder: Path) -> bytes:
    path = folder / f"model.{form}"
    if form == "npz":
        np.savez(path, *model.get_weights())
    else:
        model.save(path)
    return path.read_bytes()
