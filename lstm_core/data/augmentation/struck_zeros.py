"""Zeros struck through from far above to far below: low round rings on a steep stroke that ends well outside.

The stroke is the longest side of such a zero, so its ring is small, and as bold as any other digit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.digit_forms import measure, one_stroke, placed, stroke_cover
from lstm_core.data.augmentation.warp import framing, pixel_positions, sample

SHARE = 0.1
"""Of the images of zeros."""

ROOMY = 7.0
"""Only a ring so many times as high and as wide as half its stroke is rewritten."""

HOLE = 6.5
"""A ring stays at least so many times as high and as wide as half its stroke."""


def strike_zeros(
    plain: FloatArray, formed: FloatArray, labels: NDArray[np.integer], rng: np.random.Generator
) -> FloatArray:
    """Rewrite some zeros with a low ring and a long steep stroke.

    Args:
        plain: ``(n, rows, columns)`` float32 in [0, 1], before any form was added; not changed.
        formed: the same images as they are now; not changed.
        labels: ``(n,)``, the digit each image shows.
        rng: the only source of randomness.

    Returns:
        ``(n, rows, columns)`` float32 in [0, 1]: ``formed``, or for some zeros ``plain`` rewritten.
    """
    chosen = np.flatnonzero((labels == 0) & (rng.random(len(labels)) < SHARE))
    chosen = chosen[plain[chosen].any((1, 2))]
    ink = measure(plain[chosen])
    # A bold ring would fill when it becomes small.
    chosen = chosen[np.minimum(ink.width, ink.height) > ROOMY * ink.radius]
    if not len(chosen):
        return formed
    ring = _small(plain[chosen], rng)
    ink = measure(ring)
    k = len(chosen)
    middle = placed(ink.top + ink.bottom, ink.left + ink.right) / 2
    middle += rng.normal(0, 0.06, (k, 2)) * ink.width[:, None]
    slant = np.clip(rng.normal(0.25, 0.2, k), -0.1, 0.7)
    up, down = rng.uniform(1.3, 2.2, (2, k)) * ink.height / 2
    way = placed(-np.cos(slant), np.sin(slant))
    line = one_stroke(middle - way * down[:, None], middle + way * up[:, None], rng)
    radius = (ink.radius * rng.uniform(0.8, 1.15, k)).astype(np.float32)
    result = formed.copy()
    result[chosen] = np.maximum(ring, stroke_cover(line, radius, plain.shape[1:]))
    return result


def _small(images: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Rings made lower and a little narrower or wider, with strokes about as wide as they were."""
    _, rows, columns = images.shape
    ink = measure(images)
    # Its hole stays open: a bold ring cannot become as low as a fine one.
    lowest = np.clip(ink.height / (HOLE * ink.radius), 1, None)
    low = np.minimum(rng.uniform(1.2, 1.9, len(images)), lowest)[:, None]
    # Tall narrow rings become about round ones, with a spread.
    proportion = (ink.width + 1) / np.maximum(ink.height + 1, 1)
    narrowest = np.clip(ink.width / (HOLE * ink.radius), 1, None)
    thin = low[:, 0] * proportion * rng.uniform(0.85, 1.3, len(images))
    thin = np.clip(thin, 0.8, np.minimum(narrowest, 2.0))[:, None]
    row, column = pixel_positions(rows, columns)
    middle = framing(images)[1] + np.array([(rows - 1) / 2, (columns - 1) / 2], np.float32)
    read_at = np.empty((len(images), 2, rows * columns), np.float32)
    small = np.zeros_like(images)
    lost_rows, lost_columns = (ink.radius[:, None] * np.maximum(by - 1, 0) for by in (low, thin))
    for turn in range(8):
        side = np.cos(turn * np.pi / 4), np.sin(turn * np.pi / 4)
        read_at[:, 0] = middle[:, :1] + (row - middle[:, :1]) * low + side[0] * lost_rows
        read_at[:, 1] = middle[:, 1:] + (column - middle[:, 1:]) * thin + side[1] * lost_columns
        np.maximum(small, sample(images, read_at), out=small)
    return small
