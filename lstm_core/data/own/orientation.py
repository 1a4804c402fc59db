"""Whether images have ink on paper the usual way round: light on dark, and upright."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.data.info import Pixels

_SAMPLE = 2000
"""Images that are looked at, spread over all."""

_TALL = frozenset("1IJLTPFYijltfrkhb")
"""Characters that everybody writes taller than wide."""

_FEWEST = 10
"""Images of such characters, below which nothing is said."""

_LYING = 0.15
"""Of the logarithm of height over width: beyond it the middle one is tall, below its negative it lies."""


def as_bytes(images: NDArray[Any]) -> Pixels:
    """Images in any usual range as uint8: 0 to 1, 0 to 16, −1 to 1, 0 to 255, or 16 bits. ``(n, r, c)``.

    Raises:
        ValueError: a value is not finite.
    """
    if images.dtype == np.uint8 and (not images.size or images.max() > 16):
        return images
    low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("a pixel is no finite number")
    if low < 0:
        top, bottom = max(high, -low), -max(high, -low)
    else:
        bottom, top = 0.0, next((top for top in (1.0, 16.0, 255.0) if high <= top), high)
    result = np.empty(images.shape, np.uint8)
    scale = 255.0 / ((top - bottom) or 1.0)
    for start in range(0, len(images), 4096):  # so that no second copy of all of them is made
        part = images[start : start + 4096].astype(np.float64)
        result[start : start + 4096] = np.round((part - bottom) * scale)
    return result


def is_dark_on_light(images: Pixels) -> bool:
    """Whether most images are dark ink on light paper: the median along their border is light.

    Ink in the data sets here is light, 255, on dark paper, 0.
    """
    some = images[:: max(1, len(images) // _SAMPLE)]
    border = np.concatenate([some[:, 0], some[:, -1], some[:, 1:-1, 0], some[:, 1:-1, -1]], axis=1)
    light = np.median(border, axis=1) > 127
    return bool(light.mean() > 0.5)


def looks_transposed(images: Pixels, labels: Sequence[str]) -> bool | None:
    """Whether characters that are written tall lie on their side; None where too few of them are there.

    Args:
        images: ``(n, rows, columns)``, light ink on dark paper.
        labels: of each, as text.
    """
    tall = [at for at, label in enumerate(labels) if label in _TALL]
    if len(tall) < _FEWEST:
        return None
    some = np.greater(images[tall[:: max(1, len(tall) // _SAMPLE)]], 63)
    height, width = _extent(np.any(some, axis=2)), _extent(np.any(some, axis=1))
    inked = (height > 0) & (width > 0)
    if not inked.any():
        return None
    lean = float(np.median(np.log(height[inked] / width[inked])))
    return None if abs(lean) < _LYING else lean < 0


def _extent(inked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """From the first to the last True of each line; 0 where there is none. ``(n, side)`` → ``(n,)``."""
    first = inked.argmax(axis=1)
    last = inked.shape[1] - inked[:, ::-1].argmax(axis=1)
    return np.where(inked.any(axis=1), last - first, 0)
