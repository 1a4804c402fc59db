"""A network as an ONNX model, of the standard operators LSTM, GRU and RNN.

    image (batch, rows, columns) → probabilities (batch, classes), after the last row
                                 → probabilities_by_row (batch, rows, classes), after every row

Every variant of network that a run can have is expressed: cells, directions, input projection, an initial
state that is learnt, and layers that share their weights, whose arrays stand in the file once. The operators
are those of opset `OPSET`, which all runtimes of recent years know. Their equations are those of
`lstm_core.reading.recurrence` (https://onnx.ai/onnx/operators/onnx__LSTM.html, onnx__GRU.html with
``linear_before_reset=1``, onnx__RNN.html); only the order in which the gates are packed differs.

The package `onnx` is optional and is imported where a model is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.errors import PackageMissing
from lstm_core.reading.layer_weights import PACKED, LayerWeights
from lstm_core.reading.weights import LstmWeights

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

OPSET = 17
"""Of the operators that are used; LSTM, GRU and RNN are then those of version 14."""

IR_VERSION = 8
"""Of the file's form; the one that belongs to `OPSET`."""

INPUT, LAST_ROW, BY_ROW = "image", "probabilities", "probabilities_by_row"
"""Names of the model's input and of its outputs."""

_OPERATORS = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}

_ORDERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "lstm": ("input_gate", "output_gate", "forget_gate", "candidate"),
        "gru": ("update_gate", "reset_gate", "candidate"),
        "rnn": ("hidden",),
    }
)
"""What ONNX packs side by side, in its order; the names are those of `PACKED`."""


def as_onnx(weights: LstmWeights, name: str) -> bytes:
    """The network as the content of an ``.onnx`` file.

    Args:
        weights: of the network.
        name: what it is called, for whoever opens the file.

    Raises:
        PackageMissing: the package `onnx` is not installed.
    """
    return _model(weights, name).SerializeToString()


def is_available() -> bool:
    """Whether the package `onnx` is installed; it is not imported."""
    from importlib.util import find_spec

    return find_spec("onnx") is not None


MISSING = "ONNX needs the package `onnx`, which is not installed. Install it with: pip install onnx"


def _model(weights: LstmWeights, name: str) -> ModelProto:
    try:
        from onnx import TensorProto, checker, helper
    except ImportError as error:
        raise PackageMissing(MISSING) from error

    graph = _Graph()
    x = graph.add("Transpose", [INPUT], perm=[1, 0, 2])  # to (rows, batch, columns), as the operators read
    if weights.projection_kernel is not None and weights.projection_bias is not None:
        x = graph.add("MatMul", [x, graph.array("projection_kernel", weights.projection_kernel)])
        x = graph.add("Add", [x, graph.array("projection_bias", weights.projection_bias)])
    previous = graph.add("Gather", [x, graph.array("first_row", np.int64(0))], axis=0)
    for number, layer in enumerate(weights.layers, start=1):
        states, previous = _first_states(graph, layer, previous, number)
        x = _layer(graph, layer, x, states, number)
    logits = graph.add("MatMul", [x, graph.array("head_kernel", weights.head_kernel)])
    logits = graph.add("Add", [logits, graph.array("head_bias", weights.head_bias)])
    probabilities = graph.add("Softmax", [logits], axis=-1)
    last = graph.array("last_row", np.int64(-1))
    graph.add("Gather", [probabilities, last], LAST_ROW, axis=0)
    graph.add("Transpose", [probabilities], BY_ROW, perm=[1, 0, 2])

    sizes = {INPUT: [weights.rows, weights.columns], LAST_ROW: [weights.classes]}
    sizes[BY_ROW] = [weights.rows, weights.classes]
    about = {
        INPUT: "Rows of pixels from the top down; paper is 0, full ink is 1.",
        LAST_ROW: "Of each class, after the last row.",
        BY_ROW: "Of each class, after every row.",
    }
    values = {
        key: helper.make_tensor_value_info(key, TensorProto.FLOAT, ["batch", *sizes[key]], about[key])
        for key in sizes
    }
    made = helper.make_graph(
        graph.used_nodes([LAST_ROW, BY_ROW]),
        "row_by_row",
        [values[INPUT]],
        [values[LAST_ROW], values[BY_ROW]],
        graph.used_arrays([LAST_ROW, BY_ROW]),
    )
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="Row by Row",
        doc_string=f"{name}: reads an image row by row. Operators of ONNX opset {OPSET}.",
    )
    helper.set_model_props(model, {"name": name, "fingerprint": weights.fingerprint, "opset": str(OPSET)})
    checker.check_model(model, full_check=True)
    return model


