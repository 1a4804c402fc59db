"""Forms that fewer people write, which `digit_forms` lacks: ones with a long flag or a foot that curls up,
zeros whose slash leaves the ring or whose end hangs out of it, eights that stay open.
"""

from __future__ import annotations

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.digit_forms import Form, Ink, flag, foot, hanging, one_stroke, only, placed


def long_flag(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's flag about as long as its stem; a seven's top is level, this one always hangs."""
    upright = ink.width < 0.7 * ink.height
    return only(upright, hanging(ink, rng, (0.45, 1.0), (0.45, 0.8)))


def long_flag_and_foot(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's long flag, and its foot if the stem is upright."""
    return np.concatenate([long_flag(ink, rng), foot(ink, rng)], 1)


def curled_foot(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's flag, and a foot whose left end curls up, if the stem is upright."""
    k = len(ink.top)
    row = ink.bottom - ink.radius
    column = ink.column(row, 1)
    end = placed(row, column - ink.height * rng.uniform(0.25, 0.45, k))
    curl = end + placed(-ink.height * rng.uniform(0.1, 0.25, k), ink.height * rng.uniform(-0.05, 0.05, k))
    right = placed(row, column + ink.height * rng.uniform(0.0, 0.2, k))
    upright = ink.width < 0.6 * ink.height
    line = np.concatenate([one_stroke(end, right, rng), one_stroke(curl, end, rng)], 1)
    return np.concatenate([flag(ink, rng), only(upright, line)], 1)


def leaving_slash(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A zero's slash that leaves the ring at its upper right, at its lower left, or at both."""
    k = len(ink.top)
    middle = placed(ink.top + ink.bottom, ink.left + ink.right) / 2
    middle += rng.normal(0, 0.05, (k, 2)) * ink.height[:, None]
    across = np.maximum(ink.width, 0.5 * ink.height) * rng.uniform(0.75, 1.05, k)
    half = placed(-ink.height * rng.uniform(0.7, 1.0, k), across) / 2
    up, down = rng.uniform(1.2, 1.6, (2, k))
    which = rng.random(k)
    down[which < 0.45] = rng.uniform(0.2, 1.0, k)[which < 0.45]
    up[which > 0.85] = rng.uniform(0.2, 1.0, k)[which > 0.85]
    line = one_stroke(middle - half * down[:, None], middle + half * up[:, None], rng)
    roomy = np.minimum(ink.width, ink.height) > 6 * ink.radius
    return only(roomy, line)


def tail(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A zero's end that runs on from the top of its ring to the right."""
    k = len(ink.top)
    row = ink.top + ink.radius
    start = placed(row, ink.column(row, 1))
    angle = rng.uniform(-0.6, 0.3, k)
    length = np.maximum(ink.width, 0.4 * ink.height) * rng.uniform(0.4, 0.9, k)
    return one_stroke(start, start + placed(length * np.sin(angle), length * np.cos(angle)), rng)


def gap(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """What is rubbed out to leave an eight open, at the upper right, where most people start it."""
    k, rows, columns = ink.mask.shape
    row = ink.top + ink.height * rng.uniform(0.12, 0.3, k)
    near = np.abs(np.arange(rows) - row[:, None]) <= 1
    seen = np.asarray((ink.mask & near[:, :, None]).any(1))
    column = columns - 1 - seen[:, ::-1].argmax(1) - ink.radius
    length = ink.height * rng.uniform(0.04, 0.16, k)
    start, end = placed(row - length / 2, column), placed(row + length / 2, column)
    has_loop = ink.width > 0.35 * ink.height
    return only(has_loop & seen.any(1), one_stroke(start, end, rng))


RARER_FORMS: tuple[Form, ...] = (
    Form(0, 0.08, leaving_slash),
    Form(0, 0.03, tail),
    Form(1, 0.05, long_flag),
    Form(1, 0.04, long_flag_and_foot),
    Form(1, 0.03, curled_foot),
    Form(8, 0.08, gap, width=(1.1, 1.5), erases=True),
)
