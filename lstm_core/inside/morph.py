"""One image turning into another: the ink moves, or one fades while the other appears.

Moving is displacement interpolation, McCann (1997), "A convexity principle for interacting gases": ink is
cut into parcels of equal mass, each parcel of the first image gets the parcel of the second that makes the
sum of squared ways least, and at share s every parcel has gone s of its way. A parcel is drawn as a small
Gaussian spot. What spots cannot show of an image is added as ``(1 - s)`` and ``s`` of it, so that both ends
are the originals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue

PARCELS = 400
"""Enough for about three to a pixel of a digit's ink; assigning them takes some milliseconds."""

_SPOT = 0.55
"""Standard deviation of a spot, in pixels."""
_FINE = 3
"""Places in a pixel, down and across, where a parcel may lie."""


@dataclass(frozen=True)
class Morph:
    """The way from one image to another.

    Attributes:
        start, end: ``(rows, columns)`` float32 in [0, 1].
        leaves, arrives: ``(PARCELS, 2)`` float64: row and column, in pixels, of every parcel at the ends;
            both empty where an image has no ink, and then the images fade.
    """

    start: FloatArray
    end: FloatArray
    leaves: NDArray[np.float64]
    arrives: NDArray[np.float64]

    def at(self, share: float) -> FloatArray:
        """The image after ``share`` of the way, in [0, 1]: ``(rows, columns)`` float32 in [0, 1].

        At 0 it is ``start`` and at 1 it is ``end``, bit for bit.

        Raises:
            InvalidValue: the share is out of range.
        """
        faded = fade(self.start, self.end, share)
        if share in (0.0, 1.0) or not len(self.leaves):
            return faded
        ends = self._moved(0.0) * (1.0 - share) + self._moved(1.0) * share
        return np.clip(self._moved(share) + faded - ends, 0.0, 1.0).astype(np.float32)

    def _moved(self, share: float) -> NDArray[np.float64]:
        """The parcels alone, drawn where they are after ``share`` of the way."""
        rows, columns = self.start.shape
        places = (1.0 - share) * self.leaves + share * self.arrives
        mass = (1.0 - share) * float(self.start.sum()) + share * float(self.end.sum())
        down, across = _spots(places[:, 0], rows), _spots(places[:, 1], columns)
        return mass / len(places) * (down.T @ across)


def morph(start: FloatArray, end: FloatArray) -> Morph:
    """Find the way from one image to another on which the ink moves least.

    Args:
        start, end: ``(rows, columns)`` float32 in [0, 1], of the same shape.

    Raises:
        InvalidValue: the shapes differ or an image is empty.
    """
    _check(start, end)
    if not start.any() or not end.any():
        nowhere = np.empty((0, 2))
        return Morph(start, end, nowhere, nowhere)
    # SciPy takes a moment to load, and only a morph needs it.
    from scipy.optimize import linear_sum_assignment

    leaves, arrives = _parcels(start), _parcels(end)
    ways = ((leaves[:, None] - arrives[None]) ** 2).sum(axis=-1)
    _, partners = linear_sum_assignment(ways)
    return Morph(start, end, leaves, arrives[partners])


def fade(start: FloatArray, end: FloatArray, share: float) -> FloatArray:
    """``start`` with ``1 - share`` of its ink over ``end`` with ``share`` of its own; float32 in [0, 1].

    Raises:
        InvalidValue: the shapes differ, an image is empty, or the share is not in [0, 1].
    """
    _check(start, end)
    if not 0.0 <= share <= 1.0:
        raise InvalidValue("share", "in [0, 1]", share)
    return (np.float32(1.0 - share) * start + np.float32(share) * end).astype(np.float32)


def _check(start: FloatArray, end: FloatArray) -> None:
    if start.ndim != 2 or not start.size:
        raise InvalidValue("start", "of shape (rows, columns)", start.shape)
    if end.shape != start.shape:
        raise InvalidValue("end", f"of shape {start.shape}, as the other image", end.shape)


def _parcels(image: FloatArray) -> NDArray[np.float64]:
    """``(PARCELS, 2)``: places that each stand for the same amount of ink."""
    fine = np.kron(image.astype(np.float64), np.ones((_FINE, _FINE)))
    amounts = fine.ravel().cumsum()
    wanted = (np.arange(PARCELS) + 0.5) / PARCELS * amounts[-1]
    rows, columns = np.unravel_index(np.searchsorted(amounts, wanted), fine.shape)
    return (np.stack([rows, columns], axis=1) + 0.5) / _FINE - 0.5


def _spots(places: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """``(places, length)``: each spot along one axis; every line sums to 1."""
    distances = (np.arange(length)[None] - places[:, None]) / _SPOT
    spots = np.exp(-0.5 * distances**2)
    return spots / spots.sum(axis=1, keepdims=True)
