"""The fused LSTM of plain operations says what that of compiled ones says, and what NumPy says."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
    pytest.skip("the fused way is TensorFlow's", allow_module_level=True)

import tensorflow as tf

from lstm_core.data.info import Dataset
from lstm_core.reading.trace import read
from lstm_core.settings.computation import Choice
from lstm_core.settings.devices import Device
from lstm_core.settings.validation import hyperparameters
from lstm_core.training.fused import on_cpu, row_operations
from lstm_core.training.fused.on_cpu import fused_lstm, fused_reading
from lstm_core.training.fused.plain import plain_lstm
from lstm_core.training.fused.row_operations import RowOperations
from lstm_core.training.trainer import Trainer

ROWS, BATCH, FEATURES, UNITS = 5, 4, 3, 7
REASON = "OSError: the library is not there"
HERE = Device("cpu", "a processor")


def arguments(dtype: Any, *, state: bool) -> list[Any]:
    random = np.random.default_rng(5)
    shapes = [(ROWS, BATCH, FEATURES), (FEATURES, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,)]
    shapes += [(BATCH, UNITS)] * (2 if state else 0)
    return [tf.cast(random.normal(size=shape) / 2, dtype) for shape in shapes]


def outputs_and_gradients(compute: Any, given: list[Any]) -> list[np.ndarray]:
    @tf.function(autograph=False)
    def found(*given: Any) -> list[Any]:
        with tf.GradientTape() as tape:
            tape.watch(given)
            hidden, cell = compute(*given)
            each = tf.reshape(tf.range(tf.size(hidden)), hidden.shape) % 3
            value = tf.reduce_sum(hidden**2 * tf.cast(each, hidden.dtype)) + tf.reduce_sum(cell)
        return [hidden, cell, *tape.gradient(value, given)]

    results = found(*given)
    assert {each.dtype for each in results} == {given[0].dtype}
    return [np.asarray(tf.cast(each, tf.float64)) for each in results]


@pytest.fixture
def without_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where TensorFlow cannot have the compiled operations. Graphs made before keep them."""

    def missing(dtype: str) -> RowOperations:
        return RowOperations(obstacle=REASON)

    for module in (row_operations, on_cpu):
        monkeypatch.setattr(module, "row_operations", missing)


@pytest.mark.parametrize("state", [False, True])
@pytest.mark.parametrize(("dtype", "near"), [("float32", 1e-5), ("float64", 1e-12), ("bfloat16", 0.02)])
def test_outputs_and_gradients_are_those_of_the_compiled_operations(
    dtype: str, near: float, state: bool
) -> None:
    assert not row_operations.row_operations(dtype).obstacle
    given = arguments(dtype, state=state)
    plain, fused = (outputs_and_gradients(compute, given) for compute in (plain_lstm, fused_lstm))
    for one, other in zip(plain, fused, strict=True):
        assert one.shape == other.shape
        assert np.linalg.norm(one - other) <= near * np.linalg.norm(other)


def test_the_gradient_is_that_of_finite_differences() -> None:
    given = arguments("float64", state=True)

    def value(*given: Any) -> Any:
        hidden, cell = plain_lstm(*given)
        return tf.reduce_sum(hidden**2) + tf.reduce_sum(cell)

    exact, numeric = tf.test.compute_gradient(value, given, delta=1e-5)
    for one, other in zip(exact, numeric, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-8)


@pytest.mark.usefixtures("without_operations")
@pytest.mark.parametrize("compute", [fused_lstm, fused_reading])
def test_without_the_operations_the_layer_computes_plainly(compute: Any) -> None:
    sequence, *weights = arguments("float32", state=False)
    given = [tf.repeat(sequence, 2, axis=1), *weights]  # of a shape that has no graph yet
    for one, other in zip(compute(*given), plain_lstm(*given), strict=True):
        np.testing.assert_array_equal(one, other)
    compiled = compute.get_concrete_function(*given).graph.as_graph_def().SerializeToString()
    assert b"LstmRow" not in compiled


@pytest.mark.usefixtures("without_operations")
@pytest.mark.parametrize("chosen", ["auto", "fused"])
def test_a_training_without_the_operations_says_so_and_learns_the_same(
    chosen: str, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: True)
    values = {"dataset": "digits", "units": (9, 6), "dropout": 0.0, "seed": 4, "batch_size": 24}
    losses, weights = {}, {}
    for way in (chosen, "keras"):
        trainer = Trainer(hyperparameters({**values, "computation": way}), digits, HERE)
        images = (digits.train.images[:24] / 255).astype(np.float32)
        labels = digits.train.labels[:24].astype(np.int64)
        if way == chosen:
            why = "as chosen" if chosen == "fused" else "the fastest on a CPU"
            text = f"{why}, of TensorFlow's plain operations here ({REASON})"
            assert trainer.computation == Choice("fused", text)
            assert trainer.precision.name == "float32"
            expected = read(trainer.weights(), images[1]).probabilities
            np.testing.assert_allclose(trainer._probabilities(images[:3])[1], expected, atol=1e-5)
        for _ in range(3):
            trainer.advance(images, labels)
        losses[way] = trainer.means()[0]
        weights[way] = trainer.weights().layers[1].recurrent_kernel
    assert losses[chosen] == pytest.approx(losses["keras"], rel=1e-5)
    np.testing.assert_allclose(weights[chosen], weights["keras"], atol=2e-4)
