"""The weights of a recurrent image classifier as plain NumPy arrays, and their file.

What the packed arrays hold side by side, and in which order, is stated here once, in `PACKED`, of the LSTM
from `reading.gates`; everyone else uses names.

The file is an ``.npz`` read by `lstm_core.array_files`; writing is atomic.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.array_files import DamagedArrays, read_npz
from lstm_core.arrays import FloatArray
from lstm_core.errors import StorageError, WeightsError
from lstm_core.files import open_regular, write_whole
from lstm_core.reading.gates import GATES

PACKED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "lstm": tuple(GATES),
        "gru": ("update_gate", "reset_gate", "candidate"),
        "rnn": ("hidden",),
    }
)
"""What kernels and biases of each cell hold side by side, ``units`` columns each, in Keras's order."""

MAX_LAYERS = 16
MAX_UNITS = 1024
"""Of one direction of a layer, and of the numbers that an input projection makes."""

MAX_SIDE = 256
"""Of the images in rows and in columns, and of the classes: a reading takes memory for each of them."""


@dataclass(frozen=True)
class LayerWeights:
    """One layer of ``units`` units reading vectors of ``features`` numbers; ``n`` is ``len(PACKED[cell])``.

    Attributes:
        kernel: ``(features, n * units)`` float32, applied to the input of a row.
        recurrent_kernel: ``(units, n * units)`` float32, applied to the previous hidden state.
        bias: ``(n * units,)`` float32; of a GRU ``(2, n * units)``, of the input's product and of the hidden
            state's, which is Keras's ``reset_after=True``.
        cell: ``lstm``, ``gru`` or ``rnn``.
        initial_hidden, initial_cell: ``(features, units)`` float32, of an LSTM read forward. Before the first
            row :math:`h_0 = \tanh(p H)` and :math:`c_0 = \tanh(p C)`, where ``p`` is the first row as the
            lowest layer reads it, and above it the :math:`h_0` of the layer below. ``None`` is zero.
        backward: of the direction that reads from the bottom up, of the same cell and sizes. The layer hands
            on ``[forward, backward]`` at every row.
    """

    kernel: FloatArray
    recurrent_kernel: FloatArray
    bias: FloatArray
    cell: str = "lstm"
    initial_hidden: FloatArray | None = None
    initial_cell: FloatArray | None = None
    backward: LayerWeights | None = None

    @property
    def units(self) -> int:
        """Of one direction."""
        return self.recurrent_kernel.shape[0]

    @property
    def features(self) -> int:
        return self.kernel.shape[0]

    @property
    def outputs(self) -> int:
        """Numbers handed on at every row: the units of both directions."""
        return self.units * (2 if self.backward else 1)

    def arrays(self) -> dict[str, FloatArray]:
        """Every array under its name within the layer."""
        named = {"kernel": self.kernel, "recurrent_kernel": self.recurrent_kernel, "bias": self.bias}
        if self.initial_hidden is not None:
            named["initial_hidden"] = self.initial_hidden
        if self.initial_cell is not None:
            named["initial_cell"] = self.initial_cell
        if self.backward:
            named |= {f"backward_{name}": array for name, array in self.backward.arrays().items()}
        return named


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

    Raises:
        WeightsError: shapes do not fit each other, or a value is not finite.
    """

    layers: tuple[LayerWeights, ...]
    head_kernel: FloatArray
    head_bias: FloatArray
    rows: int
    projection_kernel: FloatArray | None = None
    projection_bias: FloatArray | None = None

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
            _check_layer(f"layer {number}", layer, features)
            features = layer.outputs
        _expect_shape("head kernel", self.head_kernel, (features, self.classes))
        _expect_shape("head bias", self.head_bias, (self.classes,))
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
        _expect_shape("projection kernel", kernel, (kernel.shape[0], bias.shape[0]))
        _expect_shape("projection bias", bias, (bias.shape[0],))
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
        arrays = {name: _single(name, array) for name, array in stored.items()}
        depth = sum(bool(re.fullmatch(r"layer\d+_recurrent_kernel", name)) for name in arrays)
        weights = LstmWeights(
            layers=tuple(_layer(arrays, f"layer{index}_", cell) for index in range(depth)),
            head_kernel=arrays["head_kernel"],
            head_bias=arrays["head_bias"],
            rows=rows,
            projection_kernel=arrays.get("projection_kernel"),
            projection_bias=arrays.get("projection_bias"),
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


def _check_layer(name: str, layer: LayerWeights, features: int) -> None:
    if layer.cell not in PACKED:
        raise WeightsError(f"The cell of {name} is {layer.cell!r}; expected one of {', '.join(PACKED)}.")
    packed = len(PACKED[layer.cell]) * layer.units
    _expect_shape(f"kernel of {name}", layer.kernel, (features, packed))
    _expect_shape(f"recurrent kernel of {name}", layer.recurrent_kernel, (layer.units, packed))
    _expect_shape(f"bias of {name}", layer.bias, (2, packed) if layer.cell == "gru" else (packed,))
    initial = {"hidden": layer.initial_hidden, "cell": layer.initial_cell}
    given = {state: array for state, array in initial.items() if array is not None}
    for state, array in given.items():
        _expect_shape(f"initial {state} of {name}", array, (features, layer.units))
    if len(given) == 1:
        raise WeightsError(f"The initial state of {name} has only its {', '.join(given)}; expected both.")
    if given and (layer.cell != "lstm" or layer.backward):
        raise WeightsError(f"The initial state of {name} is learnt; only an LSTM read forward has that.")
    if backward := layer.backward:
        if backward.cell != layer.cell or backward.units != layer.units or len(backward.arrays()) != 3:
            raise WeightsError(
                f"The backward direction of {name} is {backward.cell} of {backward.units} units with "
                f"{len(backward.arrays())} arrays; expected {layer.cell} of {layer.units} units with 3."
            )
        _check_layer(f"{name}, backward", backward, features)


def _expect_shape(name: str, array: FloatArray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise WeightsError(f"The {name} has shape {array.shape}; expected {shape}.")
