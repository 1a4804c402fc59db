"""From what a person drew or uploaded to an image like those the network learnt from.

Two steps with one type between them, *ink*: a ``(height, width)`` float32 array in [0, 1] of any size,
1 where there is full ink and 0 where there is bare paper.

- Something drawn → ink: `ink_from_strokes`, `ink_from_fabric`, `ink_from_rgba`, `ink_from_file`.
- Ink → the network's image: `normalise`, which repeats how the data set was made (see `Recipe`).

Data sets hold neither hairlines nor brush strokes, so `normalise` also makes all pens alike: it measures
the width of the stroke and moves its edges until it is as wide as is usual in the data set.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lstm_core.arrays import BoolArray, FloatArray
from lstm_core.drawing.bitmap import (
    CONTRAST,
    SPECK_EXTENT,
    SPECK_PIXELS,
    WORK_SIDE,
    bounding_box,
    cropped,
    distance_transform,
    resized,
    stroke_area,
)
from lstm_core.errors import InvalidValue


@dataclass(frozen=True)
class Recipe:
    """How a data set places a digit in its field.

    Attributes:
        box: height and width of the box the digit is scaled into, as shares of the field's rows and
            columns.
        stroke: usual width of the stroke, as a share of the longest side of the digit.
        upright: whether slant is removed and the digit stretched to fill the box; otherwise it keeps
            its slant and its aspect ratio.
        blocks: side of the blocks whose ink is counted in a finer bitmap; 1 for anti-aliased grey.
        by_mass: whether the centre of mass comes to the middle of the field, or the box.
    """

    box: tuple[float, float]
    stroke: float
    upright: bool
    blocks: int
    by_mass: bool


# LeCun, Bottou, Bengio & Haffner (1998), "Gradient-based learning applied to document recognition",
# III-A: into 20 × 20 keeping the aspect ratio, anti-aliased, by centre of mass in 28 × 28. Strokes of
# the training images are 1.5 to 4 pixels wide, half of them between 1.9 and 2.8.
MNIST = Recipe(box=(20 / 28, 20 / 28), stroke=2.5 / 20, upright=False, blocks=1, by_mass=True)
# Alpaydin & Kaynak (1998), "Optical Recognition of Handwritten Digits": bitmaps of NIST's form-based
# handprint recognition system (Garris et al. 1994: upright, 20 × 32 in 32 × 32) counted in 4 × 4 blocks.
UCI = Recipe(box=(1.0, 20 / 32), stroke=4.8 / 32, upright=True, blocks=4, by_mass=False)


def recipe(rows: int, columns: int) -> Recipe:
    """The recipe for a field of this size: the UCI digits' up to 16 × 16, MNIST's for larger ones."""
    return UCI if max(rows, columns) <= 16 else MNIST


def normalise(ink: FloatArray, rows: int, columns: int) -> FloatArray:
    """Turn ink of any size into an image like those of the data set with ``rows`` × ``columns``.

    Where the digit was drawn, how large and with which pen makes next to no difference to the result.

    Args:
        ink: ``(height, width)`` float32 in [0, 1].
        rows, columns: size of the network's images.

    Returns:
        ``(rows, columns)`` float32 in [0, 1]. All zeros when there is nothing to read: no ink, specks
        only, or a single dot (see `is_blank`).

    Raises:
        InvalidValue: the ink is not a two-dimensional array of finite numbers, or the size is not
            positive.
    """
    if ink.ndim != 2 or not ink.size:
        raise InvalidValue("ink", "of shape (height, width)", ink.shape)
    if not np.isfinite(ink).all():
        raise InvalidValue("ink", "finite everywhere", ink[~np.isfinite(ink)][0])
    if min(rows, columns) < 1:
        raise InvalidValue("rows × columns", "at least 1 × 1", (rows, columns))
    style = recipe(rows, columns)
    field = np.zeros((rows * style.blocks, columns * style.blocks), np.float32)
    bitmap = _digit(ink)
    if bitmap is None:
        return field[:rows, :columns]
    if style.upright:
        bitmap = _stretch(_upright(bitmap), style.box[1] * columns / (style.box[0] * rows))
    _place(_restyle(bitmap, style.stroke), field, style)
    if style.blocks == 1:
        return field
    counted = (field > 0.5).reshape(rows, style.blocks, columns, style.blocks)
    return counted.mean(axis=(1, 3), dtype=np.float32)


def is_blank(image: FloatArray) -> bool:
    """Whether an image as `normalise` returns it holds nothing to read."""
    return not bool(np.any(image > 0))


def _digit(ink: FloatArray) -> BoolArray | None:
    """The digit alone, as a bitmap with the longest side `WORK_SIDE` and one empty pixel all around.

    None when there is nothing to read.
    """
    peak = float(ink.max())
    if peak < CONTRAST:
        return None
    mask = ink >= 0.5 * peak
    mask &= stroke_area(mask)
    top, bottom, left, right = bounding_box(mask)
    longest = max(bottom - top, right - left)
    if longest < max(SPECK_PIXELS, SPECK_EXTENT * max(ink.shape)):
        return None
    # A pixel of paper all around shows the interpolation where the outermost strokes end.
    grey = np.zeros((bottom - top + 2, right - left + 2), np.float32)
    grey[1:-1, 1:-1] = ink[top:bottom, left:right] / peak
    scale = WORK_SIDE / longest
    bitmap = resized(grey, round(grey.shape[0] * scale), round(grey.shape[1] * scale)) > 0.5
    bitmap = cropped(bitmap)
    # The largest disc inside a dot is the dot itself.
    return None if 2 * distance_transform(bitmap).max() > 0.9 * WORK_SIDE else bitmap


def _upright(bitmap: BoolArray) -> BoolArray:
    """Shear the rows so that the line fitted through the ink stands upright, by at most 45°."""
    y, x = np.nonzero(bitmap)
    spread = float(np.var(y))
    slope = float(np.mean((y - y.mean()) * (x - x.mean()))) / spread if spread else 0.0
    slope = min(max(slope, -1.0), 1.0)
    height = len(bitmap)
    margin = math.ceil(abs(slope) * height / 2) + 1
    image = Image.fromarray(np.pad(bitmap, ((1, 1), (margin, margin))).astype(np.float32))
    shear = (1, slope, -slope * (height / 2 + 1), 0, 1, 0)
    sheared = image.transform(image.size, Image.Transform.AFFINE, shear, Image.Resampling.BILINEAR)
    return cropped(np.asarray(sheared) > 0.5)


def _stretch(bitmap: BoolArray, aspect: float) -> BoolArray:
    """Fill a box `WORK_SIDE` high and ``aspect`` times as wide; narrow digits widen by half at most."""
    height, width = bitmap.shape[0] - 2, bitmap.shape[1] - 2
    across = min(WORK_SIDE * aspect, 1.5 * WORK_SIDE * width / height)
    scale = WORK_SIDE / height, across / width
    size = round(bitmap.shape[0] * scale[0]), max(3, round(bitmap.shape[1] * scale[1]))
    return cropped(resized(bitmap.astype(np.float32), *size) > 0.5)


def _restyle(bitmap: BoolArray, stroke: float) -> FloatArray:
    """Redraw a bitmap with strokes ``stroke`` wide, as a share of the longest side of the result.

    In a band of width w the distance to the nearest edge is uniform between 0 and w / 2, so the mean of
    the smaller half of the distances is w / 8, and crossings and filled loops, which are in the larger
    half, hardly matter. Then every edge is moved by the same amount along the distance field.
    """
    inside = distance_transform(bitmap) - 0.5
    depth = np.sort(inside[bitmap])
    pen = 8 * float(depth[: math.ceil(len(depth) / 2)].mean())
    path = max(max(bitmap.shape) - 2 - pen, 1.0)
    move = (path * stroke / (1 - stroke) - pen) / 2
    if move <= 0:
        # Where a stroke is thinner than most, what is left of its middle is kept.
        move = max(move, 0.75 - float(inside.max()))
        return np.clip(inside + (move + 0.5), 0, 1)
    margin = math.ceil(move) + 1
    outside = distance_transform(~np.pad(bitmap, margin)) - 0.5
    return np.clip((move + 0.5) - outside, 0, 1)


def _place(digit: FloatArray, field: FloatArray, style: Recipe) -> None:
    """Scale a digit into the recipe's box and put it where the recipe wants it in ``field``."""
    top, bottom, left, right = bounding_box(digit > 0.5)
    height, width = bottom - top, right - left
    rows, columns = field.shape
    room = round(style.box[0] * rows), round(style.box[1] * columns)
    scale = min(room[0] / height, room[1] / width)
    size = [max(1, math.ceil(side * scale - 1e-6)) for side in (height, width)]
    # The short side is rarely a whole number of pixels: average over a box with paper on both sides.
    margin = math.ceil(1 / scale) + 1
    y, x = (top + bottom) / 2 + margin, (left + right) / 2 + margin
    dy, dx = size[0] / scale / 2, size[1] / scale / 2
    source = Image.fromarray(np.pad(digit, margin))
    box = (x - dx, y - dy, x + dx, y + dy)
    small = np.asarray(source.resize((size[1], size[0]), Image.Resampling.BOX, box=box))
    if style.by_mass:
        # MNIST's centres of mass lie within half a pixel of index rows / 2, columns / 2.
        mass = small.sum()
        at = [
            round(field.shape[axis] / 2 - float(np.arange(size[axis]) @ small.sum(axis=1 - axis) / mass))
            for axis in (0, 1)
        ]
    else:
        at = [(field.shape[axis] - size[axis]) // 2 for axis in (0, 1)]
    y0, x0 = (min(max(at[axis], 0), field.shape[axis] - size[axis]) for axis in (0, 1))
    field[y0 : y0 + size[0], x0 : x0 + size[1]] = small
