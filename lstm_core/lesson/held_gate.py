"""A network in which one gate of every unit stands still: its weights say nothing, its bias says it all.

A gate is σ(x W + h U + b) and a candidate tanh(x W + h U + b). With W = U = 0 and b = σ⁻¹(value), or
tanh⁻¹(value), it has that value at every row, whatever is read. Any reader of weights can then read on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_core.errors import InvalidValue
from lstm_core.reading.gates import GATES, Gate, gate_columns
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.weights import LstmWeights

_FAR = 50.0
"""Where σ and tanh have their end values in float32."""


def with_held_gate(weights: LstmWeights, gate: Gate, value: float) -> LstmWeights:
    """The same network with ``gate`` at ``value`` in every unit of every layer, at every row.

    Args:
        weights: a stack of LSTM layers.
        gate: which.
        value: in [0, 1]; the candidate in [-1, 1].

    Raises:
        InvalidValue: the value is out of range.
    """
    lowest, is_sigmoid = GATES[gate].lowest, GATES[gate].squash == "sigmoid"
    if not lowest <= value <= 1.0:
        raise InvalidValue(gate, f"in [{lowest:g}, 1]", value)
    share = value if is_sigmoid else 0.5 * (1.0 + value)
    with np.errstate(divide="ignore"):
        bias = float(np.clip(np.log(share) - np.log1p(-share), -_FAR, _FAR))
    bias = bias if is_sigmoid else 0.5 * bias
    return replace(weights, layers=tuple(_held(layer, gate, bias) for layer in weights.layers))


def _held(layer: LayerWeights, gate: Gate, bias: float) -> LayerWeights:
    columns = gate_columns(gate, layer.units)
    kernel, recurrent, biases = layer.kernel.copy(), layer.recurrent_kernel.copy(), layer.bias.copy()
    kernel[:, columns] = 0.0
    recurrent[:, columns] = 0.0
    biases[columns] = bias
    return replace(layer, kernel=kernel, recurrent_kernel=recurrent, bias=biases)
