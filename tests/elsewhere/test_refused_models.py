"""Models that would not be read as they were trained are refused by the layer, and nothing in them is run."""

from __future__ import annotations

import io
import json
import pickle
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from lstm_core.elsewhere.layer_chain import layer_chain
from lstm_core.elsewhere.model_file import MOST_BYTES, read_model
from lstm_core.errors import ModelRejected
from tests.elsewhere.keras_models import saved


def stack(k: Any, *layers: Any, shape: tuple[int | None, ...] = (8, 8)) -> Any:
    return k.Sequential([k.Input(shape), *layers])


def head(k: Any, **named: Any) -> Any:
    return k.layers.Dense(10, "softmax", **named)


def with_own_layer(k: Any) -> Any:
    @k.saving.register_keras_serializable(package="mine")
    class LSTM(k.layers.LSTM):  # type: ignore[misc]
        """Called as Keras' own."""

    return stack(k, LSTM(5), head(k))


def two_inputs(k: Any) -> Any:
    first, second = k.Input((8, 8)), k.Input((8, 8))
    return k.Model([first, second], head(k)(k.layers.LSTM(5)(k.layers.Add()([first, second]))))


def a_state_handed_over(k: Any) -> Any:
    pixels = k.Input((8, 8))
    outputs, *states = k.layers.LSTM(5, return_state=True, return_sequences=True)(pixels)
    return k.Model(pixels, head(k)(k.layers.LSTM(5, name="above")(outputs, initial_state=states)))


def rows_skipped(k: Any) -> Any:
    pixels = k.Input((8, 8))
    return k.Model(pixels, head(k)(k.layers.LSTM(5)(pixels[:, ::2])))


REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "Lambda": (
        lambda k: stack(k, k.layers.Lambda(lambda x: x, name="code"), k.layers.LSTM(5), head(k)),
        r"“code” \(Lambda\) holds Python code, and none is run from a file",
    ),
    "a layer of one's own": (with_own_layer, r"“lstm\w*” \(LSTM\) is not one of Keras' own"),
    "a convolution": (
        lambda k: stack(k, k.layers.Conv1D(4, 3, name="filters"), k.layers.LSTM(5), head(k)),
        r"“filters” \(Conv1D\) is not of a kind that can be brought in",
    ),
    "normalised batches": (
        lambda k: stack(k, k.layers.LSTM(5), k.layers.BatchNormalization(name="norm"), head(k)),
        r"“norm” \(BatchNormalization\) has no place",
    ),
    "a mean over rows": (
        lambda k: stack(
            k, k.layers.LSTM(5, return_sequences=True), k.layers.GlobalAveragePooling1D(), head(k)
        ),
        r"\(GlobalAveragePooling1D\) takes the mean over all rows",
    ),
    "all rows side by side": (
        lambda k: stack(k, k.layers.LSTM(5, return_sequences=True), k.layers.Flatten(name="flat"), head(k)),
        r"“flat” \(Flatten\) puts the outputs of all rows side by side",
    ),
    "two dense layers": (
        lambda k: stack(k, k.layers.LSTM(5), k.layers.Dense(7, name="hidden"), head(k, name="top")),
        r"“top” \(Dense\) is a second one after the cells, above “hidden”",
    ),
    "a dense layer with relu": (
        lambda k: stack(k, k.layers.LSTM(5), k.layers.Dense(7, "relu", name="hidden"), head(k)),
        r"“hidden” \(Dense\) ends in relu",
    ),
    "sigmoids for classes": (
        lambda k: stack(k, k.layers.LSTM(5), k.layers.Dense(10, "sigmoid")),
        r"\(Dense\) ends in sigmoid; here classes have probabilities by softmax",
    ),
    "two softmaxes": (
        lambda k: stack(k, k.layers.LSTM(5), head(k), k.layers.Softmax()),
        r"\(Softmax\) applies softmax to the classes; here they have one softmax",
    ),
    "one output": (
        lambda k: stack(k, k.layers.LSTM(5), k.layers.Dense(1)),
        r"The model has one output",
    ),
    "a GRU that resets before": (
        lambda k: stack(k, k.layers.GRU(5, reset_after=False, name="old"), head(k)),
        r"“old” \(GRU\) resets before its product \(reset_after=False\)",
    ),
    "another activation": (
        lambda k: stack(k, k.layers.LSTM(5, activation="relu"), head(k)),
        r"\(LSTM\) has the activation relu; here it is tanh",
    ),
    "a hard sigmoid": (
        lambda k: stack(k, k.layers.LSTM(5, recurrent_activation="hard_sigmoid"), head(k)),
        r"\(LSTM\) has the recurrent_activation hard_sigmoid; here it is sigmoid",
    ),
    "from the bottom up": (
        lambda k: stack(k, k.layers.LSTM(5, go_backwards=True), head(k)),
        r"\(LSTM\) reads from the bottom up only",
    ),
    "both directions, last row": (
        lambda k: stack(k, k.layers.Bidirectional(k.layers.LSTM(5), name="two"), head(k)),
        r"“two” \(Bidirectional\) hands on what it knows after the last row read in each direction",
    ),
    "directions added": (
        lambda k: stack(
            k,
            k.layers.Bidirectional(k.layers.LSTM(5, return_sequences=True), merge_mode="sum"),
            k.layers.TimeDistributed(head(k)),
        ),
        r"merges its directions by sum",
    ),
    "two kinds of cells": (
        lambda k: stack(k, k.layers.LSTM(5, return_sequences=True), k.layers.GRU(5, name="other"), head(k)),
        r"“other” \(GRU\) is of another kind than the first, LSTM",
    ),
    "columns of the picture": (
        lambda k: stack(k, k.layers.Permute((2, 1)), k.layers.LSTM(5), head(k)),
        r"\(Permute\) swaps rows and columns",
    ),
    "pixel by pixel": (
        lambda k: stack(k, k.layers.Reshape((64, 1)), k.layers.LSTM(5), head(k)),
        r"\(LSTM\) reads 64 rows of 1 numbers, which are no rows of the picture of 8 × 8",
    ),
    "far too many rows": (
        lambda k: stack(k, k.layers.LSTM(5), head(k), shape=(784, 1)),
        r"\(LSTM\) reads 784 rows; 1 to 256 are read here",
    ),
    "words": (
        lambda k: stack(k, k.layers.Embedding(9, 4), k.layers.LSTM(5), head(k), shape=(8,)),
        r"\(Embedding\) looks up words",
    ),
    "no cells": (
        lambda k: stack(k, k.layers.Flatten(), head(k), shape=(8, 8)),
        r"\(Dense\) comes before the cells with softmax",
    ),
    "a dense layer with tanh below": (
        lambda k: stack(k, k.layers.Dense(5, "tanh", name="below"), k.layers.LSTM(5), head(k)),
        r"“below” \(Dense\) comes before the cells with tanh; there it must be linear",
    ),
    "no head": (
        lambda k: stack(k, k.layers.LSTM(5)),
        r"The model has no Dense layer after its last cell",
    ),
    "too many units": (
        lambda k: stack(k, k.layers.SimpleRNN(1025), head(k)),
        r"has 1025 units; 1 to 1,024 are read here",
    ),
    "two inputs": (two_inputs, r"The model has several inputs or outputs"),
    "a state handed over": (a_state_handed_over, r"“above” \(LSTM\) reads 3 things"),
    "rows skipped": (rows_skipped, r"\(GetItem\) is not of a kind that can be brought in"),
    "a model within": (
        lambda k: stack(k, stack(k, k.layers.LSTM(5)), head(k)),
        r"\(Sequential\) is not of a kind that can be brought in",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_layer_that_does_not_fit_is_named_with_the_reason(name: str, tmp_path: Path):
    import keras

    make, message = REFUSED[name]
    with pytest.raises(ModelRejected, match=message):
        read_model(saved(make(keras), "keras", tmp_path))


@pytest.mark.parametrize(
    "name", ["Lambda", "a hard sigmoid", "two inputs", "two kinds of cells", "a mean over rows"]
)
def test_the_older_format_is_refused_alike(name: str, tmp_path: Path):
    import keras

    make, message = REFUSED[name]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*HDF5 file.*legacy.*")
        content = saved(make(keras), "h5", tmp_path)
    with pytest.raises(ModelRejected, match=message):
        read_model(content)


def test_a_subclassed_model_is_refused_by_its_class(tmp_path: Path):
    import keras

    class Mine(keras.Model):  # type: ignore[misc]
        def __init__(self, **named: Any) -> None:
            super().__init__(**named)
            self.cells, self.head = keras.layers.LSTM(5), keras.layers.Dense(10)

        def call(self, x: Any) -> Any:
            return self.head(self.cells(x))

    model = Mine()
    model(np.zeros((1, 8, 8), np.float32))
    with pytest.raises(ModelRejected, match="of the class Mine, whose code is not in the file"):
        read_model(saved(model, "keras", tmp_path))


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "."), content)
    return file.getvalue()


def npz(*arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, *arrays)
    return file.getvalue()


def weights_alone(folder: Path) -> bytes:
    import keras

    model = stack(keras, keras.layers.LSTM(5), head(keras))
    model.save_weights(folder / "a.weights.h5")
    return (folder / "a.weights.h5").read_bytes()


LSTM_ARRAYS = (np.ones((8, 20)), np.ones((5, 20)), np.ones(20))

