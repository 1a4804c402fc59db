"""Digits as strokes to draw with, and whether two images are nearly the same."""

from __future__ import annotations

import numpy as np

from lstm_core.drawing.strokes import (
    ink_from_strokes,
)

CANVAS = (280, 280)


# Digits as polylines in a unit box, y downward.
TWO = [np.array([(0.1, 0.2), (0.4, 0.0), (0.7, 0.15), (0.65, 0.4), (0.0, 1.0), (0.75, 0.95)])]


FOUR = [
    np.array([(0.35, 0.0), (0.0, 0.6), (0.75, 0.6)]),
    np.array([(0.6, 0.2), (0.55, 1.0)]),
]


SEVEN = [np.array([(0.0, 0.1), (0.7, 0.0), (0.3, 1.0)]), np.array([(0.15, 0.5), (0.65, 0.5)])]


DIGITS = {"two": TWO, "four": FOUR, "seven": SEVEN}


def draw(
    digit: list[np.ndarray], *, side: float = 180, at: tuple[float, float] = (60, 50), pen: float = 20
) -> np.ndarray:
    return ink_from_strokes([stroke * side + at for stroke in digit], pen, CANVAS)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference as a share of the mean ink; images one pixel apart have about 0.8."""
    return float(np.abs(one - other).mean() / one.mean())


def nearly_same(one: np.ndarray, other: np.ndarray, share: float) -> bool:
    """Alike within ``share``, also when rounding puts the centre of mass one pixel elsewhere."""
    moved = (np.roll(other, (y, x), axis=(0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1))
    return min(apart(one, each) for each in moved) < share
