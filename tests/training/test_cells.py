"""Every way to compute a layer gives the same outputs and gradients, those of the NumPy reading."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from lstm_core.arrays import FloatArray
from lstm_core.data.info import DATASETS
from lstm_core.reading.trace import read, read_batch, softmax
from lstm_core.reading.weights import LstmWeights
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.rules import LOOPED, WRITTEN_OUT, broken_rules
from lstm_core.settings.validation import (
    hyperparameters,
    with_changes,
    with_valid_fields,
)
from lstm_core.training.cells import CELLS, UnrolledRNN
from lstm_core.training.model import build
from lstm_core.training.model_weights import put_weights, weights_from_model
from tests.networks import same_weights

ON_TENSORFLOW = keras.backend.backend() == "tensorflow"
INFO = dataclasses.replace(DATASETS["digits"], rows=5)
IMAGES = np.random.default_rng(0).random((4, INFO.rows, INFO.columns), dtype=np.float32)
LABELS = np.array([3, 1, 4, 1])

CASES: dict[str, dict[str, Any]] = {
    "one layer": {"units": (5,)},
    "one layer, a learnt start": {"units": (5,), "initial_state": "trainable"},
    "two layers, projected, a learnt start, from the state": {
        "units": (7, 3),
        "input_projection": 4,
        "initial_state": "trainable",
        "returned": "state",
    },
    "two layers, shared": {"units": (6, 6), "input_projection": 6, "layer_weights": "shared"},
    "three layers": {"units": (4, 6, 5)},
    "three layers, shared, from the state": {
        "units": (8, 8, 8),
        "layer_weights": "shared",
        "returned": "state",
    },
    "three layers, a learnt start": {"units": (4, 6, 5), "initial_state": "trainable"},
    "gru": {"cell": "gru", "units": (7, 3), "input_projection": 4},
    "gru, shared, from the state": {
        "cell": "gru",
        "units": (8, 8),
        "layer_weights": "shared",
        "returned": "state",
    },
    "gru, both directions": {"cell": "gru", "units": (4, 6), "direction": "both"},
    "simple rnn": {"cell": "rnn", "units": (4, 6, 5)},
    "simple rnn, both directions": {"cell": "rnn", "units": (4, 3), "direction": "both"},
    "lstm, both directions": {"units": (4, 6), "direction": "both", "input_projection": 5},
}

WAYS = [("whole-sequence", "batch-major"), *((way, "batch-major") for way in LOOPED)]
WAYS += [(way, "time-major") for way in LOOPED]
WAYS.append(("fused", "batch-major"))


def possible(case: str, way: str) -> bool:
    return (
        not {"computation", "layout"}
        & broken_rules(with_valid_fields({**CASES[case], "computation": way})).keys()
    )


def settings(case: str, **values: Any) -> HyperParameters:
    return hyperparameters({"dataset": "digits", "dropout": 0.0, **CASES[case], **values})


def model_of(case: str, **values: Any) -> tuple[Any, HyperParameters]:
    chosen = settings(case, **values)
    return build(chosen, INFO), chosen


@functools.cache
def reference(case: str) -> tuple[LstmWeights, dict[str, FloatArray]]:
    """Random weights of a case, and their gradients by Keras' own layers."""
    model, chosen = model_of(case, computation="keras")
    rng = np.random.default_rng(1)
    for variable in model.trainable_variables:
        variable.assign(0.5 * rng.standard_normal(variable.shape))
    return weights_from_model(model, chosen), gradients(model, chosen)