OTHER_FILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "The file is empty."),
    "a picture": (b"\x89PNG\r\n\x1a\n", "The file is no .keras, .h5 or .npz file"),
    "a pickle": (pickle.dumps({"weights": 1}), "It is a pickle, which is never opened"),
    "PyTorch's": (archive(**{"m/data__pkl": b"", "m/version": b"3"}), "a model of PyTorch"),
    "TensorFlow's": (b"\x08\x01\x12", "a model of TensorFlow or ONNX"),
    "a configuration": (b'{"class_name": "Sequential"}', "the layers without their weights"),
    "a single array": (b"\x93NUMPY\x01\x00", r"a single array \(.npy\)"),
    "another archive": (archive(readme__txt=b"hello"), "holds something else than arrays"),
    "no weights": (archive(config__json=b"{}"), "The model has no configuration that can be read"),
    "no JSON": (archive(config__json=b"{" * 100_000), "is damaged: it is incomplete or not JSON"),
    "deep JSON": (archive(config__json=b"[" * 10**6), "is damaged: it is incomplete or not JSON"),
    "a bomb": (archive(config__json=b" " * 10**7), "config.json in the file unpacks to more than"),
    "no arrays": (npz(), "those of 0 dense layers, 0 layers of cells"),
    "dense layers": (npz(np.ones((8, 5)), np.ones(5)), "those of 1 dense layers, 0 layers of cells"),
    "numbers": (npz(np.ones((8, 5), np.int32)), "is of type int32; expected floats"),
    "no head": (npz(*LSTM_ARRAYS), "1 layers of cells and 0 dense"),
    "a wide head": (npz(*LSTM_ARRAYS, np.ones((6, 10)), np.ones(10)), r"head kernel has shape \(6, 10\)"),
    "one class": (npz(*LSTM_ARRAYS, np.ones((5, 1)), np.ones(1)), "The model has one output"),
    "not finite": (npz(*LSTM_ARRAYS, np.full((5, 3), np.nan), np.ones(3)), "not finite"),
    "five gates": (npz(np.ones((8, 25)), np.ones((5, 25))), "recurrent kernel of an LSTM has 4 times"),
    "an old GRU": (npz(np.ones((8, 15)), np.ones((5, 15)), np.ones(15)), "reset_after=False"),
    "a kernel of three axes": (npz(np.ones((8, 2, 5))), "where the kernel of a layer was expected"),
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_what_is_no_model_is_called_what_it_is(name: str):
    content, message = OTHER_FILES[name]
    with pytest.raises(ModelRejected, match=message):
        read_model(content)


def test_weights_without_their_layers_are_refused_with_what_to_do(tmp_path: Path):
    with pytest.raises(ModelRejected, match=re.escape("Save it with model.save('model.keras')")):
        read_model(weights_alone(tmp_path))


def test_a_pickle_among_arrays_is_not_opened():
    file = io.BytesIO()
    np.savez(file, weights=np.array([print], dtype=object))
    with pytest.raises(ModelRejected, match="an array is of type object"):
        read_model(file.getvalue())


def test_a_file_that_is_too_large_is_refused_before_it_is_opened():
    with pytest.raises(ModelRejected, match="at most 268,435,456 are read"):
        read_model(bytes(MOST_BYTES + 1))


def test_names_from_a_file_are_shortened_and_their_marks_left_out():
    entry = {
        "class_name": "Lambda",
        "config": {"name": "\x1b[31m" + "x" * 500 + "\u202e"},
        "registered_name": "a",
    }
    text = json.dumps({"class_name": "Sequential", "config": {"layers": [entry]}})
    with pytest.raises(ModelRejected) as caught:
        layer_chain(text.encode())
    assert str(caught.value).isprintable() and len(str(caught.value)) < 250


def hdf5(write: Callable[[Any], None]) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as made:
        made.attrs["model_config"] = "{}"
        write(made)
    return file.getvalue()


def sparse(made: Any) -> None:
    made.create_dataset("model_weights/a/kernel", (2**18, 2**18), "f4", chunks=(64, 64))


def in_another_file(made: Any) -> None:
    made.create_dataset("model_weights/a/kernel", (4, 4), "f4", external=[("/etc/passwd", 0, 64)])


def linked(made: Any) -> None:
    made["model_weights/a/kernel"] = h5py.ExternalLink("/etc/hostname", "/")


def linked_within(made: Any) -> None:
    made.create_group("model_weights")["a"] = h5py.SoftLink("/")


def in_a_circle(made: Any) -> None:
    made["model_weights/a"] = made.create_group("model_weights")


def virtual(made: Any) -> None:
    layout = h5py.VirtualLayout((4, 4), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4, 4))
    made.create_virtual_dataset("model_weights/a/kernel", layout)


def far_too_many(made: Any) -> None:
    for number in range(5000):
        made.create_group(f"model_weights/{number}")


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (sparse, "its arrays take more than a file of its size may, at model_weights/a/kernel"),
        (in_another_file, "its array model_weights/a/kernel is kept in another file"),
        (virtual, "its array model_weights/a/kernel is kept in another file"),
        (linked, "model_weights/a/kernel is a link to another place"),
        (linked_within, "model_weights/a is a link to another place"),
        (in_a_circle, "holds more groups and arrays than any model"),
        (far_too_many, "holds more groups and arrays than any model"),
    ],
)
def test_a_file_that_leads_out_of_itself_or_claims_too_much_is_refused(
    write: Callable[[Any], None], message: str
):
    with pytest.raises(ModelRejected, match=f"^The file cannot be read: .*{message}"):
        read_model(hdf5(write))
