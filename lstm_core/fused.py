"""The LSTM as few and large operations as TensorFlow has for a CPU, with a backward pass of its own.

Forward keeps every gate. Backward, for each row from the last,

    dcₜ   = dcₜ₊₁ · fₜ₊₁ + dhₜ · oₜ · (1 − tanh²cₜ)
    dzₜ   = (dcₜ · gₜ · iₜ(1 − iₜ), dcₜ · cₜ₋₁ · fₜ(1 − fₜ), dcₜ · iₜ · (1 − gₜ²), dhₜ · tanh cₜ · oₜ(1 − oₜ))
    dhₜ₋₁ = dzₜ · Uᵀ + what comes from above

and what need not go row by row, the gradients of the weights and of the inputs, is one product over all rows.
The inputs' products could be one as well, but made row by row, together with the hidden state's, they are
still in the processor's cache when they are needed. The equations are those of `lstm_core.trace`,
differentiated; Graves & Schmidhuber (2005), "Framewise Phoneme Classification", appendix A, without
peepholes. The weights stay a stock Keras cell's, so they go in and out of every other way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import tensorflow as tf

Tensor = Any


class FusedLSTM(keras.layers.Layer):
    """Maps ``(rows, batch, features)`` to the hidden states ``(rows, batch, units)``.

    Args:
        cell: a stock `keras.layers.LSTMCell`, which keeps the weights.
        return_state: whether the final h and c, each ``(batch, units)``, follow.
    """

    def __init__(self, cell: keras.layers.Layer, *, return_state: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell
        self.return_state = return_state

    def build(self, sequence_shape: tuple[Any, ...], initial_state_shape: Any = None) -> None:
        if not self.cell.built:
            self.cell.build(sequence_shape[1:])
        self.built = True

    def compute_output_shape(self, sequence_shape: tuple[Any, ...], initial_state_shape: Any = None) -> Any:
        outputs = (*sequence_shape[:-1], self.cell.units)
        return [outputs, outputs[1:], outputs[1:]] if self.return_state else outputs

    def call(self, sequence: Tensor, initial_state: list[Tensor] | None = None) -> Any:
        cell = self.cell
        zero = tf.zeros((tf.shape(sequence)[1], cell.units), sequence.dtype)
        h, c = initial_state or (zero, zero)
        weights = (tf.convert_to_tensor(w) for w in (cell.kernel, cell.recurrent_kernel, cell.bias))
        hidden, last_cell = fused_lstm(sequence, *weights, h, c)
        return [hidden, hidden[-1], last_cell] if self.return_state else hidden


class _Row(NamedTuple):
    """What the backward pass needs of a row, each ``(batch, units)``; ``before`` is the cell state before."""

    before: Tensor
    i: Tensor
    f: Tensor
    g: Tensor
    o: Tensor
    tanh_cell: Tensor


@tf.function(autograph=False)
def fused_lstm(
    sequence: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, h: Tensor, c: Tensor
) -> tuple[Tensor, Tensor]:
    """All hidden states and the last cell state of one layer.

    Its graphs, forward and backward, are made once for shapes and types in the life of the process, and serve
    every layer, lane and run that has them.

    Products are computed in the type of the arguments. Gates and cell states are too, but in float32 when
    that is bfloat16, whose eight bits would not add up.

    Args:
        sequence: ``(rows, batch, features)`` of any floating type; the number of rows is known.
        kernel, recurrent, bias: ``(features, 4 · units)``, ``(units, 4 · units)``, ``(4 · units,)``, packed
            as Keras packs them: input, forget, candidate, output.
        h, c: the states before the first row, ``(batch, units)``.

    Returns:
        Hidden states ``(rows, batch, units)`` and the last cell state ``(batch, units)``.
    """
    return _with_gradient(sequence, kernel, recurrent, bias, h, c)


@tf.custom_gradient
def _with_gradient(
    sequence: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, h: Tensor, c: Tensor
) -> tuple[tuple[Tensor, Tensor], Callable[..., Any]]:
    outer = sequence.dtype
    inner = tf.float32 if outer == tf.bfloat16 else outer
    weights = tf.concat([kernel, recurrent], axis=0)
    hidden, rows = [h], []
    cell = tf.cast(c, inner)
    for x in tf.unstack(sequence):
        product = tf.matmul(tf.concat([x, hidden[-1]], axis=1), weights)
        z = tf.cast(tf.nn.bias_add(product, bias), inner)
        i, f, g, o = tf.split(z, 4, axis=1)
        i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
        before, cell = cell, f * cell + i * g
        tanh_cell = tf.tanh(cell)
        hidden.append(tf.cast(o * tanh_cell, outer))
        rows.append(_Row(before, i, f, g, o, tanh_cell))

    def backward(d_hidden: Tensor, d_cell: Tensor) -> tuple[Tensor, ...]:
        dh, dc = tf.zeros_like(cell), tf.cast(d_cell, inner)
        back = []
        for row, from_above in zip(reversed(rows), reversed(tf.unstack(d_hidden)), strict=True):
            dh += tf.cast(from_above, inner)
            dc += _through_tanh(row.tanh_cell, dh * row.o)
            di = _through_sigmoid(row.i, dc * row.g)
            df = _through_sigmoid(row.f, dc * row.before)
            dg = _through_tanh(row.g, dc * row.i)
            do = _through_sigmoid(row.o, dh * row.tanh_cell)
            back.append(tf.cast(tf.concat([di, df, dg, do], axis=1), outer))
            dh = tf.cast(tf.matmul(back[-1], recurrent, transpose_b=True), inner)
            dc *= row.f
        dz = tf.concat(back[::-1], axis=0)
        return (
            tf.reshape(tf.matmul(dz, kernel, transpose_b=True), tf.shape(sequence)),
            tf.matmul(_flat(sequence), dz, transpose_a=True),
            tf.matmul(tf.concat(hidden[:-1], axis=0), dz, transpose_a=True),
            tf.matmul(tf.ones((1, tf.shape(dz)[0]), outer), dz)[0],
            tf.cast(dh, outer),
            tf.cast(dc, outer),
        )

    return (tf.stack(hidden[1:]), tf.cast(cell, outer)), backward


def _through_sigmoid(y: Tensor, dy: Tensor) -> Tensor:
    """``dy · y · (1 − y)`` in one operation."""
    return tf.raw_ops.SigmoidGrad(y=y, dy=dy)


def _through_tanh(y: Tensor, dy: Tensor) -> Tensor:
    """``dy · (1 − y²)`` in one operation."""
    return tf.raw_ops.TanhGrad(y=y, dy=dy)


def _flat(sequence: Tensor) -> Tensor:
    """``(rows, batch, numbers)`` → ``(rows · batch, numbers)``."""
    return tf.reshape(sequence, (-1, sequence.shape[-1]))
