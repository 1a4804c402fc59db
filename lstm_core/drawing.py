"""From what a person drew or uploaded to an image like those the network learnt from.

Two steps with one type between them, *ink*: a ``(height, width)`` float32 array in [0, 1] of any size,
1 where there is full ink and 0 where there is bare paper.

- Something drawn → ink: `ink_from_strokes`, `ink_from_fabric`, `ink_from_rgba`, `ink_from_file`.
- Ink → the network's image: `normalise`, which repeats how the data set was made (see `Recipe`).

Data sets hold neither hairlines nor brush strokes, so `normalise` also makes all pens alike: it measures
the width of the stroke and moves its edges until it is as wide as is usual in the data set.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageOps, UnidentifiedImageError

from lstm_core.errors import ImageRejected, InvalidValue

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
ByteArray = NDArray[np.uint8]
Points = NDArray[np.float64]

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_FILE_PIXELS = 40_000_000
MAX_STROKE_COMMANDS = 20_000

# Uploads are reduced to this longest side before anything is computed on them.
_UPLOAD_SIDE = 800
# The longest side of the bitmap on which strokes are measured and restyled: six times MNIST's box.
_WORK_SIDE = 120
# Pieces with less ink than this share of the largest piece are specks, not strokes.
_SPECK_SHARE = 0.05
# So are pieces smaller than this share of the drawing's longest side, and digits of so few pixels.
_SPECK_EXTENT, _SPECK_PIXELS = 0.02, 4
# Brightness differences below this share of the full range are paper and lighting, not ink.
_CONTRAST = 0.12
# Weights of red, green and blue bytes in the brightness from 0 to 1, ITU-R BT.601.
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32) / np.float32(255)
# Strokes are drawn on a field this many times finer than the canvas, then reduced.
_PEN_SUPERSAMPLE = 3


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


def png(image: FloatArray) -> bytes:
    """A PNG file of ink or of a normalised image, white on black as in MNIST.

    Args:
        image: ``(height, width)`` float32 in [0, 1]; with a third axis of three, red, green and blue.
    """
    pixels = np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _digit(ink: FloatArray) -> BoolArray | None:
    """The digit alone, as a bitmap with the longest side `_WORK_SIDE` and one empty pixel all around.

    None when there is nothing to read.
    """
    peak = float(ink.max())
    if peak < _CONTRAST:
        return None
    mask = ink >= 0.5 * peak
    mask &= _pieces(mask)
    top, bottom, left, right = _extent(mask)
    longest = max(bottom - top, right - left)
    if longest < max(_SPECK_PIXELS, _SPECK_EXTENT * max(ink.shape)):
        return None
    # A pixel of paper all around shows the interpolation where the outermost strokes end.
    grey = np.zeros((bottom - top + 2, right - left + 2), np.float32)
    grey[1:-1, 1:-1] = ink[top:bottom, left:right] / peak
    scale = _WORK_SIDE / longest
    bitmap = _resize(grey, round(grey.shape[0] * scale), round(grey.shape[1] * scale)) > 0.5
    bitmap = _cropped(bitmap)
    # The largest disc inside a dot is the dot itself.
    return None if 2 * _distance(bitmap).max() > 0.9 * _WORK_SIDE else bitmap


def _pieces(mask: BoolArray) -> BoolArray:
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
    least = max(_SPECK_SHARE * max(amount for amount, _ in pieces), (_SPECK_EXTENT * max(mask.shape)) ** 2)
    for amount, piece in pieces:
        if amount >= least:
            kept[tuple(zip(*piece, strict=True))] = True
    return kept.repeat(cell, axis=0).repeat(cell, axis=1)[: mask.shape[0], : mask.shape[1]]


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
    return _cropped(np.asarray(sheared) > 0.5)


def _stretch(bitmap: BoolArray, aspect: float) -> BoolArray:
    """Fill a box `_WORK_SIDE` high and ``aspect`` times as wide; narrow digits widen by half at most."""
    height, width = bitmap.shape[0] - 2, bitmap.shape[1] - 2
    across = min(_WORK_SIDE * aspect, 1.5 * _WORK_SIDE * width / height)
    scale = _WORK_SIDE / height, across / width
    size = round(bitmap.shape[0] * scale[0]), max(3, round(bitmap.shape[1] * scale[1]))
    return _cropped(_resize(bitmap.astype(np.float32), *size) > 0.5)


def _restyle(bitmap: BoolArray, stroke: float) -> FloatArray:
    """Redraw a bitmap with strokes ``stroke`` wide, as a share of the longest side of the result.

    In a band of width w the distance to the nearest edge is uniform between 0 and w / 2, so the mean of
    the smaller half of the distances is w / 8, and crossings and filled loops, which are in the larger
    half, hardly matter. Then every edge is moved by the same amount along the distance field.
    """
    inside = _distance(bitmap) - 0.5
    depth = np.sort(inside[bitmap])
    pen = 8 * float(depth[: math.ceil(len(depth) / 2)].mean())
    path = max(max(bitmap.shape) - 2 - pen, 1.0)
    move = (path * stroke / (1 - stroke) - pen) / 2
    if move <= 0:
        # Where a stroke is thinner than most, what is left of its middle is kept.
        move = max(move, 0.75 - float(inside.max()))
        return np.clip(inside + (move + 0.5), 0, 1)
    margin = math.ceil(move) + 1
    outside = _distance(~np.pad(bitmap, margin), limit=margin) - 0.5
    return np.clip((move + 0.5) - outside, 0, 1)


def _place(digit: FloatArray, field: FloatArray, style: Recipe) -> None:
    """Scale a digit into the recipe's box and put it where the recipe wants it in ``field``."""
    top, bottom, left, right = _extent(digit > 0.5)
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


