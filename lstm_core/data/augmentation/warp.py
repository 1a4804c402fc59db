"""Rotate, scale, shear, shift and wobble images, read between their pixels.

Lengths are in pixels of a 28 × 28 image and grow with the image. Positions are (row, column)
of pixel centres.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray

_MNIST_SIDE = 28

_NEARBY_PIXELS = 16_384
"""Of so many images at a time the intermediate results stay in the processor's near memory: 64 images of
32 × 32 are read in 0.5 ms, all at once in 0.7 ms, or in 1.7 ms where the system takes the memory back after
every step (on two cores of an AMD EPYC)."""


@dataclass(frozen=True)
class Frame:
    """A change of scale and place: what is read at ``p`` from the centre is found at ``ratio p + shift``.

    Attributes:
        ratio: ``(n,)``.
        shift: ``(n, 2)`` pixels from the image's centre.
    """

    ratio: FloatArray
    shift: FloatArray


@dataclass(frozen=True, kw_only=True)
class Affine:
    """How strongly images are warped; each value is the largest change in either direction.

    Attributes:
        rotation: radians.
        scale: logarithm of the size.
        stretch: logarithm of the height relative to the width, half of it each.
        shear: columns a row.
        shift: pixels of 28, along each axis.
        wobble: standard deviation of the smooth displacement, pixels of 28, along each axis.
    """

    rotation: float = 0.25
    scale: float = 0.18
    stretch: float = 0.08
    shear: float = 0.25
    shift: float = 1.5
    wobble: float = 0.0

    def positions(
        self, shape: tuple[int, ...], rng: np.random.Generator, frame: Frame | None = None
    ) -> FloatArray:
        """Where each pixel of the result is read in its image.

        Args:
            shape: ``(n, rows, columns)`` of the images.
            rng: draws one warp for each image.
            frame: applied to the images before the warp; by default nothing.

        Returns:
            ``(n, 2, rows × columns)`` float32, rows and columns in pixels, possibly outside the image.
        """
        n, rows, columns = shape
        unit = pixel_unit(shape)
        angle, size, stretch, shear = rng.uniform(-1, 1, (4, n)) * np.reshape(
            (self.rotation, self.scale, self.stretch, self.shear), (4, 1)
        )
        turn = _matrices(np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle))
        slant = _matrices(1, 0, shear, 1)
        resize = _matrices(np.exp(size + stretch), 0, 0, np.exp(size - stretch))
        matrix = turn @ slant @ resize
        offset = rng.uniform(-1, 1, (n, 2)) * self.shift * unit
        if frame is not None:
            matrix *= frame.ratio[:, None, None]
            offset = offset * frame.ratio[:, None] + frame.shift
        grid, hills = pixel_positions(rows, columns), _hills(rows, columns)
        centre = ((rows - 1) / 2, (columns - 1) / 2)
        coefficients = [matrix, (offset + centre)[:, :, None]]
        basis = [grid - np.reshape(centre, (2, 1)), np.ones((1, grid.shape[1]))]
        if self.wobble:
            coefficients.append(rng.normal(0, self.wobble * unit, (n, 2, len(hills))))
            basis.append(hills)
        return np.concatenate(coefficients, 2).astype(np.float32) @ np.concatenate(basis).astype(np.float32)


def sample(images: FloatArray, positions: FloatArray) -> FloatArray:
    """Read images between their pixels, bilinearly; outside of them is paper.

    Args:
        images: ``(n, rows, columns)`` float32.
        positions: ``(n, 2, rows × columns)`` float32, as `Affine.positions` gives them.

    Returns:
        ``(n, rows, columns)`` float32.
    """
    result = np.empty_like(images)
    for part in nearby(images.shape):
        result[part] = _sample(images[part], positions[part])
    return result


def _sample(images: FloatArray, positions: FloatArray) -> FloatArray:
    n, rows, columns = images.shape
    # A border of paper: one pixel before, and two after for the neighbours of the last position.
    padded = np.zeros((n, rows + 3, columns + 3), np.float32)
    padded[:, 1:-2, 1:-2] = images
    at = positions + np.float32(1)
    np.clip(at[:, 0], 0, rows + 1, out=at[:, 0])
    np.clip(at[:, 1], 0, columns + 1, out=at[:, 1])
    whole = at.astype(np.int32)
    at -= whole.astype(np.float32)
    down, right = at[:, 0], at[:, 1]
    within = whole[:, 0] * np.int32(columns + 3)
    within += whole[:, 1]
    index = within + np.arange(n)[:, None] * padded[0].size
    ink = padded.ravel()
    after = ink[columns + 3 :]
    upper = interpolated(ink.take(index), ink[1:].take(index), right)
    lower = interpolated(after.take(index), after[1:].take(index), right)
    return interpolated(upper, lower, down).reshape(images.shape)


def nearby(shape: tuple[int, ...]) -> Iterator[slice]:
    """Images to be computed together, of ``(n, rows, columns)`` of them: all of them, a few at a time."""
    n, rows, columns = shape
    few = max(1, _NEARBY_PIXELS // (rows * columns))
    return (slice(first, first + few) for first in range(0, n, few))


def reframing(before: FloatArray, after: FloatArray) -> Frame:
    """The change that gives images back the framing they had before their ink was changed.

    Drawings are scaled by their longest side and centred by their mass before they are read, so a one that
    gains a foot shrinks or moves. ``before`` and ``after`` are ``(n, rows, columns)`` float32.
    """
    side_before, mass_before = framing(before)
    side_after, mass_after = framing(after)
    ratio = side_after / np.maximum(side_before, 1e-6)
    ratio[(side_before <= 0) | (side_after <= 0)] = 1
    shift = mass_after - ratio[:, None] * mass_before
    return Frame(ratio.astype(np.float32), shift.astype(np.float32))


def framing(images: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Longest side of the ink ``(n,)`` and its centre of mass from the image's centre ``(n, 2)``, pixels."""
    n, rows, columns = images.shape
    highest = np.maximum(images.reshape(n, -1).max(1), 1e-6)
    # Rows and columns count by their darkest pixel, so that a faint edge adds only a part of a pixel.
    tall = images.max(2).sum(1) / highest
    wide = images.max(1).sum(1) / highest
    by_row, by_column = images.sum(2), images.sum(1)
    total = np.maximum(by_row.sum(1), 1e-6)
    row = by_row @ (np.arange(rows) - (rows - 1) / 2).astype(np.float32) / total
    column = by_column @ (np.arange(columns) - (columns - 1) / 2).astype(np.float32) / total
    return np.maximum(tall, wide), np.stack([row, column], 1)