def gradients(model: Any, chosen: HyperParameters) -> dict[str, FloatArray]:
    """Of the rows' cross-entropy by every array: what one step of plain descent takes away."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(1.0), loss, run_eagerly=ON_TENSORFLOW)
    before = weights_from_model(model, chosen)
    model.train_on_batch(IMAGES, np.repeat(LABELS[:, None], INFO.rows, axis=1))
    after = weights_from_model(model, chosen).arrays()
    put_weights(before, model, chosen)
    return {name: array - after[name] for name, array in before.arrays().items()}


def probabilities(model: Any) -> FloatArray:
    return softmax(np.asarray(model(IMAGES)))


@pytest.mark.parametrize("case", CASES)
def test_keras_layers_read_as_numpy_does(case: str):
    weights, _ = reference(case)
    model, chosen = model_of(case, computation="keras")
    put_weights(weights, model, chosen)
    read_by_keras = probabilities(model)
    np.testing.assert_allclose(read_batch(weights, IMAGES), read_by_keras, atol=1e-5)
    np.testing.assert_allclose(read(weights, IMAGES[0]).probabilities, read_by_keras[0], atol=1e-5)


@pytest.mark.parametrize(
    ("case", "way", "layout"),
    [(case, way, layout) for case in CASES for way, layout in WAYS if possible(case, way)],
)
def test_every_way_reads_and_learns_the_same(case: str, way: str, layout: str):
    weights, expected = reference(case)
    model, chosen = model_of(case, computation=way, layout=layout)
    put_weights(weights, model, chosen)
    np.testing.assert_allclose(probabilities(model), read_batch(weights, IMAGES), atol=1e-5)
    found = gradients(model, chosen)
    assert found.keys() == expected.keys()
    for name, array in found.items():
        np.testing.assert_allclose(array, expected[name], atol=1e-5, err_msg=name)
        assert np.abs(expected[name]).max() > 1e-4, name


@pytest.mark.skipif(not ON_TENSORFLOW, reason="JAX computes in float64 only when it starts that way")
@pytest.mark.parametrize(
    ("way", "time_major"), [*itertools.product(WRITTEN_OUT, [False, True]), ("fused", True)], ids=str
)
def test_what_is_written_by_hand_has_the_gradient_of_finite_differences(way: str, time_major: bool):
    import tensorflow as tf

    from lstm_core.training.fused.layer import FusedLSTM

    rng = np.random.default_rng(2)
    cell = keras.layers.LSTMCell(3, dtype="float64")
    in_training: dict[str, bool] = {}
    if way == "fused":
        layer = FusedLSTM(cell, return_state=True, dtype="float64")
        in_training = {"training": True}
    else:
        layer = UnrolledRNN(cell, way, time_major=time_major, return_state=True, dtype="float64")
    variables = [tf.Variable(rng.standard_normal(shape)) for shape in [(2, 4, 2), (2, 3), (2, 3)]]
    if time_major:
        variables[0] = tf.Variable(np.swapaxes(variables[0].numpy(), 0, 1))
    outputs_shape = (4, 2, 3) if time_major else (2, 4, 3)
    weighting = [rng.standard_normal(shape) for shape in [outputs_shape, (2, 3), (2, 3)]]

    def loss() -> Any:
        sequence, h, c = variables[:3]
        outputs = layer(sequence, initial_state=[h, c], **in_training)
        return sum(tf.reduce_sum(part * w) for part, w in zip(outputs, weighting, strict=True))

    loss()
    variables += [variable.value for variable in layer.trainable_variables]
    assert len(variables) == 6
    for variable in variables[3:]:
        variable.assign(rng.standard_normal(variable.shape))
    with tf.GradientTape() as tape:
        value = loss()
    for variable, gradient in zip(variables, tape.gradient(value, variables), strict=True):
        kept, h = variable.numpy(), 1e-6
        for _ in range(4):
            at = tuple(rng.integers(0, size) for size in kept.shape)
            around = []
            for sign in (1, -1):
                moved = kept.copy()
                moved[at] += sign * h
                variable.assign(moved)
                around.append(float(loss()))
            variable.assign(kept)
            assert float(gradient.numpy()[at]) == pytest.approx((around[0] - around[1]) / (2 * h), abs=1e-7)


@pytest.mark.skipif(not ON_TENSORFLOW, reason="TensorFlow's; JAX' is in test_fused_jax.py")
def test_products_in_bfloat16_come_near_the_gradient_of_float32():
    import tensorflow as tf

    from lstm_core.training.fused.on_cpu import fused_lstm

    rng = np.random.default_rng(4)
    shapes = [(5, 3, 6), (6, 32), (8, 32), (32,), (3, 8), (3, 8)]
    arrays = [rng.standard_normal(shape).astype(np.float32) / 2 for shape in shapes]
    found = {}
    for kind in (tf.float32, tf.bfloat16):
        tensors = [tf.cast(array, kind) for array in arrays]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            hidden, cell = fused_lstm(*tensors)
            value = tf.reduce_sum(tf.cast(hidden, tf.float32) ** 2) + tf.reduce_sum(tf.cast(cell, tf.float32))
        assert hidden.dtype == cell.dtype == kind
        found[kind] = [
            np.asarray(tf.cast(part, tf.float32)) for part in (hidden, *tape.gradient(value, tensors))
        ]
    for near, exact in zip(found[tf.bfloat16], found[tf.float32], strict=True):
        assert np.linalg.norm(near - exact) < 0.02 * np.linalg.norm(exact)


@pytest.mark.parametrize("way", LOOPED)
def test_time_major_has_the_rows_first(way: str):
    layer = UnrolledRNN(keras.layers.LSTMCell(3), way, time_major=True, return_state=True)
    sequence = np.random.default_rng(0).random((5, 2, 4), dtype=np.float32)
    outputs, h, c = (np.asarray(part) for part in layer(sequence))
    assert (outputs.shape, h.shape, c.shape) == ((5, 2, 3), (2, 3), (2, 3))
    np.testing.assert_array_equal(outputs[-1], h)
    other = UnrolledRNN(layer.cell, way)
    np.testing.assert_allclose(np.asarray(other(sequence.swapaxes(0, 1))), outputs.swapaxes(0, 1), atol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_shapes_are_known_before_anything_is_computed(cell: str):
    sequence = keras.Input((5, 4))
    layer = UnrolledRNN(CELLS[cell](3), "unrolled", return_state=True)
    outputs, *states = layer(sequence)
    assert outputs.shape == (None, 5, 3)
    assert [state.shape for state in states] == [(None, 3)] * (2 if cell == "lstm" else 1)


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_seed_gives_the_same_first_weights_in_every_way(cell: str):
    def start(way: str, **values: Any) -> LstmWeights:
        chosen = hyperparameters(
            {"dataset": "digits", "units": (5, 3), "cell": cell, "computation": way, "seed": 3, **values}
        )
        return weights_from_model(build(chosen, INFO), chosen)

    ways = ["keras", "cudnn", "whole-sequence", "unrolled", "by-hand", "separate-matrices"]
    if cell != "lstm":
        ways = ways[:4]
    else:
        ways.append("fused")
    if cell == "rnn":
        ways.remove("cudnn")
    for values in ({}, {"initializer": "he"}):
        expected = start("keras", **values)
        for way in ways:
            assert same_weights(start(way, **values), expected), way


def test_layers_and_directions_start_with_different_weights():
    chosen = hyperparameters(
        {"dataset": "digits", "units": (4, 4), "input_projection": 8, "direction": "both"}
    )
    for initializer in ("keras", "dl"):
        chosen = with_changes(chosen, initializer=initializer)
        first, second = weights_from_model(build(chosen, INFO), chosen).layers
        assert first.backward is not None
        for a, b in [
            (first.kernel, first.backward.kernel),
            (first.kernel, second.kernel),
            (first.recurrent_kernel, first.backward.recurrent_kernel),
            (first.recurrent_kernel, second.recurrent_kernel),
        ]:
            assert (a != b).any()
