"""How well a network reads a set of labelled images, after every row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from lstm_core.arrays import FloatArray
from lstm_core.data.info import DatasetInfo, Split
from lstm_core.errors import InvalidValue
from lstm_core.reading.trace import read_batch
from lstm_core.reading.weights import MAX_SIDE, LstmWeights

Reader = Callable[[FloatArray], FloatArray]
"""``(batch, rows, columns)`` in [0, 1] → class probabilities after every row, ``(batch, rows, classes)``."""


_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0)]


class TestResult(BaseModel):
    """The test images read once with final weights.

    What does not fit each other is refused, as pages and command line rely on it.

    Attributes:
        accuracy: share read rightly after the last row.
        accuracy_by_rows: share read rightly after 1, 2, … rows.
        loss_by_rows: mean cross-entropy after 1, 2, … rows, in nats.
        confusion: ``confusion[true][read]``, numbers of images.
        readings: the label read for each test image, in the data's order.
    """

    __test__ = False  # not a pytest class
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    accuracy: _Share
    accuracy_by_rows: list[_Share] = Field(min_length=1, max_length=MAX_SIDE)
    loss_by_rows: list[float] = Field(min_length=1, max_length=MAX_SIDE)
    confusion: list[list[_Count]] = Field(min_length=1, max_length=MAX_SIDE)
    readings: list[_Count]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        classes = len(self.confusion)
        if len(self.loss_by_rows) != (rows := len(self.accuracy_by_rows)):
            raise InvalidValue("loss_by_rows", f"of {rows} rows, as accuracy_by_rows", len(self.loss_by_rows))
        if any(len(row) != classes for row in self.confusion):
            widths = sorted({len(row) for row in self.confusion})
            raise InvalidValue("confusion", f"of shape ({classes}, {classes})", f"lines of {widths}")
        if max(self.readings, default=0) >= classes:
            raise InvalidValue("readings", f"of labels below {classes}", max(self.readings))
        read_as = [sum(column) for column in zip(*self.confusion, strict=True)]
        counted = np.bincount(self.readings, minlength=classes).tolist()
        if read_as != counted:
            raise InvalidValue("confusion", f"of as many images of each label read as {counted}", read_as)
        return self

    def check_fits(self, info: DatasetInfo) -> None:
        """Raises `InvalidValue` unless this is of the test images of that data set."""
        for field, wanted, found in (
            ("confusion", info.classes, len(self.confusion)),
            ("accuracy_by_rows", info.rows, len(self.accuracy_by_rows)),
            ("readings", info.test, len(self.readings)),
        ):
            if found != wanted:
                raise InvalidValue(field, f"of length {wanted:,}, for the test images of {info.title}", found)

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
