"""Forms that people write but MNIST has few of: slashed zeros, ones with a flag and a foot, barred sevens,
open fours, drawn into the training images by strokes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.warp import pixel_positions, pixel_unit


@dataclass(frozen=True)
class Ink:
    """Where the ink of ``k`` images lies.

    Attributes:
        mask: ``(k, rows, columns)``, true where there is ink.
        top, bottom, left, right: ``(k,)``, the first and last row and column with ink.
        radius: ``(k,)``, half the width of the stroke, pixels.
    """

    mask: NDArray[np.bool_]
    top: FloatArray
    bottom: FloatArray
    left: FloatArray
    right: FloatArray
    radius: FloatArray

    @property
    def height(self) -> FloatArray:
        return self.bottom - self.top

    @property
    def width(self) -> FloatArray:
        return self.right - self.left

    def column(self, row: NDArray[np.floating], reach: float) -> FloatArray:
        """Mean column of the ink within ``reach`` pixels of a row; the box's middle where there is none."""
        near = np.abs(np.arange(self.mask.shape[1]) - row[:, None]) <= reach
        count = (self.mask & near[:, :, None]).sum(1)
        total = count.sum(1)
        mean = count @ np.arange(self.mask.shape[2]) / np.maximum(total, 1)
        return np.where(total > 0, mean, (self.left + self.right) / 2)


# Control points of quadratic Bézier curves, (k, strokes, 3, 2), for k images.
Strokes = Callable[[Ink, np.random.Generator], FloatArray]


@dataclass(frozen=True)
class Form:
    """A way to write a digit: the share of its images that take it, and the strokes that make it."""

    label: int
    share: float
    strokes: Strokes
    width: tuple[float, float] = (0.8, 1.15)
    erases: bool = False


def add_forms(
    images: FloatArray, labels: NDArray[np.integer], rng: np.random.Generator, forms: Sequence[Form]
) -> FloatArray:
    """Rewrite some digits in ``forms``; all other images stay as they are.

    Other args and result as for `augment`; the strokes' width is that of the image they are drawn in. No
    image takes two forms.
    """
    result = images.copy()
    inked = np.asarray(images.any((1, 2)))
    lot = rng.random(len(images))
    taken: dict[int, float] = {}
    for form in forms:
        start = taken.get(form.label, 0.0)
        taken[form.label] = start + form.share
        drawn = (lot >= start) & (lot < start + form.share)
        chosen = np.flatnonzero(inked & (labels == form.label) & drawn)
        if len(chosen):
            ink = measure(result[chosen])
            radius = (ink.radius * rng.uniform(*form.width, len(chosen))).astype(np.float32)
            cover = stroke_cover(form.strokes(ink, rng), radius, images.shape[1:])
            old = result[chosen]
            result[chosen] = old * (1 - cover) if form.erases else np.maximum(old, cover)
    return result


def measure(images: FloatArray) -> Ink:
    """Bounding box and stroke radius of the ink of ``(k, rows, columns)`` images."""
    _, rows, columns = images.shape
    unit = pixel_unit(images.shape)
    mask = images > 0.4
    by_row, by_column = np.asarray(mask.any(2)), np.asarray(mask.any(1))
    # A long stroke of width w has w/2 as much ink as its outline is long, both measured a unit length.
    down, across = np.diff(images, axis=1, append=0), np.diff(images, axis=2, append=0)
    outline = np.hypot(down, across).sum((1, 2))
    radius = images.sum((1, 2)) / np.maximum(outline, 1e-6)
    return Ink(
        mask,
        top=by_row.argmax(1).astype(np.float32),
        bottom=(rows - 1 - by_row[:, ::-1].argmax(1)).astype(np.float32),
        left=by_column.argmax(1).astype(np.float32),
        right=(columns - 1 - by_column[:, ::-1].argmax(1)).astype(np.float32),
        radius=np.clip(radius, 0.7 * unit, 2.5 * unit).astype(np.float32),
    )


