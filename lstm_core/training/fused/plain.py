"""The fused LSTM of TensorFlow's plain operations, where the compiled ones cannot be had.

The equations and what is kept of a row are those of `on_cpu`: forward keeps every gate, backward goes row by
row, and the gradients of the weights and of the inputs are one product over all rows. Without a kernel a row
is some twenty operations beside its products.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from lstm_core.training.fused.row_operations import computed_in

Tensor = Any


def _with_gradient(
    sequence: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, *state: Tensor
) -> tuple[tuple[Tensor, Tensor], Callable[..., Any]]:
    outer, inner = sequence.dtype, computed_in(sequence.dtype)
    rows, batch, _ = sequence.shape
    units = recurrent.shape[0]
    first_h, first_c = state or (tf.zeros((batch, units), outer), tf.zeros((batch, units), inner))
    weights, bias_inside = tf.concat([kernel, recurrent], axis=0), tf.cast(bias, inner)
    hidden, cells, gates = [first_h], [tf.cast(first_c, inner)], []
    for x in tf.unstack(sequence):
        z = tf.matmul(tf.concat([x, hidden[-1]], axis=1), weights)
        i, f, g, o = tf.split(tf.cast(z, inner) + bias_inside, 4, axis=1)
        i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
        cells.append(f * cells[-1] + i * g)
        hidden.append(tf.cast(o * tf.tanh(cells[-1]), outer))
        gates.append([tf.cast(gate, outer) for gate in (i, f, g, o)])

    def gradient(d_hidden: Tensor, d_last_cell: Tensor) -> tuple[Tensor, ...]:
        dh, dc = tf.zeros((batch, units), outer), tf.cast(d_last_cell, inner)
        d_outputs, dz_of_rows = tf.unstack(d_hidden), []
        for row in reversed(range(rows)):
            i, f, g, o = (tf.cast(gate, inner) for gate in gates[row])
            d, tanh = tf.cast(dh, inner) + tf.cast(d_outputs[row], inner), tf.tanh(cells[row + 1])
            dc += d * o * (1 - tanh * tanh)
            before_activation = [
                dc * g * i * (1 - i),
                dc * cells[row] * f * (1 - f),
                dc * i * (1 - g * g),
                d * tanh * o * (1 - o),
            ]
            dc *= f
            dz_of_rows.append(tf.concat(before_activation, axis=1))
            dh = tf.matmul(tf.cast(dz_of_rows[-1], outer), recurrent, transpose_b=True)
        dz_inside = tf.stack(dz_of_rows[::-1])
        dz = tf.reshape(tf.cast(dz_inside, outer), (-1, 4 * units))
        inputs = tf.concat([sequence, tf.stack(hidden[:-1])], axis=2)
        d_weights = tf.matmul(tf.reshape(inputs, (-1, inputs.shape[-1])), dz, transpose_a=True)
        d_kernel, d_recurrent = tf.split(d_weights, [kernel.shape[0], units])
        return (
            tf.reshape(tf.matmul(dz, kernel, transpose_b=True), sequence.shape),
            *(d_kernel, d_recurrent),
            tf.cast(tf.reduce_sum(dz_inside, (0, 1)), bias.dtype),
            *((dh, tf.cast(dc, outer)) if state else ()),
        )

    return (tf.stack(hidden[1:]), tf.cast(cells[-1], outer)), gradient


plain_lstm = tf.custom_gradient(_with_gradient)
"""Takes and gives what `on_cpu.fused_lstm` does, in the graph that is being made."""
