"""The layer around the fused LSTM, which is TensorFlow's or JAX's own."""

from __future__ import annotations

from typing import Any

import keras

from lstm_core.settings import library


class FusedLSTM(keras.layers.Layer):
    """Maps ``(rows, batch, features)`` to the hidden states ``(rows, batch, units)``.

    Gradients exist in training only; otherwise a row's gates are gone when the next one is read.

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

    def call(self, sequence: Any, initial_state: list[Any] | None = None, training: bool = False) -> Any:
        if library.name() == "jax":
            from lstm_core.training.fused import on_jax as fused
        else:
            from lstm_core.training.fused import on_cpu as fused  # type: ignore[no-redef]
        cell = self.cell
        weights = (fused.as_tensor(each) for each in (cell.kernel, cell.recurrent_kernel, cell.bias))
        compute = fused.fused_lstm if training else fused.fused_reading
        hidden, last_cell = compute(sequence, *weights, *(initial_state or ()))
        return [hidden, hidden[-1], last_cell] if self.return_state else hidden
