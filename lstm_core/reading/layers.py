"""One layer read over all rows, and one row read through all layers: the loops that every reader shares.

Which of them is the outer one is the reader's choice: over the rows of one layer, the input products of all
rows are one matrix product; row after row, nothing but the last states need be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.reading.layer_weights import PACKED, LayerWeights
from lstm_core.reading.recurrence import STATES, State, advance, advance_rows, input_products, split_gates

Array = NDArray[np.floating[Any]]

InitialStates = tuple[Array, Array]
"""A layer's hidden state and cell state before the first row, each ``(…, units)``."""

RowHook = Callable[[FloatArray, State | None, State], None]
"""Called after each row with its packed gates, ``(…, n * units)``, the state before it, and the state after
it. It may change the gates and the state after in place; the next row reads on from there."""


def read_layer(
    layer: LayerWeights, x: FloatArray, first: State | None = None, after_row: RowHook | None = None
) -> dict[str, FloatArray]:
    """Every gate and state of one layer by name, each ``(rows, …, units)`` of the dtype of the arguments.

    Args:
        layer: its own direction counts, not ``backward``.
        x: ``(rows, …, features)``; the first row is read first.
        first: the state before it, each ``(…, units)``; ``None`` is zero.
        after_row: looks at every row and may change it.
    """
    z = input_products(layer, x)
    states = tuple(np.empty((*x.shape[:-1], layer.units), z.dtype) for _ in STATES[layer.cell])
    if after_row is None:
        advance_rows(layer, z, first, states)
    else:
        before = first
        for gates, *left in zip(z, *states, strict=True):
            after = tuple(left)
            advance(layer, gates, before, after)
            after_row(gates, before, after)
            before = after
    gates_by_name = dict(zip(PACKED[layer.cell], split_gates(layer, z), strict=True))
    return gates_by_name | dict(zip(STATES[layer.cell], states, strict=True))


def read_row(
    layers: Sequence[LayerWeights], x: FloatArray, before: Sequence[State | None], after: Sequence[State]
) -> FloatArray:
    """Read one row through every layer; what the top layer hands on, ``(…, units)``.

    Args:
        layers: bottom to top, of the direction that reads forward.
        x: ``(…, features)``, as the bottom layer reads it.
        before: the state that each layer finds; ``None`` is zero.
        after: receives the state that each leaves; may be ``before`` itself.
    """
    for layer, found, left in zip(layers, before, after, strict=True):
        advance(layer, input_products(layer, x), found, left)
        x = left[0]
    return x
