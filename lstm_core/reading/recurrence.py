"""One row of a recurrent cell, in NumPy and in place: the equations of the LSTM, the GRU and the simple RNN.

Per row :math:`t`, with the logistic sigmoid σ and the element-wise product ⊙, as Keras computes them.

LSTM with a forget gate, Gers, Schmidhuber & Cummins (2000), "Learning to Forget", section 3:

    i_t = σ(x_t W_i + h_{t-1} U_i + b_i)                        input gate
    f_t = σ(x_t W_f + h_{t-1} U_f + b_f)                        forget gate
    g_t = tanh(x_t W_g + h_{t-1} U_g + b_g)                     candidate
    o_t = σ(x_t W_o + h_{t-1} U_o + b_o)                        output gate
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t                             cell state
    h_t = o_t ⊙ tanh(c_t)                                       hidden state

GRU, Cho et al. (2014), "Learning Phrase Representations using RNN Encoder–Decoder", equations 5 to 8, with
the reset gate after the product, as cuDNN and Keras's ``reset_after=True`` have it:

    u_t = σ(x_t W_u + b_u + h_{t-1} U_u + d_u)                  update gate
    r_t = σ(x_t W_r + b_r + h_{t-1} U_r + d_r)                  reset gate
    g_t = tanh(x_t W_g + b_g + r_t ⊙ (h_{t-1} U_g + d_g))       candidate
    h_t = u_t ⊙ h_{t-1} + (1 - u_t) ⊙ g_t                       hidden state

Simple RNN, Elman (1990), "Finding Structure in Time":

    h_t = tanh(x_t W + h_{t-1} U + b)                           hidden state
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy import add, matmul, multiply, tanh

from lstm_core.arrays import FloatArray
from lstm_core.reading.gates import GATES
from lstm_core.reading.layer_weights import LayerWeights

State = tuple[FloatArray, ...]
"""What a layer remembers: hidden and cell state of an LSTM, the hidden state alone of the others."""

STATES = {"lstm": ("hidden", "cell"), "gru": ("hidden",), "rnn": ("hidden",)}
"""What the `State` of each cell holds, in order."""


def first_state(layer: LayerWeights, previous: FloatArray) -> State | None:
    """The state before the first row, each ``(…, units)``; ``None`` is zero.

    Args:
        layer: the direction that reads forward.
        previous: ``(…, features)``: the first row as the lowest layer reads it, or the first hidden state of
            the layer below.
    """
    if layer.initial_hidden is None or layer.initial_cell is None:
        return None
    return tanh(previous @ layer.initial_hidden), tanh(previous @ layer.initial_cell)


def input_products(layer: LayerWeights, x: FloatArray) -> FloatArray:
    """What the input adds to the gates: ``(…, features)`` → ``(…, n * units)``, bias included."""
    z = x @ layer.kernel
    z += layer.bias[0] if layer.cell == "gru" else layer.bias
    return z


def split_gates(layer: LayerWeights, z: FloatArray) -> list[FloatArray]:
    """Views of what ``z`` ``(…, n * units)`` holds side by side, each ``(…, units)``, in `PACKED`'s order."""
    return [z[..., start : start + layer.units] for start in range(0, z.shape[-1], layer.units)]


def advance(layer: LayerWeights, z: FloatArray, before: State | None, after: State) -> None:
    """Read one row: `advance_rows` of ``z``, ``(…, n * units)``; ``after`` may be ``before`` itself."""
    advance_rows(layer, z[np.newaxis], before, tuple(state[np.newaxis] for state in after))


def advance_rows(layer: LayerWeights, z: FloatArray, first: State | None, states: State) -> None:
    """Read rows one after the other.

    Args:
        layer: its own direction counts, not ``backward``.
        z: ``(rows, …, n * units)``, the `input_products` of each row; turned into the packed gates in place.
        first: the state that the first of them finds, each ``(…, units)``; ``None`` is zero.
        states: receive the state that each row leaves, each ``(rows, …, units)``.
    """
    if layer.cell == "lstm":
        _lstm(layer, z, first, states)
    elif layer.cell == "gru":
        _gru(layer, z, first, states)
    else:
        _rnn(layer, z, first, states)


def _lstm(layer: LayerWeights, z: FloatArray, first: State | None, states: State) -> None:
    # Of a single image, what NumPy and Python cost is the most of a row beside its product: so nothing is cut
    # out, looked up or allocated for every row that can be had once, and results go where they stay.
    kernel, (slopes, lifts) = layer.recurrent_kernel, _slopes_and_lifts(layer.units)
    recurrent, written = np.empty_like(z[0]), np.empty_like(states[0][0])
    before = first
    for gates, i, f, g, o, hidden, cell in zip(z, *split_gates(layer, z), *states, strict=True):
        if before:
            matmul(before[0], kernel, recurrent)
            add(gates, recurrent, gates)
        multiply(gates, slopes, gates)
        tanh(gates, gates)
        multiply(gates, slopes, gates)
        add(gates, lifts, gates)
        if before:
            multiply(f, before[1], cell)
            multiply(i, g, written)
            add(cell, written, cell)
        else:
            multiply(i, g, cell)
        tanh(cell, hidden)
        multiply(hidden, o, hidden)
        before = hidden, cell


@cache
def _slopes_and_lifts(units: int) -> tuple[FloatArray, FloatArray]:
    """Slopes and lifts of the packed gates, with which each is ``slope · tanh(slope · z) + lift``.

    σ(z) is ½ tanh(½z) + ½, which cannot overflow; and so all gates take the same few passes.
    """
    sigmoids = np.array([gate.squash == "sigmoid" for gate in GATES.values()]).repeat(units)
    half, one, zero = np.float32(0.5), np.float32(1.0), np.float32(0.0)
    return np.where(sigmoids, half, one), np.where(sigmoids, half, zero)


def _gru(layer: LayerWeights, z: FloatArray, first: State | None, states: State) -> None:
    units = layer.units
    before = first
    for gates, hidden in zip(z, *states, strict=True):
        recurrent = before[0] @ layer.recurrent_kernel + layer.bias[1] if before else layer.bias[1]
        update_and_reset, candidate = gates[..., : 2 * units], gates[..., 2 * units :]
        update_and_reset += recurrent[..., : 2 * units]
        _sigmoid(update_and_reset)
        candidate += update_and_reset[..., units:] * recurrent[..., 2 * units :]
        tanh(candidate, candidate)
        # u ⊙ h + (1 - u) ⊙ g = g + u ⊙ (h - g)
        np.subtract(before[0] if before else 0.0, candidate, out=hidden)
        hidden *= update_and_reset[..., :units]
        hidden += candidate
        before = (hidden,)


def _rnn(layer: LayerWeights, z: FloatArray, first: State | None, states: State) -> None:
    before = first
    for gates, hidden in zip(z, *states, strict=True):
        if before:
            gates += before[0] @ layer.recurrent_kernel
        tanh(gates, hidden)
        gates[...] = hidden
        before = (hidden,)


def _sigmoid(z: FloatArray) -> None:
    """Logistic sigmoid in place, by σ(z) = (1 + tanh(z / 2)) / 2, which cannot overflow."""
    z *= 0.5
    tanh(z, z)
    z += 1.0
    z *= 0.5