def _distance(mask: BoolArray, limit: int | None = None) -> FloatArray:
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


def _resize(image: FloatArray, height: int, width: int) -> FloatArray:
    """Scale by bicubic interpolation, anti-aliased when it shrinks; every side becomes at least 1."""
    size = max(1, width), max(1, height)
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC))


def _extent(mask: BoolArray) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what is True, as slice bounds; zeros where nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _cropped(bitmap: BoolArray) -> BoolArray:
    """What is True, with one False pixel all around."""
    top, bottom, left, right = _extent(bitmap)
    return np.pad(bitmap[top:bottom, left:right], 1)


def ink_from_strokes(
    strokes: Sequence[NDArray[np.floating[Any]]],
    width: float | Sequence[float],
    size: tuple[int, int],
) -> FloatArray:
    """Draw polylines as a browser's canvas does with round caps and joins, anti-aliased.

    Args:
        strokes: each ``(points, 2)``, x then y in canvas pixels, y downward. One point is a dot.
        width: pen width in canvas pixels, one for all strokes or one for each.
        size: ``(height, width)`` of the canvas in pixels.

    Returns:
        ``size`` float32 ink. What lies outside the canvas is cut off.

    Raises:
        InvalidValue: a stroke that is not ``(points, 2)``, or a width that is missing or not positive.
    """
    widths = list(width) if isinstance(width, Sequence) else [float(width)] * len(strokes)
    if len(widths) != len(strokes):
        raise InvalidValue("width", f"one number, or one for each of {len(strokes)} strokes", len(widths))
    fine = _PEN_SUPERSAMPLE
    image = Image.new("L", (size[1] * fine, size[0] * fine))
    draw = ImageDraw.Draw(image)
    for points, pen in zip(strokes, widths, strict=True):
        if points.ndim != 2 or points.shape[1] != 2:
            raise InvalidValue("strokes", "arrays of shape (points, 2)", points.shape)
        if not pen > 0:
            raise InvalidValue("width", "positive", pen)
        # Pillow counts from pixel centres, the canvas from pixel corners.
        line = [(x, y) for x, y in (points * fine - 0.5).tolist()]
        radius = pen * fine / 2
        draw.line(line, fill=255, width=max(1, round(pen * fine)))
        for x, y in line:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(image.reduce(fine), np.float32) / np.float32(255)


