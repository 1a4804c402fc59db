"""Operations on bitmaps of ink: connected pieces, distances, extent, size."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from lstm_core.arrays import BoolArray, FloatArray

# The longest side of the bitmap on which strokes are measured and restyled: six times MNIST's box.
WORK_SIDE = 120
# Pieces with less ink than this share of the largest piece are specks, not strokes.
SPECK_SHARE = 0.05
# So are pieces smaller than this share of the drawing's longest side, and digits of so few pixels.
SPECK_EXTENT, SPECK_PIXELS = 0.02, 4

# Brightness differences below this share of the full range are paper and lighting, not ink.
CONTRAST = 0.12


def stroke_area(mask: BoolArray) -> BoolArray:
    """The cells of a coarse grid, at the mask's resolution, that belong to strokes rather than specks.

    Connected pieces are found on a grid of about 64 cells a side, so gaps thinner than a cell do not
    tear a stroke apart.
    """
    from scipy import ndimage

    cell = math.ceil(max(mask.shape) / 64)
    height, width = (math.ceil(side / cell) for side in mask.shape)
    padded = np.zeros((height * cell, width * cell), bool)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    ink = padded.reshape(height, cell, width, cell).sum(axis=(1, 3))
    labels, count = ndimage.label(ink, np.ones((3, 3)))
    amounts = ndimage.sum_labels(ink, labels, np.arange(count + 1))
    amounts[0] = 0  # the paper
    least = max(SPECK_SHARE * amounts.max(), (SPECK_EXTENT * max(mask.shape)) ** 2)
    kept = (amounts >= least)[labels]
    return kept.repeat(cell, axis=0).repeat(cell, axis=1)[: mask.shape[0], : mask.shape[1]]


def distance_transform(mask: BoolArray) -> FloatArray:
    """Euclidean distance from every True pixel to the nearest False one; 0 on the False ones.

    At least one pixel must be False.
    """
    from scipy import ndimage

    return np.asarray(ndimage.distance_transform_edt(mask), np.float32)


def resized(image: FloatArray, height: int, width: int) -> FloatArray:
    """Scale by bicubic interpolation, anti-aliased when it shrinks; every side becomes at least 1."""
    size = max(1, width), max(1, height)
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC))


def bounding_box(mask: BoolArray) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what is True, as slice bounds; zeros where nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def cropped(bitmap: BoolArray) -> BoolArray:
    """What is True, with one False pixel all around."""
    top, bottom, left, right = bounding_box(bitmap)
    return np.pad(bitmap[top:bottom, left:right], 1)
