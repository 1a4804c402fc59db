"""A stack of LSTM layers read from any first states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.reading.recurrence import advance_rows, input_products, split_gates
from lstm_core.reading.trace import LayerTrace
from lstm_core.reading.weights import LayerWeights

Array = NDArray[np.floating[Any]]

InitialStates = tuple[Array, Array]
"""A layer's hidden state and cell state before the first row, each ``(…, units)``."""


def read_stack(
    layers: Sequence[LayerWeights], x: Array, initial: Sequence[InitialStates]
) -> list[LayerTrace]:
    """Read ``x`` of shape ``(rows, …, features)`` from given states; equations as in `reading.recurrence`.

    Args:
        layers: LSTM cells, bottom to top.
        x: what the bottom layer reads.
        initial: each layer's hidden state and cell state before the first row, ``(…, units)``.

    Returns:
        what each layer did, of the dtype of the arguments.
    """
    traces = []
    for layer, state in zip(layers, initial, strict=True):
        traces.append(_read_layer(layer, x, state))
        x = traces[-1].hidden
    return traces


def _read_layer(layer: LayerWeights, x: Array, state: InitialStates) -> LayerTrace:
    packed: Any = input_products(layer, x)
    hidden: Any = np.empty((*x.shape[:-1], layer.units), packed.dtype)
    cell: Any = np.empty_like(hidden)
    advance_rows(layer, packed, state, (hidden, cell))
    i, f, g, o = split_gates(layer, packed)
    return LayerTrace(i, f, g, o, cell, hidden)
