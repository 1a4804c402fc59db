"""The loop of the tutorials: row after row through all layers, keeping every output and the last state.

    state = zeros
    for t in range(rows):
        output, state = stack(x[:, t, :], state)
        outputs.append(output)

`reading.trace` goes layer after layer instead, which is faster and gives the same numbers. Here the loop is
written out once more on purpose, because it is what the lesson is about: the order is the tutorials' own, and
so are the names, ``outputs`` and ``state``, where a layer's state is the pair (c, h) as TensorFlow 1's
``LSTMStateTuple`` has it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.layers import read_row
from lstm_core.reading.weights import LstmWeights

FloatArray = NDArray[np.float32]
State = tuple[FloatArray, FloatArray]
"""Two tensors of one layer, each ``(batch, units)`` float32."""


def step_by_step(weights: LstmWeights, images: FloatArray) -> tuple[FloatArray, tuple[State, ...]]:
    """Read a batch as the tutorials' loop does, from zero states.

    Args:
        weights: a plain stack of LSTM layers.
        images: ``(batch, rows, columns)`` float32 in [0, 1].

    Returns:
        ``outputs``, ``(batch, rows, units of the top layer)``: h of the top layer after every row; and
        ``state``: (c, h) of every layer, bottom to top, after the last.

    Raises:
        InvalidValue: the images have no row or another number of columns.
    """
    if images.ndim != 3 or images.shape[2] != weights.columns or not images.shape[1]:
        raise InvalidValue("images", f"of shape (batch, rows, {weights.columns})", images.shape)
    memory = [_zero(layer, len(images)) for layer in weights.layers]
    outputs = []
    for t in range(images.shape[1]):
        after = [_zero(layer, len(images)) for layer in weights.layers]
        outputs.append(read_row(weights.layers, images[:, t, :].astype(np.float32), memory, after))
        memory = after
    return np.stack(outputs, axis=1), tuple((c, h) for h, c in memory)


def _zero(layer: LayerWeights, batch: int) -> State:
    """h and c of one layer, as `lstm_core.reading.recurrence` orders them."""
    return np.zeros((batch, layer.units), np.float32), np.zeros((batch, layer.units), np.float32)
