"""A file with a model from elsewhere: told apart by its content, read within bounds, never unpickled.

    .keras       a zip of config.json, model.weights.h5 and more, as Keras 3 saves a model
    .h5          HDF5 with the configuration beside the weights, as Keras saved models before
    .npz         weights that this project exported, or the arrays of ``model.get_weights()`` in their order

What else people bring is called what it is.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lstm_core.array_files import DamagedArrays, read_npz
from lstm_core.elsewhere.architecture import architecture
from lstm_core.elsewhere.arrays_in_order import weights_in_order
from lstm_core.elsewhere.hdf5_file import Hdf5Content, read_hdf5
from lstm_core.elsewhere.keras_weights import weights_of
from lstm_core.elsewhere.layer_chain import MOST_BYTES as MOST_CONFIGURATION
from lstm_core.elsewhere.layer_chain import layer_chain, shown
from lstm_core.elsewhere.network import reading_pixels, settings_of
from lstm_core.errors import ModelRejected, StorageError, WeightsError
from lstm_core.reading.weights import LstmWeights, load_weights
from lstm_core.settings.hyperparameters import HyperParameters

MOST_BYTES = 2**28
"""Of a file."""

Form = Literal["keras", "h5", "npz"]

_CONFIGURATION, _WEIGHTS = "config.json", "model.weights.h5"
_MOST_MEMBERS = 4096
_ROOM, _RATIO = 2**26, 4
"""An archive may unpack to `_ROOM` bytes and `_RATIO` times its own size: weights hardly compress."""

_REASON = 150
"""Characters of what a library says of a damaged file."""

_HDF5 = b"\x89HDF\r\n\x1a\n"

_SAVE = "Save it with model.save('model.keras')"

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x80", f"It is a pickle, which is never opened: it could run any code. {_SAVE}."),
    (b"\x08", f"It looks like a model of TensorFlow or ONNX. {_SAVE}."),
    (b"\x93NUMPY", "It is a single array (.npy). Save all: np.savez(FILE, *model.get_weights())."),
    (b"\x1f\x8b", "It is compressed with gzip. Unpack it first."),
    (b"{", "It is JSON, such as model.to_json() gives: the layers without their weights. " + _SAVE + "."),
)


@dataclass(frozen=True)
class Model:
    """A model that was read.

    Attributes:
        weights: the network; it reads pixels in [0, 1], ink 1 and paper 0.
        settings: that describe its shape.
        form: of the file.
        notes: what was taken for granted, in sentences.
    """

    weights: LstmWeights
    settings: HyperParameters
    form: Form
    notes: tuple[str, ...] = ()


def read_model(content: bytes) -> Model:
    """The model in a file, as a network of this project.

    Raises:
        ModelRejected: it is damaged, or no network of this kind; the layer that does not fit is named.
        StorageError: it cannot be read at this moment.
    """
    if len(content) > MOST_BYTES:
        raise ModelRejected(
            f"The file has {len(content):,} bytes; at most {MOST_BYTES:,} are read. Save the model before it "
            "is compiled, or its weights alone as .npz: the optimiser takes two thirds of such a file."
        )
    try:
        if content.startswith(_HDF5):
            return _from_hdf5(content)
        if content.startswith(b"PK"):
            return _from_archive(content)
        raise ModelRejected(_what_else(content))
    except ModelRejected:
        raise
    except WeightsError as error:
        raise ModelRejected(f"The model's weights do not fit each other. {error}") from error
    except MemoryError as error:
        raise StorageError("The model cannot be read at this moment: there is too little memory.") from error


def _what_else(content: bytes) -> str:
    if not content:
        return "The file is empty."
    for beginning, what in _OTHERS:
        if content.startswith(beginning):
            return what
    return "The file is no .keras, .h5 or .npz file, or its beginning is damaged."


def _from_hdf5(content: bytes) -> Model:
    found = read_hdf5(content, "The file")
    if "model_config" not in found.texts:
        raise ModelRejected(f"The file holds weights without the layers they belong to. {_SAVE}.")
    return _from_keras(found.texts["model_config"].encode(), found, "h5")


def _from_archive(content: bytes) -> Model:
    """Of a ``.keras`` or an ``.npz`` file, both of which are zip archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if _CONFIGURATION in names:
                text = _member(archive, _CONFIGURATION, MOST_CONFIGURATION)
                chain = layer_chain(text)  # before the weights, as it is cheap
                architecture(chain)
                if _WEIGHTS not in names:
                    raise ModelRejected(f"The archive has no {_WEIGHTS}. {_SAVE}.")
                weights = _member(archive, _WEIGHTS, _ROOM + _RATIO * len(content))
            elif any(name.endswith("data.pkl") for name in names):
                raise ModelRejected(
                    f"It is a model of PyTorch, whose pickle is never opened. {_SAVE} in Keras."
                )
            else:
                return _from_arrays(content)
    except (ModelRejected, StorageError, MemoryError, WeightsError):
        raise
    except Exception as error:  # zipfile raises nearly anything over damaged bytes
        reason = shown(str(error).rstrip(".") or type(error).__name__, _REASON)
        raise ModelRejected(f"The file is damaged, or a part of it is missing: {reason}.") from error
    return _from_keras(text, read_hdf5(weights, f"{_WEIGHTS} in the file"), "keras")


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A member of an archive, whose checksum is right. Raises `ModelRejected` where it is too large."""
    member = archive.getinfo(name)
    if len(archive.infolist()) > _MOST_MEMBERS:
        raise ModelRejected(f"The archive has more than {_MOST_MEMBERS:,} members.")
    # Others may ask for gigabytes to unpack a few bytes.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ModelRejected(f"{name} in the file is compressed in a way that Keras does not use.")
    with archive.open(member) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ModelRejected(
            f"{name} in the file unpacks to more than {most:,} bytes, too many for such a file."
        )
    return content


def _from_keras(configuration: bytes, content: Hdf5Content, form: Form) -> Model:
    made = architecture(layer_chain(configuration))
    weights = weights_of(made, content)
    if weights.columns != made.columns:
        raise ModelRejected(
            f"The model is for {made.columns} columns, and its first layer reads {weights.columns} numbers."
        )
    weights = reading_pixels(weights, made.scale, made.offset)
    return Model(
        _with_classes(weights),
        settings_of(weights, every_row=made.every_row, dropout=made.dropout),
        form,
        made.notes,
    )


def _from_arrays(content: bytes) -> Model:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        path.write_bytes(content)
        try:
            with path.open("rb") as file:
                arrays = read_npz(file)
        except DamagedArrays as error:
            reason = shown(error, _REASON)
            raise ModelRejected(f"The file is damaged, or no .npz file of weights: {reason}.") from error
        notes: tuple[str, ...] = ()
        if "layer0_kernel" in arrays and "head_kernel" in arrays:
            weights = load_weights(path)
        else:
            weights, notes = weights_in_order(arrays)
    # Whether it learnt to answer after every row is not in the file; nothing is said of it then.
    return Model(_with_classes(weights), settings_of(weights, every_row=True), "npz", notes)


def _with_classes(weights: LstmWeights) -> LstmWeights:
    if weights.classes < 2:
        raise ModelRejected("The model has one output; a network here has a probability for each class.")
    return weights
