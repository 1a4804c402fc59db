"""Files as Keras 2 wrote them: another form of the configuration, other names of the arrays."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
import pytest

from lstm_core.elsewhere.model_file import read_model
from lstm_core.errors import ModelRejected
from tests.networks import random_weights, same_weights

BOTH = random_weights((6, 5), both=True)
PLAIN = random_weights((6, 5))
GRU = random_weights((6,), cell="gru")


def layer(kind: str, name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": name, "trainable": True, "dtype": "float32", **config}}


def cells(kind: str, name: str, units: int, **config: Any) -> dict[str, Any]:
    usual = {
        "units": units,
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "use_bias": True,
        "return_sequences": False,
        "return_state": False,
        "go_backwards": False,
        "stateful": False,
        "unroll": False,
        "time_major": False,
    }
    return layer(kind, name, **(usual | config))


def dense(name: str, activation: str = "softmax") -> dict[str, Any]:
    return layer("Dense", name, units=10, activation=activation, use_bias=True)


def written(config: Mapping[str, Any], arrays: Mapping[str, Any]) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as made:
        made.attrs["keras_version"] = b"2.11.0"
        made.attrs["backend"] = b"tensorflow"
        made.attrs["model_config"] = json.dumps(config).encode()
        for path, array in arrays.items():
            made[f"model_weights/{path}"] = array
        made["optimizer_weights/Adam/iter:0"] = np.int64(3)
    return file.getvalue()


def named(group: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The arrays of one part of a layer."""
    return {f"{group}/{name}:0": arrays[name] for name in ("kernel", "recurrent_kernel", "bias")}


def test_a_sequential_model_gives_the_size_of_its_pictures_with_its_first_layer():
    config = {
        "class_name": "Sequential",
        "config": {
            "name": "sequential",
            "layers": [
                cells("LSTM", "lstm_5", 6, batch_input_shape=[None, 8, 8], return_sequences=True),
                layer("Dropout", "dropout", rate=0.4),
                cells("LSTM", "lstm_6", 5),
                dense("dense_2"),
            ],
        },
    }
    first, second = PLAIN.layers
    arrays = named("lstm_5/lstm_5/lstm_cell_5", first.arrays())
    arrays |= named("lstm_6/lstm_6/lstm_cell_6", second.arrays())
    arrays |= {"dense_2/dense_2/kernel:0": PLAIN.head_kernel, "dense_2/dense_2/bias:0": PLAIN.head_bias}
    found = read_model(written(config, arrays))
    assert same_weights(found.weights, PLAIN)
    assert (found.form, found.settings.dropout) == ("h5", 0.4)


def functional(**inbound: Any) -> dict[str, Any]:
    def both(name: str, units: int) -> dict[str, Any]:
        inner = cells("LSTM", f"lstm_of_{name}", units, return_sequences=True)
        return layer("Bidirectional", name, layer=inner, merge_mode="concat")

    layers = [
        layer("InputLayer", "input_1", batch_input_shape=[None, 8, 8], sparse=False, ragged=False),
        both("below", 6),
        both("above", 5),
        layer("TimeDistributed", "each_row", layer=dense("dense")),
    ]
    before = ["", "input_1", "below", "above"]
    for one, source in zip(layers, before, strict=True):
        name = one["config"]["name"]
        nodes: Any = [[[source, 0, 0, {}]]] if source else []
        one |= {"name": name, "inbound_nodes": inbound.get(name, nodes)}
    ends = {"input_layers": [["input_1", 0, 0]], "output_layers": [["each_row", 0, 0]]}
    return {"class_name": "Functional", "config": {"name": "model", "layers": layers, **ends}}


def arrays_of_both() -> dict[str, Any]:
    arrays: dict[str, Any] = {}
    for name, made in zip(("below", "above"), BOTH.layers, strict=True):
        assert made.backward
        arrays |= named(f"{name}/{name}/forward_lstm_of_{name}/lstm_cell", made.arrays())
        arrays |= named(f"{name}/{name}/backward_lstm_of_{name}/lstm_cell", made.backward.arrays())
    head = {"kernel:0": BOTH.head_kernel, "bias:0": BOTH.head_bias}
    return arrays | {f"each_row/each_row/{name}": array for name, array in head.items()}


def test_a_functional_model_in_both_directions():
    found = read_model(written(functional(), arrays_of_both()))
    assert same_weights(found.weights, BOTH)
    assert (found.settings.direction, found.settings.supervised_rows) == ("both", "all")


@pytest.mark.parametrize(
    ("inbound", "message"),
    [
        (
            {"above": [[["below", 0, 0, {}], ["input_1", 0, 0, {}]]]},
            r"“above” \(Bidirectional\) reads 2 things",
        ),
        (
            {"above": [[["below", 0, 0, {"initial_state": [["input_1", 0, 0]]}]]]},
            r"“above” \(Bidirectional\) reads 2 things",
        ),
        ({"above": [[["nowhere", 0, 0, {}]]]}, "connected wrongly, at “nowhere”"),
        ({"below": [[["above", 0, 0, {}]]]}, "connected wrongly"),
        ({"below": []}, r"“below” \(Bidirectional\) is not connected to anything"),
    ],
)
def test_layers_that_are_no_single_chain_are_refused(inbound: dict[str, Any], message: str):
    with pytest.raises(ModelRejected, match=message):
        read_model(written(functional(**inbound), arrays_of_both()))


def gru(**config: Any) -> dict[str, Any]:
    layers = [cells("GRU", "gru", 6, batch_input_shape=[None, 8, 8], **config), dense("dense")]
    return {"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}}


def test_a_gru_of_keras_2_resets_after_its_product_only_where_it_says_so():
    arrays = named("gru/gru/gru_cell", GRU.layers[0].arrays())
    arrays |= {"dense/dense/kernel:0": GRU.head_kernel, "dense/dense/bias:0": GRU.head_bias}
    assert same_weights(read_model(written(gru(reset_after=True), arrays)).weights, GRU)
    with pytest.raises(ModelRejected, match=r"“gru” \(GRU\) resets before its product"):
        read_model(written(gru(), arrays))


def test_an_array_that_is_missing_or_no_float_is_named_with_its_layer():
    arrays = named("gru/gru/gru_cell", GRU.layers[0].arrays())
    with pytest.raises(ModelRejected, match=r"“dense” \(Dense\) has no array for its kernel in the file\."):
        read_model(written(gru(reset_after=True), arrays))
    arrays |= {"dense/dense/kernel:0": GRU.head_kernel.astype(np.int8), "dense/dense/bias:0": GRU.head_bias}
    with pytest.raises(ModelRejected, match="for its kernel in the file, but as int8, not as floats"):
        read_model(written(gru(reset_after=True), arrays))
    arrays |= {"dense/dense/kernel:0": GRU.head_kernel, "gru/gru/gru_cell/bias:0": np.zeros(18)}
    with pytest.raises(
        ModelRejected, match=r"“gru” \(GRU\) has a bias of the shape \(18,\); expected \(2, 18\)"
    ):
        read_model(written(gru(reset_after=True), arrays))
