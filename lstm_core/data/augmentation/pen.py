"""Thinner and thicker pens, softer and harder edges."""

from __future__ import annotations

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.warp import framing, interpolated, pixel_unit


def change_pen(images: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw every image with a thinner or a thicker pen.

    Each image is blended towards its 3 × 3 grey erosion or dilation by a random share. Strokes that would
    vanish are thinned less, and digits whose loops would fill are thickened less.
    """
    # A pixel of a coarser image is wider than the change wanted, so only a part of it is blended in.
    steps = max(1, round(pixel_unit(images.shape)))
    strength = min(1.0, pixel_unit(images.shape) / steps)
    amount = (rng.uniform(-1, 0.6, (len(images), 1, 1)) * strength).astype(np.float32)
    target = images.copy()
    thicker = amount[:, 0, 0] > 0
    for _ in range(steps):
        target[thicker] = _spread(target[thicker], np.maximum)
        target[~thicker] = _spread(target[~thicker], np.minimum)
    ink = target.sum((1, 2))
    left = ink / np.maximum(images.sum((1, 2)), 1e-6)
    filled = ink / np.maximum(framing(images)[0] ** 2, 1e-6)
    bearable = np.clip(np.where(thicker, 4 * (0.75 - filled), 2 * left), 0, 1)
    changed = interpolated(images, target, np.abs(amount) * bearable[:, None, None])
    return _contrast(changed, np.ones_like(amount))


def change_edges(images: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Soften images by a random share, which rounds their corners, then make their edges hard again."""
    n = len(images)
    # In a coarse image most pixels are edges, whose grey must be kept.
    strength = min(1.0, pixel_unit(images.shape))
    softness = (rng.uniform(0, 0.5, (n, 1, 1)) * strength).astype(np.float32)
    hardness = (1 + rng.uniform(0, 1, (n, 1, 1)) * strength).astype(np.float32)
    blurred = images.copy()
    blurred[:, 1:-1] += (images[:, :-2] + images[:, 2:] - 2 * images[:, 1:-1]) / 4
    across = blurred[:, :, :-2] + blurred[:, :, 2:] - 2 * blurred[:, :, 1:-1]
    blurred[:, :, 1:-1] += across / 4
    return _contrast(interpolated(images, blurred, softness), hardness)


def _contrast(images: FloatArray, hardness: FloatArray) -> FloatArray:
    """Turn grey strokes black and raise the contrast about half of black, where an edge lies; in place."""
    flat = images.reshape(len(images), -1)
    mean_ink = np.einsum("ip,ip->i", flat, flat) / np.maximum(flat.sum(1), 1e-6)
    black = np.clip(1.25 * mean_ink, 0.3, 1)[:, None, None]
    images *= hardness / black
    images += (1 - hardness) / 2
    return np.clip(images, 0, 1, out=images)


def _spread(images: FloatArray, best: np.ufunc) -> FloatArray:
    """3 × 3 grey dilation (``best`` is the maximum) or erosion (minimum); the border repeats itself."""
    tall = images.copy()
    best(tall[:, 1:], images[:, :-1], out=tall[:, 1:])
    best(tall[:, :-1], images[:, 1:], out=tall[:, :-1])
    full = tall.copy()
    best(full[:, :, 1:], tall[:, :, :-1], out=full[:, :, 1:])
    best(full[:, :, :-1], tall[:, :, 1:], out=full[:, :, :-1])
    return full