def ink_from_fabric(drawing: Mapping[str, Any], size: tuple[int, int]) -> FloatArray:
    """Draw what a Fabric.js canvas reports (see `strokes_from_fabric`) as ``size`` float32 ink.

    Raises:
        ImageRejected: the drawing is malformed or too large.
    """
    strokes = strokes_from_fabric(drawing)
    return ink_from_strokes([points for points, _ in strokes], [width for _, width in strokes], size)


def strokes_from_fabric(drawing: Mapping[str, Any]) -> list[tuple[Points, float]]:
    """The freehand strokes in the JSON form of a Fabric.js canvas, as polylines.

    Colours are not looked at: every stroke is ink. Strokes that were moved, scaled or turned with the
    canvas's edit tool come where they are shown.

    Args:
        drawing: ``{"objects": [{"type": "path", "path": [["M", x, y], ["Q", …], …], …}, …]}``.

    Returns:
        For every stroke its points ``(n, 2)`` float64, x then y in canvas pixels, and its pen width.

    Raises:
        ImageRejected: the drawing is malformed, too large, or holds something else than freehand strokes.
    """
    strokes: list[tuple[Points, float]] = []
    try:
        objects = drawing["objects"]
        if sum(len(shape["path"]) for shape in objects) > MAX_STROKE_COMMANDS:
            raise ImageRejected("The drawing has too many strokes. Clear the canvas and draw one digit.")
        for shape in objects:
            lines = _flatten(shape["path"])
            if lines:
                strokes += _as_shown(lines, shape)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ImageRejected(
            "The drawing could not be understood. Clear the canvas and draw again."
        ) from error
    return strokes


def _flatten(path: Sequence[Sequence[Any]]) -> list[Points]:
    """Polylines of an SVG-like path of absolute moves, lines and quadratic Bézier curves."""
    lines: list[list[tuple[float, float]]] = []
    for command, *numbers in path:
        values = [float(number) for number in numbers]
        if not all(abs(value) < 1e5 for value in values):
            raise ValueError(f"a coordinate is not a usable number: {values}")
        if command == "M":
            (x, y) = values
            lines.append([(x, y)])
        elif command == "L":
            (x, y) = values
            lines[-1].append((x, y))
        elif command == "Q":
            cx, cy, x, y = values
            ax, ay = lines[-1][-1]
            length = math.hypot(cx - ax, cy - ay) + math.hypot(x - cx, y - cy)
            count = min(max(2, math.ceil(length / 4)), 32)
            for step in range(1, count + 1):
                t = step / count
                a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
                lines[-1].append((a * ax + b * cx + c * x, a * ay + b * cy + c * y))
        else:
            raise ValueError(f"unknown path command {command!r}")
    return [np.array(line) for line in lines]


def _as_shown(lines: list[Points], shape: Mapping[str, Any]) -> list[tuple[Points, float]]:
    """Move, turn and scale a path's polylines as Fabric does: about the centre of their extent."""
    width = float(shape["strokeWidth"])
    if not 0 < width < 1e3:
        raise ValueError(f"strokeWidth {width}")
    if shape.get("originX") != "center" or shape.get("originY") != "center":
        return [(line, width) for line in lines]
    points = np.concatenate(lines)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    place = np.array([float(shape["left"]), float(shape["top"])])
    scale = np.array([float(shape.get(f"scale{axis}", 1)) for axis in "XY"])
    flip = np.array([-1.0 if shape.get(f"flip{axis}") else 1.0 for axis in "XY"])
    angle = math.radians(float(shape.get("angle", 0)))
    if not (np.isfinite([*place, *scale, angle]).all() and np.abs(place).max() < 1e5):
        raise ValueError(f"place {place}, scale {scale}, angle {angle}")
    if not (np.abs(scale).min() > 0 and np.abs(scale).max() < 100):
        raise ValueError(f"scale {scale}")
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    pen = width * math.sqrt(abs(scale[0] * scale[1]))
    return [((line - middle) * (scale * flip) @ turn + place, pen) for line in lines]


