"""An image as a PNG file."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from lstm_core.arrays import FloatArray


def png(image: FloatArray) -> bytes:
    """A PNG file of ink or of a normalised image, white on black as in MNIST.

    Args:
        image: ``(height, width)`` float32 in [0, 1]; with a third axis of three, red, green and blue.
    """
    pixels = np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
