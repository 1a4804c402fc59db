"""Ways to compute the same recurrent layer; `HyperParameters.computation` chooses.

    fused              `fused.on_cpu` or, with JAX, `fused.on_jax`: for each row one kernel beside the matrix
                       products, and a backward pass by hand
    keras              keras.layers.LSTM, GRU or SimpleRNN, with cuDNN where it can
    cudnn              the same, with cuDNN or not at all
    whole-sequence     keras.layers.RNN around a cell: one call, the loop is inside ("method one")
    unrolled           a Python loop that calls the cell row by row ("method two")
    by-hand            the same loop around matmul, sigmoid and tanh on [h, x]
    separate-matrices  the same loop around W·x + U·h, each gate with matrices of its own

All keep their weights in one stock Keras cell, ``layer.cell``, in the packed form, so weights go from one
way to another, and the same seed gives the same first weights. The equations are those of
`lstm_core.reading.recurrence`; Gers, Schmidhuber & Cummins (2000), "Learning to Forget".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from lstm_core.settings.computation import may_use_cudnn
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.rules import LOOPED
from lstm_core.training import initializers
from lstm_core.training.fused.layer import FusedLSTM
from lstm_core.training.initializers import Distribution

LAYERS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "rnn": keras.layers.SimpleRNN}
CELLS = {"lstm": keras.layers.LSTMCell, "gru": keras.layers.GRUCell, "rnn": keras.layers.SimpleRNNCell}

Step = Callable[[Any, list[Any]], list[Any]]
"""One row: ``(batch, features)`` and the states before it → the states after it, the hidden state first."""


def recurrent_layer(settings: HyperParameters, number: int, features: int) -> keras.layers.Layer:
    """Layer ``number`` (1-based) of the stack, computed in the way the settings choose.

    It maps ``(batch, rows, features)`` to ``(batch, rows, units)``, twice the units with two directions;
    the first two axes are swapped when `is_time_major`. ``initial_state`` may be a list
    of ``(batch, units)``. When the settings return the state, the final states follow the outputs.

    Raises:
        ValueError: from Keras, when cuDNN is asked for what it cannot do.
    """
    units = settings.units[number - 1]
    drawn = initializers.cell_distribution(settings, features, units)
    weights: dict[str, Any] = {}
    if drawn:
        weights = {"kernel_initializer": keras_initializer(drawn)}
        weights["recurrent_initializer"] = keras_initializer(drawn)  # its own, so that it draws anew
    returned = {"return_sequences": True, "return_state": settings.returned == "state"}
    name = f"{settings.cell}_{number}"
    layer: keras.layers.Layer
    if settings.computation == "fused":
        cell = CELLS[settings.cell](units, **weights)
        layer = FusedLSTM(cell, return_state=returned["return_state"], name=name)
    elif settings.computation in LOOPED:
        layer = UnrolledRNN(
            CELLS[settings.cell](units, **weights),
            settings.computation,
            time_major=settings.layout == "time-major",
            return_state=returned["return_state"],
            name=name,
        )
    elif settings.computation == "whole-sequence":
        layer = keras.layers.RNN(CELLS[settings.cell](units, **weights), **returned, name=name)
    else:
        if settings.computation == "cudnn":
            weights["use_cudnn"] = True
        elif settings.cell != "rnn" and not may_use_cudnn(settings):
            weights["use_cudnn"] = False
        layer = LAYERS[settings.cell](units, **weights, **returned, name=name)
    if settings.direction == "both":
        return keras.layers.Bidirectional(layer, merge_mode="concat", name=name)
    return layer


class UnrolledRNN(keras.layers.Layer):
    """A cell unrolled over the rows by a Python loop.

    Args:
        cell: a stock Keras cell, which keeps the weights.
        computation: ``unrolled`` calls the cell; ``by-hand`` and ``separate-matrices`` write the LSTM's
            equations out.
        time_major: whether sequences are ``(rows, batch, numbers)`` instead of ``(batch, rows, numbers)``.
        return_state: whether the final states, each ``(batch, units)``, follow the outputs.
    """

    def __init__(
        self,
        cell: keras.layers.Layer,
        computation: str,
        *,
        time_major: bool = False,
        return_state: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.cell = cell
        self.computation = computation
        self.time_major = time_major
        self.return_state = return_state

    def build(self, sequence_shape: tuple[Any, ...], initial_state_shape: Any = None) -> None:
        if not self.cell.built:
            self.cell.build((sequence_shape[0 if not self.time_major else 1], sequence_shape[-1]))
        self.built = True

    def compute_output_shape(self, sequence_shape: tuple[Any, ...], initial_state_shape: Any = None) -> Any:
        outputs = (*sequence_shape[:-1], self.cell.units)
        if not self.return_state:
            return outputs
        state = (sequence_shape[1 if self.time_major else 0], self.cell.units)
        return [outputs, *[state] * self._states]

    def call(self, sequence: Any, initial_state: list[Any] | None = None) -> Any:
        rows_axis = 0 if self.time_major else 1
        rows = ops.unstack(sequence, sequence.shape[rows_axis], axis=rows_axis)
        zero = ops.zeros((ops.shape(rows[0])[0], self.cell.units), dtype=self.compute_dtype)
        states = initial_state or [zero] * self._states
        step = STEPS[self.computation](self.cell)
        outputs = []
        for row in rows:
            states = step(row, states)
            outputs.append(states[0])
        stacked = ops.stack(outputs, axis=rows_axis)
        return [stacked, *states] if self.return_state else stacked

    @property
    def _states(self) -> int:
        return 2 if isinstance(self.cell, keras.layers.LSTMCell) else 1


def _called(cell: keras.layers.Layer) -> Step:
    """Let the cell compute its row."""

    def step(x: Any, states: list[Any]) -> list[Any]:
        return cell(x, states)[1]

    return step


def _by_hand(cell: keras.layers.Layer) -> Step:
    """One matrix for all gates on hidden state and row side by side."""
    weights = ops.concatenate([cell.recurrent_kernel, cell.kernel], axis=0)

    def step(x: Any, states: list[Any]) -> list[Any]:
        h, c = states
        z = ops.matmul(ops.concatenate([h, x], axis=1), weights) + cell.bias
        i, f, g, o = ops.split(z, 4, axis=1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        return [ops.sigmoid(o) * ops.tanh(c), c]

    return step


def _separate_matrices(cell: keras.layers.Layer) -> Step:
    """Every gate with its own matrix for the row, its own for the hidden state, and its own bias."""
    w_i, w_f, w_g, w_o = ops.split(cell.kernel, 4, axis=1)
    u_i, u_f, u_g, u_o = ops.split(cell.recurrent_kernel, 4, axis=1)
    b_i, b_f, b_g, b_o = ops.split(cell.bias, 4)

    def step(x: Any, states: list[Any]) -> list[Any]:
        h, c = states
        i = ops.sigmoid(ops.matmul(x, w_i) + ops.matmul(h, u_i) + b_i)
        f = ops.sigmoid(ops.matmul(x, w_f) + ops.matmul(h, u_f) + b_f)
        g = ops.tanh(ops.matmul(x, w_g) + ops.matmul(h, u_g) + b_g)
        o = ops.sigmoid(ops.matmul(x, w_o) + ops.matmul(h, u_o) + b_o)
        c = f * c + i * g
        return [o * ops.tanh(c), c]

    return step


STEPS: dict[str, Callable[[keras.layers.Layer], Step]] = {
    "unrolled": _called,
    "by-hand": _by_hand,
    "separate-matrices": _separate_matrices,
}


def keras_initializer(distribution: Distribution) -> keras.initializers.Initializer:
    """The same in Keras; its seed is another at every call, from Python's generator, which `build` seeds."""
    if distribution.kind == "uniform":
        return keras.initializers.RandomUniform(-distribution.width, distribution.width)
    if distribution.kind == "normal":
        return keras.initializers.RandomNormal(stddev=distribution.width)
    return keras.initializers.TruncatedNormal(stddev=distribution.width)
