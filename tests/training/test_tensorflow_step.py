"""A batch computed in parts side by side gives what it gives in one."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")
if keras.backend.backend() != "tensorflow":
    pytest.skip("lanes are TensorFlow's", allow_module_level=True)

from lstm_core.arrays import FloatArray
from lstm_core.data.info import DATASETS
from lstm_core.reading.trace import read_batch
from lstm_core.settings.validation import hyperparameters
from lstm_core.training import tensorflow_step
from lstm_core.training.model import build, last_row_model
from lstm_core.training.model_weights import weights_from_model

INFO = dataclasses.replace(DATASETS["digits"], rows=5)
SETTINGS = hyperparameters({"dataset": "digits", "units": (6, 4), "dropout": 0.0, "computation": "fused"})


def loss(labels: Any, logits: Any) -> Any:
    return keras.losses.sparse_categorical_crossentropy(labels, logits[:, -1], from_logits=True)


def accuracy(labels: Any, logits: Any) -> Any:
    return keras.metrics.sparse_categorical_accuracy(labels, logits[:, -1])


def batch(size: int) -> tuple[FloatArray, Any]:
    rng = np.random.default_rng(0)
    return rng.random((size, INFO.rows, INFO.columns), dtype=np.float32), rng.integers(0, 10, size)


def stepped(number: int, size: int, *, last_row: bool = False) -> tuple[float, float, dict[str, FloatArray]]:
    """Loss, accuracy and weights after one step of plain descent in ``number`` lanes."""
    model = build(SETTINGS, INFO)
    learner = last_row_model(model, SETTINGS) if last_row else model
    learner.compile(keras.optimizers.SGD(1.0))
    step = tensorflow_step.training_step(learner, loss, accuracy, number)
    images, labels = batch(size)
    found = [float(part) for part in step(images, labels, 1.0)]
    return found[0], found[1], weights_from_model(model, SETTINGS).arrays()


@pytest.mark.parametrize(("number", "size"), [(2, 32), (2, 33), (3, 100), (4, 20), (2, 1)])
def test_lanes_change_nothing(number: int, size: int):
    loss_of_one, accuracy_of_one, expected = stepped(1, size)
    loss_found, accuracy_found, found = stepped(number, size)
    assert loss_found == pytest.approx(loss_of_one, rel=1e-5)
    assert accuracy_found == pytest.approx(accuracy_of_one, abs=1e-6)
    for name, array in found.items():
        np.testing.assert_allclose(array, expected[name], atol=1e-6, err_msg=name)


def test_the_last_row_alone_gives_the_same_step():
    loss_of_all, accuracy_of_all, expected = stepped(1, 20)
    loss_found, accuracy_found, found = stepped(1, 20, last_row=True)
    assert (loss_found, accuracy_found) == pytest.approx((loss_of_all, accuracy_of_all), rel=1e-5)
    for name, array in found.items():
        np.testing.assert_allclose(array, expected[name], atol=1e-6, err_msg=name)


@pytest.mark.parametrize(("number", "size"), [(1, 3), (2, 35), (4, 100)])
def test_a_reader_reads_as_numpy_does(number: int, size: int):
    model = build(SETTINGS, INFO)
    images, _ = batch(size)
    found = np.asarray(tensorflow_step.reader(model, number)(images))
    np.testing.assert_allclose(found, read_batch(weights_from_model(model, SETTINGS), images), atol=1e-5)


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """TensorFlow's rewritten functions would stay there whenever the process is killed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    model = build(SETTINGS, INFO)
    learner = last_row_model(model, SETTINGS)
    learner.compile(keras.optimizers.Adam())
    learner.optimizer.build(learner.trainable_variables)
    tensorflow_step.training_step(learner, loss, accuracy, 2)(*batch(40), 0.001)
    tensorflow_step.reader(model, 2)(batch(40)[0])
    assert list(tmp_path.iterdir()) == []


def test_a_warm_process_has_the_graphs_of_the_usual_layers():
    from lstm_core.data.info import Dataset, Split
    from lstm_core.training import backend, worker
    from lstm_core.training.fused.on_cpu import fused_lstm
    from lstm_core.training.trainer import Trainer

    cpu = backend.usable_devices()[-1]
    worker.warm_up(cpu)
    made = fused_lstm.experimental_get_tracing_count()
    assert made
    nothing = Split(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))
    another = hyperparameters({"seed": 1, "dropout": 0.1, "learning_rate": 0.01, "clip_norm": 1.0})
    images = np.random.default_rng(1).random((another.batch_size, 28, 28), dtype=np.float32)
    trainer = Trainer(another, Dataset(DATASETS["mnist"], nothing, nothing, nothing), cpu)
    trainer.advance(images, np.zeros(len(images), np.int64))
    assert fused_lstm.experimental_get_tracing_count() == made