def pixel_unit(shape: tuple[int, ...]) -> float:
    """Pixels of an image of this shape that are as long as one pixel of 28."""
    return min(shape[-2:]) / _MNIST_SIDE


def _matrices(*numbers: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """``(n, 2, 2)``; the numbers of a matrix row by row, ``(n,)`` or one for all of them."""
    return np.stack(np.broadcast_arrays(*numbers), -1).reshape(-1, 2, 2).astype(np.float64)


def interpolated(a: FloatArray, b: FloatArray, share: FloatArray) -> FloatArray:
    """``a`` where the share is 0, ``b`` where it is 1, linear between."""
    mixed: FloatArray = b - a
    mixed *= share
    mixed += a
    return mixed


@lru_cache(maxsize=8)
def pixel_positions(rows: int, columns: int) -> FloatArray:
    """Positions of all pixels, ``(2, rows × columns)``."""
    return np.asarray(np.indices((rows, columns)).reshape(2, -1), np.float32)


@lru_cache(maxsize=8)
def _hills(rows: int, columns: int, knots: int = 4) -> FloatArray:
    """Smooth bumps on a grid of knots over the image, ``(knots², rows × columns)``.

    Weighted with independent unit normals their sum has about unit deviation everywhere.
    """
    sides = []
    for length in (rows, columns):
        apart = np.linspace(0, knots - 1, length) - np.arange(knots)[:, None]
        bumps = np.exp(-(apart**2) / (2 * 0.6**2))
        sides.append(bumps / np.sqrt((bumps**2).sum(0)))
    return np.asarray(np.einsum("ir,jc->ijrc", *sides).reshape(knots**2, -1), np.float32)
