"""The arrays of each layer of a Keras model, from where its files keep them.

    .keras   layers/lstm_1/cell/vars/0, 1, 2: by class and number, in the order kernel, recurrent kernel, bias
    .h5      model_weights/NAME/…/kernel, recurrent_kernel, bias: by the layer's own name

What Keras packs side by side is in the order of `lstm_core.reading.layer_weights.PACKED`, which is Keras'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.elsewhere.architecture import Architecture
from lstm_core.elsewhere.hdf5_file import Hdf5Content
from lstm_core.elsewhere.layer_chain import LayerConfig, shown
from lstm_core.elsewhere.recurrent_layer import RecurrentLayer
from lstm_core.reading.layer_weights import PACKED, LayerWeights
from lstm_core.reading.weights import LstmWeights

Find = Callable[[LayerConfig, str, tuple[str, ...]], list[FloatArray]]
"""Gives the arrays of a layer by its names for them: of a part, ``forward``, ``backward`` or nothing."""

_KERAS_ROOTS = ("layers", "_layer_checkpoint_dependencies")
"""Where `.keras` files have their layers, now and in the first version with that format."""


def weights_of(architecture: Architecture, content: Hdf5Content) -> LstmWeights:
    """The network, its pixels in [0, 1].

    Raises:
        ModelRejected: an array is missing, of another type or of another shape than the layer needs.
        WeightsError: they do not fit each other.
    """
    find = _finder(content)
    layers = tuple(_layer(recurrent, find) for recurrent in architecture.recurrent)
    projection = _dense(architecture.projection, find) if architecture.projection else (None, None)
    kernel, bias = _dense(architecture.head, find)
    return LstmWeights(layers, kernel, bias, architecture.rows, *projection)


def _layer(recurrent: RecurrentLayer, find: Find) -> LayerWeights:
    names = ("kernel", "recurrent_kernel", "bias")[: 3 if recurrent.use_bias else 2]
    if not recurrent.both:
        return _cell(recurrent, find(recurrent.layer, "", names))
    forward, backward = (
        _cell(recurrent, find(recurrent.layer, part, names)) for part in ("forward", "backward")
    )
    return LayerWeights(
        forward.kernel, forward.recurrent_kernel, forward.bias, recurrent.cell, backward=backward
    )


def _cell(recurrent: RecurrentLayer, arrays: list[FloatArray]) -> LayerWeights:
    """One direction. What two arrays come to is checked by `LstmWeights`, what one is by itself here."""
    kernel, recurrent_kernel = arrays[:2]
    packed = len(PACKED[recurrent.cell]) * recurrent.units
    if recurrent_kernel.shape != (recurrent.units, packed) or kernel.ndim != 2:
        raise recurrent.layer.rejected(
            f"has weights of {recurrent.units} units in its settings and of the shapes {kernel.shape} and "
            f"{recurrent_kernel.shape} in the file"
        )
    shape = (2, packed) if recurrent.cell == "gru" else (packed,)
    bias = arrays[2] if recurrent.use_bias else np.zeros(shape, np.float32)
    if bias.shape != shape:
        raise recurrent.layer.rejected(f"has a bias of the shape {bias.shape}; expected {shape}")
    return LayerWeights(kernel, np.asfortranarray(recurrent_kernel), bias, recurrent.cell)


def _dense(layer: LayerConfig, find: Find) -> tuple[FloatArray, FloatArray]:
    use_bias = layer.config.get("use_bias", True) is not False
    kernel, *bias = find(layer, "", ("kernel", "bias")[: 2 if use_bias else 1])
    if kernel.ndim != 2:
        raise layer.rejected(f"has a kernel of the shape {kernel.shape}; expected two axes")
    return kernel, bias[0] if bias else np.zeros(kernel.shape[1], np.float32)


def _finder(content: Hdf5Content) -> Find:
    by_name = any(path.startswith("model_weights/") for path in (*content.arrays, *content.others))

    def find(layer: LayerConfig, part: str, names: tuple[str, ...]) -> list[FloatArray]:
        candidates = _named(layer, part) if by_name else _numbered(layer, part, names)
        found = []
        for name in names:
            paths = candidates(name, content.arrays)
            if len(paths) != 1:
                others = candidates(name, content.others)
                kind = f", but as {shown(content.others[others[0]])}, not as floats" if others else ""
                of = f" of its {part} direction" if part else ""
                there = "no array" if not paths else f"{len(paths)} arrays"
                raise layer.rejected(f"has {there} for its {name.replace('_', ' ')}{of} in the file{kind}")
            found.append(_single(content.arrays[paths[0]]))
        return found

    return find


def _named(layer: LayerConfig, part: str) -> Callable[[str, Mapping[str, Any]], list[str]]:
    """Finds arrays by the layer's name and their own, which ends in ``:0`` in older files."""
    group = f"model_weights/{layer.name}/"

    def paths(name: str, there: Mapping[str, Any]) -> list[str]:
        return [
            path
            for path in there
            if path.startswith(group)
            and path.rpartition("/")[2].partition(":")[0] == name
            and (not part or f"/{part}_" in path)
        ]

    return paths


def _numbered(
    layer: LayerConfig, part: str, names: tuple[str, ...]
) -> Callable[[str, Mapping[str, Any]], list[str]]:
    """Finds arrays by the number of the layer among those of its class, and their own number."""
    within = {"Dense": "", "TimeDistributed": "layer/"}.get(layer.kind, "cell/")
    direction = f"{part}_layer/" if part else ""

    def paths(name: str, there: Mapping[str, Any]) -> list[str]:
        number = names.index(name)
        wanted = (f"{root}/{layer.stored_as}/{direction}{within}vars/{number}" for root in _KERAS_ROOTS)
        return [path for path in wanted if path in there]

    return paths


def _single(array: NDArray[Any]) -> FloatArray:
    with np.errstate(over="ignore"):  # what does not fit is refused as infinite
        return array.astype(np.float32)
