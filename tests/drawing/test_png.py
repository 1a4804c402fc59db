"""Images as PNG files."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.photograph import ink_from_file
from lstm_core.drawing.png import png
from tests.drawings import TWO, draw, nearly_same


def test_our_own_png_comes_back() -> None:
    image = normalise(draw(TWO), 28, 28)
    with Image.open(io.BytesIO(png(image))) as saved:
        assert saved.size == (28, 28) and saved.mode == "L"
        np.testing.assert_allclose(np.asarray(saved) / 255, image, atol=0.003)
    assert nearly_same(image, normalise(ink_from_file(png(image)), 28, 28), 0.35)
