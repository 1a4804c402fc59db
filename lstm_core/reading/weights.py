"""The weights of a recurrent image classifier as plain NumPy arrays, and their file.

The layers are in `layer_weights`. The file is an ``.npz`` read by `lstm_core.array_files`; writing is atomic.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.array_files import DamagedArrays, read_npz
from lstm_core.arrays import FloatArray
from lstm_core.data.info import MAX_CLASS_NAME
from lstm_core.errors import StorageError, WeightsError
from lstm_core.files import open_regular, write_whole
from lstm_core.reading.layer_weights import LayerWeights, check_layer, expect_shape

MAX_LAYERS = 16
MAX_UNITS = 1024
"""Of one direction of a layer, and of the numbers that an input projection makes."""

MAX_SIDE = 256
"""Of the images in rows and in columns, and of the classes: a reading takes memory for each of them."""


@dataclass(frozen=True)
class LstmWeights:
    """A stack of recurrent layers with a dense softmax head, for images of ``rows`` × ``columns``.

    Attributes:
        layers: bottom to top, all of one cell. Layers that share their weights hold the same arrays.
        head_kernel: ``(outputs of the top layer, classes)`` float32.
        head_bias: ``(classes,)`` float32.
        rows: number of image rows the network was trained to read.
        projection_kernel, projection_bias: ``(columns, numbers)`` and ``(numbers,)`` float32. The lowest
            layer reads ``row @ kernel + bias`` instead of the row; ``None`` where it reads the row itself.
        class_names: what the classes are called, by label; empty where they are digits.

    Raises:
        WeightsError: shapes do not fit each other, or a value is not finite.
    """

    layers: tuple[LayerWeights, ...]
    head_kernel: FloatArray
    head_bias: FloatArray
    rows: int
    projection_kernel: FloatArray | None = None
    projection_bias: FloatArray | None = None
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.layers:
            raise WeightsError("The weights hold no recurrent layer; at least one is needed.")
        if len(self.layers) > MAX_LAYERS:
            raise WeightsError(f"The weights hold {len(self.layers)} layers; at most {MAX_LAYERS} are read.")
        if not 1 <= self.rows <= MAX_SIDE:
            raise WeightsError(f"The weights are for images of {self.rows} rows; expected 1 to {MAX_SIDE}.")
        for name, array in self.arrays().items():
            if not array.ndim or not array.size:
                raise WeightsError(f"{name} has shape {array.shape}; expected axes, none of them empty.")
        features = self._check_projection()
        self._check_sizes()
        for number, layer in enumerate(self.layers, start=1):
            if layer.cell != self.cell:
                raise WeightsError(f"Layer {number} is made of {layer.cell!r} and layer 1 of {self.cell!r}.")
            if (layer.initial_hidden is None) != (self.layers[0].initial_hidden is None):
                raise WeightsError(f"Of layers 1 and {number}, only one has an initial state that is learnt.")
            check_layer(f"layer {number}", layer, features)
            features = layer.outputs
        expect_shape("head kernel", self.head_kernel, (features, self.classes))
        expect_shape("head bias", self.head_bias, (self.classes,))
        if self.class_names and len(self.class_names) != self.classes:
            raise WeightsError(f"There are {len(self.class_names)} names for {self.classes} classes.")
        if not all(np.isfinite(array).all() for array in self.arrays().values()):
            raise WeightsError("The weights hold numbers that are not finite (nan or infinity).")

    @property
    def columns(self) -> int:
        """Of the image."""
        return self.layers[0].features if self.projection_kernel is None else self.projection_kernel.shape[0]

    @property
    def classes(self) -> int:
        return self.head_bias.shape[0]

    @property
    def names(self) -> tuple[str, ...]:
        """What each class is called, by label."""
        return self.class_names or tuple(map(str, range(self.classes)))

    @property
    def units(self) -> tuple[int, ...]:
        """Of one direction of each layer."""
        return tuple(layer.units for layer in self.layers)

    @property
    def cell(self) -> str:
        """What every layer is made of: ``lstm``, ``gru`` or ``rnn``."""
        return self.layers[0].cell

    @property
    def is_plain(self) -> bool:
        """Whether it is a plain stack: LSTM layers that read the rows, forward, from zero states."""
        arrays = {name for layer in self.layers for name in layer.arrays()}
        return (
            self.cell == "lstm"
            and self.projection_kernel is None
            and arrays == {"kernel", "recurrent_kernel", "bias"}
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of every array with its name and shape, as 64 hexadecimal digits; computed once."""
        found = hashlib.sha256(f"{self.rows} {self.cell}".encode())
        for name, array in self.arrays().items():
            found.update(f"{name} {array.shape}".encode())
            found.update(np.ascontiguousarray(array).data)
        return found.hexdigest()

    @property
    def parameters(self) -> int:
        """Numbers that are learnt. An array that several layers share counts once; a file repeats it."""
        return sum({id(array): array.size for array in self.arrays().values()}.values())

    def arrays(self) -> dict[str, FloatArray]:
        """Every array under the name it has in the file."""
        named = {}
        if self.projection_kernel is not None:
            named["projection_kernel"] = self.projection_kernel
        if self.projection_bias is not None:
            named["projection_bias"] = self.projection_bias
        for index, layer in enumerate(self.layers):
            named |= {f"layer{index}_{name}": array for name, array in layer.arrays().items()}
        return named | {"head_kernel": self.head_kernel, "head_bias": self.head_bias}

    def _check_sizes(self) -> None:
        """Before the shapes are compared, as what is out of bounds would take memory to compare."""
        for name, found, most in (
            ("columns", self.columns, MAX_SIDE),
            ("classes", self.classes, MAX_SIDE),
            ("units in its largest layer", max(self.units), MAX_UNITS),
            ("numbers for its lowest layer", self.layers[0].features, MAX_UNITS),
        ):
            if found > most:
                raise WeightsError(f"The network has {found:,} {name}; at most {most:,} are read.")

    def _check_projection(self) -> int:
        """The numbers the lowest layer has to read."""
        kernel, bias = self.projection_kernel, self.projection_bias
        if (kernel is None) != (bias is None):
            raise WeightsError("The input projection needs both a kernel and a bias; one is missing.")
        if kernel is None or bias is None:
            return self.layers[0].features
        expect_shape("projection kernel", kernel, (kernel.shape[0], bias.shape[0]))
        expect_shape("projection bias", bias, (bias.shape[0],))
        return bias.shape[0]


