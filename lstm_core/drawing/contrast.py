"""How far every pixel of a picture stands out from what surrounds it: by colour, in any light.

Colours are compared as logarithms, so a shadow, which takes a share of the light, moves ink and paper alike.
The direction in which ink differs from paper, in red, green and blue, is found in the picture: it is the main
axis of what differs from the median of the surroundings. Ink may lie at either end of it, dark on light or
light on dark; so each axis gives two planes.
"""

from __future__ import annotations

import math

import numpy as np

from lstm_core.arrays import FloatArray

DARKNESS = 0.15
"""Light added before the logarithm, as a share of white: below it, noise is all there is."""

_COARSE = 160
"""Longest side of the picture in which directions are looked for."""

_SURROUNDINGS = (0.31, 0.47)
"""Sides of the windows of the median, as shares of the longest side."""

_SECOND_AXIS = 0.08
"""A second axis counts from this share of the first one's spread."""

WINDOW = 0.25
"""Nothing wider than this share of the longest side stands out."""

_CELLS = 256
"""Longest side of the grid in which surroundings are computed."""


def logarithms(colours: FloatArray) -> FloatArray:
    """Colours in [0, 1] on a logarithmic scale, again from 0 to 1."""
    scaled = np.log((colours + np.float32(DARKNESS)) / np.float32(DARKNESS))
    return scaled / np.float32(math.log((1 + DARKNESS) / DARKNESS))


def usual(logs: FloatArray) -> FloatArray:
    """The median of the surroundings of every pixel of a coarse picture, ``(height, width, 3)`` float32.

    It is the mean of two medians: the narrow one belongs to a note on a desk, the wide one to a fat stroke.
    """
    import cv2

    coarse = reduced(logs, _COARSE)
    levels = np.round(np.clip(coarse, 0, 1) * 255).astype(np.uint8)
    sides = [max(3, round(share * max(coarse.shape)) | 1) for share in _SURROUNDINGS]
    medians = [cv2.medianBlur(levels, side).astype(np.float32) for side in sides]
    return np.asarray(np.mean(medians, axis=0) / 255, np.float32)


def directions(logs: FloatArray, usual: FloatArray) -> list[FloatArray]:
    """Directions ``(3,)`` in which ink may differ from paper, the likeliest first.

    Args:
        logs: ``(height, width, 3)`` float32, see `logarithms`.
        usual: the medians, see `usual`.

    Returns:
        Each scaled so that the absolute values of its parts sum to 1.
    """
    away = (reduced(logs, _COARSE) - usual).reshape(-1, 3)
    weight = np.abs(away).sum(axis=1, keepdims=True)
    spread, axes = np.linalg.eigh((away * weight).T @ (away * weight))
    found: list[FloatArray] = []
    for share, axis in zip(spread[::-1], axes.T[::-1], strict=True):
        if found and not share > _SECOND_AXIS * spread[-1]:
            break
        along = axis / np.abs(axis).sum()
        sign = 1.0 if float(((away @ along) ** 3).sum()) >= 0 else -1.0
        found += [np.float32(sign) * along.astype(np.float32), np.float32(-sign) * along.astype(np.float32)]
        if len(found) == 4:
            break
    return found


def stands_out(plane: FloatArray, window: float = WINDOW) -> FloatArray:
    """How far each pixel stands out from its surroundings, ``(height, width)`` float32 from 0 up to 1.

    It is the white top-hat, the plane less its opening by a square, so steps between wide areas, such as the
    edge of a sheet, of a desk or of a shadow, do not stand out (Serra 1982, "Image Analysis and Mathematical
    Morphology"). The opening is computed on a coarse grid; where a cell lies on a step, its brighter
    neighbour's value is taken.

    Args:
        plane: ``(height, width)`` float32, the logarithms along a direction of ink, more where there is ink.
        window: side of the square as a share of the longest side.
    """
    import cv2

    height, width = plane.shape
    cell = max(1, math.ceil(max(plane.shape) / _CELLS))
    rows, columns = -(-height // cell), -(-width // cell)
    padded = np.pad(plane, ((0, rows * cell - height), (0, columns * cell - width)), mode="edge")
    least = padded.reshape(rows, cell, columns, cell).min(axis=(1, 3))
    side = max(3, round(window * max(least.shape)) | 1)
    square = np.ones((side, side), np.uint8)
    around = cv2.copyMakeBorder(least, side, side, side, side, cv2.BORDER_REPLICATE)
    opened = cv2.morphologyEx(around, cv2.MORPH_OPEN, square)
    opened = cv2.dilate(opened, np.ones((3, 3), np.uint8))[side:-side, side:-side]
    ground = cv2.resize(opened, (columns * cell, rows * cell), interpolation=cv2.INTER_LINEAR)
    return np.clip(plane - ground[:height, :width], 0, None)


def noise(plane: FloatArray) -> float:
    """The standard deviation of what is no structure: the differences from the median of 3 × 3 pixels."""
    import cv2

    away = np.abs(plane - cv2.medianBlur(np.ascontiguousarray(plane, np.float32), 3))
    return 1.5 * float(np.median(away[::2, ::2]))


def reduced(image: FloatArray, side: int) -> FloatArray:
    """Reduced by averaging so that no side is longer than ``side``."""
    import cv2

    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
