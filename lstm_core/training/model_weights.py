"""Weights in and out of the Keras models that `lstm_core.training.model` makes."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.errors import WeightsError
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.weights import LstmWeights
from lstm_core.settings.hyperparameters import HyperParameters


def weights_from_model(model: keras.Model, settings: HyperParameters) -> LstmWeights:
    """Copy the weights out of a model made with ``settings``.

    Raises:
        WeightsError: a weight is no longer a finite number.
    """
    copies: dict[int, FloatArray] = {}

    def copy(variable: Any) -> FloatArray:
        if id(variable) not in copies:  # layers that share their weights share the arrays too
            copies[id(variable)] = np.array(keras.ops.convert_to_numpy(variable), dtype=np.float32)
        return copies[id(variable)]

    def copies_of(variables: dict[str, Any]) -> dict[str, Any]:
        return {name: copy(variable) for name, variable in variables.items()}

    def layer(number: int) -> LayerWeights:
        forward, *others = (copies_of(_of_cell(cell)) for cell in cells(model, settings, number))
        backward = LayerWeights(**others[0], cell=settings.cell) if others else None
        state = copies_of(_initial_state(model, settings, number))
        return LayerWeights(**forward, **state, cell=settings.cell, backward=backward)

    layers = tuple(layer(number) for number in range(1, len(settings.units) + 1))
    return LstmWeights(layers, rows=model.input_shape[1], **copies_of(_dense(model, settings)))


def put_weights(weights: LstmWeights, model: keras.Model, settings: HyperParameters) -> None:
    """Copy ``weights`` into a model made with ``settings``, in place.

    Raises:
        WeightsError: the model has other arrays, or shares between layers what the weights do not; nothing
            is changed.
    """
    ours, theirs = weights.arrays(), model_variables(model, settings)
    shapes = {name: tuple(variable.shape) for name, variable in theirs.items()}
    if weights.cell != settings.cell or {name: array.shape for name, array in ours.items()} != shapes:
        raise WeightsError(
            f"The weights have units {list(weights.units)} of {weights.cell} for rows of {weights.columns} "
            f"pixels and {weights.classes} classes; the model of {settings.cell} has arrays of "
            f"{list(shapes.values())}."
        )
    if settings.layer_weights == "shared":
        for name, array in ours.items():
            first = ours.get(f"layer0_{name.partition('_')[2]}", array)
            if name.startswith("layer") and not np.array_equal(array, first):
                raise WeightsError(f"The model's layers share their weights; {name} differs from layer 0's.")
    for name, variable in theirs.items():
        variable.assign(ours[name])


def cells(model: keras.Model, settings: HyperParameters, number: int) -> list[keras.layers.Layer]:
    """The cell of layer ``number`` (1-based), and of its other direction where there is one."""
    shared = settings.layer_weights == "shared"
    layer = model.get_layer(f"{settings.cell}_{1 if shared else number}")
    if settings.direction == "both":
        return [layer.forward_layer.cell, layer.backward_layer.cell]
    return [layer.cell]


def model_variables(model: keras.Model, settings: HyperParameters) -> dict[str, Any]:
    """Every trained variable under the name its array has in `LstmWeights.arrays`.

    Layers that share their weights give the same variable under several names.
    """
    named: dict[str, Any] = {}
    for index in range(len(settings.units)):
        forward, *backward = cells(model, settings, index + 1)
        parts = {**_of_cell(forward), **_initial_state(model, settings, index + 1)}
        for cell in backward:
            parts |= {f"backward_{name}": variable for name, variable in _of_cell(cell).items()}
        named |= {f"layer{index}_{name}": variable for name, variable in parts.items()}
    return named | _dense(model, settings)


def _of_cell(cell: keras.layers.Layer) -> dict[str, Any]:
    return {"kernel": cell.kernel, "recurrent_kernel": cell.recurrent_kernel, "bias": cell.bias}


def _initial_state(model: keras.Model, settings: HyperParameters, number: int) -> dict[str, Any]:
    if settings.initial_state == "zero":
        return {}
    names = ("initial_hidden", "initial_cell")
    return {name: model.get_layer(f"{name}_{number}").kernel for name in names}


def _dense(model: keras.Model, settings: HyperParameters) -> dict[str, Any]:
    head = model.get_layer("logits")
    named = {"head_kernel": head.kernel, "head_bias": head.bias}
    if settings.input_projection:
        projection = model.get_layer("projection")
        named |= {"projection_kernel": projection.kernel, "projection_bias": projection.bias}
    return named
