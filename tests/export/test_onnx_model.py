"""A network as an ONNX model, read by onnxruntime, which knows nothing of this project."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from lstm_core.arrays import FloatArray
from lstm_core.data.info import Dataset
from lstm_core.errors import PackageMissing
from lstm_core.export.onnx_model import BY_ROW, INPUT, LAST_ROW, OPSET, as_onnx
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.pretrained.small_networks import SMALL_NETWORKS, small_weights
from lstm_core.reading.trace import read_batch
from lstm_core.reading.weights import LstmWeights
from tests.networks import random_weights

CLOSE = 1e-5
"""The most that a probability may differ between two libraries in 32 bits."""

VARIANTS: dict[str, dict[str, Any]] = {
    "one layer": {"units": (7,)},
    "layers of several widths": {"units": (9, 5, 12)},
    "gru": {"units": (9, 6), "cell": "gru"},
    "rnn": {"units": (9, 6), "cell": "rnn"},
    "both directions": {"units": (9, 6), "both": True},
    "gru in both directions": {"units": (9, 6), "both": True, "cell": "gru"},
    "rnn in both directions": {"units": (5,), "both": True, "cell": "rnn"},
    "initial states that are learnt": {"units": (9, 6), "initial": True},
    "a projection": {"units": (9, 6), "projection": 11},
    "a projection and initial states": {"units": (9, 6), "initial": True, "projection": 4},
    "letters": {"units": (9,), "classes": 26, "rows": 20, "columns": 12},
}


def session(content: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 2  # an array that is not used would be a warning
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def answers(content: bytes, images: FloatArray) -> tuple[FloatArray, FloatArray]:
    last, by_row = session(content).run([LAST_ROW, BY_ROW], {INPUT: images})
    return last, by_row


def assert_reads_alike(weights: LstmWeights, images: FloatArray) -> None:
    last, by_row = answers(as_onnx(weights, "a network"), images)
    ours = read_batch(weights, images)
    assert last.shape == (len(images), weights.classes) and by_row.shape == ours.shape
    assert np.abs(by_row - ours).max() < CLOSE
    assert np.abs(last - ours[:, -1]).max() < CLOSE


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_of_network_reads_alike(variant: str):
    weights = random_weights(**VARIANTS[variant])
    images = np.random.default_rng(1).random((5, weights.rows, weights.columns), np.float32)
    assert_reads_alike(weights, images)


def test_the_shipped_network_reads_real_digits_alike(mnist: Dataset):
    assert_reads_alike(shipped_weights(), mnist.test.pixels()[:300])


@pytest.mark.parametrize("name", SMALL_NETWORKS)
def test_the_small_networks_read_real_digits_alike(name: str, mnist: Dataset, digits: Dataset):
    weights = small_weights(name)
    data = mnist if weights.rows == mnist.info.rows else digits
    assert_reads_alike(weights, data.test.pixels()[:50])


def test_a_batch_may_have_any_size():
    weights = random_weights((6,))
    running = session(as_onnx(weights, "a network"))
    images = np.random.default_rng(2).random((4, 8, 8), np.float32)
    together = running.run([LAST_ROW], {INPUT: images})[0]
    for image, expected in zip(images, together, strict=True):
        np.testing.assert_allclose(running.run([LAST_ROW], {INPUT: image[None]})[0][0], expected, atol=1e-6)


def test_layers_that_share_their_weights_stand_in_the_file_once():
    layer = random_weights((8, 8)).layers[0]
    weights = random_weights((8, 8))
    shared = replace(weights, layers=(layer, replace(layer, kernel=layer.kernel.copy())))
    names = [array.name for array in onnx.load_from_string(as_onnx(shared, "shared")).graph.initializer]
    assert "layer1_kernel" in names and "layer2_kernel" not in names
    assert_reads_alike(shared, np.random.default_rng(3).random((3, 8, 8), np.float32))


def test_the_file_says_its_opset_its_name_and_the_sizes_of_what_goes_in_and_out():
    weights = random_weights((6,), classes=26)
    model = onnx.load_from_string(as_onnx(weights, "Capital letters"))
    assert [(imported.domain, imported.version) for imported in model.opset_import] == [("", OPSET)]
    assert {entry.key: entry.value for entry in model.metadata_props} == {
        "name": "Capital letters",
        "fingerprint": weights.fingerprint,
        "opset": "17",
    }
    sizes = {
        value.name: [size.dim_param or size.dim_value for size in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    }
    assert sizes == {INPUT: ["batch", 8, 8], LAST_ROW: ["batch", 26], BY_ROW: ["batch", 8, 26]}
    assert {node.op_type for node in model.graph.node} <= {
        *("Transpose", "LSTM", "Squeeze", "MatMul", "Add", "Softmax", "Gather")
    }


def test_a_model_holds_nothing_that_it_does_not_use():
    for variant in VARIANTS.values():
        graph = onnx.load_from_string(as_onnx(random_weights(**variant), "lean")).graph
        used = {name for node in graph.node for name in node.input}
        assert {array.name for array in graph.initializer} <= used
        assert {name for node in graph.node for name in node.output} <= used | {LAST_ROW, BY_ROW}


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(PackageMissing, match="pip install onnx"):
        as_onnx(random_weights((6,)), "a network")
