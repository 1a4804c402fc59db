from __future__ import annotations

import numpy as np
import pytest

from lstm_core.comparison.confusion_difference import confusion_difference, images_behind
from lstm_core.errors import InvalidValue


def test_the_difference_is_second_less_first() -> None:
    first, second = np.array([[5, 1], [0, 4]]), np.array([[3, 3], [1, 3]], np.uint8)
    assert confusion_difference(first, second).tolist() == [[-2, 2], [1, -1]]


def test_the_images_behind_a_cell_are_those_that_only_one_reads_so() -> None:
    labels = np.array([4, 4, 4, 4, 9])
    first, second = np.array([9, 9, 4, 4, 9]), np.array([9, 4, 9, 9, 9])
    found = images_behind(labels, first, second, true=4, read=9)
    assert (found.first, found.second, found.both) == ([1], [2, 3], [0])
    counts = [np.zeros((10, 10), int) for _ in range(2)]
    for count, readings in zip(counts, (first, second), strict=True):
        np.add.at(count, (labels, readings), 1)
    assert confusion_difference(*counts)[4, 9] == len(found.second) - len(found.first)


def test_matrices_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidValue, match="first"):
        confusion_difference(np.zeros((2, 3), int), np.zeros((2, 3), int))
    with pytest.raises(InvalidValue, match="second"):
        confusion_difference(np.zeros((2, 2), int), np.zeros((3, 3), int))
