"""Random variations of the training images, so that the network also reads what people draw.

Two kinds:

- "affine": rotation, scale, shear and shift.
- "handwriting": forms that people write but MNIST has few of (slashed zeros, ones with a flag and a foot,
  barred sevens, open fours), thinner and thicker pens, then the affine changes with a smooth wobble, and
  softer or harder edges.

All lengths are given in pixels of a 28 × 28 image and grow and shrink with the image. Positions are
(row, column); the position of a pixel is that of its centre.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

FloatArray = NDArray[np.float32]
Kind = Literal["none", "affine", "handwriting"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_MNIST_SIDE = 28


def augment(
    images: FloatArray, labels: NDArray[np.integer], kind: Kind, rng: np.random.Generator
) -> FloatArray:
    """Vary every image of a batch at random.

    Args:
        images: ``(n, rows, columns)`` float32 in [0, 1], ink 1 and paper 0; not changed.
        labels: ``(n,)``, the digit each image shows; only "handwriting" looks at them.
        kind: "none" returns the images as they are, not a copy of them.
        rng: the only source of randomness.

    Returns:
        ``(n, rows, columns)`` float32 in [0, 1].

    Raises:
        InvalidValue: an unknown kind, or images and labels that do not fit together.
    """
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise InvalidValue("images", f"of shape ({len(labels)}, rows, columns)", images.shape)
    if kind == "none" or not len(images):
        return images
    if kind == "affine":
        return sample(images, Affine().positions(images.shape, rng))
    if kind == "handwriting":
        written = change_pen(add_forms(images, labels, rng), rng)
        frame = reframing(images, written)
        warped = sample(written, Affine(wobble=0.5).positions(images.shape, rng, frame))
        return change_edges(warped, rng)
    raise InvalidValue("augmentation", f"one of {', '.join(KINDS)}", kind)


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
        unit = _unit(shape)
        angle, size, stretch, shear = rng.uniform(-1, 1, (4, n, 1, 1)) * np.reshape(
            (self.rotation, self.scale, self.stretch, self.shear), (4, 1, 1, 1)
        )
        one, zero = np.ones_like(angle), np.zeros_like(angle)
        turn = np.block([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        slant = np.block([[one, zero], [shear, one]])
        resize = np.block([[np.exp(size + stretch), zero], [zero, np.exp(size - stretch)]])
        matrix = turn @ slant @ resize
        offset = rng.uniform(-1, 1, (n, 2)) * self.shift * unit
        if frame is not None:
            matrix *= frame.ratio[:, None, None]
            offset = offset * frame.ratio[:, None] + frame.shift
        grid, hills = _grid(rows, columns), _hills(rows, columns)
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
    n, rows, columns = images.shape
    # A border of paper: one pixel before, and two after for the neighbours of the last position.
    padded = np.zeros((n, rows + 3, columns + 3), np.float32)
    padded[:, 1:-2, 1:-2] = images
    at = positions + np.float32(1)
    np.clip(at[:, 0], 0, rows + 1, out=at[:, 0])
    np.clip(at[:, 1], 0, columns + 1, out=at[:, 1])
    whole = at.astype(np.int64)
    at -= whole
    down, right = at[:, 0], at[:, 1]
    index = whole[:, 0] * (columns + 3)
    index += whole[:, 1]
    index += np.arange(n)[:, None] * padded[0].size
    ink = padded.ravel()
    after = ink[columns + 3 :]
    upper = _between(ink.take(index), ink[1:].take(index), right)
    lower = _between(after.take(index), after[1:].take(index), right)
    return _between(upper, lower, down).reshape(images.shape)


def reframing(before: FloatArray, after: FloatArray) -> Frame:
    """The change that gives images back the framing they had before their ink was changed.

    Drawings are scaled by their longest side and centred by their mass before they are read, so a one that
    gains a foot shrinks or moves. ``before`` and ``after`` are ``(n, rows, columns)`` float32.
    """
    side_before, mass_before = _framing(before)
    side_after, mass_after = _framing(after)
    ratio = side_after / np.maximum(side_before, 1e-6)
    ratio[(side_before <= 0) | (side_after <= 0)] = 1
    shift = mass_after - ratio[:, None] * mass_before
    return Frame(ratio.astype(np.float32), shift.astype(np.float32))


def _framing(images: FloatArray) -> tuple[FloatArray, FloatArray]:
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


def change_pen(images: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw every image with a thinner or a thicker pen.

    Each image is blended towards its 3 × 3 grey erosion or dilation by a random share. Strokes that would
    vanish are thinned less, and digits whose loops would fill are thickened less.
    """
    # A pixel of a coarser image is wider than the change wanted, so only a part of it is blended in.
    steps = max(1, round(_unit(images.shape)))
    strength = min(1.0, _unit(images.shape) / steps)
    amount = (rng.uniform(-1, 0.6, (len(images), 1, 1)) * strength).astype(np.float32)
    target = images.copy()
    thicker = amount[:, 0, 0] > 0
    for _ in range(steps):
        target[thicker] = _spread(target[thicker], np.maximum)
        target[~thicker] = _spread(target[~thicker], np.minimum)
    ink = target.sum((1, 2))
    left = ink / np.maximum(images.sum((1, 2)), 1e-6)
    filled = ink / np.maximum(_framing(images)[0] ** 2, 1e-6)
    bearable = np.clip(np.where(thicker, 4 * (0.75 - filled), 2 * left), 0, 1)
    changed = _between(images, target, np.abs(amount) * bearable[:, None, None])
    return _contrast(changed, np.ones_like(amount))


