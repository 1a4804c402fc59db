from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from lstm_core.errors import InvalidValue
from lstm_core.figures.digit import enlarged_png


def test_every_pixel_becomes_a_square_of_its_grey() -> None:
    png = enlarged_png(np.array([[0.0, 1.0, 0.5]], np.float32), scale=2)
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    assert picture.mode == "L"
    assert np.asarray(picture).tolist() == [[0, 0, 255, 255, 128, 128]] * 2


def test_a_digit_is_a_small_file() -> None:
    image = np.random.default_rng(1).random((28, 28), np.float32)
    assert len(enlarged_png(image)) < 10_000


@pytest.mark.parametrize(
    ("image", "scale", "named"),
    [(np.zeros(3), 8, "image"), (np.zeros((0, 3)), 8, "image"), (np.zeros((2, 2)), 0, "scale")],
)
def test_bad_arguments_are_named(image: np.ndarray, scale: int, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        enlarged_png(image, scale)
