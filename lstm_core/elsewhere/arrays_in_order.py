"""Weights as the arrays that ``model.get_weights()`` gives, in its order, without a word on the layers.

    np.savez("model.npz", *model.get_weights())

The shapes say what the layers are: beside a kernel of n × units columns, a recurrent kernel has units rows
and as many columns, with n = 4 for an LSTM, 3 for a GRU and 1 for a simple RNN. A layer of two directions
cannot be told from two layers that way; their shapes do not fit each other, and `LstmWeights` refuses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.elsewhere.layer_chain import shown
from lstm_core.errors import ModelRejected
from lstm_core.reading.layer_weights import PACKED, LayerWeights
from lstm_core.reading.weights import LstmWeights

_CELLS = {len(packed): cell for cell, packed in PACKED.items()}
"""By what is packed side by side: four parts are an LSTM's."""


def weights_in_order(stored: Mapping[str, NDArray[Any]]) -> tuple[LstmWeights, tuple[str, ...]]:
    """The network of arrays in the order of the layers, and what was taken for granted, in sentences.

    An array ``rows``, one whole number, says how many rows a picture has; without it as many as columns.

    Raises:
        ModelRejected: they are not those of a stack of recurrent layers with a dense layer on top.
        WeightsError: they do not fit each other.
    """
    named = dict(stored)
    rows = named.pop("rows", None)
    names, arrays = list(named), [_single(name, array) for name, array in named.items()]
    at = 0

    def upcoming(axes: int, ahead: int = 0) -> FloatArray | None:
        found = arrays[at + ahead] if at + ahead < len(arrays) else None
        return found if found is not None and found.ndim == axes else None

    layers: list[LayerWeights] = []
    dense: list[tuple[FloatArray, FloatArray]] = []
    below: list[tuple[FloatArray, FloatArray]] = []
    while at < len(arrays):
        kernel, recurrent = upcoming(2), upcoming(2, 1)
        if kernel is None:
            raise ModelRejected(
                f"The array “{shown(names[at])}” has the shape {arrays[at].shape}, where the kernel of a "
                "layer was expected. Save them with np.savez(FILE, *model.get_weights())."
            )
        if recurrent is not None and recurrent.shape[1] == kernel.shape[1]:
            if dense:
                raise ModelRejected(
                    f"The array “{shown(names[at])}” begins a layer of cells above the dense layer."
                )
            layer, used = _layer(names[at], kernel, recurrent, arrays[at + 2 :])
            layers.append(layer)
        else:
            bias, used = upcoming(1, 1), 2
            if bias is None or len(bias) != kernel.shape[1]:
                bias, used = np.zeros(kernel.shape[1], np.float32), 1
            (dense if layers else below).append((kernel, bias))
        at += used
    if not layers or len(dense) != 1 or len(below) > 1:
        raise ModelRejected(
            f"The arrays are those of {len(below)} dense layers, {len(layers)} layers of cells and "
            f"{len(dense)} dense layers above. A stack of LSTM, GRU or SimpleRNN layers with one dense layer "
            "on top can be brought in."
        )
    columns = (below[0][0] if below else layers[0].kernel).shape[0]
    projection = below[0] if below else (None, None)
    made = LstmWeights(tuple(layers), *dense[0], _rows(rows, columns), *projection)
    if rows is not None:
        return made, ()
    return made, (
        f"The file does not say how many rows a picture has: {columns}, as many as columns, are read.",
    )


def _layer(
    name: str, kernel: FloatArray, recurrent: FloatArray, others: list[FloatArray]
) -> tuple[LayerWeights, int]:
    """The layer whose kernel is ``name``, and how many arrays it has."""
    units, packed = recurrent.shape
    cell = _CELLS.get(packed // units) if units and not packed % units else None
    if cell is None:
        raise ModelRejected(
            f"The array after “{shown(name)}” has the shape {recurrent.shape}. The recurrent kernel of an "
            "LSTM has 4 times as many columns as rows, that of a GRU 3 times, that of a SimpleRNN as many."
        )
    bias, used = others[0] if others else None, 3
    if bias is not None and cell == "gru" and bias.shape == (packed,):
        raise ModelRejected(
            f"The GRU of “{shown(name)}” resets before its product (reset_after=False); here a GRU resets "
            "after it."
        )
    shape = (2, packed) if cell == "gru" else (packed,)
    if bias is None or bias.shape != shape:
        bias, used = np.zeros(shape, np.float32), 2
    return LayerWeights(kernel, np.asfortranarray(recurrent), bias, cell), used


def _rows(stored: NDArray[Any] | None, columns: int) -> int:
    if stored is None:
        return columns
    if stored.shape or stored.dtype.kind not in "iu":
        raise ModelRejected(
            f"The array 'rows' is {stored.dtype} of shape {stored.shape}; expected one number."
        )
    return int(stored)


def _single(name: str, array: NDArray[Any]) -> FloatArray:
    if array.dtype.kind != "f":
        raise ModelRejected(f"The array “{shown(name)}” is of type {array.dtype}; expected floats.")
    with np.errstate(over="ignore"):  # what does not fit is refused as infinite
        return array.astype(np.float32)