def change_edges(images: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Soften images by a random share, which rounds their corners, then make their edges hard again."""
    n = len(images)
    # In a coarse image most pixels are edges, whose grey must be kept.
    strength = min(1.0, _unit(images.shape))
    softness = (rng.uniform(0, 0.5, (n, 1, 1)) * strength).astype(np.float32)
    hardness = (1 + rng.uniform(0, 1, (n, 1, 1)) * strength).astype(np.float32)
    blurred = images.copy()
    blurred[:, 1:-1] += (images[:, :-2] + images[:, 2:] - 2 * images[:, 1:-1]) / 4
    across = blurred[:, :, :-2] + blurred[:, :, 2:] - 2 * blurred[:, :, 1:-1]
    blurred[:, :, 1:-1] += across / 4
    return _contrast(_between(images, blurred, softness), hardness)


def _contrast(images: FloatArray, hardness: FloatArray) -> FloatArray:
    """Turn grey strokes black and raise the contrast about half of black, where an edge lies; in place."""
    flat = images.reshape(len(images), -1)
    mean_ink = np.einsum("ip,ip->i", flat, flat) / np.maximum(flat.sum(1), 1e-6)
    black = np.clip(1.25 * mean_ink, 0.3, 1)[:, None, None]
    images *= hardness / black
    images += (1 - hardness) / 2
    return np.clip(images, 0, 1, out=images)


def _spread(images: FloatArray, best: np.ufunc) -> FloatArray:
    """3 × 3 grey dilation (``best`` is the maximum) or erosion (minimum); the border repeats itself."""
    tall = images.copy()
    best(tall[:, 1:], images[:, :-1], out=tall[:, 1:])
    best(tall[:, :-1], images[:, 1:], out=tall[:, :-1])
    full = tall.copy()
    best(full[:, :, 1:], tall[:, :, :-1], out=full[:, :, 1:])
    best(full[:, :, :-1], tall[:, :, 1:], out=full[:, :, :-1])
    return full


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


def add_forms(images: FloatArray, labels: NDArray[np.integer], rng: np.random.Generator) -> FloatArray:
    """Rewrite some digits in the forms of `FORMS`; all other images stay as they are.

    Args and result as for `augment`; the strokes' width is that of the image they are drawn in.
    """
    result = images.copy()
    lot = rng.random(len(images))
    taken: dict[int, float] = {}
    for form in FORMS:
        start = taken.get(form.label, 0.0)
        taken[form.label] = start + form.share
        chosen = np.flatnonzero((labels == form.label) & (lot >= start) & (lot < start + form.share))
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
    unit = _unit(images.shape)
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
    away = _grid(*shape) - a
    share = (away * along).sum(2, keepdims=True) / np.maximum((along**2).sum(2, keepdims=True), 1e-6)
    away -= np.clip(share, 0, 1) * along
    distance = np.sqrt((away**2).sum(2).min(1))
    cover = np.clip(radius[:, None] + 0.5 - distance, 0, 1)
    return np.asarray(cover, np.float32).reshape(-1, *shape)


def slash(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A zero's slash: inside the loop, across it or beyond; rarely the other way, rarely a dot."""
    k = len(ink.top)
    middle = _points(ink.top + ink.bottom, ink.left + ink.right) / 2
    centre = middle + rng.normal(0, 0.04, (k, 2)) * ink.height[:, None]
    reach = rng.choice([0.55, 0.95, 1.2], k, p=[0.25, 0.4, 0.35]) * rng.uniform(0.9, 1.12, k)
    reach[rng.random(k) < 0.06] = 0.06
    across = np.maximum(ink.width, 0.5 * ink.height) * rng.uniform(0.8, 1.05, k)
    backwards = rng.random(k) < 0.04
    across[backwards] *= -1
    reach[backwards] = np.minimum(reach[backwards], 0.95)
    half = _points(-ink.height * rng.uniform(0.7, 1.0, k), across) / 2 * reach[:, None].astype(np.float32)
    roomy = np.minimum(ink.width, ink.height) > 8 * ink.radius
    return _only(roomy, _stroke(centre - half, centre + half, rng))


def flag(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's flag: from the top of its stem down to the left."""
    k = len(ink.top)
    row = ink.top + ink.radius
    tip = _points(row, ink.column(row, 1))
    angle = rng.uniform(0.5, 1.15, k)
    length = ink.height * rng.uniform(0.2, 0.5, k)
    return _stroke(tip, tip + _points(length * np.sin(angle), -length * np.cos(angle)), rng)


def foot(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's foot: a level line under its stem, if that is upright."""
    k = len(ink.top)
    row = ink.bottom - ink.radius * rng.uniform(0.3, 1, k)
    column = ink.column(ink.bottom - ink.radius, 1)
    rise = ink.height * rng.uniform(-0.05, 0.05, k)
    left, right = ink.height * rng.uniform(0.14, 0.45, (2, k))
    upright = ink.width < 0.6 * ink.height
    line = _stroke(_points(row + rise, column - left), _points(row - rise, column + right), rng)
    return _only(upright, line)


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
    half = _points(-length * np.sin(angle), length * np.cos(angle))
    stem = np.abs(np.arange(ink.mask.shape[1]) - row[:, None]) <= 0.2 * ink.height[:, None]
    widest = (ink.mask & stem[:, :, None]).sum(2).max(1)
    line = _stroke(_points(row, column) - half, _points(row, column) + half, rng)
    return _only(widest < 0.3 * ink.height + 2 * ink.radius, line)


def serif(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A seven's serif: a short stroke down from the left end of its top, if that is not too near the stem."""
    k, rows, _ = ink.mask.shape
    upper = np.arange(rows) <= (ink.top + 0.4 * ink.height)[:, None]
    head = ink.mask & upper[:, :, None]
    left = head.any(1).argmax(1)
    end = np.take_along_axis(head, left[:, None, None], 2)[:, :, 0]
    row = end @ np.arange(rows) / np.maximum(end.sum(1), 1)
    tip = _points(row, left + ink.radius)
    length = ink.height * rng.uniform(0.12, 0.22, k)
    line = _stroke(tip, tip + _points(length, length * rng.uniform(-0.3, 0.15, k)), rng)
    return _only(ink.width > 0.6 * ink.height, line)


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
    return _only(between.any((1, 2)), _stroke(_points(row + 1.0, column), _points(above, column), rng))


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


def _stroke(start: NDArray[np.floating], end: NDArray[np.floating], rng: np.random.Generator) -> FloatArray:
    """One slightly bent stroke an image, ``(k, 1, 3, 2)``."""
    along = end - start
    bend = rng.normal(0, 0.08, (len(start), 1)) * along[:, ::-1] * (1, -1)
    return np.stack([start, (start + end) / 2 + bend, end], 1)[:, None].astype(np.float32)


def _only(where: NDArray[np.bool_], strokes: FloatArray) -> FloatArray:
    """Moves the strokes of all other images far outside of them, where they leave no ink."""
    return strokes - np.where(where, 0, 1e3).astype(np.float32)[:, None, None, None]


def _points(row: NDArray[np.floating], column: NDArray[np.floating]) -> FloatArray:
    return np.stack([row, column], 1).astype(np.float32)


def _unit(shape: tuple[int, ...]) -> float:
    """Pixels of an image of this shape that are as long as one pixel of 28."""
    return min(shape[-2:]) / _MNIST_SIDE


def _between(a: FloatArray, b: FloatArray, share: FloatArray) -> FloatArray:
    """``a`` where the share is 0, ``b`` where it is 1, linear between."""
    mixed: FloatArray = b - a
    mixed *= share
    mixed += a
    return mixed


@lru_cache(maxsize=8)
def _grid(rows: int, columns: int) -> FloatArray:
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
