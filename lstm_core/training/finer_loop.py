"""The augmentation "finer" as a loop that Numba compiles: what NumPy computes, to the last bit.

All that is compiled is in this file, because Numba keeps what it compiled until it changes. The two numbers
of `finer` that are compiled in are part of what that augmentation is, so they never change.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.finer import FINENESS, SHARPNESS

_STEEP, _OF_A_BLOCK = np.float32(SHARPNESS), np.float32(FINENESS**2)


@njit("void(f4[:,:,::1], f4[:,:,::1], f4[::1], f4[::1], f4[:,:,::1])", nogil=True, cache=True)
def varied_into(
    fine: FloatArray, positions: FloatArray, levels: FloatArray, most: FloatArray, result: FloatArray
) -> None:
    """Read the finer images, give them edges, and count the ink of every block, as `finer.varied` does.

    Args:
        fine: ``(n, rows, columns)``, the enlarged images.
        positions: ``(n, 2, rows × columns)``, where each of their pixels is read.
        levels: ``(n,)``, shares of ``most`` at which the edges lie.
        most: ``(n,)``, the darkest ink of each image.
        result: ``(n, rows / FINENESS, columns / FINENESS)``; changed.
    """
    n, rows, columns = fine.shape
    one, none, two = np.float32(1), np.float32(0), np.float32(2)
    last_row, last_column = np.float32(rows + 1), np.float32(columns + 1)
    # A border of paper: one pixel before, and two after for the neighbours of the last position.
    paper = np.zeros((rows + 3, columns + 3), np.float32)
    for image in range(n):
        for row in range(rows):
            for column in range(columns):
                paper[row + 1, column + 1] = fine[image, row, column]
        black = most[image]
        edge, grey = levels[image] * black, black / two
        for row in range(rows // FINENESS):
            for column in range(columns // FINENESS):
                total = none
                for down in range(FINENESS):
                    across = none
                    at = (row * FINENESS + down) * columns + column * FINENESS
                    for right in range(FINENESS):
                        y = min(max(positions[image, 0, at + right] + one, none), last_row)
                        x = min(max(positions[image, 1, at + right] + one, none), last_column)
                        above, before = np.int32(y), np.int32(x)
                        y -= np.float32(above)
                        x -= np.float32(before)
                        upper, lower = paper[above, before], paper[above + 1, before]
                        upper += (paper[above, before + 1] - upper) * x
                        lower += (paper[above + 1, before + 1] - lower) * x
                        ink = upper + (lower - upper) * y
                        ink = (ink - edge) * _STEEP + grey
                        across += min(max(ink, none), black)
                    total += across
                result[image, row, column] = total / _OF_A_BLOCK
