"""Backpropagation through time for a stack of LSTM layers, from what the forward reading left behind.

The network is that of Gers, Schmidhuber & Cummins (2000), "Learning to Forget", who truncated its gradients.
These are whole: Greff et al. (2017), "LSTM: A Search Space Odyssey", section II.B, without peepholes. Let
i, f, o be the gates, g the candidate, c and h the states, z the packed sums that gates and candidate are made
of, Δ the derivative of the loss by a hidden state as the layer above uses it, and δ the whole derivative by
anything. From the last row to the first:

    δh_t = Δ_t + δz_{t+1} Uᵀ
    δc_t = δh_t ⊙ o_t ⊙ (1 − tanh²(c_t)) + δc_{t+1} ⊙ f_{t+1}
    δz_t = [δc_t ⊙ g_t ⊙ i_t (1 − i_t),
            δc_t ⊙ c_{t-1} ⊙ f_t (1 − f_t),
            δc_t ⊙ i_t ⊙ (1 − g_t²),
            δh_t ⊙ tanh(c_t) ⊙ o_t (1 − o_t)]
    δx_t = δz_t Wᵀ
    δW = Σ_t x_tᵀ δz_t      δU = Σ_t h_{t-1}ᵀ δz_t      δb = Σ_t δz_t

Only the first three go row by row; what multiplies δc and δh, and the sums, are computed for all rows at
once. Everything keeps the dtype of its arguments, so float64 can be checked by finite differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_core.errors import InvalidValue
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.layers import Array, InitialStates
from lstm_core.reading.trace import LayerTrace


@dataclass(frozen=True)
class LayerGradients:
    """Derivatives of the loss by everything of one layer.

    Attributes:
        kernel: ``(features, 4 * units)``.
        recurrent_kernel: ``(units, 4 * units)``.
        bias: ``(4 * units,)``.
        hidden: ``(rows, …, units)``, by each row's hidden state: what it changes through the layer above
            and through all later rows.
        sums: ``(rows, …, 4 * units)``, by each row's packed sums, δz; what a row adds to the gradients of
            the weights follows from it.
        initial_hidden: ``(…, units)``, by the hidden state before the first row.
        initial_cell: ``(…, units)``, by the cell state before the first row.
    """

    kernel: Array
    recurrent_kernel: Array
    bias: Array
    hidden: Array
    sums: Array
    initial_hidden: Array
    initial_cell: Array


@dataclass(frozen=True)
class Gradients:
    """Derivatives of the loss by each layer, bottom to top, and by the ``(rows, …, features)`` inputs."""

    layers: tuple[LayerGradients, ...]
    inputs: Array


def backpropagate(
    layers: Sequence[LayerWeights],
    inputs: Array,
    traces: Sequence[LayerTrace],
    hidden_gradient: Array,
    initial: Sequence[InitialStates] | None = None,
) -> Gradients:
    """Gradients of a loss by every weight of a stack of LSTM layers, by its inputs, and by its states.

    Args:
        layers: the weights, bottom to top; LSTM cells that read forward, the same arrays as were read with.
        inputs: ``(rows, …, features)``, what the bottom layer read; ``…`` is any number of batch axes.
        traces: what each layer did, arrays ``(rows, …, units)``.
        hidden_gradient: ``(rows, …, units of the top layer)``, the derivative of the loss by the top layer's
            hidden state of every row, as the loss uses it directly; zeros at rows that it does not use.
        initial: the states each layer started from; zeros when left out.

    Returns:
        arrays of the dtype of the arguments.

    Raises:
        InvalidValue: there is no layer, a number of layers or a shape does not fit the others, or a layer is
            not an LSTM that reads forward.
    """
    _check(layers, inputs, traces, hidden_gradient, initial)
    below = [inputs, *(trace.hidden for trace in traces[:-1])]
    gradient = hidden_gradient
    found: list[LayerGradients] = []
    for index in reversed(range(len(layers))):
        started = initial[index] if initial is not None else None
        of_layer, gradient = _through_layer(layers[index], below[index], traces[index], gradient, started)
        found.append(of_layer)
    return Gradients(tuple(reversed(found)), gradient)


def _through_layer(
    layer: LayerWeights, x: Array, trace: LayerTrace, above: Array, initial: InitialStates | None
) -> tuple[LayerGradients, Array]:
    """One layer's gradients, and the gradient of its ``(rows, …, features)`` input."""
    i, f, g, o = trace.input_gate, trace.forget_gate, trace.candidate, trace.output_gate
    before_first = initial or (np.zeros_like(trace.hidden[0]), np.zeros_like(trace.cell[0]))
    previous_hidden = _shifted(trace.hidden, before_first[0])
    previous_cell = _shifted(trace.cell, before_first[1])
    squashed = np.tanh(trace.cell)
    hidden_to_cell = o * (1 - squashed**2)
    cell_to_gates = np.stack([g * i * (1 - i), previous_cell * f * (1 - f), i * (1 - g**2)], axis=-2)
    hidden_to_output = squashed * o * (1 - o)

    units = trace.hidden.shape[-1]
    packed = np.empty((*trace.hidden.shape[:-1], 4, units), trace.hidden.dtype)
    flat = packed.reshape(*trace.hidden.shape[:-1], 4 * units)
    hidden = np.array(above, trace.hidden.dtype)
    cell = np.zeros_like(trace.cell[0])
    from_later = np.zeros_like(trace.hidden[0])
    back = np.ascontiguousarray(layer.recurrent_kernel.T)
    for t in reversed(range(len(x))):
        hidden[t] += from_later
        cell += hidden[t] * hidden_to_cell[t]
        np.multiply(cell[..., None, :], cell_to_gates[t], out=packed[t, ..., :3, :])
        np.multiply(hidden[t], hidden_to_output[t], out=packed[t, ..., 3, :])
        cell *= f[t]
        from_later = flat[t] @ back

    gates = flat.reshape(-1, 4 * units)
    gradients = LayerGradients(
        kernel=x.reshape(-1, x.shape[-1]).T @ gates,
        recurrent_kernel=previous_hidden.reshape(-1, units).T @ gates,
        bias=gates.sum(axis=0),
        hidden=hidden,
        sums=flat,
        initial_hidden=from_later,
        initial_cell=cell,
    )
    return gradients, flat @ layer.kernel.T


