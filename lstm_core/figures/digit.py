"""A digit as the network sees it, pixel by pixel, for an image element of the page.

Not a Plotly figure: a picture of 28 × 28 squares needs no axes, and a PNG of it is under 2 kB.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lstm_core.errors import InvalidValue


def enlarged_png(image: NDArray[np.floating[Any]], scale: int = 8) -> bytes:
    """The image with every pixel enlarged to a crisp square, as the bytes of a grey-scale PNG.

    Args:
        image: ``(rows, columns)`` in [0, 1]; paper 0 becomes black and ink 1 white.
        scale: side of a square in pixels, at least 1.

    Raises:
        InvalidValue: the image is not two-dimensional or is empty, or ``scale`` is below 1.
    """
    if image.ndim != 2 or not image.size:
        raise InvalidValue("image", "of shape (rows, columns)", image.shape)
    if scale < 1:
        raise InvalidValue("scale", "at least 1", scale)
    grey = np.rint(255.0 * image).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grey.repeat(scale, axis=0).repeat(scale, axis=1)).save(file, "PNG")
    return file.getvalue()
