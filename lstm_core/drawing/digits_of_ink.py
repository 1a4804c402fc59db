"""Ink → the digits in it, each by itself, in the order in which they are read.

The pieces of ink are put together again where one digit was drawn in several strokes: pieces above each
other, and short pieces beside a tall one. What is left apart are digits of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.drawing.bitmap import SPECK_SHARE, bounding_box, stroke_area
from lstm_core.drawing.normalise import is_blank, normalise
from lstm_core.errors import ImageRejected

MOST_DIGITS = 20
"""More pieces than these are a page of writing, or no writing at all."""

_ABOVE = 0.3
"""Pieces that share so much of the narrower one's width belong together if they are near each other."""

_NEAR = 0.3
"""Of the tallest piece's height: how far apart the parts of one digit may be."""

_HALF, _TOUCH = 0.6, 0.08
"""A piece above another of about the same height belongs to the next line unless they nearly touch."""

_SHORT = 0.45
"""Pieces lower than this share of the tallest one are parts of the nearest digit."""

_UNEQUAL = 0.78
"""A piece that is lower than this beside a taller one, close to it, is a part, as in a 4 of two strokes."""

_CLOSE = 0.22
_CRACK = 0.005
"""Half of a gap that cuts no stroke, of the ink's height, such as the edge of a shadow leaves."""

_WIDEST = 1.35
"""Width of a digit in its heights; wider ones may be two that touch."""


@dataclass(frozen=True)
class DigitInk:
    """One digit.

    Attributes:
        ink: ``(height, width)`` float32 in [0, 1], what belongs to it inside of its box.
        box: left, top, right and bottom in pixels of the ink it was found in.
        touching: whether it is so wide that it may be two digits that touch.
    """

    ink: FloatArray
    box: tuple[int, int, int, int]
    touching: bool


def images_of(digits: Iterable[DigitInk], rows: int, columns: int) -> list[tuple[DigitInk, FloatArray]]:
    """Each digit with its image ``(rows, columns)`` float32 in [0, 1], made like those of the data sets.

    What is too small or only a dot is left out.
    """
    images = ((digit, normalise(digit.ink, rows, columns)) for digit in digits)
    return [(digit, image) for digit, image in images if not is_blank(image)]


def digits_of(ink: FloatArray, *, apart: bool = True) -> list[DigitInk]:
    """The digits in ink, line by line and from left to right; nothing where there is no ink.

    Args:
        ink: ``(height, width)`` float32 in [0, 1].
        apart: whether what stands apart are several; otherwise all ink is one, such as a sign of two parts.

    Raises:
        ImageRejected: there are more than `MOST_DIGITS`.
    """
    from scipy import ndimage

    peak = float(ink.max(initial=0))
    if peak <= 0:
        return []
    mask = ink >= 0.5 * peak
    mask &= stroke_area(mask)
    y0, y1, x0, x1 = bounding_box(mask)
    if y0 == y1:
        return []
    inside = mask[y0:y1, x0:x1]
    joined = inside
    if reach := round(_CRACK * (y1 - y0)):
        joined = ndimage.binary_dilation(inside, np.ones((3, 3)), iterations=reach)
    labels, count = ndimage.label(joined, np.ones((3, 3)))
    labels[~inside] = 0
    found = ndimage.find_objects(labels)
    boxes = np.array([(x0 + x.start, y0 + y.start, x0 + x.stop, y0 + y.stop) for y, x in found])
    areas = np.bincount(labels.ravel())[1:]
    pieces = np.flatnonzero(areas >= SPECK_SHARE * areas.max())
    if not apart:
        return [replace(_digit(ink, boxes[pieces]), touching=False)]
    groups = _groups(boxes[pieces])
    if len(groups) > MOST_DIGITS:
        raise ImageRejected(
            f"There are {len(groups)} pieces of writing; at most {MOST_DIGITS} digits are read at a time. "
            "Cut out the digits that should be read."
        )
    if len(groups) == 1:
        return [_digit(ink, boxes[pieces])]
    owner = np.zeros(count + 1, np.intp)
    for number, group in enumerate(groups, start=1):
        owner[pieces[group] + 1] = number
    of = np.zeros(ink.shape, np.intp)
    of[y0:y1, x0:x1] = owner[labels]
    digits = [
        _digit(_alone(ink, of, number), boxes[pieces[group]]) for number, group in enumerate(groups, start=1)
    ]
    return _in_reading_order(digits)