def _shifted(states: Array, first: Array) -> Array:
    """Every row's previous state: ``first``, then all but the last."""
    return np.concatenate([np.broadcast_to(first, states.shape[1:])[None], states[:-1]])


def _check(
    layers: Sequence[LayerWeights],
    inputs: Array,
    traces: Sequence[LayerTrace],
    hidden_gradient: Array,
    initial: Sequence[InitialStates] | None,
) -> None:
    if not layers:
        raise InvalidValue("layers", "at least one layer", layers)
    if len(traces) != len(layers):
        raise InvalidValue("traces", f"one of each of {len(layers)} layers", f"{len(traces)} traces")
    if initial is not None and len(initial) != len(layers):
        raise InvalidValue("initial", f"one pair of each of {len(layers)} layers", f"{len(initial)} pairs")
    if inputs.ndim < 2 or not len(inputs) or inputs.shape[-1] != layers[0].features:
        raise InvalidValue("inputs", f"of shape (rows, …, {layers[0].features})", inputs.shape)
    for layer, trace in zip(layers, traces, strict=True):
        wanted = (*inputs.shape[:-1], layer.units)
        if layer.cell != "lstm" or layer.backward is not None:
            kind = layer.cell if layer.backward is None else f"{layer.cell} in both directions"
            raise InvalidValue("layers", "LSTM cells that read forward", kind)
        if trace.hidden.shape != wanted:
            raise InvalidValue("traces", f"of shape {wanted}", trace.hidden.shape)
    wanted = (*inputs.shape[:-1], layers[-1].units)
    if hidden_gradient.shape != wanted:
        raise InvalidValue("hidden_gradient", f"of shape {wanted}", hidden_gradient.shape)