def stroke_cover(points: FloatArray, radius: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """How much of each pixel anti-aliased strokes cover.

    Args:
        points: ``(k, strokes, 3, 2)`` control points of quadratic Bézier curves.
        radius: ``(k,)`` half the strokes' width.
        shape: ``(rows, columns)`` of the result.

    Returns:
        ``(k, rows, columns)`` float32 in [0, 1].
    """
    t = np.linspace(0, 1, 5)[:, None]
    start, control, end = (points[:, :, i, None, :] for i in range(3))
    curve = ((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end).astype(np.float32)
    a = curve[:, :, :-1].reshape(len(points), -1, 2, 1)
    along = curve[:, :, 1:].reshape(a.shape) - a
    away = pixel_positions(*shape) - a
    share = (away * along).sum(2, keepdims=True) / np.maximum((along**2).sum(2, keepdims=True), 1e-6)
    away -= np.clip(share, 0, 1) * along
    distance = np.sqrt((away**2).sum(2).min(1))
    cover = np.clip(radius[:, None] + 0.5 - distance, 0, 1)
    return np.asarray(cover, np.float32).reshape(-1, *shape)


def slash(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A zero's slash: inside the loop, across it or beyond; rarely the other way, rarely a dot."""
    k = len(ink.top)
    middle = placed(ink.top + ink.bottom, ink.left + ink.right) / 2
    centre = middle + rng.normal(0, 0.04, (k, 2)) * ink.height[:, None]
    reach = rng.choice([0.55, 0.95, 1.2], k, p=[0.25, 0.4, 0.35]) * rng.uniform(0.9, 1.12, k)
    reach[rng.random(k) < 0.06] = 0.06
    across = np.maximum(ink.width, 0.5 * ink.height) * rng.uniform(0.8, 1.05, k)
    backwards = rng.random(k) < 0.04
    across[backwards] *= -1
    reach[backwards] = np.minimum(reach[backwards], 0.95)
    half = placed(-ink.height * rng.uniform(0.7, 1.0, k), across) / 2 * reach[:, None].astype(np.float32)
    roomy = np.minimum(ink.width, ink.height) > 8 * ink.radius
    return only(roomy, one_stroke(centre - half, centre + half, rng))


def flag(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's flag: from the top of its stem down to the left."""
    return hanging(ink, rng, (0.5, 1.15), (0.2, 0.5))


def hanging(
    ink: Ink, rng: np.random.Generator, angles: tuple[float, float], lengths: tuple[float, float]
) -> FloatArray:
    """A stroke from the top of the ink down to the left.

    Args:
        ink: where it hangs.
        rng: chooses evenly between the bounds.
        angles: to the horizontal, in radians.
        lengths: as shares of the ink's height.
    """
    k = len(ink.top)
    row = ink.top + ink.radius
    tip = placed(row, ink.column(row, 1))
    angle = rng.uniform(*angles, k)
    length = ink.height * rng.uniform(*lengths, k)
    return one_stroke(tip, tip + placed(length * np.sin(angle), -length * np.cos(angle)), rng)


def foot(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's foot: a level line under its stem, if that is upright."""
    k = len(ink.top)
    row = ink.bottom - ink.radius * rng.uniform(0.3, 1, k)
    column = ink.column(ink.bottom - ink.radius, 1)
    rise = ink.height * rng.uniform(-0.05, 0.05, k)
    left, right = ink.height * rng.uniform(0.14, 0.45, (2, k))
    upright = ink.width < 0.6 * ink.height
    line = one_stroke(placed(row + rise, column - left), placed(row - rise, column + right), rng)
    return only(upright, line)


def flag_and_foot(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's flag, and its foot if the stem is upright."""
    return np.concatenate([flag(ink, rng), foot(ink, rng)], 1)


def bar(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A seven's bar across the stem, if it has none yet."""
    k = len(ink.top)
    row = ink.top + ink.height * rng.uniform(0.42, 0.62, k)
    column = ink.column(row, 1) + ink.height * rng.uniform(-0.06, 0.06, k)
    angle = rng.normal(0.08, 0.15, k)
    length = ink.height * rng.uniform(0.17, 0.34, k)
    half = placed(-length * np.sin(angle), length * np.cos(angle))
    stem = np.abs(np.arange(ink.mask.shape[1]) - row[:, None]) <= 0.2 * ink.height[:, None]
    widest = (ink.mask & stem[:, :, None]).sum(2).max(1)
    line = one_stroke(placed(row, column) - half, placed(row, column) + half, rng)
    return only(widest < 0.3 * ink.height + 2 * ink.radius, line)


def left_end_of_top(ink: Ink) -> FloatArray:
    """Where the top stroke of each seven begins, ``(k, 2)``, row and column."""
    rows = ink.mask.shape[1]
    upper = np.arange(rows) <= (ink.top + 0.4 * ink.height)[:, None]
    head = ink.mask & upper[:, :, None]
    left = head.any(1).argmax(1)
    end = np.take_along_axis(head, left[:, None, None], 2)[:, :, 0]
    row = end @ np.arange(rows) / np.maximum(end.sum(1), 1)
    return placed(row, left + ink.radius)


def serif(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A seven's serif: a short stroke down from the left end of its top, if that is not too near the stem."""
    tip = left_end_of_top(ink)
    k = len(tip)
    length = ink.height * rng.uniform(0.12, 0.22, k)
    line = one_stroke(tip, tip + placed(length, length * rng.uniform(-0.3, 0.15, k)), rng)
    return only(ink.width > 0.6 * ink.height, line)


def bar_and_serif(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A seven's bar and serif, each where it fits."""
    return np.concatenate([bar(ink, rng), serif(ink, rng)], 1)


def opening(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """What is rubbed out to open a four: from the top of the space between its arms upwards."""
    _, rows, columns = ink.mask.shape
    seen = np.logical_or.accumulate
    after, before = np.asarray(seen(ink.mask, 2)), np.asarray(seen(ink.mask[:, :, ::-1], 2))[:, :, ::-1]
    between = ~ink.mask & after & before
    between &= (np.arange(rows) <= (ink.top + 0.5 * ink.height)[:, None])[:, :, None]
    row = between.any(2).argmax(1)
    first = np.take_along_axis(between, row[:, None, None], 1)[:, 0]
    column = first @ np.arange(columns) / np.maximum(first.sum(1), 1)
    above = np.minimum(ink.top, row) - 2 * ink.radius
    return only(between.any((1, 2)), one_stroke(placed(row + 1.0, column), placed(above, column), rng))


FORMS: tuple[Form, ...] = (
    Form(0, 0.22, slash),
    Form(1, 0.07, flag),
    Form(1, 0.07, foot),
    Form(1, 0.11, flag_and_foot),
    Form(4, 0.15, opening, width=(1.0, 1.3), erases=True),
    Form(7, 0.15, bar),
    Form(7, 0.04, serif),
    Form(7, 0.04, bar_and_serif),
)


def one_stroke(
    start: NDArray[np.floating], end: NDArray[np.floating], rng: np.random.Generator
) -> FloatArray:
    """One slightly bent stroke an image, ``(k, 1, 3, 2)``."""
    along = end - start
    bend = rng.normal(0, 0.08, (len(start), 1)) * along[:, ::-1] * (1, -1)
    return np.stack([start, (start + end) / 2 + bend, end], 1)[:, None].astype(np.float32)


def only(where: NDArray[np.bool_], strokes: FloatArray) -> FloatArray:
    """Moves the strokes of all other images far outside of them, where they leave no ink."""
    return strokes - np.where(where, 0, 1e3).astype(np.float32)[:, None, None, None]


def placed(row: NDArray[np.floating], column: NDArray[np.floating]) -> FloatArray:
    """One point an image, ``(k, 2)``."""
    return np.stack([row, column], 1).astype(np.float32)
