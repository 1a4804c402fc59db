"""The trace of one reading as a file: names, shapes, and numbers that can be computed again from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import StorageError
from lstm_core.export.trace_file import write_trace
from lstm_core.reading.trace import read
from lstm_core.reading.weights import LstmWeights
from tests.networks import random_weights

IMAGE = np.random.default_rng(5).random((8, 8), np.float32)


def written(weights: LstmWeights, path: Path) -> dict[str, Any]:
    write_trace(weights, read(weights, IMAGE), IMAGE, path)
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def test_a_gate_is_computed_again_from_what_the_file_holds(tmp_path: Path):
    weights = random_weights((5, 7))
    arrays = written(weights, tmp_path / "trace.npz")
    layer = weights.layers[1]
    forget = slice(7, 14)  # Keras packs input, forget, candidate, output
    before = np.vstack([np.zeros((1, 7)), arrays["layer2/hidden"][:-1]])
    z = arrays["layer1/hidden"] @ layer.kernel + before @ layer.recurrent_kernel + layer.bias
    np.testing.assert_allclose(arrays["layer2/forget"], sigmoid(z[:, forget]), atol=1e-6)
    kept = arrays["layer2/forget"][1:] * arrays["layer2/cell"][:-1]
    cell = kept + arrays["layer2/input"][1:] * arrays["layer2/candidate"][1:]
    np.testing.assert_allclose(arrays["layer2/cell"][1:], cell, atol=1e-6)
    hidden = arrays["layer2/output"] * np.tanh(arrays["layer2/cell"])
    np.testing.assert_allclose(arrays["layer2/hidden"], hidden, atol=1e-6)
    logits = arrays["layer2/hidden"] @ weights.head_kernel + weights.head_bias
    np.testing.assert_allclose(arrays["logits"], logits, atol=1e-5)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(arrays["probabilities"], shares, atol=1e-5)
    np.testing.assert_array_equal(arrays["image"], IMAGE)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("lstm", {"input", "forget", "candidate", "output", "cell", "hidden"}),
        ("gru", {"update", "reset", "candidate", "hidden"}),
        ("rnn", {"hidden"}),
    ],
)
@pytest.mark.parametrize("both", [False, True])
def test_every_gate_and_state_has_a_name_and_a_row_for_each_row(
    tmp_path: Path, cell: str, names: set[str], both: bool
):
    weights = random_weights((5, 7), cell=cell, both=both)
    arrays = written(weights, tmp_path / "trace.npz")
    directions = ["", "backward/"] if both else [""]
    expected = {
        f"layer{n}/{way}{name}": (8, u) for n, u in ((1, 5), (2, 7)) for way in directions for name in names
    }
    expected |= {"image": (8, 8), "probabilities": (8, 10), "logits": (8, 10)}
    assert {name: array.shape for name, array in arrays.items()} == expected
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}


def test_the_backward_direction_of_a_row_has_seen_the_rows_below(tmp_path: Path):
    weights = random_weights((5,), both=True)
    arrays = written(weights, tmp_path / "trace.npz")
    upwards = weights.layers[0].backward
    assert upwards
    i, _, g, o = np.split(IMAGE[-1] @ upwards.kernel + upwards.bias, 4)
    np.testing.assert_allclose(arrays["layer1/backward/input"][-1], sigmoid(i), atol=1e-6)
    hidden = sigmoid(o) * np.tanh(sigmoid(i) * np.tanh(g))
    np.testing.assert_allclose(arrays["layer1/backward/hidden"][-1], hidden, atol=1e-6)


def test_a_folder_that_is_not_there_is_said_and_nothing_is_left(tmp_path: Path):
    weights = random_weights((5,))
    with pytest.raises(StorageError, match="Cannot write"):
        write_trace(weights, read(weights, IMAGE), IMAGE, tmp_path / "gone" / "trace.npz")
    assert not list(tmp_path.iterdir())
