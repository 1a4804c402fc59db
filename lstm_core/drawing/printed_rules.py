"""Rules and squares that were printed on the paper, taken out of a mask of what stands out.

A rule is thin, about straight, and runs across most of the picture. Where a stroke crosses it, more pixels
lie above each other than the rule is thick, and these stay, as when staff lines are taken out of sheet music.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import BoolArray
from lstm_core.drawing.marks import Marks

_THICKEST = 0.014
"""Of the picture's longest side."""

_GAP = 0.04
"""Of the same: rules go on behind a stroke and across each other."""

_LEVEL = 0.015
"""Of the same: a rule, be it a little turned, goes on so far in one row."""

_ACROSS = 0.6
"""Of the picture's width or height, how far a rule must go; it must also reach the rim."""

_PIECE = 0.08
"""How far, where there are several rules, a piece of one must go from the rim."""

_THIN = 30
"""The percentile of the thickness of all pieces that is a rule's."""

_FEWEST = 8
"""Columns that a curve is laid through."""

_MOST = 80
"""More pieces than these are the grain of a desk."""

_SOLID = 0.5
"""Of the columns between a rule's ends, how many have some of it."""


def may_have_rules(marks: Marks) -> bool:
    """Whether a thin mark goes across the picture from rim to rim."""
    height, width = marks.labels.shape
    across = (marks.left <= 1) & (marks.right >= width - 1)
    down = (marks.top <= 1) & (marks.bottom >= height - 1)
    thin = marks.stroke < 1.5 * _THICKEST * max(height, width)
    return bool(((across | down) & thin)[1:].any())


def without_rules(mask: BoolArray) -> BoolArray:
    """The mask ``(height, width)`` without the rules in it, from left to right and from top to bottom."""
    rules = _level_rules(mask) | _level_rules(mask.T).T
    return mask & ~rules


def _level_rules(mask: BoolArray) -> BoolArray:
    """Which pixels belong to rules that go from left to right."""
    import cv2

    width = mask.shape[1]
    longest = max(mask.shape)
    runs = _run_lengths(mask)
    thin = (mask & (runs <= math.ceil(_THICKEST * longest))).astype(np.uint8)
    # Steep strokes of a thin pen go, so that they do not tie one rule to the next.
    level = cv2.morphologyEx(thin, cv2.MORPH_OPEN, np.ones((1, max(2, round(_LEVEL * longest))), np.uint8))
    joined = cv2.morphologyEx(
        level, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * longest)) | 1), np.uint8)
    )
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8, ltype=cv2.CV_32S)
    left, wide = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_WIDTH]
    at_rim = (left <= 2) | (left + wide >= width - 2)
    found = np.zeros(mask.shape, bool)
    at_rim[0] = False  # what is no piece
    whole = int(np.count_nonzero(at_rim & (wide > _ACROSS * width)))
    # Where a stroke runs along a rule, the rest of it comes in pieces; one rule alone may be something else.
    wanted = at_rim & (wide > (_ACROSS if whole < 2 else _PIECE) * width)
    if np.count_nonzero(wanted) > _MOST:
        return found
    pieces = np.flatnonzero(wanted).tolist()
    on_rules = (level > 0) & np.isin(labels, pieces)
    # A rule is thinner than what was written along it.
    thickness = float(np.percentile(runs[on_rules], _THIN)) if on_rules.any() else 0.0
    thin = thin & (runs <= 1.6 * thickness + 1)
    for piece in pieces:
        x, y, across, down, _ = stats[piece].tolist()
        part = (slice(y, y + down), slice(x, x + across))
        found[part] |= _rule((thin[part] > 0) & (labels[part] == piece), thickness)
    return found


def _rule(piece: BoolArray, thickness: float) -> BoolArray:
    """The pixels of a piece, none thicker than a rule, that lie on the curve through most of it."""
    rows, columns = np.nonzero(piece)
    if not len(rows) or np.ptp(columns) < _FEWEST:
        return np.zeros_like(piece)
    curve = np.polynomial.Polynomial.fit(columns, rows, 1)
    for degree in (1, 2, 2):
        near = np.abs(rows - curve(columns)) <= 2 * thickness + 2
        if len(np.unique(columns[near])) < _SOLID * (columns.max() - columns.min() + 1):
            return np.zeros_like(piece)
        curve = np.polynomial.Polynomial.fit(columns[near], rows[near], degree)
    near = np.abs(rows - curve(columns)) <= thickness + 1
    if len(np.unique(columns[near])) < _SOLID * (columns.max() - columns.min() + 1):
        return np.zeros_like(piece)
    found = np.zeros_like(piece)
    found[rows[near], columns[near]] = True
    return found


def _run_lengths(mask: BoolArray) -> NDArray[np.int32]:
    """Of every True pixel, how many are True without a gap in its column; 0 elsewhere."""
    row = np.arange(len(mask), dtype=np.int32)[:, None]
    before = np.maximum.accumulate(np.where(mask, -1, row), axis=0)
    after = np.minimum.accumulate(np.where(mask, len(mask), row)[::-1], axis=0)[::-1]
    return np.where(mask, after - before - 1, 0).astype(np.int32)
