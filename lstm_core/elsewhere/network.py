"""A model's weights as a network of this project: for pixels in [0, 1], with settings that describe it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.data.info import DATASETS
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.weights import LstmWeights
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters


def reading_pixels(weights: LstmWeights, scale: float, offset: float) -> LstmWeights:
    """A network that reads a pixel ``p`` as ``weights`` reads ``scale * p + offset``.

    The first layer takes it over exactly: (s p + o) W + b = p (s W) + (b + o 1 W).
    """
    if (scale, offset) == (1.0, 0.0):
        return weights
    if weights.projection_kernel is not None and weights.projection_bias is not None:
        kernel, bias = _rescaled(weights.projection_kernel, weights.projection_bias, scale, offset)
        return replace(weights, projection_kernel=kernel, projection_bias=bias)
    first, *others = weights.layers
    made = _layer_rescaled(first, scale, offset)
    if first.backward:
        made = replace(made, backward=_layer_rescaled(first.backward, scale, offset))
    return replace(weights, layers=(made, *others))


def _layer_rescaled(layer: LayerWeights, scale: float, offset: float) -> LayerWeights:
    of_input = layer.bias[0] if layer.cell == "gru" else layer.bias
    kernel, bias = _rescaled(layer.kernel, of_input, scale, offset)
    if layer.cell == "gru":
        bias = np.stack([bias, layer.bias[1]])
    return replace(layer, kernel=kernel, bias=bias)


def _rescaled(
    kernel: FloatArray, bias: FloatArray, scale: float, offset: float
) -> tuple[FloatArray, FloatArray]:
    wide = kernel.astype(np.float64)
    moved = bias + offset * wide.sum(axis=0)
    with np.errstate(over="ignore"):  # what does not fit is refused as infinite
        return (scale * wide).astype(np.float32), moved.astype(np.float32)


def settings_of(weights: LstmWeights, *, every_row: bool, dropout: float = 0.0) -> HyperParameters:
    """Settings that describe the shape of a network; how it was trained is not in them.

    The data set is the one with images of its size and as many classes, or where there is none the default.
    """
    values: dict[str, Any] = {
        "units": weights.units,
        "cell": weights.cell,
        "direction": "both" if weights.layers[0].backward else "forward",
        "input_projection": 0 if weights.projection_bias is None else len(weights.projection_bias),
        "initial_state": "zero" if weights.layers[0].initial_hidden is None else "trainable",
        "supervised_rows": "all" if every_row else "last",
        "dropout": dropout,
    }
    if (dataset := next(_datasets(weights), None)) is not None:
        values["dataset"] = dataset
    return hyperparameters(values)


def _datasets(weights: LstmWeights) -> Iterator[str]:
    for name, info in DATASETS.items():
        if (info.rows, info.columns, info.classes) == (weights.rows, weights.columns, weights.classes):
            yield name