def save_weights(weights: LstmWeights, path: Path, *, dtype: type[np.floating] = np.float32) -> None:
    """Write ``weights`` to ``path``, whole or not at all; ``float16`` halves the size.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    arrays: dict[str, Any] = {name: a.astype(dtype) for name, a in weights.arrays().items()}
    arrays["rows"] = np.int64(weights.rows)
    if weights.cell != "lstm":
        arrays["cell"] = np.array(weights.cell)
    if weights.class_names:
        arrays["class_names"] = np.array(weights.class_names)
    with write_whole(path) as file:
        np.savez(file, **arrays)


def load_weights(path: Path) -> LstmWeights:
    """Read a file written by `save_weights`.

    Raises:
        WeightsError: the file is missing, damaged, or its arrays do not fit each other.
        StorageError: it cannot be read at this moment.
    """
    stored = read_arrays(path)
    try:
        rows = _rows(stored.pop("rows"))
        cell = str(stored.pop("cell", "lstm"))
        names = tuple(str(name)[:MAX_CLASS_NAME] for name in stored.pop("class_names", np.array([])).ravel())
        arrays = {name: _single(name, array) for name, array in stored.items()}
        depth = sum(bool(re.fullmatch(r"layer\d+_recurrent_kernel", name)) for name in arrays)
        weights = LstmWeights(
            layers=tuple(_layer(arrays, f"layer{index}_", cell) for index in range(depth)),
            head_kernel=arrays["head_kernel"],
            head_bias=arrays["head_bias"],
            rows=rows,
            projection_kernel=arrays.get("projection_kernel"),
            projection_bias=arrays.get("projection_bias"),
            class_names=names,
        )
        if unknown := sorted(arrays.keys() - weights.arrays().keys()):
            raise WeightsError(f"it has arrays that belong to no part of the network: {', '.join(unknown)}")
        return weights
    except KeyError as error:
        raise WeightsError(f"The weights file {path.name} is damaged: it has no array {error}.") from error
    except (TypeError, ValueError, WeightsError) as error:
        raise WeightsError(f"The weights file {path.name} is damaged: {str(error).rstrip('.')}.") from error


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Every array of an ``.npz`` file, by name.

    Raises:
        WeightsError: the file is missing or damaged, or declares more than it can hold.
        StorageError: it cannot be read at this moment.
    """
    try:
        with open_regular(path) as file:
            return read_npz(file)
    except FileNotFoundError as error:
        raise WeightsError(f"There is no weights file {path.name}.") from error
    except IsADirectoryError as error:
        raise WeightsError(f"The weights file {path.name} is damaged: it is a folder.") from error
    except DamagedArrays as error:
        raise WeightsError(f"The weights file {path.name} is damaged: {error}.") from error
    except MemoryError as error:
        raise StorageError(
            f"The weights file {path.name} cannot be read at this moment: there is too little memory."
        ) from error
    except OSError as error:
        raise StorageError(
            f"The weights file {path.name} cannot be read at this moment: {error.strerror or error}."
        ) from error


def _rows(stored: NDArray[Any]) -> int:
    if stored.shape or stored.dtype.kind not in "iu":
        raise WeightsError(f"its number of rows is {stored.dtype} of shape {stored.shape}")
    return int(stored)


def _single(name: str, array: NDArray[Any]) -> FloatArray:
    if array.dtype.kind != "f":
        raise WeightsError(f"{name} is of type {array.dtype}; expected floats")
    with np.errstate(over="ignore"):  # what does not fit is refused as infinite
        return array.astype(np.float32)


def _layer(arrays: Mapping[str, FloatArray], prefix: str, cell: str) -> LayerWeights:
    """The layer whose arrays' names begin with ``prefix``. Raises `KeyError` with the name that lacks."""
    backward = f"{prefix}backward_"
    both = any(name.startswith(backward) for name in arrays)
    return LayerWeights(
        kernel=arrays[f"{prefix}kernel"],
        # With each column in one piece, its product with one state takes 0.85 of the time.
        recurrent_kernel=np.asfortranarray(arrays[f"{prefix}recurrent_kernel"]),
        bias=arrays[f"{prefix}bias"],
        cell=cell,
        initial_hidden=arrays.get(f"{prefix}initial_hidden"),
        initial_cell=arrays.get(f"{prefix}initial_cell"),
        backward=_layer(arrays, backward, cell) if both else None,
    )
