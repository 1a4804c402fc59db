"""Images to vary: lines, rings, noise and digits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstm_core.data.augmentation.digit_forms import stroke_cover

FloatArray = NDArray[np.float32]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def lines(n: int, rows: int = 28, columns: int = 28, width: float = 1.4) -> FloatArray:
    """Upright strokes of half the given width in the middle of each image."""
    unit = min(rows, columns) / 28
    ends = np.array([[4, 14], [14, 13.5], [23, 14]]) * (rows / 28, columns / 28)
    points = np.broadcast_to(ends, (n, 1, 3, 2)).astype(np.float32)
    return stroke_cover(points, np.full(n, width * unit, np.float32), (rows, columns))


def ring(n: int, side: int = 28) -> FloatArray:
    row, column = np.indices((side, side)) - (side - 1) / 2
    distance = np.abs(np.hypot(row, column * 1.2) - 9 * side / 28)
    cover = np.clip(1.3 * side / 28 + 0.5 - distance, 0, 1)
    return np.broadcast_to(cover, (n, side, side)).astype(np.float32)


def noise(n: int, rows: int, columns: int) -> FloatArray:
    return rng(9).random((n, rows, columns)).astype(np.float32)


def digits() -> tuple[FloatArray, NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    data = load_digits()
    return (data.images[:200] / 16).astype(np.float32), data.target[:200].astype(np.int64)
