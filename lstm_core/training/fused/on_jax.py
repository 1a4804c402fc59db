"""The LSTM for JAX: what need not go row by row in one product, and a backward pass of its own.

The equations are those of `on_cpu`. The inputs' products of all rows are one product here, too, and XLA makes
one kernel of all that stands between two products. A GPU takes longer to start a kernel than to run one of
these, and XLA starts those of several rows at once: a step takes 0.3 of what it takes with cuDNN as JAX calls
it, on an H100.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

Array = Any

as_tensor = jnp.asarray

ROWS_AT_ONCE = 4
"""Written out in the loop over the rows. On an H200, all 28 of them made a step take 0.9 instead of 1.1 ms,
and its compilation 5 instead of 2 s; one at a time, 1.5 ms and 1.4 s."""


def fused_lstm(
    sequence: Array, kernel: Array, recurrent: Array, bias: Array, *state: Array
) -> tuple[Array, Array]:
    """All hidden states and the last cell state of one layer.

    Products are computed in the type of the arguments, and gates are kept in it; sums and cell states are in
    32 bits at least. Nothing but the hidden states is kept when nobody asks for a gradient.

    Args:
        sequence: ``(rows, batch, features)``.
        kernel, recurrent, bias: ``(features, 4 · units)``, ``(units, 4 · units)``, ``(4 · units,)``, packed
            as Keras packs them: input, forget, candidate, output.
        state: h and c before the first row, ``(batch, units)`` each; zeros without them.

    Returns:
        Hidden states ``(rows, batch, units)`` and the last cell state ``(batch, units)``.
    """
    zeros = jnp.zeros((sequence.shape[1], recurrent.shape[0]), sequence.dtype)
    return _with_gradient(sequence, kernel, recurrent, bias, *(state or (zeros, zeros)))


fused_reading = fused_lstm
"""The same, since JAX keeps the gates for a gradient only."""


@jax.custom_vjp
def _with_gradient(*arguments: Array) -> tuple[Array, Array]:
    return _forward(*arguments)[0]


def _forward(
    sequence: Array, kernel: Array, recurrent: Array, bias: Array, first_h: Array, first_c: Array
) -> tuple[tuple[Array, Array], tuple[Array, ...]]:
    inner = _computed_in(sequence)
    of_inputs = jnp.matmul(sequence, kernel, preferred_element_type=inner) + bias.astype(inner)

    def row(state: tuple[Array, Array], of_input: Array) -> Any:
        h, c = state
        z = of_input + jnp.matmul(h, recurrent, preferred_element_type=inner)
        i, f, g, o = jnp.split(z, 4, axis=1)
        i, f, g, o = jax.nn.sigmoid(i), jax.nn.sigmoid(f), jnp.tanh(g), jax.nn.sigmoid(o)
        c = f * c + i * g
        h = (o * jnp.tanh(c)).astype(sequence.dtype)
        return (h, c), (h, c, [gate.astype(sequence.dtype) for gate in (i, f, g, o)])

    start = first_h, first_c.astype(inner)
    (_, last_c), (hidden, cells, gates) = jax.lax.scan(row, start, of_inputs, unroll=ROWS_AT_ONCE)
    hidden_before = jnp.concatenate([first_h[None], hidden[:-1]])
    cells_before = jnp.concatenate([start[1][None], cells[:-1]])
    kept = sequence, kernel, recurrent, bias, hidden_before, cells_before, cells, gates
    return (hidden, last_c.astype(sequence.dtype)), kept


def _backward(kept: tuple[Array, ...], from_above: tuple[Array, Array]) -> tuple[Array, ...]:
    sequence, kernel, recurrent, bias, hidden_before, cells_before, cells, gates = kept
    d_hidden, d_last_c = from_above
    outer, inner = sequence.dtype, _computed_in(sequence)

    def row(state: tuple[Array, Array], of_row: Any) -> Any:
        dh, dc = state
        d_output, c_before, c, (i, f, g, o) = of_row
        dh, tanh_c = dh + d_output, jnp.tanh(c)
        dc = dc + dh * o * (1 - tanh_c**2)
        before_activation = [
            dc * g * i * (1 - i),
            dc * c_before * f * (1 - f),
            dc * i * (1 - g**2),
            dh * tanh_c * o * (1 - o),
        ]
        dz = jnp.concatenate(before_activation, axis=1).astype(outer)
        return (jnp.matmul(dz, recurrent.T, preferred_element_type=inner), dc * f), dz

    start = jnp.zeros(d_last_c.shape, inner), d_last_c.astype(inner)
    of_rows = d_hidden, cells_before, cells, gates
    (dh, dc), dz = jax.lax.scan(row, start, of_rows, reverse=True, unroll=ROWS_AT_ONCE)
    return (
        jnp.matmul(dz, kernel.T),
        _over_all_rows(sequence, dz),
        _over_all_rows(hidden_before, dz),
        dz.sum((0, 1), dtype=inner).astype(bias.dtype),
        dh.astype(outer),
        dc.astype(outer),
    )


_with_gradient.defvjp(_forward, _backward)


def _over_all_rows(inputs: Array, dz: Array) -> Array:
    """The gradient of the weights: ``(rows, batch, n)`` and ``(rows, batch, m)`` → ``(n, m)``."""
    return jnp.einsum("rbn,rbm->nm", inputs, dz)


def _computed_in(sequence: Array) -> Any:
    return jnp.promote_types(sequence.dtype, jnp.float32)
