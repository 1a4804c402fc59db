"""The compiled operations of the fused LSTM, where TensorFlow takes them, or else why it does not.

Whether it does is known by doing it: the kernels are compiled, registered and run once on the smallest of
tensors. Whatever fails on the way, from Numba's import to TensorFlow's answer, is kept in words, so that
it is tried once in the life of a process, and `plain` computes instead. Keras' own LSTM goes about cuDNN
likewise.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf

Operation = Any

MOST_LETTERS = 200
"""Of an obstacle: compilers explain themselves at length."""

log = logging.getLogger("lstm_core.training.fused.row_operations")


@dataclass(frozen=True)
class RowOperations:
    """`row_forward` and `row_backward` of `gate_kernels` in a graph, for tensors of one type.

    Attributes:
        forward, backward: inputs → outputs; ``None`` where there is an obstacle.
        obstacle: why they cannot be had here, in words without a stop at the end; empty when they can.
    """

    forward: Operation = None
    backward: Operation = None
    obstacle: str = ""


@cache
def row_operations(dtype: str) -> RowOperations:
    """Those for ``float32``, ``float64`` or ``bfloat16``, made at the first call."""
    try:
        with tf.init_scope(), tf.device("/CPU:0"):
            found = _registered(dtype)
            _try(found, dtype)
    except Exception as error:  # whatever it is, training goes on without them
        log.warning("The LSTM is computed by TensorFlow's plain operations in %s", dtype, exc_info=True)
        text = " ".join(f"{type(error).__name__}: {error}".split())
        short = text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
        return RowOperations(obstacle=short.rstrip("."))
    return found


def computed_in(dtype: Any) -> Any:
    """The type of sums and cell states where tensors are of ``dtype``: 16 bits would not add up."""
    return tf.float32 if dtype == tf.bfloat16 else dtype


def _registered(dtype: str) -> RowOperations:
    # Numba may be unable to load with the NumPy that is there.
    from lstm_core.training.fused.gate_kernels import TENSORFLOW_FUNCTIONS, backward_kernel, forward_kernel
    from lstm_core.training.fused.tensorflow_operation import operation

    outer = tf.as_dtype(dtype)
    inner = computed_in(outer)
    forward = operation(
        f"LstmRowForward{dtype.title()}",
        changed={"hidden": outer, "cells": inner, "gates": outer, "joined": outer},
        read={"row": tf.int32, "z": outer, "bias": inner, "sequence": outer, "h": outer, "c": inner},
        compile_kernel=lambda: forward_kernel(dtype),
        called=TENSORFLOW_FUNCTIONS,
    )
    backward = operation(
        f"LstmRowBackward{dtype.title()}",
        changed={"dz": outer, "d_cell": inner, "d_bias": inner},
        read={"row": tf.int32, "cells": inner, "d_hidden": outer, "d_outputs": outer},
        compile_kernel=lambda: backward_kernel(dtype),
        called=TENSORFLOW_FUNCTIONS,
    )
    return RowOperations(forward, backward)


def _try(operations: RowOperations, dtype: str) -> None:
    """Compute one row of one unit there and back.

    Raises:
        RuntimeError: it is not what follows from gates that are all one half and a cell state of one.
        tf.errors.OpError: TensorFlow does not know the operations, or they failed.
    """
    outer = tf.as_dtype(dtype)
    inner = computed_in(outer)

    def row() -> Any:
        def zeros(*shape: int, of: Any = outer) -> Any:
            return tf.zeros(shape, of)

        hidden, cells, gates, _ = operations.forward(
            *(zeros(2, 1, 1), zeros(2, 1, 1, of=inner), zeros(1, 1, 4), zeros(1, 2)),
            *(0, zeros(1, 4), zeros(4, of=inner), zeros(1, 1, 1), zeros(1, 1), tf.ones((1, 1), inner)),
        )
        _, d_cell, _ = operations.backward(
            *(gates, tf.ones((1, 1), inner), zeros(4, of=inner), 0, cells, zeros(1, 1), zeros(1, 1, 1))
        )
        return [tf.cast(tf.reshape(last, ()), tf.float32) for last in (hidden[1], cells[1], d_cell)]

    found = np.array([float(number) for number in tf.function(row, autograph=False)()])
    expected = [0.5 * np.tanh(0.5), 0.5, 0.5]
    if not np.allclose(found, expected, atol=0.01):
        raise RuntimeError(f"the compiled operation gave {found} instead of {expected}")