def ink_from_rgba(pixels: ByteArray) -> FloatArray:
    """Separate ink from paper in a picture: dark on light or light on dark, evenly lit or not.

    Transparent parts are paper. Ink is what stands out most from the median of its surroundings, so it
    is found to be dark or light. The paper's brightness under it is estimated by a morphological closing
    wider than any stroke and taken out, and what is left is split into two classes by Ridler & Calvard
    (1978), "Picture thresholding using an iterative selection method".

    Args:
        pixels: ``(height, width, 4)`` uint8, red, green, blue and alpha (not premultiplied).

    Returns:
        ``(height, width)`` float32 ink; all zeros when the contrast is too small to be ink.

    Raises:
        InvalidValue: the array has another shape or type.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 4 or pixels.dtype != np.uint8 or not pixels.size:
        raise InvalidValue("pixels", "(height, width, 4) uint8", (pixels.shape, str(pixels.dtype)))
    grey = _over_paper(pixels)
    small = _small(grey)
    around = Image.fromarray(np.round(small * 255).astype(np.uint8))
    median = around.filter(ImageFilter.MedianFilter(_window(small)))
    usual = np.asarray(median, np.float32) / np.float32(255)
    darker, lighter = np.clip(usual - small, 0, 1), np.clip(small - usual, 0, 1)
    if np.square(darker).sum() >= np.square(lighter).sum():
        paper = _closing(small, grey.shape)
        # Ink takes away a share of the light that falls on it.
        return _two_classes(np.clip((paper - grey) / np.maximum(paper, 0.25), 0, 1))
    board = 1 - _closing(1 - small, grey.shape)
    return _two_classes(np.clip(grey - board, 0, 1))


def _over_paper(pixels: ByteArray) -> FloatArray:
    """Brightness ``(height, width)`` in [0, 1] of a picture laid over paper.

    Where most is transparent, or what is opaque has one brightness, the opaque is the ink and the paper
    contrasts with it; otherwise the paper is as bright as most of what is opaque.
    """
    colour = pixels[..., :3].astype(np.float32) @ _LUMINANCE
    alpha = pixels[..., 3].astype(np.float32) / np.float32(255)
    opaque = colour[alpha > alpha.max() / 2]
    if not len(opaque):
        return np.zeros_like(colour)
    if len(opaque) == colour.size:
        return colour
    if len(opaque) < colour.size / 2 or np.ptp(opaque) < _CONTRAST:
        paper = 1.0 if float((alpha * colour).sum() / alpha.sum()) < 0.5 else 0.0
    else:
        paper = float(np.median(opaque))
    return alpha * colour + (1 - alpha) * np.float32(paper)


def _small(grey: FloatArray) -> FloatArray:
    """Reduced so that the longest side is 48 at most."""
    scale = min(1.0, 48 / max(grey.shape))
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))


def _window(small: FloatArray) -> int:
    """Side of a window, odd, wider than any stroke: 0.4 of the longest side."""
    return max(3, round(0.4 * float(max(small.shape))) | 1)


def _closing(small: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Brightness of the bare paper, of size ``shape``: what is dark and narrow in ``small`` vanishes."""
    reach = _window(small) // 2
    closed = np.pad(small, 2 * reach, mode="edge")
    for pick in (np.max, np.min):
        for axis in (0, 1):
            closed = pick(sliding_window_view(closed, 2 * reach + 1, axis=axis), axis=-1)
    smooth = Image.fromarray(np.ascontiguousarray(closed))
    return np.asarray(smooth.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def _two_classes(ink: FloatArray) -> FloatArray:
    """Stretch the contrast so that the class of paper becomes 0 and that of ink 1, edges in between."""
    count, bounds = np.histogram(ink, bins=256, range=(0, 1))
    value = (bounds[:-1] + bounds[1:]) / 2
    threshold = float(ink.max()) / 2
    paper = full = 0.0
    for _ in range(20):
        above = value > threshold
        if not count[above].sum() or not count[~above].sum():
            return np.zeros_like(ink)
        paper = float(np.average(value[~above], weights=count[~above]))
        full = float(np.average(value[above], weights=count[above]))
        threshold = (paper + full) / 2
    if full - paper < _CONTRAST:
        return np.zeros_like(ink)
    soft = 0.7 * (full - paper)
    return np.clip((ink - threshold) / np.float32(soft) + 0.5, 0, 1, dtype=np.float32)


def ink_from_file(data: bytes) -> FloatArray:
    """Read a file with a picture of a digit as ink (see `ink_from_rgba`).

    Args:
        data: contents of a PNG, JPEG, GIF, WebP or BMP file.

    Returns:
        ``(height, width)`` float32 ink, no side longer than 800: larger pictures are reduced.

    Raises:
        ImageRejected: the file is too large, damaged or not an image of a known format.
    """
    return ink_from_rgba(_decoded(data))


def pixels_from_file(data: bytes) -> FloatArray:
    """Read a file that holds an image as the data sets do, pixel by pixel, with nothing normalised.

    Args:
        data: contents of a PNG, JPEG, GIF, WebP or BMP file. Ink is bright, as in MNIST; where most of
            the rim is bright, the rim is paper and the picture is inverted.

    Returns:
        ``(height, width)`` float32 in [0, 1], ink 1. Pictures with a side above 800 are reduced.

    Raises:
        ImageRejected: the file is too large, damaged or not an image of a known format.
    """
    grey = _over_paper(_decoded(data))
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return np.clip(1 - grey if np.median(rim) > 0.5 else grey, 0, 1, dtype=np.float32)


def _decoded(data: bytes) -> ByteArray:
    """The picture in a file as ``(height, width, 4)`` bytes, no side longer than `_UPLOAD_SIDE`.

    A photograph is turned as its EXIF orientation says; of an animation the first picture is taken.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ImageRejected(
            f"The file has {len(data) / 2**20:.1f} MB; at most {MAX_FILE_BYTES // 2**20} MB can be read. "
            "Save the picture smaller and try again."
        )
    known = ", ".join(FORMATS)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_FILE_PIXELS:
                raise ImageRejected(
                    f"The picture is {image.width} × {image.height} pixels; at most "
                    f"{MAX_FILE_PIXELS // 10**6} megapixels can be read. Save it smaller and try again."
                )
            # A JPEG can be decoded at a fraction of its size; other formats ignore this.
            image.draft(None, (_UPLOAD_SIDE, _UPLOAD_SIDE))
            rgba = _eight_bit(image).convert("RGBA")
            rgba.thumbnail((_UPLOAD_SIDE, _UPLOAD_SIDE), Image.Resampling.BOX)
            ImageOps.exif_transpose(rgba, in_place=True)
    except ImageRejected:
        raise
    except UnidentifiedImageError as error:
        raise ImageRejected(f"This file is not a picture that can be read. Known are {known}.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRejected(
            f"The picture has more than {MAX_FILE_PIXELS // 10**6} megapixels. Save it smaller and try again."
        ) from error
    except Exception as error:  # decoders raise almost anything on damaged bytes
        raise ImageRejected("The picture is damaged or cut short. Export or upload it again.") from error
    return np.asarray(rgba)


def _eight_bit(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey to 8 bits, which Pillow would clip instead; other pictures as they are."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