class _Graph:
    """Operators and arrays as they are added; arrays of the same content stand in it once."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._arrays: dict[str, TensorProto] = {}
        self._names: dict[bytes, str] = {}

    def add(self, operator: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        """An operator of one output; the output's name."""
        from onnx import helper

        output = output or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def array(self, name: str, values: Any) -> str:
        """An array of the file; the name it has there."""
        from onnx import numpy_helper

        values = np.ascontiguousarray(values).reshape(np.shape(values))
        content = hashlib.sha256(f"{values.shape} {values.dtype}".encode() + values.tobytes()).digest()
        if content not in self._names:
            self._names[content] = name
            self._arrays[name] = numpy_helper.from_array(values, name)
        return self._names[content]

    def used_nodes(self, outputs: list[str]) -> list[NodeProto]:
        """The operators that ``outputs`` depend on, in order."""
        wanted, kept = set(outputs), []
        for node in reversed(self._nodes):
            if wanted & set(node.output):
                wanted |= set(node.input)
                kept.append(node)
        return kept[::-1]

    def used_arrays(self, outputs: list[str]) -> list[TensorProto]:
        """The arrays that ``outputs`` depend on."""
        read = {name for node in self.used_nodes(outputs) for name in node.input}
        return [array for name, array in self._arrays.items() if name in read]


def _first_states(graph: _Graph, layer: LayerWeights, previous: str, number: int) -> tuple[list[str], str]:
    """The states before the first row, each ``(1, batch, units)``, or nothing where they are zero; and what
    the next layer's states follow from."""
    if layer.initial_hidden is None or layer.initial_cell is None:
        return [], previous
    states, first = [], ""
    for name, kernel in (("initial_hidden", layer.initial_hidden), ("initial_cell", layer.initial_cell)):
        state = graph.add("MatMul", [previous, graph.array(f"layer{number}_{name}", kernel)])
        state = graph.add("Tanh", [state])
        first = first or state
        states.append(graph.add("Unsqueeze", [state, graph.array("direction_axis", np.array([0]))]))
    return states, first


def _layer(graph: _Graph, layer: LayerWeights, x: str, states: list[str], number: int) -> str:
    """What a layer hands on at every row, ``(rows, batch, units of all directions)``."""
    directions = [layer, *([layer.backward] if layer.backward else [])]
    kernels, recurrent, biases = zip(*map(_packed, directions), strict=True)
    inputs = [
        x,
        graph.array(f"layer{number}_kernel", np.stack(kernels)),
        graph.array(f"layer{number}_recurrent_kernel", np.stack(recurrent)),
        graph.array(f"layer{number}_bias", np.stack(biases)),
        *(["", *states] if states else []),  # without the lengths of the sequences: all are whole
    ]
    attributes: dict[str, Any] = {"hidden_size": layer.units}
    if layer.backward:
        attributes["direction"] = "bidirectional"
    if layer.cell == "gru":
        attributes["linear_before_reset"] = 1
    outputs = graph.add(_OPERATORS[layer.cell], inputs, **attributes)
    if not layer.backward:
        return graph.add("Squeeze", [outputs, graph.array("one_direction", np.array([1]))])
    outputs = graph.add("Transpose", [outputs], perm=[0, 2, 1, 3])  # the directions side by side
    return graph.add("Reshape", [outputs, graph.array("side_by_side", np.array([0, 0, -1]))])


def _packed(layer: LayerWeights) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Kernel ``(n * units, features)``, recurrent kernel ``(n * units, units)`` and the biases of the input's
    product and of the hidden state's, ``(2 * n * units,)``, as ONNX packs them."""
    order = [PACKED[layer.cell].index(name) for name in _ORDERS[layer.cell]]

    def reordered(array: FloatArray) -> FloatArray:
        parts = np.split(array, len(order), axis=-1)
        return np.concatenate([parts[index] for index in order], axis=-1)

    of_input, of_state = layer.bias if layer.cell == "gru" else (layer.bias, np.zeros_like(layer.bias))
    bias = np.concatenate([reordered(of_input), reordered(of_state)])
    return reordered(layer.kernel).T, reordered(layer.recurrent_kernel).T, bias
