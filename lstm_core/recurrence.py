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

from lstm_core.weights import FloatArray, LayerWeights

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
    return np.tanh(previous @ layer.initial_hidden), np.tanh(previous @ layer.initial_cell)


def of_input(layer: LayerWeights, x: FloatArray) -> FloatArray:
    """What the input adds to the gates: ``(…, features)`` → ``(…, n * units)``, bias included."""
    z = x @ layer.kernel
    z += layer.bias[0] if layer.cell == "gru" else layer.bias
    return z


def advance(layer: LayerWeights, z: FloatArray, before: State | None, after: State) -> None:
    """Read one row.

    Args:
        layer: its own direction counts, not ``backward``.
        z: ``(…, n * units)``, this row's `of_input`; turned into the packed gates in place.
        before: the state the row finds, each ``(…, units)``; ``None`` is zero.
        after: receives the state the row leaves, and may be ``before`` itself.
    """
    if layer.cell == "lstm":
        _lstm(layer, z, before, after)
    elif layer.cell == "gru":
        _gru(layer, z, before, after)
    else:
        _rnn(layer, z, before, after)


def _lstm(layer: LayerWeights, z: FloatArray, before: State | None, after: State) -> None:
    if before:
        z += before[0] @ layer.recurrent_kernel
    slopes, lifts = _of_gates(layer.units)
    z *= slopes
    np.tanh(z, out=z)
    z *= slopes
    z += lifts
    input_gate, forget_gate, candidate, output_gate = _quarters(z, layer.units)
    hidden, cell = after
    if before:
        np.multiply(forget_gate, before[1], out=cell)
        cell += input_gate * candidate
    else:
        np.multiply(input_gate, candidate, out=cell)
    np.tanh(cell, out=hidden)
    hidden *= output_gate


@cache
def _of_gates(units: int) -> tuple[FloatArray, FloatArray]:
    """Slopes and lifts of the packed gates, with which each is ``slope · tanh(slope · z) + lift``.

    σ(z) is ½ tanh(½z) + ½, which cannot overflow; and so all gates take the same few passes, of which NumPy's
    own cost is the most of a row beside its product.
    """
    return (
        np.repeat(np.array([0.5, 0.5, 1.0, 0.5], np.float32), units),
        np.repeat(np.array([0.5, 0.5, 0.0, 0.5], np.float32), units),
    )


def _quarters(z: FloatArray, units: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    return z[..., :units], z[..., units : 2 * units], z[..., 2 * units : 3 * units], z[..., 3 * units :]


def _gru(layer: LayerWeights, z: FloatArray, before: State | None, after: State) -> None:
    units = layer.units
    recurrent = before[0] @ layer.recurrent_kernel + layer.bias[1] if before else layer.bias[1]
    gates, candidate = z[..., : 2 * units], z[..., 2 * units :]
    gates += recurrent[..., : 2 * units]
    _sigmoid(gates)
    candidate += gates[..., units:] * recurrent[..., 2 * units :]
    np.tanh(candidate, out=candidate)
    (hidden,) = after
    # u ⊙ h + (1 - u) ⊙ g = g + u ⊙ (h - g)
    np.subtract(before[0] if before else 0.0, candidate, out=hidden)
    hidden *= gates[..., :units]
    hidden += candidate


def _rnn(layer: LayerWeights, z: FloatArray, before: State | None, after: State) -> None:
    if before:
        z += before[0] @ layer.recurrent_kernel
    np.tanh(z, out=after[0])
    z[...] = after[0]


def _sigmoid(z: FloatArray) -> None:
    """Logistic sigmoid in place, by σ(z) = (1 + tanh(z / 2)) / 2, which cannot overflow."""
    z *= 0.5
    np.tanh(z, out=z)
    z += 1.0
    z *= 0.5
