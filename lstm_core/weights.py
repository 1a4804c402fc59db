"""The weights of a multi-layer LSTM classifier as plain NumPy arrays, and their file.

Gate order is stated here once: like Keras, every packed array holds the four gates side by side as
**input, forget, candidate, output**. Everyone else uses names.

The file is an ``.npz`` read with ``allow_pickle=False``; writing is atomic.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import StorageError, WeightsError
from lstm_core.files import write_whole

if TYPE_CHECKING:
    import keras

GATES = ("input", "forget", "candidate", "output")

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class LayerWeights:
    """One LSTM layer of ``units`` units reading vectors of ``features`` numbers.

    Attributes:
        kernel: ``(features, 4 * units)`` float32, applied to the input of a row.
        recurrent_kernel: ``(units, 4 * units)`` float32, applied to the previous hidden state.
        bias: ``(4 * units,)`` float32.
    """

    kernel: FloatArray
    recurrent_kernel: FloatArray
    bias: FloatArray

    @property
    def units(self) -> int:
        return self.recurrent_kernel.shape[0]

    @property
    def features(self) -> int:
        return self.kernel.shape[0]


@dataclass(frozen=True)
class LstmWeights:
    """A stack of LSTM layers with a dense softmax head, for images of ``rows`` × ``columns``.

    Attributes:
        layers: bottom to top.
        head_kernel: ``(units of the top layer, classes)`` float32.
        head_bias: ``(classes,)`` float32.
        rows: number of image rows the network was trained to read.

    Raises:
        WeightsError: shapes do not fit each other, or a value is not finite.
    """

    layers: tuple[LayerWeights, ...]
    head_kernel: FloatArray
    head_bias: FloatArray
    rows: int

    def __post_init__(self) -> None:
        if not self.layers:
            raise WeightsError("The weights hold no LSTM layer; at least one is needed.")
        if self.rows < 1:
            raise WeightsError(f"The weights are for images of {self.rows} rows; at least 1 is needed.")
        for name, array in self.arrays().items():
            wanted = 1 if name.endswith("bias") else 2
            if array.ndim != wanted or not array.size:
                raise WeightsError(
                    f"{name} has shape {array.shape}; expected {wanted} axes, none of them empty."
                )
        features = self.layers[0].features
        for number, layer in enumerate(self.layers, start=1):
            packed = 4 * layer.units
            _expect_shape(f"kernel of layer {number}", layer.kernel, (features, packed))
            _expect_shape(
                f"recurrent kernel of layer {number}", layer.recurrent_kernel, (layer.units, packed)
            )
            _expect_shape(f"bias of layer {number}", layer.bias, (packed,))
            features = layer.units
        _expect_shape("head kernel", self.head_kernel, (features, self.classes))
        if not all(np.isfinite(array).all() for array in self.arrays().values()):
            raise WeightsError("The weights hold numbers that are not finite (nan or infinity).")

    @property
    def columns(self) -> int:
        return self.layers[0].features

    @property
    def classes(self) -> int:
        return self.head_bias.shape[0]

    @property
    def units(self) -> tuple[int, ...]:
        return tuple(layer.units for layer in self.layers)

    @property
    def parameters(self) -> int:
        return sum(array.size for array in self.arrays().values())

    def arrays(self) -> dict[str, FloatArray]:
        """Every array under the name it has in the file."""
        named = {}
        for index, layer in enumerate(self.layers):
            named[f"layer{index}_kernel"] = layer.kernel
            named[f"layer{index}_recurrent_kernel"] = layer.recurrent_kernel
            named[f"layer{index}_bias"] = layer.bias
        return named | {"head_kernel": self.head_kernel, "head_bias": self.head_bias}


def save_weights(weights: LstmWeights, path: Path, *, dtype: type[np.floating] = np.float32) -> None:
    """Write ``weights`` to ``path``, whole or not at all; ``float16`` halves the size.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    arrays: dict[str, Any] = {name: a.astype(dtype) for name, a in weights.arrays().items()}
    arrays["rows"] = np.int64(weights.rows)
    with write_whole(path) as file:
        np.savez(file, **arrays)


def load_weights(path: Path) -> LstmWeights:
    """Read a file written by `save_weights`.

    Raises:
        WeightsError: the file is missing, damaged, or its arrays do not fit each other.
    """
    stored = read_arrays(path)
    try:
        rows = int(stored.pop("rows"))
        arrays = {name: a.astype(np.float32) for name, a in stored.items()}
        depth = sum(name.endswith("recurrent_kernel") for name in arrays)
        layers = tuple(
            LayerWeights(
                kernel=arrays[f"layer{i}_kernel"],
                recurrent_kernel=arrays[f"layer{i}_recurrent_kernel"],
                bias=arrays[f"layer{i}_bias"],
            )
            for i in range(depth)
        )
        return LstmWeights(layers, arrays["head_kernel"], arrays["head_bias"], rows)
    except KeyError as error:
        raise WeightsError(f"The weights file {path.name} is damaged: it has no array {error}.") from error
    except (TypeError, ValueError, WeightsError) as error:
        raise WeightsError(f"The weights file {path.name} is damaged: {str(error).rstrip('.')}.") from error


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Every array of an ``.npz`` file, by name.

    Raises:
        WeightsError: the file is missing or damaged.
        StorageError: it cannot be opened at this moment.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise WeightsError(f"There is no weights file {path.name}.") from error
    except IsADirectoryError as error:
        raise WeightsError(f"The weights file {path.name} is damaged: it is a folder.") from error
    except OSError as error:
        raise StorageError(f"The weights file {path.name} cannot be opened: {error.strerror}.") from error
    try:
        with file, np.lib.npyio.NpzFile(file, allow_pickle=False) as archive:
            return {name: np.asarray(archive[name]) for name in archive.files}
    except Exception as error:  # zipfile and NumPy raise nearly anything over damaged bytes
        raise WeightsError(f"The weights file {path.name} is damaged: {str(error).rstrip('.')}.") from error


def weights_from_model(model: keras.Model) -> LstmWeights:
    """Copy the weights out of a model made by `lstm_core.model.build`."""
    import keras

    def copy(variable: Any) -> FloatArray:
        return np.array(keras.ops.convert_to_numpy(variable), dtype=np.float32)

    layers = tuple(
        LayerWeights(copy(c.kernel), copy(c.recurrent_kernel), copy(c.bias))
        for c in (layer.cell for layer in model.layers if isinstance(layer, keras.layers.LSTM))
    )
    head = model.layers[-1]
    return LstmWeights(layers, copy(head.kernel), copy(head.bias), rows=model.input_shape[1])


def put_weights(weights: LstmWeights, model: keras.Model) -> None:
    """Copy ``weights`` into a model of the same shape, in place.

    Raises:
        WeightsError: the model has other shapes; both are named.
    """
    ours = list(weights.arrays().values())
    theirs = model.trainable_variables
    if [a.shape for a in ours] != [tuple(v.shape) for v in theirs]:
        raise WeightsError(
            f"The weights have units {list(weights.units)} for rows of {weights.columns} pixels and "
            f"{weights.classes} classes; the model has arrays of {[tuple(v.shape) for v in theirs]}."
        )
    for variable, array in zip(theirs, ours, strict=True):
        variable.assign(array)


def _expect_shape(name: str, array: FloatArray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise WeightsError(f"The {name} has shape {array.shape}; expected {shape}.")
