"""The LSTM for a CPU: one compiled operation a row beside its products, and a backward pass of its own.

Forward keeps every gate. Backward, for each row from the last,

    dcₜ   = dcₜ₊₁ · fₜ₊₁ + dhₜ · oₜ · (1 − tanh²cₜ)
    dzₜ   = (dcₜ · gₜ · iₜ(1 − iₜ), dcₜ · cₜ₋₁ · fₜ(1 − fₜ), dcₜ · iₜ · (1 − gₜ²), dhₜ · tanh cₜ · oₜ(1 − oₜ))
    dhₜ₋₁ = dzₜ · Uᵀ + what comes from above

and what need not go row by row, the gradients of the weights and of the inputs, is one product over all rows.
The inputs' products could be one as well, but made row by row, together with the hidden state's, they are
still in the processor's cache when they are needed. The equations are those of `reading.recurrence`,
differentiated; Graves & Schmidhuber (2005), "Framewise Phoneme Classification", appendix A, without
peepholes. Everything in one LSTM step except the matrix multiplications is in `gate_kernels`; where that
cannot be had, `row_operations` says why, and `plain` computes the same. The weights stay a stock Keras
cell's, so they go in and out of every other way of computing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from lstm_core.training.fused.plain import plain_lstm
from lstm_core.training.fused.row_operations import computed_in, row_operations

Tensor = Any

as_tensor = tf.convert_to_tensor
"""What `fused_lstm` takes: every variable would be another argument, and have graphs of its own."""


@tf.function(autograph=False)
def fused_lstm(
    sequence: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, *state: Tensor
) -> tuple[Tensor, Tensor]:
    """All hidden states and the last cell state of one layer.

    Its graphs, forward and backward, are made once for shapes and types in the life of the process, and serve
    every layer, lane and run that has them.

    Products are computed in the type of the arguments, and gates are kept in it. Cell states are too, but in
    float32 when that is bfloat16, whose eight bits would not add up.

    Args:
        sequence: ``(rows, batch, features)``, float32, float64 or bfloat16; its shape is known.
        kernel, recurrent, bias: ``(features, 4 · units)``, ``(units, 4 · units)``, ``(4 · units,)``, packed
            as Keras packs them: input, forget, candidate, output.
        state: h and c before the first row, ``(batch, units)`` each; without them zeros, which are not
            multiplied.

    Returns:
        Hidden states ``(rows, batch, units)`` and the last cell state ``(batch, units)``.
    """
    compute = plain_lstm if row_operations(sequence.dtype.name).obstacle else _with_gradient
    return compute(sequence, kernel, recurrent, bias, *state)


@tf.function(autograph=False)
def fused_reading(
    sequence: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, *state: Tensor
) -> tuple[Tensor, Tensor]:
    """As `fused_lstm`, without a gradient, and keeping of each row only what the next one needs."""
    if row_operations(sequence.dtype.name).obstacle:
        return plain_lstm(sequence, kernel, recurrent, bias, *state)
    hidden, cells, _ = _forward(sequence, kernel, recurrent, bias, *state, kept=1)
    return hidden[1:], tf.cast(cells[sequence.shape[0] % 2], sequence.dtype)


@tf.custom_gradient
def _with_gradient(
    sequence: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, *state: Tensor
) -> tuple[tuple[Tensor, Tensor], Callable[..., Any]]:
    rows = sequence.shape[0]
    hidden, cells, gates = _forward(sequence, kernel, recurrent, bias, *state, kept=rows)

    def gradient(d_hidden: Tensor, d_last_cell: Tensor) -> tuple[Tensor, ...]:
        row_backward = row_operations(sequence.dtype.name).backward
        dz, dh, dc = gates, tf.zeros_like(hidden[0]), tf.cast(d_last_cell, cells.dtype)
        db = tf.zeros(bias.shape, cells.dtype)
        transposed = tf.transpose(recurrent)
        for row in reversed(range(rows)):
            dz, dc, db = row_backward(dz, dc, db, row, cells, dh, d_hidden)
            dh = tf.matmul(dz[row], transposed)
        first = 0 if state else 1  # before the first row there is nothing, otherwise
        return (
            tf.reshape(tf.matmul(_flat(dz), kernel, transpose_b=True), sequence.shape),
            tf.matmul(_flat(sequence), _flat(dz), transpose_a=True),
            tf.matmul(_flat(hidden[first:-1]), _flat(dz[first:]), transpose_a=True),
            tf.cast(db, bias.dtype),
            *((dh, tf.cast(dc, sequence.dtype)) if state else ()),
        )

    return (hidden[1:], tf.cast(cells[rows], sequence.dtype)), gradient


def _forward(
    sequence: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, *state: Tensor, kept: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Hidden states, cell states and gates as `training.fused.gate_kernels.row_forward` leaves them.

    Args:
        kept: the gates of so many rows, and the cell states around them.
    """
    row_forward = row_operations(sequence.dtype.name).forward
    rows, batch, features = sequence.shape
    units, outer, inner = recurrent.shape[0], sequence.dtype, computed_in(sequence.dtype)
    weights, bias = tf.concat([kernel, recurrent], axis=0), tf.cast(bias, inner)
    hidden = tf.raw_ops.Empty(shape=(rows + 1, batch, units), dtype=outer)
    cells = tf.raw_ops.Empty(shape=(kept + 1, batch, units), dtype=inner)
    gates = tf.raw_ops.Empty(shape=(kept, batch, 4 * units), dtype=outer)
    joined = tf.raw_ops.Empty(shape=(batch, features + units), dtype=outer)
    h, c = state or (tf.zeros((batch, units), outer), tf.zeros((batch, units), inner))
    z = tf.matmul(tf.concat([sequence[0], h], axis=1), weights) if state else tf.matmul(sequence[0], kernel)
    for row in range(rows):
        hidden, cells, gates, joined = row_forward(
            hidden, cells, gates, joined, row, z, bias, sequence, h, tf.cast(c, inner)
        )
        z = tf.matmul(joined, weights)
    return hidden, cells, gates


def _flat(sequence: Tensor) -> Tensor:
    """``(rows, batch, numbers)`` → ``(rows · batch, numbers)``."""
    return tf.reshape(sequence, (-1, sequence.shape[-1]))
