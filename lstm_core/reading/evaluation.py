"""How well a network reads a set of labelled images, after every row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import BaseModel, ConfigDict

from lstm_core.arrays import FloatArray
from lstm_core.data.info import Split
from lstm_core.reading.trace import read_batch
from lstm_core.reading.weights import LstmWeights

Reader = Callable[[FloatArray], FloatArray]
"""``(batch, rows, columns)`` in [0, 1] → class probabilities after every row, ``(batch, rows, classes)``."""


class TestResult(BaseModel):
    """The test images read once with final weights.

    Attributes:
        accuracy: share read rightly after the last row.
        accuracy_by_rows: share read rightly after 1, 2, … rows.
        loss_by_rows: mean cross-entropy after 1, 2, … rows, in nats.
        confusion: ``confusion[true][read]``, numbers of images.
        readings: the label read for each test image, in the data's order.
    """

    __test__ = False  # not a pytest class
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    accuracy: float
    accuracy_by_rows: list[float]
    loss_by_rows: list[float]
    confusion: list[list[int]]
    readings: list[int]

    @property
    def loss(self) -> float:
        """Mean cross-entropy after the last row, in nats."""
        return self.loss_by_rows[-1]


def evaluate(
    reader: Reader,
    split: Split,
    batch_size: int,
    progress: Callable[[int], object] | None = None,
) -> TestResult:
    """Read every image of ``split``, ``batch_size`` at a time; ``progress`` gets images done."""
    right, readings, losses = [], [], []
    for start in range(0, len(split), batch_size):
        part = slice(start, start + batch_size)
        labels = split.labels[part].astype(np.int64)
        probabilities = reader(np.divide(split.images[part], 255, dtype=np.float32))
        right.append((probabilities.argmax(axis=-1) == labels[:, None]).sum(axis=0))
        readings.append(probabilities[:, -1].argmax(axis=-1))
        of_truth = np.take_along_axis(probabilities, labels[:, None, None], axis=2)[..., 0]
        losses.append(-np.log(np.maximum(of_truth, 1e-12)).sum(axis=0, dtype=np.float64))
        if progress:
            progress(min(start + batch_size, len(split)))
    read_as = np.concatenate(readings)
    classes = probabilities.shape[-1]
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (split.labels.astype(np.int64), read_as), 1)
    by_rows = np.sum(right, axis=0) / len(split)
    return TestResult(
        accuracy=float(by_rows[-1]),
        accuracy_by_rows=by_rows.tolist(),
        loss_by_rows=(np.sum(losses, axis=0) / len(split)).tolist(),
        confusion=confusion.tolist(),
        readings=read_as.tolist(),
    )


def numpy_reader(weights: LstmWeights) -> Reader:
    """Reads with NumPy, without TensorFlow."""
    return lambda images: read_batch(weights, images)
