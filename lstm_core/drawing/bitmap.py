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
    cell = math.ceil(max(mask.shape) / 64)
    height, width = (math.ceil(side / cell) for side in mask.shape)
    padded = np.zeros((height * cell, width * cell), bool)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    ink = padded.reshape(height, cell, width, cell).sum(axis=(1, 3))
    unseen = set(zip(*(axis.tolist() for axis in np.nonzero(ink)), strict=True))
    pieces = []
    while unseen:
        piece = [unseen.pop()]
        for y, x in piece:
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & unseen
            unseen -= near
            piece.extend(near)
        pieces.append((sum(int(ink[at]) for at in piece), piece))
    kept = np.zeros((height, width), bool)
    least = max(SPECK_SHARE * max(amount for amount, _ in pieces), (SPECK_EXTENT * max(mask.shape)) ** 2)
    for amount, piece in pieces:
        if amount >= least:
            kept[tuple(zip(*piece, strict=True))] = True
    return kept.repeat(cell, axis=0).repeat(cell, axis=1)[: mask.shape[0], : mask.shape[1]]


def distance_transform(mask: BoolArray, limit: int | None = None) -> FloatArray:
    """Euclidean distance from every True pixel to the nearest False one; 0 on the False ones.

    Exact, by the split into columns and rows of Felzenszwalb & Huttenlocher (2012), "Distance transforms
    of sampled functions", with the rows done by shifting. Distances above ``limit`` may come out too
    large. At least one pixel must be False.
    """
    height, width = mask.shape
    far = height + width
    position = np.arange(height, dtype=np.int32)[:, None]
    above = np.maximum.accumulate(np.where(mask, -far, position), axis=0)
    below = np.minimum.accumulate(np.where(mask, position + far, position)[::-1], axis=0)[::-1]
    column = np.minimum(np.minimum(position - above, below - position), far).astype(np.int32) ** 2
    squared = column.copy()
    for shift in range(1, width if limit is None else min(width, limit + 1)):
        if limit is None and shift * shift >= squared.max():
            break
        reached = column + np.int32(shift * shift)
        np.minimum(squared[:, shift:], reached[:, :-shift], out=squared[:, shift:])
        np.minimum(squared[:, :-shift], reached[:, shift:], out=squared[:, :-shift])
    return np.sqrt(squared, dtype=np.float32)


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
