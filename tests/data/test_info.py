"""Data sets described, their pixels, and examples of each class."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from lstm_core.data.info import DATASETS, Dataset, Split, are_characters, examples
from lstm_core.errors import InvalidValue
from tests.mnist_on_disk import IDX_HASHES


def test_the_fingerprint_of_mnist_stands_for_the_four_published_hashes() -> None:
    joined = "\n".join(IDX_HASHES.values())
    assert DATASETS["mnist"].fingerprint == hashlib.sha256(joined.encode()).hexdigest()


def test_pixels_are_float32_from_0_to_1(digits: Dataset) -> None:
    pixels = digits.test.pixels()
    assert pixels.dtype == np.float32
    assert pixels.shape == digits.test.images.shape
    np.testing.assert_allclose(pixels, digits.test.images.astype(float) / 255, rtol=1e-7)


def test_examples_are_the_first_of_each_class_class_by_class() -> None:
    split = Split(np.zeros((7, 2, 3), np.uint8), np.array([2, 0, 2, 0, 2, 0, 5], np.uint8))
    assert examples(split, 2) == [1, 3, 0, 2, 6]
    assert examples(split, 0) == []


def test_a_negative_number_of_examples_is_refused() -> None:
    split = Split(np.zeros((1, 2, 3), np.uint8), np.zeros(1, np.uint8))
    with pytest.raises(InvalidValue, match="per_class"):
        examples(split, -1)


def test_digits_and_letters_are_characters_and_signs_with_names_are_not() -> None:
    assert are_characters(())
    assert are_characters(("1", "7"))
    assert are_characters(("A", "b", "é", "3"))
    assert not are_characters(("equals", "A"))
    assert not are_characters(("10", "11"))
    assert not are_characters(("=", "+"))
