"""One reading as an ``.npz`` file: every gate and state by name.

    image                       (rows, columns), what was read: paper 0, full ink 1
    probabilities, logits       (rows, classes), after every row
    layer1/input                (rows, units) of the lowest layer; layer2/… above it
    layer1/forget               and so on: input, forget, candidate, output, cell, hidden of an LSTM;
                                update, reset, candidate, hidden of a GRU; hidden of a simple RNN
    layer1/backward/forget      of the direction that reads from the bottom up, where there is one

All are float32. Row 0 is the top row, in both directions. No byte of the file is pickled.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.files import write_whole
from lstm_core.reading.trace import Trace
from lstm_core.reading.weights import LstmWeights


def trace_arrays(weights: LstmWeights, trace: Trace, image: FloatArray) -> dict[str, FloatArray]:
    """Every array of a reading under its name in the file.

    Args:
        weights: of the network that read.
        trace: what it did.
        image: what it read, ``(rows, columns)``.
    """
    arrays = {"image": image, "probabilities": trace.probabilities, "logits": trace.logits}
    for number, (layer, read) in enumerate(zip(weights.layers, trace.layers, strict=True), start=1):
        for name, values in vars(read).items():
            for direction, part in _directions(values, layer.units):
                arrays[f"layer{number}/{direction}{name.removesuffix('_gate')}"] = part
    return {name: np.asarray(values, np.float32) for name, values in arrays.items()}


def write_trace(weights: LstmWeights, trace: Trace, image: FloatArray, path: Path) -> None:
    """Write the arrays of `trace_arrays` to ``path``, whole or not at all. Raises `StorageError`."""
    arrays: dict[str, Any] = dict(trace_arrays(weights, trace, image))
    with write_whole(path) as file:
        np.savez(file, **arrays)


def _directions(values: FloatArray, units: int) -> Iterator[tuple[str, FloatArray]]:
    """``(rows, units)`` of each direction, with what its name begins with."""
    yield "", values[:, :units]
    if values.shape[1] > units:
        yield "backward/", values[:, units:]
