"""Images of few pixels, varied as the finer bitmaps that they were counted from.

Eight pixels a side are too few to turn, slant or thicken a stroke in: reading between them only blurs. So an
image is enlarged smoothly, varied there, given edges again at a random level, which is what makes its stroke
thinner or thicker, and the ink of every block is counted, as the UCI digits were made: Alpaydin & Kaynak
(1998), "Optical Recognition of Handwritten Digits", 32 × 32 bitmaps counted in blocks of 4 × 4.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.warp import Affine, nearby, sample

FINENESS = 4
"""Pixels of the finer image along the side of one of the image's own."""

HAND = Affine(rotation=0.2, scale=0.12, stretch=0.15, shear=0.3, shift=2.0, wobble=0.6)
"""How strongly the finer image is warped."""

LEVELS = (0.3, 0.6)
"""Greys at which the edge may lie; the lower, the thicker the stroke."""

SHARPNESS = 4.0
"""By how much the grey of the enlarged image becomes steeper at the edge."""


Varied = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], FloatArray]
"""As `varied`."""

_chosen: list[Varied] = []


def vary_with(other: Varied) -> None:
    """Have `vary_finer` call another function than `varied`, one that computes the same to the last bit."""
    _chosen[:] = [other]


def vary_finer(images: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Warp images and change their strokes' width at random. Args and result as for `augment`."""
    n, rows, columns = images.shape
    shape = n, FINENESS * rows, FINENESS * columns
    positions = HAND.positions(shape, rng)
    levels = rng.uniform(*LEVELS, (n, 1, 1)).astype(np.float32)
    result = np.empty(images.shape, np.float32)
    # An image of faint ink only, such as a blank one, keeps its grey.
    most = images.max((1, 2), keepdims=True)
    (vary,) = _chosen or [varied]
    for part in nearby(shape):
        fine = np.asarray(_enlarging(rows) @ images[part] @ _enlarging(columns).T, np.float32)
        result[part] = vary(fine, positions[part], levels[part], most[part])
    return result


def varied(fine: FloatArray, positions: FloatArray, levels: FloatArray, most: FloatArray) -> FloatArray:
    """Finer images read anew, given edges, and counted.

    Args:
        fine: ``(n, rows, columns)``, the enlarged images.
        positions: ``(n, 2, rows × columns)``, where each of their pixels is read.
        levels: ``(n, 1, 1)``, shares of ``most`` at which the edges lie.
        most: ``(n, 1, 1)``, the darkest ink of each image.

    Returns:
        ``(n, rows / FINENESS, columns / FINENESS)``
    """
    n, rows, columns = fine.shape
    ink = sample(fine, positions)
    ink -= levels * most
    ink *= np.float32(SHARPNESS)
    ink += most / 2
    np.clip(ink, 0, most, out=ink)
    return _counted(ink.reshape(n, rows // FINENESS, FINENESS, columns // FINENESS, FINENESS))


def _counted(blocks: FloatArray) -> FloatArray:
    """Means of ``(n, rows, FINENESS, columns, FINENESS)`` over its blocks, added up as `numpy.mean` does."""
    across = reduce(np.add, (blocks[..., column] for column in range(FINENESS)))
    total: FloatArray = reduce(np.add, (across[:, :, row] for row in range(FINENESS)))
    total /= np.float32(FINENESS**2)
    return total


@lru_cache(maxsize=8)
def _enlarging(side: int) -> FloatArray:
    """``(FINENESS × side, side)``: the weights of every pixel in those of the finer image.

    Cubic convolution with a = −½, Keys (1981), "Cubic Convolution Interpolation for Digital Image
    Processing", equation 15; outside of the image is paper.
    """
    at = (np.arange(FINENESS * side) + 0.5) / FINENESS - 0.5
    apart = np.abs(at[:, None] - np.arange(side))
    near = 1.5 * apart**3 - 2.5 * apart**2 + 1
    far = -0.5 * apart**3 + 2.5 * apart**2 - 4 * apart + 2
    return np.where(apart < 1, near, np.where(apart < 2, far, 0)).astype(np.float32)
