"""Digits written narrow, above all nines: MNIST has them about as wide as they are in print."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.digit_forms import measure
from lstm_core.data.augmentation.warp import framing, pixel_positions, sample

SHARES: Mapping[int, float] = MappingProxyType({0: 0.08, 2: 0.05, 3: 0.05, 4: 0.05, 6: 0.08, 8: 0.08, 9: 0.2})
"""By digit, the share of its images that are made narrow."""

NARROWEST = 0.34
"""Width of a digit, as a share of its height, that none is made narrower than."""


def make_narrow(images: FloatArray, labels: NDArray[np.integer], rng: np.random.Generator) -> FloatArray:
    """Press some digits together from the sides, with strokes as wide as they were.

    Args and result as for `augment`. The middle of mass stays where it is.
    """
    share = np.zeros(int(max(labels.max(initial=0), *SHARES)) + 1)
    share[list(SHARES)] = list(SHARES.values())
    chosen = np.flatnonzero(rng.random(len(images)) < share[labels])
    if not len(chosen):
        return images
    old = images[chosen]
    ink = measure(old)
    width, height = ink.width + 1, ink.height + 1
    most = np.clip(width / (NARROWEST * height), 1, None)
    factor = np.minimum(rng.uniform(1.15, 2.0, len(chosen)), most).astype(np.float32)[:, None]
    _, rows, columns = images.shape
    middle = (columns - 1) / 2 + framing(old)[1][:, 1:]
    row, column = pixel_positions(rows, columns)
    read_at = np.empty((len(chosen), 2, rows * columns), np.float32)
    read_at[:, 0] = row
    pressed = np.zeros_like(old)
    # Upright strokes became thinner; reading half of what they lost to both sides widens them again.
    lost = ink.radius[:, None] * (factor - 1)
    for side in (-1, 0, 1):
        read_at[:, 1] = middle + (column - middle) * factor + side * lost
        np.maximum(pressed, sample(old, read_at), out=pressed)
    result = images.copy()
    result[chosen] = pressed
    return result
