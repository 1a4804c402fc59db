"""The ten digits drawn by strokes."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.errors import InvalidValue
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.trace import read_batch


def test_the_network_that_ships_reads_each_as_what_it_is():
    images = np.stack([stroke_digit(label, 28, 28) for label in range(10)])
    last = read_batch(shipped_weights(), images)[:, -1]
    assert last.argmax(axis=1).tolist() == list(range(10))
    assert last.max(axis=1).min() > 0.95


@pytest.mark.parametrize("size", [(28, 28), (8, 8)])
def test_they_are_images_of_the_size_that_is_asked_for(size: tuple[int, int]):
    image = stroke_digit(4, *size)
    assert image.shape == size
    assert image.dtype == np.float32
    assert 0.0 <= image.min() < image.max() <= 1.0


@pytest.mark.parametrize("label", [-1, 10])
def test_other_numbers_are_no_digits(label: int):
    with pytest.raises(InvalidValue, match="label"):
        stroke_digit(label, 28, 28)
