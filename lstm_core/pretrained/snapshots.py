"""The shipped network as it was while it learnt: a few of its run's snapshots in a small file.

``python -m lstm_core.pretrained.make`` makes the file together with the weights that ship. Of each matrix
the file keeps what must be added to the step before it, as restored, in whole numbers from -127 to 127 with
one scale per column: early steps differ little, and small numbers compress well. A weight is off by at most
half a scale, which does not add up from step to step. Biases are kept as they are. The last step is not
kept: it is the shipped weights themselves.

The file is an ``.npz`` read with ``allow_pickle=False``: ``steps`` and ``rows``, and per step
``step400_layer0_kernel``, ``step400_layer0_kernel_scale`` and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.files import write_whole
from lstm_core.pretrained.shipped import FOLDER, shipped_card, shipped_weights
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.weights import LstmWeights, read_arrays

FILE = "snapshots.npz"

MOST_BYTES = 6_000_000

_LEVELS = 127
_SCALE = "_scale"


def quantised(matrix: FloatArray, before: FloatArray) -> tuple[NDArray[np.int8], FloatArray]:
    """What leads from ``before`` to ``matrix``, both ``(inputs, outputs)`` float32.

    Returns:
        int8 numbers in [-127, 127] and float32 scales ``(outputs,)``. A scale is the greatest absolute value
        of its column in ``matrix``, or in the difference where that is greater, divided by 127; of a column
        of zeros it is 1. `restored` is off by at most half a scale.
    """
    difference = matrix - before
    scale = np.maximum(np.abs(matrix).max(axis=0), np.abs(difference).max(axis=0)) / np.float32(_LEVELS)
    scale[scale == 0] = 1
    return np.rint(difference / scale).astype(np.int8), scale


def restored(numbers: NDArray[np.int8], scale: FloatArray, before: FloatArray) -> FloatArray:
    """The matrix that `quantised` was given, nearly: ``(inputs, outputs)`` float32."""
    matrix: FloatArray = before + numbers * scale
    return matrix


def save_snapshots(snapshots: Mapping[int, LstmWeights], path: Path) -> None:
    """Write the weights of each step, whole or not at all.

    Raises:
        InvalidValue: there is none, a step is below 0, or a network is no plain stack of LSTM layers.
        StorageError: the disk is full or the folder cannot be written.
    """
    if not snapshots or min(snapshots) < 0:
        raise InvalidValue("snapshots", "of at least one step, none below 0", sorted(snapshots))
    steps = sorted(snapshots)
    arrays: dict[str, Any] = {"steps": np.array(steps), "rows": np.int64(snapshots[steps[0]].rows)}
    before: dict[str, FloatArray] = {}
    for step in steps:
        weights = snapshots[step]
        if not weights.is_plain:
            raise InvalidValue("snapshots", "of plain stacks of LSTM layers", f"step {step}, {weights.cell}")
        for name, array in weights.arrays().items():
            if array.ndim == 1:
                arrays[f"step{step}_{name}"] = array.astype(np.float32)
                continue
            earlier = before.get(name, np.zeros_like(array))
            numbers, scale = quantised(array, earlier)
            arrays |= {f"step{step}_{name}": numbers, f"step{step}_{name}{_SCALE}": scale}
            before[name] = restored(numbers, scale, earlier)
    with write_whole(path) as file:
        np.savez_compressed(file, **arrays)


def load_snapshots(path: Path) -> dict[int, LstmWeights]:
    """Read a file written by `save_snapshots`: the weights by step, ascending.

    Raises:
        WeightsError: the file is missing, damaged, or its arrays do not fit each other.
    """
    stored = read_arrays(path)
    try:
        rows = int(stored["rows"])
        steps = [int(step) for step in stored["steps"]]
        if not steps or steps != sorted(set(steps)) or steps[0] < 0:
            raise WeightsError(f"its steps are {steps}; expected whole numbers that ascend")
        found: dict[int, LstmWeights] = {}
        before: dict[str, FloatArray] = {}
        for step in steps:
            found[step] = _of_step(stored, step, rows, before)
            before = found[step].arrays()
        return found
    except KeyError as error:
        raise WeightsError(f"The snapshots file {path.name} is damaged: it has no array {error}.") from error
    except (TypeError, ValueError, WeightsError) as error:
        raise WeightsError(f"The snapshots file {path.name} is damaged: {str(error).rstrip('.')}.") from error


def shipped_snapshots() -> dict[int, LstmWeights]:
    """The shipped network by training step, ascending; the last is the network that ships.

    Raises:
        WeightsError: a file of it is missing or damaged, or the snapshots are of another network.
    """
    final, snapshots = shipped_weights(), load_snapshots(FOLDER / FILE)
    last = shipped_card().steps
    for step, weights in snapshots.items():
        if _shape(weights) != _shape(final) or step >= last:
            raise WeightsError(f"The snapshots file {FILE} is damaged: step {step} is of another network.")
    return {**snapshots, last: final}


def _of_step(
    stored: Mapping[str, NDArray[Any]], step: int, rows: int, before: Mapping[str, FloatArray]
) -> LstmWeights:
    """The weights of one step, given those of the step before. Raises `KeyError` with the name that lacks."""

    def matrix(name: str) -> FloatArray:
        numbers, scale = stored[f"step{step}_{name}"], stored[f"step{step}_{name}{_SCALE}"]
        if numbers.dtype != np.int8 or numbers.ndim != 2 or scale.shape != numbers.shape[1:]:
            raise WeightsError(f"{name} of step {step} has {numbers.shape} {numbers.dtype} and {scale.shape}")
        if not (np.isfinite(scale) & (scale > 0)).all():
            raise WeightsError(f"the scale of {name} of step {step} is not above 0 everywhere")
        earlier = before.get(name, np.zeros(numbers.shape, np.float32))
        if earlier.shape != numbers.shape:
            raise WeightsError(f"{name} of step {step} has shape {numbers.shape}, before it {earlier.shape}")
        return restored(numbers, scale.astype(np.float32), earlier)

    def vector(name: str) -> FloatArray:
        return stored[f"step{step}_{name}"].astype(np.float32)

    layers: list[LayerWeights] = []
    while f"step{step}_layer{len(layers)}_kernel" in stored:
        prefix = f"layer{len(layers)}_"
        kernels = matrix(f"{prefix}kernel"), matrix(f"{prefix}recurrent_kernel")
        layers.append(LayerWeights(*kernels, vector(f"{prefix}bias")))
    return LstmWeights(tuple(layers), matrix("head_kernel"), vector("head_bias"), rows)


def _shape(weights: LstmWeights) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in weights.arrays().items()}
