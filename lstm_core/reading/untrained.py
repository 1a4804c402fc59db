"""A network of the same shape that has learnt nothing, to compare a trained one with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.reading.gates import gate_columns
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.weights import LstmWeights


def untrained(weights: LstmWeights, seed: int = 0) -> LstmWeights:
    """The shape of ``weights`` with weights drawn as Keras draws an LSTM's first ones.

    Kernels are uniform within ±√(6 / (in + out)) over the packed kernel, Glorot & Bengio (2010), equation
    16; recurrent kernels have orthonormal rows, Saxe et al. (2014); biases are 0, the forget gates' 1
    (Jozefowicz et al., 2015).

    Args:
        weights: a plain stack of LSTM layers.
        seed: of the draw.

    Raises:
        InvalidValue: the network is no plain stack of LSTM layers.
    """
    if not weights.is_plain:
        raise InvalidValue("weights", "a plain stack of LSTM layers", f"another network ({weights.cell})")
    rng = np.random.default_rng(seed)
    return replace(
        weights,
        layers=tuple(_layer(layer, rng) for layer in weights.layers),
        head_kernel=_glorot(rng, *weights.head_kernel.shape),
        head_bias=np.zeros_like(weights.head_bias),
    )


def _layer(layer: LayerWeights, rng: np.random.Generator) -> LayerWeights:
    bias = np.zeros_like(layer.bias)
    bias[gate_columns("forget_gate", layer.units)] = 1.0
    tall, triangle = np.linalg.qr(rng.standard_normal(layer.recurrent_kernel.T.shape))
    recurrent = (tall * np.sign(np.diag(triangle))).T
    return LayerWeights(
        _glorot(rng, *layer.kernel.shape), np.ascontiguousarray(recurrent, dtype=np.float32), bias
    )


def _glorot(rng: np.random.Generator, inward: int, outward: int) -> FloatArray:
    limit = np.sqrt(6.0 / (inward + outward))
    return rng.uniform(-limit, limit, (inward, outward)).astype(np.float32)
