"""Accuracy, loss and confusion, against counting by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lstm_core.arrays import FloatArray
from lstm_core.data.info import DATASETS, Split
from lstm_core.errors import InvalidValue
from lstm_core.reading.evaluation import TestResult, evaluate, numpy_reader
from lstm_core.reading.trace import read_batch
from tests.networks import random_weights


def split(count: int = 7, rows: int = 3, seed: int = 0) -> Split:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, rows, 4), dtype=np.uint8)
    return Split(images, rng.integers(0, 5, count, dtype=np.uint8))


WEIGHTS = random_weights((6,), columns=4, rows=3, classes=5, scale=2.0)


@pytest.mark.parametrize("batch_size", [1, 2, 3, 7, 100])
def test_every_number_is_as_counted_by_hand(batch_size: int):
    data = split()
    probabilities = read_batch(WEIGHTS, data.images.astype(np.float32) / np.float32(255))
    truth = [int(label) for label in data.labels]
    read_as = [int(np.argmax(p[-1])) for p in probabilities]
    result = evaluate(numpy_reader(WEIGHTS), data, batch_size)
    assert result.readings == read_as
    assert result.accuracy == sum(a == b for a, b in zip(read_as, truth, strict=True)) / 7
    for row, accuracy in enumerate(result.accuracy_by_rows):
        right = sum(int(np.argmax(p[row])) == label for p, label in zip(probabilities, truth, strict=True))
        assert accuracy == right / 7
        losses = [-np.log(p[row][label]) for p, label in zip(probabilities, truth, strict=True)]
        assert result.loss_by_rows[row] == pytest.approx(np.mean(losses), rel=1e-5)
    assert len(result.accuracy_by_rows) == len(result.loss_by_rows) == 3
    assert result.loss == result.loss_by_rows[-1]
    for label in range(5):
        for reading in range(5):
            pairs = zip(truth, read_as, strict=True)
            assert result.confusion[label][reading] == sum(pair == (label, reading) for pair in pairs)


def test_progress_tells_images_done():
    told: list[int] = []
    evaluate(numpy_reader(WEIGHTS), split(), 3, told.append)
    assert told == [3, 6, 7]


def test_pixels_reach_the_reader_in_zero_to_one():
    seen: list[FloatArray] = []

    def reader(images: FloatArray) -> FloatArray:
        seen.append(images)
        return read_batch(WEIGHTS, images)

    data = split()
    evaluate(reader, data, 4)
    np.testing.assert_array_equal(np.concatenate(seen), data.pixels())


def test_the_result_comes_back_from_its_file_also_when_a_number_is_none():
    result = evaluate(numpy_reader(WEIGHTS), split(), 4)
    assert TestResult.model_validate_json(result.model_dump_json()) == result
    broken = result.model_copy(update={"loss_by_rows": [1.0, 1.0, float("nan")]})
    assert np.isnan(TestResult.model_validate_json(broken.model_dump_json()).loss)


def test_a_certain_mistake_has_a_finite_loss():
    def certain(images: FloatArray) -> FloatArray:
        out = np.zeros((len(images), 3, 5), np.float32)
        out[..., 0] = 1
        return out

    data = split()
    assert np.isfinite(evaluate(certain, data, 4).loss)


GOOD = {
    "accuracy": 0.5,
    "accuracy_by_rows": [0.25, 0.5],
    "loss_by_rows": [1.0, 0.5],
    "confusion": [[1, 1], [1, 1]],
    "readings": [0, 1, 0, 1],
}


@pytest.mark.parametrize(
    "damage",
    [
        {"confusion": []},
        {"confusion": [[]]},
        {"confusion": [[2, 2]]},
        {"confusion": [[1, 1], [1]]},
        {"confusion": [[1, 1], [1, 0]]},
        {"confusion": [[1, 1], [3, -1]]},
        {"confusion": [[10**400, 1], [1, 1]]},
        {"readings": [0, 1, 0]},
        {"readings": [0, 1, 0, 2]},
        {"readings": [0, 1, 0, -1]},
        {"accuracy": float("nan")},
        {"accuracy": float("inf")},
        {"accuracy": 1.5},
        {"accuracy_by_rows": []},
        {"accuracy_by_rows": [float("nan"), 0.5]},
        {"accuracy_by_rows": [0.5]},
        {"loss_by_rows": []},
        {"accuracy_by_rows": [0.5] * 1000, "loss_by_rows": [0.5] * 1000},
    ],
)
def test_a_result_that_does_not_fit_itself_is_refused(damage: dict[str, Any]):
    TestResult.model_validate(GOOD)
    with pytest.raises(ValidationError):
        TestResult.model_validate_json(json.dumps(GOOD | damage))


def test_a_result_of_other_images_is_told_from_one_of_the_data_set():
    readings = [number % 10 for number in range(300)]
    confusion = [[30 if true == read else 0 for read in range(10)] for true in range(10)]
    rows = {"accuracy_by_rows": [0.5] * 8, "loss_by_rows": [0.5] * 8}
    result = TestResult.model_validate(
        {"accuracy": 0.5, **rows, "confusion": confusion, "readings": readings}
    )
    result.check_fits(DATASETS["digits"])
    with pytest.raises(InvalidValue, match="of length 28, for the test images of MNIST"):
        result.check_fits(DATASETS["mnist"])
    with pytest.raises(InvalidValue, match="`confusion` must be of length 10"):
        TestResult.model_validate(GOOD).check_fits(DATASETS["digits"])
