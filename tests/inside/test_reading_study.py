"""Which digits settle latest or not, and accuracy by class, against counting."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.data.info import Split
from lstm_core.errors import InvalidValue
from lstm_core.inside.reading_study import (
    accuracy_by_class,
    latest_settled,
    least_settled,
    read_all,
)
from lstm_core.reading.trace import read
from tests.networks import random_weights


def random_probabilities(n: int = 200, rows: int = 6, classes: int = 3, seed: int = 0) -> np.ndarray:
    raised = np.random.default_rng(seed).random((n, rows, classes)).astype(np.float32)
    return raised / raised.sum(axis=2, keepdims=True)


def test_the_latest_come_first_and_of_equally_late_ones_the_least_sure():
    probabilities = random_probabilities()
    rows, sure = np.random.default_rng(1).integers(0, 7, 200), probabilities[:, -1].max(axis=1)
    settled = [number for number in range(200) if rows[number]]
    wanted = sorted(settled, key=lambda number: (-rows[number], sure[number]))
    assert latest_settled(rows, probabilities, 30).tolist() == wanted[:30]
    assert latest_settled(rows, probabilities, 0).tolist() == []
    assert latest_settled(rows, probabilities, 1000).tolist() == wanted


def test_the_least_settled_end_with_two_classes_nearest_each_other():
    probabilities = random_probabilities()
    rows = np.random.default_rng(1).integers(0, 7, 200)

    def lead(number: int) -> float:
        *_, second, first = sorted(probabilities[number, -1].tolist())
        return first / second

    wanted = sorted((number for number in range(200) if not rows[number]), key=lead)
    assert least_settled(rows, probabilities, 1000).tolist() == wanted
    assert least_settled(rows, probabilities, 3).tolist() == wanted[:3]


def test_accuracy_by_class_is_as_counted_by_hand():
    probabilities = random_probabilities(n=50)
    labels = np.random.default_rng(1).integers(0, 2, 50)
    images = np.zeros((50, 6, 4), np.uint8)
    first_ink = np.random.default_rng(2).integers(0, 7, 50)  # 6 is no ink at all
    for image, row in zip(images, first_ink, strict=True):
        image[row:, 1] = 200
    shares = accuracy_by_class(probabilities, labels, images)
    assert shares.shape == (3, 6)
    for label in (0, 1):
        for row in range(6):
            recognised = [
                int(np.argmax(p[row])) == label and row >= inked
                for p, truth, inked in zip(probabilities, labels, first_ink, strict=True)
                if truth == label
            ]
            assert shares[label, row] == sum(recognised) / len(recognised)
    assert np.isnan(shares[2]).all(), "class 2 has no images"


def test_all_images_are_read_as_each_by_itself():
    rng = np.random.default_rng(0)
    weights = random_weights((5,), columns=4, rows=3, classes=3)
    split = Split(rng.integers(0, 256, (600, 3, 4), dtype=np.uint8), np.zeros(600, np.uint8))
    told: list[int] = []
    probabilities = read_all(weights, split, told.append)
    assert told[-1] == 600 and len(told) > 1
    for number in (0, 255, 256, 511, 512, 599):
        alone = read(weights, split.images[number].astype(np.float32) / np.float32(255)).probabilities
        np.testing.assert_allclose(probabilities[number], alone, atol=1e-6)


def test_what_does_not_fit_is_named():
    with pytest.raises(InvalidValue, match="probabilities"):
        latest_settled(np.zeros(3, np.int64), np.zeros((3, 4), np.float32), 1)
    with pytest.raises(InvalidValue, match="labels"):
        accuracy_by_class(random_probabilities(), np.zeros(3, np.int64), np.zeros((200, 6, 4), np.uint8))
    with pytest.raises(InvalidValue, match="images"):
        accuracy_by_class(random_probabilities(), np.zeros(200, np.int64), np.zeros((200, 5, 4), np.uint8))
    with pytest.raises(InvalidValue, match="split"):
        read_all(random_weights((3,)), Split(np.zeros((0, 8, 8), np.uint8), np.zeros(0, np.uint8)))