def _groups(boxes: NDArray[Any]) -> list[NDArray[np.intp]]:
    """Which pieces make up one digit each."""
    of = np.arange(len(boxes))
    tallest = int((boxes[:, 3] - boxes[:, 1]).max())
    for one in range(len(boxes)):
        for other in range(one):
            if _one_digit(boxes[one], boxes[other], tallest):
                of[of == of[one]] = of[other]
    groups = [np.flatnonzero(of == group) for group in np.unique(of)]
    return _with_short_parts(boxes, groups, tallest)


def _one_digit(one: NDArray[Any], other: NDArray[Any], tallest: int) -> bool:
    """Whether two pieces, by their boxes, are parts of one digit."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    narrower = min(one[2] - one[0], other[2] - other[0])
    heights = sorted((one[3] - one[1], other[3] - other[1]))
    if across > _ABOVE * narrower:
        return bool(-down < (_NEAR if heights[0] < _HALF * heights[1] else _TOUCH) * tallest)
    width = max(one[2], other[2]) - min(one[0], other[0])
    unequal = heights[0] < _UNEQUAL * heights[1] and width < heights[1]
    return bool(unequal and -across < _CLOSE * heights[1] and down > 0.5 * heights[0])


def _with_short_parts(
    boxes: NDArray[Any], groups: list[NDArray[np.intp]], tallest: int
) -> list[NDArray[np.intp]]:
    """Groups lower than a digit joined to the nearest one that is not."""
    heights = np.array([boxes[group, 3].max() - boxes[group, 1].min() for group in groups])
    whole = [group for group, height in zip(groups, heights, strict=True) if height >= _SHORT * tallest]
    for group, height in zip(groups, heights, strict=True):
        if height >= _SHORT * tallest:
            continue
        apart = [_distance(boxes[group], boxes[digit]) for digit in whole]
        nearest = int(np.argmin(apart))
        if apart[nearest] < _NEAR * tallest:
            whole[nearest] = np.append(whole[nearest], group)
        elif height >= 0.5 * _SHORT * tallest:
            whole.append(group)
    return whole


def _distance(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Between the boxes around two groups."""
    low, high = (
        np.concatenate([group[:, :2].min(axis=0), group[:, 2:].max(axis=0)]) for group in (one, other)
    )
    gap = np.maximum(0, np.maximum(low[:2] - high[2:], high[:2] - low[2:]))
    return float(np.hypot(*gap))


def _alone(ink: FloatArray, of: NDArray[np.intp], number: int) -> FloatArray:
    """One digit's ink with the soft rim of its strokes, without the other digits."""
    from scipy import ndimage

    near = ndimage.binary_dilation(of == number, np.ones((3, 3)), iterations=2)
    return np.where(near & ((of == number) | (of == 0)), ink, 0).astype(np.float32)


def _digit(ink: FloatArray, boxes: NDArray[Any]) -> DigitInk:
    """The part of the ink in which the pieces with these boxes are, with a little room around it."""
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    part = ink[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2]
    return DigitInk(part, (left, top, right, bottom), right - left > _WIDEST * (bottom - top))


def _in_reading_order(digits: list[DigitInk]) -> list[DigitInk]:
    """Line by line: a digit whose middle is below another line's lowest is on the next."""
    lines: list[list[DigitInk]] = []
    for digit in sorted(digits, key=lambda found: found.box[1] + found.box[3]):
        middle = (digit.box[1] + digit.box[3]) / 2
        if lines and middle < max(found.box[3] for found in lines[-1]):
            lines[-1].append(digit)
        else:
            lines.append([digit])
    return [digit for line in lines for digit in sorted(line, key=lambda found: found.box[0])]
