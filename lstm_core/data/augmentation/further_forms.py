"""More forms that people write with a pen: ones with a short level flag or a wide foot, closed
fours, sevens with a long serif, fives whose bar lies across their top.
"""

from __future__ import annotations

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.data.augmentation.digit_forms import (
    Form,
    Ink,
    flag,
    hanging,
    left_end_of_top,
    one_stroke,
    only,
    placed,
)


def level_flag(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's flag that is short and about level, if the stem is upright; a seven's top is longer."""
    upright = ink.width < 0.35 * ink.height
    return only(upright, hanging(ink, rng, (-0.1, 0.6), (0.14, 0.32)))


def wide_foot(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A one's flag and a foot that reaches far to the left and often curls up at its right end."""
    k = len(ink.top)
    row = ink.bottom - ink.radius * rng.uniform(0.3, 3, k)
    column = ink.column(ink.bottom - ink.radius, 1)
    rise = ink.height * rng.uniform(-0.06, 0.06, k)
    left = placed(row + rise, column - ink.height * rng.uniform(0.35, 0.75, k))
    right = placed(row - rise, column + ink.height * rng.uniform(0.15, 0.5, k))
    curl = right + placed(-ink.height * rng.uniform(0.0, 0.18, k), ink.height * rng.uniform(-0.02, 0.05, k))
    upright = ink.width < 0.6 * ink.height
    line = np.concatenate([one_stroke(left, right, rng), one_stroke(right, curl, rng)], 1)
    return np.concatenate([flag(ink, rng), only(upright, line)], 1)


def closed_four(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """What closes a four at its top; its bar then crosses the stem, which a nine has not."""
    k, rows, columns = ink.mask.shape
    middle = (ink.left + ink.right) / 2
    upper = np.arange(rows) <= (ink.top + 0.4 * ink.height)[:, None]
    at_left = np.arange(columns) < middle[:, None]
    tops = []
    for half in (at_left, ~at_left):
        part = ink.mask & upper[:, :, None] & half[:, None, :]
        row = part.any(2).argmax(1)
        there = np.take_along_axis(part, row[:, None, None], 1)[:, 0]
        tops.append(placed(row + ink.radius / 2, there @ np.arange(columns) / np.maximum(there.sum(1), 1)))
    left, right = tops
    # The bar lies where the left arm ends.
    at_arm = np.arange(columns) < (ink.left + 0.35 * ink.width)[:, None]
    of_arm = np.asarray((ink.mask & at_arm[:, None, :]).any(2))
    row = rows - 1 - of_arm[:, ::-1].argmax(1) - ink.radius
    stem = ink.right - 2 * ink.radius
    bar = one_stroke(placed(row, middle), placed(row, stem + ink.height * rng.uniform(0.2, 0.45, k)), rng)
    apart = right[:, 1] - left[:, 1]
    arms = (left[:, 0] > 0) & (right[:, 0] > 0) & (apart > 2 * ink.radius)
    level = np.abs(left[:, 0] - right[:, 0]) < 0.25 * ink.height
    placed_bar = (row > ink.top + 0.3 * ink.height) & (row < ink.top + 0.75 * ink.height)
    both = np.concatenate([one_stroke(left, right, rng), bar], 1)
    return only(arms & level & placed_bar, both)


def long_serif(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A seven's serif that hangs far down from the left end of its top, if that is not too near the stem."""
    tip = left_end_of_top(ink)
    k = len(tip)
    length = ink.height * rng.uniform(0.2, 0.36, k)
    over = ink.height * rng.uniform(0.0, 0.12, k)
    start, finish = tip - placed(over, 0 * over), tip + placed(length, length * rng.uniform(-0.25, 0.1, k))
    return only(ink.width > 0.7 * ink.height, one_stroke(start, finish, rng))


def cap(ink: Ink, rng: np.random.Generator) -> FloatArray:
    """A five's bar, drawn last and longer than it need be: across the top, beyond it to the left."""
    k = len(ink.top)
    row = ink.top + ink.radius * rng.uniform(-0.5, 1, k)
    left = ink.left - ink.width * rng.uniform(0.0, 0.2, k)
    right = ink.right + ink.width * rng.uniform(-0.15, 0.2, k)
    rise = ink.height * rng.uniform(-0.05, 0.1, k)
    return one_stroke(placed(row + rise, left), placed(row - rise, right), rng)


FURTHER_FORMS: tuple[Form, ...] = (
    Form(1, 0.07, level_flag),
    Form(1, 0.04, wide_foot),
    Form(4, 0.06, closed_four),
    Form(5, 0.04, cap),
    Form(7, 0.03, long_serif),
)
