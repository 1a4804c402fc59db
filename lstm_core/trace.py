"""Read an image row by row: every gate, state and class probability, in one NumPy pass.

The equations are those of the LSTM with a forget gate, Gers, Schmidhuber & Cummins (2000),
"Learning to Forget", as `keras.layers.LSTM` computes them; per row :math:`t`, with the logistic
sigmoid :math:`\\sigma` and the element-wise product :math:`\\odot`:

    i_t = σ(x_t W_i + h_{t-1} U_i + b_i)        input gate
    f_t = σ(x_t W_f + h_{t-1} U_f + b_f)        forget gate
    g_t = tanh(x_t W_g + h_{t-1} U_g + b_g)     candidate
    o_t = σ(x_t W_o + h_{t-1} U_o + b_o)        output gate
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t             cell state
    h_t = o_t ⊙ tanh(c_t)                       hidden state

The input products of all rows are one matrix product; only the recurrent ones go row by row. The same
code reads one image or a batch of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import threadpoolctl

from lstm_core.errors import InvalidValue
from lstm_core.weights import FloatArray, LayerWeights, LstmWeights


@dataclass(frozen=True)
class LayerTrace:
    """What one layer did, row by row: each array is ``(rows, units)`` float32.

    ``input_gate``, ``forget_gate`` and ``output_gate`` lie in [0, 1], ``candidate`` and ``hidden`` in
    [-1, 1]; ``cell`` is unbounded.
    """

    input_gate: FloatArray
    forget_gate: FloatArray
    candidate: FloatArray
    output_gate: FloatArray
    cell: FloatArray
    hidden: FloatArray


@dataclass(frozen=True)
class Trace:
    """One reading of one image.

    Attributes:
        probabilities: ``(rows, classes)`` float32; row ``t`` is the softmax head applied to the top
            layer's hidden state after the network has read rows ``0 … t``. Each row sums to 1.
        logits: ``(rows, classes)`` float32, the same before the softmax.
        layers: bottom to top.
    """

    probabilities: FloatArray
    logits: FloatArray
    layers: tuple[LayerTrace, ...]


def read(weights: LstmWeights, image: FloatArray) -> Trace:
    """Read one image from top to bottom.

    Args:
        weights: the network.
        image: ``(rows, columns)`` float32 in [0, 1], ink 1 and paper 0. Any number of rows is read;
            the number of columns must be the network's.

    Raises:
        InvalidValue: the image is not two-dimensional or has another number of columns.
    """
    if image.ndim != 2 or image.shape[1] != weights.columns or not len(image):
        raise InvalidValue("image", f"of shape (rows, {weights.columns})", image.shape)
    x = np.ascontiguousarray(image, dtype=np.float32)
    layers = []
    for layer in weights.layers:
        layers.append(_read_layer(layer, x))
        x = layers[-1].hidden
    logits = x @ weights.head_kernel + weights.head_bias
    return Trace(softmax(logits), logits, tuple(layers))


def read_batch(weights: LstmWeights, images: FloatArray) -> FloatArray:
    """Class probabilities after every row for many images.

    Args:
        weights: the network.
        images: ``(batch, rows, columns)`` float32 in [0, 1].

    Returns:
        ``(batch, rows, classes)`` float32.

    Raises:
        InvalidValue: the images have no row or another number of columns.
    """
    if images.ndim != 3 or images.shape[2] != weights.columns or not images.shape[1]:
        raise InvalidValue("images", f"of shape (batch, rows, {weights.columns})", images.shape)
    x = np.ascontiguousarray(images.swapaxes(0, 1), dtype=np.float32)
    for layer in weights.layers:
        x = _read_layer(layer, x).hidden
    return softmax(x @ weights.head_kernel + weights.head_bias).swapaxes(0, 1)


def use_one_core() -> None:
    """Keep NumPy's matrix products of this process on one core from now on.

    A reading is many small products: threads gain nothing, and while a training fills every core they wait
    for each other (a median of 24 ms instead of 1.2 ms was measured). Do not call it before `read_batch`.
    """
    threadpoolctl.threadpool_limits(1, user_api="blas")


def softmax(logits: FloatArray) -> FloatArray:
    """Softmax of ``(…, classes)`` over the last axis, shifted by the maximum so that it cannot overflow."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def _read_layer(layer: LayerWeights, x: FloatArray) -> LayerTrace:
    """Read ``x`` of shape ``(rows, …, features)`` from zero states; arrays are ``(rows, …, units)``."""
    units = layer.units
    gates = x @ layer.kernel + layer.bias
    cell = np.zeros((*x.shape[:-1], units), np.float32)
    hidden = np.zeros_like(cell)
    c = np.zeros(cell.shape[1:], np.float32)
    h = np.zeros_like(c)
    for t in range(len(x)):
        z = gates[t]
        if t:
            z += h @ layer.recurrent_kernel
        _sigmoid(z[..., : 2 * units])
        _sigmoid(z[..., 3 * units :])
        candidate = z[..., 2 * units : 3 * units]
        np.tanh(candidate, out=candidate)
        c = np.multiply(z[..., units : 2 * units], c, out=cell[t])
        c += z[..., :units] * candidate
        h = np.tanh(c, out=hidden[t])
        h *= z[..., 3 * units :]
    i, f, g, o = np.split(gates, 4, axis=-1)
    return LayerTrace(i, f, g, o, cell, hidden)


def _sigmoid(z: FloatArray) -> None:
    """Logistic sigmoid in place, by σ(z) = (1 + tanh(z / 2)) / 2, which cannot overflow."""
    z *= 0.5
    np.tanh(z, out=z)
    z += 1.0
    z *= 0.5
